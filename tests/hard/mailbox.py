# SPDX-License-Identifier: GPL-3.0-or-later
"""The hard problems that only a mailbox shows (H5, H7, H8, H14, H15, H30, H36, H39): a small index
of sent mail and reports, made here, and what `nixie list` says of it."""
import json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

OWN = "desk@shop.example"
tap = Tap()


def sent(home, name, to, sender=OWN, day=2, more=""):
    home.write("mail/sent/cur/%s:2,S" % name, "%sFrom: %s\nTo: %s\nSubject: About %s\nDate: Mon, %d Nov 2026 08:00:00 +0000\n"
               "Message-ID: <%s@shop.example>\n\nHello.\n" % (more, sender, to, name, day, name))


def returned(name, to, sender=OWN, received="desk.shop.example", path=OWN, host="shop.example", more=""):
    hop = "Received: from %s (%s [192.0.2.7])\n\tby out.provider.example; Mon, 2 Nov 2026 08:00:01 +0000\n" % (received, received)
    return "Return-Path: <%s>\n%s%sFrom: %s\nTo: %s\nSubject: About %s\nDate: Mon, 2 Nov 2026 08:00:00 +0000\nMessage-ID: <%s@%s>\n" % (
        path, hop * bool(received), more, sender, to, name, name, host)


def report(home, file, address, original, day=2, status="5.1.1", said="550 5.1.1 User unknown", action="failed", was=None,
           to=OWN, head="", fields="", host="mx.provider.example"):
    home.write("mail/in/cur/%s:2,S" % file, "Return-Path: <>\nFrom: MAILER-DAEMON@%s (Mail Delivery System)\nTo: %s\n"
               "Subject: Undelivered Mail Returned to Sender\nDate: Mon, %02d Nov 2026 10:00:00 +0000\nMessage-ID: <%s@%s>\n%s"
               "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nThis is the mail system "
               "at host %s.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; %s\n\n%sFinal-Recipient: rfc822; %s\n"
               "Action: %s\nStatus: %s\nDiagnostic-Code: smtp; %s\n%s\n--b\nContent-Type: text/rfc822-headers\n\n%s\n--b--\n" % (
                   host, to, day, file, host, head, host, host, "Original-Recipient: rfc822;%s\n" % was if was else "", address,
                   action, status, said, fields, original))


def rows(home, *words):
    return home.nixie("list", "--format=json-lines", "--per=recipient", *words).lines()


def of(home, address, *words):
    return [(x["id"].split("@")[0], x["kind"], x["category"]) for x in rows(home, "--address=" + address, *words)]


