# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the hostile set: mails, file-system objects and configurations, with what each must not cause.

usage: make.py DIRECTORY

DIRECTORY/mail/*.eml, DIRECTORY/objects/*, DIRECTORY/config/*, DIRECTORY/manifest.tsv (file, group, must be found, must never
be found, must not cause). The output depends on nothing but this file and its neighbours.
"""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import addresses, configs, letter, objects, shapes, signs

COLUMNS = ("file", "group", "found", "never", "must_not")


def messages():
    """(name, group, bytes, addresses that must be found, that must never be, what it must not cause)"""
    for room in (signs, addresses, shapes):
        yield from room.messages()


def letter_of(name):
    """A report that is whole, about letter.LIVE."""
    return letter.report(name)


def write(root):
    """Returns the rows of the manifest."""
    rows = []
    os.makedirs(os.path.join(root, "mail"), exist_ok=True)
    for name, group, data, found, never, must_not in messages():
        with open(os.path.join(root, "mail", name + ".eml"), "wb") as out:
            out.write(data)
        rows.append(("mail/%s.eml" % name, group, ";".join(found), ";".join(never), must_not))
    rows += [("objects/" + ascii(os.fsdecode(name))[1:-1], "object", "", "", must_not)
             for name, must_not in objects.write(os.path.join(root, "objects"))]
    rows += [("config/" + name, "config", "", "", must_not) for name, must_not in configs.write(os.path.join(root, "config"))]
    with open(os.path.join(root, "manifest.tsv"), "w") as out:
        for row in (COLUMNS, *rows):
            out.write("\t".join(row) + "\n")
    return rows


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("%d rows" % len(write(sys.argv[1])), file=sys.stderr)
