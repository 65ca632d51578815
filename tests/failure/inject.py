# SPDX-License-Identifier: GPL-3.0-or-later
"""One call on a file of ours fails, or one large allocation: nothing crashes, nothing is lost in silence, no file is half.

inject.py [--release] [JOB...]: some points of each kind, or all of them."""
import collections, os, sys
from faults import Home, Saved, Shim, Tap, files_below, leftovers, samples_index

RELEASE = "--release" in sys.argv
ONLY = [word for word in sys.argv[1:] if not word.startswith("-")]
POINTS = 2  # of each job, call and way to fail, in CI
WAYS = {
    "read": ("EIO", "EINTR", "short"),
    "write": ("EIO", "ENOSPC", "EINTR", "short"),
    "open": ("EIO", "EMFILE"),
    "rename": ("EIO", "ENOSPC"),
    "fsync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO",),
    "mkdir": ("ENOSPC",),
    "close": ("EIO",),
}
HARMLESS = ("EINTR", "short")  # a program that is right does not even notice
CODES = (0, 65, 66, 70, 73, 74, 75, 78)  # interface.md section 3: what a failure may lead to
PLACES = ("mail", "out", ".local", ".cache", ".config")
REFUSED = "550 5.7.0 the zeppelin is moored at jane@corp.example"

# Name, what goes before, the command, can it be undone.
JOBS = [
    ("journal", [], ("tag", "+mark", "-inbox", "--", "*"), True),
    ("undo", [("tag", "+mark", "--", "*")], ("undo",), False),
    ("redo", [("tag", "+mark", "--", "*"), ("undo",)], ("redo",), False),
    ("marks", [], ("retry", "--", "*"), True),
    ("list of suppression", [], ("suppress", "--", "*"), True),
    ("scan", [], ("scan",), True),
    ("empty cache", None, ("list", "--format=json-lines"), False),
    ("cache", [], ("stats", "--by=category", "--format=json"), False),
    ("export", [], ("export", "--include-unverified", "--output=out/file"), False),
    ("export again", [], ("export", "--include-unverified", "--force", "--output=out/old"), False),
    ("extract", [], ("extract", "--output=out/file", "few"), False),
    ("configuration", [], ("views", "--save=full", "category:mailbox-full"), False),
    ("correction", [], ("rules", "correct", "--as=mail-loop", REFUSED), False),
]


class Box(Home):
    def __init__(self):
        super().__init__()
        samples_index(self, 12)
        self.write("out/old", "what was there\n")

    def remove(self, name):
        if os.path.exists(self.path(name)):
            os.remove(self.path(name))

    def outcome(self):
        """All that a command leaves, but journal and caches, by place."""
        found = {"index": self.dump()}
        for place in ("out", ".local/share/nixie/suppress", ".config/nixie"):
            for path, data in files_below(self.path(place)).items():
                if ".pledge-" in path:  # what the list is still to have
                    continue
                if "/suppress/" in path:  # which number the entry had in the journal does not count
                    data = b"\n".join(b"\t".join(line.split(b"\t")[:8] + line.split(b"\t")[9:]) for line in data.split(b"\n"))
                if data or not path.startswith(self.path(".local")):  # a list without a line is none
                    found[os.path.relpath(path, self.root)] = data
        return found


def spread(n):
    """Some of 1..n, first and last among them; all for a release."""
    if RELEASE or n <= POINTS:
        return list(range(1, n + 1))
    return sorted({1 + round(i * (n - 1) / (POINTS - 1)) for i in range(POINTS)})


class Job:
    def __init__(self, box, shim, tap, row):
        self.box, self.shim, self.tap = box, shim, tap
        self.name, before, self.words, self.undoable = row
        for words in [("list",)] * (before is not None) + (before or []):
            self.run(words)
        self.saved = Saved(box, *PLACES)
        self.before = box.outcome()
        self.good = self.run(self.words, env=shim.env())
        self.counts = shim.seen()[0]
        self.after = box.outcome()
        self.done = collections.Counter()
        self.faults = []

    def run(self, words, env=None):
        return self.box.nixie(*words, env=env, timeout=300)

    def bad(self, point, what, got):
        self.faults.append("%s: %s\n%r" % (point, what, got))

    def point(self, call, at, how):
        self.saved.restore()
        got = self.run(self.words, env=self.shim.env(call, at, how))
        hits, where = self.shim.seen()[1:]
        if not hits:  # the processes did not come to so many calls this time
            return
        self.done[call] += 1
        left, point = self.box.outcome(), "%s %d of %d %s at %s" % (call, at, self.counts[call], how, where.replace(self.box.root, ""))
        if got.code not in CODES:
            self.bad(point, "ended in another way than by an exit code of the contract", got)
        unread = got.code == 65 and where.startswith(self.box.path("few")) and os.path.basename(where) in got.said
        for place in set(left) | set(self.before) | set(self.after):
            if unread and place == "out/file":  # a mail that could not be read is named; the others are all there
                continue
            if left.get(place) not in (self.before.get(place), self.after.get(place)):
                self.bad(point, "half of %s" % place, left.get(place))
        if got.code == 0 and (left != self.after or got.out != self.good.out):
            self.bad(point, "success is said of what is not there", got)
        if got.code and "nixie: " not in got.said:
            self.bad(point, "it failed without a word", got)
        if how in HARMLESS and got.code:
            self.bad(point, "it failed though nothing did", got)
        if leftovers(self.box):
            self.bad(point, "something was left lying about", leftovers(self.box))
        self.afterwards(point, left, got)

    def afterwards(self, point, left, first):
        """The next run finds everything in order: what was done can be undone, what was not can be done."""
        if left == self.after and self.undoable:
            got = self.run(("undo",))
            if got.code or self.box.outcome()["index"] != self.before["index"]:
                self.bad(point, "undo is not exact", (first, got))
        elif left != self.after:
            self.box.remove("out/file")
            got = self.run(self.words)
            self.run(("log",))  # what was not known to the journal before is known now
            if any(".pledge-" in path for path in files_below(self.box.path(".local"))):
                self.bad(point, "what was promised to the list stays open", (first, got))
            if got.code or self.box.outcome() != self.after:
                self.bad(point, "it could not be done again", (first, got))

    def all(self):
        if self.good.code:
            self.tap.check(False, "%s: without a fault" % self.name, self.good)
            return
        for call, ways in WAYS.items():
            for how in ways:
                for at in spread(self.counts[call]):
                    self.point(call, at, how)
        self.tap.check(not self.faults, "%s: %d points: %s" % (self.name, sum(self.done.values()),
                       ", ".join("%d %s" % (n, call) for call, n in self.done.items())), "\n".join(self.faults))


def main():
    tap, points = Tap(), collections.Counter()
    with Box() as box:
        shim = Shim(box)
        if shim.trouble:
            tap.skip("failing calls", shim.trouble)
            tap.end()
        empty = Saved(box, *PLACES, place="empty")
        for row in JOBS:
            if ONLY and row[0] not in ONLY:
                continue
            empty.restore()
            job = Job(box, shim, tap, row)
            job.all()
            points += job.done
    print("# %d points: %s" % (sum(points.values()), ", ".join("%d %s" % (n, call) for call, n in points.items())))
    tap.check(ONLY or sum(points.values()) >= 150, "at least 150 points", points)
    tap.end()


main()
