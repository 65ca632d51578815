# SPDX-License-Identifier: GPL-3.0-or-later
"""The hostile set, where it lies beside the project: no crash, no hang, no foreign byte, the right addresses."""
import csv, json, os, re, subprocess, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Home, Tap

MAKER = os.path.join(SRCDIR, "..", "shared", "tools", "make_hostile.py")
CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xef\xbb\xbf")

tap = Tap()
if not os.path.exists(MAKER):
    tap.skip("the hostile set", "../shared is not here")
    tap.end()
with Home() as home:
    subprocess.run([sys.executable, MAKER, home.path("hostile")], check=True, stderr=subprocess.DEVNULL)
    rows = list(csv.DictReader(open(home.path("hostile", "manifest.tsv"), encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
    mails = [r for r in rows if r["file"].startswith("msg/")]
    begin = time.monotonic()
    got = home.nixie("extract", "--format=json-lines", *[home.path("hostile", r["file"]) for r in mails], timeout=300)
    took = time.monotonic() - begin
    by_file = {os.path.relpath(line["file"], home.path("hostile")): line for line in got.lines()}
    tap.check(got.code in (0, 65), "%d hostile mails: the program ends as it should" % len(mails), got)
    tap.equal(len(by_file), len(mails), "an object for each of them")
    tap.check(took < 60, "within a minute in all (%.1f s)" % took)
    died = [f for f, line in by_file.items() if line.get("error")]
    tap.equal(died, [], "no extractor died or was given up on")
    for row in mails:
        line = by_file.get(row["file"], {})
        found = {r.get("address") for r in line.get("recipients") or []}
        want = set() if row["must_extract"] == "-" else set(row["must_extract"].split(";"))
        never = set() if row["must_not_extract"] == "-" else set(row["must_not_extract"].split(";"))
        if want - found or never & found:
            tap.check(False, "addresses of " + row["file"], "found %r\nwant %r\nnever %r" % (found, want, never))
    tap.check(tap.failed == 0, "the addresses that must be found are, the others are not")
    tap.check(all(b < 0x7f and (b >= 0x20 or b == 10) for b in got.out), "JSON is printable ASCII")
    for words in (["--format=text"], ["--format=csv", "--per=recipient"], ["--format=tsv", "--per=recipient"]):
        out = home.nixie("extract", *words, home.path("hostile", "msg"), timeout=300)
        text = out.out.replace(b"\r\n", b"\n") if "csv" in words[0] else out.out.replace(b"\t", b" ") if "tsv" in words[0] else out.out
        hit = CONTROL.search(text)
        tap.check(not hit, "no control byte in %s" % words[0], hit and text[max(hit.start() - 40, 0):hit.end() + 40])
        try:
            out.out.decode("utf-8")
            valid = True
        except UnicodeDecodeError:
            valid = False
        tap.check(valid, "valid UTF-8 in %s" % words[0])
        tap.check(not CONTROL.search(out.err), "no control byte on stderr with %s" % words[0])
    out = home.nixie("extract", "--format=json-lines", home.path("hostile", "fs"), timeout=300)
    tap.check(out.code in (0, 65) and all("root:" not in json.dumps(x) for x in out.lines()), "links, FIFOs and odd names", out)
    for name in sorted(os.listdir(home.path("hostile", "rules"))):
        if name.startswith("config-"):
            data = open(home.path("hostile", "rules", name), "rb").read()
            home.write(".config/nixie/config", data)
            out = home.nixie("list", "--maildir=" + os.path.join(SRCDIR, "data", "samples"), timeout=300)
            tap.check(out.code in (0, 65, 78) and not CONTROL.search(out.err), "configuration %s" % name, out)
tap.end()
