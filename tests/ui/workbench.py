# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen as a place to work at: what is saved, stopped, kept in view and found again, in the real program."""
import os, re, shutil, signal, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SAMPLES, Tap
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


def views(box):
    """What is shown becomes a view with a key, and is gone to with a key; a mistake in a view of the configuration stops nothing."""
    config = box.write(CONFIG, "# mine\n[views]\nbad=type:hurd\n\n[screen]\n# no mouse here\nmouse=false\n")
    hard = sum(row["type"] == "hard" and row["who"] == "sender" for row in box.shown().values())
    with Screen(box, 132, 43) as screen:
        text = start(screen, "--type=hard", r"view left out: .*config:3: [\s\S]*hurd[\s\S]*hard") or screen.text()
        tap.check("mean" in text, "a mistake in a view is told, and the screen is there", text)
        screen.type("lwho:sender\n")
        screen.wait(r"limit: who:sender.*\b%d shown" % hard)
        screen.type("m")
        text = screen.wait(r"Saves +type:hard who:sender[\s\S]*nixie views --save=NAME --") or screen.text()
        tap.check("Name:" in text, "m asks for a name, and tells what it saves", text)
        screen.type("a=b\n")
        tap.check(screen.wait("cannot be called"), "a name that the file could not hold is refused", screen.text())
        screen.keys("C-u")
        screen.type("dead, ours\n")
        tap.check(screen.wait("Saved the view dead, ours"), "a good one is saved", screen.text())
        with open(config) as fh:
            tap.equal(fh.read(), "# mine\n[views]\nbad=type:hurd\ndead, ours=type:hard who:sender\n\n[screen]\n# no mouse here\nmouse=false\n", "as one line more")
        screen.type("m")
        screen.wait("Name:")
        screen.type("dead, ours")
        tap.check(screen.wait(r"Replaces +type:hard who:sender"), "a name that is taken says what it stands for", screen.text())
        screen.keys("Escape")
        screen.wait(lambda t: "Name:" not in t)
        leave(screen)
    with Screen(box, 132, 43) as screen:
        start(screen)
        screen.wait("%d shown" % len(box.shown()))
        screen.type("'")
        tap.check(screen.wait(r"1 dead, ours +%d rows" % hard), "the next session has it in its menu, with its count", screen.text())
        screen.type("1")
        tap.check(screen.wait(r"q: type:hard who:sender .*\b%d shown" % hard), "and a digit goes to it", screen.text())
        screen.type("m")
        screen.wait(r"Saves +type:hard who:sender")
        screen.keys("Escape")
        screen.type(":query \n")
        screen.wait("default scope|%d shown" % len(box.shown()))
        screen.keys("Escape")
        screen.type(":view dead, our\n")
        tap.check(screen.wait(r"did you mean `dead, ours`"), "a mistyped name is told", screen.text())
        screen.type(":view dead, ours\n")
        tap.check(screen.wait(r"q: type:hard who:sender"), ":view NAME goes there", screen.text())
        screen.type(":forget-view dead, ours\n")
        tap.check(screen.wait("Forgot the view dead, ours"), ":forget-view forgets it", screen.text())
        with open(config) as fh:
            tap.equal(fh.read(), "# mine\n[views]\nbad=type:hurd\n\n[screen]\n# no mouse here\nmouse=false\n", "and the file is as it was")
        screen.type("'")
        tap.check(screen.wait("0 default scope"), "without views the menu still opens", screen.text())
        screen.keys("Escape")
        screen.wait(lambda t: "type a query" not in t)
        leave(screen)
    os.unlink(config)


def header(box):
    """h goes to the header, also from a later part and in the bytes of the file; h again goes to what decided."""
    with Screen(box) as screen:
        start(screen, "", r"│> *Diagnostic-Code")
        for keys, shown in (("h", True), ("h", False), ("xh", True), ("x", False)):
            screen.type(keys)
            tap.check(screen.wait(lambda t: bool(re.search(r"│ (Return-Path|Received|MIME-Version):", t)) == shown == ("│>" not in t)),
                      "%s: the header is %s" % (keys, "seen" if shown else "gone"), screen.text())
        leave(screen)


