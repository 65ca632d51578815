# SPDX-License-Identifier: GPL-3.0-or-later
"""The rest of the world, on loopback: its name service and its mail servers, by script.

The mail servers answer by the local part of the recipient (REPLIES); mails to desk.here.example, the
reports, are kept as files. Nothing here asks the network: a name that is not in ZONE is an NXDOMAIN.
"""
import asyncio, collections, os, re, socket, struct, threading, time

RESOLVER = "127.0.0.53"
HERE = "127.0.0.1"
MX = {"desk.here.example": "127.0.0.2", "remote.example": "127.0.0.3", "small.example": "127.0.0.4", "down.example": "127.0.0.5",
      "listed.example": "127.0.0.6", "loop.example": HERE, "here.example": HERE}
NO_MAIL = "null.example"  # RFC 7505: MX 0 .
NO_RECORDS = "empty.example"
SERVFAIL = "broken.example"
SMALL = 20000
EXTRA = {"small.example": "SIZE %d" % SMALL, "desk.here.example": "SMTPUTF8"}  # what one of them alone announces

GONE = "gone@desk.here.example"  # the one sender who cannot be told
# Local part at the others -> phase and reply; {} is the recipient. Lines are joined as RFC 5321 4.2.1 says.
REPLIES = {
    "nouser": ("rcpt", "550 5.1.1 <{}>: Recipient address rejected: User unknown in virtual mailbox table"),
    "relay": ("rcpt", "554 5.7.1 <{}>: Relay access denied"),
    "grey": ("rcpt", "451 4.7.1 <{}>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/remote.example.html"),
    "full": ("rcpt", "552 5.2.2 <{}>: Mailbox full, quota exceeded"),
    "fullnow": ("rcpt", "452 4.2.2 <{}>: The email account that you tried to reach is over quota"),
    "big": ("data", "552 5.3.4 Message size exceeds fixed limit"),
    "spam": ("data", "554 5.7.1 The message was rejected because it contains spam-like content"),
    "wrapped": ("rcpt", "550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n"
                "550-5.7.26 Mail from this domain must be authenticated with SPF or DKIM, and neither of them\n"
                "550-5.7.26 passed: SPF [desk.here.example] with ip: [127.0.0.1] = did not pass. For help, see\n"
                "550 5.7.26 https://help.remote.example/answer/81126#authentication - remotemx"),
}


def answer_to(recipient):
    """(phase, reply) of the script; nothing for a recipient that is taken."""
    name, domain = recipient.rsplit("@", 1) if "@" in recipient else (recipient, "")
    if recipient != GONE and domain == "desk.here.example":
        return "", ""
    return REPLIES.get("nouser" if recipient == GONE else name, ("", ""))


class Names:
    """Answers of the name service, over UDP; RFC 1035 4.1."""
    A, PTR, MX, SOA = 1, 12, 15, 6

    def __init__(self):
        self.records = {}
        for domain, address in MX.items():
            host = "mx.here.example" if address == HERE else "mail." + domain
            self.records.setdefault((domain, self.MX), []).append(struct.pack(">H", 10) + self.name(host))
            self.records[(host, self.A)] = [socket.inet_aton(address)]
            self.records[(".".join(reversed(address.split("."))) + ".in-addr.arpa", self.PTR)] = [self.name(host)]
        self.records[(NO_MAIL, self.MX)] = [struct.pack(">H", 0) + b"\0"]
        self.records[(NO_RECORDS, self.SOA)] = [self.soa()]
        self.known = {name for name, _ in self.records}

    @staticmethod
    def name(text):
        return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"

    def soa(self):
        return self.name("ns.example") + self.name("root.example") + struct.pack(">5I", 1, 60, 60, 60, 1)

    def answer(self, packet):
        number, flags = struct.unpack(">HH", packet[:4])
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii", "replace").lower())
            at += 1 + packet[at]
        question = packet[12:at + 5]
        kind, name = struct.unpack(">H", packet[at + 1:at + 3])[0], ".".join(labels)
        found = self.records.get((name, kind), [])
        code = 2 if name.endswith(SERVFAIL) else 0 if name in self.known else 3
        records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data for data in found)
        authority = b"" if found or code == 2 else b"\0" + struct.pack(">HHIH", self.SOA, 1, 1, len(self.soa())) + self.soa()
        head = struct.pack(">HHHHHH", number, 0x8480 | flags & 0x100 | code, 1, len(found), bool(authority), 0)
        return head + question + records + authority


