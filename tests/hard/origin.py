# SPDX-License-Identifier: GPL-3.0-or-later
"""Origin and trust (H15, interface: own, forged, unknown; proven, consistent, bare, contradicted).

One report for each combination of what can be known of the returned message, in one index; then
the list under each set of settings, against the rules as they are written down.
"""
import itertools, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

DESK, HOST = "desk@shop.example", "relay.hosting.example"
SENDERS = {"desk": DESK, "branch": "sales@branch.example", "stranger": "someone@stranger.example"}
HEADER = ("none", "cut", "whole")  # what is returned: nothing, a header without Received, all of it
# Is the returned Message-ID in the index, and whose mail is it there? `tagged` is from a stranger, with the tag `outgoing`.
INDEX = {"desk": DESK, "tagged": "robot@tool.example", "stranger": "someone@stranger.example", "absent": None}
MARKS = {  # whose marks the returned header bears: a name in Message-ID, DKIM, Received
    "none": (), "id": ("id", "mail.shop.example"), "dkim": ("dkim", "shop.example"), "received": ("received", "pc7.shop.example"),
    "id of a host": ("id", HOST), "received of a host": ("received", HOST), "id of the branch": ("id", "branch.example")}
SETTINGS = {
    "nothing is set": {},
    "own-domains": {"own-domains": "branch.example"},
    "two own-domains": {"own-domains": "shop.example;branch.example"},
    "own-hosts": {"own-hosts": HOST},
    "own-domains and own-hosts": {"own-domains": "shop.example", "own-hosts": HOST},
    "sent-query": {"sent-query": "tag:outgoing"},
    "sent-query that finds nothing": {"sent-query": "tag:nothing-has-this"},
    "all together": {"own-domains": "branch.example", "own-hosts": HOST, "sent-query": "tag:outgoing"},
}


class Case:
    def __init__(self, n, header, index, mark, sender, named, referred=False):
        self.n, self.header, self.index, self.mark, self.sender, self.named, self.referred = n, header, index, mark, sender, named, referred
        self.address = "r%d@far.example" % n
        kind, name = MARKS[mark] or ("", "")
        self.marks = {name} - {""}
        self.id = "o%d@%s" % (n, name if kind == "id" else "neutral.example")
        self.to = self.address if named else "other@elsewhere.example"
        self.lines = ["DKIM-Signature: v=1; d=%s; s=k; b=x" % name] * (kind == "dkim")
        if header == "whole":
            hop = name if kind == "received" else "unknown-line.example"
            self.lines.append("Received: from %s (%s [203.0.113.9]) by mx.neutral.example; Mon, 2 Nov 2026 08:00:01 +0000" % (hop, hop))

    def __str__(self):
        return ", ".join((self.header, "index: " + self.index, "mark: " + self.mark, "from " + self.sender,
                          "names the recipient" if self.named else "names another", "refers" if self.referred else ""))

    def write(self, home):
        # Who sent it wrote to whom the returned header names: a report may not invent a recipient.
        if INDEX[self.index]:
            home.write("mail/%s/cur/o%d:2,S" % ("out" if self.index == "tagged" else "sent", self.n),
                       "From: %s\nTo: %s\nSubject: hello\nDate: Mon, 2 Nov 2026 08:00:00 +0000\nMessage-ID: <%s>\n\nHello.\n" % (
                           INDEX[self.index], self.to, self.id))
        body = "\n".join(self.lines + ["From: " + SENDERS[self.sender], "To: " + self.to, "Subject: hello", "Message-ID: <%s>" % self.id])
        home.write("mail/in/cur/b%d:2,S" % self.n, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.neutral.example\nTo: %s\nSubject: Undelivered\n"
                   "Date: Mon, 2 Nov 2026 09:00:00 +0000\nMessage-ID: <b%d@mx.neutral.example>\n%sMIME-Version: 1.0\nContent-Type: multipart/report; "
                   "report-type=delivery-status; boundary=b\n\n--b\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"
                   "Reporting-MTA: dns; mx.neutral.example\n\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\n\n%s--b--\n" % (
                       DESK, self.n, "References: <earlier@shop.example>\n" * self.referred, self.address,
                       "" if self.header == "none" else "--b\nContent-Type: text/rfc822-headers\n\n%s\n\n" % body))


