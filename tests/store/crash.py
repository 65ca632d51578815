# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed, or on a full disk, at each call that changes the disk: all of a transaction or nothing, and the journal tells which."""
import os, shutil
from drive import Box, Tap, tag_lines

tap = Tap()
CHANGE = tag_lines("+mark -inbox", range(30)) + "#= m3@x.example +nixie.retry=a@b.example\n"


def reset(box):
    shutil.rmtree(box.xapian)
    shutil.copytree(box.path("saved"), box.xapian)
    shutil.rmtree(box.path(".local", "state"), ignore_errors=True)


def each_fault(box, library, fault, change):
    """Runs the change with a fault at call 1, 2, ... until it comes through untouched."""
    at = 1
    while True:
        reset(box)
        got = box.drive("--uuid=" + box.saved_uuid, "write", stdin=change, env=box.fault_env(library, fault, at))
        yield at, got
        if got.code == 0:
            return
        at += 1


with Box(30) as box:
    library = box.faults()
    if not library:
        tap.skip("faults", "no compiler for the library that makes them")
        tap.end()
    box.saved_uuid = box.uuid
    shutil.copytree(box.xapian, box.path("saved"))
    before = box.dump()
    box.write(CHANGE)
    after = box.dump()

    for fault in ("kill", "full"):
        half, lying, unsettled, applied, points = [], [], [], 0, 0
        for at, got in each_fault(box, library, fault, CHANGE):
            points = at
            dump = box.dump()
            applied += dump == after
            if dump not in (before, after):
                half.append(at)
            if got.code == 0 and dump != after:
                lying.append(at)
            # The next writer settles what was left, also when others wrote in between, and its own change works.
            if fault == "kill":
                box.notmuch("tag", "+theirs", "--", "id:m9@x.example")
            done = box.write(tag_lines("+later", [7]))
            states = {e["state"] for e in box.journal().values() if e["kind"] == "tag" and e["messages"] != 1 or e["state"] != "committed"}
            first = [e for e in box.journal().values() if e["messages"] == 30]
            if done.code or "pending" in states or bool(first) != (dump == after):
                unsettled.append((at, done, box.journal()))
        tap.check(points > 15, "%s: at %d places" % (fault, points))
        tap.equal(half, [], "%s: nothing is ever half applied" % fault)
        tap.equal(lying, [], "%s: success is said only of what is there" % fault)
        tap.check(not unsettled, "%s: the next writer finds out what was done" % fault, unsettled[:2])

    # Undo of what a kill left applied.
    for at, got in each_fault(box, library, "kill", CHANGE):
        if got.code and box.dump() == after:
            box.write(tag_lines("+later", [7]))
            box.notmuch("tag", "-later", "--", "id:m7@x.example")
            tap.check(box.undo(1).code == 0 and box.dump() == before, "what was applied before the kill can be undone")
            break
    else:
        tap.skip("undo after a kill", "no place between commit and its record was met")

# A large job that is killed in between: the next writer completes it.
with Box(120) as box:
    library = box.faults()
    box.saved_uuid = box.uuid
    shutil.copytree(box.xapian, box.path("saved"))
    large = tag_lines("+mark", range(120))
    counts = set()
    broken = []
    for at, got in each_fault(box, library, "kill", large):
        done = int(box.notmuch("count", "tag:mark"))
        counts.add(done)
        planned = any("\n#planned 1\n" in "\n" + open(os.path.join(d, f)).read() for d, _, fs in os.walk(box.path(".local", "state", "nixie", "journal")) for f in fs)
        later = box.write(tag_lines("+later", [7]))
        final = int(box.notmuch("count", "tag:mark"))
        if done not in (0, 50, 100, 120) or final != (120 if planned else 0) or later.code or box.notmuch("count", "tag:later").strip() != "1":
            broken.append((at, done, planned, final, later, box.journal()))
    tap.equal(sorted(counts), [0, 50, 100, 120], "killed with 0, 1, 2 and 3 transactions done")
    tap.check(not broken, "the next writer completes what was planned", broken[:2])

tap.end()
