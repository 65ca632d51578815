# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes of the terminal, from one cell to 300x100, and five hundred changes of it in random order whatever is being done.

The seed is printed; NIXIE_SEED repeats a run."""
import os, random, signal, time
from cases import FOUND, SOON, is_loaded, main, must, nixie, opened, quits, rests, shows
from console import family

SEED = int(os.environ.get("NIXIE_SEED") or time.time_ns() % 1000000)
RESIZES = 500
SMALLEST = (20, 5)


def start(home, width, height):
    """It starts at this size, takes keys, and is whole when there is room."""
    with nixie(home, width=width, height=height) as console:
        words = "nixie" if (width, height) >= SMALLEST and height >= SMALLEST[1] else "too small"
        shows(console, lambda text: text.startswith(words[:width]), "it says %r" % words[:width])
        console.press("j", "?", "q", "/", "x\x1b", "k", "gg")
        must(console.alive(), "it takes keys", console)
        console.resize(80, 24)
        shows(console, is_loaded, "there is a list when there is room")
        must(console.line(2).startswith("> "), "with the cursor on its first row", console)
        quits(console)


def change(console, rnd, types=""):
    width, height = rnd.choice(((1, 1), (80, 1), (1, 30), (2, 2), (20, 5), (19, 5), (40, 10), (80, 24), (132, 43), (300, 100), (rnd.randrange(1, 200), rnd.randrange(1, 80))))
    console.resize(width, height)
    if types and rnd.random() < 0.3:
        console.keys(rnd.choice(types))
    if rnd.random() < 0.1:
        console.settle()
    else:
        console.read(0)


def differing(first, console):
    console.settle()
    return [pair for pair in zip(first.split("\n"), console.text().split("\n")) if pair[0] != pair[1]][:1]


def storm(home, name, before, sign, types, after):
    """Resizes while a view is open and used; then each screen is what it would have been."""
    rnd = random.Random("%d %s" % (SEED, name))
    with opened(home) as console:
        first = console.text()
        console.keys(before)
        shows(console, sign, "%r opens it" % before)
        for _ in range(RESIZES // len(STORMS)):
            change(console, rnd, types)
        console.resize(80, 24)
        console.settle()
        must(console.alive(), "it stands", console)
        console.keys(after)
        shows(console, lambda text: text == first, "and then the first screen is the same again, not so: %s" % differing(first, console))
        rests(console, [member.pid for member in family(console.pid)])
        quits(console)


def while_loading(home):
    """Whoever reads is stopped, so that the load lasts as long as the resizes."""
    rnd = random.Random("%d loading" % SEED)
    with nixie(home, env={"XDG_CACHE_HOME": home.path("cold")}) as console:
        console.until(lambda: len(family(console.pid)) > 2, SOON)
        others = [member.pid for member in family(console.pid) if member.name not in ("nixie", "nixie-spawner")]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        for _ in range(RESIZES):
            change(console, rnd, ("j", "k", "?q", "\x0c"))
        for member in family(console.pid):
            if member.state == "T":
                os.kill(member.pid, signal.SIGCONT)
        console.resize(80, 24)
        console.keys("gg")
        shows(console, is_loaded, "the list is there at last")
        quits(console)


def winch(home):
    """Signals that tell of no change, more than can be drawn."""
    with opened(home) as console:
        first = console.text()
        for _ in range(2000):
            os.kill(console.pid, signal.SIGWINCH)
        console.settle()
        shows(console, lambda text: text == first, "the screen is the same, not so: %s" % differing(first, console))
        rests(console, [member.pid for member in family(console.pid)])
        quits(console)


def unknown(home):
    """A serial line that knows no size: that of the terminal's description."""
    with nixie(home, width=0, height=0) as console:
        console.picture.resize(80, 24)
        shows(console, FOUND, "80x24 is shown")
        quits(console)


STORMS = (
    # what, keys to it, what tells that it is there, keys meanwhile, keys back
    ("the list", "", r"RECIPIENT", ("j", "k", "\x04", "\x15", "G"), "gg"),
    ("the report alone", "\r\r", r"Report|Explanation", ("j", "k", "\x04"), "qgg"),
    ("help", "?", r"Help", ("j", "k", " "), "q"),
    ("groups", "gc", r"BOUNCES", ("j", "k", "o\x1b"), "gn"),
    ("the export dialog", "e", r"Preview", ("\t", "j", "k"), "\x1b"),
    ("a question", "r", r"Enter or y|flag", ("x",), "\x1bgg"),
    ("a prompt being typed into", "+", r"Effect|Tag", ("a", "b\x7f", "\x15", "\u00e4"), "\x1b\x1b"),
    ("the command line", ":", r":", ("l", "\t", "\x7f"), "\x1b\x1b"),
)

TABLE = [("it starts at %dx%d" % size, start, *size) for size in ((1, 1), (80, 1), (1, 24), (2, 2), (20, 5), (19, 5), (80, 24), (300, 100))] + [
    ("it starts on a line of unknown size", unknown),
    ("%d resizes while it loads" % RESIZES, while_loading),
    ("2000 signals of a change that is none", winch),
] + [("resizes with %s" % name, storm, name, *row) for name, *row in STORMS]

if __name__ == "__main__":
    print("# NIXIE_SEED=%d" % SEED)
    main(TABLE)
