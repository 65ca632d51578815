#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures nixie beside the least work that a thing can be, and beside its peers; prints a table.

    make bench [SIZE=10000] [ROWS=extraction,memory] [TIMES=5]

SIZE: reports in the mailbox, among twice as many other mails. Only ratios are worth comparing, and
only within one run: machines are shared and noisy. Not part of the tests but for a tiny run.
"""
import argparse, datetime, os, platform, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peers
from debian import Missing
from boxes import BUILD, Box, place_of
from measure import load
from rows import ROWS, Bench

TOP = os.environ.get("SRCDIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def samples():
    found = []
    for folder, _, names in os.walk(os.path.join(TOP, "tests", "samples")):
        found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".eml")]
    return sorted(found)


def verdict(figure):
    return "" if figure.met is None else "met" if figure.met else "NOT MET"


def goal(figure):
    return "" if figure.goal is None else "%s %g" % (">=" if figure.least else "<=", figure.goal)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, default=10000)
    parser.add_argument("--rows", default="", help="some of " + ", ".join(ROWS))
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--nixie", default=os.path.join(BUILD, "nixie"))
    parser.add_argument("--references", default=os.path.join(BUILD, "tests", "bench", "references"))
    parser.add_argument("--boxes")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--save", metavar="FILE", help="the table as a file, too: tests/bench/RESULTS is the one that is kept")
    words = parser.parse_args()
    if words.without_peers:
        peers.READERS.clear(), peers.CLIENTS.clear()
    os.environ.setdefault("NIXIE_DATADIR", os.path.join(TOP, "data"))
    wanted = [name for name in words.rows.split(",") if name] or list(ROWS)
    unknown = [name for name in wanted if name not in ROWS]
    if unknown:
        parser.error("unknown row %s; there are %s" % (unknown[0], ", ".join(ROWS)))
    said = []

    def say(line):
        said.append(line)
        print(line, flush=True)

    def sized(size):
        box = Box(place_of(words.boxes, size), size)
        progress("a mailbox of %d reports: %s" % (size, box.place))
        box.make()
        return box

    bench = Bench(sized(words.size), words.nixie, words.references, words.times, samples(), sized)
    say("%s, %s, %d cores; %d reports among %d other mails; medians of %d alternating runs" % (
        datetime.date.today(), processor(), os.cpu_count(), words.size, 2 * words.size, words.times))
    say("%-38s %-12s %-10s %-8s %-5s %s" % ("", "nixie", "goal", "", "load", "beside it"))
    missed = 0
    try:
        for at, name in enumerate(wanted):
            progress("%d of %d rows: %s" % (at + 1, len(wanted), name))
            missed += measure(bench, name, say)
    finally:
        bench.close()
    say("%d rows not met" % missed if missed else "every row met")
    if words.save:
        save(words.save, "make bench SIZE=%d TIMES=%d%s" % (words.size, words.times, " ROWS=" + words.rows if words.rows else ""), said)


BEGUN = time.monotonic()


def progress(what):
    print("# %4d s  %s" % (time.monotonic() - BEGUN, what), file=sys.stderr, flush=True)


def measure(bench, name, say):
    """Prints the figures of a row; returns how many miss their goal. A row that cannot be had is told, and the others go on."""
    try:
        figures = ROWS[name](bench)
    except (RuntimeError, OSError, subprocess.SubprocessError, Missing) as why:
        say("%-38s %-12s %s" % (name, "failed", " ".join(str(why).split())))
        return 1
    for figure in figures:
        ratio = "" if figure.value is None or figure.goal is None or figure.least else "%.2f" % figure.value
        say("%-38s %-12s %-10s %-8s %-5s %s%s" % (figure.what, figure.told, goal(figure), verdict(figure), load(), figure.reference, " -> " + ratio if ratio else ""))
    return sum(figure.met is False for figure in figures)


def save(path, command, said):
    """The table, dated by its first line, with the command that makes it."""
    with open(path, "w") as file:
        file.write("\n".join(["$ " + command, "", *said, ""]))


if __name__ == "__main__":
    main()