class NamesProtocol(asyncio.DatagramProtocol):
    def __init__(self):
        self.names = Names()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        try:
            self.transport.sendto(self.names.answer(data), address)
        except (IndexError, struct.error):
            pass  # no question: no answer


class World(threading.Thread):
    """Its own thread; reports come into the folder and are counted by their recipient."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.reports = folder, collections.Counter()
        self.changed, self.loop, self.ready, self.trouble = threading.Condition(), asyncio.new_event_loop(), threading.Event(), None

    def run(self):
        try:
            self.loop.run_until_complete(self.serve())
        except (OSError, asyncio.TimeoutError) as trouble:
            self.trouble = trouble
            self.ready.set()
        else:
            self.loop.run_forever()

    async def serve(self):
        await self.loop.create_datagram_endpoint(NamesProtocol, local_addr=(RESOLVER, 53))
        for domain, address in MX.items():
            if address != HERE and domain != "down.example":
                await asyncio.start_server(lambda r, w, d=domain: self.dialogue(r, w, d), address, 25)
        await asyncio.wait_for(asyncio.open_connection(MX["remote.example"], 25), 5)
        self.ready.set()

    def wait(self, wanted, seconds, urge):
        """Until at least these counts of reports are there; `urge` drives the queue meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self.changed:
                if all(self.reports[name] >= count for name, count in wanted.items()):
                    return True
                self.changed.wait(1)
            urge()
        return False

    async def dialogue(self, reader, writer, domain):
        def say(text):
            writer.write((text.replace("\n", "\r\n") + "\r\n").encode())

        sender, recipients = "", []
        if domain == "listed.example":
            say("554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked using zen.blocklist.example; "
                "https://www.blocklist.example/query/ip/127.0.0.1")
        else:
            say("220 mail.%s ESMTP" % domain)
        while True:
            line = (await reader.readline()).decode("utf-8", "replace")
            if not line:
                break
            verb = line[:4].upper()
            argument = re.search(r"<([^>]*)>", line)
            if verb == "EHLO":
                say("250-mail.%s\n250-%s\n250-8BITMIME\n250-PIPELINING\n250 ENHANCEDSTATUSCODES" % (domain, EXTRA.get(domain, "SIZE")))
            elif verb == "MAIL" and argument:
                sender, recipients = argument.group(1), []
                size = re.search(r" SIZE=(\d+)", line)
                big = domain == "small.example" and size and int(size.group(1)) > SMALL
                say("552 5.3.4 Message size exceeds fixed limit" if big else "250 2.1.0 Ok")
            elif verb == "RCPT" and argument:
                phase, reply = answer_to(argument.group(1))
                if phase == "rcpt":
                    say(reply.format(argument.group(1)))
                else:
                    recipients.append(argument.group(1))
                    say("250 2.1.5 Ok")
            elif verb == "DATA":
                if not recipients:
                    say("554 5.5.1 Error: no valid recipients")
                    continue
                say("354 End data with <CR><LF>.<CR><LF>")
                say(await self.message(reader, domain, sender, recipients))
            elif verb == "QUIT":
                say("221 2.0.0 Bye")
                break
            else:
                if verb == "RSET":
                    recipients = []
                say("250 2.0.0 Ok" if verb in ("HELO", "RSET", "NOOP") else "502 5.5.2 Command not recognized")
            await writer.drain()
        writer.close()

    async def message(self, reader, domain, sender, recipients):
        lines = []
        while True:
            line = await reader.readline()
            if not line or line in (b".\r\n", b".\n"):
                break
            lines.append((line[1:] if line.startswith(b".") else line).replace(b"\r\n", b"\n"))
        for recipient in recipients:
            phase, reply = answer_to(recipient)
            if phase == "data":
                return reply
        if domain == "desk.here.example":
            for recipient in recipients:
                self.keep(recipient.split("@")[0], sender, lines)
        return "250 2.0.0 Ok: queued"

    def keep(self, name, sender, lines):
        with self.changed:
            path = os.path.join(self.folder, "%s.%d.eml" % (name, self.reports[name] + 1))
            with open(path, "wb") as file:
                file.write(b"Return-Path: <%s>\n" % sender.encode() + b"".join(lines))
            self.reports[name] += 1
            self.changed.notify_all()
