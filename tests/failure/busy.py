# SPDX-License-Identifier: GPL-3.0-or-later
"""While others add mail, tag it and take it away without a pause, every command and the screen go on: the same rows as on a
quiet index, no error that nobody need see, and undo is exact afterwards.

busy.py [--release]: 30 seconds, or 5 minutes."""
import collections, os, re, subprocess, sys, threading, time
from faults import NIXIE, Tap
from console import Console
from mailbox import Mailbox

RELEASE = "--release" in sys.argv
SECONDS = 300 if RELEASE else 30
PATIENCE = 1.5  # seconds that another may have the lock before nixie has a reason to say so
LETTER = "From: Neighbour <n%d@noise.example>\nTo: desk@fennel.example\nSubject: noise %d\nMessage-ID: <noise%d@noise.example>\nDate: Tue, 28 Jul 2026 10:00:00 +0000\n\nnothing\n"
GONE = re.compile(r"nixie: cannot read \S+: No such file or directory")
TROUBLE = r"cannot|rror|changing|locked|signal|libnotmuch|try again|lost|gone from"
OURS = ("noise", "passing", "onscreen")  # tags that come and go
UNDONE = ("tag", "+passing", "--", "*")
UNDO_AT_MOST = 60


class Noise:
    """Three who work on the same index: mail comes, is tagged, and goes."""

    def __init__(self, box):
        self.box, self.stop, self.rounds, self.longest = box, threading.Event(), collections.Counter(), 0
        self.place = os.path.join(box.mail, "noise", "cur")
        for sub in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(box.mail, "noise", sub))
        self.threads = [threading.Thread(target=self.loop, args=(work,)) for work in (self.mails, self.tags)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def loop(self, work):
        while not self.stop.is_set():
            self.rounds[work.__name__] += 1
            began = time.monotonic()
            work(self.rounds[work.__name__])
            self.longest = max(self.longest, time.monotonic() - began)

    def notmuch(self, *words):
        subprocess.run(["notmuch", *words], env=self.box.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def path(self, n):
        return os.path.join(self.place, "noise%d:2," % n)

    def mails(self, n):
        with open(self.path(n), "w") as fh:
            fh.write(LETTER % (n, n, n))
        if os.path.exists(self.path(n - 3)):
            os.remove(self.path(n - 3))
        self.notmuch("new")

    def tags(self, n):
        self.notmuch("tag", "+noise" if n % 2 else "-noise", "--", "*")


def plain(row):
    """Without what the noise does to it."""
    return dict(row, tags=[tag for tag in row.get("tags") or [] if tag not in OURS])


def dump(box):
    """The tags and properties of all but the noise."""
    lines = (line.replace("+noise ", "") for line in box.dump().splitlines() if "noise.example" not in line)
    return sorted(re.sub(r"^(\S.*?) -- ", lambda m: " ".join(sorted(m[1].split())) + " -- ", line) for line in lines if not line.startswith("#notmuch"))


class Commands:
    """Round after round, each compared to what the quiet index gave."""

    def __init__(self, box, tap):
        self.box, self.tap, self.bad, self.n, self.noise = box, tap, [], collections.Counter(), None
        self.reads = {
            "list": (("list", "--format=json-lines", "--per=recipient", "*"), lambda out: [plain(row) for row in out.lines() if "/noise/" not in row["file"]]),
            "stats": (("stats", "--by=category", "--format=json", "*"), lambda out: [row for row in out.json() if row["key"]]),
            "show": (("show", "--format=json", "--limit=20", "*"), lambda out: len(out.json())),
            "export": (("export", "--force", "--output=file", "*"), lambda out: open(box.path("file"), "rb").read()),
        }
        self.quiet = {name: self.read(name) for name in self.reads}

    def run(self, *words):
        got = self.box.nixie(*words)
        while got.code == 75 and "locked" in got.said and self.noise and self.noise.longest > PATIENCE:
            got = self.box.nixie(*words)
        self.n[words[0]] += 1
        # What was taken away between two looks is named, and is no failure.
        noise = [line for line in got.said.splitlines() if "/noise/" in line]
        if got.code != (65 if noise else 0) or not all(GONE.fullmatch(line) for line in noise):
            self.bad.append("%s: %r" % (" ".join(words), got))
        return got

    def read(self, name):
        words, of = self.reads[name]
        got = self.run(*words)
        return of(got) if got.code in (0, 65) else None

    def round(self):
        for name in self.reads:
            now = self.read(name)
            if now is not None and now != self.quiet[name]:
                self.bad.append("%s differs from the quiet run: %s" % (name, self.difference(self.quiet[name], now)))
        self.run(*UNDONE)
        self.run("undo")
        self.run("scan")

    @staticmethod
    def difference(quiet, now):
        if not isinstance(quiet, list):
            return "%r\n%r" % (quiet, now)
        lost, more = [row for row in quiet if row not in now], [row for row in now if row not in quiet]
        told = ["%d rows, were %d" % (len(now), len(quiet))]
        for a, b in zip(lost, more):
            told.append("%s: %s" % (a.get("id") or a.get("key"), ", ".join("%s %r -> %r" % (k, a[k], b.get(k)) for k in a if a[k] != b.get(k))))
        return "\n".join(told)


def screen(box, tap, noise, found):
    """Keys without a pause; what it says is looked at."""
    said = []
    with Console([NIXIE, "tui", "--watch-seconds=1"], box.env) as terminal:
        terminal.wait(r"found +\d+ shown")
        n = 0
        while not noise.stop.is_set() and terminal.alive():
            for keys in ("jjj", "G", "gg", "k", "ga", "gn", "+onscreen\n\n" if n % 4 == 0 else "j", "u" if n % 4 == 2 else "k"):
                terminal.keys(keys)
                terminal.drain()
                n += 1
            text = terminal.text()
            said += re.findall(".{0,60}(?:%s).{0,60}" % TROUBLE, text.split(" found ")[0] + terminal.line(terminal.picture.height - 1))
        said = [words for words in said if "locked" not in words or noise.longest < PATIENCE]
        tap.check(terminal.alive(), "the screen stands after %d keys" % n)
        tap.check(not said, "and has no error to show", "\n".join(said))
        terminal.drain(2)
        terminal.keys("\x1b\x1b\x1bgn")
        tap.check(terminal.wait(r"%s found +%s shown" % found), "and shows each row once", terminal.text())
        for _ in range(20):  # what stands of its own steps
            terminal.keys("u")
            terminal.drain(0.5)
        terminal.keys("\x1b\x1b")
        tap.equal(terminal.leave(), 0, "it ends as it should")


def main():
    tap = Tap()
    with Mailbox() as box:
        box.nixie("scan")
        with Console([NIXIE, "tui"], box.env) as terminal:  # what a quiet screen counts
            terminal.wait(r"\d+ found +\d+ shown")
            terminal.drain(1)
            found = re.search(r"(\d+) found +(\d+) shown", terminal.text()).groups()
            terminal.keys("Q")
            terminal.end()
        commands, before = Commands(box, tap), dump(box)
        with Noise(box) as noise:
            shown = threading.Thread(target=screen, args=(box, tap, noise, found))
            shown.start()
            commands.noise = noise
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                commands.round()
        shown.join()
        # The screen and the commands undo the last change of either: some of them may be left.
        for _ in range(UNDO_AT_MOST):
            if not re.search(r"\+(passing|onscreen)\b", box.dump()):
                break
            box.nixie("undo")
        tap.check(not commands.bad, "commands beside %s: %s" % (", ".join("%d x notmuch %s" % (n, w) for w, n in noise.rounds.items()),
                  ", ".join("%d %s" % (n, w) for w, n in commands.n.items())), "\n".join(commands.bad))
        tap.check(min(noise.rounds.values()) >= SECONDS // 10, "the index was busy", noise.rounds)
        after = dump(box)
        tap.check(after == before, "afterwards all that was done is undone, exactly", "\n".join(sorted(set(before) ^ set(after))))
    tap.end()


main()
