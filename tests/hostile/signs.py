# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes that steer a terminal, characters that deceive a reader, bytes that are no text."""
import base64
from letter import LIVE, block, head, plain, report

ESC, BEL, ST = b"\x1b", b"\x07", b"\x1b\\"
STEERING = {
    "cursor-up-and-erase": ESC + b"[3A" + ESC + b"[K",
    "scroll-region": ESC + b"[2;3r" + ESC + b"[?6h",
    "repeat-a-billion": b"x" + ESC + b"[999999999b",
    "insert-lines": ESC + b"[99999L" + ESC + b"[99999P",
    "window-resize": ESC + b"[8;1;1t" + ESC + b"[3;0;0t",
    "paste-unbracketed": ESC + b"[?2004l",
    "mouse-and-focus": ESC + b"[?1002h" + ESC + b"[?1006h" + ESC + b"[?1004h",
    "print-screen": ESC + b"[5i lines for the printer" + ESC + b"[4i",
    "palette": ESC + b"]4;1;rgb:00/00/00" + BEL + ESC + b"]104" + BEL,
    "colour-question": ESC + b"]11;?" + BEL,
    "clipboard-question": ESC + b"]52;c;?" + ST,
    "notify": ESC + b"]9;update now" + BEL + ESC + b"]777;notify;update;now" + BEL,
    "directory": ESC + b"]7;file://depot.example/etc" + BEL,
    "shell-mark": ESC + b"]133;A" + BEL + ESC + b"]1337;SetMark" + BEL,
    "inline-file": ESC + b"]1337;File=name=" + base64.b64encode(b".profile") + b";size=1;inline=1:" + base64.b64encode(b"#") + BEL,
    "screen-title": ESC + b"ksudo" + ST,
    "user-keys": ESC + b"P0;1|17/" + base64.b16encode(b"ls\r") + ST,
    "soft-font": ESC + b"P1;0;1;9{ @" + b"~" * 20 + ST,
    "unended-string": ESC + b"]2;a title that never ends",
    "privacy-message": ESC + b"^hidden" + ST + ESC + b"Xhidden" + ST,
    "alignment": ESC + b"#8" + ESC + b"#3",
    "eight-bit-answers": ESC + b" G" + ESC + b"[c",
    "locking-shift": ESC + b"n" + ESC + b"o" + ESC + b"*0" + b"\x0e\x0f",
    "other-charset": ESC + b"%@" + ESC + b"%G",
    "vt52": ESC + b"[?2l" + ESC + b"Y  ",
    "tab-stops": ESC + b"[3g\t\t" + ESC + b"H",
    "flow-control": b"\x13\x11\x04\x03\x1a\x1c",
    "enquiry-and-bells": b"\x05" + BEL * 40,
    "c1-raw": b"\x84\x85\x8d\x8e\x8f\x90\x98\x9b\x9d\x9e\x9f",
    "c1-as-utf8": "\x84\x85\x8d\x8e\x90\x98\x9b2J\x9d0;t\x9c\x9e\x9f".encode(),
    "erase-backwards": b"jonna@trusted.example" + b"\x08 \x08" * 21 + b"x",
    "carriage-back": b"refused\rdelivered",
    "form-and-vertical": b"one\x0btwo\x0cthree\x1c\x1d\x1e\x1f",
    "deleted": b"\x7f\x7f\x7f",
}
DECEIVING = {
    "override-in-local": "\u202eannoj\u202c", "embedding": "\u202bjonna\u202a", "isolates": "\u2066jon\u2067na\u2069", "first-strong": "\u2068jonna",
    "pops-alone": "jonna\u202c\u2069", "marks-of-direction": "jon\u200e\u200f\u061cna", "joiners": "jon\u200c\u200dna", "word-joiner": "jon\u2060na",
    "invisible-times": "jon\u2062\u2063\u2064na", "vowel-separator": "jon\u180ena", "hangul-filler": "jon\u3164\uffa0\u115fna",
    "khmer-inherent": "jon\u17b4\u17b5na", "grapheme-joiner": "jon\u034fna", "braille-blank": "jon\u2800na", "annotation": "\ufff9jonna\ufffabad\ufffb",
    "shorthand": "jon\U0001bca0\U0001bca3na", "music": "jon\U0001d173\U0001d159na", "selectors": "jon\ufe00\ufe0f\U000e0100na",
    "language-tag": "\U000e0001\U000e0064\U000e0065jonna", "tagged": "jonna" + "".join(chr(0xe0000 + ord(c)) for c in "@evil.example"),
    "private-use": "jon\ue0a0\uf8ffna", "private-planes": "jon\U000f0000\U00100000na", "noncharacters": "jon\ufdd0\ufdef\U0001fffena",
    "unassigned": "jon\u0378\U0001f0c0\U000323b0na", "replacement": "jon\ufffc\ufffdna", "cyrillic": "j\u043enna", "greek": "j\u03bfnna", "armenian": "j\u0585nna",
    "cherokee": "\u13abonna", "full-width": "\uff4a\uff4f\uff4e\uff4e\uff41", "mathematical": "\U0001d423\U0001d428\U0001d427na", "dotless": "jonna\u0131",
    "piled-up": "jo" + "\u0301\u0308\u030a\u0327" * 400 + "nna", "enclosed": "j\u20ddo\u20e0nna\u20e3", "thai-tower": "\u0e01" + "\u0e49\u0e34" * 200,
    "all-piled": "".join(c + "\u0336\u0353\u0353\u0353" for c in "jonna"), "decomposed": "jo\u0308nna", "ideographic-stop": "jonna\u3002parcel",
    "small-at": "jonna\uff20parcel.example\ufe6b", "one-dot-leader": "jonna\u2024parcel", "odd-blanks": "jon\u00a0\u1680\u2003\u202f\u205f\u3000na",
    "separators": "jon\u2028\u2029na", "emoji-family": "\U0001f9d1\u200d\U0001f9d1\u200d\U0001f9d2" * 30, "flags-and-skins": "\U0001f1e9\U0001f1ea\U0001f44b\U0001f3ff" * 30,
    "hebrew-and-arabic": "\u05d9\u05d5\u05e0\u05d4 jonna \u064a\u0648\u0646\u0627",
}
BROKEN = {
    "overlong-nul": b"jon\xc0\x80na", "overlong-newline": b"jon\xe0\x80\x8ana", "cesu": b"jon\xed\xa0\xbd\xed\xb8\x80na", "five-bytes": b"jon\xf8\x88\x80\x80\x80na",
    "six-bytes": b"jon\xfc\x84\x80\x80\x80\x80na", "beyond-planes": b"jon\xf4\x90\x80\x80na", "cut-at-the-end": b"jonna\xf0\x9f\x92", "lone-continuations": b"\x80\xbf\x80jonna",
    "utf-16": "\ufeffjonna".encode("utf-16-le"), "latin-1": "J\u00f6nna \u00fc".encode("latin-1"), "boms": b"\xef\xbb\xbfjonna\xff\xfe", "nuls": b"jon\0na\0",
}


