# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports in the layout of the systems that write them: a struct of facts in, the bytes of a mail out.

Each layout is a function of a Notice; LAYOUTS names them. What a layout states of the reporting
and the refusing server stands in its row, for the expectations.
"""
import textwrap, time
from collections import namedtuple

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KEPT = 5 * 86400  # seconds that a message stays in the queue

# id, date, to, host (reporting), kind (failure or delay), arrival: of the report; returned: the returned
# message as text, "" for none; subject: of the original; failures: what is told of whom
Notice = namedtuple("Notice", "id date to host kind arrival returned subject original_id queue failures", defaults=[()])
# told: reply, status and words as one line, as the far server said it
Failure = namedtuple("Failure", "address was told status reply phase mx ip")


def rfc_date(seconds):
    t = time.gmtime(seconds)
    return "%s, %02d %s %d %02d:%02d:%02d +0000" % (DAYS[t.tm_wday], t.tm_mday, MONTHS[t.tm_mon - 1], t.tm_year, t.tm_hour, t.tm_min, t.tm_sec)


def wrapped(text, indent="    ", width=78):
    """A long line as header fields and Postfix fold it."""
    return textwrap.fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def headers(*lines):
    return "".join(line + "\n" for line in lines if line)


def mime(boundary, *parts):
    """Parts are (headers, body)."""
    return "".join("--%s\n%s\n%s\n" % (boundary, head, body) for head, body in parts) + "--%s--\n" % boundary


def is_delay(notice):
    return notice.kind == "delay"


def header_of(returned):
    return returned.split("\n\n", 1)[0] + "\n"


def status_block(notice, failure, type_="smtp", remote=True, date=True):
    return headers(
        "Original-Recipient: rfc822;%s" % failure.was if failure.was else "",
        "Final-Recipient: rfc822; %s" % failure.address,
        "Action: %s" % ("delayed" if is_delay(notice) else "failed"),
        "Status: %s" % failure.status,
        "Remote-MTA: dns; %s" % failure.mx if remote and failure.reply else "",
        wrapped("Diagnostic-Code: %s; %s" % (type_, failure.told)),
        "Will-Retry-Until: %s" % rfc_date(notice.arrival + KEPT) if is_delay(notice) and date else "")


def delivery_status(notice, blocks, *fields):
    return headers("Reporting-MTA: dns; %s" % notice.host, *fields, "Arrival-Date: %s" % rfc_date(notice.arrival)) + "\n" + "\n".join(blocks)


def returned_part(notice, whole="message/rfc822", cut="text/rfc822-headers"):
    if not notice.returned:
        return []
    if is_delay(notice):
        return [("Content-Description: Message Headers\nContent-Type: %s\n" % cut, header_of(notice.returned))]
    return [("Content-Description: Undelivered Message\nContent-Type: %s\n" % whole, notice.returned)]


def postfix(n):
    boundary = "%s.%d/%s" % (n.queue, n.date, n.host)
    said = "".join("%s\n\n" % wrapped("<%s>%s: %s" % (
        f.address, " (expanded from <%s>)" % f.was if f.was and f.was != f.address else "",
        "host %s[%s] said: %s (in reply to %s command)" % (f.mx, f.ip, f.told, f.phase) if f.reply else f.told)) for f in n.failures)
    if is_delay(n):
        intro = ("####################################################################\n"
                 "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n"
                 "####################################################################\n\n"
                 "Your message could not be delivered for more than 4.0 hours.\nIt will be retried until it is 5.0 days old.\n")
    else:
        intro = "I'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n"
    text = "This is the mail system at host %s.\n\n%s\nFor further assistance, please send mail to postmaster.\n\n                   The mail system\n\n%s" % (n.host, intro, said)
    blocks = [status_block(n, f, "smtp" if f.reply else "X-Postfix") for f in n.failures]
    return headers("Return-Path: <>", "Received: by %s (Postfix)\n\tid %s; %s" % (n.host, n.queue, rfc_date(n.date)), "Date: %s" % rfc_date(n.date),
                   "From: MAILER-DAEMON@%s (Mail Delivery System)" % n.host,
                   "Subject: " + ("Delayed Mail (still being retried)" if is_delay(n) else "Undelivered Mail Returned to Sender"), "To: %s" % n.to,
                   "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
                   "Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"%s\"" % boundary, "Message-Id: <%s>" % n.id) + "\n" + \
        "This is a MIME-encapsulated message.\n\n" + mime(
            boundary, ("Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n", text),
            ("Content-Description: Delivery report\nContent-Type: message/delivery-status\n",
             delivery_status(n, blocks, "X-Postfix-Queue-ID: %s" % n.queue)), *returned_part(n))


def exim_text(n):
    if is_delay(n):
        intro = ("A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on %s.\n\n"
                 "The message identifier is:     %s\nThe subject of the message is: %s\nThe address to which the message has not yet been delivered is:\n" % (
                     n.host, n.queue, n.subject))
    else:
        intro = ("A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. "
                 "The following address(es) failed:\n")
    told = "".join("\n  %s%s\n%s" % (
        f.address, "\n    (generated from %s)" % f.was if f.was and f.was != f.address else "",
        "    host %s [%s]\n    SMTP error from remote mail server after %s:\n    %s\n" % (f.mx, f.ip, f.phase if f.phase != "DATA" else "end of data", f.told)
        if f.reply else "    %s\n" % f.told) for f in n.failures)
    end = "\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n" if is_delay(n) else ""
    return "This message was created automatically by mail delivery software.\n\n" + intro + told + end


def exim_head(n):
    return [
        "Return-path: <>", "Received: from mailnull by %s with local (Exim 4.96)\n\tid %s\n\tfor %s;\n\t%s" % (n.host, n.queue, n.to, rfc_date(n.date)),
        "" if is_delay(n) else "X-Failed-Recipients: %s" % ", ".join(f.address for f in n.failures), "Auto-Submitted: auto-replied",
        "From: Mail Delivery System <Mailer-Daemon@%s>" % n.host, "To: %s" % n.to,
        "Subject: " + ("Warning: message %s delayed 24 hours" % n.queue if is_delay(n) else "Mail delivery failed: returning message to sender"),
        "Message-Id: <%s>" % n.id, "Date: %s" % rfc_date(n.date)]


def exim(n):
    boundary = "%d-eximdsn-%d" % (n.date, n.date % 9973)
    return headers(*exim_head(n), "MIME-Version: 1.0", "Content-Type: multipart/report; report-type=delivery-status; boundary=%s" % boundary) + "\n" + mime(
        boundary, ("Content-type: text/plain; charset=us-ascii\n", exim_text(n)),
        ("Content-type: message/delivery-status\n",
         "Reporting-MTA: dns; %s\n\n" % n.host + "\n".join(status_block(n, f, date=False) for f in n.failures)),
        *[(head.replace("Content-Description: Undelivered Message\n", "").replace("Content-Description: Message Headers\n", ""), body)
          for head, body in returned_part(n)])


def exim_plain(n):
    copy = "\n------ This is a copy of the message, including all the headers. ------\n\n" + n.returned if n.returned and not is_delay(n) else ""
    return headers(*exim_head(n)) + "\n" + exim_text(n) + copy


def sendmail(n):
    boundary = "%s.%d/%s" % (n.queue, n.date, n.host)
    kind = "transient non-fatal" if is_delay(n) else "permanent fatal"
    reasons = "".join("<%s>\n    (reason: %s)\n%s" % (f.address, f.told, "    (expanded from: <%s>)\n" % f.was if f.was and f.was != f.address else "")
                      for f in n.failures)
    talk = "".join("... while talking to %s.:\n>>> %s\n<<< %s\n" % (f.mx, "DATA" if f.phase == "DATA" else "RCPT To:<%s>" % f.address, f.told)
                   if f.reply else "<%s>... Deferred: Connection timed out with %s.\n" % (f.address, f.mx) for f in n.failures)
    text = "The original message was received at %s\nfrom localhost\n\n   ----- The following addresses had %s errors -----\n%s\n" \
        "   ----- Transcript of session follows -----\n%s" % (rfc_date(n.arrival), kind, reasons, talk)
    if is_delay(n):
        text = "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n" \
            "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n" + text
    return headers("Return-Path: <>", "Received: from localhost (localhost)\n\tby %s (8.17.1/8.17.1) id %s;\n\t%s" % (n.host, n.queue, rfc_date(n.date)),
                   "Date: %s" % rfc_date(n.date), "From: Mail Delivery Subsystem <MAILER-DAEMON@%s>" % n.host, "Message-Id: <%s>" % n.id, "To: <%s>" % n.to,
                   "MIME-Version: 1.0", "Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"%s\"" % boundary,
                   "Subject: " + ("Warning: could not send message for past 4 hours" if is_delay(n) else "Returned mail: see transcript for details"),
                   "Auto-Submitted: auto-generated (%s)" % ("warning-timeout" if is_delay(n) else "failure")) + "\n" + \
        "This is a MIME-encapsulated message\n\n" + mime(
            boundary, ("", text), ("Content-Type: message/delivery-status\n", delivery_status(n, [status_block(n, f) for f in n.failures])),
            *[(head.split("\n", 1)[1], body) for head, body in returned_part(n)])


def qmail(n):
    told = "".join("<%s>:\n%s\n\n" % (f.address, "%s does not like recipient.\nRemote host said: %s\nGiving up on %s." % (f.ip, f.told, f.ip) if f.reply
                                        else "%s" % f.told) for f in n.failures)
    copy = "--- Below this line is a copy of the message.\n\n" + n.returned if n.returned else ""
    return headers("Return-Path: <>", "Received: (qmail %d invoked for bounce); %s" % (n.date % 32768, rfc_date(n.date)), "Date: %s" % rfc_date(n.date),
                   "From: MAILER-DAEMON@%s" % n.host, "To: %s" % n.to, "Subject: failure notice", "Message-ID: <%s>" % n.id) + "\n" + \
        "Hi. This is the qmail-send program at %s.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n" \
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n%s%s" % (n.host, told, copy)


def exchange(n):
    boundary = "_%s_%d" % (n.queue, n.date)
    text = "".join("Your message to %s couldn't be delivered.\n\n%s wasn't found at %s.\n\n" % (f.address, *f.address.split("@")) for f in n.failures) + \
        "More Info for Email Admins\nStatus code: %s %s\n\nOriginal Message Details\nSubject:\t%s\n\n" % (n.failures[0].reply, n.failures[0].status, n.subject) + \
        "Error Details\n" + "".join("Reported error:\t%s\n" % f.told for f in n.failures) + "DSN generated by:\t%s\n" % n.host
    tenant = n.failures[0].address.split("@")[1].split(".")[0]
    return headers("Return-Path: <>", "MIME-Version: 1.0", "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@%s.onmicrosoft.com>" % tenant,
                   "To: <%s>" % n.to, "Date: %s" % rfc_date(n.date),
                   "Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"%s\"" % boundary, "X-MS-Exchange-Message-Is-Ndr:",
                   "Content-Language: en-US", "Message-ID: <%s>" % n.id, "In-Reply-To: <%s>" % n.original_id if n.original_id else "",
                   "References: <%s>" % n.original_id if n.original_id else "", "Subject: Undeliverable: %s" % n.subject, "Auto-Submitted: auto-replied") + "\n" + mime(
        boundary, ("Content-Type: text/plain; charset=\"utf-8\"\n", text),
        ("Content-Type: message/delivery-status\n", delivery_status(n, [status_block(n, f, remote=False) for f in n.failures])),
        *[(head.split("\n", 1)[1], body) for head, body in returned_part(n)])


def gmail(n):
    boundary = "00000000000%x" % (n.date * 977)
    title = {"no-such-user": "Address not found", "full": "Recipient inbox full"}
    full = ".2.2" in n.failures[0].status
    f = n.failures[0]
    text = "\n** %s **\n\n%s\n\nThe response was:\n\n%s\n" % (
        "Recipient inbox full" if full else title["no-such-user"],
        "Your message to %s couldn't be delivered. Their inbox is full, or it's getting too much mail right now." % f.address if full else
        "Your message wasn't delivered to %s because the address couldn't be found, or is unable to receive mail." % f.address, f.told)
    return headers("Return-Path: <>", "Received: by 2002:a05:6402:cd0:: with SMTP id %s;\n\t%s" % (n.queue, rfc_date(n.date)),
                   "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "To: %s" % n.to, "Auto-Submitted: auto-replied",
                   "Subject: Delivery Status Notification (Failure)", "References: <%s>" % n.original_id if n.original_id else "",
                   "In-Reply-To: <%s>" % n.original_id if n.original_id else "", "X-Failed-Recipients: %s" % f.address, "Message-ID: <%s>" % n.id,
                   "Date: %s" % rfc_date(n.date), "MIME-Version: 1.0",
                   "Content-Type: multipart/report; boundary=\"%s\"; report-type=delivery-status" % boundary) + "\n" + mime(
        boundary, ("Content-Type: text/plain; charset=\"UTF-8\"\n", text),
        ("Content-Type: message/delivery-status\n", delivery_status(n, [status_block(n, x) for x in n.failures])),
        *[(head.split("\n", 1)[1], body) for head, body in returned_part(n)])


def ses(n):
    boundary = "----=_Part_%d_%d.%d" % (n.date % 999983, n.date % 99991, n.date * 1000)
    text = "An error occurred while trying to deliver the mail to the following recipients:\n" + "\n".join(f.address for f in n.failures)
    return headers("Return-Path: <>", "From: MAILER-DAEMON@eu-west-1.amazonses.com", "To: %s" % n.to, "Message-ID: <%s>" % n.id,
                   "Subject: Delivery Status Notification (Failure)", "MIME-Version: 1.0",
                   "Content-Type: multipart/report;\n\tboundary=\"%s\";\n\treport-type=delivery-status" % boundary, "Date: %s" % rfc_date(n.date),
                   "X-SES-Outgoing: %s-192.0.2.250" % time.strftime("%Y.%m.%d", time.gmtime(n.date))) + "\n" + mime(
        boundary, ("Content-Type: text/plain; charset=us-ascii\nContent-Description: Notification\n", text),
        ("Content-Type: message/delivery-status\n", "Reporting-MTA: dns; %s\n\n" % n.host + "\n".join(
            status_block(n, f, remote=False) for f in n.failures)), *returned_part(n))


def opensmtpd(n):
    boundary = "%d/%s" % (n.date * 31337, n.host)
    head = "A message is delayed for more than 4 hours for the following\n    list of recipients:" if is_delay(n) else \
        "An error has occurred while attempting to deliver a message for\n    the following list of recipients:"
    text = "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    %s\n\n%s\n\n%s    Below is a copy of the original message:\n" % (
        head, "\n".join("%s: %s" % (f.address, f.told) for f in n.failures),
        "    Please note that this is only a temporary failure report.\n    The message is kept in the queue for up to 4 days.\n\n" if is_delay(n) else "")
    blocks = [headers("Final-Recipient: rfc822; %s" % f.address, "Action: %s" % ("delayed" if is_delay(n) else "failed"), "Status: %s" % f.status,
                      wrapped("Diagnostic-Code: smtp; %s" % f.told)) for f in n.failures]
    return headers("Received: from %s (%s [local])\n\tby %s (OpenSMTPD) with ESMTPA id %s\n\tfor <%s>;\n\t%s" % (n.host, n.host, n.host, n.queue[:8], n.to, rfc_date(n.date)),
                   "Subject: Delivery status notification: %s" % ("delayed" if is_delay(n) else "error"), "From: Mailer Daemon <MAILER-DAEMON@%s>" % n.host,
                   "To: %s" % n.to, "Date: %s" % rfc_date(n.date), "MIME-Version: 1.0",
                   "Content-Type: multipart/mixed;boundary=\"%s\"" % boundary, "Message-ID: <%s>" % n.id) + "\nThis is a MIME-encapsulated message.\n\n" + mime(
        boundary, ("Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n", text),
        ("Content-Description: Delivery Report\nContent-Type: message/delivery-status\n", "Reporting-MTA: dns; %s\n\n" % n.host + "\n".join(blocks)),
        *([("Content-Description: Message headers\nContent-Type: text/rfc822-headers\n", header_of(n.returned))] if n.returned else []))


# host: who reports; None: our own server. remote: does the report name the server that refused? delays: does it tell of
# delays, too? fields: does it tell in fields, or in words alone?
Layout = namedtuple("Layout", "write host remote delays fields", defaults=[True])
LAYOUTS = {
    "postfix": Layout(postfix, None, True, True),
    "exim": Layout(exim, "web7.hostling.example", True, True),
    "exim-plain": Layout(exim_plain, "web9.hostling.example", True, False, False),
    "sendmail": Layout(sendmail, "gate.relayhaus.example", True, True),
    "qmail": Layout(qmail, "forward.oldlane.example", False, False, False),
    "exchange": Layout(exchange, "DB9PR04MB8412.eurprd04.prod.outlook.com", False, False),
    "gmail": Layout(gmail, "googlemail.com", True, False),
    "ses": Layout(ses, "b224-10.smtp-out.eu-west-1.amazonses.com", False, False),
    "opensmtpd": Layout(opensmtpd, "tide.hostling.example", False, True),
}