def tickets(box):
    """A bounce is found by the ticket an agent knows, typed as it is, and a column shows it."""
    row = next(row for row in box.shown().values() if row["ticket"] and row["story"] == "tickets")
    same = sum(other["ticket"] == row["ticket"] for other in box.shown().values())
    with Screen(box, 132, 43) as screen:
        start(screen)
        screen.wait("%d shown" % len(box.shown()))
        screen.type("lticket:#%d\n" % row["ticket"])
        tap.check(screen.wait(r"limit: ticket:#%d .*\b%d shown" % (row["ticket"], same)) and row["address"] in screen.text(), "ticket: finds it", screen.text())
        screen.type("l")
        screen.wait("Limit:")
        screen.keys("C-u")
        screen.type("%d" % row["ticket"])
        tap.check(screen.wait(r"Means +any:%d" % row["ticket"]), "a bare word says what it will mean", screen.text())
        screen.type("\n")
        tap.check(screen.wait(r"limit: any:%d " % row["ticket"]) and row["address"] in screen.text(), "and does it", screen.text())
        for column, held in (("ticket", str(row["ticket"])), ("subject", row["subject"][:12])):
            screen.type("i")
            tap.check(screen.wait(r"%s[\s\S]*%s" % (column.upper(), re.escape(held))), "i shows the %s" % column, screen.text())
        screen.type("i")
        tap.check(screen.wait("column: none") and "SUBJECT" not in screen.text(), "and none again", screen.text())
        screen.type("l")
        screen.wait("Limit:")
        screen.keys("C-u")
        for words in ("tag:inbox", "post or office", "(post)"):
            screen.type(words)
            tap.check(screen.wait(r"is no filter"), "%s is still told to be no filter" % words, screen.text())
            screen.keys("C-u")
            screen.wait(lambda t: "is no filter" not in t)
        screen.type('mailbox "is full"\n')
        tap.check(screen.wait(r'limit: any:mailbox any:"is full"'), "several words all have to be there", screen.text())
        leave(screen)
    with Screen(box, 80, 24) as screen:
        start(screen, "--column=ticket ticket:%d" % row["ticket"], r"TICKET +TAGS[\s\S]*%d" % row["ticket"])
        tap.check("TICKET" in screen.text(), "the setting shows it, also on 80 cells", screen.text())
        leave(screen)


def maildir(box):
    """Mail that comes to a directory of --maildir appears by itself, and what is deleted there is told."""
    folder = box.path("folder")
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, sub))
    samples = sorted(name for name in os.listdir(SAMPLES) if name.startswith("postfix") and name.endswith(".eml"))[:3]
    for name in samples[:2]:
        shutil.copy(os.path.join(SAMPLES, name), os.path.join(folder, "cur", name + ":2,S"))
    with Screen(box, 132, 43) as screen:
        text = start(screen, "--watch-seconds=1 --maildir='%s'" % folder, r"2 found +\d+ shown") or screen.text()
        tap.check("2 found" in text, "a Maildir without an index of its own", text)
        shutil.copy(os.path.join(SAMPLES, samples[2]), os.path.join(folder, "new", "3"))
        tap.check(screen.wait(r"1 new, marked \+"), "what comes there appears by itself", screen.text())
        os.unlink(os.path.join(folder, "cur", samples[0] + ":2,S"))
        tap.check(screen.wait(r"(?m)^[> ]-\d+-"), "and what goes is marked", screen.text())
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


def room(box):
    """What has no room in one line is folded, or counted, and bars look alike on all pages."""
    incident = box.told["incidents"][0]
    with Screen(box, 80, 24) as screen:
        start(screen)
        screen.wait("%d shown" % len(box.shown()))
        screen.type("gc")
        tap.check(screen.wait(r"! Incident on %s: %d addresses failed at %s, all for\n? *one reason: [^\n]+\." % (incident["day"], incident["addresses"], re.escape(incident["domain"]))),
                  "an incident is told whole", screen.text())
        screen.type("gnP")
        text = screen.wait("The way of the message[\\s\\S]*writes the report") or screen.text()
        tap.check("\u2588" in text and "###" not in text, "the bar of a delay is drawn as those of the groups are", text)
        screen.type("q")
        screen.wait(lambda t: "The way of" not in t)
        screen.type(":")
        tap.check(screen.wait(r"next +next row[\s\S]*\(\d\d more\)"), "the commands that have no room are counted", screen.text())
        screen.keys("Escape")
        screen.wait(lambda t: "Command" not in t)
        leave(screen)
    with Screen(box, 80, 24) as screen:
        start(screen, "--lang=de", r"\[1/")
        screen.type("gw")
        text = screen.wait(r"\n  WER ") or screen.text()
        tap.check("Absender-Admin " in text and "Empf\u00e4nger-Admin " in text, "whose admin has to act is not cut away", text)
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
        tap.parts((saving, stopping, views, header, tickets, maildir, log, room, hints), box)
else:
    tap.skip("the workbench", "tmux is not installed")
tap.end()
