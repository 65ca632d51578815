# SPDX-License-Identifier: GPL-3.0-or-later
"""What an output may not hold, told in ranges of its own: not by the filter that is judged."""
import csv, io, json, re, unicodedata

CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Characters that draw nothing, turn the line, or mean nothing: bidi, joiners, fillers, selectors, tags, private use, noncharacters.
HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
                    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]")


def torn(out):
    """Bytes for programs: valid UTF-8 without control characters other than TAB and line ends. None when nothing is wrong."""
    try:
        text = out.decode("utf-8")
    except UnicodeDecodeError as error:
        return "%s: %r" % (error, out[max(error.start - 40, 0):error.start + 20])
    found = CONTROL.search(text)
    return found and "control U+%04X: %r" % (ord(found.group()), text[max(found.start() - 40, 0):found.end() + 20])


def foul(out):
    """Bytes for people: all that `torn` says, no TAB or CR, nothing hidden, at most two marks on a cell."""
    wrong = torn(out)
    if wrong:
        return wrong
    text = out.decode("utf-8")
    found = HIDDEN.search(text) or re.search("[\t\r]", text)
    if found:
        return "hidden U+%04X: %r" % (ord(found.group()), text[max(found.start() - 40, 0):found.end() + 20])
    if text.isascii():
        return None
    marks = 0
    for at, c in enumerate(text):
        marks = marks + 1 if c > "\u02ff" and unicodedata.category(c) in ("Mn", "Me") else 0
        if marks > 2:
            return "three marks on a cell: %r" % text[max(at - 40, 0):at + 1]
    return None


def foul_json(out):
    """Printable ASCII, and JSON."""
    found = re.search(rb"[^\n\x20-\x7e]", out)
    if found:
        return "no printable ASCII: %r" % out[max(found.start() - 40, 0):found.end() + 20]
    return None


def rows_csv(out):
    """As Python's csv reads it; a header line, and each row as wide as that."""
    rows = list(csv.reader(io.StringIO(out.decode("utf-8"), newline=""), strict=True))
    wide = {len(row) for row in rows}
    if len(wide) > 1:
        raise ValueError("rows of %s cells" % sorted(wide))
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def rows_tsv(out):
    lines = [line.split("\t") for line in out.decode("utf-8").split("\n")[:-1]]
    if len({len(line) for line in lines}) > 1:
        raise ValueError("rows of %s cells" % sorted({len(line) for line in lines}))
    return [dict(zip(lines[0], line)) for line in lines[1:]]


FORMULA = re.compile("[ ]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20|]")


def formulas(rows):
    """Cells that a spreadsheet would run."""
    return [(name, value) for row in rows for name, value in row.items() if FORMULA.match(value)]


def faults(format, out):
    """All that is wrong with an output of a format."""
    try:
        if format in ("json", "json-lines"):
            wrong = foul_json(out)
            for line in out.splitlines() if format == "json-lines" else [out]:
                json.loads(line)
            return wrong
        if format == "csv":
            found = formulas(rows_csv(out)) or None
            return torn(out) or (found and "a formula: %r" % (found[0],))
        if format == "tsv":
            found = formulas(rows_tsv(out)) or None
            return torn(out) or (found and "a formula: %r" % (found[0],))
        return torn(out.replace(b"\0", b"\n")) if format in ("text0", "addresses") else foul(out)
    except (ValueError, csv.Error) as error:
        return str(error)
