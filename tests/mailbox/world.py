# SPDX-License-Identifier: GPL-3.0-or-later
"""A helpdesk and its mail: letters sent, letters received, reports about them. Each is written to a
Maildir as it happens and remembered, so that what must be seen can be told from what was put in.

Time is told as days before the fixed present; everything made up comes from one seeded source.
"""
import os, random
from email.header import Header
from servers import LAYOUTS, Failure, Notice, rfc_date
from wordings import WORDINGS

NOW = 1785240000  # 2026-07-28 12:00 UTC, as in tests/ui
DAY, HOUR, MINUTE = 86400, 3600, 60
OWN_DOMAIN = "fennel.example"
OWN_HOST, OWN_IP = "mail.fennel.example", "192.0.2.10"
DESK, BILLING, NEWS = "desk@fennel.example", "billing@fennel.example", "news@fennel.example"
OWN = {DESK: "Fennel Garden Desk", BILLING: "Fennel Billing", NEWS: "Fennel News"}
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
PROVIDER = "bigpost.example"


def encoded(text):
    """As a header field holds it (RFC 2047)."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode()


class Letter:
    """A mail that is no report. `thread` is the Message-ID that its thread began with."""
    __slots__ = ("id", "date", "sender", "to", "cc", "subject", "thread", "references", "list_id", "ticket", "known")

    @property
    def own(self):
        return self.sender in OWN

    @property
    def recipients(self):
        return self.to + self.cc


class Bounce:
    """A report. `letter`: what it is about; None where it returns nothing or something foreign."""
    __slots__ = ("id", "date", "kind", "server", "host", "letter", "original_id", "failures", "origin", "trust", "aside", "copies", "story", "files")


class Failed:
    """One recipient of a report."""
    __slots__ = ("address", "was", "wording", "told", "status", "mx")


class World:
    def __init__(self, root, now=NOW, seed=1):
        self.root, self.now, self.random = root, now, random.Random(seed)
        self.letters, self.bounces, self.others, self.marks = [], [], [], []
        self.suggestions, self.roles, self.tickets, self.files = {}, {}, 4100, 0
        self.servers = {}
        self.story = ""
        for folder in ("sent", "inbox", "archive"):
            for sub in ("cur", "new", "tmp"):
                os.makedirs(os.path.join(root, folder, sub), exist_ok=True)

    # --- making things up

    def ago(self, days, hour=None):
        """`days` before now; at `hour` of that day if one is given."""
        seconds = self.now - int(days * DAY)
        return seconds if hour is None else seconds - seconds % DAY + int(hour * HOUR)

    def about(self, days):
        """As ago(), some hours earlier or later: no mail comes on the stroke."""
        return self.ago(days) + self.random.randrange(-5 * HOUR, 5 * HOUR) // (1 if days > 1 else 5)

    def name(self, length=10):
        return "".join(self.random.choices(ALPHABET, k=length))

    def ticket(self):
        self.tickets += self.random.randint(1, 9)
        return self.tickets

    def server_of(self, domain):
        """Name and address of the server that takes the domain's mail."""
        known = self.servers.get(domain)
        if known is None:
            n = len(self.servers)
            known = self.servers[domain] = ["mx." + domain, "198.51.100.%d" % (n % 250 + 1)]
        if domain == PROVIDER:
            i = self.random.randint(1, 3)
            return "mx%d.%s" % (i, domain), "203.0.113.%d" % (60 + i)
        return known

    # --- writing

    def put(self, folder, text, flags="S"):
        self.files += 1
        name = "%d.M%06d.fennel:2,%s" % (self.now, self.files, flags)
        # No report holds a letter outside ASCII but those that say so.
        with open(os.path.join(self.root, folder, "cur", name), "wb") as file:
            file.write(text.encode())
        return "%s/cur/%s" % (folder, name)

    def header(self, letter):
        lines = ["From: %s <%s>" % (OWN.get(letter.sender) or letter.sender.split("@")[0], letter.sender), "To: %s" % ", ".join(letter.to)]
        if letter.cc:
            lines.append("Cc: %s" % ", ".join(letter.cc))
        lines += ["Subject: %s" % encoded(letter.subject), "Date: %s" % rfc_date(letter.date), "Message-ID: <%s>" % letter.id]
        if letter.references:
            lines += ["In-Reply-To: <%s>" % letter.references[-1], "References: %s" % " ".join("<%s>" % x for x in letter.references)]
        if letter.list_id:
            lines.append("List-Id: %s" % letter.list_id)
        lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
        return "\n".join(lines) + "\n"

    def returned(self, letter):
        """The letter as a far server has it: with a hop of ours and our signature."""
        return "Return-Path: <%s>\nReceived: from desk.%s (desk.%s [192.0.2.44])\n\tby %s (Postfix) with ESMTPSA id %s;\n\t%s\n" \
            "DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=g26;\n\th=From:To:Subject:Date; b=%s\n%s\n%s" % (
                letter.sender, OWN_DOMAIN, OWN_DOMAIN, OWN_HOST, self.name(12), rfc_date(letter.date + 1), OWN_DOMAIN, self.name(40),
                self.header(letter), self.body(letter))

    def body(self, letter):
        return "Hello,\n\nabout \"%s\": please see below, and write back if anything is missing.\n\nFennel Garden Tools\n" % letter.subject

    def letter(self, sender, to, subject, date, answers=None, cc=(), list_id=None, ticket=None, folder=None, known=True):
        """`known`: is it in the index?"""
        letter = Letter()
        letter.sender, letter.to, letter.cc, letter.date, letter.list_id, letter.known = sender, list(to), list(cc), date, list_id, known
        letter.id = "%s.%d@%s" % (self.name(8), date, sender.split("@")[1])
        letter.references = answers.references + [answers.id] if answers else []
        letter.thread = answers.thread if answers else letter.id
        letter.ticket = ticket if ticket or not answers else answers.ticket
        if answers and not subject:
            subject = answers.subject if answers.subject.startswith("Re: ") else "Re: " + answers.subject
        elif letter.ticket:
            subject = "[#%d] %s" % (letter.ticket, subject)
        letter.subject = subject
        if known:
            self.put(folder or ("sent" if letter.own else "inbox"), self.header(letter) + "\n" + self.body(letter), "S" if letter.own else "")
            self.letters.append(letter)
        return letter

    def send(self, to, subject, days, sender=DESK, ticket=True, **more):
        """A letter of ours, with a ticket number in its subject."""
        to = [to] if isinstance(to, str) else to
        if ticket is True:
            answers = more.get("answers")
            ticket = None if answers and answers.ticket else self.ticket()
        return self.letter(sender, to, subject, self.about(days), ticket=ticket or None, **more)

    def receive(self, sender, subject, days, to=DESK, **more):
        return self.letter(sender, [to], subject, self.about(days), **more)

    def other(self, text, folder="inbox"):
        """Mail that is neither a letter of a person nor a failure: notices, auto-replies."""
        self.others.append(self.put(folder, text, ""))

    # --- reports

    def failure(self, address, key, was=None, way=None):
        wording = WORDINGS[key]
        failed = Failed()
        user, domain = address.split("@")
        mx, ip = self.server_of(domain)
        ways = wording.ways
        text = ways[self.random.randrange(len(ways)) if way is None else way % len(ways)]
        made_up = lambda: "%s-%d" % (self.name(9), self.random.randint(10, 99))
        while "{id}" in text:
            text = text.replace("{id}", made_up(), 1)
        while "{n}" in text:
            text = text.replace("{n}", str(self.random.randint(11, 98)), 1)
        text = text.format(a=address, u=user, domain=domain, mx=mx, ip=ip, own=DESK, out="192.0.2.%d" % self.random.randint(10, 14),
                           day="2026-%02d-%02d" % (self.random.randint(1, 7), self.random.randint(1, 28)))
        told = "%s %s %s" % (wording.reply, wording.status, text) if wording.reply else text
        failed.address, failed.was, failed.wording, failed.told, failed.status = address, was, wording, told, wording.status
        failed.mx = mx if "{mx}" in ways[0] or wording.reply else None
        return failed, Failure(address, was, told, wording.status, wording.reply, wording.phase, mx, ip)

    def bounce(self, letter, key, address=None, after=2 * MINUTE, server="postfix", kind="failure", was=None, way=None, to=None, host=None,
               returned=None, trust="proven", origin="own", aside=False, copies=1, id=None, more=(), date=None, original_id=None):
        """A report about `letter`, `after` seconds later. `more`: further (address, wording key) that failed in it.
        `returned`: another text than the letter, "" for none."""
        layout = LAYOUTS[server]
        bounce = Bounce()
        bounce.host = host or layout.host or OWN_HOST
        bounce.date = letter.date + int(after) if date is None else date
        queue = self.name(12)
        bounce.id = id or "%s@%s" % (queue, bounce.host)
        pairs = [self.failure(a, k, was if i == 0 else None, way) for i, (a, k) in enumerate([(address or letter.to[0], key), *more])]
        bounce.failures = [failed for failed, _ in pairs]
        for failed in bounce.failures:
            if not layout.remote and failed.wording.reply:
                failed.mx = None  # but a server that did not answer is named in the text
            if not layout.fields and not failed.wording.reply:
                failed.status = None
        if returned is None:
            returned = self.returned(letter)
            bounce.letter, bounce.original_id = letter, letter.id
        else:
            bounce.letter, bounce.original_id = None, original_id
        bounce.kind, bounce.server, bounce.story = kind, server, self.story
        bounce.origin, bounce.trust, bounce.aside, bounce.copies = origin, trust, aside, copies
        sent = letter.date if letter else bounce.date
        notice = Notice(bounce.id, bounce.date, to or (letter.sender if letter else DESK), bounce.host, kind, sent + 1, returned,
                        letter.subject if letter else "", bounce.original_id, queue, [f for _, f in pairs])
        text = layout.write(notice)
        bounce.files = [self.put("inbox" if i == 0 else "archive", text, "") for i in range(copies)]
        self.bounces.append(bounce)
        return bounce

    def delay(self, letter, key="timeout", after=4 * HOUR, **more):
        return self.bounce(letter, key, after=after, kind="delay", **more)

    # --- what the operator did

    def mark(self, bounce, kind, address=None, due=None, retried=None, outcome=None):
        """`kind`: retry or retried, as the properties of notmuch tell it; `outcome` as a list must show it."""
        self.marks.append({"id": bounce.id, "address": address or bounce.failures[0].address, "mark": kind, "due": due, "retried": retried, "state": outcome})
