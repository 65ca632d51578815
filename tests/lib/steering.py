# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: what in the bytes sent to a terminal only a mail can have put there."""
import re

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
