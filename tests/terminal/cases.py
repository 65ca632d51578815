# SPDX-License-Identifier: GPL-3.0-or-later
"""For the scripts beside it: a table of cases, each with a terminal of its own; what all of them ask when nixie has ended."""
import concurrent.futures, os, re, select, sys, time, traceback
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from console import Console, family, worked
from nixie import NIXIE, Home, Tap

AT_ONCE = 6  # cases mostly wait
FOUND = r"\d+ found +\d+ shown"
SOON = 20
GONE = 5  # seconds in which the last process must be gone
IDLE = 0.1  # of a second's processor time that all processes may take while nothing happens
LOADED = re.compile(r"(?s)\d+ found +\d+ shown.*\n> .*Who can fix it")


class Fault(Exception):
    pass


def must(holds, what, console=None):
    if not holds:
        raise Fault("%s\n%s" % (what, console and "exit %s, %s, %s\n%s" % (console.code, console.picture.modes, console.picture.looks, console.text().rstrip())))


def nixie(home, *words, env=None, width=80, height=24):
    return Console([NIXIE, "--watch-seconds=0", *words], dict(home.env, **(env or {})), width, height)


def is_loaded(text):
    return LOADED.search(text) and "Reading the" not in text


def opened(home, *words, **more):
    """The list is read and the report under the cursor is shown."""
    console = nixie(home, *words, **more)
    must(console.wait(is_loaded, SOON), "the list is shown", console)
    console.settle(3)
    return console


def shows(console, wanted, what):
    must(console.wait(wanted, SOON), what, console)


def is_restored(console, restored=True):
    """The terminal is as nixie found it: its modes, the screen, the cursor, no attribute on."""
    if console.fd < 0 or not restored:
        return
    must(console.modes() == console.before, "the modes of the line are as before: %s, were %s" % (console.modes(), console.before), console)
    must(console.picture.is_left(), "the screen is given back", console)


def are_gone(pids):
    end = time.monotonic() + GONE
    for pid in pids:
        try:
            watch = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        gone, _, _ = select.select([watch], [], [], max(end - time.monotonic(), 0))
        os.close(watch)
        must(gone, "this is left: %s" % family(pid))


def ended(console, code, pids=(), restored=True):
    """It ends with that code, leaves the terminal as it was, and no process."""
    got = console.end(SOON)
    must(got == code, "it ends with %s" % code, console)
    is_restored(console, restored)
    are_gone(pids)


def quits(console):
    pids = [member.pid for member in family(console.pid)]
    console.keys("Q")
    ended(console, 0, pids)


def rests(console, pids):
    """Over a second nobody spins."""
    before, end = worked(pids), time.monotonic() + 1
    while (left := end - time.monotonic()) > 0:
        console.read(left)
    must(worked(pids) - before < IDLE, "%.3f s were worked in a second of rest: %s" % (worked(pids) - before, [family(pid) for pid in pids]), console)


def run(tap, table, home):
    """Rows of the table: a name, a function, what it gets beside the home. Some at once; told in their order."""
    def one(row):
        name, case, *given = row
        try:
            case(home, *given)
        except Fault as fault:
            return name, str(fault)
        except Exception:
            return name, traceback.format_exc()
        return name, None

    only = [word for word in sys.argv[1:] if not word.startswith("-")]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, fault in pool.map(one, [row for row in table if not only or any(word in row[0] for word in only)]):
            tap.check(fault is None, name, fault)


def main(table):
    tap = Tap()
    with Home() as home:
        home.make_index()
        run(tap, table, home)
    tap.end()
