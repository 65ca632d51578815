#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the hostile reports that are too big to keep in the tree.

usage: make-hostile.py OUTDIR

Writes OUTDIR/made/*.eml and OUTDIR/expected.tsv, in the columns of tests/samples/expected.tsv.
The output depends on nothing but this file.
"""
import os
import sys

HEAD = ("corpus", "file", "bounce", "recipients", "statuses", "replies", "categories")


def block(address, status="5.1.1", diagnostic="550 5.1.1 user unknown"):
    return ("Final-Recipient: rfc822; %s\nAction: failed\nStatus: %s\nDiagnostic-Code: smtp; %s\n"
            % (address, status, diagnostic))


def report(blocks, text="Not delivered.\n", returned="Subject: Yarn\n", header="", boundary="made"):
    """A report as RFC 3464 has it: text, per-message and per-recipient fields, headers."""
    return ("Return-Path: <>\nFrom: MAILER-DAEMON@mx9.example.net (Mail Delivery System)\n"
            "To: asta@example.org\nSubject: Undelivered Mail Returned to Sender\n"
            "Date: Mon, 06 Apr 2026 08:00:00 +0000\nMessage-ID: <made@mx9.example.net>\n" + header +
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
            "\tboundary=\"%s\"\n\n--%s\nContent-Type: text/plain\n\n%s\n--%s\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx9.example.net\n\n%s\n--%s\n"
            "Content-Type: text/rfc822-headers\n\n%s\n--%s--\n"
            % (boundary, boundary, text, boundary, "\n".join(blocks), boundary, returned, boundary))


def nested_multiparts(depth):
    """A report at the bottom of DEPTH multiparts."""
    head = ("Return-Path: <>\nFrom: MAILER-DAEMON@mx9.example.net\nTo: asta@example.org\n"
            "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n")
    down = "".join("Content-Type: multipart/mixed; boundary=\"n%d\"\n\n--n%d\n" % (i, i)
                   for i in range(depth))
    up = "".join("--n%d--\n" % i for i in reversed(range(depth)))
    leaf = ("Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx9.example.net\n\n"
            + block("deep@far.example") + "\n")
    return head + down + leaf + up


def nested_messages(depth):
    """A report wrapped in DEPTH messages, one in the other."""
    wrap = "Content-Type: message/rfc822\n\n"
    return ("Return-Path: <asta@example.org>\nFrom: asta@example.org\nSubject: Fwd: see inside\n"
            "MIME-Version: 1.0\n" + wrap * depth + report([block("inner@far.example")]))


def samples():
    """Yields name, bytes, and the expectation (bounce, recipients, statuses, replies, categories)."""
    one = (1, "lea@far.example", "5.1.1", "550", "no-such-user")
    lea = [block("lea@far.example")]
    many = ["weaver%04d@far.example" % i for i in range(2000)]
    yield ("recipients-2000", report([block(a) for a in many]),
           (1, ",".join(many), ",".join(["5.1.1"] * 2000), ",".join(["550"] * 2000),
            ",".join(["no-such-user"] * 2000)))
    crowd = ["m%d@far.example" % i for i in range(60000)]
    some = crowd[:-4001:-1]
    yield ("recipients-among-60000-addressees",
           report([block(a) for a in some]).replace("To: asta@example.org", "To: " + ",\n ".join(crowd)),
           (1, ",".join(some), ",".join(["5.1.1"] * 4000), ",".join(["550"] * 4000),
            ",".join(["no-such-user"] * 4000)))
    same = "lea@far.example"
    yield "same-recipient-2000-times", report([block(same)] * 2000), one
    yield ("diagnostic-100-kb", report([block(same, diagnostic="550 5.1.1 user unknown " + "x" * 100000)]),
           one)
    yield ("diagnostic-100-kb-folded",
           report([block(same, diagnostic="550 5.1.1 user unknown" + "\n and again" * 10000)]), one)
    yield "text-line-1-mb", report(lea, text="y" * 1000000 + "\n"), one
    yield "text-lines-50000", report(lea, text="no mailbox, no hope\n" * 50000), one
    yield "header-200-kb", report(lea, header="X-Weight: " + "z" * 200000 + "\n"), one
    yield "headers-20000", report(lea, header="X-Again: once\n" * 20000), one
    yield "address-64-kb", report([block("a" * 65536 + "@far.example")]), (1, "-", "5.1.1", "550", "-")
    yield "returned-parts-2000", report(lea, returned="--x\n" * 2000 + "Subject: many\n"), one
    yield "boundary-look-alikes", report(lea, text="--mad\n--made_\n--made--x\n" * 5000), one
    yield "angle-brackets", report(lea, text="<" * 100000 + ">" * 100000 + "\n"), one
    yield "comments-nested", report(lea, header="Reply-To: " + "(" * 50000 + ")" * 50000 + "\n"), one
    yield "encoded-words-5000", report(lea, header="X-Words:" + " =?utf-8?q?a?=\n" * 5000), one
    yield "multiparts-40-deep", nested_multiparts(40), (1, "deep@far.example", "5.1.1", "550", "no-such-user")
    yield "multiparts-20000-deep", nested_multiparts(20000), None
    yield "messages-5-deep", nested_messages(5), (1, "inner@far.example", "5.1.1", "550", "no-such-user")
    yield "messages-20000-deep", nested_messages(20000), None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    made = os.path.join(sys.argv[1], "made")
    os.makedirs(made, exist_ok=True)
    with open(os.path.join(sys.argv[1], "expected.tsv"), "w", encoding="utf-8") as table:
        table.write("\t".join(HEAD) + "\n")
        for name, text, expected in samples():
            with open(os.path.join(made, name + ".eml"), "w", encoding="utf-8", newline="\n") as mail:
                mail.write(text)
            if expected:  # without: any answer will do, so long as there is one
                table.write("\t".join(str(x) for x in ("made", name + ".eml") + expected) + "\n")


if __name__ == "__main__":
    main()
