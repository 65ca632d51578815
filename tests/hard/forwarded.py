# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports that a person passes on: each of REPORTS in each of FORMS, which are what mail programs
make of a message in four languages. The recipient, its codes and its category must come through, with a word that it is somebody else's;
what a person writes about a bounce without passing it on must not."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx1.example.org>"
DATE = "Mon, 16 Nov 2026 09:12:40 +0100"

# name: subject, text, then what must come of it: recipient, status, reply, category
REPORTS = {
    "Postfix": ("Undelivered Mail Returned to Sender", """This is the mail system at host mx1.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

                   The mail system

<lea@example.net>: host mail.example.net[192.0.2.25] said: 550 5.1.1
    <lea@example.net>: Recipient address rejected: User unknown in virtual
    mailbox table (in reply to RCPT TO command)
""", ("lea@example.net", "5.1.1", "550", "no-such-user")),
    "Exim": ("Mail delivery failed: returning message to sender", """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  lea@example.net
    host mail.example.net [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<lea@example.net>:
    552 5.2.2 Mailbox is full
""", ("lea@example.net", "5.2.2", "552", "mailbox-full")),
    "Gmail": ("Delivery Status Notification (Failure)", """** Address not found **

Your message wasn't delivered to lea@example.net because the address couldn't be found, or is unable to receive mail.

The response from the remote server was:
550 5.1.1 <lea@example.net>: Recipient address rejected: User unknown
""", ("lea@example.net", "5.1.1", "550", "no-such-user")),
    "Exchange": ("Undeliverable: Plan for Tuesday", """Delivery has failed to these recipients or groups:

lea@example.net
The recipient's mailbox is full and can't accept messages now. Please try resending your message later.

Diagnostic information for administrators:

Generating server: EX1.example.org

lea@example.net
Remote Server returned '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException'
""", ("lea@example.net", "5.2.2", "554", "mailbox-full")),
}


def labels(*names):
    """The block of header fields that a program puts above: names of From, Date, To, Subject, in its order."""
    values = {"from": DAEMON, "date": DATE, "to": "Kim <kim@example.org>"}
    return lambda subject: "\n".join("%s %s" % (label, dict(values, subject=subject)[what]) for label, what in names) + "\n"


def dashed(title, *names):
    block = labels(*names)
    return lambda subject, text: "%s\n%s\n%s" % (title, block(subject), text)


def quoted(form):
    return lambda subject, text: "\n".join(("> " + line).rstrip() for line in form(subject, text).split("\n"))


def answered(line):
    return lambda subject, text: "%s\n%s" % (line, "\n".join(("> " + one).rstrip() for one in text.split("\n")))


