# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house: floors include downward only, libraries stay in their rooms, one SPDX line a file."""
import os, re, subprocess, sys

TOP = os.environ.get("SRCDIR", os.path.join(os.path.dirname(__file__), ".."))
FLOOR = {"base": 1, "rules": 2, "mail": 2, "store": 2, "extract": 3, "verdicts": 4, "worker": 4, "triage": 5, "cli": 6, "ui": 6}
# Beside the floors below: rooms that may see others of their own floor.
BESIDE = {("worker", "verdicts"), ("cli", "ui")}
HOME = {"curses.h": "ui", "panel.h": "ui", "notmuch.h": "store", "pcre2.h": "rules", "sqlite3.h": "verdicts",
        "seccomp.h": "worker", "gmime": "mail", "jansson.h": "extract"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def sources():
    for root, _, names in os.walk(os.path.join(TOP, "src")):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".def")):
                yield os.path.join(root, name)


def floors():
    for path in sources():
        room = os.path.relpath(path, os.path.join(TOP, "src")).split(os.sep)[0]
        if room not in FLOOR:
            continue
        for quote, name in INCLUDE.findall(open(path, encoding="utf-8").read()):
            other = name.split("/")[0]
            if quote == '"' and other in FLOOR and other != room:
                if FLOOR[other] >= FLOOR[room] and (room, other) not in BESIDE:
                    yield "%s includes %s: upward or beside" % (path, name)


def rooms():
    for path in sources():
        room = os.path.relpath(path, os.path.join(TOP, "src")).split(os.sep)[0]
        for quote, name in INCLUDE.findall(open(path, encoding="utf-8").read()):
            for key, home in HOME.items():
                if quote == "<" and key in name and room != home:
                    yield "%s includes <%s>, which belongs in src/%s" % (path, name, home)


def spdx():
    paths = [os.path.join(TOP, name) for name in ("configure.ac", "Makefile.am")]
    for room in ("src", "tests", "data", "contrib", "man"):
        for root, dirs, names in os.walk(os.path.join(TOP, room)):
            dirs[:] = [d for d in dirs if d not in ("__pycache__", "samples")]
            paths += [os.path.join(root, n) for n in names if n.endswith((".c", ".h", ".def", ".py", ".sh", ".rules", ".format", ".ini"))]
    for path in paths:
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in open(path, encoding="utf-8").read(400):
            yield "%s has no SPDX line" % path


def lengths():
    for path in sources():
        n = sum(1 for _ in open(path, encoding="utf-8"))
        if n > 800:
            yield "%s has %d lines: two things in one file" % (path, n)


def configured():
    """What configure finds out is known to those only who include it."""
    text = open(os.path.join(TOP, "configure.ac"), encoding="utf-8").read()
    names = re.compile(r"\b(%s)\b" % "|".join(set(re.findall(r"AC_DEFINE\(\[?(\w+)", text))))
    for path in sources():
        text = open(path, encoding="utf-8").read()
        if names.search(text) and '#include "config.h"' not in text:
            yield "%s asks for %s, but does not include config.h" % (path, names.search(text).group())


def listed():
    """What Makefile.am does not name is in no archive: there it does not build."""
    named = set(re.findall(r"\bsrc/[\w/.-]+", open(os.path.join(TOP, "Makefile.am"), encoding="utf-8").read()))
    for path in sources():
        if os.path.relpath(path, TOP) not in named:
            yield "Makefile.am does not name %s" % os.path.relpath(path, TOP)


def unfinished():
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|not (yet )?implemented)\b")
    for path in sources():
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            if words.search(line):
                yield "%s:%d: unfinished by its own words" % (path, number)


def steps_of_live():
    """Scripts that contrib/run-tests --live runs."""
    text = open(os.path.join(TOP, "contrib", "run-tests"), encoding="utf-8").read()
    return re.search(r"for script in (.*); do", text).group(1).replace("$clients", re.search(r"clients=(\S+)", text).group(1)).split()


def promises():
    """A page that names the test of a promise names one that is there."""
    for root, _, names in os.walk(os.path.join(TOP, "contrib", "doc")):
        for name in names:
            page = os.path.join(root, name)
            for path in set(re.findall(r"\btests/[a-z]+/[a-z-]+(?:\.[a-z]+)?", open(page, encoding="utf-8").read())):
                if not os.path.exists(os.path.join(TOP, path)) and not os.path.exists(os.path.join(TOP, path + ".c")):
                    yield "%s names %s, which is not there" % (page, path)


def runs():
    """Each row of tests/PROMISES names tests that `make check` runs, or a step of contrib/run-tests, one of --release where it says so."""
    listed = set(re.findall(r"^\t(tests/\S+)", open(os.path.join(TOP, "Makefile.am"), encoding="utf-8").read(), re.M))
    steps = dict((name, kind) for kind, name in re.findall(r'(step|trial) "([^"]+)"', open(os.path.join(TOP, "contrib", "run-tests"), encoding="utf-8").read()))
    for name in ("busy", "inject", "kill", "memory"):
        steps["failures, the long run of " + name] = steps.get("failures, the long run of $name")
    rows = [line.split("|")[1:-1] for line in open(os.path.join(TOP, "tests", "PROMISES"), encoding="utf-8") if line.startswith("| ")][1:]
    scripts = steps_of_live()
    if len({row[0] for row in rows}) < 22:
        yield "tests/PROMISES has fewer parts than were promised"
    for part, promise, _, when, command in ([cell.strip() for cell in row] for row in rows):
        tests = re.fullmatch(r"`make check TESTS='?([^'`]+)'?`", command)
        wanted = {"each change": "step", "release": "trial"}.get(when)
        if tests and when == "each change":
            for test in tests.group(1).split():
                if test not in listed:
                    yield "tests/PROMISES: %s: `make check` does not run %s" % (promise, test)
        elif when == "live" and command in scripts:
            continue
        elif not wanted or steps.get(command.strip('"')) != wanted:
            yield "tests/PROMISES: %s: contrib/run-tests has no such %s: %s" % (promise, wanted, command)


CHECKS = [floors, rooms, spdx, lengths, configured, listed, unfinished, promises, runs]
print("1..%d" % len(CHECKS))
for number, check in enumerate(CHECKS, 1):
    findings = list(check())
    for finding in findings:
        print("# " + finding)
    print("%s %d - house %s" % ("not ok" if findings else "ok", number, check.__name__))
