# SPDX-License-Identifier: GPL-3.0-or-later
"""The mails of mails.py in a directory of mail, in an index, and on the screen. libnotmuch indexes them there: what it
cannot do in ten seconds and 448 MB is left out and named."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
from mails import CASES, size
from measure import Terminal
from nixie import NIXIE, Home
from watch import Watch, children, resident

LEFT_OUT = "so it was left out"
INDEXED = 20  # seconds: ten for libnotmuch, ten for us


def told_of(run, name):
    return [line for line in run.said.splitlines() if name in line]


def maildir(tap, full, check_cost):
    """Each alone in a directory: what cannot be had is named."""
    for at, case in enumerate(CASES if full else CASES[::4]):
        with Home() as home:
            n = case.full if full else case.small
            name = "--maildir: %s, %s" % (case.name, size(case, n))
            os.mkdir(home.path("box"))
            case.write(home.path("box", "large.eml"), n)
            run = Watch([NIXIE, "--maildir=" + home.path("box"), "list", "--columns=address", "--", "*"], home.env, home.root)
            told = told_of(run, "large.eml")
            left = any(LEFT_OUT in line for line in told)
            tap.check(run.code == (65 if told else 0) and (full or not left), "%s: exit %d" % (name, run.code), run.said)
            tap.check(left or not case.who or case.who.encode() in run.out.splitlines(), "%s: listed, or named as left out" % name, "%r %s" % (run.out[:500], run.said))
            tap.check(left or not case.cut or any(case.cut in line for line in told), "%s: what is cut is named" % name, run.said)
            check_cost(tap, run, name, INDEXED)
            if full:
                print("# %-48s %7.2f s %6d MB  %s" % (name, run.cpu, run.peak >> 20, "left out" if left else ""), flush=True)


def index(tap, full, check_cost):
    """Many recipients and a large text in an index of the user's own, on the screen."""
    wanted = ("a line", "recipients", "a reply", "an address", "headings of a list")
    with Home() as home:
        os.makedirs(home.path("samples"))
        for at, case in enumerate(case for case in CASES if case.name in wanted):
            path = case.write(home.path("samples", "%d.eml" % at), 100000 if full and case.name == "recipients" else case.small)
            with open(path, "rb+") as file:
                head = file.read(4096)
                file.seek(head.index(b"<limits@") + 1)
                file.write(b"mail-%d" % at)  # of the same Message-ID they were one message
        home.make_index(home.path("samples"))
        home.nixie("scan")
        with Terminal([NIXIE, "tui"], home.env) as screen:
            took = screen.wait(r"\d+ found")
            tap.check(took < 20, "the screen shows the list", took)
            peak = sum(resident(pid)[0] for pid in children(screen.pid))
            screen.keys("\r")
            tap.check(screen.wait(r"550 5\.1\.1") < 10, "and a report")
            peak = max(peak, sum(resident(pid)[0] for pid in children(screen.pid)))
            tap.check(peak < 512 << 20, "within the memory", "%d MB" % (peak >> 20))
            screen.keys("q")
