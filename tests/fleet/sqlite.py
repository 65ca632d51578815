# SPDX-License-Identifier: GPL-3.0-or-later
"""contrib/fleet with SQLite: the counts of the dashboard are those of nixie, and what is no line does no harm."""
import json, os, sqlite3, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from fleet import compare, extract, load, query
from mailbox import Mailbox
from nixie import Home, Tap

tap = Tap()
LINE = {"schema": 1, "file": "a.eml", "index": 0, "id": "r1@mx.example.org", "kind": "failure", "date": "2026-07-27T08:09:10+02:00", "timestamp": 1785132550,
        "trust": "consistent", "reporting_mta": "mx.example.org", "original": {"id": "m1@example.org"}, "address": "ann@b.example", "status": "5.1.1",
        "diagnostic": "550 5.1.1 No such user", "remote_mta": "mail.b.example", "category": "no-such-user", "type": "hard", "who": ["sender"]}


def line(**more):
    return json.dumps(dict(LINE, **more)) + "\n"


def put(home, text, *words):
    base = home.path("fleet.sqlite")
    if os.path.exists(base) and "--more" not in words:
        os.unlink(base)
    done = load(home, "--sqlite=" + base, "--host=one", input=text if isinstance(text, bytes) else text.encode())
    base = sqlite3.connect(base)
    return done, lambda words: base.execute(words).fetchall()


def mailbox():
    with Mailbox() as box:
        lines, base = box.path("lines.jsonl"), box.path("fleet.sqlite")
        done = extract(box, lines)
        tap.check(done.returncode == 0 and os.path.getsize(lines) > 100000, "the lines of the mailbox", done)
        done = load(box, "--sqlite=" + base, lines)
        n = sum(1 for _ in open(lines, encoding="utf-8"))
        tap.check(done.returncode == 0 and os.stat(base).st_mode & 0o777 == 0o600, "they are loaded; only their owner can read them", done)
        connection = sqlite3.connect(base)
        compare(tap, box, lambda words: connection.execute(words).fetchall(), "SQLite, %d lines" % n)
        before = connection.execute("SELECT count(*) FROM lines").fetchone()
        load(box, "--sqlite=" + base, lines)
        tap.equal(connection.execute("SELECT count(*) FROM lines").fetchone(), before, "to load them again changes nothing")
        rows = connection.execute("SELECT line FROM bounces").fetchall()
        tap.check(all(json.loads(row[0])["schema"] == 1 for row in rows), "each line is there as it was")


def cases():
    """What is one failure, and what are two."""
    two = line(id="r2@mx.example.org", file="b.eml", reporting_mta="mx2.example.org")
    for name, text, want in (
            ("a line", line(), 1),
            ("loaded by two hosts", line() + line(file="copy.eml"), 1),
            ("reported twice", line() + two, 1),
            ("a delay, then the end", line(kind="delay", id="r0@mx", timestamp=1785032550) + line(), 1),
            ("of two messages", line() + line(id="r3@mx", original={"id": "m2@example.org"}), 2),
            ("of two mailboxes", line() + line(address="ben@b.example"), 2),
            ("no message known: a report each", line(original=None) + line(original=None, id="r3@mx"), 2),
            ("no message known, a copy", line(original=None) + line(original=None, file="c.eml"), 1),
            ("no recipient known", line(address=None, original=None), 1),
            ("contradicted: it tells of something else", line() + line(id="r4@mx", trust="contradicted"), 2),
            ("mail that is no bounce", line(kind="auto-reply") + json.dumps({"schema": 1, "file": "x", "index": 0, "error": "gone"}) + "\n", 0),
            ("capitals", line() + line(id="r5@mx", address="Ann@B.Example"), 1)):
        with Home() as home:
            done, ask = put(home, text)
            tap.check(done.returncode == 0 and ask("SELECT count(*) FROM bounces") == [(want,)], "%s: %d" % (name, want), (done, ask("SELECT * FROM bounces")))
    with Home() as home:
        _, ask = put(home, line(kind="delay", id="r0@mx", category="expired") + line())
        tap.equal(ask("SELECT kind, category FROM bounces"), [("failure", "no-such-user")], "the final report is the one that counts")


def suppress():
    independent = line() + line(id="r2@mx2", file="b.eml", original={"id": "m2@example.org"}, reporting_mta="mx2.example.org")
    for name, text, want in (
            ("one report alone", line(), []),
            ("two that know nothing of each other", independent, ["ann@b.example"]),
            ("two of one server", independent.replace("mx2.example.org", "mx.example.org"), []),
            ("what passes", independent.replace('"hard"', '"soft"'), []),
            ("what nothing confirms", independent.replace("consistent", "bare"), []),
            ("a proven one", line(trust="proven"), ["ann@b.example"])):
        with Home() as home:
            _, ask = put(home, text)
            tap.equal([row[0] for row in ask(query("suppress"))], want, "to suppress: " + name)


def hostile():
    """Each line that is none is named with its number; what is beside it is loaded."""
    bad = [b"{", b"[]", b"null", b"\xff\xfe", b'{"schema":2}', b'{"schema":1,"recipients":[]}', b"[" * 100000, b'"' + b"x" * 100000, b"\0\0"]
    with Home() as home:
        done, ask = put(home, b"\n".join([line().encode().strip(), b"", *bad, line(address="ben@b.example").encode()]))
        said = done.stderr.decode()
        tap.check(done.returncode == 65 and all("-:%d: left out: " % (n + 3) in said for n in range(len(bad))) and said.count("\n") == len(bad) + 1, "each is named", said[:2000])
        tap.equal(ask("SELECT address FROM bounces ORDER BY address"), [("ann@b.example",), ("ben@b.example",)], "the others are there")
        odd = line(address="'; DROP TABLE lines; --@b.example", diagnostic="\ud800\0\x1b[2J", timestamp=2**70, index="x", who={}, original=[], remote_mta=["x"])
        done, ask = put(home, odd + line(timestamp=10**17, remote_mta="192.0.2.1", index=-1) + line(address="j\u00f6@b\u00fccher.example", id="r9"))
        tap.check(done.returncode == 0 and ask("SELECT count(*) FROM bounces") == [(3,)], "other types and hostile texts are data", done)
        tap.equal(ask("SELECT mailbox FROM bounces WHERE id = 'r9'"), [("j\u00f6@xn--bcher-kva.example",)], "a domain is one, however it is written")
        tap.check(load(home, "--sqlite=" + home.path("x.sqlite"), home.path("none")).returncode == 66, "no such file")
        tap.check(load(home, "--rows", input=b"").returncode == 0 and load(home).returncode == 2, "usage")
        rows = load(home, "--rows", "--host=two", input=line().encode()).stdout
        tap.check(json.loads(rows)["host"] == "two" and json.loads(rows)["remote_domain"] == "b.example", "--rows prints the columns", rows)
        home.write("no.sqlite", "this is no database, but some text that is long enough to be looked at")
        done = load(home, "--sqlite=" + home.path("no.sqlite"), input=line().encode())
        tap.check(done.returncode == 74 and b"Traceback" not in done.stderr, "a file that is no database is said in a sentence", done)


tap.parts([mailbox, cases, suppress, hostile])
tap.end()
