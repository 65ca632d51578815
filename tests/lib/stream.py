# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: judges of what is sent to a terminal.

The judge is a state machine that knows the few sequences curses uses with TERM=xterm-256color; all else is a fault:
other controls, other sequences, known ones with other parameters, bytes that are no UTF-8, characters that hide or turn.
`steering` is for what any command prints on any terminal.
"""
import re, unicodedata

MODES = {"?1049", "?1", "?7", "?12", "?25", "4", "?12;25", "?2004"}  # set and reset by terminfo's strings, and bracketed paste
NUMBERS = re.compile(r"(\d{1,3}(;\d{1,3})?)?")
COLOURS = re.compile(r"(\d{1,3}(;\d{1,3})*)?")
FINALS = {**{c: NUMBERS for c in "HABCDGdJKLMPXST@rbZ"}, "m": COLOURS, "t": re.compile(r"2[23];0;0")}
HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
                    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]")
RIGHT_TO_LEFT = ("R", "AL")


class Judge:
    def __init__(self):
        self.state, self.parameters, self.wide, self.fault, self.marks, self.turned = "ground", "", b"", None, 0, False
        self.before = b""

    def feed(self, data):
        """True while all is well; `fault` says what came first."""
        for at, byte in enumerate(data):
            if self.fault:
                return False
            wrong = getattr(self, self.state)(byte)
            if wrong:
                self.fault = "%s: %r" % (wrong, (self.before + data)[max(len(self.before) + at - 60, 0):len(self.before) + at + 20])
        self.before = (self.before + data)[-60:]
        return not self.fault

    def ground(self, byte):
        if byte == 0x1b:
            self.state = "escape"
        elif byte >= 0x80:
            self.wide, self.state = bytes([byte]), "utf8"
            return self.character()
        elif byte < 0x20 or byte == 0x7f:
            return None if byte in b"\r\n\b" else "control %02x" % byte
        else:
            self.marks = 0
            if chr(byte).isalpha():
                self.turned = False
        return None

    def utf8(self, byte):
        self.wide += bytes([byte])
        return self.character()

    def character(self):
        try:
            c = self.wide.decode()
        except UnicodeDecodeError as error:
            return None if error.reason == "unexpected end of data" and len(self.wide) < 4 else "no UTF-8"
        self.state = "ground"
        if c == "\u200e" and self.turned:  # the one mark that nixie itself sends, behind letters from right to left
            self.turned = False
            return None
        self.turned = self.turned or unicodedata.bidirectional(c) in RIGHT_TO_LEFT
        self.marks = self.marks + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if HIDDEN.match(c) or unicodedata.category(c) in ("Cc", "Cs"):
            return "hidden U+%04X" % ord(c)
        return "marks on marks" if self.marks > 2 else None

    def escape(self, byte):
        c = chr(byte)
        self.parameters = ""
        self.state = {"[": "sequence", "(": "charset"}.get(c, "ground")
        return None if c in "[(=>78M" else "sequence ESC %r" % c

    def charset(self, byte):
        self.state = "ground"
        return None if byte in b"B0" else "character set %r" % chr(byte)

    def sequence(self, byte):
        c = chr(byte)
        if c in "0123456789;?" and len(self.parameters) < 40:
            self.parameters += c
            return None
        self.state = "ground"
        if c in "hl":
            good = self.parameters in MODES
        else:
            good = c in FINALS and FINALS[c].fullmatch(self.parameters)
        return None if good else "sequence CSI %s%s" % (self.parameters, c)


# Sequences of terminfo, and the controls that move the cursor within a line.
TERMINFO = re.compile(rb"\x1b\[[0-9;?]*[A-HJKLMPSTXZ@`adfghlmrt]|\x1b[()][0-9AB]|\x1b[=>78M]|[\r\n\x08\x0e\x0f]")
# The one mark that nixie itself sends, behind letters that run from right to left.
TURNED = re.compile("([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc][^A-Za-z\u200e]*)\u200e")


def steering(sent):
    """None when nothing steers."""
    rest = TERMINFO.sub(b"", sent)
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", rest):
        return "a control: %r" % re.search(rb".{0,20}[\x00-\x08\x0b-\x1f\x7f].{0,20}", rest).group(0)
    try:
        text = TURNED.sub(r"\1", rest.decode("utf-8"))
    except UnicodeDecodeError as error:
        return str(error)
    found = re.search("[\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", text)
    return found and "U+%04X" % ord(found.group(0))
