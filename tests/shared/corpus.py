# SPDX-License-Identifier: GPL-3.0-or-later
"""The score on real mails, where they lie beside the project: extraction, and what the default scope finds."""
import csv, os, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap

SHARED = os.path.join(SRCDIR, "..", "shared")
CORPUS, EXPECTED, SCORE = (os.path.join(SHARED, *p) for p in (("corpus", "mail"), ("corpus", "expected.tsv"), ("tools", "score.py")))
LEAST = {"detected": 96, "rcpt": 94, "multi": 93, "status": 93, "reply": 93, "category": 88}

tap = Tap()
if not os.path.exists(EXPECTED):
    tap.skip("score on real mails", "../shared is not here")
    tap.end()
with Home() as home:
    got = home.nixie("extract", "--format=json-lines", "--quiet", CORPUS)
    tap.check(got.code in (0, 65), "every mail of the corpus is read", got)
    least = ["--min=%s=%s" % pair for pair in LEAST.items()]
    done = subprocess.run([sys.executable, SCORE, EXPECTED, "--max-false=0", *least], input=got.out, stdout=subprocess.PIPE)
    print("# " + done.stdout.decode("utf-8", "replace").replace("\n", "\n# "))
    tap.check(done.returncode == 0, "the score is at least %s, without a false positive" % ", ".join("%s %s" % x for x in LEAST.items()))

    # The default scope on a fresh index, without any tag.
    rows = [r for r in csv.DictReader(open(EXPECTED, encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE) if r["bounce"] == "1"]
    for row in rows:
        place = home.path("mail", row["corpus"], "cur")
        os.makedirs(place, exist_ok=True)
        os.symlink(os.path.abspath(os.path.join(CORPUS, row["corpus"], row["file"])), os.path.join(place, row["file"]))
    for corpus in {r["corpus"] for r in rows}:
        for sub in ("new", "tmp"):
            os.makedirs(home.path("mail", corpus, sub), exist_ok=True)
    home.write("notmuch-config", "[database]\npath=%s\n[user]\nprimary_email=helpdesk@example.com\n" % home.mail)
    home.notmuch("new", "--quiet", check=False)
    terms = [t.strip() for t in open(os.path.join(SRCDIR, "data", "candidates"), encoding="utf-8") if t.strip() and not t.startswith("#")]
    found = set(home.notmuch("search", "--output=files", "--exclude=false", " or ".join("(%s)" % t for t in terms)).split("\n"))
    indexed = set(home.notmuch("search", "--output=files", "--exclude=false", "*").split("\n")) - {""}
    share = 100.0 * len(found & indexed) / max(len(indexed), 1)
    tap.check(len(indexed) > 300 and share >= 98, "the default scope finds %.1f %% of %d indexed bounces (at least 98)" % (share, len(indexed)))
tap.end()
