# SPDX-License-Identifier: GPL-3.0-or-later
"""For the tests beside this: a mailbox of plain mails, its index, and the driver run on it."""
import json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

DRIVER = os.path.join(os.environ.get("BUILDDIR", "."), "tests", "store", "driver")


class Answer:
    """The driver's JSON lines; `code` and `error` are those of its job."""

    def __init__(self, done):
        self.all = [json.loads(line) for line in done.stdout.splitlines()]
        self.killed = done.returncode < 0
        ends = self.of("done")
        self.code = ends[-1]["code"] if ends else done.returncode
        self.error = (ends[-1]["error"] if ends else done.stderr.decode("utf-8", "replace")) or ""

    def of(self, what):
        return [line for line in self.all if line["what"] == what]

    def one(self, what):
        found = self.of(what)
        return found[0] if found else {}

    @property
    def ids(self):
        return [m["id"] for m in self.of("message")]

    def __repr__(self):
        return "code %d %s\n%s" % (self.code, self.error, "\n".join(map(str, self.all[:20])))


class Box(Home):
    """`n` mails, m0@x.example the oldest, all tagged inbox and unread; `sync`: maildir.synchronize_flags."""

    def __init__(self, n, sync=False):
        super().__init__()
        self.n = n
        cur = os.path.join(self.mail, "box", "cur")
        os.makedirs(cur)
        for sub in ("new", "tmp"):
            os.makedirs(os.path.join(self.mail, "box", sub))
        for i in range(n):
            self.put(i, os.path.join(cur, "m%d:2," % i))
        with open(self.config, "w") as fh:
            fh.write("[database]\npath=%s\n[user]\nprimary_email=me@example.org\nother_email=a@example.org;b@example.org\n"
                     "[new]\ntags=inbox;unread\n[search]\nexclude_tags=spam\n[maildir]\nsynchronize_flags=%s\n"
                     "[query]\nmine=from:mx1\n" % (self.mail, str(sync).lower()))
        self.notmuch("new")

    @staticmethod
    def put(i, path, more=""):
        with open(path, "w") as fh:
            fh.write("From: Mail Delivery <mailer-daemon@mx%d.example>\nTo: me@example.org\nSubject: Undelivered %d\n"
                     "Message-ID: <m%d@x.example>\nDate: Mon, 2 Nov 2026 %02d:%02d:%02d +0000\n%s\nbody %d\n"
                     % (i % 5, i, i, i // 3600, i // 60 % 60, i % 60, more, i))

    @property
    def uuid(self):
        return self.notmuch("count", "--lastmod", "*").split()[1]

    def forget(self):
        """What the reader remembers of the index."""
        shutil.rmtree(os.path.join(self.env["XDG_CACHE_HOME"], "nixie"), ignore_errors=True)

    @property
    def xapian(self):
        return os.path.join(self.mail, ".notmuch", "xapian")

    def drive(self, *words, stdin="", env=None, timeout=600, **more):
        driver = DRIVER
        if "user" in more:  # who may not be able to reach the build directory
            driver = self.path("driver")
            shutil.copy(DRIVER, driver)
            os.chmod(driver, 0o755)
        return Answer(subprocess.run([driver, *map(str, words)], input=stdin.encode(), stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, env=dict(self.env, **(env or {})), timeout=timeout, **more))

    def faults(self):
        """The library of fault.c; None where there is no compiler."""
        library = self.path("fault.so")
        done = subprocess.run([*os.environ.get("CC", "cc").split(), "-shared", "-fPIC", "-o", library,
                               os.path.join(os.path.dirname(os.path.abspath(__file__)), "fault.c"), "-ldl"], stderr=subprocess.PIPE)
        return library if done.returncode == 0 else None

    def fault_env(self, library, fault, at):
        return {"LD_PRELOAD": library, "FAULT": fault, "FAULT_AT": str(at), "FAULT_TOKENS": self.path("tokens"),
                "ASAN_OPTIONS": self.env["ASAN_OPTIONS"] + ":verify_asan_link_order=0"}

    def write(self, lines, *words, **more):
        return self.drive("--uuid=" + self.uuid, *words, "write", stdin=lines, **more)

    def undo(self, number, *words):
        return self.drive("--uuid=" + self.uuid, "undo", number, *words)

    def journal(self):
        return {e["number"]: e for e in self.drive("--uuid=" + self.uuid, "journal").of("entry")}


def tag_lines(words, numbers):
    return "".join("%s -- id:m%d@x.example\n" % (words, i) for i in numbers)