def cases():
    n = itertools.count()
    out = [Case(next(n), "none", "absent", "none", "desk", True, referred) for referred in (False, True)]
    for header, index, mark, sender, named in itertools.product(HEADER[1:], INDEX, MARKS, SENDERS, (True, False)):
        if header == "whole" or "received" not in mark:
            out.append(Case(next(n), header, index, mark, sender, named))
    out += [Case(next(n), header, "absent", "none", sender, named, True)
            for header, sender, named in itertools.product(HEADER[1:], SENDERS, (True, False))]
    return out


class World:
    """What the settings say is ours."""

    def __init__(self, settings):
        self.domains = settings.get("own-domains", "shop.example").split(";")
        self.names = self.domains + [x for x in [settings.get("own-hosts")] if x]
        self.query = settings.get("sent-query")

    def is_sent(self, index):
        if self.query:
            return index == "tagged" and self.query == "tag:outgoing"
        return index == "desk"

    def owns(self, name):
        return any(name == own or name.endswith("." + own) for own in self.names)

    def is_ours(self, address):
        return address == DESK or address.split("@")[1] in self.domains


def origin(case, world):
    returned = case.header != "none"
    if returned and world.is_sent(case.index):
        return "own"
    if case.referred and world.is_sent("desk"):
        return "own"
    if returned and any(world.owns(name) for name in case.marks):
        return "own"
    if case.header == "whole" and SENDERS[case.sender].split("@")[1] in world.domains:
        return "forged"
    return "unknown"


def trust(case, world):
    if case.header == "none":
        return "bare"
    if world.is_sent(case.index):
        return "proven" if case.named else "contradicted"
    if not case.named:
        return "contradicted"
    return "consistent" if world.is_ours(SENDERS[case.sender]) else "bare"


def main():
    tap = Tap()
    table = cases()
    by_address = {case.address: case for case in table}
    with Home() as home:
        for case in table:
            case.write(home)
        home.write("mail/sent/cur/earlier:2,S", "From: %s\nTo: r0@far.example\nSubject: hello\nDate: Mon, 2 Nov 2026 08:00:00 +0000\n"
                   "Message-ID: <earlier@shop.example>\n\nHello.\n" % DESK)
        with open(home.config, "w") as file:
            file.write("[database]\npath=%s\n[user]\nprimary_email=%s\n[new]\ntags=inbox\n" % (home.mail, DESK))
        home.notmuch("new")
        home.notmuch("tag", "+outgoing", "--", "folder:out")
        for name, settings in SETTINGS.items():
            world = World(settings)
            options = ["--%s=%s" % pair for pair in settings.items()]
            rows = home.nixie("list", "--format=json-lines", "--per=recipient", *options).lines()
            tap.equal(len(rows), len(table), "%s: all are listed" % name)
            for what, rule in (("origin", origin), ("trust", trust)):
                wrong = {}
                seen = {header: set() for header in HEADER}
                for row in rows:
                    case = by_address[row["address"]]
                    want = rule(case, world)
                    seen[case.header].add(row[what])
                    if row[what] != want:
                        wrong.setdefault(case.header, []).append("%s: %s, not %s" % (case, row[what], want))
                for header in HEADER:
                    tap.check(header not in wrong, "%s: %s of reports that return %s: %s" % (
                        name, what, header, ", ".join(sorted(seen[header]))), "\n".join(wrong.get(header, [])))

        # What an export holds back follows from whether sent mail is indexed, and a setting overrules what seems so.
        def kept(*options):
            return {row["trust"] for row in home.nixie("export", "--format=json-lines", "--per=recipient", *options).lines()}
        both = {"proven", "consistent"}
        tap.equal(kept(), {"proven"}, "export: only proven ones where sent mail is indexed")
        tap.equal(kept("--sent-mail-indexed=true"), {"proven"}, "export: sent-mail-indexed=true")
        tap.equal(kept("--sent-mail-indexed=false"), both, "export: sent-mail-indexed=false")
        nothing = "--sent-query=tag:nothing-has-this"
        tap.equal(kept(nothing), {"consistent"}, "export: without sent mail, what fits mail from here")
        tap.equal(kept(nothing, "--sent-mail-indexed=true"), set(), "export: nothing is proven, and nothing else will do")
        tap.equal(kept("--include-unverified"), both | {"bare", "contradicted"}, "export: all, when asked")
        tap.equal(home.nixie("list", "--sent-mail-indexed=perhaps").code, 64, "sent-mail-indexed knows three words")
    tap.end()


if __name__ == "__main__":
    main()
