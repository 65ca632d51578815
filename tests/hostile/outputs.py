# SPDX-License-Identifier: GPL-3.0-or-later
"""A nasty string planted in every input we know; every way out looked at.

Inputs: file names, folders, arguments, queries, filters, configuration, rules, notmuch's tags and configuration, the environment, mails
(hostile.extract has those), the journal. Outputs: listings, stderr, help, doctor, log, CSV, TSV, JSON, text0, addresses, templates.
What machines read is read again by Python's csv and json, and must say the same.
"""
import csv, io, json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from console import Console
from nixie import NIXIE, Home, Tap
from stream import Judge
import configs, judge, letter

# Steers, turns, hides, breaks lines and cells, is no UTF-8.
NASTY = "n\x1b]0;t\x07\x9b31m\x7f\u202e\u200b\ufe0f\U000e0041 =1+1,\"x\"\n\tz".encode() + b"\xff\xc2"
LINE = NASTY.replace(b"\n", b" ")
# What an address may begin with, and still be one; a spreadsheet, a shell or a mailer reads it otherwise.
FIRST = ("-rf@parcel.example", "=1+1@parcel.example", "+1@parcel.example", "plain@parcel.example", "'quote@parcel.example", "\"a,b\"@parcel.example", "\"@x\"@parcel.example")

PIPE = "|tee@parcel.example"  # a program, says the report: no address at all


def commands(home):
    """Words that bring the string in by an argument, a name or a place, with the exit codes that are right."""
    n, sample = NASTY, os.path.join(home.mail, ".", "cur", "fine:2,S")
    for words in (["list", n], ["list", "subject:" + os.fsdecode(n)], ["list", "--category=" + os.fsdecode(n)], ["list", "--status=" + os.fsdecode(n)], ["list", "--sort=" + os.fsdecode(n)], ["list", "--format=" + os.fsdecode(n)],
                  ["list", "--columns=" + os.fsdecode(n)], ["list", "--rule=" + os.fsdecode(n)], ["list", "--lang=" + os.fsdecode(n)], ["list", "--config=" + os.fsdecode(n)], ["list", "--profile=" + os.fsdecode(n)], ["list", "--limit=" + os.fsdecode(n)],
                  ["list", "--maildir=" + os.fsdecode(n)], ["list", "--format-version=" + os.fsdecode(n)], ["list", "--" + os.fsdecode(n)], ["list", "--theme=" + os.fsdecode(n)], ["list", "tag:(", n], ["list", "nosuch:" + os.fsdecode(n)], ["show", "id:" + os.fsdecode(n)],
                  ["stats", "--by=" + os.fsdecode(n)], ["address", n], ["tag", "+" + os.fsdecode(n), "--", "*"], ["tag", "--", n], ["retry", "--", n], ["suppress", "--", n], ["undo", n], ["export", "--output=" + os.fsdecode(n) + "/x", "*"], ["export", "--format=" + os.fsdecode(n)],
                  ["scan", n], ["extract", n], ["extract", "--files-from=" + os.fsdecode(n)], ["extract", "--jobs=" + os.fsdecode(n), sample], ["explain", n], ["explain", "550 5.1.1 " + os.fsdecode(n)], ["rules", n], ["rules", "test", n], ["rules", "check", n], ["rules", "list", n],
                  [n], ["--" + os.fsdecode(n)], ["help", n], ["tui", n], ["demo", n], ["doctor", n], ["log", n], ["redo", n], ["suppress", "--list", "--format=" + os.fsdecode(n)]):
        yield words


def check_said(tap, name, got, format="text"):
    wrong = judge.faults(format, got.out), judge.foul(got.err)
    tap.check(got.code in (0, 1, 64, 65, 66, 70, 73, 74, 78) and wrong == (None, None), name, "exit %d\n%s\n%s\n%r" % (got.code, *wrong, got.err[-300:]))


