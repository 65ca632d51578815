# SPDX-License-Identifier: GPL-3.0-or-later
"""What is typed while a change is being written: nothing of it is lost or done out of turn, and nothing is done on top of a
change that failed. The lock of the index, held here, makes a change last as long as the case needs."""
import contextlib, os, signal, threading
from cases import SOON, family, main, must, opened, quits, shows
from lock import hold

INDEX = threading.Lock()  # one writer at a time
WAITS = "What you type waits"
DROPPED = "What was typed meanwhile was"


@contextlib.contextmanager
def writing(home, console, keys):
    """These keys begin a change, which is not done before this ends."""
    lock = hold(os.path.join(home.mail, ".notmuch", "xapian", "flintlock"))
    try:
        console.keys(keys)
        must(console.until(lambda: any(m.name == "nixie-writer" for m in family(console.pid)), SOON), "there is a writer", console)
        yield
    finally:
        os.close(lock)


def says(console, text):
    shows(console, lambda shown: text in shown, "it says: " + text)


def takes_back(console, what):
    console.press("u")
    says(console, "Undone on 1 message: " + what)


def tagged(home, tag):
    """Message ids with a tag, as notmuch tells."""
    return set(home.notmuch("search", "--output=messages", "tag:" + tag).split())


@contextlib.contextmanager
def desk(home):
    """A screen over an index that is as before at the end."""
    with INDEX:
        before = home.dump()
        with opened(home) as console:
            yield console, before
            must(home.dump() == before, "the index is as before", console)
            quits(console)


def both_rows(home):
    """The row is the one under the cursor when the key was typed, not where the cursor goes meanwhile."""
    with desk(home) as (console, _):
        with writing(home, console, "+one\r"):
            console.keys("j+two\r")
            says(console, WAITS)
            console.keys("jj")
        shows(console, lambda _: console.line(5).startswith("> "), "the cursor goes on")
        shows(console, lambda _: len(tagged(home, "one")) == len(tagged(home, "two")) == 1 and tagged(home, "one") != tagged(home, "two"), "each has its tag")
        takes_back(console, "tag +two")
        takes_back(console, "tag +one")


def undone(home):
    """`u` takes back the change that was being written when it was typed."""
    with desk(home) as (console, _):
        with writing(home, console, "a"):
            console.keys("u")
            says(console, WAITS)
        says(console, "Undone on 1 message: tag -inbox")


def in_turn(home):
    """Three changes typed at once: off, on again by a toggle that sees what the first has done, and off."""
    def steps():
        return len(home.nixie("log", "--format=json").json())

    with desk(home) as (console, before):
        made = steps()
        with writing(home, console, "a"):
            console.keys("aa")
            says(console, WAITS)
        shows(console, lambda _: steps() == made + 3, "three are written")
        console.settle(3)
        must(home.dump() != before, "the third is as the first", console)
        takes_back(console, "tag -inbox")


def looks(home):
    """What only looks does not wait."""
    with desk(home) as (console, _):
        with writing(home, console, "+one\r"):
            console.keys("jj")
            shows(console, lambda _: console.line(4).startswith("> "), "the cursor moves")
            console.keys("?")
            says(console, "next row, or one line down")
            console.keys("q")
            shows(console, lambda _: console.line(4).startswith("> "), "and stands there")
        says(console, "undo takes it back")
        takes_back(console, "tag +one")


def dropped(home, key):
    with desk(home) as (console, _):
        with writing(home, console, "+one\r"):
            console.keys("j+two\rj")
            says(console, WAITS)
            console.keys(key)
            says(console, DROPPED)
        says(console, "undo takes it back")
        console.settle(3)
        must(tagged(home, "one") and not tagged(home, "two"), "the first alone is done")
        takes_back(console, "tag +one")


def failed(home):
    """`u` after a change that failed would take back another one."""
    with desk(home) as (console, before):
        console.press("+zero\r")
        says(console, "undo takes it back")
        first = home.dump()
        with writing(home, console, "j+one\r"):
            console.keys("u")
            says(console, WAITS)
            for member in family(console.pid):
                if member.name == "nixie-writer":
                    os.kill(member.pid, signal.SIGKILL)
            says(console, DROPPED)
        console.settle(3)
        must(home.dump() == first, "nothing is taken back")
        takes_back(console, "tag +zero")


TABLE = [
    ("a change typed while one is written is done after it, to its own row", both_rows),
    ("undo takes back the change that it was typed after", undone),
    ("three in turn", in_turn),
    ("what only looks does not wait", looks),
    ("Escape drops what waits", dropped, "\x1b"),
    ("C-c drops what waits", dropped, "\x03"),
    ("what was typed after a change that failed is dropped", failed),
]

if __name__ == "__main__":
    main(TABLE)
