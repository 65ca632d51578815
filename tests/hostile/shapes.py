# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails whose form is the attack: parts, encodings, numbers, and text made to be slow."""
import base64
from letter import LIVE, block, head, plain, report

ADDRESS = LIVE.decode()
SLOW = "time beyond the limit; the recipient lost"
FORM = "a crash; the recipient lost"


def multipart(name, body, kind=b"mixed", edge=b"seam"):
    return head(name) + b"Content-Type: multipart/" + kind + b"; boundary=\"" + edge + b"\"\n\n" + body


def part(content, body, edge=b"seam"):
    return b"--" + edge + b"\nContent-Type: " + content + b"\n\n" + body + b"\n"


STATUS = b"Reporting-MTA: dns; depot.example\n\n" + block()


def alternating(depth):
    """Multiparts and messages, one in the other, the report at the bottom."""
    out = [head(b"alternating")]
    for i in range(depth):
        out.append(b"Content-Type: multipart/mixed; boundary=e%d\n\n--e%d\nContent-Type: message/rfc822\n\nSubject: %d\n" % (i, i, i))
    return b"".join(out) + b"Content-Type: message/delivery-status\n\n" + STATUS


def forms():
    """name, bytes, must the recipient be found, what else it must not cause"""
    r = report
    yield "edge-of-patterns", r(b"s1", edge=b"'()+_,-./:=?.*"), True, FORM
    yield "edge-of-one", r(b"s2", edge=b"x"), True, FORM
    yield "edge-in-base64", multipart(b"s3", part(b"text/plain\nContent-Transfer-Encoding: base64", b"--seam\n" + base64.b64encode(STATUS)) + part(b"message/delivery-status", STATUS)), True, FORM
    yield "edges-alike", multipart(b"s4", b"--seams\nnot an edge\n--seam2--\n" + part(b"message/delivery-status", STATUS)), True, FORM
    yield "edge-ended-first", multipart(b"s5", b"--seam--\n" + part(b"message/delivery-status", STATUS)), False, FORM
    yield "edge-with-escapes", r(b"s6", edge=b"a\\\"b"), False, FORM
    yield "edge-twice", r(b"s7").replace(b"boundary=\"seam\"", b"boundary=\"seam\"; boundary=\"other\""), False, FORM
    yield "edge-in-pieces", r(b"s8").replace(b"boundary=\"seam\"", b"boundary*0=\"se\"; boundary*1=\"am\""), False, FORM
    yield "alternating-40", alternating(40), False, FORM
    yield "alternating-20000", alternating(20000), False, SLOW
    yield "same-edge-deep", multipart(b"s9", (b"--seam\nContent-Type: multipart/mixed; boundary=seam\n\n") * 20000 + STATUS), False, SLOW
    yield "parts-of-nothing", multipart(b"s10", b"--seam\n" * 60000 + b"--seam\nContent-Type: message/delivery-status\n\n" + STATUS), False, SLOW
    yield "local-file", multipart(b"s11", part(b"message/external-body; access-type=local-file; name=\"/etc/passwd\"", b"Content-Type: text/plain\n") + part(b"message/delivery-status", STATUS)), True, "a file of this machine read"
    yield "partial", head(b"s12") + b"Content-Type: message/partial; number=1; total=999999999; id=\"x\"\n\n" + STATUS, False, FORM
    yield "content-ids-in-a-ring", multipart(b"s13", part(b"text/html\nContent-ID: <a>", b"<img src=cid:b>") + part(b"text/html\nContent-ID: <b>", b"<img src=cid:a>") + part(b"message/delivery-status", STATUS), b"related"), True, FORM
    yield "status-in-a-message-in-a-status", multipart(b"s14", part(b"message/delivery-status", b"Content-Type: message/rfc822\n\n" * 300 + STATUS), b"report"), False, FORM
    yield "fields-60000", r(b"s15", about=b"".join(b"X-F%d: %d\n" % (i, i) for i in range(60000))), True, SLOW
    yield "field-name-of-100000", r(b"s16", about=b"N" * 100000 + b": x\n"), True, SLOW
    yield "value-folded-60000", r(b"s17", [block(said=b"550 5.1.1 no" + b"\n\tand" * 60000)]), True, SLOW
    yield "blank-lines-100000", r(b"s18", about=b"\n" * 100000), True, SLOW
    yield "blocks-8000", r(b"s19", [block(b"r%d@parcel.example" % i) for i in range(8000)] + [block()]), True, SLOW
    yield "blocks-of-one-8000", r(b"s20", [block()] * 8000), True, "one recipient 8,000 times in a list"
    yield "one-line-report", r(b"s21").replace(b"\nAction", b" Action").replace(b"\nStatus", b" Status").replace(b"\nDiagnostic", b" Diagnostic"), True, FORM
    yield "ends-of-all-kinds", r(b"s22").replace(b"\nAction", b"\r\nAction").replace(b"\nStatus", b"\n\r\nStatus"), True, FORM
    yield "carriage-returns-alone", r(b"s23").replace(b"\n", b"\r"), True, "a carriage return on the screen"
    yield "nul-in-each-name", r(b"s24").replace(b"Final-", b"Final\0-"), False, "an address cut at a NUL"
    yield "no-line-end", r(b"s25").split(b"\nStatus")[0], True, "half an address"
    yield "cut-in-address", r(b"s26").split(b"parcel.example\nAction")[0], False, "half an address"
    yield "only-edges", b"--seam\n--seam--\n", False, FORM
    yield "only-colons", b":\n" * 50000, False, SLOW
    yield "only-blanks", b" \n" * 50000, False, SLOW
    yield "only-ff", b"\xff" * 100000, False, FORM
    yield "from-lines", b"".join(b"From x Tue Nov  3 07:30:00 2026\n" for _ in range(20000)) + r(b"s27"), False, SLOW


