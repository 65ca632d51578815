# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie extract: every kind of input, in order, and what cannot be read is named."""
import os, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap

REPORT = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: helpdesk@example.com
Subject: Undelivered Mail Returned to Sender
Date: Fri, 20 Nov 2026 09:00:00 +0100
Message-ID: <report-%(n)d@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b%(n)d"

--b%(n)d
Content-Type: text/plain

This is the mail system at host mx.example.net.

<user%(n)d@example.org>: host mail.example.org[192.0.2.1] said: 550 5.1.1
    <user%(n)d@example.org>: Recipient address rejected: User unknown
    (in reply to RCPT TO command)

--b%(n)d
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; user%(n)d@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <user%(n)d@example.org>: Recipient address
    rejected: User unknown

--b%(n)d
Content-Type: text/rfc822-headers

From: helpdesk@example.com
To: user%(n)d@example.org
Subject: Your ticket
Message-ID: <ticket-%(n)d@example.com>

--b%(n)d--
"""
ORDINARY = "From: ann@example.org\nTo: helpdesk@example.com\nSubject: Hello\nMessage-ID: <1@example.org>\n\nAll is well.\n"

tap = Tap()
with Home() as home:
    one = home.write("in/one.eml", REPORT % {"n": 1})
    got = home.nixie("extract", "--format=json", one)
    tap.equal(got.code, 0, "one report: exit 0")
    report = got.json()[0] if got.code == 0 and got.out else {}
    recipients = report.get("recipients") or [{}]
    tap.equal(report.get("kind"), "failure", "kind")
    tap.equal(len(recipients), 1, "one recipient")
    for key, want in (("address", "user1@example.org"), ("status", "5.1.1"), ("reply", "550"), ("category", "no-such-user"),
                      ("type", "hard"), ("valid", True), ("remote_mta", "mail.example.org"), ("finality", "refused")):
        tap.equal(recipients[0].get(key), want, key)
    tap.equal((report.get("original") or {}).get("id"), "ticket-1@example.com", "returned message")
    tap.equal(report.get("reporting_mta"), "mx.example.net", "reporting MTA")
    tap.equal((report.get("origin"), report.get("trust")), ("unknown", "consistent"), "no index: origin unknown, trust consistent")

    got = home.nixie("extract", "--format=json-lines", "-", stdin=(REPORT % {"n": 2}).encode())
    tap.check(got.code == 0 and got.lines()[0]["recipients"][0]["address"] == "user2@example.org", "standard input", got)

    for n in range(3, 40):
        home.write("in/more/%02d.eml" % n, REPORT % {"n": n})
    home.write("in/more/40.eml", ORDINARY)
    got = home.nixie("extract", "--format=json-lines", home.path("in"))
    files = [line["file"] for line in got.lines()]
    tap.equal(len(files), 39, "a directory: an object for every file, also for ordinary mail")
    tap.equal(files[1:], sorted(files[1:]), "in order")
    tap.equal([line["kind"] for line in got.lines() if line["file"].endswith("40.eml")], ["not-a-bounce"], "ordinary mail is no bounce")

    box = home.write("box", "".join("From MAILER-DAEMON Fri Nov 20 09:00:00 2026\n" + REPORT % {"n": n} + "\n" for n in (50, 51, 52)))
    got = home.nixie("extract", "--format=json-lines", box)
    tap.equal([(line["index"], line["recipients"][0]["address"]) for line in got.lines()],
              [(0, "user50@example.org"), (1, "user51@example.org"), (2, "user52@example.org")], "an mbox: its messages counted")
    plain = [home.path("in/more/%02d.eml" % n) for n in (3, 4)]
    got = home.nixie("extract", "--format=json-lines", plain[0], box, plain[1], box)
    tap.equal([line["file"] for line in got.lines()], [plain[0]] + 3 * [box] + [plain[1]] + 3 * [box], "mboxes and files in the order given")

    hook = '{"event":"bounce","email":"user%d@example.org","status":"5.1.1","reason":"550 5.1.1 unknown user"}'
    for name, text in (("lines.json", "\n".join(hook % n for n in (60, 61)) + "\n"), ("list.json", "[" + ",\n".join(hook % n for n in (60, 61)) + "]")):
        path = home.write(name, text)
        lines = home.nixie("extract", "--format=json-lines", path).lines()
        tap.equal([(line["index"], line["recipients"][0]["address"]) for line in lines],
                  [(0, "user60@example.org"), (1, "user61@example.org")], "notices of a web hook counted: " + name)
        at, n = lines[1]["recipients"][0]["evidence"][0]["raw"]
        tap.equal(text[at:at + n], lines[1]["recipients"][0]["evidence"][0]["text"], "evidence points into the file")

    for name, text, bad in (
            ("broken.json", hook % 62 + "\nrubbish, says the hook\n" + hook % 63 + "\n", "22 bytes from byte %d on" % (len(hook % 62) + 1)),
            ("tail.json", hook % 62 + "\n" + hook % 63 + "\nHTTP 502\n", "8 bytes from byte %d on" % (2 * len(hook % 62) + 2)),
            ("array.json", "[" + hook % 62 + ",\n" + hook % 63 + "]\nend", "3 bytes")):
        got = home.nixie("extract", "--format=json-lines", home.write(name, text))
        found = [line["recipients"][0]["address"] for line in got.lines() if "recipients" in line]
        tap.check(got.code == 65 and found == ["user62@example.org", "user63@example.org"] and bad in got.said,
                  "what is no JSON is named, the rest is read: " + name, got)

    got = home.nixie("extract", "--format=json-lines", "--files-from=-", stdin=("%s\n%s\n" % (one, home.path("in/more/03.eml"))).encode())
    tap.equal([line["recipients"][0]["address"] for line in got.lines()], ["user1@example.org", "user3@example.org"], "--files-from")
    listed = home.write("listed", "%s\n%s\n%s\n" % (one, home.path("in/more"), one))
    got = home.nixie("extract", "--format=json-lines", "--files-from=" + listed)
    want = [one] + home.nixie("extract", "--format=json-lines", home.path("in/more")).text.count("\n") * ["more"] + [one]
    tap.equal([line["file"] if line["file"] == one else os.path.basename(os.path.dirname(line["file"])) for line in got.lines()], want,
              "a directory in a list is gone through in its turn")

    os.mkdir(home.path("in/none"))
    got = home.nixie("extract", "--format=json", home.path("in/none"))
    tap.check(got.code == 0 and got.text == "[]\n" and not got.said, "an empty directory is no fault: it holds no report", got)

    # What cannot be read is named, and the rest goes on.
    empty, fifo, link = home.write("odd/empty.eml", ""), home.path("odd/fifo"), home.path("odd/link.eml")
    os.mkfifo(fifo)
    os.symlink(one, link)
    rubbish = home.write("odd/rubbish.bin", bytes(range(256)) * 64)
    got = home.nixie("extract", "--format=json-lines", empty, fifo, link, rubbish, home.path("odd/gone.eml"), one)
    lines = got.lines()
    tap.equal(got.code, 65, "unreadable files: exit 65")
    tap.equal(home.nixie("extract", fifo).code, 65, "what is there and cannot be read: exit 65")
    none = home.nixie("extract", "--format=json-lines", home.path("odd/away.eml"), home.path("odd/gone.eml"))
    tap.check(none.code == 66 and len(none.lines()) == 2 and all("error" in line for line in none.lines()), "no file of all is there: no input", none)
    tap.equal(len(lines), 6, "an object for each of them")
    for path in (fifo, link, home.path("odd/gone.eml")):
        tap.check(path in got.said and [x for x in lines if x["file"] == path and x.get("error")], "named: %s" % os.path.basename(path), got)
    tap.equal(lines[-1].get("kind"), "failure", "the last one is read all the same")
    tap.equal([x.get("kind") for x in lines if x["file"] in (empty, rubbish)], ["not-a-bounce"] * 2, "empty and rubbish are no bounces")

    got = home.nixie("extract", "--exit-code", "--quiet", one)
    tap.equal(got.code, 1, "--exit-code: 1 for a bounce")
    tap.check("Who acts" in got.text and "user1@example.org" in got.text, "text for people", got)

    # Output appears whole or not at all.
    out = home.path("out.json")
    got = home.nixie("extract", "--format=json", "--output=" + out, one)
    tap.check(got.code == 0 and os.stat(out).st_mode & 0o777 == 0o600, "--output, mode 0600", got)
    before = open(out, "rb").read()
    got = home.nixie("extract", "--format=json", "--output=" + out, one)
    tap.check(got.code == 73 and open(out, "rb").read() == before, "an existing file is left as it is", got)
    got = home.nixie("extract", "--format=json", "--force", "--output=" + out, home.path("in/more/03.eml"))
    tap.check(got.code == 0 and open(out, "rb").read() != before, "--force replaces it", got)
    tap.equal([n for n in os.listdir(home.root) if n.endswith(".tmp")], [], "no temporary is left")
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([NIXIE, "extract", "--format=json", one], stdout=full, stderr=subprocess.PIPE, env=home.env)
        tap.equal(done.returncode, 74, "a full disk on standard output: exit 74")

    # What the text says of the address that was written reaches the one that failed, of however many.
    def forwarded(n):
        return home.write("forwarded.eml", "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\n"
                          "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
                          "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n"
                          "This is the mail system at host mx.example.org.\n\n%s\n--b\nContent-Type: message/delivery-status\n\n"
                          "Reporting-MTA: dns; mx.example.org\n%s\n--b--\n" % (
                              "\n".join("<old%d@b.example>: host mx.b.example[192.0.2.1] said: 552 5.2.2 Mailbox full\n" % i for i in range(n)),
                              "".join("\nFinal-Recipient: rfc822; new%d@c.example\nOriginal-Recipient: rfc822; old%d@b.example\n"
                                      "Action: failed\nStatus: 5.0.0\n" % (i, i) for i in range(n))))
    for n in (5, 50):
        got = home.nixie("extract", "--format=json-lines", forwarded(n))
        found = [r["category"] for r in got.lines()[0]["recipients"]]
        tap.equal(found, ["mailbox-full"] * n, "%d recipients that were passed on" % n)

    # Forty thousand addressees, and as many lines that name one of them: not each with each; what is not tried is said.
    many = home.write("many.eml", "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice\nTo: %s\n\n%s" % (
        ", ".join("a%d@b.example" % i for i in range(40000)), "hello a39999@b.example\n" * 40000))
    got = home.nixie("extract", "--format=json-lines", many)
    tap.check(got.code == 65 and "only its beginning" in got.said and len(got.lines()) == 1, "many addressees, and many lines that name one", got)

    # A directory that cannot be read (its path is too long, which holds for root, too) is named.
    deep = os.path.abspath(os.curdir)
    os.makedirs(home.path("deep"))
    os.chdir(home.path("deep"))
    for _ in range(20):
        os.mkdir("d" * 240)
        os.chdir("d" * 240)
    os.chdir(deep)
    got = home.nixie("extract", "--format=json-lines", home.path("deep"), one)
    tap.check(got.code == 65 and "too long" in got.said and len(got.lines()) == 2, "an unreadable directory is named", got)

    # Standard streams that are closed: files are read all the same, and the output is not lost in silence.
    closed = lambda redirect: subprocess.run(["sh", "-c", '"$0" extract --format=json-lines "$1" ' + redirect, NIXIE, one],
                                             env=home.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    done = closed("<&-")
    tap.check(done.returncode == 0 and done.stdout, "without a standard input", done)
    tap.equal(closed("<&- >&-").returncode, 74, "without a standard output: exit 74")
    # Where the locale shows no UTF-8, text is ASCII; machine formats stay as they are.
    foreign = os.path.join(SRCDIR, "tests", "samples", "languages")
    plain = home.nixie("extract", foreign, env={"LC_ALL": "C"}).out
    tap.check(plain and all(b < 0x80 for b in plain) and b"<U+" in plain, "text is ASCII under LC_ALL=C", plain[:200])
    tap.check(any(b > 0x7f for b in home.nixie("extract", foreign).out), "and UTF-8 where that is shown")
    got = home.nixie("explain", "--format=json", "5.1.1")
    tap.check(got.code == 0 and isinstance(got.json(), dict), "explain --format=json prints one object", got)
    two = "<a@b.example>: 550 5.1.1 User unknown\n\n<c@d.example>: 552 5.2.2 mailbox full\n"
    got = home.nixie("explain", "--format=json", two)
    tap.check(got.json()["address"] == "a@b.example" and "one of 2 recipients" in got.said, "one of several recipients, and says so", got)
    got = home.nixie("explain", "--format=json-lines", two)
    tap.check([line["address"] for line in got.lines()] == ["a@b.example", "c@d.example"] and not got.said, "or a line for each", got)
    jobs = [home.nixie("extract", "--format=json-lines", "--jobs=%d" % n, home.path("in")).out for n in (1, 2)]
    tap.equal(jobs[0], jobs[1], "--jobs changes nothing in the result")
tap.end()
