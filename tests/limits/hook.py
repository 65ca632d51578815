#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`nixie scan` in a post-new hook costs what is new, however large the index is: instructions of all its processes,
counted by callgrind, in a mailbox and in one of four times its size."""
import os, re, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "bench"), os.path.join(HERE, "..", "lib")]
from boxes import Box
from nixie import NIXIE, Tap

SMALL, LARGE = 300, 1200  # reports, among twice as many other mails
ROOM = 1.15


def instructions(box):
    """Of a scan; those of the sandboxed, who cannot tell, left out."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--trace-children=yes", "--callgrind-out-file=/dev/null", NIXIE, "scan"],
                          env=box.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    counts = [int(n) for n in re.findall(r"Collected : (\d+)", done.stderr)]
    return sum(counts) if done.returncode == 0 and counts else None


def scan(box):
    subprocess.run([NIXIE, "scan", "--quiet"], env=box.env, check=True)


def main():
    tap = Tap()
    place = tempfile.mkdtemp(prefix="nixie-hook-")
    try:
        cost = {}
        for size in (SMALL, LARGE):
            box = Box(os.path.join(place, str(size)), size)
            box.make()
            scan(box), scan(box)
            cost[size, 0] = instructions(box)
            box.more(10)
            cost[size, 10] = instructions(box)
        for new in (0, 10):
            few, many = cost[SMALL, new], cost[LARGE, new]
            tap.check(few and many and many <= few * ROOM, "a scan with %d new reports costs as much in a large index as in a small one" % new,
                      "%s among %d, %s among %d" % (few, SMALL, many, LARGE))
            print("# %d new: %s instructions among %d, %s among %d" % (new, few, SMALL, many, LARGE))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    tap.end()


if not shutil.which("valgrind"):
    print("1..0 # SKIP valgrind is not installed")
elif re.search(rb"__asan_init|__ubsan_handle|__tsan_init", open(NIXIE, "rb").read()):
    print("1..0 # SKIP sanitizers cost instructions of their own")
else:
    main()