def encodings():
    live = b"<jonna@parcel.example>: 550 5.1.1 no such user\n"
    for name, body, content in (
            ("base64-without-end", base64.b64encode(live)[:-3], b"text/plain\nContent-Transfer-Encoding: base64"),
            ("base64-of-one-line", base64.b64encode(live * 60000), b"text/plain\nContent-Transfer-Encoding: base64"),
            ("base64-of-blanks", b" = " * 100000, b"text/plain\nContent-Transfer-Encoding: base64"),
            ("printable-soft-ends", b"=\n" * 100000 + live, b"text/plain\nContent-Transfer-Encoding: quoted-printable"),
            ("printable-broken", b"=X=\t=3=ZZ==" * 5000, b"text/plain\nContent-Transfer-Encoding: quoted-printable"),
            ("uuencoded-path", b"begin 777 /tmp/x\n#86)C\n`\nend\n", b"text/plain\nContent-Transfer-Encoding: x-uuencode"),
            ("gzip", b"\x1f\x8b\x08" + b"\0" * 5000, b"text/plain\nContent-Transfer-Encoding: gzip"),
            ("iso-2022-jp-open", b"\x1b$B" + b"$\"" * 20000, b"text/plain; charset=iso-2022-jp"),
            ("iso-2022-jp-turning", b"\x1b$B\x1b(J" * 50000, b"text/plain; charset=iso-2022-jp"),
            ("hz-open", b"~{" * 50000, b"text/plain; charset=hz-gb-2312"),
            ("utf-7-hidden", b"+ABsAWwAy-J +ABsAXQAw- +AAAA" * 3000, b"text/plain; charset=utf-7"),
            ("utf-16-odd", (live * 100).decode().encode("utf-16-be") + b"\0", b"text/plain; charset=utf-16"),
            ("utf-32-beyond", b"\0\0\0\x7f" * 9000, b"text/plain; charset=utf-32be"),
            ("charset-by-path", live, b"text/plain; charset=\"/tmp/../x//IGNORE\""),
            ("charset-of-9000", live, b"text/plain; charset=" + b"c" * 9000),
            ("charset-in-pieces", live, b"text/plain; charset*0*=utf-8''u%74; charset*1=f-7"),
            ("ebcdic", live, b"text/plain; charset=ibm037"),
            ("entities-in-entities", b"&amp;" * 50000 + b"&#x1b;[2J&#155;31m&#xffffffffffff;&#-1;&#x;", b"text/html; charset=utf-8"),
            ("tags-unended", b"<a href='" * 50000, b"text/html"),
            ("comments-unended", b"<!-- " * 50000, b"text/html"),
            ("tables-in-tables", b"<table><tr><td>" * 50000, b"text/html"),
            ("script-that-never-ends", b"<script>" + b"x" * 100000, b"text/html"),
            ("marked-up-address", b"<b>jonna</b>@<i>parcel</i>.<!-- -->example 550 5.1.1", b"text/html"),
    ):
        yield "encoding-" + name, report(b"enc-" + name.encode(), text=body, text_type=content), True, SLOW
    yield "status-in-base64", report(b"e1", status_head=b"Content-Transfer-Encoding: base64\n").replace(
        b"\n\nReporting-MTA", b"\n\n" + base64.encodebytes(STATUS) + b"\nReporting-MTA"), False, FORM
    words = b" ".join(b"=?utf-8?q?%c?=" % (97 + i % 26) for i in range(20000))
    yield "words-20000", report(b"e2", top=head(b"e2", words)), True, SLOW
    charsets = b" ".join(b"=?x%d?b?eA==?=" % i for i in range(5000))
    yield "words-of-5000-charsets", report(b"e3", top=head(b"e3", charsets)), True, SLOW
    yield "word-in-a-word", report(b"e4", top=head(b"e4", b"=?utf-8?q?=3D=3Futf-8=3Fq=3F=1B=3F=3D?=")), True, FORM
    yield "parameters-20000", report(b"e5", text_type=b"text/plain" + b"".join(b";\n\tname*%d*=%%1B" % i for i in range(20000))), True, SLOW
    yield "references-40000", report(b"e6", top=head(b"e6", more=b"References:" + b"".join(b"\n <r%d@x.example>" % i for i in range(40000)) + b"\n")), True, SLOW
    yield "hops-15000", report(b"e8", top=b"Received: from a.example by b.example; Tue, 03 Nov 2026 07:30:00 +0100\n" * 15000 + head(b"e8")), True, SLOW
    yield "hops-100000", report(b"e7", top=b"Received: by b.example\n" * 100000 + head(b"e7")), False, "fields beyond a limit left out without a word"


