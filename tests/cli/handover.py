# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie show --for: words to pass on, of the seeded mailbox and of reports that are not to be believed."""
import json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from bounce import failed, letter, report
from nixie import Home, Tap
from mailbox import Mailbox

tap = Tap()
REPORT = report(
    "r1@mx.example.org",
    failed("aiko@b.example", "5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org;\n"
           " see https://check.spamhaus.org@evil.example/q?192.0.2.7 \033[31mred", remote="mx.b.example"),
    server="X-Postfix-Queue-ID: 4XkQ2v1pzZ\n", returned=letter("m1@example.org", "aiko@b.example", by="desk@example.org", subject="Answer"),
    host="mx.example.org", desk="desk@example.org")

with Mailbox() as box:
    full = box.nixie("show", "--for=recipient", "--limit=1", "category:mailbox-full")
    tap.check(full.code == 0 and "did not arrive" in full.text and "no room left" in full.text and "5.2.2" not in full.text,
              "for the phone: what happened, what to do, no code", full)
    for language, word in (("de", "Telefon"), ("es", "teléfono"), ("fr", "téléphone")):
        told = box.nixie("show", "--for=recipient", "--lang=" + language, "--format=json", "--limit=1", "category:mailbox-full").json()[0]
        tap.check(word in told["title"] and "arrive." not in told["text"], "the same in %s" % language, told)
    # Every category has a request; none tells of a code or leaves a placeholder open.
    rows = box.nixie("show", "--for=recipient", "--format=json-lines").lines()
    tap.equal(len(rows), len(box.rows()), "a text for each recipient")
    tap.check(not [row for row in rows if not row["text"].strip() or set("{}[]|") & set(row["text"])], "each text is whole")
    asked = {row["text"].split("\n")[1] for row in rows if row["text"].count("\n") == 2}
    tap.check(len(asked) >= 5, "what is asked for depends on the cause", asked)

    row = next(row for row in box.shown().values() if row["address"] == "lena.ostrom@quayside.example")
    block = box.nixie("show", "--for=admin", 'id:"%s"' % row["id"]).text
    for what in (row["address"], "<%s>" % row["id"], "<%s>" % row["original"], row["remote-mta"], row["reporting-mta"], "+00:00"):
        tap.check(what in block, "for their admin: %s" % what, block)
    reply = box.nixie("show", "--format=json", 'id:"%s"' % row["id"]).json()[0]["recipients"][0]["diagnostic"]
    tap.check(reply in block, "for their admin: the exact reply", block)

    tickets = box.nixie("show", "--for=sender", "--format=json", "category:blocklisted", "domain:bigpost.example").json()
    tap.check(len(tickets) < len(box.rows("category:blocklisted", "domain:bigpost.example")), "for our admin: one ticket a cause")
    tap.equal(max(ticket["affected"] for ticket in tickets), 31, "for our admin: how many addresses the cause met")
    tap.check("31" in tickets[0]["text"] and "192.0.2." in tickets[0]["text"], "for our admin: count and IP address", tickets[0])
    limited = box.nixie("show", "--for=sender", "--format=json", "--limit=1", "category:blocklisted", "domain:bigpost.example").json()
    tap.equal([ticket["affected"] for ticket in limited], [31], "--limit cuts the texts, not the count")

    forged = box.nixie("show", "--for=recipient", "origin:forged")
    tap.check(forged.code == 0 and "was not sent from here" in forged.text and "@" not in forged.text, "forged: nothing to pass on", forged)
    tap.equal(box.nixie("show", "--for=admin", "--exit-code", "category:mailbox-full").code, 1, "--exit-code")
    path = os.path.join(box.root, "words.txt")
    tap.check(box.nixie("show", "--for=recipient", "--output=" + path, "category:mailbox-full").code == 0 and
              "no room left" in open(path, encoding="utf-8").read() and os.stat(path).st_mode & 0o777 == 0o600, "--output")

with Home() as home:
    home.write("reports/1.eml", REPORT.encode())
    ticket = home.nixie("show", "--maildir=" + home.path("reports"), "--for=sender", "*")
    tap.check("removal: check.spamhaus.org\n" in ticket.text and "Blocklist: zen.spamhaus.org\n" in ticket.text, "the list, and where to ask for removal", ticket)
    tap.check("on the host evil.example: " in ticket.text, "a link stands behind the host it leads to", ticket)
    tap.check("\033" not in ticket.text, "no escape sequence of a report", ticket)
    tap.check("4XkQ2v1pzZ" in ticket.text, "the queue id", ticket)
tap.end()
