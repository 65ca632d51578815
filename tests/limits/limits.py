#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that are too large in one way each (mails.py): read in time and within the memory, and what a limit cut is said.

    limits.py [--full]    full: the sizes that are promised, which take 2 GB of disk and some minutes; prints a table
"""
import glob, json, os, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
import drive
from mails import CASES, KB, MB, repeated, size
from measure import Run, pairs
from nixie import Home, NIXIE, SRCDIR, Tap
from watch import Watch

SECONDS, BYTES = 10, 512 << 20  # of a processor, for one mail; resident, of all processes together
TEXT_SECONDS = 2
EVERY, LINES_OF = 16, 20 * KB
ROW = "# %-36s %10s %7.2f s %7.2f s %6d MB %6d MB  %s"


def is_instrumented():
    """Sanitizers take memory and time of their own."""
    with open(NIXIE, "rb") as file:
        return b"__asan_init" in file.read()


def facts(run):
    try:
        return json.loads(run.out)
    except ValueError:
        return {"recipients": [], "warnings": [], "kind": "no JSON"}


def check_verdict(tap, case, cut_by, run, name):
    report = facts(run)
    told = report.get("warnings") or []
    cut = [sentence for sentence in told if "read" in sentence and ("too " in sentence or "more than" in sentence) or "are kept" in sentence]
    tap.equal(run.code, 65 if cut else 0, "%s: what is cut is the exit code" % name)
    if cut_by:
        tap.check(any(cut_by in sentence for sentence in cut), "%s: what is cut is said" % name, "%s %s" % (told, run.said))
        tap.check(any(cut_by in line for line in run.said.splitlines()), "%s: and told on stderr" % name, run.said)
    else:
        tap.equal(cut, [], "%s: nothing is lost" % name)
    if case.who:
        first = (report["recipients"] or [{}])[0]
        tap.equal((report["kind"], first.get("address"), first.get("category")), ("failure", case.who, "no-such-user"), "%s: the verdict stands" % name)


def check_cost(tap, run, name, seconds=SECONDS):
    if not is_instrumented():
        tap.check(run.cpu <= seconds, "%s: in time" % name, "%.2f s" % run.cpu)
        tap.check(run.peak <= BYTES, "%s: within the memory" % name, "%d MB" % (run.peak >> 20))


def row(case, n, run):
    print(ROW % (case.name, size(case, n), run.cpu, run.wall, run.peak >> 20, run.own >> 20, "; ".join(facts(run).get("warnings") or [])), flush=True)


def extract(tap, home, full):
    if full:
        print("# %-36s %10s %9s %9s %9s %9s" % ("nixie extract", "", "processor", "passed", "resident", "no files"))
    for case in CASES:
        n = case.full if full else case.small
        name = "%s, %s" % (case.name, size(case, n))
        path = case.write(home.path("large.eml"), n)
        run = Watch([NIXIE, "extract", "--jobs=1", "--format=json-lines", path], home.env, home.root)
        check_verdict(tap, case, case.full_cut if full else case.cut, run, name)
        check_cost(tap, run, name)
        if full:
            row(case, n, run)
        os.unlink(path)


def several(tap, home):
    """Many recipients: all are counted, the first 100,000 kept."""
    case = next(case for case in CASES if case.name == "recipients")
    path = case.write(home.path("many.eml"), 100400)
    report = facts(Watch([NIXIE, "extract", "--format=json-lines", path], home.env, home.root))
    tap.equal((len(report["recipients"]), report["warnings"]), (100000, ["The report names 400 more recipients than are kept."]), "recipients that are not kept are counted")
    os.unlink(path)


def texts(tap, home, full):
    """A megabyte of the lines of each of our samples, each line over and over: whatever a reader of texts takes for its own."""
    samples = sorted(glob.glob(os.path.join(SRCDIR, "tests", "samples", "*", "*.eml")))
    slowest = 0, ""
    for sample in samples if full else samples[::EVERY]:
        with open(sample, "rb") as file:
            data = file.read().replace(b"\r\n", b"\n")
        if not 0 < len(data) <= LINES_OF:
            continue
        run = Watch([NIXIE, "extract", "--jobs=1", "--format=json-lines", home.write("lines.eml", repeated(data, MB // len(data)))], home.env, home.root)
        name = os.path.relpath(sample, SRCDIR)
        tap.check(run.code in (0, 65) and len(run.out.splitlines()) == 1, "the lines of %s: a report" % name, run.said)
        check_cost(tap, run, "the lines of " + name, TEXT_SECONDS)
        slowest = max(slowest, (run.cpu, name))
    print("# the slowest text: %.2f s, %s" % slowest)


def attachments(tap, home):
    """What came back costs no more than twice what a bare loop over its lines does; a start is taken off."""
    references = os.path.join(os.environ.get("BUILDDIR", "."), "tests", "bench", "references")
    for case in CASES:
        if not case.name.startswith("a returned attachment"):
            continue
        path = case.write(home.path("returned.eml"), 400 * MB)
        names, small = home.write("names", path + "\n"), case.write(home.path("small.eml"), KB)
        extract = lambda file: Run([NIXIE, "extract", "--jobs=1", "--format=json-lines", file], home.env).cpu
        ours, bare, _ = pairs(lambda: extract(path) - extract(small), lambda: Run([references, "lines"], home.env, stdin=names).cpu, 5)
        tap.check(ours <= 2 * bare, "%s costs what reading it costs" % case.name, "%.3f s beside %.3f" % (ours, bare))
        print("# %s of 400 MB: %.3f s, a bare loop over its lines %.3f s: %.2fx" % (case.name, ours, bare, ours / bare))
        os.unlink(path)


def main():
    full = "--full" in sys.argv[1:]
    tap = Tap()
    with Home() as home:
        extract(tap, home, full)
        texts(tap, home, full)
        if not is_instrumented():
            several(tap, home)
        if full:
            attachments(tap, home)
    drive.maildir(tap, full, check_cost)
    drive.index(tap, full, check_cost)
    tap.end()


if __name__ == "__main__":
    main()
