# SPDX-License-Identifier: GPL-3.0-or-later
"""A day at a helpdesk: ten jobs, each by a command and by keys; both ways show the same and leave the same."""
import json, os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox
from screen import Screen, available

tap = Tap()
SHOWN = r" 180 shown"
TINA, LENA, KAI = "tina.moor@customers.example", "lena.ostrom@quayside.example", "kai.larch@bigpost.example"


def addresses(text):
    return sorted(set(re.findall(r"[\w.-]+@[\w.-]+\.example", text)))


def words(text):
    """What is said, without the frame it stands in and the lines it is broken into."""
    return " ".join(re.sub(r"[^\w.@:'()#-]+", " ", text).split())


class Desk:
    def __init__(self, box, screen):
        self.box, self.screen = box, screen

    def limit(self, text, wanted):
        self.screen.type("l")
        self.screen.wait("Limit:")
        self.screen.keys("C-u")
        self.screen.type(text + "\n")
        return self.screen.wait(wanted)

    def everything(self):
        self.screen.keys("Escape")
        self.limit("", SHOWN)

    def one(self, address):
        """The newest bounce of an address under the cursor."""
        self.limit("address:" + address, r"limit: address:%s .* shown[\s\S]*\[1/\d+\]" % re.escape(address))

    def row(self):
        """The row under the cursor, which is the first."""
        return self.screen.lines()[2]

    def sees(self, row):
        """What a command did and took back: keys go by what the screen shows."""
        self.screen.wait(lambda text: text.split("\n")[2] == row)

    def same_change(self, name, command, keys, said, wanted):
        """A change by command, taken back, and the same by keys: the same index, and taken back again."""
        before, row = self.box.dump(), self.row()
        got = self.box.nixie(*command)
        by_command = self.box.dump()
        tap.check(got.code == 0 and by_command != before and said in got.said, "%s: by command" % name, got)
        undone = self.box.nixie("undo")
        tap.check(self.box.dump() == before, "%s: undone by command" % name, undone)
        self.sees(row)
        self.screen.type(keys)
        tap.check(self.screen.wait(wanted), "%s: by keys" % name, self.screen.text())
        by_keys = self.box.dump()
        differ = set(by_keys.splitlines()) ^ set(by_command.splitlines())
        tap.equal(differ, set(), "%s: the same tags and properties" % name)
        self.screen.type("u")
        tap.check(self.screen.wait(lambda t: self.box.dump() == before), "%s: undone by u" % name, self.screen.text())


def find(desk):
    by_command = {x["address"] for x in desk.box.rows("day:yesterday", "domain:bigpost.example")}
    desk.limit("day:yesterday domain:bigpost.example", r"\[1/%d\]" % len(by_command))
    text = desk.screen.text()
    count = re.search(r"\[1/(\d+)\]", text)
    tap.check(by_command and count and int(count[1]) == len(by_command) and KAI.split("@")[0] in text, "yesterday's bounces of one customer: the same rows", (by_command, text))
    told = desk.box.rows("day:2026-07-27", "domain:bigpost.example")
    tap.equal({x["address"] for x in told}, by_command, "and it is the day before today")
    got = desk.box.nixie("list", "day:monday")
    tap.check(got.code == 64 and "today, yesterday, 2026-07-28" in got.said, "another word for a day is refused, with those there are", got)
    desk.everything()


def why(desk):
    text = words(desk.box.nixie("show", "address:" + TINA).text)
    desk.one(TINA)
    desk.screen.keys("Enter")
    desk.screen.wait("What to do")
    shown = desk.screen.text()
    head = words("\n".join(shown.splitlines()[2:4]))
    told = re.search(r"Your message did not arrive\..*?(?=Who can fix)", words(shown))
    tap.check(told and told[0] in text, "why it failed: the words of show stand on the screen", (head, told, text))
    desk.screen.type("q")
    desk.everything()


def changes(desk):
    desk.one(TINA)
    desk.same_change("done", ["tag", "-inbox", "--", "address:" + TINA], "a", "Tagged 1 message: -inbox", r"undo takes it back")
    desk.everything()
    desk.one(TINA)
    desk.same_change("retry", ["retry", "--", "address:" + TINA], "r", "Flagged 1 recipient for retry", r"Flagged 1 recipient for retry; undo takes it back")
    desk.everything()


