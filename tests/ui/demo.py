# SPDX-License-Identifier: GPL-3.0-or-later
"""A working day in `nixie demo`, in a real terminal: look, limit, mark, flag, tag, undo, export, help, resize, suspend."""
import csv, glob, os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Home, Tap
from screen import Screen, available

tap = Tap()


def rows(text):
    """The rows of the list: between the headings and the next rule."""
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if " RECIPIENT" in line), len(lines))
    out = []
    for line in lines[start + 1:]:
        if line.startswith("──") or not line.strip():
            break
        out.append(line)
    return out


def focused(screen):
    """The line that the terminal's cursor stands on."""
    return screen.lines()[int(screen.ask("#{cursor_y}"))]


def work(home, screen):
    screen.type("'%s' demo\n" % NIXIE)
    text = screen.wait(lambda t: re.search(r"\d+ found +\d+ shown", t) and "Who can fix it" in t and ">" in t)
    tap.check(text, "the demo opens with list, explanation and report", screen.text())
    tap.check(focused(screen).startswith("> "), "the cursor stands on the first row", focused(screen))
    found = int(re.search(r"(\d+) found", text).group(1))
    tap.check(found >= 30, "the demo has bounces", found)
    screen.type("j")
    tap.check(screen.wait(lambda t: rows(t)[1].startswith(">")), "j moves on", screen.text())
    tap.check(focused(screen).startswith("> "), "and the terminal's cursor with it", focused(screen))

    screen.type("lcategory:mailbox-full")
    tap.check(screen.wait(r"shows \d+ of the \d+ rows"), "a limit says what it leaves before Enter", screen.text())
    screen.keys("Enter")
    text = screen.wait(r"limit: category:mailbox-full")
    tap.check(text and rows(text) and all("mailbox full" in row for row in rows(text)), "the limit holds", screen.text())
    screen.keys("Escape")
    tap.check(screen.wait(r"\D%d shown" % found), "Esc takes it away", screen.text())

    screen.type("ggtt")
    tap.check(screen.wait(r"2 marked"), "t marks", screen.text())
    screen.type("r")
    text = screen.wait(r"Enter or y does it")
    tap.check(text and "+retry" in text and "nixie retry" in text, "r tells the effect and the command first", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(lambda t: sum(" retry" in row for row in rows(t)) == 2), "two rows are flagged", screen.text())
    screen.type("u")
    tap.check(screen.wait(lambda t: not any(" retry" in row for row in rows(t))), "u takes both flags back", screen.text())
    screen.type("+customer-zen")
    tap.check(screen.wait(r"\+customer-zen: 2 new"), "the tag prompt tells the effect", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(lambda t: sum("customer" in row for row in rows(t)) == 2), "two rows are tagged", screen.text())
    screen.type("L")
    text = screen.wait(r"ENTRY")
    tap.check(text and "customer-zen" in text and "undone" in text, "the log tells all steps", screen.text())
    screen.type("q")

    screen.type("e")
    text = screen.wait(r"Same on the command line")
    tap.check(text and "2 marked" in text and "nixie export" in text, "the export dialog shows scope and command", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(r"Wrote ~/bounces-"), "the export is told", screen.text())
    files = glob.glob(home.path("bounces-*.csv"))
    tap.equal(len(files), 1, "the file is there")
    with open(files[0], newline="", encoding="utf-8") as fh:
        table = list(csv.DictReader(fh))
    tap.check(len(table) == 2 and all("@" in line["address"] for line in table), "it holds the two addresses", table)
    tap.equal(os.stat(files[0]).st_mode & 0o777, 0o600, "only its owner can read it")

    screen.type("?")
    tap.check(screen.wait(r"Help"), "help opens", screen.text())
    screen.type("q")
    screen.type("gc")
    text = screen.wait(r"WHO ACTS FIRST")
    tap.check(text and re.search("####|\u2588{4}", text), "groups are counted", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(r"limit: category:"), "a group opens", screen.text())
    screen.type("q")
    tap.check(screen.wait(r"WHO ACTS FIRST"), "and q comes back to the groups", screen.text())
    screen.type("gn")
    screen.wait(r"RECIPIENT")

    for width, height, sign in ((132, 43, r"REMOTE MTA"), (60, 24, r"(?s)Explanation.*Report"), (20, 5, r"SEV"),
                                (10, 2, r"too small"), (80, 24, r"┬── Report")):
        screen.resize(width, height)
        tap.check(screen.wait(sign), "the screen follows to %dx%d" % (width, height), screen.text())
        tap.check(all(len(line) <= width for line in screen.lines()), "and stays inside", screen.text())

    screen.keys("C-z")
    tap.check(screen.wait(r"ready> *\n*$"), "C-z gives the shell back", screen.text())
    tap.equal(screen.ask("#{alternate_on}"), "0", "without the screen of nixie")
    screen.type("fg\n")
    tap.check(screen.wait(r"\d+ found"), "fg brings it back", screen.text())
    screen.type("q")
    screen.wait(r"ready> *\n*$")
    screen.type("echo ended $?\n")
    tap.check(screen.wait(r"ended 0"), "q ends it with exit code 0", screen.text())
    tap.equal(glob.glob(home.path("nixie-demo-*")), [], "nothing of the demo is left")


if not available():
    tap.skip("a day in the demo", "tmux is missing")
else:
    with Home() as home, Screen(home) as screen:
        work(home, screen)
tap.end()
