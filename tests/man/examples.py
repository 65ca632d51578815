# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the manual pages is run. `.Dl` lines are commands, run over the demo mailbox in the order of the page; a
literal block is told by the mark `.\\" example KIND` above it: config, rules, terms, or part of something."""
import os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import manual
from nixie import NIXIE, SAMPLES, SRCDIR, Home, Tap

tap = Tap()
QUIET = r"^nixie (undo|retry|rules check|export .*--output)|^nixie-resend"  # these may tell all on stderr


def examples(page):
    """(kind, text): "shell" and the command, or the kind of a block and its lines."""
    kind = block = None
    for line in manual.read(page).splitlines():
        mark = re.match(r'\.\\" example (.*)$', line)
        if mark:
            kind = mark.group(1)
        elif line.startswith(".Bd "):
            block = []
        elif line == ".Ed":
            yield kind or "unmarked", "\n".join(block) + "\n"
            kind = block = None
        elif block is not None:
            block.append(manual.plain(line))
        elif line.startswith(".Dl "):
            yield kind if kind else "shell", manual.plain(line[4:])
            kind = None


def prepare(home):
    """A Maildir that notmuch does not know, a report, and both programs in PATH."""
    box = home.path("Mail", "postmaster")
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(box, sub))
    reports = sorted(n for n in os.listdir(SAMPLES) if n.endswith(".eml"))
    for n in reports[:3]:
        shutil.copy(os.path.join(SAMPLES, n), os.path.join(box, "cur", n + ":2,S"))
    shutil.copy(os.path.join(SAMPLES, reports[0]), home.path("report.eml"))
    os.makedirs(home.path("bin"))
    os.symlink(NIXIE, home.path("bin", "nixie"))
    os.symlink(os.path.join(SRCDIR, "contrib", "nixie-resend"), home.path("bin", "nixie-resend"))
    home.env["PATH"] = home.path("bin") + ":" + home.env.get("PATH", "/usr/bin:/bin")


def shell(home, page, text):
    done = subprocess.run(["sh", "-c", text], cwd=home.root, env=home.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300)
    told = done.stdout or re.match(QUIET, text) and done.stderr or b"nothing matched" in done.stderr
    tap.check(done.returncode == 0 and told, "%s: %s" % (page, text),
              "exit %d\n%s\n%s" % (done.returncode, done.stdout.decode("utf-8", "replace")[:500], done.stderr.decode("utf-8", "replace")))


def block(home, page, kind, text):
    name = "%s: the %s with %s" % (page, kind, text.splitlines()[0])
    if kind == "config":
        path = home.write(".config/nixie/config", text)
        got = home.nixie("list", "--limit=1")
        tap.check(got.code == 0 and got.out, name, got)
        os.remove(path)
    elif kind == "rules":
        got = home.nixie("rules", "check", home.write("example.rules", text))
        tap.check(got.code == 0, name, got)
    elif kind == "terms":
        path = home.write(".config/nixie/rules.d/terms.ini", text)
        got = home.nixie("rules", "check")
        tap.check(got.code == 0, name, got)
        os.remove(path)
    else:
        tap.check(kind.startswith("part of"), name + " says what it is an example of", kind)


with Home() as home:
    home.make_index()
    prepare(home)
    n = 0
    for page in manual.PAGES:
        for kind, text in examples(page):
            n += 1
            needs = kind.startswith("needs ") and kind.split()[1]
            if needs and not shutil.which(needs):
                tap.skip("%s: %s" % (page, text), needs + " is not installed")
            elif kind == "shell" or needs:
                shell(home, page, text)
            else:
                block(home, page, kind, text)
    tap.check(n >= 25, "the pages have examples", n)
tap.end()
