# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong calls: each has its sentence and its exit code (interface.md section 3), and nothing on stdout."""
import os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SAMPLES, SRCDIR, Home, Result, Tap

tap = Tap()

WRONG = [  # words, exit code, what the sentence must name
    (["lst"], 64, "list"),
    (["export", "--output="], 64, "--output= names nothing"),
    (["--maildir=", "list"], 64, "--maildir= names nothing"),
    (["export", "--output=/"], 73, "is a directory"),
    (["export", "--output=/nonexistent/x.csv"], 73, "there is no directory /nonexistent; make it"),
    (["frobnicate"], 64, "frobnicate"),
    (["list", "--nosuch"], 64, "--nosuch"),
    (["list", "--category=nonsense"], 64, "nonsense"),
    (["list", "--type=hrd"], 64, "hard"),
    (["list", "--format=xml"], 64, "xml"),
    (["list", "--format=json", "--format-version=0"], 20, "old"),
    (["list", "--format=json", "--format-version=9"], 21, "new"),
    (["list", "--limit=ten"], 64, "ten"),
    (["list", "--sort=colour"], 64, "colour"),
    (["stats", "--by=colour"], 64, "colour"),
    (["show", "--for=nobody"], 64, "recipient, admin, sender"),
    (["show", "--for=admin", "--format=csv"], 64, "csv"),
    (["show", "--original", "--format=csv"], 64, "csv"),
    (["list", "--original"], 64, "--original"),
    (["address"], 64, "someone@example.org"),
    (["address", "neko"], 64, "neko"),
    (["address", "neko@cat.example", "--format=csv"], 64, "json"),
    (["show", "--due"], 64, "--due"),
    (["retry", "--original", "--", "*"], 64, "--original"),
    (["tag", "--", "*"], 64, "tag"),
    (["tag", "+x"], 64, "query"),
    (["retry"], 64, "query"),
    (["extract"], 64, "files"),
    (["extract", "gone/file.eml"], 66, "gone/file.eml"),
    (["explain"], 64, "explain"),
    (["explain", "gone/report.eml"], 66, "gone/report.eml"),
    (["explain", "9.9.9"], 64, "9.9.9"),
    (["explain", "5.1"], 64, "is no code"),
    (["explain", "5,1,1"], 64, "is no code"),
    (["explain", "xyzzy plugh"], 66, "nothing in this is known"),
    (["explain", "Remote-MTA: dns; mail.example.jp"], 66, "nothing in this is known"),
    (["explain", "+49 30 1234567"], 66, "nothing in this is known"),
    (["explain", "Everything is fine, your mail was delivered"], 66, "nothing in this is known"),
    (["explain", os.path.join(SRCDIR, "tests", "samples", "README")], 66, "this is no report"),
    (["explain", "-"], 66, "empty"),
    (["explain", "--lang=xx", "5.1.1"], 64, "de, en"),
    (["rules", "frob"], 64, "frob"),
    (["undo", "x"], 64, "number"),
    (["list", "--jobs=two"], 64, "two"),
    (["undo", "--limit=1"], 64, "--limit"),
    (["doctor", "now"], 64, "now"),
    (["redo", "--", "3"], 64, "3"),
    (["list", "--jobs=many"], 64, "jobs"),
    (["extract", "--jobs=999", "x"], 64, "jobs"),
    (["list", "--exclude=perhaps"], 64, "perhaps"),
    (["list", "--color=pink"], 64, "pink"),
    (["log", "--format=csv"], 64, "json"),
    (["stats", "--format=text0"], 64, "csv"),
    (["suppress", "--proposed", "--format=text0"], 64, "json"),
    (["list", "--adress=x"], 64, "did you mean `--address`? `nixie list --help` lists the options"),
    (["lst"], 64, "did you mean `list`? For a search write `nixie -- lst`"),
    (["--limit=5"], 64, "--limit is no option of tui; `nixie tui --help`"),
    (["--redact", "tag:inbox"], 64, "--redact is no option of tui"),
    (["--due", "log"], 64, "--due is no option of log"),
    (["--type=hard", "doctor"], 64, "--type is no option of doctor"),
    (["--day=2026-07-28", "--category=expired", "undo"], 64, "is no option of undo"),
    (["list", "--format=csv", "--columns=zzyzx"], 64, "known are action, address"),
    (["suppress", "--list"], 0, "nobody is on the suppression list"),
    (["suppress", "--removed"], 0, "nobody was taken off"),
    (["list", "--dew"], 64, "Unknown option --dew; `nixie list"),
    (["retry", "--", "--address=ann@example.org"], 64, "before the --"),
    (["retry", "--unset=false", "--", "*"], 64, "--unset takes no value, but there is `false`"),
    (["list", "--", "--unset=false"], 0, "`--unset=false` matches no message"),
    (["list", "--status=9.1.1"], 0, "`status:9.1.1` fits none of"),
    (["scan", "nosuch:abc"], 64, "\n  nosuch:abc\n  ^^^^^^^^^^"),
    (["demo"], 78, "NIXIE_DATADIR", {"NIXIE_DATADIR": "/nonexistent"}),
]

