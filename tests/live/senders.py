#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie-resend with the sendmail programs of Debian: msmtp, which talks to the server itself, and Postfix', which has a queue.

usage: senders.py [--folder=DIRECTORY]

Both are fetched and unpacked as live.py does, run in a root of their own, and hand what they get to an SMTP server of
the test. Where one cannot be had or run, its tests are skipped with a word.
"""
import os, sys

HOME = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HOME, os.path.join(HOME, "..", "lib")]
import postfix
from debian import Missing
from mailbox import Mailbox
from namespace import connect
from resend import SENDER, Sink, lose, resend, script
from stage import arguments, play

ANN, BEN, CAT, DAN = ("%s@lost.example" % name for name in ("ann", "ben", "cat", "dan"))
SERVER_SECONDS = 20
LETTERS = (((ANN, BEN, CAT), (ANN, BEN)), ((BEN, DAN), (DAN,)), ((CAT,), (CAT,)))
SENT = {1: [ANN, BEN], 2: [DAN], 3: [CAT]}
MINE = "domain:lost.example"
REPORTS = ("--", "id:report1@mail.fennel.example or id:report2@mail.fennel.example or id:report3@mail.fennel.example")


class Msmtp:
    PROGRAM, REFUSES = "/usr/bin/msmtp", True

    @staticmethod
    def start(box, port):
        box.write("etc/msmtprc", "account default\nhost 127.0.0.1\nport %d\nauth off\ntls off\ndomain desk.fennel.example\n" % port)


class Postfix:
    PROGRAM, REFUSES = "/usr/sbin/sendmail", False  # what the server says comes later, as a report

    @staticmethod
    def start(box, port):
        postfix.furnish(box)
        with open(box.path("etc/postfix/main.cf"), "a") as file:
            file.write("relayhost = [127.0.0.1]:%d\n" % port)
        box.start(*postfix.START)
        if not connect(SERVER_SECONDS):
            raise Missing("it does not answer: " + box.log()[-300:])


PROGRAMS = {"msmtp": Msmtp, "postfix": Postfix}


def states(box):
    return {row["address"]: row["state"] for row in box.rows(*REPORTS)}


def arrived(sink):
    return {int(mail.partition(b"Subject: Lost letter ")[2][:1]): to for _, to, mail in sink.mails}


def same_text(mail, original):
    """The body to the byte, and the fields that were there; a server puts its own in front."""
    header, _, body = mail.replace(b"\r\n", b"\n").partition(b"\n\n")
    old_header, _, old_body = original.partition(b"\n\n")
    kept = [line for line in old_header.split(b"\n") if not line.lower().startswith(b"bcc") and b"boss@" not in line]
    return body == old_body and header.split(b"\n")[-len(kept):] == kept


def converse(tap, name, program, box, sink, sendmail):
    before = box.dump()
    dry = resend(box, sendmail, "--dry-run", "--all", MINE)
    tap.check(dry.code == 0 and not sink.mails, "%s: a dry run sends nothing" % name, dry)
    box.nixie("retry", *REPORTS)
    if program.REFUSES:
        sink.refuse = {DAN}
        first = resend(box, sendmail, "--yes", MINE)
        tap.check(first.code == 65 and first.said.count("not sent") == 1 and len(sink.mails) == 2, "%s: what the server refuses is told and stays due" % name, first)
        tap.equal(states(box)[DAN], "due", "%s: the refused one" % name)
        sink.refuse = set()
    done = resend(box, sendmail, "--yes", MINE)
    tap.check(done.code == 0 and sink.wait(len(SENT)), "%s: every message arrives once" % name, (done, arrived(sink)))
    tap.equal({n: sorted(to) for n, to in arrived(sink).items()}, SENT, "%s: at the chosen recipients, and at nobody else" % name)
    tap.equal({sender for sender, _, _ in sink.mails}, {SENDER}, "%s: the envelope's sender" % name)
    for _, _, mail in sink.mails:
        n = int(mail.partition(b"Subject: Lost letter ")[2][:1])
        with open(box.path("mail/sent/cur/lost%d:2,S" % n), "rb") as file:
            tap.check(same_text(mail, file.read()), "%s: letter %d is as it was sent" % (name, n), mail)
        tap.check(b"Resent-To: " in mail and b"hidden@" not in mail and b"boss@" not in mail and mail.count(b"Resent-Message-ID:") == 1,
                  "%s: sent again in its own name, hidden recipients left out" % name, mail)
    tap.equal(set(states(box).values()), {"retried"}, "%s: all of it is noted" % name)
    again = resend(box, sendmail, "--yes", MINE)
    tap.check(again.code == 0 and len(sink.mails) == len(SENT) and box.dump() != before, "%s: a second run sends nothing" % name, again)


def trial(tap, name, root):
    program = PROGRAMS[name]
    with Sink() as sink, Mailbox() as box:
        program.start(root, sink.server_address[1])
        lose(box, *LETTERS)
        wrapper = script(box, name, '#!/bin/sh\nexec chroot "%s" %s "$@"\n' % (root.root, program.PROGRAM))
        converse(tap, name, program, box, sink, "--sendmail=" + wrapper)


def main():
    play(arguments(__doc__).parse_args().folder, "senders", "sender-", PROGRAMS, trial)


if __name__ == "__main__":
    main()
