# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole lists that are kept for the next start (UUID-list.db): used where they hold, and nowhere else."""
import glob, itertools, os, sqlite3, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), HERE]
from mailbox import Mailbox
from nixie import Tap
from cache import Box, altered, flipped, harmed, sql, together, truncated

ENDING = "-list.db"
BOUNCES = 700

ALTERED = (
    ("pages changed place", ENDING, "UPDATE page SET packed = (SELECT packed FROM page AS p WHERE p.number != page.number LIMIT 1)"),
    ("the first page is not there", ENDING, "DELETE FROM page WHERE number = 0"),
    ("the last page is not there", ENDING, "DELETE FROM page WHERE number = (SELECT max(number) FROM page)"),
    ("fewer pages than there were", ENDING, "UPDATE list SET pages = pages - 1"),
    ("more pages than there were", ENDING, "UPDATE list SET pages = pages + 1"),
    ("the list of another query", ENDING, "UPDATE list SET name = 'a' || substr(name, 2)"),
    ("the list of another state", ENDING, "UPDATE list SET state = '9' || state"),
    ("of no page", ENDING, "UPDATE list SET pages = 0"),
)


def rows(box, *words):
    done = box.home.nixie("list", *words)
    if done.code not in (0, 65):
        raise RuntimeError("exit %d: %s" % (done.code, done.said[:500]))
    return "exit %d\n%s" % (done.code, done.text)


def whole_rows(box, *words):
    return rows(box, *words) + rows(box, "--format=json-lines", *words)


def kept(box):
    """States and numbers of pages."""
    if not os.path.exists(box.file(ENDING)):
        return []
    with sqlite3.connect(box.file(ENDING)) as db:
        found = db.execute("SELECT state, pages FROM list ORDER BY used").fetchall()
    db.close()
    return found


def forget_facts(box):
    for path in glob.glob(box.file(".db") + "*") + glob.glob(box.file("-index.db") + "*"):
        os.unlink(path)


def used(tap, box):
    """Where nothing changed rows come from it; a file that changed is read again."""
    row = next(row for row in box.home.rows("--status=5.1.1", "--category=no-such-user"))
    refused = lambda: len(rows(box, "--status=5.1.1").splitlines())  # what is shown is read anew; what is filtered is the list's
    right = refused()
    with open(row["file"], "rb") as file:
        data, stat = file.read(), os.stat(row["file"])

    def put(content, time):
        with open(row["file"], "wb") as file:
            file.write(content)
        if time:
            os.utime(row["file"], ns=(stat.st_atime_ns, stat.st_mtime_ns))

    tap.check(kept(box) and kept(box)[-1][1] > 1, "a list is kept, on more than one page", kept(box))
    put(data.replace(b"5.1.1", b"5.2.2"), False)
    tap.equal(refused(), right - 1, "a file that changed is read again")
    put(data.replace(b"5.1.1", b"5.2.2"), True)
    box.fresh()
    forget_facts(box)
    tap.equal(refused(), right, "one that bears the same time and size is not: the rows come from the list")
    box.fresh()
    forget_facts(box)
    os.unlink(box.file(ENDING))
    tap.equal(refused(), right - 1, "and would be others without it")
    put(data, True)


def forged(tap, box):
    """Bytes that changed on the disk, where SQLite has no quarrel with them."""
    box.fresh()
    right = len(rows(box, "--status=5.1.1").splitlines())
    with sqlite3.connect(box.file(ENDING)) as db:
        for place, packed in db.execute("SELECT rowid, packed FROM page").fetchall():
            db.execute("UPDATE page SET packed = ? WHERE rowid = ?", (packed.replace(b"\x005.1.1\x00", b"\x005.1.9\x00"), place))
    db.close()
    tap.equal(len(rows(box, "--status=5.1.1").splitlines()), right, "what changed on the disk is not believed")


