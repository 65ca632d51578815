# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: one report of RFC 3464 in words of our own, of mx.sender.example to desk@sender.example."""

FORM = """From: MAILER-DAEMON@mx.sender.example
To: desk@sender.example
Subject: Undelivered Mail Returned to Sender
Date: Fri, 20 Nov 2026 %s:00 +0000
Message-ID: <%s>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.sender.example

Final-Recipient: rfc822; %s
Action: failed
Status: %s

%s--b--
"""
RETURNED = """--b
Content-Type: text/rfc822-headers

From: desk@sender.example
To: %s
Subject: Timetable
Message-ID: <%s>

"""


def bounce(id, to, status="5.1.1", returned=None, clock="09:00"):
    """`returned`: the Message-ID of the letter that came back; None: its header is not there."""
    return FORM % (clock, id, to, status, RETURNED % (to, returned) if returned else "")
