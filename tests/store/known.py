# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader remembers of an index: a second list is the same, whatever happened to the index or to the memory in between."""
import glob, os, shutil, sqlite3, sys
from drive import Box, Tap, tag_lines

tap = Tap()


def told(box, *words):
    return [{k: v for k, v in m.items() if k != "what"} for m in box.drive(*words).of("message")]


def memory(box):
    found = glob.glob(os.path.join(box.env["XDG_CACHE_HOME"], "nixie", box.uuid + "-index.db"))
    return found[0] if found else None


def asked(box, *words):
    """The same without any memory: what the index says."""
    path = memory(box)
    for end in ("", "-wal", "-shm"):
        if path and os.path.exists(path + end):
            os.unlink(path + end)
    return told(box, *words)


def same(box, what, *words):
    remembered = told(box, *words)
    tap.equal(remembered, asked(box, *words), what)
    return remembered


def seal(*pieces):
    """As src/verdicts/seal.c does it, as SQLite keeps it."""
    whole = 2 ** 64 - 1
    def number(seal, n):
        seal = (seal ^ n) * 0x9e3779b97f4a7c15 & whole
        return (seal ^ seal >> 29) * 0xc2b2ae3d27d4eb4f & whole
    sum = 0
    for piece in pieces:
        sum = number(sum, len(piece))
        for at in range(0, len(piece), 8):
            sum = number(sum, int.from_bytes(piece[at:at + 8], sys.byteorder if len(piece) - at >= 8 else "little"))
    return sum - 2 ** 64 if sum >> 63 else sum


EVERY = ("--no-exclude", "read", "*")

with Box(300) as box:
    cur = box.path("mail", "box", "cur")
    first = told(box, *EVERY)
    tap.check(memory(box) and os.stat(memory(box)).st_mode & 0o777 == 0o600, "what was read is kept, for its owner alone")
    tap.equal(told(box, *EVERY), first, "a second list is the same")
    with sqlite3.connect(memory(box)) as db:
        (packed,) = db.execute("SELECT packed FROM message WHERE id = ?", (b"m299@x.example",)).fetchone()
        (form,) = db.execute("SELECT CAST(form AS BLOB) FROM about").fetchone()
        forged = packed.replace(b"Undelivered", b"Remembered!")
        db.execute("UPDATE message SET packed = ?, seal = ? WHERE id = ?", (forged, seal(form, b"m299@x.example", forged), b"m299@x.example"))
    db.close()
    tap.equal(told(box, *EVERY)[0]["subject"], "Remembered! 299", "it is the memory that answers")
    tap.equal(told(box, "ids", "m299@x.example")[0]["subject"], "Remembered! 299", "by id, too")
    with sqlite3.connect(memory(box)) as db:
        db.execute("UPDATE message SET packed = ?, seal = ? WHERE id = ?", (packed, seal(form, b"m299@x.example", packed), b"m299@x.example"))
        rows, at = db.execute("SELECT count(*) FROM message").fetchone()[0], db.execute("SELECT revision FROM about").fetchone()[0]
    db.close()
    tap.equal((rows, at), (300, int(box.revision())), "all of it, as of this revision")

    box.notmuch("tag", "+seen-here", "-unread", "--", "id:m7@x.example or id:m290@x.example")
    got = {m["id"]: m["tags"] for m in same(box, "after tags changed", *EVERY)}
    tap.equal((got["m7@x.example"], got["m290@x.example"], got["m8@x.example"]),
              (["inbox", "seen-here"], ["inbox", "seen-here"], ["inbox", "unread"]), "which are told")

    told(box, *EVERY)
    os.rename(os.path.join(cur, "m9:2,"), os.path.join(cur, "m9:2,S"))
    box.notmuch("new")
    got = {m["id"]: m["files"] for m in same(box, "after a file was renamed", *EVERY)}
    tap.equal(got["m9@x.example"], [os.path.join(cur, "m9:2,S")], "which is told")

    told(box, *EVERY)
    box.put(5, os.path.join(cur, "copy:2,"))
    box.put(400, os.path.join(cur, "m400:2,"))
    os.unlink(os.path.join(cur, "m11:2,"))
    box.notmuch("new")
    got = {m["id"]: m for m in same(box, "after mail came and went", *EVERY)}
    tap.equal((len(got["m5@x.example"]["files"]), "m400@x.example" in got, "m11@x.example" in got), (2, True, False), "which is told")
    ids = ("ids", "m11@x.example", "m5@x.example", "m400@x.example")
    tap.equal([m["id"] for m in same(box, "by id", *ids)], ["m5@x.example", "m400@x.example"], "what went is not told")

    # Gone, but others refer to it: the index keeps a ghost of it.
    box.put(401, os.path.join(cur, "m401:2,"), "In-Reply-To: <m400@x.example>\n")
    box.notmuch("new")
    told(box, *EVERY)
    os.unlink(os.path.join(cur, "m400:2,"))
    box.notmuch("new")
    tap.equal([m["id"] for m in same(box, "by id, a ghost", *ids)], ["m5@x.example"], "which is no message")

    told(box, *EVERY)
    box.write(tag_lines("+bench", range(20, 60)))
    same(box, "after nixie wrote", *EVERY)

    # A backup is put back, and goes its own way.
    told(box, *EVERY)
    shutil.copytree(box.xapian, box.path("backup"))
    box.notmuch("tag", "+later", "--", "id:m30@x.example")
    told(box, *EVERY)
    shutil.rmtree(box.xapian)
    shutil.copytree(box.path("backup"), box.xapian)
    same(box, "after a backup was put back", *EVERY)
    told(box, *EVERY)
    box.notmuch("tag", "+other", "--", "id:m31@x.example")
    same(box, "which then changes otherwise", *EVERY)

    # The memory itself
    whole = told(box, *EVERY)
    for what, harm in (("is cut", lambda p: os.truncate(p, os.path.getsize(p) // 2)),
                       ("is empty", lambda p: os.truncate(p, 0)),
                       ("is something else", lambda p: open(p, "w").write("no database at all\n" * 500)),
                       ("is overwritten in the middle", lambda p: os.pwrite(os.open(p, os.O_WRONLY), b"\xff" * 3000, os.path.getsize(p) // 2)),
                       ("is a directory", lambda p: (os.unlink(p), os.mkdir(p)))):
        told(box, *EVERY)
        for end in ("-wal", "-shm"):
            if os.path.exists(memory(box) + end):
                os.unlink(memory(box) + end)
        harm(memory(box))
        tap.equal(told(box, *EVERY), whole, "a memory that %s does no harm" % what)
        tap.equal(told(box, *EVERY), whole, "nor the next time")
        if os.path.isdir(memory(box)):
            shutil.rmtree(memory(box))
    told(box, *EVERY)
    with sqlite3.connect(memory(box)) as db:
        db.execute("UPDATE message SET packed = CAST('xx' AS BLOB) || packed WHERE id > CAST('m2' AS BLOB)")
    db.close()
    tap.equal(told(box, *EVERY), whole, "nor do bytes in it that are no message")
    tap.equal(told(box, *EVERY), whole, "nor the next time")
    tap.check(memory(box), "when it is made anew")
    with sqlite3.connect(memory(box)) as db:
        db.execute("BEGIN IMMEDIATE")
        tap.equal(told(box, *EVERY), whole, "nor one that another process holds")
    db.close()

tap.end()