def follows(tap, box):
    """Whatever happens to the index or the settings: the rows are those that are read without any list."""
    def told(name, *words):
        with_list = whole_rows(box, *words)
        again = whole_rows(box, *words)
        if os.path.exists(box.file(ENDING)):
            os.unlink(box.file(ENDING))
        without = whole_rows(box, *words)
        tap.equal(first_difference(with_list, without), None, name)
        tap.equal(first_difference(again, without), None, name + ", and once more")

    home = box.home
    box.fresh()
    *_, other, last = home.rows()  # the first ones are read before any list is looked for
    bounce, letter = last["id"], other["original"]["id"]
    told("nothing happens")
    home.notmuch("tag", "+seen", "--", "id:" + bounce)
    told("a tag comes")
    home.notmuch("tag", "-seen", "--", "id:" + bounce)
    told("a tag goes")
    path = home.notmuch("search", "--output=files", "--", "id:" + bounce).split("\n")[0]
    moved = path.split(":2,")[0] + ":2,FS"
    os.rename(path, moved)
    told("a file bears other flags, and the index does not know")
    home.notmuch("new", "--quiet")
    told("it knows")
    with open(moved, "rb") as file:
        data = file.read()
    os.unlink(moved)
    told("a file is gone, and the index does not know")
    home.notmuch("new", "--quiet")
    told("a report is gone")
    with open(moved, "wb") as file:
        file.write(data)
    home.notmuch("new", "--quiet")
    told("it is there again")
    revision = home.revision()
    for path in home.notmuch("search", "--output=files", "--", "id:" + letter).split():
        os.unlink(path)
    home.notmuch("new", "--quiet")
    tap.equal(home.revision(), revision, "a letter goes, and leaves no trace in the revision")
    told("but in the rows")
    for name in ("primary_email", "other_email"):
        home.notmuch("config", "set", "user." + name, "somebody@else.example")
    told("the addresses are others")
    home.notmuch("config", "set", "search.exclude_tags", "unread")
    told("a tag is excluded")
    home.notmuch("config", "set", "search.exclude_tags", "")
    told("none is")
    home.write(".config/nixie/rules.d/own.rules", "[own-rule]\ncategory=mailbox-full\npattern=user unknown\nexample.1=550 user unknown\n")
    told("rules of one's own")
    for query in ("tag:bounce", "*", "date:2000..", "tag:bounce and date:1y.."):
        told("the query %s" % query, "--", query)
    before = kept(box)
    rows(box, "--", "date:1y..")
    tap.equal(kept(box), before, "what hangs on the time of day is not kept")
    home.write(".config/nixie/config", "[mail]\nsent-query=date:1y..\n")
    rows(box, "--", "tag:bounce or tag:hourly")
    tap.equal(kept(box), before, "nor what hangs on letters of some time")


def first_difference(a, b):
    """None: they are the same."""
    return next((pair for pair in itertools.zip_longest(a.splitlines(), b.splitlines()) if pair[0] != pair[1]), None)


def bounded(tap, box):
    box.fresh()
    for n in range(7):
        rows(box, "--", "tag:bounce or tag:never%d" % n)
    tap.equal(len(kept(box)), 4, "four lists are kept")
    with sqlite3.connect(box.file(ENDING)) as db:
        tap.equal(db.execute("SELECT count(*) FROM page WHERE list NOT IN (SELECT number FROM list)").fetchone()[0], 0, "and no page of another")
    db.close()
    tap.equal({os.stat(path).st_mode & 0o777 for path in glob.glob(box.file(ENDING) + "*")}, {0o600}, "for nobody else to read")


def main():
    tap = Tap()
    with Mailbox(bounces=BOUNCES) as home:
        home.nixie("scan")
        time.sleep(2.1)  # what has changed within two seconds before it was read is read again
        box = Box(home)
        used(tap, box)
        bounded(tap, box)
        harmed(tap, box, ENDING)
        truncated(tap, box, ENDING)
        flipped(tap, box, ENDING)
        altered(tap, box, ALTERED)
        forged(tap, box)
        together(tap, box, (ENDING,))
        follows(tap, box)
    tap.end()


main()
