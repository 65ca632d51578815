#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One bounce in every charset that its language is written in, and every transfer encoding: the
verdict is that of the UTF-8 one, and the evidence is found in the bytes by Python's decoders.

Reports without a part for programs, and with a reply that means something else, so that the words of
the language decide.
"""
import base64
import os
import quopri
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import corpus
from nixie import Home, Tap

# language, what happened, the words that say so, charsets: the label, or label=Python's name
LATIN = "iso-8859-1 iso-8859-15 windows-1252 utf-7 utf-16le"
TABLE = [
    ("de", "mailbox-full", "Das Postfach des Empfängers ist voll", LATIN),
    ("fr", "mailbox-full", "La boîte aux lettres du destinataire est pleine", LATIN),
    ("es", "mailbox-full", "El buzón está lleno", LATIN),
    ("it", "mailbox-full", "La casella di posta è piena", LATIN),
    ("pt", "mailbox-full", "A caixa de correio está cheia; não há espaço", LATIN),
    ("nl", "mailbox-full", "De inbox van „jan” is vol ", "windows-1252 utf-7 utf-16le"),
    ("sv", "mailbox-full", "Brevlådan är full", LATIN),
    ("pl", "mailbox-full", "Skrzynka odbiorcy jest pełna", "iso-8859-2 windows-1250 utf-7"),
    ("ru", "mailbox-full", "Почтовый ящик переполнен", "koi8-r windows-1251 iso-8859-5 cp866 utf-7"),
    ("ja", "mailbox-full", "受信者のメールボックスが一杯です", "iso-2022-jp shift_jis euc-jp cp50221=iso2022_jp iso-2022-jp-ms=iso2022_jp windows-31j=cp932"),
    ("zh", "mailbox-full", "收件人邮箱已满", "gb2312 gbk gb18030 hz-gb-2312=hz utf-7"),
    ("zh-TW", "mailbox-full", "使用者的信箱已滿", "big5 cp950"),
    ("ko", "mailbox-full", "받는 사람의 메일함이 가득 찼습니다", "euc-kr ks_c_5601-1987=cp949 cp949 iso-2022-kr"),
    ("hr", "mailbox-full", "Poštanski sandučić je pun", "iso-8859-2 windows-1250"),
    ("bg", "mailbox-full", "Пощенската кутия е пълна", "windows-1251 iso-8859-5 koi8-r"),
    ("ar", "mailbox-full", "علبة بريد المستلم ممتلئة", "windows-1256 iso-8859-6"),
    ("he", "mailbox-full", "תיבת הדואר של הנמען מלאה", "windows-1255 iso-8859-8 iso-8859-8-i=iso-8859-8"),
    ("th", "mailbox-full", "กล่องจดหมายเต็ม", "tis-620 windows-874=cp874 iso-8859-11"),
    ("vi", "mailbox-full", "Hộp thư của người nhận đã đầy", "utf-7 utf-16le"),
]
ENCODINGS = ("8bit", "quoted-printable", "base64")
KEYS = ("address", "status", "reply", "category", "type", "finality", "diagnostic")

HEADER = """Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: me@example.org
Subject: Undelivered Mail Returned to Sender
Date: Mon, 02 Mar 2026 09:00:00 +0000
Message-ID: <%s@mx.example.net>
MIME-Version: 1.0
Content-Type: text/plain; charset=%s
Content-Transfer-Encoding: %s

"""
BODY = "This is the mail system at host mx.example.net.\n\n<kim@far.example>: host mx.far.example[192.0.2.1] said: 550 %s\n    (in reply to RCPT TO command)\n"


def encoded(body, encoding):
    if encoding == "base64":
        return base64.encodebytes(body)
    return quopri.encodestring(body) if encoding == "quoted-printable" else body


def mails():
    """Yields name, category and bytes; the UTF-8 one of a language first."""
    for language, category, words, charsets in TABLE:
        for one in ["utf-8"] + charsets.split():
            label, _, codec = one.partition("=")
            body = (BODY % words).encode(codec or label)
            for encoding in ENCODINGS:
                if encoding == "8bit" and label.startswith("utf-16"):
                    continue  # NULs in a line are no mail
                name = "%s.%s.%s.eml" % (language, label, encoding)
                yield name, category, (HEADER % (name, label, encoding)).encode() + encoded(body, encoding)


def main():
    tap = Tap()
    corpus.PYTHON_NAMES.update({one.partition("=")[0]: one.partition("=")[2] for row in TABLE for one in row[3].split() if "=" in one})
    with Home() as home:
        made = list(mails())
        for name, _, data in made:
            home.write(os.path.join("mail", name), data)
        got = corpus.extract(home, [os.path.join("mail", name) for name, _, _ in made], home.path("."))
        plain = {}
        for name, category, data in made:
            report = got.get(os.path.join("mail", name), {})
            facts = [{key: r[key] for key in KEYS} for r in report.get("recipients", [])]
            want = plain.setdefault(name.split(".")[0], facts)
            problems = [] if facts == want else ["want %s, got %s" % (want, facts)]
            if [r["category"] for r in facts] != [category]:
                problems.append("want %s, got %s" % (category, facts))
            corpus.test(tap, name, problems + list(corpus.evidence(data, report)))
    tap.end()


if __name__ == "__main__":
    main()