def hand_over(desk):
    desk.one(KAI)
    for whom, key, name in (("sender", "s", "a ticket for our admin"), ("admin", "a", "words for their admin"), ("recipient", "r", "words for the phone")):
        told = desk.box.nixie("show", "--for=" + whom, "address:" + KAI).text
        path = desk.box.path(whom + ".txt")
        desk.screen.type("p" + key)
        desk.screen.wait("y:copy")
        desk.screen.type("s")
        desk.screen.wait("Save as:")
        desk.screen.keys("C-u")
        desk.screen.type(path + "\n")
        desk.screen.wait(r"Saved the words")
        with open(path, encoding="utf-8") as file:
            tap.equal(words(file.read()), words(told), "%s: the same words" % name)
        desk.screen.type("q")
        desk.screen.wait(lambda t: "y:copy" not in t)
    desk.everything()


def dead(desk):
    """Off to the suppression list, and back by undo; by the list itself, too."""
    listed = lambda: [x["address"] for x in desk.box.nixie("suppress", "--list", "--format=json").json()]
    desk.one(LENA)
    row = desk.row()
    got = desk.box.nixie("suppress", "--", "address:" + LENA)
    tap.check(got.code == 0 and listed() == [LENA], "a dead address, by command", got)
    desk.box.nixie("undo")
    tap.equal(listed(), [], "undone by command")
    desk.sees(row)
    desk.screen.type("S")
    if desk.screen.wait(r"Suppression list|suppression list"):
        desk.screen.type("y")
    tap.check(desk.screen.wait(lambda t: listed() == [LENA]), "and by S", desk.screen.text())
    desk.screen.type("u")
    tap.check(desk.screen.wait(lambda t: listed() == []), "undone by u", desk.screen.text())
    desk.everything()


def cause(desk):
    """The addresses of the commonest cause, as a file."""
    first = desk.box.nixie("stats", "--by=cause", "--limit=1", "--format=json").json()[0]
    by_command = desk.box.path("by-command.txt")
    got = desk.box.nixie("export", "--format=addresses", "--output=" + by_command, first["filter"])
    tap.check(got.code == 0 and "%d addresses written" % first["addresses"] in got.said, "the addresses of a cause, by command", got)
    for key in ("cause", "incident", "domain,category"):
        groups = desk.box.nixie("stats", "--by=" + key, "--limit=2", "--format=json").json()
        tap.equal([len(desk.box.rows(x["filter"])) for x in groups], [x["bounces"] for x in groups], "stats --by=%s tells the words that select each group" % key)
    by_keys = desk.box.path("bounces-2026-07-28.txt")
    desk.screen.type("gk")
    desk.screen.wait(r"\[1/\d+\] +180 bounces")
    desk.screen.type("e")
    desk.screen.wait("Preview")
    desk.screen.keys("Down", "Down", "Right", "Right", "Right", "Right", "Enter")
    tap.check(desk.screen.wait(r"Wrote .*bounces-2026-07-28\.txt"), "and by keys", desk.screen.text())
    with open(by_command) as one, open(by_keys) as other:
        tap.equal(sorted(other.read().split()), sorted(one.read().split()), "the same addresses")
    desk.screen.type("gn")
    desk.everything()


def changed(desk):
    """What came since yesterday, and what was done: by command, on the screen."""
    since = {x["address"] for x in desk.box.rows("day:today,yesterday")}
    rows = desk.box.rows("day:today,yesterday")
    tap.check(desk.limit("day:today,yesterday", r"\[1/%d\]" % len(rows)), "what came since yesterday: %d rows" % len(rows), desk.screen.text())
    tap.check(since, "of somebody")
    log = desk.box.nixie("log", "--format=json").json()
    desk.everything()
    desk.screen.type("L")
    tap.check(desk.screen.wait(r"\[1/%d\]" % len(log)), "what was done: as many entries as log has", (len(log), desk.screen.text()))
    desk.screen.type("q")


if available():
    with Mailbox() as box, Screen(box, 132, 43) as screen:
        # What the commands do and undo is not looked at meanwhile: a key that turns on or off goes by what the screen shows.
        screen.type("'%s' --watch-seconds=0\n" % NIXIE)
        screen.wait(SHOWN)
        tap.parts((find, why, changes, hand_over, dead, cause, changed), Desk(box, screen))
else:
    tap.skip("a day on the screen", "no tmux here")
tap.end()