def plant(home):
    """Mails in folders, files and under tags of that name; an index of them."""
    good = letter.report(b"fine")
    home.write("mail/cur/fine:2,S", good)
    place = os.path.join(os.fsencode(home.root), b"mail", LINE.replace(b"/", b"-"), b"cur")
    os.makedirs(place)
    os.makedirs(os.path.join(os.path.dirname(place), b"new"))
    with open(os.path.join(place, b"x" + LINE.replace(b"/", b"-") + b".eml"), "wb") as out:
        out.write(letter.report(b"placed"))
    blocks = [letter.block(address.encode(), said=b"| =1+1 || said the table") for address in (*FIRST, PIPE)]
    returned = b"From: clerk@office.example\nTo: " + b", ".join(a.encode() for a in FIRST) + b"\nSubject: hello " + LINE + b"\nMessage-ID: <sent@office.example>\n"
    home.write("mail/cur/first:2,S", letter.report(b"first", blocks, returned=returned))
    home.write("mail/cur/nasty:2,S", letter.report(b"nasty", [letter.block(said=b"550 5.1.1 " + LINE)], letter.head(b"nasty", LINE, b"\"" + LINE + b"\" <MAILER-DAEMON@depot.example>")))
    with open(home.config, "wb") as file:
        file.write(b"[database]\npath=" + os.fsencode(home.mail) + b"\n[user]\nname=" + LINE.replace(b"\xff\xc2", b"") + b"\nprimary_email=clerk@office.example\n[new]\ntags=inbox\n[query]\nodd=tag:\"" + b"x\x1b[2J" + b"\"\n")
    home.notmuch("new")
    home.notmuch("tag", "+odd \x1b[2J\u202e", "--", "id:nasty@depot.example")


def same_rows(tap, home):
    """The addresses of one report, in each format; read again they are the same."""
    words = ["--include-unverified", "id:first@depot.example"]
    want = sorted(FIRST)
    rows = home.nixie("export", "--format=json", "--per=recipient", *words).json()
    rows = [row for row in rows if row["address"]]
    tap.equal(sorted(r["address"] for r in rows), want, "JSON: the addresses as they are")
    raw = home.nixie("export", "--format=csv", "--csv-raw", *words)
    as_they_are = [r for r in csv.DictReader(io.StringIO(raw.out.decode(), newline=""), strict=True) if r["address"]]
    tap.equal(sorted(r["address"] for r in as_they_are), want, "CSV with --csv-raw: the same")
    safe = [r for r in judge.rows_csv(home.nixie("export", "--format=csv", *words).out) if r["address"]]
    tap.equal((sorted(r["address"].removeprefix("'") if r["address"] not in FIRST else r["address"] for r in safe), judge.formulas(safe)), (want, []), "CSV: none is run by a spreadsheet")
    table = [r for r in judge.rows_tsv(home.nixie("export", "--format=tsv", *words).out) if r["address"]]
    tap.equal((len(table), judge.formulas(table)), (len(want), []), "TSV: nor there")
    lines = home.nixie("export", "--format=addresses", *words).out.decode().splitlines()
    tap.equal(sorted(lines), want, "addresses: a line each")
    text0 = home.nixie("export", "--format=text0", *words).out.decode().split("\0")
    tap.equal(sorted(text0[:-1]), want, "text0: each behind the other")
    by_lines = home.nixie("export", "--format=json-lines", "--per=recipient", *words).lines()
    tap.equal([row for row in by_lines if row["address"]], rows, "JSON lines: the same objects")
    for row, cells in zip(rows, as_they_are):
        tap.equal((cells["category"], cells["status"], cells["id"], cells["trust"]), (row["category"], row["status"], row["id"], row["trust"]), "CSV and JSON agree on %s" % row["address"])


def check_configs(tap, home):
    """Configurations and rules that steer, overflow or cannot be read."""
    for name, _ in configs.write(home.path("configs")):
        with open(home.path("configs", name), "rb") as file:
            data = file.read()
        target = ".config/nixie/rules.d/x.rules" if name.startswith("rules-") else ".config/nixie/config"
        path = home.write(target, data)
        for words in (["list", "*"], ["doctor"], ["rules", "check", path] if name.startswith("rules-") else ["list", "--limit=1", "*"]):
            got = home.nixie(*words)
            check_said(tap, "configuration %s: %s" % (name, " ".join(words[:2]).replace(home.root, "")), got)
        os.unlink(path)
    for name, make in (("a directory", os.mkdir), ("a pipe", os.mkfifo), ("a ring", lambda path: os.symlink(path, path))):
        path = home.path(".config", "nixie", "config")
        make(path)
        got = home.nixie("list", "*")
        tap.check(got.code == 78 and not judge.foul(got.err), "configuration: %s in its place" % name, got)
        os.rmdir(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)


