# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports to hang hostile things in. All parts are bytes."""

LIVE = b"jonna@parcel.example"  # the recipient of a report that is whole


def head(name, subject=b"Your parcel of words came back", sender=b"MAILER-DAEMON@depot.example", more=b""):
    return (b"Return-Path: <>\nFrom: " + sender + b"\nTo: clerk@office.example\nSubject: " + subject +
            b"\nDate: Tue, 03 Nov 2026 07:30:00 +0100\nMessage-ID: <" + name + b"@depot.example>\nMIME-Version: 1.0\n" + more)


def block(address=LIVE, status=b"5.1.1", said=b"550 5.1.1 No such user here", action=b"failed", kind=b"rfc822", more=b""):
    return (b"Final-Recipient: " + kind + b"; " + address + b"\nAction: " + action + b"\nStatus: " + status +
            b"\nDiagnostic-Code: smtp; " + said + b"\n" + more)


def report(name, blocks=None, top=None, text=b"We could not hand over your message.\n", text_type=b"text/plain; charset=utf-8",
           about=b"Reporting-MTA: dns; depot.example\n", returned=None, edge=b"seam", status_head=b""):
    """A report as RFC 3464 has it."""
    if returned is None:
        returned = (b"From: clerk@office.example\nTo: jonna@parcel.example\nSubject: About your order\nMessage-ID: <sent-" + name +
                    b"@office.example>\n")
    return ((top or head(name)) + b"Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"" + edge + b"\"\n\n--" + edge +
            b"\nContent-Type: " + text_type + b"\n\n" + text + b"\n--" + edge + b"\nContent-Type: message/delivery-status\n" + status_head + b"\n" +
            about + b"\n" + b"\n".join([block()] if blocks is None else blocks) + b"\n--" + edge + b"\nContent-Type: text/rfc822-headers\n\n" +
            returned + b"\n--" + edge + b"--\n")


def plain(name, text, content=b"text/plain; charset=utf-8", more=b""):
    """A report in words alone."""
    return head(name, more=more) + b"Content-Type: " + content + b"\n\n" + text