with Home() as home:
    full = dict(status="4.4.1", said="451 4.4.1 connection timed out", action="delayed")

    # H5: delays are folded into the final report of the same message, and only of that.
    sent(home, "m5", "slow@far.example, slow2@far.example")
    report(home, "r5a", "slow@far.example", returned("m5", "slow@far.example"), day=3, **full)
    report(home, "r5b", "slow@far.example", returned("m5", "slow@far.example"), day=4, **full)
    report(home, "r5c", "slow@far.example", returned("m5", "slow@far.example"), day=7, status="4.4.7", said="451 4.4.1 connection timed out")
    report(home, "r5d", "slow2@far.example", returned("m5", "slow2@far.example"), day=3, **full)
    report(home, "r5e", "slow@far.example", returned("m5-other", "slow@far.example"), day=3, **full)

    # H7: two reports of one failure are one row, the later one.
    sent(home, "m7", "twice@far.example")
    report(home, "r7a", "twice@far.example", returned("m7", "twice@far.example"), day=3, host="mx1.provider.example")
    report(home, "r7b", "twice@far.example", returned("m7", "twice@far.example"), day=5, status="5.2.1", said="550 5.2.1 mailbox disabled")
    report(home, "r7c", "twice@far.example", returned("m7", "twice@far.example"), day=2, **full)
    report(home, "r7d", "twice@far.example", returned("m7-next", "twice@far.example"), day=6)

    # H8: forwarded: the one behind is dead, the one in front is not.
    sent(home, "m8", "front@far.example")
    report(home, "r8", "behind@attic.example", returned("m8", "front@far.example"), was="front@far.example", host="mx.far.example")

    # H14, H30: a copy for the postmaster and a list post are shown, and are no reason to stop writing.
    report(home, "r14", "made.up@far.example", returned("m14", "made.up@far.example", sender="MAILER-DAEMON@shop.example", path=""), to="postmaster@shop.example")
    report(home, "r14b", "made.up@far.example", returned("m14b", "made.up@far.example", sender="MAILER-DAEMON@shop.example", path=""), day=9, to="postmaster@shop.example")
    club = "List-Id: Garden club <garden.lists.shop.example>\n"
    sent(home, "m30", "member@far.example", more=club)
    report(home, "r30", "member@far.example", returned("m30", "garden@lists.shop.example", more=club))

    # H36: an address that fails for several reasons over time.
    for day, name, status, said in ((2, "m36a", "5.2.2", "552 5.2.2 Mailbox full"), (9, "m36b", "4.4.1", "451 4.4.1 connection timed out"),
                                    (16, "m36c", "5.1.1", "550 5.1.1 User unknown")):
        sent(home, name, "fickle@far.example")
        report(home, "r" + name[1:], "fickle@far.example", returned(name, "fickle@far.example"), day=day, status=status, said=said)

    # H39: the report went elsewhere than the mail came from.
    sent(home, "m39", "gone@far.example", sender="tickets@shop.example")
    report(home, "r39", "gone@far.example", returned("m39", "gone@far.example", sender="tickets@shop.example", path="errors@desk-tool.example"),
           to="errors@desk-tool.example")

    home.write("mail/in/new/.keep", "")
    with open(home.config, "w") as file:
        file.write("[database]\npath=%s\n[user]\nprimary_email=%s\n[new]\ntags=inbox\n" % (home.mail, OWN))
    home.notmuch("new")

    tap.equal(of(home, "slow@far.example"), [("r5c", "failure", "connection-failed"), ("r5e", "delay", "connection-failed")],
              "H5 delays of a message end in its final report; those of another message stay")
    tap.equal(of(home, "slow2@far.example"), [("r5d", "delay", "connection-failed")], "H5 another recipient's delay goes on")
    late = rows(home, "--address=slow@far.example")[0]
    tap.equal((late["finality"], late["type"]), ("gave-up", "soft"), "H5 the final report says that it is over")
    tap.equal(of(home, "twice@far.example"), [("r7d", "failure", "no-such-user"), ("r7b", "failure", "mailbox-disabled")],
              "H7 reports of one message and recipient are one row, and the latest leads")
    sums = {x["key"]: x for x in home.nixie("stats", "--by=address", "--format=json").json()}
    tap.equal(sums["twice@far.example"]["bounces"], 2, "H7 a failure told twice counts once")

    eight = rows(home, "--address=behind@attic.example")[0]
    tap.equal((eight["original_address"], eight["trust"], eight["who"]), ("front@far.example", "proven", ["sender", "recipient"]),
              "H8 both addresses are told, and the owner of the first has to act, too")
    tap.equal(eight["state"], "proposed", "H8 the address behind is proposed for suppression")
    tap.check(not rows(home, "--state=proposed", "--address=front@far.example") and "front@far.example" not in sums,
              "H8 the address in front is not", sums.keys())

    copies = rows(home, "--address=made.up@far.example")
    tap.equal([(x["kind"], x["state"]) for x in copies], [("failure", "none")] * 2, "H14 copies for the postmaster propose nothing")
    tap.check(all("copy for the postmaster" in x["explanation"] for x in copies), "H14 they are called so", copies[0]["explanation"])
    member = rows(home, "--address=member@far.example")
    tap.equal([x["state"] for x in member], ["none"], "H30 no list member is suppressed from here")
    tap.check("Garden club" in member[0]["explanation"] and "whoever does" in " ".join(member[0]["next"]),
              "H30 the list is named, and who runs it has to act", member[0]["explanation"])

    tap.equal(of(home, "fickle@far.example"), [("r36c", "failure", "no-such-user"), ("r36b", "failure", "connection-failed"),
                                               ("r36a", "failure", "mailbox-full")], "H36 the history of an address, the latest first")
    line = [x for x in home.nixie("list", "--per=address", "--format=json").json() if x["address"] == "fickle@far.example"]
    tap.equal([(str(x["bounces"]), x["category"], x["first"][:10], x["last"][:10]) for x in line],
              [("3", "no-such-user", "2026-11-02", "2026-11-16")], "H36 what an address is now, is what came last")

    gone = rows(home, "--address=gone@far.example")[0]
    tap.equal((gone["origin"], gone["trust"], gone["original"]["from"]), ("own", "proven", "tickets@shop.example"),
              "H39 the Message-ID tells whose mail it was, not the mailbox that the report went to")

    # The same once more: facts from the cache say the same as facts just read.
    before = home.nixie("list", "--format=json").out
    tap.equal(home.nixie("list", "--format=json").out, before, "the second reading is the same")
    tap.equal(home.nixie("scan").code, 0, "scan")
    again = [dict(x, tags=[]) for x in home.nixie("list", "--format=json").json()]
    tap.equal(again, [dict(x, tags=[]) for x in json.loads(before)], "and after a scan, but for the tags")
tap.end()
