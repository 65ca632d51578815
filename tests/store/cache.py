# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache, harmed in every way: the list is the same as without it, never a crash; the next ones work again.

The table holds for both files, UUID.db (facts) and UUID-index.db (what the index said), and for that of lists.py.
"""
import glob, os, random, shutil, sqlite3, subprocess, sys, threading
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from nixie import NIXIE, SAMPLES, Home, Tap

SEED = int(os.environ.get("NIXIE_SEED", "20261122"))
FLIPS = 24  # runs with flipped bits, of each file
LOST = "left out"
ENDS = ("", "-wal", "-shm")


def no_owner(words):
    """root may write what it must not: not so here."""
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", *words] if os.geteuid() == 0 else words


class Box:
    """An index, its list without any cache, and the cache as it should be."""

    def __init__(self, home):
        self.home = home
        self.place = home.path(".cache", "nixie")
        self.wanted = self.list().out
        self.list()
        self.uuid = os.path.basename(glob.glob(os.path.join(self.place, "*-index.db"))[0])[:-len("-index.db")]
        self.good = home.path("good")
        shutil.copytree(self.place, self.good)

    def list(self, under=lambda words: words, words=("list",)):
        done = subprocess.run(under([NIXIE, *words, "--format=json-lines"]), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.home.env,
                              cwd=self.home.root, timeout=600)
        done.code, done.out, done.said = done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")
        return done

    def fresh(self):
        """The cache as it was."""
        subprocess.run(["chmod", "-R", "u+rwx", self.place], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.place, ignore_errors=True)
        if os.path.lexists(self.place):
            os.unlink(self.place)
        shutil.copytree(self.good, self.place)

    def file(self, ending):
        return os.path.join(self.place, self.uuid + ending)


def sql(path, *words):
    with sqlite3.connect(path) as db:
        for word in words:
            db.execute(word)
    db.close()


def flip(path, dice, n):
    """So many bytes at random, one bit each."""
    with open(path, "r+b") as file:
        size = os.path.getsize(path)
        for _ in range(n):
            at = dice.randrange(size)
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << dice.randrange(8)]))


def replaced(path, by):
    os.unlink(path)
    by(path)


def other_program(path):
    os.unlink(path)
    sql(path, "CREATE TABLE bookmarks (title TEXT)", "INSERT INTO bookmarks VALUES ('a page')", "PRAGMA user_version = 3")


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


# what is done to the file
HARM = {
    "is empty": lambda path, box: write(path, b""),
    "holds one byte": lambda path, box: write(path, b"S"),
    "is a text": lambda path, box: write(path, b"no database at all\n" * 4000),
    "is all zeros": lambda path, box: write(path, bytes(os.path.getsize(path))),
    "is a directory": lambda path, box: replaced(path, os.mkdir),
    "is a full directory": lambda path, box: replaced(path, lambda to: (os.mkdir(to), write(os.path.join(to, "mine"), b"mine"))),
    "is a FIFO": lambda path, box: replaced(path, os.mkfifo),
    "is a link to nowhere": lambda path, box: replaced(path, lambda to: os.symlink("/nowhere/at/all", to)),
    "is a link to another's file": lambda path, box: replaced(path, lambda to: os.symlink(box.home.write("mine", b"mine"), to)),
    "is another program's": lambda path, box: other_program(path),
    "is of a later version": lambda path, box: sql(path, "PRAGMA user_version = 99"),
    "lacks its tables": lambda path, box: sql(path, *("DROP TABLE " + name for (name,) in tables(path))),
    "lost its rows": lambda path, box: sql(path, *("DELETE FROM " + name for (name,) in tables(path))),
    "is the other of the two": lambda path, box: shutil.copy(box.file(".db" if path.endswith("-index.db") else "-index.db"), path),
    "has a journal of rubbish": lambda path, box: write(path + "-wal", b"\x37\x7f\x06\x82" + b"\xff" * 40000),
    "has a torn shared memory": lambda path, box: write(path + "-shm", b"\xff" * 32768),
    "is not there": lambda path, box: os.unlink(path),
}


def tables(path):
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    db.close()
    return found


def same(tap, box, run, name, note=None):
    """The list is right; nothing is said but of the cache."""
    lines = [line for line in run.said.splitlines() if line]
    tap.check(run.code == 0 and run.out == box.wanted, "%s: the list is the same" % name,
              "exit %d, %d of %d bytes\n%s" % (run.code, len(run.out), len(box.wanted), run.said))
    tap.check(all("cache" in line and LOST not in line for line in lines) and (note is None or bool(lines) == note), "%s: a note, or none" % name, run.said)


def harmed(tap, box, ending):
    for name, harm in HARM.items():
        box.fresh()
        harm(box.file(ending), box)
        name = "UUID%s %s" % (ending, name)
        same(tap, box, box.list(), name)
        same(tap, box, box.list(), name + ", again")
        if os.path.exists(box.home.path("mine")):
            with open(box.home.path("mine"), "rb") as file:
                tap.equal(file.read(), b"mine", "%s: which is left alone" % name)


def truncated(tap, box, ending):
    size = os.path.getsize(os.path.join(box.good, box.uuid + ending))
    wrong = []
    for cut in sorted({1, 15, 16, 99, 100, 101, 512, 4095, 4096, 4097, size - 4096, size - 1} | {size * i // 12 for i in range(1, 12)}):
        box.fresh()
        os.truncate(box.file(ending), cut)
        for _ in range(2):
            run = box.list()
            if run.code or run.out != box.wanted:
                wrong.append((cut, run.code, run.said))
    tap.equal(wrong, [], "UUID%s cut anywhere: the list is the same" % ending)


def flipped(tap, box, ending):
    wrong, noted = [], 0
    for at in range(FLIPS):
        dice = random.Random(SEED + at)
        box.fresh()
        flip(box.file(ending), dice, (1, 3, 30, 1000)[at % 4])
        for _ in range(2):
            run = box.list()
            noted += "the cache" in run.said
            if run.code or run.out != box.wanted:
                wrong.append((SEED + at, run.code, run.said[:300]))
    tap.equal(wrong, [], "UUID%s with flipped bits (seed %d): the list is the same" % (ending, SEED))
    if ending != "-index.db":
        tap.check(noted > 0, "and it is told", noted)


# Rows that SQLite has no quarrel with: facts under another's key, a revision that never was.
ALTERED = (
    ("facts changed place", ".db", "UPDATE body SET packed = (SELECT packed FROM body AS b WHERE b.number = body.number % 7 + 1)"),
    ("facts of another rule set", ".db", "UPDATE known SET rules = rules + 1"),
    ("what was read changed place", "-index.db", "UPDATE message SET packed = (SELECT packed FROM message ORDER BY id LIMIT 1)"),
    ("another revision", "-index.db", "UPDATE about SET revision = revision - 1"),
    ("a later revision", "-index.db", "UPDATE about SET revision = revision + 1000"),
)


def altered(tap, box, table):
    for name, ending, words in table:
        box.fresh()
        sql(box.file(ending), words)
        same(tap, box, box.list(), name)
        same(tap, box, box.list(), name + ", again", note=False)


def places(tap, box):
    """A disk that takes nothing."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        tap.skip("files that cannot be written", "root can write all of them here")
    else:
        for name, mode, what in (("a cache that cannot be written", 0o500, None), ("files that cannot be written", None, 0o400), ("files that cannot be read", None, 0)):
            box.fresh()
            for entry in os.listdir(box.place):
                os.chmod(os.path.join(box.place, entry), 0o600 if what is None else what)
            if mode:
                os.chmod(box.place, mode)
            same(tap, box, box.list(under=no_owner), name)
        box.fresh()
        shutil.rmtree(box.place)
        os.chmod(os.path.dirname(box.place), 0o500)
        same(tap, box, box.list(under=no_owner), "a cache that cannot be made", note=True)
        os.chmod(os.path.dirname(box.place), 0o700)
    box.fresh()
    shutil.rmtree(box.place)
    write(box.place, b"a file")
    same(tap, box, box.list(), "a file where the cache should be", note=True)
    os.unlink(box.place)
    full_disks(tap, box)


