# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: a report of RFC 3464 in words of our own."""

FORM = """From: MAILER-DAEMON@%(host)s (Mail Delivery System)
To: %(desk)s
Subject: Undelivered Mail Returned to Sender
Date: %(date)s
Message-ID: <%(id)s>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; %(host)s
%(server)s
%(failed)s%(returned)s--b--
"""
RETURNED = """--b
Content-Type: text/rfc822-headers

From: %s
To: %s
Subject: %s
Date: %s
Message-ID: <%s>

"""


def failed(to, status="5.1.1", diagnostic=None, remote=None):
    """The fields of one recipient."""
    lines = ["Final-Recipient: rfc822; " + to, "Action: failed", "Status: " + status]
    lines += ["Remote-MTA: dns; " + remote] if remote else []
    lines += ["Diagnostic-Code: smtp; " + diagnostic] if diagnostic else []
    return "\n".join(lines) + "\n\n"


def letter(id, to, by="desk@sender.example", subject="Timetable", date="Fri, 20 Nov 2026 08:59:00 +0000"):
    """The header of what came back."""
    return RETURNED % (by, to, subject, date, id)


def report(id, *failed, returned="", server="", host="mx.sender.example", desk="desk@sender.example", date="Fri, 20 Nov 2026 09:00:00 +0000"):
    """`server`: more fields about the server that reports."""
    return FORM % {"id": id, "failed": "".join(failed), "returned": returned, "server": server, "host": host, "desk": desk, "date": date}


def bounce(id, to, status="5.1.1", returned=None, clock="09:00"):
    """`returned`: the Message-ID of the letter that came back; None: its header is not there."""
    return report(id, failed(to, status), returned=letter(returned, to) if returned else "", date="Fri, 20 Nov 2026 %s:00 +0000" % clock)
