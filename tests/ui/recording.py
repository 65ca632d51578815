# SPDX-License-Identifier: GPL-3.0-or-later
"""The recording in README is the golden `tour`: each screen under the words that tell of it. Says when it is stale.

NIXIE_UPDATE=1 make check TESTS=tests/ui/recording.py   writes it anew.
"""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Tap

README = os.path.join(SRCDIR, "README")
TOUR = os.path.join(SRCDIR, "tests", "ui", "golden", "tour.txt")
BEGIN, END = "A look at the screens\n---------------------\n", "\n\n\nLearn it\n"


def recording(golden):
    out, words, screen = ["", "These are the screens that the tests look at (tests/ui/golden/tour.txt)."], "", []
    for line in golden.split("\n") + ["#"]:
        if line.startswith("|"):
            screen.append(("    " + line[1:]).rstrip())
        elif line.startswith("#"):
            while screen and not screen[-1]:
                screen.pop()
            out += ["", words, "", *screen] if screen else []
            words, screen = line[2:], []
    return "\n".join(out)


tap = Tap()
with open(README, encoding="utf-8") as fh:
    readme = fh.read()
with open(TOUR, encoding="utf-8") as fh:
    new = recording(fh.read())
head, begin, rest = readme.partition(BEGIN)
old, end, tail = rest.partition(END)
tap.check(begin and end, "README has a place for the recording")
tap.check(new.count("\n    nixie  ") >= 6, "the tour shows the main screens", new)
if os.environ.get("NIXIE_UPDATE") and begin and end and old != new:
    with open(README, "w", encoding="utf-8") as fh:
        fh.write(head + begin + new + end + tail)
    old = new
tap.check(old == new, "the recording shows the screens as they are; NIXIE_UPDATE=1 writes it anew")
tap.end()
