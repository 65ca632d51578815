# SPDX-License-Identifier: GPL-3.0-or-later
"""The suppression list as a cycle: on it, off it, why and by whom, proposed to come off, put back, and all of that undone."""
import csv, getpass, io, json, os, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Tap
from mailbox import Mailbox

tap = Tap()
DAY = 86400
LENA, QUENTIN = "lena.ostrom@quayside.example", "quentin@oldlane.example"
HUGO = "hugo@millpond.example"  # written to again, and nothing came back so far


def path_of(box):
    uuid = box.notmuch("count", "--lastmod").split()[1]
    return os.path.join(".local/share/nixie/suppress", uuid)


def listed(box, *words):
    return {x["address"]: x for x in box.nixie("suppress", "--list", "--format=json", *words).json()}


def proposed(box, *words):
    return {x["address"].lower(): x for x in box.nixie("suppress", "--proposed", "--format=json", *words).json()}


def add(facts, address, category=None):
    """A line of the list as an older nixie wrote it, of the first bounce of an address."""
    first = facts["first"]
    return "+ %s\t%s\t%d\t%d\t%d\told@report.example\t%d\tann\t901\n" % (address, category or facts["category"], first, first, 1, first + 60)


def on_and_off(box):
    before, user = box.dump(), getpass.getuser()
    box.nixie("suppress", "--note=asked by phone; left", "--", "address:" + LENA)
    told = box.told["addresses"][LENA]
    entry = listed(box)[LENA]
    tap.equal((entry["category"], entry["first"], entry["last"], entry["bounces"], entry["who"], entry["note"], entry["removed"], entry["listed"]),
              ("no-such-user", told["first"], told["last"], told["bounces"], user, "asked by phone; left", None, True), "what the list keeps of an address")
    tap.equal(len(entry["evidence"]), told["bounces"], "and the reports that speak for it")
    tap.equal(box.nixie("suppress", "--list", "--format=addresses").text, LENA + "\n", "the plain list")
    text = box.nixie("suppress", "--list").text
    tap.check(LENA in text and "no-such-user: 3 bounces" in text and "by %s: asked by phone; left" % user in text, "as text", text)
    for format, dialect in (("csv", "excel"), ("tsv", "excel-tab")):
        lines = list(csv.DictReader(io.StringIO(box.nixie("suppress", "--list", "--format=" + format).out.decode(), newline=""), dialect=dialect))
        tap.check([(x["address"], x["bounces"], x["note"], x["removed"]) for x in lines] == [(LENA, "3", "asked by phone; left", "")], "as " + format, lines)
    tap.equal(json.loads(box.nixie("suppress", "--list", "--format=json-lines").text)["address"], LENA, "as JSON lines")
    page = box.nixie("address", "--format=json", "--", LENA).json()[0]
    tap.equal((page["suppressed"]["note"], page["removed"]), ("asked by phone; left", None), "the page of the address tells of it")
    one = box.rows("address:" + LENA)
    box.nixie("suppress", "--unset", "--note=works again", "--", 'id:"%s"' % one[0]["id"])
    tap.equal({row["state"] for row in box.rows("address:" + LENA)}, {"none"}, "taken off by one report, it is off in all of them, and the old bounces propose it no more")
    tap.equal(listed(box), {}, "and off the list")
    gone, = box.nixie("suppress", "--removed", "--format=json").json()
    tap.equal((gone["address"], gone["listed"], gone["removed"]["who"], gone["removed"]["why"], gone["removed"]["note"]),
              (LENA, False, user, "asked", "works again"), "who took it off, why, and a note")
    tap.check("taken off 2026-07-28 by %s: works again" % user in box.nixie("suppress", "--removed").text, "as text")
    page = box.nixie("address", "--format=json", "--", LENA).json()[0]
    tap.equal((page["suppressed"], page["removed"]["note"]), (None, "works again"), "the page of the address, too")
    tap.check("2026-07-28 .. 2026-07-28  no such user  %s  works again" % user in box.nixie("address", LENA).text, "and as text")
    box.nixie("undo")
    tap.check(listed(box)[LENA]["note"] == "asked by phone; left" and {row["state"] for row in box.rows("address:" + LENA)} == {"suppressed"}, "undone, it is back")
    box.nixie("undo", "1")
    tap.check(box.dump() == before, "the first step undone, too", box.dump())
    for words in (["--list", "--proposed"], ["--accept", "--unset"]):
        tap.equal(box.nixie("suppress", *words).code, 64, "%s exclude each other" % " and ".join(words))