def everywhere(name, sign):
    """The sign in each field that reaches a person."""
    word = b"=?utf-8?b?" + base64.b64encode(sign) + b"?="
    line = sign.replace(b"\n", b" ").replace(b"\r", b" ")
    top = head(name, b"Returned " + line, b"\"" + word + b"\" <MAILER-DAEMON@depot.example>",
               b"X-Failed-Recipients: " + line + b"@parcel.example\nX-Mailer: " + line + b"\nX-Queue-ID: " + line + b"\n")
    blocks = [block(), block(line + b"@parcel.example", said=b"550 5.1.1 " + line + b" is unknown",
                             more=b"Original-Recipient: rfc822; " + line + b"@first.example\nRemote-MTA: dns; " + line + b".parcel.example\nFinal-Log-ID: " + line + b"\n")]
    returned = (b"From: " + word + b" <clerk@office.example>\nTo: " + line + b" <jonna@parcel.example>\nSubject: " + word + b"\nList-Id: <" + line +
                b">\nMessage-ID: <" + line + b"@office.example>\n")
    return report(name, blocks, top, b"<jonna@parcel.example>: " + sign + b"\n\nSee https://" + line + b".example/" + line + b"\n",
                  about=b"Reporting-MTA: dns; " + line + b"depot.example\nX-Postfix-Queue-ID: " + line + b"\nArrival-Date: " + line + b"\n", returned=returned)