# What is pasted into a prompt: the same without the keys that end it, which a terminal takes out of a paste (ESC, TAB, line ends).
PASTE = "zz\u202e\u200b\ufe0f\U000e0041\u009b31me\u0301\u0301\u0301 =1+1".encode() + b"\x9b2J\xff\xc2zz"
PROMPTS = {"l": "limit", "c": "query", "m": "save as a view", "/": "find", "T": "mark", "+": "add a tag", "-": "remove a tag", ":": "command", "C": "correct", "s": "save", "|": "pipe"}


def prompts(tap, home):
    """Pasted into each prompt of the screen, sent off (but to no shell, which would say it), and found again in the next one's history."""
    for key, name in PROMPTS.items():
        with Console([NIXIE, "--watch-seconds=0", "*"], home.env, 110, judge=Judge()) as screen:
            screen.wait(r"\[\d+/\d+\]")
            screen.settle()
            screen.press(key, PASTE)
            took = "=1+1" in screen.text()
            screen.press("\x1b" if name == "pipe" else "\n", "\x1b", "\x1b", key, "\x1b[A", "\x1b", "\x1b", "\x1b", "Q", "y")
            tap.check(took or name == "correct", "prompt %s: it takes what is pasted" % name, screen.text())
            tap.check(not screen.judge.fault, "prompt %s: nothing foul in %d bytes" % (name, len(screen.sent)), screen.judge.fault)


def main():
    tap = Tap()
    with Home() as home:
        plant(home)
        for words in commands(home):
            name = " ".join(os.fsdecode(w) for w in words)
            check_said(tap, "argument: " + name.encode("ascii", "backslashreplace").decode().replace("\x1b", "^[").replace("\n", "^J").replace("\t", " ").replace("\x07", "").replace("\x7f", "")[:60], home.nixie(*words))
        for command in (["list"], ["list", "--format=csv"], ["list", "--format=tsv"], ["list", "--format=text0"], ["list", "--columns=address,subject,tags,file,diagnostic"], ["show"], ["show", "--original"], ["show", "--hops"], ["show", "--for=recipient"],
                        ["show", "--for=admin"], ["stats", "--by=domain"], ["stats", "--by=cause"], ["export", "--include-unverified"], ["scan"], ["tag", "+odd\x1b[31m", "--"], ["tag", "+x\u202ey", "--"], ["retry", "--"]):
            format = next((w.split("=")[1] for w in command if w.startswith("--format=")), "csv" if command[0] == "export" else "text")
            check_said(tap, "planted: nixie " + ascii(" ".join(command))[1:-1], home.nixie(*command, "*"), format)
        for command in (["log"], ["log", "--format=json"], ["undo"], ["doctor"], ["suppress", "--list"], ["suppress", "--proposed"], ["rules", "list"], ["address", FIRST[0]], ["--help"], ["--version"]):
            check_said(tap, "planted: nixie " + " ".join(command), home.nixie(*command), "json" if "--format=json" in command else "text")
        for name in ("LANG", "LC_ALL", "TZ", "NIXIE_DATADIR", "NOTMUCH_CONFIG", "NOTMUCH_DATABASE", "NOTMUCH_PROFILE", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME", "TERM"):
            check_said(tap, "environment: " + name, home.nixie("list", "*", env={name: "/" + os.fsdecode(NASTY)}))
        for words in (["explain", "-"], ["extract", "-"], ["rules", "test", "-"]):
            check_said(tap, "standard input: nixie " + " ".join(words), home.nixie(*words, stdin=NASTY * 50))
        prompts(tap, home)
        same_rows(tap, home)
        check_configs(tap, home)
    tap.end()


main()
