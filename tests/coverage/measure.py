# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines and branches of src/ the tests run: a table by folder, the files below the goal, and what is left open
in the rooms where every branch is promised. Needs gcc, its gcov, and GNU ld.

usage: measure.py [--build=DIRECTORY] [--jobs=N] [--only-table] [--lines=FILE] [TEST...]

Builds in DIRECTORY without optimisation, and runs `make check` there. A test that fails under it is named and judged
elsewhere: times and sizes are not those of nixie. Tests that are named add to what was counted. --only-table shows the last run again; --lines the open lines of one
file of src/. Exit 1: a goal is missed.
"""
import argparse, collections, functools, json, os, re, subprocess, sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
HERE = os.path.dirname(os.path.abspath(__file__))
LINES, BRANCHES = 92.0, 85.0
# Where every branch is promised.
ROOMS = {
    "filter": ["base/text.c"],
    "writers": ["base/file.c", "store/writer.c", "store/changeset.c", "store/delta.c", "store/deltaline.c", "store/lock.c",
                "worker/client_writer.c", "worker/role_writer.c"],
    "journal": ["store/journal.c", "store/journal_log.c"],
}
# What measures speed, memory or the source itself tells nothing here.
LEFT_OUT = re.compile(r"tests/(bench|limits|data|shared|house)\b|tests/failure/(busy|memory)")
# All processes count in one file: what one writes another must not undo (-fprofile-update).
# fork and exec stay those of the C library: gcc's own would set the shared counters to nothing.
FLAGS = "-O0 -g --coverage -fprofile-update=atomic -fdata-sections -Wno-unused " + " ".join(
    "-fno-builtin-" + call for call in ("fork", "execl", "execlp", "execle", "execv", "execvp", "execve"))


def run(words, **how):
    return subprocess.run(words, check=True, **how)


def build(directory, jobs):
    os.makedirs(os.path.join(directory, "counters"), exist_ok=True)
    os.chmod(os.path.join(directory, "counters"), 0o777)
    shared = os.path.join(directory, "counters.o")
    run(["gcc", "-O1", "-c", "-o", shared, os.path.join(HERE, "counters.c"), '-DCOUNTERS="%s/counters"' % directory])
    if not os.path.exists(os.path.join(directory, "Makefile")):
        run([os.path.join(TOP, "configure"), "-q", "--disable-hardening", "CFLAGS=" + FLAGS,
             "LDFLAGS=%s -Wl,-T,%s -Wl,--wrap=__gcov_exit" % (shared, os.path.join(HERE, "counters.ld"))], cwd=directory)
    with open(os.path.join(directory, "build.log"), "w") as log:
        for what in (["all"], ["check", "TESTS="]):
            run(["make", "-s", "-j%d" % jobs, *what], cwd=directory, stdout=log)


def programs(directory):
    """{name: path} of all that were built"""
    found = {}
    for root, _, names in os.walk(directory):
        found.update((name, os.path.join(root, name)) for name in names if "." not in name and os.access(os.path.join(root, name), os.X_OK))
    return found


def forget(directory, everything):
    """The counters of a program that was built anew since are those of another one."""
    built, counters = programs(directory), os.path.join(directory, "counters")
    stamp = os.path.join(directory, "counted")
    before = os.stat(stamp).st_mtime if os.path.exists(stamp) else 0
    for name in os.listdir(counters):
        if everything or name not in built or os.stat(built[name]).st_mtime > before:
            os.remove(os.path.join(counters, name))
    open(stamp, "w").close()


def all_tests(directory):
    rule = "all-tests:\n\t@echo $(TESTS)\n"
    said = run(["make", "-s", "-f", "Makefile", "-f", "-", "all-tests"], cwd=directory, input=rule, text=True, stdout=subprocess.PIPE)
    return [test for test in said.stdout.split() if not LEFT_OUT.match(test)]


def check(directory, jobs, tests):
    with open(os.path.join(directory, "check.log"), "w") as log:
        subprocess.run(["make", "-s", "-j%d" % jobs, "check", "TESTS=" + " ".join(tests)], cwd=directory, stdout=log, stderr=log)
    for test in tests:
        trs = os.path.join(directory, re.sub(r"\.(py|sh)$", "", test) + ".trs")
        said = open(trs, encoding="utf-8").read() if os.path.exists(trs) else ":test-result: ERROR no result"
        bad = re.findall(r"^:test-result: *(?:FAIL|ERROR)", said, re.M)
        if bad:
            print("not passed here: %s (%d)" % (test, len(bad)))


def dump(directory):
    """From the counters of each program the files that gcov reads; those of an earlier time go."""
    for root, _, names in os.walk(directory):
        for name in names:
            if name.endswith(".gcda"):
                os.remove(os.path.join(root, name))
    built = programs(directory)
    for name in os.listdir(os.path.join(directory, "counters")):
        run([built[name]], env=dict(os.environ, NIXIE_COUNTERS="1"))


@functools.cache
def source(name):
    return open(os.path.join(TOP, "src", name), encoding="utf-8").read().split("\n")


def asserted(name, number):
    """What an assertion forbids is no branch to take."""
    return number <= len(source(name)) and source(name)[number - 1].lstrip().startswith("g_assert")


def read(directory):
    """{file of src/: {line: [count, [count of each branch]]}}; a source file may be built into several programs."""
    files = collections.defaultdict(dict)
    found = [os.path.join(root, name) for root, _, names in os.walk(directory) for name in names if name.endswith(".gcno")]
    for path in sorted(found):
        said = run(["gcov", "-j", "-b", "-t", path], cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        for part in said.splitlines():
            for entry in json.loads(part)["files"]:
                # configure cuts the path of the source off (-ffile-prefix-map).
                room, _, name = entry["file"].partition("/")
                if room != "src" or not name.endswith(".c"):
                    continue
                for line in entry["lines"]:
                    known = files[name].setdefault(line["line_number"], [0, []])
                    known[0] += line["count"]
                    counts = [] if asserted(name, line["line_number"]) else [branch["count"] for branch in line["branches"]]
                    known[1] = [sum(pair) for pair in zip(known[1], counts)] if known[1] else counts
    if not all(name in files for names in ROOMS.values() for name in names):
        sys.exit("measure.py: gcov told nothing of %s" % directory)
    return files


def figures(lines):
    """(lines, those run, branches, those taken)"""
    branches = [count for _, all_of in lines.values() for count in all_of]
    return [len(lines), sum(1 for count, _ in lines.values() if count), len(branches), sum(1 for count in branches if count)]


def share(done, of):
    return 100.0 * done / of if of else 100.0


def row(name, of):
    print("%-28s %6d %6.1f %%   %6d %6.1f %%" % (name, of[0], share(of[1], of[0]), of[2], share(of[3], of[2])))


def open_lines(name, lines):
    for number, (count, branches) in sorted(lines.items()):
        missing = sum(1 for branch in branches if not branch)
        if not count or missing:
            what = "not run" if not count else "%d of %d branches open" % (missing, len(branches))
            print("  %s:%d: %s: %s" % (name, number, what, source(name)[number - 1].strip()))


def table(files):
    """Prints it; the number of goals missed."""
    folders = collections.defaultdict(lambda: [0, 0, 0, 0])
    for name, lines in files.items():
        for key in (name.split("/")[0] if "/" in name else "main", "all of src"):
            folders[key] = [a + b for a, b in zip(folders[key], figures(lines))]
    print("%-28s %6s %8s   %6s %8s" % ("", "lines", "run", "branches", "taken"))
    for name in sorted(folders, key=lambda key: (key == "all of src", key)):
        row(name, folders[name])
    print("\nfiles below the goals of %d and %d %%" % (LINES, BRANCHES))
    for name, lines in sorted(files.items(), key=lambda item: share(figures(item[1])[3], figures(item[1])[2])):
        of = figures(lines)
        if share(of[1], of[0]) < LINES or share(of[3], of[2]) < BRANCHES:
            row(name, of)
    of = folders["all of src"]
    missed = (share(of[1], of[0]) < LINES) + (share(of[3], of[2]) < BRANCHES)
    for room, names in ROOMS.items():
        print("\n%s: every branch" % room)
        for name in names:
            of = figures(files[name])
            row(name, of)
            open_lines(name, files[name])
            missed += of[1] < of[0] or of[3] < of[2]
    return missed


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--build", default="coverage")
    words.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 2))
    words.add_argument("--only-table", action="store_true")
    words.add_argument("--lines")
    words.add_argument("test", nargs="*")
    given = words.parse_args()
    directory = os.path.abspath(given.build)
    if not given.only_table and not given.lines:
        build(directory, given.jobs)
        forget(directory, not given.test)
        check(directory, given.jobs, given.test or all_tests(directory))
        dump(directory)
    files = read(directory)
    if given.lines:
        open_lines(given.lines, files[given.lines])
        return 0
    return 1 if table(files) else 0


if __name__ == "__main__":
    sys.exit(main())
