#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report costs in instructions, which are the same wherever they are counted, beside what it may cost.

The engine reads 1,000 reports, the samples over and over, under callgrind: as it is, when it remembers what it decided
about a text, and as if all texts were new. NIXIE_UPDATE=1 keeps the counts as the new budget: for a cost that was
meant, or a gain that is not to be lost again.
"""
import os, re, shutil, subprocess, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib")]
from nixie import Tap

TOP = os.environ["SRCDIR"]
PROGRAM = os.path.join(os.environ["BUILDDIR"], "tests", "bench", "instructions")
BUDGET = os.path.join(HERE, "budget")
REPORTS = 1000
ROOM = 1.10
KINDS = (("instructions a report", []), ("where its texts are new", ["new"]))


def samples():
    for top in ("data", "tests"):
        for folder, folders, names in os.walk(os.path.join(TOP, top, "samples")):
            folders.sort()
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".eml"))


def count(program, mode):
    """Instructions of a report, or why there is no number."""
    # What glibc takes for strings and memory depends on the processor: the same everywhere.
    environment = dict(os.environ, GLIBC_TUNABLES="glibc.cpu.hwcaps=-AVX2,-ERMS,-MOVBE")
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=measured", program,
                           os.path.join(TOP, "data"), str(REPORTS)] + mode, input="\n".join(samples()), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = re.search(r"Collected : (\d+)", done.stdout)
    if done.returncode == 77:
        return None, "needs a build with -O2 and a PCRE2 with its compiler"
    return (int(found.group(1)) // REPORTS, "") if done.returncode == 0 and found else (None, done.stdout)


def is_instrumented(program):
    with open(program, "rb") as file:
        return re.search(rb"__asan_init|__ubsan_handle|__tsan_init", file.read()) is not None


def kept():
    with open(BUDGET) as file:
        return [int(line.split()[0]) for line in file]


if not shutil.which("valgrind"):
    print("1..0 # SKIP valgrind is not installed")
    sys.exit()
if is_instrumented(PROGRAM):
    print("1..0 # SKIP sanitizers cost instructions of their own")
    sys.exit()
counts = [count(PROGRAM, mode) for _, mode in KINDS]
if any(taken is None and why.startswith("needs") for taken, why in counts):
    print("1..0 # SKIP " + counts[0][1])
    sys.exit()
if os.environ.get("NIXIE_UPDATE") and all(taken for taken, _ in counts):
    with open(BUDGET, "w") as file:
        for (name, _), (taken, _) in zip(KINDS, counts):
            file.write("%d %s\n" % (taken, name))
tap = Tap()
for (name, _), (taken, why), budget in zip(KINDS, counts, kept()):
    tap.check(taken and taken <= budget * ROOM, "%s: no more than it may" % name,
              why or "%d, and %d with its room of 10 %% are the budget (NIXIE_UPDATE=1 keeps a cost that was meant)" % (taken, budget))
tap.end()
