# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie suppress --proposed: who should be on the suppression list, and on what evidence."""
import csv, io, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Tap
from bounce import failed, letter, report
from mailbox import Mailbox

tap = Tap()
UNSENT = "--sent-mail-indexed=false"
ARRIVED = [  # to, server that reports, letter (0: none is returned), and then: is it proposed?
    ("one@host.example", "mx.a.example", 1, False), ("one@host.example", "mx.a.example", 2, False),  # the same server
    ("one@host.example", "mx.b.example", 3, True),
    ("two@host.example", "mx.a.example", 0, False), ("two@host.example", "mx.b.example", 0, False),  # nothing confirms them
]


def arrive(box):
    for n, (to, host, number, proposed) in enumerate(ARRIVED):
        returned = letter("letter%d@elsewhere.example" % number, to, "desk@fennel.example", date="Mon, 27 Jul 2026 08:00:00 +0000") if number else ""
        box.write("mail/inbox/new/%d" % n, report("report%d@%s" % (n, host), failed(to, diagnostic="550 5.1.1 <%s>: User unknown" % to), returned=returned,
                                                  host=host, desk="desk@fennel.example", date="Mon, 27 Jul 2026 08:0%d:10 +0000" % n))
        box.notmuch("new")
        got = box.nixie("suppress", "--proposed", UNSENT, "--format=json", "address:" + to).json()
        tap.equal([x["reason"] for x in got], ["independent"] * proposed, "report %d, of %s: proposed: %s" % (n, to, proposed))
        tap.equal(box.nixie("suppress", "--proposed", "--format=json", "address:" + to).json(), [], "and never where sent mail is indexed")
        seen = box.rows("address:" + to)
        tap.check(len(seen) == sum(row[0] == to for row in ARRIVED[:n + 1]), "and it is read", [(row["trust"], row["category"]) for row in seen])


def proposed(box, *words):
    return [(x["address"], x["move"], x["reason"]) for x in box.nixie("suppress", "--proposed", "--format=json", *words).json()]


def part(box, addresses):
    """A part of what is proposed: what --proposed prints with the same words is what --accept does."""
    box.nixie("suppress", "--", "address:nils@millpond.example")  # who is alive again, so that somebody should come off
    whole = proposed(box)
    for words in (["--only=take-off"], ["--only=put-on"], ["--only=put-back,take-off"], ["--only=soft"], ["--only=proven", "--limit=3"], ["--limit=2", "--offset=1"], ["--address=" + addresses[0]]):
        chosen = proposed(box, *words)
        kinds = words[0].partition("=")[2].split(",") if words[0].startswith("--only") else None
        tap.check(0 < len(chosen) < len(whole) and all(x in whole and (not kinds or x[1] in kinds or x[2] in kinds) for x in chosen), "%s: a part" % " ".join(words), chosen)
        listed = {x["address"] for x in box.nixie("suppress", "--list", "--format=json").json()}
        got = box.nixie("suppress", "--accept", *words)
        changed = {x["address"] for x in box.nixie("suppress", "--list", "--format=json").json()} ^ listed
        left = len(whole) - len(chosen)
        tap.equal(changed, {x[0] for x in chosen}, "%s: it is accepted" % " ".join(words))
        tap.check(words[0].startswith("--address") or "%d proposal%s left" % (left, " is" if left == 1 else "s are") in got.said, "and what is left is told", got)
        box.nixie("undo")
        tap.equal(proposed(box), whole, "undone, all is proposed again")
    nothing = box.nixie("suppress", "--accept", "--only=quiet", "--address=" + addresses[0])
    tap.check(nothing.code == 0 and "nothing of what is proposed is meant" in nothing.said, "none of them: said", nothing)
    for words, say in ((["--accept", "--only=takeoff"], "did you mean take-off?"), (["--proposed", "--only=zebra"], "there are put-on, put-back, take-off, proven"), (["--list", "--only=proven"], "goes with --proposed or --accept")):
        got = box.nixie("suppress", *words)
        tap.check(got.code == 64 and say in got.said, " ".join(words), got)
    box.nixie("undo")


with Mailbox() as box:
    want = {address: facts["proposed"] for address, facts in box.told["addresses"].items() if facts["proposed"]}
    found = {x["address"].lower(): x for x in box.nixie("suppress", "--proposed", "--format=json").json()}
    tap.equal(sorted(found), sorted(want), "the addresses that should be on the list")
    for field, name in (("reason", "reason"), ("bounces", "count"), ("category", "category")):
        wrong = {a: (found[a][field], want[a][name]) for a in found if a in want and found[a][field] != want[a][name]}
        tap.check(not wrong, "their %s" % name, wrong)
    wrong = {a: (found[a]["evidence"], want[a]["evidence"]) for a in found if a in want and set(found[a]["evidence"]) != set(want[a]["evidence"])}
    tap.check(not wrong, "the reports that speak for it", wrong)
    for forged in ("stranger1@elsewhere.example", "stranger2@elsewhere.example", "rita@oldlane.example", "uwe@strictpost.example"):
        tap.check(forged not in found, "never proposed: %s" % forged)
    lines = list(csv.reader(io.StringIO(box.nixie("suppress", "--proposed", "--format=csv").out.decode(), newline="")))
    tap.equal((lines[0][:3], len(lines) - 1), (["address", "move", "category"], len(want)), "as CSV")
    one = box.nixie("suppress", "--proposed", UNSENT, "address:quentin@oldlane.example")
    tap.check(one.code == 0 and "independent: 2 hard reports" in one.text, "as text", one)
    part(box, sorted(found))
    before = box.dump()
    box.nixie("suppress", "--", "address:maja77@attic.example")
    left = {x["address"] for x in box.nixie("suppress", "--proposed", "--format=json").json()}
    tap.check("maja77@attic.example" not in left and len(left) == len(want) - 1, "what was put on the list is proposed no more", sorted(left))
    box.nixie("undo")
    tap.check(box.dump() == before and len(box.nixie("suppress", "--proposed", "--format=json").json()) == len(want), "undone, it is proposed again")
    arrive(box)
tap.end()
