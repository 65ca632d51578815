# SPDX-License-Identifier: GPL-3.0-or-later
"""README and the pages of contrib/doc: the tour is played on the demo mailbox, commands are run, links lead somewhere."""
import os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import screen
from nixie import NIXIE, SAMPLES, SRCDIR, Home, Tap

DOC = os.path.join(SRCDIR, "contrib", "doc")
PAGES = ["README"] + sorted(os.path.join("contrib", "doc", name) for name in os.listdir(DOC))
NAMED = {"Enter", "Escape", "Tab", "Space"}  # keys that tmux knows by name
SPARE = r"\b(MESSAGE-ID|PATH|NAME|FILE|QUERY)\b|<|\.\.\.|~/mail|/var/mail"  # to be filled in by the reader
TOLD = r"nixie (doctor|scan|rules check|suppress --(?:proposed|accept|list)|retry --due|log|retry|undo|export --type=hard --format=addresses)\b"  # these may tell all on stderr, or nothing
SCREEN = r"nixie( tui\b.*| demo| '.*'| --maildir=\S+)?$"
tap = Tap()


def read(page):
    with open(os.path.join(SRCDIR, page), encoding="utf-8") as file:
        return file.read()


def commands(page):
    """The lines that begin with nixie in indented blocks, without the words two blanks behind them."""
    for line in re.findall(r"^ {4}(nixie(?: .*)?)$", read(page), re.M):
        yield re.split(r" {2,}", line)[0]


def run_commands(home):
    home.make_index()
    shutil.copy(os.path.join(SAMPLES, "postfix-user-unknown.eml"), home.path("report.eml"))
    shutil.copy(os.path.join(SAMPLES, "postfix-user-unknown.eml"), home.path("REPORT.eml"))
    seen = 0
    for page in PAGES:
        for command in commands(page):
            if re.search(SPARE, command) or re.fullmatch(SCREEN, command) or page == "README" and re.match(r"nixie {2}|nixie all", command):
                continue
            done = subprocess.run(["sh", "-c", command], cwd=home.root, env=home.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            told = bool(done.stdout) or re.match(TOLD, command) or b"nothing matched" in done.stderr or "--output" in command
            codes = (0, 65) if not command.startswith("nixie doctor") else (0, 78)
            seen += tap.check(done.returncode in codes and bool(told), "%s: %s" % (page, command), "exit %d %r" % (done.returncode, done.stderr[:500]))
    tap.check(seen >= 20, "these are commands enough", seen)


def steps():
    """(keys, words to be seen) of each row of the tour."""
    for row in re.findall(r"^\| (.*`.*) \|$", read("contrib/doc/tour.md"), re.M):
        cells = row.split(" | ")
        yield re.findall(r"`([^`]+)`", cells[0]), re.findall(r'"([^"]+)"', cells[-1])


def play_tour(home):
    if not screen.available():
        tap.skip("the tour", "no tmux here")
        return
    with screen.Screen(home, 80, 24) as glass:
        glass.type("nixie demo\n")
        if not tap.check(glass.wait(r"48 found  48 shown"), "the tour begins", glass.text()):
            return
        for keys, words in steps():
            for key in keys:
                if key in NAMED:
                    glass.keys(key)
                else:
                    glass.type(key)
            if words:
                good = glass.wait(lambda text: all(word in text for word in words), 20)
                if not tap.check(good, "the tour: %s shows %s" % (" ".join(keys), ", ".join(words)), glass.text()):
                    return
        glass.type("Q")
        tap.check(glass.wait(r"(?m)^ready> *$"), "the tour ends", glass.text())


def follow_links(home):
    for page in PAGES:
        text = read(page)
        for target in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"\bcontrib/doc/[a-z-]+\.md", text if page == "README" else ""):
            place = os.path.join(SRCDIR, target) if target.startswith("contrib/") else os.path.join(SRCDIR, os.path.dirname(page), target)
            tap.check(os.path.exists(place), "%s: %s is there" % (page, target))
        for target in re.findall(r"\((tests/[\w./-]+)\)", text):
            tap.check(os.path.exists(os.path.join(SRCDIR, target)), "%s: %s is there" % (page, target))


def name_categories(home):
    """What the page for agents calls the categories is what the list calls them; none is missing."""
    known = re.findall(r"^short=(.*)$", read("data/categories.ini"), re.M)
    table = read("contrib/doc/agents.md").split("| short |")[1].split("\n\n")[0]
    named = [word for row in table.splitlines()[2:] for word in row.split("|")[2].strip().split(", ")]
    tap.equal(sorted(named), sorted(known), "contrib/doc/agents.md tells of each category, by its short name")


with Home() as home:
    os.makedirs(home.path("bin"))
    os.symlink(os.path.abspath(NIXIE), home.path("bin", "nixie"))
    home.env["PATH"] = home.path("bin") + ":" + os.environ["PATH"]
    tap.parts((run_commands, play_tour, follow_links, name_categories), home)
tap.end()
