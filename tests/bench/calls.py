# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report costs in system calls, of all processes together: it is opened, read and closed, and a batch costs a few."""
import os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap

BUDGET = 3.5
FEW, MANY = 200, 2200
SAMPLE = os.path.join(SRCDIR, "data", "samples", "postfix-three-of-four.eml")


def calls(home, count):
    """All calls of a run over so many reports; None where they cannot be counted."""
    listed, counted = home.write("list", (SAMPLE + "\n") * count), home.path("counted")
    done = subprocess.run(["strace", "-f", "-c", "-o", counted, NIXIE, "extract", "--jobs=1", "--format=json-lines", "--files-from=" + listed],
                          env=home.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    table = open(counted).read() if os.path.exists(counted) else ""
    total = re.search(r"^100\.00 .*?(\d+)(?: +\d+)? total$", table, re.M)
    return int(total.group(1)) if done.returncode == 0 and done.stdout.count(b"\n") == count and total else None


if re.search(rb"__asan_init|__ubsan_handle|__tsan_init", open(NIXIE, "rb").read()):
    print("1..0 # SKIP sanitizers make calls of their own")
    sys.exit()
tap = Tap()
with Home() as home:
    few = calls(home, FEW) if shutil.which("strace") else None
    many = few and calls(home, MANY)
    if not many:
        tap.skip("a report takes few system calls", "no strace, or it may not look")
    else:
        each = (many - few) / (MANY - FEW)
        tap.check(each <= BUDGET, "a report takes no more system calls than it may", "%.2f, and %.1f are the budget" % (each, BUDGET))
tap.end()