NUMBERS = {
    "seconds": b"450 4.7.1 try again in 99999999999999999999 seconds", "minutes-below-zero": b"450 4.7.1 try again in -5 minutes", "attempts": b"550 5.1.1 no such user after 18446744073709551617 attempts",
    "quota": b"552 5.2.2 mailbox full: 9223372036854775808 of 0 bytes used", "reply-of-9": b"550550550 5.1.1.1.1.1 no such user", "status-wide": b"550 5.00000000001.1 no such user",
    "status-in-digits": "550 \uff15.\uff11.\uff11 no such user".encode(), "year": b"450 4.2.0 retry after 31 Dec 999999999999", "port": b"connect to mx.parcel.example[192.0.2.9]:4294967321: refused",
    "address-of-host": b"550 5.7.1 [999.999.999.999] is listed, [::ffff:::1] too",
}
TEXTS = {
    "blanks": b" " * 90000, "tabs": b"\t" * 90000, "ats": b"@" * 90000, "angles": b"<" * 90000, "brackets": b"[" * 90000, "braces": b"{\"a\":" * 40000, "squares": b"[" * 90000 + b"]" * 90000,
    "hosts": b"host a.example[192.0.2.1] said: " * 5000, "replies": b"550-5.1.1 no\n" * 9000, "arrows": b"-> 550 " * 20000, "dots": b"5." * 60000, "links": b"https://a.example/" * 9000,
    "half-addresses": b"a@b" * 40000, "in-reply-to": b"(in reply to RCPT TO command " * 5000, "quotes": b"'\"" * 60000, "one-word": b"u" * 400000, "user-unknown": b"user unknown " * 20000,
    "dashes": b"-" * 200000, "lines-of-one": b"5\n" * 90000, "transcript": b">>> RCPT TO:<jonna@parcel.example>\n<<< 550 no\n" * 4000, "addresses": b"<a@parcel.example>: 550 5.1.1 no\n" * 4000,
    "underlined": b"=" * 80000 + b"\n" + b"=" * 80000, "nested-lists": b"".join(b" " * i + b"- x\n" for i in range(600)), "quoted-deep": b"".join(b">" * i + b" x\n" for i in range(600)),
}


def messages():
    for name, data, found, must_not in (*forms(), *encodings()):
        yield "form-" + name, "form", data, [ADDRESS] if found else [], ["jonna@parcel"], must_not
    for name, said in NUMBERS.items():
        yield "number-" + name, "number", report(b"number-" + name.encode(), [block(said=said)]), [ADDRESS], [], "a number that overflowed or was invented"
    for name, text in TEXTS.items():
        n = name.encode()
        yield "slow-reply-" + name, "slow", report(b"sr-" + n, [block(said=b"550 5.1.1 no such user " + text.replace(b"\n", b"\n "))]), [ADDRESS], [], SLOW
        yield "slow-text-" + name, "slow", plain(b"st-" + n, b"Could not be delivered:\n\n<jonna@parcel.example>: 550 5.1.1 no such user\n\n" + text + b"\n"), [ADDRESS], [], SLOW
