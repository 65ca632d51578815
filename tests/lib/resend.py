# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: letters that bounced, nixie-resend, and an SMTP server that keeps what it gets."""
import os, socketserver, subprocess, sys, threading
import bounce
from bounce import letter, report
from nixie import NIXIE, SRCDIR, Result

RESEND = os.path.join(SRCDIR, "contrib", "nixie-resend")
SENDER = "desk@fennel.example"
SENDMAIL = """#!%s
import smtplib, sys
words = sys.argv[1:]
assert words[0] == "-i" and words[1] == "-f" and words[3] == "--", words
with smtplib.SMTP("127.0.0.1", %d) as server:
    refused = server.sendmail(words[2], words[4:], sys.stdin.buffer.read().replace(b"\\n", b"\\r\\n"))
sys.exit(75 if refused else 0)
"""


class Sink(socketserver.ThreadingTCPServer):
    """A server that takes mail and keeps it; addresses in `refuse` are refused."""
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.mails, self.refuse, self.arrived = [], set(), threading.Condition()
        super().__init__(("127.0.0.1", 0), Talk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def keep(self, mail):
        with self.arrived:
            self.mails.append(mail)
            self.arrived.notify_all()

    def wait(self, n, seconds=60):
        """Until `n` mails came (a server between may take its time); are there so many?"""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.mails) >= n, seconds) and len(self.mails) == n

    def script(self, box):
        """A program that takes sendmail's arguments and talks to this server."""
        return script(box, "sendmail", SENDMAIL % (sys.executable, self.server_address[1]))


class Talk(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def data(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

    def handle(self):
        sender, to = None, []
        self.say("220 sink.example")
        while True:
            line = self.rfile.readline().decode().strip()
            verb = line.upper()
            address = line.partition("<")[2].partition(">")[0]
            if verb.startswith("EHLO"):
                self.say("250-sink.example")
                self.say("250 8BITMIME")
                continue
            if verb.startswith("MAIL"):
                sender, to = address, []
            elif verb.startswith("RCPT") and address in self.server.refuse:
                self.say("550 5.7.1 not today")
                continue
            elif verb.startswith("RCPT"):
                to.append(address)
            elif verb == "DATA":
                self.say("354 go on")
                self.server.keep((sender, to, self.data()))
            elif verb == "QUIT" or not line:
                self.say("221 bye")
                return
            self.say("250 sink.example")


def script(box, name, text):
    path = os.path.join(box.root, name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o755)
    return path


def resend(box, *words, stdin=b"", env=None):
    place = {**box.env, "NIXIE": NIXIE, **(env or {})}
    return Result(subprocess.run([sys.executable, RESEND, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=place, cwd=box.root, timeout=120))


# --- letters with hidden recipients, of which some came back

LETTER = """From: Desk <%(sender)s>
To: %(to)s
BCC: hidden@elsewhere.example,
\tboss@elsewhere.example
Subject: %(subject)s
Date: Sun, 26 Jul 2026 0%(n)d:00:00 +0000
Bcc:
Message-ID: <lost%(n)d@fennel.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bcc: this line is text, and stays.
From here on, too: äöü.
.
A line with a dot alone stands above.
"""


def lose(box, *letters):
    """Letters as (recipients, those of them that failed), sent and come back two days ago; they are indexed."""
    for n, (to, failed) in enumerate(letters, 1):
        facts = {"n": n, "sender": SENDER, "to": ", ".join(to), "subject": "Lost letter %d" % n}
        box.write("mail/sent/cur/lost%d:2,S" % n, LETTER % facts)
        box.write("mail/inbox/new/report%d" % n, report(
            "report%d@mail.fennel.example" % n, *(bounce.failed(address, "5.2.2", "552 5.2.2 <%s>: mailbox full" % address) for address in failed),
            returned=letter("lost%(n)d@fennel.example" % facts, facts["to"], "Desk <%s>" % SENDER, facts["subject"], "Sun, 26 Jul 2026 0%d:00:00 +0000" % n),
            host="mail.fennel.example", desk=SENDER, date="Sun, 26 Jul 2026 0%d:00:30 +0000" % n))
    box.notmuch("new")