# Where a sign can stand; in each of them all that steers.
PLACES = {
    "subject": lambda n, s: report(n, top=head(n, s)),
    "subject-encoded": lambda n, s: report(n, top=head(n, b"=?utf-8?b?" + base64.b64encode(s) + b"?=")),
    "subject-quoted-printable": lambda n, s: report(n, top=head(n, b"=?iso-8859-1?q?" + b"".join(b"=%02X" % c for c in s) + b"?=")),
    "sender": lambda n, s: report(n, top=head(n, sender=s + b" <MAILER-DAEMON@depot.example>")),
    "message-id": lambda n, s: report(n, top=head(n + s)),
    "date": lambda n, s: report(n).replace(b"Tue, 03 Nov", s),
    "reply": lambda n, s: report(n, [block(said=b"550 5.1.1 " + s)]),
    "status": lambda n, s: report(n, [block(status=b"5.1.1 (" + s + b")")]),
    "action": lambda n, s: report(n, [block(action=b"failed (" + s + b")")]),
    "recipient": lambda n, s: report(n, [block(), block(s + b"@parcel.example")]),
    "recipient-xtext": lambda n, s: report(n, [block(), block(b"".join(b"+%02X" % c for c in s) + b"@parcel.example")]),
    "recipient-unitext": lambda n, s: report(n, [block(), block(b"".join(b"\\x{%02X}" % c for c in s) + b"@parcel.example", kind=b"utf-8")]),
    "reporting-mta": lambda n, s: report(n, about=b"Reporting-MTA: dns; " + s + b"\n"),
    "text": lambda n, s: report(n, text=b"Reason:\n" + s + b"\n"),
    "html": lambda n, s: report(n, text=b"<p>Reason: " + b"".join(b"&#%d;" % c for c in s) + s + b"</p>", text_type=b"text/html"),
    "quoted-printable-text": lambda n, s: report(n, text=b"".join(b"=%02X" % c for c in s[:20]) + b"\n", text_type=b"text/plain\nContent-Transfer-Encoding: quoted-printable"),
    "returned-subject": lambda n, s: report(n, returned=b"Subject: " + s + b"\nTo: jonna@parcel.example\n"),
    "content-type": lambda n, s: report(n, text_type=b"text/plain; name=\"" + s.replace(b"\"", b"") + b"\"; charset=\"" + s[:40].replace(b"\"", b"") + b"\""),
    "words-alone": lambda n, s: plain(n, b"<jonna@parcel.example>: host mx.parcel.example said: 550 5.1.1 " + s + b"\n"),
}


def messages():
    live = [LIVE.decode()]
    for group, table, must_not in (("steering", STEERING, "a control byte in any output"), ("broken", BROKEN, "bytes that are no UTF-8 in any output")):
        for name, sign in table.items():
            yield ("%s-%s" % (group, name), group, everywhere(name.encode(), sign), live, [], must_not)
    for name, sign in DECEIVING.items():
        yield ("deceiving-" + name, "deceiving", everywhere(name.encode(), sign.encode("utf-8", "surrogatepass")), live, [],
               "an invisible or turning character on screen, in text, on stderr; torn columns")
    steers = b" ".join(s.replace(b"\n", b" ").replace(b"\r", b" ") for s in STEERING.values())
    for name, hang in PLACES.items():
        yield ("place-" + name, "place", hang(b"place-" + name.encode(), steers), [] if name == "content-type" else live, [], "a control byte in any output")