QUERIES = [  # a mistyped query, what the sentence must name
    ("query:foo", "query:foo"), ("from:", "from:"), ("date:foo..bar", "foo"), ("(", "("), ("tag:x and", "and"),
    ("subject:/(/", "subject:/(/"), ("sexp:(", "sexp:"), ("path:", "path:"), ('"unclosed', "unclosed"), ("nosuch:abc", "nosuch"),
    ("category:nonsense", "nonsense"), ("category:no-such-user or tag:x", "category:no-such-user"), ("not type:hard", "type:hard"),
]

with Home() as home:
    home.make_index()
    for words, code, named, *env in WRONG:
        got = home.nixie(*words, env=env[0] if env else None)
        tap.check(got.code == code and named in got.said and got.said.startswith("nixie: ") and not got.out,
                  "nixie %s: exit %d" % (" ".join(words), code), got)
    for query, token in QUERIES:
        got = home.nixie("list", "--", query)
        tap.check(got.code == 64 and not got.out and token in got.said, "query %s is refused by name" % query, got)

    # A system service without User= has no HOME.
    env = {name: value for name, value in home.env.items() if name not in ("HOME", "XDG_DATA_HOME")}
    got = Result(subprocess.run([NIXIE, "list"], env=env, cwd=home.root, capture_output=True))
    tap.check(got.code == 66 and not got.out and "wants HOME to be set" in got.said, "without HOME: what notmuch wants", got)

    # No terminal: one line, nothing on stdout.
    got = home.nixie()
    tap.check(got.code == 64 and not got.out and got.said.count("\n") == 1, "no terminal", got)

    # A cache that cannot be kept: what follows from it, and why.
    for place, why in (("/dev/null", "cannot make the directory /dev/null/nixie"), (home.path("small"), "unable to open database file")):
        os.makedirs(home.path("small/nixie"), exist_ok=True)
        for kind in ("", "-wal"):  # a directory stands where the file would be
            os.makedirs(home.path("small/nixie", home.notmuch("count", "--lastmod", "id:none").split()[1] + ".db" + kind), exist_ok=True)
        got = home.nixie("list", env={"XDG_CACHE_HOME": place})
        tap.check(got.code == 0 and got.out and "is not kept for the next start: " in got.said and why in got.said, "no cache in %s" % os.path.basename(place), got)

    # A broken configuration names file, group and key; a broken rule too.
    home.write(".config/nixie/config", "[general]\nlang=de\n")
    got = home.nixie("list")
    tap.check(got.code == 78 and "config:1: [general] there is no such group of settings; there are mail, tags, " in got.said, "a wrong group: those that there are", got)
    config = home.write(".config/nixie/config", "[tags]\nnosuchkey=1\n")
    got = home.nixie("list")
    tap.check(got.code == 78 and "nosuchkey" in got.said, "unknown setting", got)
    got = home.nixie("doctor")
    tap.check(got.code == 78 and "nosuchkey" in got.text and "database" in got.text, "the doctor tells it, and looks on", got)
    tap.equal(home.nixie("--version").code, 0, "--version needs no configuration")
    os.unlink(config)
    os.mkdir(config)
    got = home.nixie("list")
    tap.equal((got.code, got.said), (78, "nixie: %s: cannot be read: Is a directory\n" % config), "a file is named once")
    os.rmdir(config)
    rule = home.write(".config/nixie/rules.d/own.rules", "[own]\ncategory=nonsense\npattern=x\n")
    home.write(".config/nixie/rules.d/torn.rules", "[torn\n")
    home.write(".config/nixie/rules.d/sound.rules", "[sound]\ncategory=expired\nliteral=zeppelin\nexample.1=550 a zeppelin\n")
    sample = os.path.join(SAMPLES, "qmail-no-reason.eml")
    for words in (("extract", sample), ("explain", "550 a zeppelin"), ("rules", "test", "550 a zeppelin"), ("list",)):
        got = home.nixie(*words)
        tap.check(got.code in (0, 66) and got.said.count("left out, since it is broken: ") == 2 and "own.rules:2: [own] " in got.said
                  and "torn.rules:1: " in got.said, "broken rules are left out and named: %s" % " ".join(words[:2]), got)
    got = home.nixie("rules", "test", "550 a zeppelin", "--format=json")
    tap.equal(got.json()[0]["rule"], "sound", "a sound file beside them counts")
    got = home.nixie("rules", "check")
    tap.check(got.code == 78 and "own.rules:2: [own] " in got.text and "torn.rules:1: " in got.text, "rules check fails for them", got)
    got = home.nixie("doctor")
    tap.check(got.code == 78 and "own.rules:2" in got.text and "torn.rules:1" in got.text, "and so does the doctor", got)
    os.unlink(home.path(".config/nixie/rules.d/torn.rules"))
    os.unlink(home.path(".config/nixie/rules.d/sound.rules"))
    os.unlink(rule)

    # The language: --lang before the setting before the locale, and machines are told English unless --lang asks.
    GERMAN, ENGLISH = "dauerhaft", "permanent"
    for lang, setting, locale, wanted in [
            (None, None, "C.UTF-8", ENGLISH), (None, None, "de_AT.UTF-8", GERMAN), (None, None, "ia_XX.UTF-8", ENGLISH),
            (None, "de", "C.UTF-8", GERMAN), (None, "en", "de_DE.UTF-8", ENGLISH), ("de", None, "C.UTF-8", GERMAN),
            ("de_CH.UTF-8", None, "C.UTF-8", GERMAN), ("en", "de", "de_DE.UTF-8", ENGLISH), ("C", None, "de_DE.UTF-8", ENGLISH),
            (None, None, "de_DE.ISO-8859-1", ENGLISH), ("de", None, "de_DE.ISO-8859-1", GERMAN),
            (None, None, "xx:ia", ENGLISH), (None, None, "xx:de", GERMAN)]:
        config = home.write(".config/nixie/config", "[mail]\nlang=%s\n" % setting if setting else "")
        got = home.nixie("explain", *(["--lang=" + lang] if lang else []), "5.1.1", env={"LC_ALL": "C.UTF-8" if locale == "C.UTF-8" else "de_DE.UTF-8" if ":" in locale else locale,
                              "LANGUAGE": locale if ":" in locale else ""})
        tap.check(got.code == 0 and wanted in got.text, "lang: option %s, setting %s, locale %s" % (lang, setting, locale), got)
        os.unlink(config)
    config = home.write(".config/nixie/config", "[mail]\nlang=xx\n")
    got = home.nixie("explain", "5.1.1", env={"NIXIE_DATADIR": home.path("nowhere")})
    tap.check(got.code == 78 and "make install" in got.said and "NIXIE_DATADIR" in got.said, "no data: what to do is said", got)
    got = home.nixie("explain", "5.1.1")
    tap.check(got.code == 78 and "xx" in got.said and "de, en" in got.said, "lang=xx in the configuration", got)
    os.unlink(config)

    # A code alone is about nobody, and not every code tells of a failure.
    head = home.nixie("explain", "5.7.26").text.splitlines()[0]
    tap.check("recipient" not in head and not head.endswith(":"), "explain CODE names no recipient", head)
    got = home.nixie("explain", "250")
    tap.check(got.code == 0 and "no failure" in got.text and "did not arrive" not in got.text, "explain 250", got)
    for words, category in (("microsoft 5.7.12", "recipient-restricted"), ("rfc 5.1.10", "no-such-domain"),
                            ("Permanent/General", "no-such-user"), ("mailgun: 606", "suppressed"), ("err/4", "mailbox-full"),
                            ("Gmail: 5.7.30", "sender-auth-failed"), ("554 5.2.2 mailbox full", "mailbox-full")):
        got = home.nixie("explain", "--format=json", words)
        answer = got.json() if got.code == 0 else {}
        tap.check(answer.get("category") == category and answer["who"] and answer["next"] and answer["retry"]["text"] and answer["explanation"],
                  "explain %s" % words, got)
    got = home.nixie("explain", "microsoft", "5.1.10")
    tap.check("Microsoft 365: Recipient not found" in got.text and "The registry: Recipient domain has null MX (Domain does not exist" in
              " ".join(got.text.split()), "explain tells what a code means elsewhere", got)
    got = home.nixie("explain", "--format=json", "2.1.5")
    tap.check(got.json()["kind"] == "delivered" and got.json()["category"] is None, "a code of success is no failure", got)
    got = home.nixie("explain", "5.3.77")
    tap.check("No table has 5.3.77" in got.text and "about the mail system there" in " ".join(got.text.split()),
              "a code without a row is read by class and subject", got)
    got = home.nixie("explain", "5.9.9")
    tap.check(got.code == 0 and "No table has 5.9.9" in got.text, "explain of a code that nobody knows", got)

    for code in ("5.0.0", "550", "4.9.9", "599"):
        got = home.nixie("explain", code)
        words = " ".join(got.text.split())
        tap.check(got.code == 0 and "code alone does not tell why" in words and "report does not say" not in words and "words do not say" not in words,
                  "explain %s speaks of no report" % code, got)
    for words in ("5.6.0", "550 5.7.9 zrbf", "550"):
        got = home.nixie("explain", words)
        tap.check(got.code == 0 and "key p" not in got.text and "({" not in got.text, "explain %s names no key of the screen" % words, got)
    got = home.nixie("rules", "test", "599 zrbf")
    tap.check("nixie rules correct --as=CATEGORY" in got.text, "rules test says what to do where no rule decides", got)
    # What sends again is looked for before anybody needs it.
    for command, told in (("nosuch --x", "nosuch, which sends again, is not found"), ("sh -c true", "ok    resend     sh -c true")):
        got = home.nixie("doctor", "--resend-command=" + command)
        tap.check(told in got.text, "the doctor on resend-command=" + command, got)
    tap.check(len(got.text.splitlines()) < 20, "the long default scope is left to --verbose", got)
    got = home.nixie("doctor", "--verbose")
    tap.check("subject:undelivered" in got.text, "which prints it", got)

    # A family of reports that means an unknown category.
    data = home.path("data")
    shutil.copytree(home.env["NIXIE_DATADIR"], data)
    family = os.path.join(data, "formats", "google.format")
    text = open(family, encoding="utf-8").read()
    open(family, "w", encoding="utf-8").write(text.replace("category=", "category=no-such-"))
    got = home.nixie("list", env={"NIXIE_DATADIR": data})
    tap.check(got.code == 78 and "google.format:" in got.said, "an unknown category in a family of reports", got)

    got = home.nixie("--help")
    tap.check(got.code == 0 and "export" in got.text and not got.said, "--help lists the commands", got)
    for words in (("help",), ("help", "list")):
        asked, told = home.nixie(*words), home.nixie(*words[1:], "--help")
        tap.check(asked.code == 0 and asked.text == told.text and not asked.said, "%s is the --help of it" % " ".join(words), asked)
    got = home.nixie("list", "--help")
    tap.check(got.code == 0 and "--category" in got.text and "--format" in got.text, "list --help lists its options", got)
    tap.check("--theme" not in got.text and "--help --verbose" in got.text, "and leaves the settings to --help --verbose", got)
    got = home.nixie("list", "--help", "--verbose")
    tap.check(" --theme=" in got.text and " --plain=" in got.text and got.text.count("--jobs=") == 1, "there each stands under its name, once", got)
    # As in a report, a quoted reply is asked before what stands around it.
    got = home.nixie("rules", "test", "Marked as spam: remote server returned '550 5.1.1 User unknown'")
    tap.check(got.code == 0 and "no-such-user" in got.text.splitlines()[0], "rules test decides as a report is decided", got)
    got = home.nixie("--version")
    tap.check(got.code == 0 and got.text.startswith("nixie ") and "JIT" in got.text, "--version", got)
    tap.check("\x1b" not in home.nixie("list", "--color=always").text, "no escape without a terminal")

with Home() as home:
    got = home.nixie("list")
    tap.check(got.code == 66 and not got.out, "no database", got)
    tap.check(home.config in got.said, "no notmuch configuration: where it was looked for", got)
    broken = home.write("broken", "no configuration [[\n")
    got = home.nixie("list", "--config=" + broken)
    tap.check(got.code == 66 and broken in got.said and "setup" not in got.said, "a broken notmuch configuration is no missing one", got)
    got = home.nixie("list", "--maildir=" + home.path("gone"))
    tap.check(got.code == 66 and home.path("gone") in got.said and not got.out, "--maildir that is not there", got)

tap.end()
