# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie tui --from-json in a real terminal: rows, groups, explanations, the report where it can be read; what needs an index says so."""
import json, os, re, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SAMPLES, Home, Tap
from screen import Screen, available

tap = Tap()
KEYS = (("r", "a flag for retry is kept in an index"), ("S", "the suppression list belongs to an index"), ("a", "tags are kept in an index"),
        ("+", "tags are kept in an index"), ("*", "tags are kept in an index"), ("u", "there is nothing to undo"), (".", "there is nothing to repeat"),
        ("L", "the log of changes belongs to an index"), ("gp", "what is proposed rests on an index"), ("gt", "what was sent again is kept in an index"),
        ("H", "letters lie in an index"), ("M", "the lost message lies in an index"), ("P", "the way of a message is read from the mail"),
        ("T", "marking by query asks an index"), ("I", "the lost message lies in an index"))


def browse(home, screen):
    lines = home.path("all.jsonl")
    home.nixie("extract", "--format=json-lines", "--per=recipient", "--output=" + lines, SAMPLES)
    screen.type("'%s' tui --from-json=all.jsonl\n" % NIXIE)
    text = screen.wait(lambda t: re.search(r"\d+ found +\d+ shown", t) and "Who can fix it" in t)
    tap.check(text and "lines of all.jsonl" in text, "list and explanation open, the title names the file", screen.text())
    tap.check("e:export" in text and "r:retry" not in text and "u:undo" not in text, "what cannot be done is not offered", screen.text())
    screen.type("lcategory:mailbox-full\n")
    tap.check(screen.wait(r"limit: category:mailbox-full") and screen.wait("Quota exceeded|mailbox|no room"), "a limit, and its explanation", screen.text())
    tap.check(screen.wait(r"Diagnostic-Code|Final-Recipient|Subject:"), "the report is shown: its file can be read", screen.text())
    screen.keys("Escape")
    screen.type("gd")
    tap.check(screen.wait(r"DOMAIN"), "groups by domain", screen.text())
    screen.type("gc")
    tap.check(screen.wait(r"CATEGORY +BOUNCES|Storage full|sender"), "groups by category", screen.text())
    screen.type("gn")
    screen.wait("RECIPIENT")
    for keys, say in KEYS:
        screen.type(keys)
        tap.check(screen.wait(say), "%s: %s" % (keys, say), screen.text())
    screen.type("cfrom:ann\n")
    tap.check(screen.wait("needs an index"), "a query of notmuch says so", screen.text())
    screen.keys("Escape")
    screen.type("e")
    tap.check(screen.wait("no single command means just these rows"), "an export of a row alone has no command: ids are an index's", screen.text())
    screen.keys("Right")
    tap.check(screen.wait(r"--from-json='?all\.jsonl"), "one of all that is shown has, and it names the file", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(r"Wrote ~/bounces-"), "and writes", screen.text())
    with open(lines, "ab") as file:
        file.write(json.dumps({"schema": 1, "file": "late.eml", "index": 0, "id": "late@x", "kind": "failure", "date": "2030-01-01T00:00:00Z", "timestamp": 1893456000,
                               "address": "late@b.example", "status": "5.1.1", "category": "no-such-user", "type": "hard", "who": ["sender"]}).encode() + b"\n")
    screen.type("R")
    tap.check(screen.wait(r"late@b\.example"), "R reads the file anew", screen.text())
    screen.type("gg")
    tap.check(screen.wait(r"cannot|No such file|not there"), "a report whose file is not there: a sentence", screen.text())
    os.unlink(lines)
    screen.type("R")
    tap.check(screen.wait(r"all\.jsonl.*No such file"), "a result that is gone is said", screen.text())
    screen.type("Q")
    tap.check(screen.wait(r"ready>\s*$"), "Q leaves", screen.text())


def hostile(home, screen):
    long = "x" * 60000
    evidence = [{"part": "2" * 50, "field": "status", "raw": [2**47, 2**47], "decoded": [2**47, 2**47], "text": long}, {"part": "1", "field": "text", "raw": [0, 2**40], "decoded": [3, 2**40], "text": ""}]
    shutil.copy(os.path.join(SAMPLES, sorted(n for n in os.listdir(SAMPLES) if n.endswith(".eml"))[0]), home.path("there.eml"))
    good = {"schema": 1, "index": 0, "kind": "failure", "date": "\x1b]0;owned\x07", "timestamp": 1785132550, "trust": "bare", "category": "no-such-user", "type": "hard",
            "who": [], "evidence": evidence, "codes": [long] * 3, "diagnostic": "\x1b[2J\u202e" + long, "status": "\x1b[31m", "rule": "no-such-rule\x1b[2J", "links": [long]}
    rows = [dict(good, file="there.eml", id="h%d@x" % n, address="a%d\x1b[2J\n@b.example" % n, timestamp=1785132550 + n) for n in range(3)]
    rows += [dict(good, file="/dev/zero", id="z@x", address="z@b.example"), dict(good, file="/proc/self/mem", id="y@x", address=None),
             dict(good, file="\x1b[2J" * 50, id=None, address="", category=None, timestamp=None), dict(good, file=home.root, id="w@x", recipients=[], others=[])]
    home.write("bad.jsonl", "\n".join([json.dumps(rows[0]), "{\x1b[2J", '{"schema":1,"file":', *map(json.dumps, rows[1:]), "[" * 3000]) + "\n")
    screen.type("'%s' tui --from-json=bad.jsonl\n" % NIXIE)
    tap.check(screen.wait(r"3 unreadable"), "hostile lines: the list opens, three are unreadable", screen.text())
    for key in "G" + "k" * 10 + "gg" + "j" * 11 + "xvhW[]()<>":
        screen.type(key)
    screen.keys("Escape")
    screen.keys("Escape")
    screen.type("G")
    tap.check(screen.wait(r"bad\.jsonl:\d+: left out: it is no JSON"), "each says its line and why", screen.text())
    for keys in ("gc", "ga", "gk", "gi", "gn"):
        screen.type(keys)
    tap.check(screen.wait("RECIPIENT"), "groups of them, and back", screen.text())
    screen.type("Q")
    tap.check(screen.wait(r"ready>\s*$"), "and it lives to the end", screen.text())
    screen.flush()
    tap.check(b"\x1b]0;owned" not in screen.sent and b"\xe2\x80\xae" not in screen.sent, "nothing of theirs reaches the terminal")


if not available():
    tap.skip("tui --from-json", "tmux is not installed")
else:
    for part in (browse, hostile):
        with Home() as home, Screen(home, 110, 34) as screen:
            tap.parts([part], home, screen)
tap.end()
