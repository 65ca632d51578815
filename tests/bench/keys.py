#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a key takes to the screen, while a crowd of bounces loads and while another program holds the write lock.

    keys.py [--bounces=N]    by hand, on a quiet machine (`make bench-keys BOUNCES=100000`), in the mailbox of the bench

Goals (screens.md section 3, check 2 and 3): first screen in 0.3 s, a key in 50 ms at the 99th percentile, news at least
every 250 ms while something loads, the lock named in 250 ms. The goal of a key holds for the time that is left when the
wait for a free processor is taken off (the kernel counts it): on a quiet machine both are the same. Prints figures and what missed its goal; exit code 1 then.
"""
import argparse, os, random, re, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from boxes import Box, place_of
from console import Console
from lock import hold
from nixie import NIXIE

MS = 1000.0
missed = []


def figure(name, value, goal=None):
    bad = goal is not None and (value is None or value > goal)
    print("  %-46s %8s ms%s" % (name, "-" if value is None else "%.1f" % value, "  goal %g%s" % (goal, " MISSED" if bad else "") if goal else ""), flush=True)
    if bad:
        missed.append(name)


def percentile(times, share):
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * MS if times else None


def is_on(y):
    return lambda console: console.picture.y == y


def has_left(y):
    """Not: is on the next one. Rows that arrive above move the cursor's row down meanwhile."""
    return lambda console: console.picture.y != y


def waited(pid):
    """Seconds that a process was ready and no processor was free: the machine's load, not ours."""
    with open("/proc/%d/schedstat" % pid) as fh:
        return int(fh.read().split()[1]) / 1e9


def busy(pid):
    with open("/proc/%d/schedstat" % pid) as fh:
        return int(fh.read().split()[0]) / 1e9


def shows(word):
    return lambda console: word in console.text()


def lacks(word):
    return lambda console: word not in console.text()


def wait(console, holds, seconds=30):
    """Seconds until it held; None when it never did."""
    begin = time.monotonic()
    return time.monotonic() - begin if console.until(lambda: holds(console), seconds) else None


def moves(console):
    """A key, and what shows that it was answered; mostly steps through the list."""
    y = console.picture.y
    kind = random.random()
    if kind < 0.85:
        return "j" if y < 6 or (y < 10 and random.random() < 0.5) else "k", has_left(y)
    if kind < 0.95:
        return "?", shows(" Help")
    return "l", shows("Limit")


BACK = {"?": ("q", lacks(" Help")), "l": ("\x1b", lacks("Limit"))}


def press(console, times, key, answered):
    begin, lost = time.monotonic(), waited(console.pid) + waited(os.getpid())
    console.keys(key)
    took = wait(console, answered, 10)
    took = 10 if took is None else took
    times.append((took, max(took - (waited(console.pid) + waited(os.getpid()) - lost), 0), key))
    if key in BACK:
        back, gone = BACK[key]
        press(console, times, back, gone)


def loading(console):
    return not re.search(r"\d+ found +\d+ shown", console.line(0))


def tell_keys(name, times):
    figure("%s: %d keys, half within" % (name, len(times)), percentile([t for t, _, _ in times], 0.5))
    figure("%s: 99 of 100 within" % name, percentile([t for t, _, _ in times], 0.99))
    figure("  without waiting for a processor", percentile([t for _, t, _ in times], 0.99), 50)
    worst = max(times)
    figure("%s: the slowest (%r)" % (name, worst[2]), worst[0] * MS)


def while_loading(box):
    begin = time.monotonic()
    console = Console([NIXIE, "tui", "--", "tag:bounce"], box.env, 132, 43)
    figure("first screen", (wait(console, shows("RECIPIENT")) or 99) * MS, 300)
    figure("first row", ((wait(console, lambda g: re.match("> .*@", g.line(2))) or 99) + 0) * MS)
    times, news, seen, longest = [], time.monotonic(), console.line(0), 0.0
    while loading(console) and time.monotonic() - begin < 3600:
        press(console, times, *moves(console))
        pause = time.monotonic() + random.uniform(0.02, 0.06)
        while time.monotonic() < pause and loading(console):
            console.read(max(pause - time.monotonic(), 0))
            if console.line(0) != seen:
                longest, news, seen = max(longest, time.monotonic() - news), time.monotonic(), console.line(0)
    figure("loaded after", (time.monotonic() - begin) * MS)
    figure("  of which the screen's own process worked", busy(console.pid) * MS)
    tell_keys("while loading", times)
    figure("longest time without news in the first line", longest * MS, 250)
    return console


def while_locked(box, console, n):
    lock = hold(box.path("mail/.notmuch/xapian/flintlock"))
    console.keys("gg")
    wait(console, is_on(2))
    console.keys("+held")
    wait(console, shows("held: 1 new"))
    console.keys("\r")
    figure("what an action waits for is told after", (wait(console, lambda g: re.search(r"(?i)lock|Writing to the index", g.line(g.picture.height - 1))) or 99) * MS, 250)
    wait(console, is_on(2))
    times = []
    for _ in range(n):
        press(console, times, *moves(console))
        console.read(0.02)
    tell_keys("under a write lock", times)
    # The box stays as it was.
    console.keys("\x1b")
    figure("a change that waits is given up after", (wait(console, lacks("Writing to the index")) or 99) * MS, 250)
    os.close(lock)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--bounces", type=int, default=10000)
    options.add_argument("--keys", type=int, default=300, help="under the lock")
    options = options.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory(prefix="nixie-keys-") as home:
        box = Box(place_of(None, options.bounces), options.bounces, home)
        box.make()
        print("%d bounces; load %.1f" % (options.bounces, os.getloadavg()[0]))
        for name in ("no verdict known yet", "all verdicts known"):
            print(name + ":")
            console = while_loading(box)
            if name == "all verdicts known":
                while_locked(box, console, options.keys)
            console.keys("Q")
            console.end()
    print("missed: %s" % ", ".join(missed) if missed else "all goals are met")
    sys.exit(bool(missed))


main()