def comes_off(box):
    want = {}
    for address, facts in box.told["addresses"].items():
        if facts["state"] == "alive again":
            _, why, id = max(event for event in facts["timeline"] if event[1] in ("answered", "quiet"))
            want[address] = {"why": why, "evidence": id}
    tap.check(all(want[address] == facts["take_off"] for address, facts in box.told["addresses"].items() if facts["take_off"]), "the story says the same")
    tap.check(len(want) > 4 and {x["why"] for x in want.values()} == {"answered", "quiet"}, "there are addresses that live again", want)
    text = "".join(add(box.told["addresses"][address], address) for address in want) + add(box.told["addresses"][HUGO], HUGO) + \
        add(box.told["addresses"][LENA], LENA)
    box.write(path_of(box), text)
    moves = {address: x for address, x in proposed(box).items() if x["move"] == "take-off"}
    tap.equal({address: {"why": x["reason"], "evidence": x["evidence"][0]} for address, x in moves.items()}, want, "what should come off, why, and the letter that shows it")
    tap.check("take it off the list" in box.nixie("suppress", "--proposed", "--address=petra@harbourlight.example").text, "as text")
    narrow = proposed(box, "--", "date:2026-01-01..2026-12-31")
    tap.check({x["reason"] for x in narrow.values() if x["move"] == "take-off"} == {"answered"}, "a query may hide what came back: silence proves nothing then", narrow)
    box.write(path_of(box), "".join(add(box.told["addresses"][address], address, "complaint") for address in want))
    tap.check(not [x for x in proposed(box).values() if x["move"] == "take-off"], "who complained stays")
    box.write(path_of(box), text)
    before, on, off = box.dump(), set(listed(box)), set(moves)
    new = {address for address, x in proposed(box).items() if x["move"] == "put-on"}
    got = box.nixie("suppress", "--accept", "--note=weekly round")
    tap.check(got.code == 0 and "on the suppression list" in got.said and "off the list" in got.said, "--accept tells what it did", got)
    tap.equal({x.lower() for x in listed(box)}, (on - off) | new, "all that was proposed is done")
    tap.equal({x["address"]: x["removed"]["why"] for x in box.nixie("suppress", "--removed", "--format=json").json()},
              {address: x["why"] for address, x in want.items()}, "and the list knows why they came off")
    tap.check(box.nixie("suppress", "--accept").said.startswith("nixie: nothing is proposed"), "nothing is left to accept")
    box.nixie("undo")
    tap.check(box.dump() == before and set(listed(box)) == on, "one step of undo takes all of it back")
    tap.equal({address for address, x in proposed(box).items() if x["move"] == "take-off"}, off, "and it is proposed again")


