# SPDX-License-Identifier: GPL-3.0-or-later
"""Forged reports: what anybody can write gets no address into a default export or a proposal. By table, under three sets of settings."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

DESK = "desk@office.example"
CLIENT = "client%d@buyer.example"  # whom a forger wants silenced
HOSTS = ("mx.one.example", "mx.two.example", "mx.three.example")


class Forgery:
    """A report as a table row tells it. `returned`: header lines of the letter that it says came back; None: nothing came back."""

    def __init__(self, name, returned=None, status=True, text="550 5.1.1 User unknown", copies=1, sender="MAILER-DAEMON@%(host)s", code="5.1.1", top="",
                 subject="Undelivered Mail Returned to Sender", to=DESK, body=None, returned_type="text/rfc822-headers"):
        self.name, self.returned, self.status, self.text, self.copies, self.sender, self.code, self.top = name, returned, status, text, copies, sender, code, top
        self.subject, self.to, self.body, self.returned_type = subject, to, body, returned_type

    def mails(self, n):
        client = CLIENT % n
        for copy in range(self.copies):
            names = {"client": client, "desk": DESK, "host": HOSTS[copy % len(HOSTS)], "n": n, "copy": copy, "id": "made-up-%d-%d@office.example" % (n, copy)}
            head = ("Return-Path: <>\nFrom: %s\nTo: %s\nSubject: %s\nDate: Wed, %02d Nov 2026 08:00:00 +0000\nMessage-ID: <forged-%d-%d@%s>\n%sMIME-Version: 1.0\n" % (
                self.sender % names, self.to, self.subject, 4 + copy, n, copy, names["host"], self.top % names))
            if not self.status:
                body = self.body or "Your message could not be delivered.\n\n<%(client)s>: host %(host)s[192.0.2.7] said: " + self.text + "\n"
                letter = "\n------ This is a copy of the message, including all the headers. ------\n\n" + self.returned if self.returned else ""
                yield head + "Content-Type: text/plain; charset=utf-8\n\n" + (body + letter) % names
                continue
            parts = ["\nIt could not be delivered.\n", "Content-Type: message/delivery-status\n\nReporting-MTA: dns; %(host)s\n\nFinal-Recipient: rfc822; %(client)s\nAction: failed\n"
                     "Status: " + self.code + "\nDiagnostic-Code: smtp; " + self.text + "\n"]
            if self.returned is not None:
                parts.append("Content-Type: " + self.returned_type + "\n\n" + self.returned + "\n")
            yield head + "Content-Type: multipart/report; report-type=delivery-status; boundary=cut\n\n--cut\n" + ("\n--cut\n".join(parts) % names) + "\n--cut--\n"


FROM_US = "From: %(desk)s\nSubject: Your offer\n"
TO_CLIENT = "To: %(client)s\n"
UNKNOWN_ID = "Message-ID: <%(id)s>\n"
REAL_ID = "Message-ID: <real@office.example>\n"  # of a letter that the desk sent, to somebody else
ELSEWHERE = "From: shop@stranger.example\nSubject: Cheap\n"
HOP = "Received: from pc.office.example by mail.office.example; Wed, 04 Nov 2026 07:59:00 +0000\n"
SIGNED = "DKIM-Signature: v=1; d=office.example; s=k; b=x\n"

# Nothing speaks for them, or something against them: bare or contradicted, whatever is indexed.
UNCONFIRMED = (
    Forgery("nothing came back"), Forgery("nothing came back, three servers agree", copies=3), Forgery("nothing came back, in words alone", status=False),
    Forgery("in words alone, three times", status=False, copies=3), Forgery("an empty letter", ""), Forgery("a letter of a Subject alone", "Subject: Your offer\n"),
    Forgery("a letter from elsewhere", ELSEWHERE + TO_CLIENT + UNKNOWN_ID), Forgery("a letter from elsewhere, three times", ELSEWHERE + TO_CLIENT + UNKNOWN_ID, copies=3),
    Forgery("a letter from elsewhere with our mark in its id", ELSEWHERE + TO_CLIENT + "Message-ID: <x%(n)d@mail.office.example>\n"),
    Forgery("a letter from elsewhere that our server handled, it says", HOP + ELSEWHERE + TO_CLIENT + UNKNOWN_ID), Forgery("a letter from elsewhere with our signature, it says", SIGNED + ELSEWHERE + TO_CLIENT + UNKNOWN_ID),
    Forgery("a letter from us to somebody else", FROM_US + "To: other@elsewhere.example\n" + UNKNOWN_ID), Forgery("a letter from us to nobody", FROM_US + UNKNOWN_ID),
    Forgery("a letter from us to a hidden list", FROM_US + "To: undisclosed-recipients:;\n" + UNKNOWN_ID), Forgery("a real letter, to another than it was sent to", FROM_US + TO_CLIENT + REAL_ID),
    Forgery("a real letter as it was, another recipient", FROM_US + "To: friend@known.example\n" + REAL_ID), Forgery("a real letter as it was, three servers", FROM_US + "To: friend@known.example\n" + REAL_ID, copies=3),
    Forgery("a real letter with the client in Cc", FROM_US + "To: friend@known.example\nCc: %(client)s\n" + REAL_ID), Forgery("a real letter in words alone", FROM_US + TO_CLIENT + REAL_ID, status=False),
    Forgery("the client is the sender of the letter", "From: %(client)s\nTo: %(desk)s\n" + UNKNOWN_ID), Forgery("two From lines, ours second", ELSEWHERE + FROM_US + "To: other@elsewhere.example\n" + UNKNOWN_ID),
    Forgery("our address as a name only", "From: \"%(desk)s\" <shop@stranger.example>\n" + TO_CLIENT + UNKNOWN_ID), Forgery("our address in a comment", "From: shop@stranger.example (%(desk)s)\n" + TO_CLIENT + UNKNOWN_ID),
    Forgery("a domain that ends like ours", "From: desk@notoffice.example\n" + TO_CLIENT + UNKNOWN_ID), Forgery("a domain that begins like ours", "From: desk@office.example.stranger.example\n" + TO_CLIENT + UNKNOWN_ID),
    Forgery("a domain that looks like ours", "From: desk@\u043effice.example\n" + TO_CLIENT + UNKNOWN_ID), Forgery("the client as a name in To", FROM_US + "To: \"%(client)s\" <other@elsewhere.example>\n" + UNKNOWN_ID),
    Forgery("the client in a comment in To", FROM_US + "To: other@elsewhere.example (%(client)s)\n" + UNKNOWN_ID), Forgery("the client in the Subject", "From: %(desk)s\nTo: other@elsewhere.example\nSubject: for %(client)s\n" + UNKNOWN_ID),
    Forgery("references to a real letter, nothing came back", top="References: <real@office.example>\nIn-Reply-To: <real@office.example>\n"),
    Forgery("X-Failed-Recipients and a real letter", FROM_US + "To: friend@known.example\n" + REAL_ID, status=False, top="X-Failed-Recipients: %(client)s\n"),
    Forgery("a complaint of nobody", "Subject: Your offer\n", text="550 5.7.1 spam"), Forgery("from the client's own server, it says", sender="postmaster@buyer.example", copies=2),
    Forgery("from our own postmaster, it says", sender="postmaster@office.example", copies=2),
)
# What is returned fits mail from here: consistent. Where sent mail is indexed it is still not one of ours.
FITTING = (
    Forgery("fits", FROM_US + TO_CLIENT + UNKNOWN_ID), Forgery("fits, three servers, three letters", FROM_US + TO_CLIENT + UNKNOWN_ID, copies=3),
    Forgery("fits, and passed our server, it says", HOP + FROM_US + TO_CLIENT + UNKNOWN_ID, copies=3), Forgery("fits, and bears our signature, it says", SIGNED + FROM_US + TO_CLIENT + UNKNOWN_ID, copies=3),
    Forgery("fits, with all of it", HOP + SIGNED + FROM_US + TO_CLIENT + UNKNOWN_ID, copies=3), Forgery("fits, whole letter", HOP + FROM_US + TO_CLIENT + UNKNOWN_ID + "\nHello.\n", copies=3, returned_type="message/rfc822"),
    Forgery("fits, and refers to a real letter", FROM_US + TO_CLIENT + UNKNOWN_ID + "References: <real@office.example>\n", copies=3, top="References: <real@office.example>\n"),
    Forgery("fits, in words alone", FROM_US + TO_CLIENT + UNKNOWN_ID, status=False, copies=3), Forgery("fits, without an id", FROM_US + TO_CLIENT, copies=3), Forgery("fits, soft, three in a week", FROM_US + TO_CLIENT + UNKNOWN_ID, copies=3, code="5.2.2", text="552 5.2.2 Mailbox full"),
    Forgery("fits, the id of a received letter", FROM_US + TO_CLIENT + "Message-ID: <received@known.example>\n", copies=3), Forgery("fits, with a crowd in To", FROM_US + "To: a@b.example, %(client)s, c@d.example\n" + UNKNOWN_ID, copies=3),
)
REAL = ("friend@known.example", "gone@known.example")


def write(home):
    """Who is named by which forgery; with them a letter that was sent, one that came, and a report that is true."""
    n, named = 0, {}
    for kind, table in (("unconfirmed", UNCONFIRMED), ("fitting", FITTING)):
        for forgery in table:
            n += 1
            named[CLIENT % n] = (kind, forgery.name)
            for copy, mail in enumerate(forgery.mails(n)):
                home.write("mail/in/cur/f%d-%d:2,S" % (n, copy), mail)
    for name, to in zip(("real", "true"), REAL):
        home.write("mail/sent/cur/%s:2,S" % name, "From: %s\nTo: %s\nSubject: Your offer\nDate: Tue, 3 Nov 2026 08:00:00 +0000\nMessage-ID: <%s@office.example>\n\nHello.\n" % (DESK, to, name))
    home.write("mail/in/cur/received:2,S", "From: friend@known.example\nTo: %s\nSubject: hello\nDate: Tue, 3 Nov 2026 09:00:00 +0000\nMessage-ID: <received@known.example>\n\nHello.\n" % DESK)
    true = next(Forgery("true", "From: %(desk)s\nTo: gone@known.example\nSubject: Your offer\nMessage-ID: <true@office.example>\n").mails(0))
    home.write("mail/in/cur/true:2,S", true.replace(CLIENT % 0, "gone@known.example"))
    with open(home.config, "w") as file:
        file.write("[database]\npath=%s\n[user]\nprimary_email=%s\n[new]\ntags=inbox\n" % (home.mail, DESK))
    home.notmuch("new")
    return named


def told(named, addresses):
    return "\n".join(sorted("%s: %s" % named.get(address, ("?", address)) for address in addresses))


def main():
    tap = Tap()
    tap.check(len(UNCONFIRMED) + len(FITTING) >= 40, "%d forgeries" % (len(UNCONFIRMED) + len(FITTING)))
    with Home() as home:
        home.env["NIXIE_NOW"] = "1794182400"
        named = write(home)
        rows = home.nixie("list", "--format=json-lines", "--per=recipient", "*").lines()
        seen = {row["address"]: row["trust"] for row in rows}
        tap.check(not set(named) - set(seen), "each is listed", told(named, set(named) - set(seen)))
        proven = {address for address in named if seen.get(address) == "proven"}
        tap.equal(told(named, proven), "", "none is proven")
        lost = {address for address in named if named[address][0] == "unconfirmed" and seen.get(address) not in ("bare", "contradicted")}
        for settings, forbidden in (
                (["--sent-mail-indexed=true"], set(named)), ([], set(named)),
                (["--sent-mail-indexed=false"], {address for address in named if seen.get(address) in ("bare", "contradicted")}),
                (["--sent-query=tag:nothing-has-this"], None), (["--sent-query=tag:nothing-has-this", "--hard-reports=1", "--soft-week=1"], None)):
            what = " ".join(settings) or "as it is found"
            trusts = {row["address"]: row["trust"] for row in home.nixie("list", "--format=json-lines", "--per=recipient", *settings, "*").lines()}
            never = forbidden if forbidden is not None else {a for a in named if trusts.get(a) in ("bare", "contradicted")}
            tap.check(len(never) >= 25, "%s: %d of them may tell nothing" % (what, len(never)))
            for format, words in (("json-lines", ["--per=recipient"]), ("addresses", []), ("csv", []), ("text0", [])):
                got = home.nixie("export", "--format=" + format, *words, *settings)
                tap.check(got.code == 0 and not any(address.encode() in got.out for address in never), "%s: no default export names one, %s" % (what, format),
                          told(named, [address for address in never if address.encode() in got.out]))
            tap.check("unverified" in got.said or "left out" in got.said, "%s: what is left out is said" % what, got.said)
            proposals = {x["address"] for x in home.nixie("suppress", "--proposed", "--format=json", *settings).json()}
            tap.equal(told(named, proposals & never), "", "%s: nor a proposal" % what)
            if "--sent-mail-indexed=true" in settings or not settings:
                tap.check("gone@known.example" in proposals, "%s: the one that is true is proposed" % what, sorted(proposals))
                tap.check(b"gone@known.example" in home.nixie("export", "--format=addresses", *settings).out, "%s: and exported" % what)
        tap.equal(told(named, lost), "", "what nothing confirms is bare or contradicted")
        both = home.nixie("suppress", "--proposed", "--format=json", "--sent-query=tag:nothing-has-this").json()
        tap.check({named[x["address"]][0] for x in both if x["address"] in named} == {"fitting"}, "without sent mail, independent reports that fit do propose", [x["address"] for x in both])
    tap.end()


main()
