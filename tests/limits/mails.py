# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that are too large in one way each. A mail is a generator of pieces of bytes, so that the
largest takes no memory to make; `n` is what the name counts."""

PIECE, FEW = 1 << 20, 4096
SAID = b"550 5.1.1 User unknown"
TEXT = b"Your message could not be delivered.\n"
TOP_LINES = (b"From: MAILER-DAEMON@mx1.example.org\nTo: kim@example.org\nSubject: Undelivered Mail Returned to Sender\nDate: Mon, 16 Nov 2026 09:12:40 +0100\n"
             b"Message-ID: <limits@mx1.example.org>\n")


def times(block, n):
    """The block n times."""
    few = max(1, PIECE // len(block))
    piece = block * few
    for _ in range(n // few):
        yield piece
    yield block * (n % few)


def filled(block, n):
    """The block over and over, up to n bytes."""
    return times(block, n // len(block))


def counted(form, n, down=False):
    """`form` with each number in turn."""
    for at in range(0, n, FEW):
        numbers = range(at, min(at + FEW, n))
        yield b"".join(form % (n - 1 - i if down else i) for i in numbers)


def joined(*pieces):
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
        else:
            yield from piece


def block(address=b"lea@example.net", said=SAID):
    return joined(b"Final-Recipient: rfc822; ", address, b"\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; ", said, b"\n\n")


def report(text=TEXT, kind=b"text/plain; charset=utf-8", blocks=None, returned=b"Message-ID: <m@example.org>\nFrom: kim@example.org\n", way=b"text/rfc822-headers",
           top=b"", subject=b"Undelivered Mail Returned to Sender", before=b""):
    """A report like any other, but for what is given."""
    return joined(b"Return-Path: <>\n", top, b"From: MAILER-DAEMON@mx1.example.org\nTo: kim@example.org\nSubject: ", subject,
                  b"\nDate: Mon, 16 Nov 2026 09:12:40 +0100\nMessage-ID: <limits@mx1.example.org>\nMIME-Version: 1.0\n"
                  b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n", before, b"--b\nContent-Type: ", kind, b"\n\n", text,
                  b"\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx1.example.org\n\n", blocks or block(),
                  b"--b\nContent-Type: ", way, b"\n\n", returned, b"\n--b--\n")


# --- Lines and headers

def line(n):
    return report(text=joined(TEXT, filled(b"x", n)))


def hole(n):
    """A line of zero bytes, which takes no room on a disk."""
    return report(text=joined(TEXT, filled(b"\0", n)))


def short_lines(n):
    return report(text=joined(TEXT, filled(b"and so on\n", n)))


def header_line(n):
    return report(top=joined(b"X-Long: ", filled(b"y", n), b"\n"))


def empty_folds(n):
    return report(top=joined(b"X-Note: a\n", filled(b" \n", n)))


def header_folds(n):
    return report(top=joined(b"X-Long: y\n", filled(b" and so on, and so on\n", n)))


def headers(n):
    return report(top=counted(b"X-Field-%d: value\n", n))


def received(n):
    return report(top=filled(b"Received: from mx2.example.net (mx2.example.net [192.0.2.25]) by mx1.example.org with ESMTP id 4Zq1;\n"
                             b"\tMon, 16 Nov 2026 09:12:40 +0100\n", n))


def returned_received(n):
    """Of the message that came back: its way is read."""
    return report(returned=joined(b"Message-ID: <m@example.org>\n",
                                  filled(b"Received: from mx3.example.org (mx3.example.org [192.0.2.26]) by mx1.example.org with ESMTP id 4Zq2;\n"
                                         b"\tMon, 16 Nov 2026 09:12:30 +0100\n", n), b"From: kim@example.org\n"))


def encoded_words(n):
    return report(subject=joined(b"Undelivered Mail", times(b"\n =?utf-8?Q?Z=C3=BCr?= =?iso-8859-1?B?/A==?=", n // 2)))


def encoded_sender(n):
    return report(top=joined(b"Reply-To: ", times(b"=?utf-8?B?w7w=?= \n ", n), b"<kim@example.org>\n"))


def continuations(n):
    """A boundary in pieces (RFC 2231 section 3), the last one first."""
    return report(before=joined(b"--b\nContent-Type: multipart/mixed;\n", counted(b" boundary*%d=x;\n", n, down=True), b"\n\nnothing\n"))


# --- Parts

def parts(n):
    return report(before=times(b"--b\nContent-Type: application/octet-stream\n\nx\n", n))


def parts_behind(n):
    return joined(report(), times(b"--b\nContent-Type: application/octet-stream\n\nx\n", n))


def boundaries(n):
    """Lines that begin like the boundary, and are none."""
    return report(text=joined(TEXT, counted(b"--b%d\n", n)))


def nested(n):
    """Multiparts within each other, a report at the bottom."""
    inner = (b"".join(b"--n%d\nContent-Type: multipart/mixed; boundary=n%d\n\n" % (i - 1, i) for i in range(at, min(at + FEW, n))) for at in range(1, n, FEW))
    return joined(TOP_LINES, b"Content-Type: multipart/mixed; boundary=n0\n\n", inner,
                  b"--n%d\nContent-Type: text/plain\n\n550 5.1.1 <lea@example.net> User unknown\n" % (n - 1))


def messages(n):
    """Messages within each other."""
    return joined(TOP_LINES, times(b"Content-Type: message/rfc822\n\n", n), b"Content-Type: text/plain\n\n550 5.1.1 <lea@example.net> User unknown\n")


def groups(n):
    """Address groups within each other, on which libraries recurse."""
    return report(top=joined(b"Cc: ", times(b"a:", n), b"kim@example.org", times(b";", n), b"\n"))


def comments(n):
    return report(top=joined(b"Cc: ", times(b"(", n), b"\n"))


# --- The report itself

def recipients(n):
    return report(blocks=counted(b"Final-Recipient: rfc822; r%d@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n", n))


def listed_in_line(n):
    """All share what is said of them: it may be told of each, but not thousands of times at length."""
    return joined(TOP_LINES, b"\nYour message could not be delivered to the following recipients: ",
                  b", ".join(b"r%d@example.net" % i for i in range(n)), b": 550 5.1.1 User unknown\n")


def listed(n):
    """Recipients in text alone."""
    return joined(TOP_LINES, b"\nThis is the mail system at host mx1.example.org.\n\nYour message could not be delivered to one or more recipients.\n\n                   The mail system\n\n",
                  counted(b"<r%d@example.net>: host mx.example.net[192.0.2.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n\n", n))


def reply(n):
    return report(blocks=block(said=joined(SAID, filled(b" and so on", n))))


def reply_folds(n):
    return report(blocks=block(said=joined(SAID, filled(b"\n and so on", n))))


def reply_word(n):
    return report(blocks=block(said=joined(SAID, b" ", filled(b"x", n))))


def address(n):
    return report(blocks=joined(block(), block(address=joined(filled(b"a", n), b"@example.net"))))


def address_text(n):
    """An address without end in a text, and one that is none."""
    return joined(TOP_LINES, b"\nThe following address failed:\n\n<lea@example.net>: 550 5.1.1 User unknown\n\n<", filled(b"a@b.", n), b"example>: 550 5.1.1 User unknown\n")


# --- Texts

def headings(n):
    """Each line could begin the list of recipients."""
    return joined(TOP_LINES, b"\n", times(b"Delivery to the following recipients failed:\n", n), b"\n<lea@example.net>: 550 5.1.1 User unknown\n")


def headings_in_line(n):
    return joined(TOP_LINES, b"\n", times(b"Delivery to the following recipients failed: ", n), b"\n\n<lea@example.net>: 550 5.1.1 User unknown\n")


def names_in_line(n):
    """Each word could begin the message that came back."""
    return joined(TOP_LINES, b"\nThe following address failed:\n\n<lea@example.net>: 550 5.1.1 User unknown\n\n", times(b"Message-ID: ", n), b"\n")


def rows(n):
    """Lines with an address and a reason each, in no known form."""
    return joined(TOP_LINES, b"\n", counted(b"Sorry, r%d@example.net cannot be reached, 550 5.1.1 user unknown there\n", n))


def html(n):
    return report(kind=b"text/html; charset=utf-8", text=joined(b"<html><body><p>Your message could not be delivered.</p>",
                                                                filled(b"<div><b>and</b> &amp; so <i>on</i></div>\n", n), b"</body></html>"))


def html_open(n):
    """Tags that never end."""
    return report(kind=b"text/html; charset=utf-8", text=joined(TEXT, filled(b"<a href='", n)))


def soft_breaks(n):
    return report(kind=b"text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", text=joined(TEXT, filled(b"x=\n", n)))


def only_breaks(n):
    return report(kind=b"text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", text=joined(TEXT, filled(b"=\n", n)))


# --- What comes back

BASE64 = b"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZyBhbmQgd3JpdGVz\n"
TOP = b"Message-ID: <m@example.org>\nFrom: kim@example.org\nTo: lea@example.net\nSubject: the plan\nMIME-Version: 1.0\n"


def attachment(n):
    return report(way=b"message/rfc822", returned=joined(
        TOP, b"Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/plain\n\nas promised\n--c\nContent-Type: application/pdf; name=plan.pdf\n"
        b"Content-Transfer-Encoding: base64\n\n", filled(BASE64, n), b"--c--\n"))


def attachment_8bit(n):
    return report(way=b"message/rfc822", returned=joined(
        TOP, b"Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/plain\n\nas promised\n--c\nContent-Type: text/csv; charset=utf-8\n"
        b"Content-Transfer-Encoding: 8bit\n\n", filled("Grüße an alle, 17, 4;\n".encode(), n), b"--c--\n"))


def message_base64(n):
    """All of the message in base64, as gateways do against the rule."""
    return report(way=b"message/rfc822\nContent-Transfer-Encoding: base64", returned=filled(BASE64, n))


def text_behind(n):
    """Returned below the text, with no parts."""
    return joined(TOP_LINES, b"\nHi. This is the qmail-send program at mx1.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
                  b"<lea@example.net>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n\n--- Below this line is a copy of the message.\n\n",
                  TOP, b"\n", filled(BASE64, n))


def repeated(data, times):
    """Each line of the body so often; parts and their headers as they are."""
    head, _, body = data.partition(b"\n\n")
    kept = lambda line: not line.strip() or line.startswith(b"--") or line.lower().startswith(b"content-")
    return head + b"\n\n" + b"".join(line if kept(line) else line * times for line in body.splitlines(True))


# --- The table

KB, MB = 10 ** 3, 10 ** 6
TOO_LONG, SAYS_MORE = "The text is too long", "What servers say is too long"
DEEP, MANY_PARTS = "Parts are nested too deep", "too many parts"


class Case:
    """`full` and `small`: how much of it, on release and always; `step`: of three in growth. `cut`:
    what is said of a limit at both of the first two; None: nothing is lost. `full_cut`: at the first alone.
    `who`: the address that must be told in spite of all, None where the limit may hide it."""

    def __init__(self, name, make, full, small, step, cut=None, who="lea@example.net", unit="", full_cut=None):
        self.name, self.make, self.full, self.small, self.step, self.who, self.unit = name, make, full, small, step, who, unit
        self.cut, self.full_cut = cut, full_cut or cut

    def write(self, path, n):
        with open(path, "wb") as file:
            for piece in self.make(n):
                if piece.count(0) == len(piece):
                    file.seek(len(piece), 1)
                else:
                    file.write(piece)
            file.truncate()
        return path


def size(case, n):
    return ("%d MB" % (n // MB) if n >= MB else "%d KB" % (n // KB)) if case.unit == "B" else "{:,}".format(n)


CASES = (
    Case("a line", line, 500 * MB, 3 * MB, 100 * KB, TOO_LONG, unit="B"),
    Case("a line of zero bytes", hole, 500 * MB, 3 * MB, 100 * KB, TOO_LONG, unit="B"),
    Case("short lines", short_lines, 500 * MB, 3 * MB, 50 * KB, TOO_LONG, unit="B"),
    Case("a header field in one line", header_line, 200 * MB, 2 * MB, 100 * KB, unit="B"),
    Case("a header field in folds of nothing", empty_folds, 200 * MB, 2 * MB, 100 * KB, unit="B"),
    Case("a header field in folds", header_folds, 200 * MB, 2 * MB, 100 * KB, unit="B"),
    Case("header fields", headers, 100000, 20000, 2000, full_cut="too many fields"),
    Case("Received fields", received, 10 * MB, 1 * MB, 50 * KB, unit="B"),
    Case("Received fields of what came back", returned_received, 10 * MB, 1 * MB, 50 * KB, unit="B"),
    Case("encoded words in the subject", encoded_words, 400000, 20000, 1000),
    Case("encoded words in a sender", encoded_sender, 400000, 20000, 1000),
    Case("pieces of a parameter", continuations, 200000, 10000, 1000),
    Case("parts", parts, 1000000, 20000, 1000, MANY_PARTS, who=None),
    Case("parts behind the report", parts_behind, 1000000, 20000, 1000),
    Case("lines like a boundary", boundaries, 1000000, 150000, 5000, TOO_LONG),
    Case("multiparts in each other", nested, 200000, 5000, 500, DEEP, who=None),
    Case("messages in each other", messages, 200000, 5000, 500, DEEP, who=None),
    Case("address groups in each other", groups, 1000000, 20000, 5000),
    Case("comments in each other", comments, 1000000, 20000, 5000),
    Case("recipients", recipients, 1000000, 5000, 250, who="r0@example.net", full_cut="900000 more recipients than are kept"),
    Case("recipients in a text", listed, 500000, 2000, 250, who="r0@example.net", full_cut=TOO_LONG),
    Case("recipients in one line", listed_in_line, 60000, 2000, 250, SAYS_MORE, who=None),
    Case("a reply", reply, 100 * MB, 2 * MB, 50 * KB, SAYS_MORE, unit="B"),
    Case("a reply in folds", reply_folds, 100 * MB, 2 * MB, 50 * KB, SAYS_MORE, unit="B"),
    Case("a reply of one word", reply_word, 100 * MB, 2 * MB, 50 * KB, SAYS_MORE, unit="B"),
    Case("an address", address, 10 * MB, 1 * MB, 50 * KB, unit="B"),
    Case("an address in a text", address_text, 10 * MB, 2 * MB, 50 * KB, TOO_LONG, unit="B"),
    Case("headings of a list", headings, 200000, 30000, 1000, TOO_LONG, who=None),
    Case("headings of a list in one line", headings_in_line, 200000, 30000, 1000, TOO_LONG, who=None),
    Case("names of fields in one line", names_in_line, 1000000, 100000, 2000, TOO_LONG),
    Case("rows of no known form", rows, 500000, 1500, 200, TOO_LONG, who="r0@example.net"),
    Case("HTML", html, 50 * MB, 8 * MB, 50 * KB, TOO_LONG, unit="B"),
    Case("tags that never end", html_open, 50 * MB, 8 * MB, 50 * KB, TOO_LONG, unit="B"),
    Case("soft line breaks", soft_breaks, 50 * MB, 8 * MB, 50 * KB, TOO_LONG, unit="B"),
    Case("nothing but soft line breaks", only_breaks, 50 * MB, 8 * MB, 50 * KB, unit="B"),
    Case("a returned attachment, base64", attachment, 25 * MB, 2 * MB, 100 * KB, unit="B"),
    Case("a returned attachment, 8bit", attachment_8bit, 25 * MB, 2 * MB, 100 * KB, unit="B"),
    Case("a returned message in base64", message_base64, 25 * MB, 2 * MB, 100 * KB, unit="B"),
    Case("a message below the text", text_behind, 25 * MB, 2 * MB, 50 * KB, TOO_LONG, unit="B"),
)
