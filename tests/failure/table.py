# SPDX-License-Identifier: GPL-3.0-or-later
"""Each row of writer-table.tsv: the exit code, what is said, that nothing came to harm; and on the screen a key is answered meanwhile."""
import glob, os, re, shutil, subprocess, threading, time
from faults import NIXIE, Home, Saved, Shim, Tap, samples_index
from console import Console
from lock import hold

tap = Tap()
NOBODY = 65534
PLACES = ("mail", "out", ".local", ".cache")
READ, WRITE = ("list", "*"), ("tag", "+mark", "--", "*")
ANSWER = 0.1  # seconds: a key, whatever the index does


def rows():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "writer-table.tsv")
    with open(path, encoding="utf-8") as fh:
        lines = [line.rstrip("\n").split("\t") for line in fh if not line.startswith("#")]
    return {line[0]: line[1:] for line in lines}


class State:
    """One state of the index: made on entry, with how to run nixie in it."""

    def __init__(self, box, shim):
        self.box, self.shim = box, shim
        self.env, self.more, self.read, self.write, self.lock = {}, {}, READ, WRITE, None
        self.xapian = box.path("mail", ".notmuch", "xapian")

    def run(self, words):
        # As another user it may not be able to reach the build directory.
        if not self.more:
            return self.box.nixie(*words, env=self.env)
        program = self.box.path("nixie")
        shutil.copy(NIXIE, program)
        done = subprocess.run([program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(self.box.env, **self.env),
                              cwd="/", **self.more)
        return type("Got", (), {"code": done.returncode, "said": done.stderr.decode(), "out": done.stdout,
                                "__repr__": lambda g: "exit %d\n%s" % (g.code, g.said)})()

    def torn(self, name):
        path = os.path.join(self.xapian, name)
        with open(path, "r+b") as fh:
            fh.write(b"\0" * os.path.getsize(path))

    def patch(self, old, new):
        for path in glob.glob(os.path.join(self.xapian, "*.glass")):
            with open(path, "rb") as fh:
                data = fh.read()
            with open(path, "wb") as fh:
                fh.write(data.replace(old, new))

    def as_nobody(self):
        subprocess.run(["chmod", "-R", "a+rX,go-w", self.box.root], check=True)
        for name in (".local", ".cache"):
            subprocess.run(["chmod", "-R", "a+rwX", self.box.path(name)], check=True)
        # The pages of the data and the program must be reachable, too.
        self.env["NIXIE_DATADIR"] = self.box.path("data")
        if not os.path.isdir(self.box.path("data")):
            shutil.copytree(self.box.env["NIXIE_DATADIR"], self.box.path("data"))
        self.more = {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def hold(self):
        self.lock = hold(os.path.join(self.xapian, "flintlock"))

    def full(self, below):
        """Writes below a folder find the disk full: a small file system, or the shim."""
        self.env.update(self.shim.env("write", 1, "ENOSPC", stay=True, skip=None), SHIM_ROOT=below)

    def end(self):
        lock, self.lock = self.lock, None
        if lock is not None:
            os.close(lock)


def sound(s):
    pass


def locked(s):
    s.hold()


def lock_given_back(s):
    s.hold()
    threading.Timer(1, s.end).start()  # reading does not wait for it


def read_only(s):
    s.as_nobody()


def unreadable(s):
    s.as_nobody()
    os.chmod(s.box.path("mail", ".notmuch"), 0o700)


def disk_full_for_the_index(s):
    s.full(s.xapian)


def disk_full_for_the_journal(s):
    s.full(s.box.path(".local", "state", "nixie", "journal"))


def disk_full_for_an_export(s):
    s.full(s.box.path("out"))
    s.read = ("export", "--include-unverified", "--output=out/new", "*")


def output_exists(s):
    s.read = ("export", "--include-unverified", "--output=out/old", "*")


def output_folder_missing(s):
    s.read = ("export", "--include-unverified", "--output=nowhere/new", "*")


def no_index(s):
    shutil.rmtree(s.box.path("mail", ".notmuch"))


def no_files_of_xapian(s):
    shutil.rmtree(s.xapian)


def no_mail_folder(s):
    shutil.rmtree(s.box.mail)


def no_configuration(s):
    s.env["NOTMUCH_CONFIG"] = s.box.path("nowhere")


def broken_configuration(s):
    s.env["NOTMUCH_CONFIG"] = s.box.write("broken", "[[[\n= =\n")


def configuration_is_a_folder(s):
    s.env["NOTMUCH_CONFIG"] = s.box.path("out")


def no_home_to_reach(s):
    s.as_nobody()
    os.makedirs(s.box.path("home", "notmuch"), exist_ok=True)
    os.chmod(s.box.path("home"), 0o755)  # whatever the umask
    os.chmod(s.box.path("home", "notmuch"), 0o700)
    s.env["XDG_CONFIG_HOME"] = s.box.path("home")


def root_file_torn(s):
    s.torn("iamglass")


def root_file_cut(s):
    os.truncate(os.path.join(s.xapian, "iamglass"), 10)


def root_file_missing(s):
    os.remove(os.path.join(s.xapian, "iamglass"))


def postings_torn(s):
    s.torn("postlist.glass")


def postings_cut(s):
    os.truncate(os.path.join(s.xapian, "postlist.glass"), 100)


def postings_missing(s):
    os.remove(os.path.join(s.xapian, "postlist.glass"))


def terms_torn(s):
    s.torn("termlist.glass")


def terms_cut(s):
    os.truncate(os.path.join(s.xapian, "termlist.glass"), 100)


def older(s):
    s.patch(b"\x00\xc0version3", b"\x00\xc0version2")


def newer(s):
    s.patch(b"relative directory paths", b"relative directory wires")


def mail_of(s):
    return sorted(glob.glob(s.box.path("mail", "**", "cur", "*"), recursive=True))[0]


def file_renamed(s):
    os.rename(mail_of(s), mail_of(s) + "R")


def file_gone(s):
    # What is known of it is kept; what is not must be read.
    shutil.rmtree(s.box.path(".cache"), ignore_errors=True)
    os.remove(mail_of(s))


def flag_not_to_be_written(s):
    s.box.notmuch("config", "set", "maildir.synchronize_flags", "true")
    os.remove(mail_of(s))
    s.write = ("tag", "+flagged", "--", "*")


def journal_not_to_be_read(s):
    uuid = s.box.notmuch("count", "--lastmod", "*").split()[1]
    shutil.rmtree(s.box.path(".local", "state", "nixie", "journal"), ignore_errors=True)
    os.makedirs(s.box.path(".local", "state", "nixie", "journal", uuid))


def check(name, row, kind, state, words):
    want, said = row[1 if kind == "reads" else 2], row[3 if kind == "reads" else 4]
    if want == "-":
        return
    began = time.monotonic()
    got = state.run(words)
    took = time.monotonic() - began
    spoken = said == "-" or all(word in got.said for word in said.split(" & "))
    tap.check(got.code == int(want) and spoken and took < 30, "%s: %s %s, %s" % (name, kind, want, said), "%r after %.1f s" % (got, took))


def commands(box, shim, saved, table):
    for name, row in table.items():
        if name in ("read-only", "unreadable", "no home to reach") and os.geteuid():
            tap.skip(name, "only root can become another user")
            continue
        if name.startswith("disk full") and shim.trouble:
            tap.skip(name, shim.trouble)
            continue
        saved.restore()
        before = box.dump()
        state = State(box, shim)
        globals()[re.sub(r"[^a-z]+", "_", name.lower())](state)
        check(name, row, "reads", state, state.read)
        check(name, row, "writes", state, state.write)
        state.end()
        if row[2] == "74" and name.startswith(("disk", "read", "journal")):
            tap.check(box.dump() == before, "%s: nothing was changed" % name)
            os.chmod(box.mail, 0o755)
        if name == "disk full for an export":
            tap.equal(os.listdir(box.path("out")), ["old"], "no piece of the export is left")
        box.notmuch("config", "set", "maildir.synchronize_flags", "false", check=False)


# --- on the screen

SCREEN = [  # a state that comes while the list is shown, words of the answer to a change
    ("locked", locked, "locked by"),
    ("disk gone", no_mail_folder, "no index|gone|No such file"),
    ("root file torn", root_file_torn, "damaged"),
    ("no files of Xapian", no_files_of_xapian, "no index|gone"),
    ("postings cut", postings_cut, "damaged|cannot"),
]


def screens(box, shim, saved):
    for name, make, words in SCREEN:
        saved.restore()
        state = State(box, shim)
        with Console([NIXIE, "tui", "--watch-seconds=1", "*"], box.env) as terminal:
            if not tap.check(terminal.wait(r"found +\d+ shown"), "%s: the list is shown" % name, terminal.text()):
                continue
            make(state)
            terminal.keys("+mark\n\n")
            took = sorted(terminal.answer(key) for key in "jkjkjkjkjkjkjkjkjkjkjkjk")
            tap.check(took[len(took) // 2] < ANSWER and terminal.alive(), "%s: a key is answered within %d ms: %d ms, at worst %d"
                      % (name, 1000 * ANSWER, 1000 * took[len(took) // 2], 1000 * took[-1]), took)
            terminal.drain(1)
            terminal.keys("+again\n\n")
            tap.check(terminal.wait(words, 15), "%s: why the change was not made is said" % name, terminal.text())
            state.end()
            terminal.press("\x1b\x1b\x1b")
            tap.equal(terminal.leave(), 0, "%s: the screen ends as it should" % name)


def main():
    table = rows()
    with Home() as box:
        samples_index(box, 8)
        box.write("out/old", "what was there\n")
        box.nixie("list")
        shim, saved = Shim(box), Saved(box, *PLACES)
        commands(box, shim, saved, table)
        screens(box, shim, saved)
    tap.end()


main()
