# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen as a place to work at: what is saved, stopped, kept in view and found again, in the real program."""
import os, re, signal, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox
from screen import Screen, available

tap = Tap()
CONFIG = ".config/nixie/config"


def start(screen, words="", wanted=r"\d+ found"):
    screen.type("'%s' %s\n" % (NIXIE, words))
    return screen.wait(wanted)


def leave(screen):
    screen.type("Q")
    screen.wait(r"ready> *\n*$")


def children(pid):
    """Of a process, and theirs."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name) as fh:
                parent = int(fh.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found += [int(name), *children(int(name))]
    return found


def saving(box):
    """Every question for a file name reads ~/ as the shell does, and never writes to the screen."""
    with Screen(box, 132, 43) as screen:
        start(screen, "category:mailbox-full")
        screen.wait(r"file 1/1")
        screen.type("s")
        screen.wait("Save as:")
        screen.keys("C-u")
        screen.type("~/one.eml\n")
        tap.check(screen.wait(r"Saved the report as %s" % re.escape(box.path("one.eml"))), "s saves below the home", screen.text())
        tap.check(os.path.exists(box.path("one.eml")), "the report is there")
        screen.type("pr")
        screen.wait("y:copy")
        screen.type("s")
        screen.wait("Save as:")
        screen.keys("C-u")
        screen.type("~/words.txt\n")
        tap.check(screen.wait(r"Saved the words as %s" % re.escape(box.path("words.txt"))) and os.path.exists(box.path("words.txt")), "the words to pass on, too", screen.text())
        screen.type("q")
        screen.wait(lambda t: "y:copy" not in t)
        screen.type(":save -\n")
        tap.check(screen.wait(r"Saved the report as ./-") and os.path.exists(box.path("-")), "a dash is the name of a file here", screen.text())
        screen.type(":save ~/one.eml\n")
        tap.check(screen.wait(r"one\.eml.*(exists|is there)"), "nothing is replaced", screen.text())
        leave(screen)


def stopping(box):
    """An export under way ends with Esc, and leaves no file."""
    with Screen(box, 132, 43) as screen:
        start(screen)
        screen.wait("%d shown" % len(box.shown()))
        screen.type("T*\n")
        screen.wait("Marked")
        screen.type("e")
        screen.wait("Preview")
        screen.keys("Tab", "Tab", "Tab", "Tab", "Tab", "C-u")
        screen.type(box.path("stopped.csv"))
        screen.wait("stopped.csv")
        held = children(screen.pid())
        for pid in held:
            os.kill(pid, signal.SIGSTOP)
        screen.type("\n")
        tap.check(screen.wait("Writing the export .*Esc stops"), "an export says that Esc stops it", screen.text())
        screen.keys("Escape")
        stopping = screen.wait("Stopping|was stopped", 20)
        for pid in held:
            os.kill(pid, signal.SIGCONT)
        tap.check(stopping and screen.wait("the export was stopped; no file was written"), "and it stops", screen.text())
        tap.equal([n for n in os.listdir(box.root) if "stopped" in n], [], "nothing was written")
        tap.check("Preview" in screen.text(), "the dialog is still there", screen.text())
        screen.type("\n")
        tap.check(screen.wait("Wrote .*stopped.csv") and os.path.exists(box.path("stopped.csv")), "and a second try goes well", screen.text())
        leave(screen)


def log(box):
    """The cursor of the log stays on its entry when the undo puts another one above."""
    with Screen(box, 132, 43) as screen:
        start(screen, "category:mailbox-full")
        screen.wait("shown")
        for tag in ("one", "two", "three"):
            screen.type("+%s\n" % tag)
            screen.wait(lambda t: "Tagged 1 message" in t and tag in t)
        screen.type("L")
        screen.wait(r" 3 .*\+three")
        screen.type("ggj")
        screen.wait(r"(?m)^> .*\+two")
        screen.keys("Enter")
        screen.wait("Undo entry")
        screen.type("y")
        tap.check(screen.wait(r"(?m)^> .*undone.*\+two"), "what was undone is still under the cursor", screen.text())
        tap.check(screen.wait(r"(?m)^ +4 .*undo[\s\S]*^ +3 [\s\S]*^> +2 "), "the undo stands above", screen.text())
        screen.type("q")
        leave(screen)


def hints(box):
    """The first key of a sequence is one key, however many bytes it has."""
    config = box.write(CONFIG, "[keys]\ngc=\n\u00fcc=group category\n")
    with Screen(box, 132, 43) as screen:
        text = start(screen, "", r"limit .*:group")
        tap.check(re.search(r" \u00fc:group", text), "the key of the groups is shown whole", text)
        leave(screen)
    os.unlink(config)


if available():
    with Mailbox() as box:
        for part in (saving, stopping, log, hints):
            try:
                part(box)
            except Exception as error:
                tap.check(False, "%s runs to its end" % part.__name__, repr(error))
else:
    tap.skip("the workbench", "tmux is not installed")
tap.end()