FROM_EN, FROM_DE, FROM_FR, FROM_ES = ("From:", "from"), ("Von:", "from"), ("De :", "from"), ("De:", "from")
# name: prefix of the subject, the question that a person puts above, the form
FORMS = {
    "Thunderbird": ("Fwd: ", "What does this mean?", dashed(
        "-------- Forwarded Message --------", ("Subject:", "subject"), ("Date:", "date"), FROM_EN, ("To:", "to"))),
    "Thunderbird, German": ("Fwd: ", "Was bedeutet das?", dashed(
        "-------- Weitergeleitete Nachricht --------", ("Betreff:", "subject"), ("Datum:", "date"), FROM_DE, ("An:", "to"))),
    "Thunderbird, French": ("Fwd: ", "Que faire ?", dashed(
        "-------- Message transféré --------", ("Sujet :", "subject"), ("Date :", "date"), FROM_FR, ("Pour :", "to"))),
    "Thunderbird, Spanish": ("Fwd: ", "¿Qué significa esto?", dashed(
        "-------- Mensaje reenviado --------", ("Asunto:", "subject"), ("Fecha:", "date"), FROM_ES, ("Para:", "to"))),
    "Gmail": ("Fwd: ", "Can you help?", dashed(
        "---------- Forwarded message ---------", FROM_EN, ("Date:", "date"), ("Subject:", "subject"), ("To:", "to"))),
    "Gmail, German": ("Fwd: ", "Was tun?", dashed(
        "---------- Forwarded message ---------", FROM_DE, ("Date:", "date"), ("Subject:", "subject"), ("To:", "to"))),
    "Gmail, French": ("Fwd: ", "Que faire ?", dashed(
        "---------- Forwarded message ---------", FROM_FR, ("Date:", "date"), ("Subject:", "subject"), ("To:", "to"))),
    "Gmail, Spanish": ("Fwd: ", "¿Qué hago?", dashed(
        "---------- Forwarded message ---------", FROM_ES, ("Date:", "date"), ("Subject:", "subject"), ("To:", "to"))),
    "Outlook": ("FW: ", "See below.", dashed(
        "-----Original Message-----", FROM_EN, ("Sent:", "date"), ("To:", "to"), ("Subject:", "subject"))),
    "Outlook, German": ("WG: ", "Siehe unten.", dashed(
        "-----Ursprüngliche Nachricht-----", FROM_DE, ("Gesendet:", "date"), ("An:", "to"), ("Betreff:", "subject"))),
    "Outlook, French": ("TR: ", "Voir ci-dessous.", dashed(
        "-----Message d'origine-----", FROM_FR, ("Envoyé :", "date"), ("À :", "to"), ("Objet :", "subject"))),
    "Outlook, Spanish": ("RV: ", "Véase abajo.", dashed(
        "-----Mensaje original-----", FROM_ES, ("Enviado el:", "date"), ("Para:", "to"), ("Asunto:", "subject"))),
    "Outlook, the line": ("Fw: ", "See below.", dashed(
        "_" * 32, FROM_EN, ("Sent:", "date"), ("To:", "to"), ("Subject:", "subject"))),
    "Apple Mail": ("Fwd: ", "What is this?", quoted(dashed(
        "Begin forwarded message:\n", FROM_EN, ("Subject:", "subject"), ("Date:", "date"), ("To:", "to")))),
    "Apple Mail, German": ("Fwd: ", "Was ist das?", quoted(dashed(
        "Anfang der weitergeleiteten Nachricht:\n", FROM_DE, ("Betreff:", "subject"), ("Datum:", "date"), ("An:", "to")))),
    "Apple Mail, French": ("Tr: ", "Qu'est-ce ?", quoted(dashed(
        "Début du message réexpédié :\n", FROM_FR, ("Objet:", "subject"), ("Date:", "date"), ("À:", "to")))),
    "Apple Mail, Spanish": ("Fwd: ", "¿Qué es?", quoted(dashed(
        "Inicio del mensaje reenviado:\n", FROM_ES, ("Asunto:", "subject"), ("Fecha:", "date"), ("Para:", "to")))),
    "quoted": ("Fwd: ", "What does this mean?", answered("On Mon, 16 Nov 2026 at 09:12, Mail Delivery System <MAILER-DAEMON@mx1.example.org> wrote:")),
    "quoted, German": ("WG: ", "Was heißt das?", answered("Am 16.11.26 um 09:12 schrieb Mail Delivery System:")),
    "quoted, French": ("TR: ", "Que faire ?", answered("Le 16/11/2026 à 09:12, Mail Delivery System a écrit :")),
    "quoted, Spanish": ("RV: ", "¿Qué hago?", answered("El 16/11/2026 a las 09:12, Mail Delivery System escribió:")),
}
# What is written about bounces, without one.
TALK = {
    "a question": ("Fwd: my question about bounces", "Sometimes our mail comes back with \"550 User unknown\". Why?\n"),
    "an answer that quotes a line": ("Re: Undelivered Mail Returned to Sender", "> <lea@example.net>: host mail.example.net said: 550 5.1.1 User unknown\n\n"
                                     "That is only a slip, she writes herself with K.\n"),
    "a forwarded newsletter": ("Fwd: How to deal with undeliverable mail", "-------- Forwarded Message --------\nSubject: How to deal with undeliverable mail\n"
                               "Date: %s\nFrom: News <news@example.com>\nTo: kim@example.org\n\nTen tips that lower your bounce rate.\n" % DATE),
}


def mail(name, subject, text):
    return ("Return-Path: <kim@example.org>\nReceived: from desk.example.org ([192.0.2.10]) by mx1.example.org; %s\nFrom: Kim <kim@example.org>\n"
            "To: helpdesk@example.org\nSubject: %s\nDate: %s\nMessage-ID: <%s@example.org>\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n%s\n\n-- \nKim, example.org\n" % (
                DATE, subject, DATE, name, text))


def attached(subject, text):
    """The report as an attachment, as it came."""
    return ("From: Kim <kim@example.org>\nTo: helpdesk@example.org\nSubject: Fwd: %s\nDate: %s\nMessage-ID: <a@example.org>\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=\"m\"\n\n--m\nContent-Type: text/plain\n\nPlease look at this.\n\n--m\n"
            "Content-Type: message/rfc822; name=\"report.eml\"\nContent-Disposition: attachment; filename=\"report.eml\"\n\nReturn-Path: <>\nFrom: %s\n"
            "To: kim@example.org\nSubject: %s\nDate: %s\nMessage-ID: <report@mx1.example.org>\nContent-Type: text/plain\n\n%s\n--m--\n" % (
                subject, DATE, DAEMON, subject, DATE, text))


def main():
    tap = Tap()
    with Home() as home:
        wanted = {}
        for name, (subject, text, want) in REPORTS.items():
            for form, (prefix, question, make) in FORMS.items():
                file = home.write("mails/%s in %s.eml" % (name, form), mail("f%d" % len(wanted), prefix + subject, "%s\n\n%s" % (question, make(subject, text))))
                wanted[file] = want
            wanted[home.write("mails/%s attached.eml" % name, attached(subject, text))] = want
        for name, (subject, text) in TALK.items():
            wanted[home.write("mails/%s.eml" % name, mail("t%d" % len(wanted), subject, text))] = None
        found = {x["file"]: x for x in home.nixie("extract", "--format=json-lines", home.path("mails")).lines()}
        for file, want in sorted(wanted.items()):
            one = found[file]
            got = [(x["address"], x["status"], x["reply"], x["category"]) for x in one["recipients"]]
            good = one["kind"] == "not-a-bounce" and not got if want is None else one["kind"] == "failure" and got == [want]
            good = good and any("inside another mail" in x for x in one["warnings"]) == (want is not None)
            tap.check(good, os.path.basename(file)[:-4], "%s, %s\n%r %r" % (one["kind"], one["format"], got, one["warnings"]))
    tap.end()


if __name__ == "__main__":
    main()