def goes_back(box):
    want = {address: facts["put_back"] for address, facts in box.told["addresses"].items() if facts["put_back"]}
    lines = []
    for address in want:
        facts = box.told["addresses"][address]
        success = max(time for time, what, _ in facts["timeline"] if what in ("answered", "quiet") and time < facts["last"])
        lines += [add(facts, address), "- %s\t%d\tann\t902\n" % (address, success)]
    box.write(path_of(box), "".join(lines))
    moves = proposed(box)
    tap.check(want and {a: (moves[a]["move"], moves[a]["bounces_in_all"]) for a in want} == {a: ("put-back", n) for a, n in want.items()},
              "what failed again after it came off goes back, with its bounces counted on", moves)
    address = next(iter(want))
    box.nixie("suppress", "--", "state:proposed", "address:" + address)
    entry = listed(box)[address]
    tap.equal((entry["bounces"], entry["first"], entry["last"]), (want[address], box.told["addresses"][address]["first"], box.told["addresses"][address]["last"]), "and the list tells of all of them")
    tap.check("old@report.example" in entry["evidence"] and len(entry["evidence"]) == 2, "with the old evidence and the new", entry)
    box.nixie("undo")
    # An id may end as another one does.
    longer = ["a." + id for id in entry["evidence"] if id != "old@report.example"]
    box.write(path_of(box), "".join(lines).replace("old@report.example", longer[0]))
    box.nixie("suppress", "--", "state:proposed", "address:" + address)
    tap.equal(listed(box)[address]["evidence"], longer + [longer[0][2:]], "an id that is a part of another one is evidence, too")
    box.nixie("undo")
    # Somebody took it off after the last bounce: that bounce was known then.
    box.write(path_of(box), "".join(lines) + add(box.told["addresses"][LENA], LENA) + "- %s\t%d\tann\t903\tasked\tknows\n" % (LENA, box.told["now"]))
    tap.check(LENA not in proposed(box), "what was taken off after its last bounce is not proposed again")
    box.write(path_of(box), add(box.told["addresses"][LENA], LENA) + "- %s\t%d\tann\t903\tundone\t\n" % (LENA, box.told["now"]))
    tap.check(LENA in proposed(box), "what only undo took off is")


def complaint(box):
    """An abuse report names who complained; that is no failure, so it is never proposed, and stays until the person asks."""
    address = "grumpy@bigpost.example"
    shown = box.nixie("show", "--kind=complaint", "*")
    tap.check(address in shown.text, "show names who complained", shown)
    tap.check(address not in proposed(box), "a complaint is not proposed")
    before = box.dump()
    put = box.nixie("suppress", "--kind=complaint", "--note=abuse report", "--", "*")
    entry = listed(box)[address]
    tap.check(put.code == 0 and (entry["category"], entry["bounces"], entry["note"]) == ("complaint", 1, "abuse report"), "it is put on by hand", (put, entry))
    tap.check("Put 1 address on" in put.said and "may be fine" not in put.said, "and counted", put)
    box.nixie("undo")
    tap.check(box.dump() == before and not listed(box), "and undone")


def thresholds(box):
    def soft(*words):
        return {a for a, x in proposed(box, *words).items() if x["reason"] == "soft"}
    tap.equal((soft("--soft-week=4", "--soft-month=6"), soft("--soft-month=2") > soft()), (set(), True), "soft-week and soft-month")
    unsent = "--sent-mail-indexed=false"
    tap.check(QUENTIN in proposed(box, unsent) and QUENTIN not in proposed(box, unsent, "--hard-reports=3"), "hard-reports")
    more = proposed(box, "--proven-reports=2")
    tap.check(LENA in more and "tara@harbourlight.example" not in more, "proven-reports", sorted(more))


def rebuilt(box):
    """An index that is made anew has another name, by which the list is kept."""
    box.nixie("suppress", "--", "address:" + LENA)
    old = path_of(box)
    shutil.rmtree(box.path("mail/.notmuch/xapian"))
    box.notmuch("new")
    for words in (["list", "--limit=1", "*"], ["suppress", "--list"], ["list", "--limit=1", "*"]):
        got = box.nixie(*words)
        tap.check(got.code == 0 and "made anew" in got.said and box.path(old) in got.said, "%s tells that the list stayed with the old index" % words[0], got)
    shutil.copy(box.path(old), box.path(path_of(box)))
    got = box.nixie("suppress", "--list")
    tap.check("made anew" not in got.said and LENA in got.text, "copied, it counts, and nothing more is told", got)
    tap.equal("made anew" in box.nixie("list", "--limit=1", "*").said, False, "nor later")


with Mailbox() as box:
    on_and_off(box)
with Mailbox() as box:
    comes_off(box)
    goes_back(box)
with Mailbox() as box:
    thresholds(box)
    complaint(box)
with Mailbox() as box:
    rebuilt(box)
tap.end()
