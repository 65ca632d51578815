# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on a real notmuch database: list, limit, flag, tag, undo, redo, export, read back."""
import csv, io, json, os, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

tap = Tap()
with Home() as home:
    home.make_index()
    before, revision = home.dump(), home.revision()

    got = home.nixie("list", "--format=json")
    reports = got.json() if got.code == 0 else []
    tap.check(got.code == 0 and len(reports) > 30, "list finds the bounces of a fresh index", got)
    rows = [(r, x) for r in reports for x in (r.get("recipients") or [r])]
    tap.check(all(r.get("kind") in ("failure", "delay") for r in reports), "only failures and delays are listed")
    tap.check(any(r.get("origin") == "own" for r in reports), "own mail is recognised by the index")
    for words in (["list"], ["show", "--limit=3"], ["stats"], ["stats", "--by=day"], ["export", "--format=json"], ["doctor"], ["log"]):
        got = home.nixie(*words)
        tap.check(got.code == 0 and (got.out or words == ["log"]), "nixie %s" % " ".join(words), got)
    tap.equal((home.dump(), home.revision()), (before, revision), "reading changes nothing")

    lines = home.nixie("list").text.splitlines()
    tap.check(len({line.index(next(w for w in ("HARD", "SOFT", "WAIT", "????") if "  %s  " % w in line)) for line in lines}) == 1,
              "the columns of the list stand below each other")
    total = len(home.nixie("list", "--format=json-lines", "--per=recipient").lines())
    soft = home.nixie("list", "--format=json-lines", "--per=recipient", "--type=soft").lines()
    hard = home.nixie("list", "--format=json-lines", "--per=recipient", "type:hard").lines()
    tap.check(soft and hard and len(soft) + len(hard) <= total, "filters as options and as words", (len(soft), len(hard), total))
    tap.check(all(x["type"] == "soft" for x in soft), "--type=soft gives soft ones only")
    got = home.nixie("list", "--exit-code", "--quiet", "--category=no-such-user")
    tap.equal(got.code, 1, "--exit-code")
    got = home.nixie("list", "--quiet", "from:nobody-at-all")
    tap.check(got.code == 0 and not got.out, "nothing matched: exit 0, nothing printed", got)

    # Ten recipients flagged, tagged, undone.
    ten = home.nixie("list", "--format=json-lines", "--per=recipient", "--limit=10", "--type=soft").lines()
    ids = sorted({x["id"] for x in ten})
    query = " or ".join('id:"%s"' % i for i in ids)
    got = home.nixie("retry", "--", query)
    tap.check(got.code == 0 and "retry" in got.said, "retry", got)
    flagged = home.dump()
    tap.check(flagged.count("+retry") == len(ids) and "nixie.retry=" in flagged, "tag and properties are in the index", flagged[:500])
    states = {x["state"] for x in home.nixie("list", "--format=json-lines", "--per=recipient", "--", query).lines()}
    tap.check(states <= {"retry", "due"} and states, "state of the flagged", states)
    tap.equal(home.nixie("list", "state:retry").text, home.nixie("list", query).text, "state:retry finds those that are due, too")
    got = home.nixie("tag", "+customer", "-inbox", "--", query)
    tap.check(got.code == 0 and home.dump().count("+customer") == len(ids), "tag", got)
    again = home.dump()
    got = home.nixie("tag", "+customer", "--", query)
    tap.check(got.code == 0 and home.dump() == again, "tagging again changes nothing", got)
    got = home.nixie("undo")
    tap.check(got.code == 0 and home.dump() == flagged, "undo takes the tags back, and only them", got)
    got = home.nixie("redo")
    tap.check(got.code == 0 and home.dump() == again, "redo", got)
    home.nixie("undo")
    got = home.nixie("undo")
    tap.check(got.code == 0 and home.dump() == before, "a second undo takes the flags back: the index is as it was", got)
    got = home.nixie("undo")
    tap.check(got.code == 0 and "there is nothing to undo" in got.said, "nothing left to undo is said, and no fault", got)
    got = home.nixie("undo", "--quiet", "--exit-code")
    tap.check(got.code == 0 and not got.said, "quietly, too; with --exit-code 1 says that something was undone", got)
    tap.equal(home.dump(), before, "and changes nothing")
    got = home.nixie("log")
    tap.check("undone" in got.text, "the log tells", got)

    # What others changed since is left.
    home.nixie("tag", "+a", "+b", "--", query)
    home.notmuch("tag", "-a", "--", 'id:"%s"' % ids[0])
    got = home.nixie("undo")
    tap.check(home.notmuch("count", "tag:a or tag:b").strip() == "0", "undo after another's change", got)

    # What others took away already does not stand in the way of the undo before it.
    home.nixie("retry", "--", query)
    home.nixie("tag", "+c", "--", query)
    home.notmuch("tag", "-c", "--", "tag:c")
    got = home.nixie("undo")
    tap.check(got.code == 0 and "others" in got.said, "undo of what is gone says so", got)
    got = home.nixie("undo")
    tap.check(got.code == 0 and home.dump() == before, "the next undo takes the step before", got)
    got = home.nixie("redo")
    tap.check(got.code == 0 and "flag" in got.said, "and redo brings that one back", got)
    home.nixie("undo")

    # Tags that notmuch would take, and those that nobody should.
    for word in ("+", "-", "+-x", "+\x1b[2J", "x"):
        got = home.nixie("tag", word, "--", query)
        tap.check(got.code == 64 and home.dump() == before, "tag %r is refused" % word, got)

    # Exports read back.
    out = home.path("out.csv")
    got = home.nixie("export", "--format=csv", "--include-unverified", "--output=" + out)
    tap.check(got.code == 0 and got.said, "export to a file tells its count", got)
    raw = open(out, newline="", encoding="utf-8").read()
    table = list(csv.DictReader(io.StringIO(raw)))
    want = [x for x in home.nixie("export", "--format=json-lines", "--per=recipient", "--include-unverified").lines()]
    tap.equal(len(table), len([x for x in want if x["valid"]]), "CSV and JSON have the same rows")
    tap.equal([row["address"] for row in table], [x["address"] for x in want if x["valid"]], "the same addresses in the same order")
    tap.check(raw.endswith("\r\n") and raw.count("\r\n") >= len(table) + 1, "CSV has CRLF line ends")
    addresses = home.nixie("export", "--format=addresses", "--include-unverified").text.split("\n")
    tap.equal(sorted(set(addresses) - {""}), sorted({row["address"] for row in table}), "the plain list")
    default = home.nixie("export", "--format=addresses")
    tap.check("unverified" in default.said and len(default.text.splitlines()) < len(addresses), "what nothing confirms is left out and counted", default)
    nul = home.nixie("export", "--format=text0", "--include-unverified").out
    tap.check(nul.count(b"\0") and not b"\n" in nul, "text0 ends with NUL", nul[:200])
    got = home.nixie("stats", "--by=category", "--format=json").json()
    tap.equal(sum(x["bounces"] for x in got), total, "stats count every row")

    got = home.nixie("export", "--force", "--output=" + home.root)
    tap.check(got.code == 73 and "is a directory" in got.said, "--force replaces files only, and says so", got)

    # Letters that the locale does not have.
    home.write("mail/letters/cur/1:2,", "From: MAILER-DAEMON@mx.example.net\nTo: kim@example.org\nSubject: Undelivered Mail Returned to Sender\n"
               "Date: Fri, 20 Nov 2026 09:00:00 +0000\nMessage-ID: <letters@mx.example.net>\nContent-Type: multipart/report; report-type=delivery-status; "
               "boundary=b\n\n--b\n\nNo such user.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
               "Final-Recipient: utf-8; j\u00f6rg@b\u00fccher.example\nAction: failed\nStatus: 5.1.1\n--b--\n")
    home.notmuch("new")
    for words in (["list"], ["show"], ["stats", "--by=address"]):
        got = home.nixie(*words, "id:letters@mx.example.net", env={"LC_ALL": "C"})
        tap.check(got.code == 0 and max(got.out) < 128 and "<U+00F6>" in got.text, "nixie %s in the C locale" % words[0], got)
        tap.check("j\u00f6rg" in home.nixie(*words, "id:letters@mx.example.net").text, "and in UTF-8")
    os.unlink(home.path("mail/letters/cur/1:2,"))
    home.notmuch("new")

    # Counts for people: a line each, no title runs into its numbers; --limit holds here as well.
    lines = home.nixie("stats").text.splitlines()
    tap.check(all(len(line) < 80 for line in lines) and lines[2].split() == ["CATEGORY", "BOUNCES", "ADDR"], "stats as a table", lines)
    tap.equal(len(home.nixie("stats", "--by=domain", "--limit=2", "--format=json").json()), 2, "stats --limit")
    log = home.nixie("log", "--format=json").json()
    tap.equal(home.nixie("log", "--offset=1", "--limit=2", "--format=json").json(), log[1:3], "log --offset --limit")

    # A report without a date is of no day, and never of 1970.
    home.write("mail/undated/cur/1:2,", "From: MAILER-DAEMON@mx.example.net\nTo: kim@example.org\nSubject: Undelivered Mail Returned to Sender\n"
               "Message-ID: <undated@mx.example.net>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
               "--b\n\nNo such user.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
               "Final-Recipient: rfc822; old@undated.example\nAction: failed\nStatus: 5.1.1\n--b--\n")
    home.notmuch("new")
    got = home.nixie("stats", "--by=day", "--format=json", "id:undated@mx.example.net").json()
    tap.equal([(x["key"], x["title"], x["first"], x["last"]) for x in got], [("", "(unknown)", None, None)], "stats by day without a date")
    os.unlink(home.path("mail/undated/cur/1:2,"))
    home.notmuch("new")

    # A first scan on a real database.
    got = home.nixie("scan")
    dump = home.dump()
    tap.check(got.code == 0 and "+bounce" in dump and "nixie.category=" in dump, "scan tags and stores", got)
    scanned = home.revision()
    got = home.nixie("scan")
    tap.check(got.code == 0 and home.revision() == scanned, "a second scan changes nothing", got)
    found = home.notmuch("count", "property:nixie.status=5.1.1").strip()
    tap.check(int(found) > 0, "verdicts are searchable from notmuch", found)
    tap.equal(len(home.nixie("list", "--format=json-lines", "--per=recipient").lines()), total, "the scope after the scan is the same")

    # A suppression list that cannot be read.
    lists = home.path(".local/share/nixie/suppress")
    os.makedirs(os.path.join(lists, home.notmuch("count", "--lastmod", "*").split()[1]))
    got = home.nixie("suppress", "--list")
    tap.check(got.code == 74 and "suppress" in got.said and not got.out, "a suppression list that cannot be read", got)

    # Facts are cached, and known by the families of reports that they were read with.
    data = home.path("data")
    shutil.copytree(home.env["NIXIE_DATADIR"], data)
    family = os.path.join(data, "formats", "opensmtpd.format")
    formats = lambda: {r["format"] for r in home.nixie("list", "--format=json", env={"NIXIE_DATADIR": data}).json()}
    tap.check("opensmtpd" in formats(), "a family is recognised")
    text = open(family, encoding="utf-8").read()
    open(family, "w", encoding="utf-8").write(text.replace("[opensmtpd]", "[opensmtpd-two]"))
    tap.check("opensmtpd-two" in formats(), "what another family read is read anew")
tap.end()
