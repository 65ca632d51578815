# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the tests, and nixie with its children, under valgrind's memcheck: no access that is wrong, no value that was never set.

What is lost at the end is the sanitizers' matter; children end without giving back. memcheck.supp says what of others is let by.
"""
import os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap

BUILD = os.environ.get("BUILDDIR", os.path.dirname(NIXIE))
UNIT = ("base", "journal", "filter", "wire", "config")
FOUND = 99
VALGRIND = ["valgrind", "-q", "--error-exitcode=%d" % FOUND, "--suppressions=" + os.path.join(SRCDIR, "tests", "valgrind", "memcheck.supp"),
            "--trace-children=yes", "--trace-children-skip=*/notmuch,*/git,/usr/bin/*,/bin/*"]


def check(tap, name, words, env, cwd):
    """Children have logs of their own; an error in one of them is not in the exit code."""
    logs = tempfile.mkdtemp(dir=cwd)
    done = subprocess.run(VALGRIND + ["--log-file=%s/%%p" % logs] + words, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=1200)
    said = "".join(open(os.path.join(logs, log), errors="replace").read() for log in sorted(os.listdir(logs)))
    tap.check(done.returncode != FOUND and not said, name, said[:4000] or done.stderr.decode("utf-8", "replace")[-2000:])
    return done


def main():
    tap = Tap()
    if not shutil.which("valgrind"):
        tap.skip("memory", "valgrind is not installed")
        tap.end()
    with Home() as home:
        for name in UNIT:
            env = dict(home.env, SRCDIR=SRCDIR, BUILDDIR=BUILD, G_SLICE="always-malloc")
            done = check(tap, "test-" + name, [os.path.join(BUILD, "tests", "unit", "test-" + name)], env, home.root)
            tap.check(done.returncode == 0, "test-%s passes there" % name, done.stdout.decode("utf-8", "replace")[-2000:])
        home.make_index()
        one = "id:" + home.notmuch("search", "--output=messages", "--limit=1", "*").split()[0][3:]
        for words, code in ((["list", "--format=json-lines", "*"], 0), (["show", one], 0), (["tag", "+seen-by-memcheck", "--", one], 0), (["undo"], 0),
                            (["export", "--include-unverified", "*"], 0), (["extract", os.path.join(SRCDIR, "tests", "samples", "hostile")], None)):
            done = check(tap, "nixie " + words[0], [NIXIE, *words], home.env, home.root)
            tap.check(done.returncode == code or code is None and done.returncode in (0, 65), "nixie %s works there" % words[0], done.stderr.decode("utf-8", "replace")[-2000:])
    tap.end()


if __name__ == "__main__":
    main()
