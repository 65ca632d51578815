# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed at a call that changes the disk, of the index, the journal, a cache or an export: the next start finishes or
rolls back, undo is exact, an export is whole or absent.

kill.py [--release] [JOB...]: 50 points over a handful of messages, or 200 over 10,000."""
import json, os, sys, tempfile, time
from faults import Home, Saved, Shim, Tap, leftovers, samples_index
from mailbox import Mailbox

RELEASE = "--release" in sys.argv
ONLY = [word for word in sys.argv[1:] if not word.startswith("-")]
BOUNCES, POINTS = (10000, 200) if RELEASE else (0, 50)
DEEP = 5 if RELEASE else 1  # each so many-th time all is done again, or undone
PLACES = ("mail/.notmuch", "out", ".local", ".cache", ".config")
MARKS = ("tag", "+mark", "-inbox", "--limit=10000", "--", "*")  # one transaction
# Name, what goes before, the command, of 10 points how many, can it be undone.
JOBS = [
    ("tag", [], MARKS, 5, True),
    ("undo", [MARKS], ("undo",), 2, False),
    ("export", [], ("export", "--include-unverified", "--output=out/file"), 1, False),
    ("export over an old one", [], ("export", "--include-unverified", "--force", "--output=out/old"), 1, False),
    ("suppress", [], ("suppress", "--limit=40", "--", "*"), 1, True),
]


def in_memory():
    """The home of 10,000 messages is put back 200 times, and a process that is killed leaves the same in memory as on a disk."""
    place = "/dev/shm"
    if os.access(place, os.W_OK) and os.statvfs(place).f_bavail * os.statvfs(place).f_frsize > 2 << 30:
        tempfile.tempdir = place


def small():
    box = Home()
    samples_index(box, 20)
    return box


def spread(n, wanted):
    """`wanted` of 1..n, first and last among them."""
    return sorted({1 + round(i * (n - 1) / max(1, wanted - 1)) for i in range(wanted)})


class Job:
    def __init__(self, box, shim, row):
        self.box, self.shim = box, shim
        self.name, before, self.words, self.share, self.undoable = row
        for words in before:
            self.run(words)
        self.saved = Saved(box, *PLACES)
        self.before, self.known = self.outcome(), self.entries()
        self.skip = None if "export" in self.name else "/.cache/"  # what can be made anew is killed there alone
        self.good = self.run(self.words, env=shim.env(skip=self.skip))
        self.calls = shim.seen()[0]["change"]
        self.after = self.outcome()
        self.died, self.faults = {}, []

    def run(self, words, env=None):
        return self.box.nixie(*words, env=env, timeout=600)

    def outcome(self):
        found = {"index": self.box.dump()}
        for name in ("file", "old"):
            if os.path.exists(self.box.path("out", name)):
                with open(self.box.path("out", name), "rb") as fh:
                    found[name] = fh.read()
        listed = self.box.nixie("suppress", "--list", "--format=json").out
        return dict(found, listed={row["address"] for row in json.loads(listed or b"[]")})

    def bad(self, point, what, got):
        self.faults.append("%s: %s\n%r" % (point, what, got))

    def point(self, at):
        self.saved.restore()
        got = self.run(self.words, env=self.shim.env("change", at, "kill", skip=self.skip))
        hits, where = self.shim.seen()[1:]
        point = "change %d of %d, %s" % (at, self.calls, where.replace(self.box.root, ""))
        if not hits:
            return
        where = next((name for name in (".notmuch", "journal", "suppress", ".cache", "out") if "/%s" % name in where), "elsewhere")
        self.died[where] = self.died.get(where, 0) + 1
        left = self.outcome()
        for place in set(left) | set(self.before) | set(self.after):
            if left.get(place) not in (self.before.get(place), self.after.get(place)):
                self.bad(point, "half of %s" % place, left.get(place))
        if self.name == "suppress" and (left["index"] == self.after["index"]) != (left["listed"] == self.after["listed"]) and not self.unfinished():
            self.bad(point, "one of index and list has its part, and nobody knows", left["listed"])
        if got.code == 0 and left != self.after:
            self.bad(point, "success is said of what is not there", got)
        if got.code > 0 and "nixie: " not in got.said:
            self.bad(point, "a child died, and nothing is said", got)
        if at % DEEP and self.words[0] != "export":
            self.settled(point, left)
        else:
            self.afterwards(point, left, got)

    def entries(self):
        return self.box.nixie("log", "--format=json").json()

    def unfinished(self):
        return any(entry["state"] == "unfinished" for entry in self.entries())

    def settled(self, point, left):
        """The next change, of one message, settles what was left; the journal then tells what is so."""
        known = {entry["entry"] for entry in self.known}
        got = self.run(("tag", "+settled", "--limit=1", "--", "*"))
        states = [entry["state"] for entry in self.entries() if entry["entry"] not in known][1:]
        now = self.outcome()["index"].replace("+settled ", "").replace(" +settled", "")
        applied = left["index"] == self.after["index"] != self.before["index"]
        if got.code or now != left["index"]:
            self.bad(point, "the next change met more than its own", got)
        if states not in ([["done"]] if applied else [[], ["not applied"]]):
            self.bad(point, "the journal tells otherwise", (applied, states))

    def afterwards(self, point, left, first):
        """As a user who looks what became of it, and goes on."""
        if self.undoable and left["index"] == self.after["index"] != self.before["index"]:
            got = self.run(("undo",))
            now = self.outcome()
            if got.code or now != self.before:
                self.bad(point, "undo is not exact", (first, got))
            return
        if left != self.after:
            got = self.run(self.words)
            if got.code or self.outcome() != self.after:
                self.bad(point, "it could not be done again", (first, got))
        states = {entry["state"] for entry in self.entries()}
        if "unfinished" in states and self.words[0] != "export":
            self.bad(point, "the journal has an entry that nobody settled", states)
        if leftovers(self.box) and self.words[0] == "export" and left != self.after:
            self.bad(point, "the killed one's temporary stays", leftovers(self.box))

    def all(self, tap):
        if not tap.check(self.good.code == 0, "%s: without a fault" % self.name, self.good):
            return 0
        last = range(self.calls - 9, self.calls + 1) if self.name == "suppress" else ()  # between index and list
        for at in sorted({*spread(self.calls, POINTS * self.share // 10), *last}):
            self.point(at)
            print("# %s: %d of %d" % (self.name, at, self.calls), flush=True)
        n = sum(self.died.values())
        tap.check(not self.faults, "%s: killed %d times: %s" % (self.name, n, ", ".join("%d %s" % (n, where) for where, n in self.died.items())),
                  "\n".join(self.faults))
        return n


def main():
    tap, killed, began = Tap(), 0, time.monotonic()
    if RELEASE:
        in_memory()
    with Mailbox(bounces=BOUNCES) if BOUNCES else small() as box:
        shim = Shim(box)
        if shim.trouble:
            tap.skip("kills", shim.trouble)
            tap.end()
        box.write("out/old", "what was there\n")
        box.nixie("list", timeout=600)
        first = Saved(box, *PLACES, place="first")
        for row in JOBS:
            if ONLY and row[0] not in ONLY:
                continue
            first.restore()
            killed += Job(box, shim, row).all(tap)
    tap.check(ONLY or killed >= POINTS * 9 // 10, "killed at %d points over %s messages, in %.0f minutes" % (killed, BOUNCES or "a few", (time.monotonic() - began) / 60),
              POINTS)
    tap.end()


main()
