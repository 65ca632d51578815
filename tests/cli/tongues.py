# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages in other languages: which one is chosen, that children speak it, and that machines hear none of it."""
import os, re, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, SRCDIR, Tap

tap = Tap()
LOCALES = os.environ.get("NIXIE_LOCALEDIR", "")
WORDS = {"de": "Aufruf:", "es": "Uso:", "fr": "Usage :", "ja": "使い方:"}
MACHINES = [  # every command that has a format for machines
    ["list", "--format=json"], ["list", "--format=json-lines"], ["list", "--format=csv"], ["list", "--format=tsv"],
    ["show", "--format=json"], ["show", "--hops", "--format=json"], ["show", "--original", "--format=json"],
    ["stats", "--format=json"], ["stats", "--by=domain,type", "--format=csv"], ["stats", "--by=incident", "--format=tsv"],
    ["address", "--format=json", "j.okafor@hafenwerk.example"], ["export"], ["export", "--format=json"], ["export", "--format=addresses"],
    ["log", "--format=json"], ["retry", "--status", "--format=json"], ["retry", "--due", "--format=csv"],
    ["suppress", "--list", "--format=json"], ["suppress", "--list", "--format=csv"], ["suppress", "--proposed", "--format=json"],
    ["suppress", "--proposed", "--format=csv"], ["views", "--format=json"], ["rules", "list", "--format=json"],
    ["rules", "test", "--format=json", "550 5.1.1 mailbox full, user unknown"], ["explain", "--format=json", "5.1.1"], ["explain", "--format=csv", "5.2.2"],
    ["extract", "--format=json", os.path.join(SRCDIR, "data", "samples", "postfix-blocklist.eml"), "/nonexistent.eml"],
]

RULES = "[own]\ncategory=expired\npattern=zeppelin (?<moored>x)\nexample.1=550 user unknown\n[odd]\ncategory=expired\nliteral=ab\n"
WRONG_RULES = ["[own", "category=expired\n", "[own]\ncategory=gone\nliteral=zeppelin\n", "[own]\ncategory=expired\n",
               "[own]\ncategory=expired\nliteral=zeppelin\nlevel=2\n", "[own]\ncategory=expired\nliteral=zeppelin\nphase=never\n",
               "[own]\ncategory=expired\nabout=nothing-such\n"]


def chosen(home):
    """--lang before the setting before the locale; C and English are English."""
    for lang, word in WORDS.items():
        got = home.nixie("--help", env={"LC_ALL": "", "LANG": "C.UTF-8", "LANGUAGE": lang})
        tap.check(word in got.text and "Usage:\n" not in got.text, "%s in LANGUAGE is heard" % lang, got.text[:200])
        got = home.nixie("list", "--help", "--lang=" + lang)
        tap.check(got.text.startswith(word), "--lang=%s is that of messages, too" % lang, got.text[:200])
    for name in ("C", "C.UTF-8", "en_GB.UTF-8", "POSIX"):
        got = home.nixie("--help", env={"LC_ALL": name})
        tap.check("Usage:\n" in got.text, "%s is English" % name, got.text[:200])
    got = home.nixie("list", "--help", "--lang=en", env={"LC_ALL": "C.UTF-8", "LANGUAGE": "de"})
    tap.check(got.text.startswith("Usage:"), "--lang=en is English in any locale", got.text[:200])
    narrow = home.nixie("list", "--help", "--lang=de", env={"LC_ALL": "C"})
    tap.check(narrow.out.isascii() and b"Aufruf:" in narrow.out, "German in a locale of ASCII has no umlauts", narrow.text[:300])
    home.write(".config/nixie/config", "[mail]\nlang=fr\n")
    got = home.nixie("views", env={"LC_ALL": "C.UTF-8"})
    tap.check("aucune vue" in got.said, "the setting is that of messages, too", got.said)
    os.unlink(home.path(".config", "nixie", "config"))


