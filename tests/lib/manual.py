# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: the manual pages that make built, as mdoc and as plain words."""
import os, re

from nixie import SRCDIR

BUILDDIR = os.environ.get("BUILDDIR") or os.path.join(SRCDIR, "build")
PAGES = ["nixie.1", "nixie-resend.1", "nixie-config.5", "nixie-json.5", "nixie-rules.5", "nixie-categories.7", "nixie-explain.7", "nixie-keys.7"]
MACRO = re.compile(r"^(\.(It|Op|Oo|Oc|Pq|Xr|Nm|Sq|Ql|Bq|Sx|Pa|Ev|Li|Cm|Ic|Ar|Fl|No|Dq|Em|Brq)\b|\.[A-Z][a-z]\b)")
INNER = re.compile(r"(?<!\S)(Op|Oo|Oc|Pq|Xr|Sq|Ql|Bq|Sx|Pa|Ev|Li|Cm|Ic|Ar|No|Dq|Em|Ns)(?=\s|$)")


def path(name):
    built = os.path.join(BUILDDIR, "man", name)
    return built if os.path.exists(built) else os.path.join(SRCDIR, "man", name)


def read(name):
    with open(path(name), encoding="utf-8") as file:
        return file.read()


def plain(line):
    """What a line shows, without escapes."""
    for escape, shown in (("\\-", "-"), ("\\&", ""), ("\\fB", ""), ("\\fR", ""), ("\\(dq", '"'), ("\\e", "\\")):
        line = line.replace(escape, shown)
    return line


def words(text):
    """Running text on one line: no macros, no quotes of the source, single blanks."""
    out = []
    for line in text.splitlines():
        if line.startswith(".\\\""):
            continue
        if line.startswith("."):
            line = INNER.sub("", MACRO.sub("", line))
        out.append(plain(line))
    return re.sub(r" ([,.;:])(?=\s|$)", r"\1", re.sub(r"\s+", " ", " ".join(out))).strip()


def section(page, title):
    return read(page).split("\n.Sh %s\n" % title)[1].split("\n.Sh ")[0]


def items(text):
    """(first line, body) of each outer `.It` of a list."""
    found, depth, lines = [], 0, text.splitlines()
    for line in lines:
        depth += line.startswith(".Bl") - line.startswith(".El")
        if line.startswith(".It") and depth <= 1:
            found.append([line[4:], ""])
        elif found and depth > 0:
            found[-1][1] += line + "\n"
    return found
