# SPDX-License-Identifier: GPL-3.0-or-later
"""The writer: true deltas, exact undo, locks, limits; what it says is what happened."""
import fcntl, os, struct, subprocess, time
from drive import Box, Tap, tag_lines

tap = Tap()
F_OFD_SETLK = 37


def hold(path):
    """The lock of the index, as Xapian takes it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.fcntl(fd, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0))
    return fd


with Box(40) as box:
    before = box.dump()
    got = box.write(tag_lines("+retry -inbox -never", range(3)) + "#= m1@x.example +nixie.retry=a@b.example\n+retry -- id:nobody@x.example\n")
    tap.equal((got.code, got.one("applied").get("entry")), (0, 1), "a change is entry 1")
    # In the order of the index, which is that of inodes.
    tap.equal(sorted((d["id"], d["missing"], d["lines"]) for d in got.of("delta")),
              [("m0@x.example", False, "+retry -inbox -- id:m0@x.example\n"),
               ("m1@x.example", False, "+retry -inbox -- id:m1@x.example\n#= m1@x.example +nixie.retry=a@b.example\n"),
               ("m2@x.example", False, "+retry -inbox -- id:m2@x.example\n"),
               ("nobody@x.example", True, "+retry -- id:nobody@x.example\n")], "the true delta, and what is missing")
    tap.equal(box.notmuch("search", "--output=messages", "tag:retry and not tag:inbox").split(),
              ["id:m2@x.example", "id:m1@x.example", "id:m0@x.example"], "it is in the index")
    tap.equal(box.notmuch("count", "property:nixie.retry=a@b.example").strip(), "1", "and so is the property")
    after, revision = box.dump(), box.revision()
    got = box.write(tag_lines("+retry -inbox", range(3)))
    tap.equal((got.code, got.one("applied").get("entry"), got.of("delta"), box.revision(), len(box.journal())),
              (0, 0, [], revision, 1), "what is so already changes nothing")
    got = box.undo(1)
    tap.equal((got.code, box.dump() == before), (0, True), "undo brings back exactly what was")
    tap.check(box.journal()[1]["undone"], "and the journal knows")
    got = box.undo(1, "redo")
    tap.equal((got.code, box.dump() == after, box.journal()[1]["undone"]), (0, True, False), "so does redo")

    # What others changed since is left.
    box.notmuch("tag", "-retry", "+theirs", "--", "id:m1@x.example")
    got = box.undo(1)
    delta = {d["id"]: d["lines"] for d in got.of("delta")}
    tap.equal(delta["m1@x.example"], "+inbox -- id:m1@x.example\n#= m1@x.example -nixie.retry=a@b.example\n", "undo leaves what others changed")
    tap.check("theirs" in box.notmuch("search", "--output=tags", "id:m1@x.example").split(), "and what they added")

    # Tags are checked before anything happens.
    revision = box.revision()
    for tag in ("-x", "a%0ab", "%ff", "x" * 201):
        got = box.write("+good -- id:m3@x.example\n+%s -- id:m4@x.example\n" % tag)
        tap.check(got.code == 64 and box.revision() == revision, "the tag %s is refused" % tag[:10], got)
    got = box.write("+to%20do +%c3%a4%2f1 -- id:m3@x.example\n")
    tap.equal((got.code, set(box.notmuch("search", "--output=tags", "id:m3@x.example").split("\n")) >= {"to do", "\u00e4/1"}), (0, True), "other tags are set as they are")
    got = box.drive("--uuid=00000000-0000-0000-0000-000000000000", "write", stdin=tag_lines("+x", [1]))
    tap.equal(got.code, 75, "another index is not written to")

    # Values up to what a term holds, and above.
    lengths = (1, 220, 221, 222, 224, 225, 254, 4000)
    for key in ("nixie.suppress", "nixie.retry"):
        value = {n: ("%d-" % n).ljust(n, "v")[:n] for n in lengths}
        got = box.write("".join("#= m%d@x.example +%s=%s\n" % (10 + i, key, value[n]) for i, n in enumerate(lengths)))
        read = {m["id"]: m["properties"] for m in box.drive("ids", *("m%d@x.example" % (10 + i) for i in range(len(lengths)))).of("message")}
        tap.check(got.code == 0 and all("%s=%s" % (key, value[n]) in read["m%d@x.example" % (10 + i)] for i, n in enumerate(lengths)),
                  "values of %s of any length come back" % key, got)
        dump = box.notmuch("dump", "--include=properties")
        tap.equal(sum(line.count(key + "=sha256") for line in dump.splitlines()), sum(9 + len(key) + 1 + n > 245 for n in lengths), "the long ones as their sum")
        got = box.undo(max(box.journal()))
        tap.check(got.code == 0 and key not in box.notmuch("dump", "--include=properties"), "and undo takes them all", got)

    # A lock that others hold.
    fd = hold(os.path.join(box.xapian, "flintlock"))
    began = time.monotonic()
    got = box.write(tag_lines("+busy", range(5)))
    waited = time.monotonic() - began
    tap.check(got.code == 75 and "(pid %d)" % os.getpid() in got.error and waited < 10, "a locked index is said within seconds, with who holds it", "%r after %.1f s" % (got, waited))
    tap.check("(pid %d)" % os.getpid() in box.drive("lock").one("lock")["state"], "the lock's state says so, too")
    os.close(fd)
    tap.equal(box.drive("lock").one("lock")["state"], "free", "and when it is free")
    tap.equal(box.write(tag_lines("+busy", range(5))).code, 0, "then it works")

    # An index of somebody else.
    if os.geteuid() == 0:
        for path in (box.root, *(os.path.join(d, s) for d, subs, _ in os.walk(box.root) for s in subs)):
            os.chmod(path, 0o755)
        os.chmod(box.config, 0o644)
        for d, _, files in os.walk(box.xapian):
            for f in files:
                os.chmod(os.path.join(d, f), 0o644)
        env = {"XDG_STATE_HOME": box.path("theirs")}
        os.mkdir(box.path("theirs"))
        os.chmod(box.path("theirs"), 0o777)
        got = box.drive("read", "*", env=env, user=65534)
        tap.equal((len(got.ids), got.one("info").get("writable")), (40, False), "an index that may only be read is read")
        got = box.write(tag_lines("+x", range(5)), env=env, user=65534)
        tap.check(got.code == 74 and "may be read but not changed" in got.error, "and not written", got)
        tap.equal(box.drive("lock", env=env, user=65534).one("lock")["state"], "read-only", "which its state says")
    else:
        tap.skip("an index of somebody else", "only root can become another user")

# Tags that rename files.
with Box(3, sync=True) as box:
    cur = box.path("mail", "box", "cur")
    got = box.write(tag_lines("+flagged -unread", [0]))
    tap.check(got.code == 0 and os.path.exists(os.path.join(cur, "m0:2,FS")), "files follow their tags", (got, os.listdir(cur)))
    tap.equal(box.drive("ids", "m0@x.example").of("message")[0]["files"], [os.path.join(cur, "m0:2,FS")], "and the index follows the files")
    box.undo(1)
    tap.check(os.path.exists(os.path.join(cur, "m0:2,")), "undo renames back", os.listdir(cur))
    if os.geteuid() == 0:
        os.rename(os.path.join(cur, "m1:2,"), box.path("m1"))
        got = box.write(tag_lines("+flagged", [1]))
        tap.check(got.code == 65 and "m1" in got.error and "flagged" in box.notmuch("search", "--output=tags", "id:m1@x.example"),
                  "a file that could not follow is named", got)

# An entry of several transactions (the driver's hold 50 messages).
with Box(170) as box:
    before = box.dump()
    got = box.write(tag_lines("+many", range(170)))
    entry = box.journal().get(1, {})
    tap.equal((got.code, len(got.of("delta")), entry.get("batches"), entry.get("messages"), entry.get("state")), (0, 170, 4, 170, "committed"), "four transactions are one entry")
    tap.equal(box.notmuch("count", "tag:many").strip(), "170", "and all are in the index")
    got = box.undo(1)
    tap.check(got.code == 0 and box.dump() == before, "one undo takes them all back", got)
    got = box.write(tag_lines("+part", range(170)), "--cancel-at=60")
    done = int(box.notmuch("count", "tag:part"))
    entry = box.journal()[max(box.journal())]
    tap.check(got.code == 130 and done in (50, 100, 150) and entry["messages"] == done and entry["state"] == "committed",
              "stopped in between, whole transactions stay", (got, done, entry))
    tap.equal(got.one("applied").get("entry"), entry["number"], "and are named for undo")
    box.undo(entry["number"])
    tap.check(box.dump() == before, "which takes back just those")
    got = box.write(tag_lines("+none", range(40)), "--cancel-at=0") and box.drive("--uuid=" + box.uuid, "journal")
    got = box.write(tag_lines("-none", range(40)))
    tap.check(box.dump() == before, "nothing is left over")
    got = box.write("".join("+none -- id:nobody%d@x.example\n" % i for i in range(1100)))
    tap.equal((got.code, len([d for d in got.of("delta") if d["missing"]])), (0, 1100), "more messages that are not there than one frame holds are all told")

tap.end()