def full_disks(tap, box):
    """A small file system of its own, empty or with a cache that just fits."""
    def on(words, size, fill):
        script = 'mount -t tmpfs -o size=%dk none "$0" && { %s; } && exec "$@"' % (size, fill)
        return ["unshare", "-Urm", "sh", "-c", script, box.place, *words]
    box.fresh()
    if subprocess.run(on(["true"], 64, "true"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        tap.skip("a full disk", "no file system can be mounted here")
        return
    kept = sum(os.path.getsize(os.path.join(box.good, name)) for name in os.listdir(box.good)) // 1024
    for size in (4, 32, 64, 128, 256, 512):
        same(tap, box, box.list(under=lambda words: on(words, size, "true")), "a disk with room for %d KB" % size)
    for more in (16, 40, 80, 200):
        fill = 'cp -p "%s"/* "$0"' % box.good
        same(tap, box, box.list(under=lambda words: on(words, kept + more, fill)), "a disk with room for %d KB, filled before" % more)
        touch = fill + ' && cd "$0" && rm -f *-index.db'
        same(tap, box, box.list(under=lambda words: on(words, kept + more, touch)), "a disk with room for %d KB, half of it filled" % more)


def together(tap, box, endings):
    """Several at once, from nothing; deleted and locked meanwhile."""
    wrong = []
    def many(times):
        for _ in range(times):
            run = box.list()
            if run.code or run.out != box.wanted:
                wrong.append((run.code, run.said))
    for _ in range(4):
        box.fresh()
        shutil.rmtree(box.place)
        threads = [threading.Thread(target=many, args=(2,)) for _ in range(3)]
        [thread.start() for thread in threads], [thread.join() for thread in threads]
    tap.equal(wrong, [], "three at once make and fill it: the lists are the same")
    box.fresh()
    ended = threading.Event()
    def delete():
        while not ended.wait(0.005):
            for end in endings:
                for more in ENDS:
                    try:
                        os.unlink(box.file(end) + more)
                    except OSError:
                        pass
    deleter = threading.Thread(target=delete)
    deleter.start()
    many(8)
    ended.set()
    deleter.join()
    tap.equal(wrong, [], "deleted all the time: the lists are the same")
    for ending in endings:
        box.fresh()
        with sqlite3.connect(box.file(ending)) as db:
            db.execute("BEGIN EXCLUSIVE")
            same(tap, box, box.list(), "UUID%s locked by another" % ending)
        db.close()
    box.fresh()
    shutil.rmtree(box.place)
    for ending in endings:
        os.makedirs(box.place, exist_ok=True)
        with sqlite3.connect(box.file(ending)) as db:
            db.execute("BEGIN EXCLUSIVE")
            same(tap, box, box.list(), "UUID%s empty, and locked by another" % ending)
        db.close()


def others(tap, box):
    """The cache of another database, or of other rules, under the name of ours."""
    box.fresh()
    with Home() as home:
        home.make_index(SAMPLES, own="other@other.example")
        home.nixie("list")
        for ending in (".db", "-index.db"):
            theirs = glob.glob(home.path(".cache", "nixie", "*" + ending))
            shutil.copy(min(theirs, key=len), box.file(ending))
    same(tap, box, box.list(), "another database's cache")
    box.fresh()
    rules = box.home.write(".config/nixie/rules.d/own.rules", "[own-rule]\ncategory=mailbox-full\npattern=user unknown\nexample.1=550 user unknown\n")
    changed = box.list()
    shutil.rmtree(box.place)
    tap.equal(box.list().out, changed.out, "other rules: what they say, not what others said")
    os.unlink(rules)
    same(tap, box, box.list(), "and back")


def swept(tap, box):
    """Messages that left the index leave its memory, too."""
    box.fresh()
    count = lambda: sqlite3.connect(box.file("-index.db")).execute("SELECT count(*) FROM message").fetchone()[0]
    box.list(words=("list", "--limit=1", "--", "*"))
    before = count()
    gone = sorted(glob.glob(os.path.join(box.home.mail, "**", "cur", "*"), recursive=True))[::3]
    for path in gone:
        os.unlink(path)
    box.home.notmuch("new")
    for i in range(2 + before // 100):
        box.home.notmuch("tag", "+swept-%d" % i, "--", "*")
        box.list()
    left = int(box.home.notmuch("count", "*"))
    tap.check(0 < left < before and count() <= left, "messages that left the index are forgotten", "%d known, %d left, %d before" % (count(), left, before))


def main():
    tap = Tap()
    with Home() as home:
        home.make_index()
        box = Box(home)
        tap.check(len(box.wanted) > 10000 and box.list().out == box.wanted, "the list with and without it")
        for ending in (".db", "-index.db"):
            harmed(tap, box, ending)
            truncated(tap, box, ending)
            flipped(tap, box, ending)
        altered(tap, box, ALTERED)
        places(tap, box)
        together(tap, box, (".db", "-index.db"))
        others(tap, box)
        swept(tap, box)
    tap.end()


if __name__ == "__main__":
    main()
