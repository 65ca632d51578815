#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cost of a large mail grows: instructions at n, 2n and 4n, counted by callgrind, which are the same wherever
they are counted."""
import math, os, re, shutil, subprocess, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
from mails import CASES
from nixie import Home, Tap

TOP = os.environ["SRCDIR"]
PROGRAM = os.path.join(os.environ["BUILDDIR"], "tests", "bench", "instructions")
EXPONENT = 1.1
STEPS = (1, 2, 4)


def counts(home, paths):
    """Instructions of extract_report() for each file, or why there are none."""
    environment = dict(os.environ, GLIBC_TUNABLES="glibc.cpu.hwcaps=-AVX2,-ERMS,-MOVBE")
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + home.path("counts"), "--toggle-collect=extract_report",
                           "--dump-after=extract_report", PROGRAM, os.path.join(TOP, "data"), "0"],
                          input="\n".join(paths), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        return done.returncode, done.stdout
    found = []
    for i in range(1, len(paths) + 1):
        with open(home.path("counts.%d" % i)) as file:
            found.append(int(re.search(r"^(?:totals|summary): (\d+)", file.read(), re.M).group(1)))
    return 0, found


def series(home):
    """Names, each with the files of its steps."""
    for at, case in enumerate(CASES):
        yield case.name, [case.write(home.path("%d-%d.eml" % (at, step)), case.step * step) for step in STEPS]


def main():
    tap = Tap()
    with Home() as home:
        names = list(series(home))
        code, found = counts(home, [path for _, paths in names for path in paths])
        if code == 77:
            print("1..0 # SKIP needs a build with -O2 and a PCRE2 with its compiler")
            return
        if code:
            tap.check(False, "the instructions are counted", found)
            tap.end()
        for at, (name, paths) in enumerate(names):
            few, some, many = found[3 * at:3 * at + 3]
            slope = math.log2(many / some)
            tap.check(slope <= EXPONENT, "no more than linear: " + name, "%d, %d, %d instructions: exponent %.2f" % (few, some, many, slope))
    tap.end()


if not shutil.which("valgrind"):
    print("1..0 # SKIP valgrind is not installed")
elif re.search(rb"__asan_init|__ubsan_handle|__tsan_init", open(PROGRAM, "rb").read()):
    print("1..0 # SKIP sanitizers cost instructions of their own")
else:
    main()