def errors(home):
    """Sentences of a child, and the codes of them."""
    plain = home.nixie("list", "from:(")
    for lang in WORDS:
        got = home.nixie("list", "--lang=" + lang, "from:(")
        tap.check(got.code == plain.code and got.said != plain.said and "from:(" in got.said,
                  "what a reader refuses is told in %s, with the same exit code" % lang, got)
    plain = home.nixie("lst")
    for lang in WORDS:
        got = home.nixie("lst", env={"LC_ALL": "C.UTF-8", "LANGUAGE": lang})
        tap.check(got.code == plain.code and got.said != plain.said and "`list`" in got.said,
                  "a wrong command is told in %s, with the same exit code" % lang, got)
        for words in (("lst", "--lang=" + lang), ("--lang=" + lang, "list", "--nosuch"), ("list", "--nosuch", "--lang=" + lang)):
            got = home.nixie(*words)
            tap.check(got.code == plain.code and "nknown option" not in got.said and "is no command" not in got.said,
                      "what is wrong in `nixie %s` is told in the language that it asks for" % " ".join(words), got)
    caret = home.nixie("list", "--lang=de", "tag:inbox and and tag:x")
    tap.check(re.search(r"^ +\^+$", caret.said, re.M), "the caret still points at the word", caret.said)


def rules(home):
    """What `rules` finds in a file, and what the file is refused for: no sentence stays English, places and names do."""
    for what, text in (("findings", RULES), *(("the error of %r" % wrong, wrong) for wrong in WRONG_RULES)):
        path = home.write("try.rules", text)
        plain = home.nixie("rules", "check", path)
        tap.check(plain.code == 78 and path + ":" in plain.text + plain.said, "there are %s" % what, plain)
        for lang in WORDS:
            got = home.nixie("rules", "check", "--lang=" + lang, path)
            lines, others = (set(re.findall(r"try\.rules:.*", one.text + one.said)) for one in (got, plain))
            places = [[re.match(r"try\.rules:\d+", line).group() for line in sorted(all)] for all in (lines, others)]
            tap.check(got.code == plain.code and not lines & others and places[0] == places[1], "%s in %s" % (what, lang), got)
    plain = home.nixie("rules", "test", "--rule=mailbox-full", "550 5.1.1 user unknown").text.split("asked")[1]
    for lang in WORDS:
        got = home.nixie("rules", "test", "--lang=" + lang, "--rule=mailbox-full", "550 5.1.1 user unknown").text
        tap.check(plain.split(": ")[1].strip()[:30] not in got, "rules test tells why in %s" % lang, got)


def log(home):
    """What was done is told in the language of messages; the journal keeps one for all."""
    for words in (["tag", "+seen", "-new", "--", "category:mailbox-full"], ["retry", "--sent", "--", "category:mailbox-full"],
                  ["retry", "--", "category:mailbox-full"], ["retry", "--unset", "--", "category:mailbox-full"],
                  ["suppress", "--unset", "--", "category:no-such-user"], ["suppress", "--accept"], ["scan"], ["undo"], ["redo"]):
        home.nixie(*words)
    labels = {entry["label"] for entry in home.nixie("log", "--format=json").json()}
    kinds = {re.match(r"\w+(?: the retry)?", label).group() for label in labels}
    tap.equal(kinds, {"tag", "flag", "take", "take the retry", "note", "suppress", "accept", "scan", "undo", "redo"} & kinds | {"tag", "flag", "note", "scan", "undo"}, "the log holds all sorts")
    for lang in WORDS:
        told = home.nixie("log", "--lang=" + lang).text
        tap.equal([label for label in sorted(labels) if label in told], [], "the log is told in %s" % lang)


def machines(home):
    broken = home.write("broken.jsonl", '{"schema":1,"file":"a.eml"\n{"schema":1,"file":"a.eml","index":0,"address":7}\n{"schema":2}\n')
    for words in [*MACHINES, ["list", "--from-json=" + broken, "--format=json"], ["rules", "check", "--format=json", home.write("try.rules", RULES)]]:
        plain = home.nixie(*words)
        for lang in WORDS:
            got = home.nixie(*words, env={"LC_ALL": "C.UTF-8", "LANGUAGE": lang})
            same = got.out == plain.out and got.code == plain.code
            tap.check(same, "`%s` is the same bytes in %s" % (" ".join(os.path.basename(word) for word in words), lang),
                      "\n".join(line for line in got.text.splitlines() if line not in plain.text.splitlines())[:600])


if not shutil.which("msgfmt") or not os.path.exists(os.path.join(LOCALES, "de", "LC_MESSAGES", "nixie.mo")):
    tap.skip("messages in other languages", "built without gettext")
else:
    with Home() as home:
        home.env["NIXIE_NOW"] = "1794225600"
        home.make_index()
        home.nixie("retry", "--", "category:mailbox-full")
        home.nixie("suppress", "--", "category:no-such-user")
        tap.parts([chosen, errors, rules, machines, log], home)
tap.end()
