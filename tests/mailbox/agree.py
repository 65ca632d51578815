# SPDX-License-Identifier: GPL-3.0-or-later
"""The seeded mailbox: what nixie says of it is what was put in."""
import os, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Tap
from mailbox import Mailbox
import generate

# By the story's words: what a row of JSON must hold. The date is that of the report.
FIELDS = {
    "kind": lambda row: row["kind"], "category": lambda row: row["category"], "type": lambda row: row["type"], "status": lambda row: row["status"],
    "reply": lambda row: row["reply"], "origin": lambda row: row["origin"], "trust": lambda row: row["trust"], "timestamp": lambda row: row["timestamp"],
    "reporting-mta": lambda row: row["reporting_mta"], "remote-mta": lambda row: row["remote_mta"], "who": lambda row: row["who"][0],
    "original": lambda row: (row["original"] or {}).get("id"), "original_address": lambda row: row["original_address"], "subject": lambda row: row["original"]["subject"]}
# What the stories were made for; the rules of expected.py must find the same, whatever the seed.
MEANT = {  # address: state, reason of a proposal, what takes it off a list, count that puts it back
    "lena.ostrom@quayside.example": ("dead", "proven", None, None), "tomas@millpond.example": ("failing", "soft", None, None),
    "office@slowmoor.example": ("failing", "soft", None, None), "greta@millpond.example": ("failing", None, None, None),
    "hugo@millpond.example": ("recovering", None, None, None), "nils@millpond.example": ("alive again", None, None, None),
    "olga@quayside.example": ("alive again", None, None, None), "petra@harbourlight.example": ("alive again", None, "answered", None),
    "ravi@harbourlight.example": ("alive again", None, "quiet", None), "sven@harbourlight.example": ("dead", "proven", None, None),
    "tara@harbourlight.example": ("dead", "proven", None, 2), "tilde@slowmoor.example": ("failing", None, None, None),
    "ulf@slowmoor.example": ("unknown", None, None, None), "vera@slowmoor.example": ("failing", None, None, None),
    "wim@slowmoor.example": ("alive again", None, None, None), "quentin@oldlane.example": ("dead", None, None, None),
    "rita@oldlane.example": ("dead", None, None, None), "maja77@attic.example": ("dead", "proven", None, None),
    "stranger1@elsewhere.example": ("unknown", None, None, None), "stranger2@elsewhere.example": ("unknown", None, None, None),
    "victim0@far0.example": ("unknown", None, None, None), "member0@gardenclub.example": ("unknown", None, None, None),
    "una@strictpost.example": ("failing", None, None, None), "thanks@wayside.example": ("alive again", None, None, None)}
KEYS = ("category", "type", "status", "address", "domain", "reporting-mta", "remote-mta", "day", "who")
tap = Tap()


def same_bytes():
    """Is a mailbox the same every time, but for the place it stands in?"""
    def bytes_of(place, seed):
        generate.generate(place, seed=seed)
        out = {}
        for folder, _, names in os.walk(os.path.join(place, "mail")):
            out.update({os.path.join(os.path.relpath(folder, place), name): open(os.path.join(folder, name), "rb").read() for name in names})
        return out, open(os.path.join(place, "expected.json"), "rb").read()
    with tempfile.TemporaryDirectory() as root:
        one, two, other = (bytes_of(os.path.join(root, name), seed) for name, seed in (("one", 7), ("two", 7), ("other", 8)))
        tap.check(one == two and one != other, "the same seed makes the same mailbox, another seed another")


def stories_hold():
    for seed in range(1, 5):
        with tempfile.TemporaryDirectory() as root:
            addresses = generate.generate(root, seed=seed)["addresses"]
        found = {address: (facts["state"], (facts["proposed"] or {}).get("reason"), (facts["take_off"] or {}).get("why"), facts["put_back"])
                 for address, facts in addresses.items() if address in MEANT}
        tap.equal({address: facts for address, facts in found.items() if facts != MEANT[address]}, {}, "the stories of seed %d come out as meant" % seed)
        tap.check("maja@forwarder.example" not in addresses and len(found) == len(MEANT), "and all are told (seed %d)" % seed, set(MEANT) - set(found))


def rows_agree(box):
    want, found = box.shown(), {(row["id"], row["address"]): row for row in box.rows()}
    odd = ["missing: %s, %s" % key for key in want.keys() - found.keys()] + ["too many: %s, %s" % key for key in found.keys() - want.keys()]
    tap.check(not odd, "list: all that was put in, and nothing else", "\n".join(sorted(odd)))
    both = [(want[key], found[key]) for key in want if key in found]
    for field, value in FIELDS.items():
        # Bounces of letters that are not returned whole tell no subject.
        pairs = [(row, value(got)) for row, got in both if field != "subject" or row["subject"]]
        wrong = ["%s, told by %s: %r, not %r" % (row["address"], row["server"], got, row[field]) for row, got in pairs if got != row[field]]
        tap.check(not wrong and pairs, "list: %s" % field, "\n".join(wrong))


def groups_agree(box, what=""):
    for key in KEYS:
        found = {x["key"] or "": (x["bounces"], x["addresses"]) for x in box.nixie("stats", "--by=" + key, "--format=json").json()}
        want = {value: (group["bounces"], group["addresses"]) for value, group in box.told["groups"][key].items()}
        wrong = {value: (found.get(value), want.get(value)) for value in set(found) | set(want) if found.get(value) != want.get(value)}
        tap.check(not wrong and want, "stats --by=%s%s" % (key, what), wrong)


def causes_agree(box):
    causes = box.nixie("stats", "--by=cause", "--format=json").json()
    for key, cause in sorted(box.told["causes"].items()):
        found = [(x["title"], x["bounces"]) for x in causes if cause["anchor"] in x["title"]]
        tap.equal([n for _, n in found], [cause["bounces"]], "one cause: %s" % cause["anchor"])
        if len(found) != 1:
            print("# %r" % found)
    at = {x["key"]: x["bounces"] for x in box.nixie("stats", "--by=cause", "--format=json", "domain:bigpost.example").json()}
    tap.equal((max(at.values()), sum(at.values())), (31, 88), "31 of the 88 at one provider are one cause")


def addresses_agree(box):
    found = {x["address"]: (x["bounces"], x["category"]) for x in box.nixie("list", "--per=address", "--format=json").json()}
    want = {address: facts["rows"] for address, facts in box.told["addresses"].items()}
    tap.equal({address: int(n) for address, (n, _) in found.items()}, want, "list --per=address: how often each bounced")
    states = {(row["id"], row["address"]): row["state"] for row in box.rows()}
    proposed = {address for (_, address), state in states.items() if state == "proposed"}
    tap.equal(proposed, {address for address, facts in box.told["addresses"].items() if facts["proposed"]}, "proposed for suppression")
    suggested = {row["address"]: row["suggestion"] for row in box.rows()}
    tap.equal(suggested, {address: box.told["addresses"][address]["suggestion"] for address in suggested}, "did you mean")


def timeline(events):
    """What is sure: letters that are too young to tell are left out."""
    return sorted([x["timestamp"], x["event"], x["id"]] for x in events if x["event"] != "sent")


# By the story's words: what the page of an address must hold.
PAGE = {
    "state": lambda page: page["state"].replace("-", " "), "bounces": lambda page: page["bounces"], "delays": lambda page: page["delays"],
    "reports": lambda page: page["reports"], "first": lambda page: page["first"], "last": lambda page: page["last"],
    "suggestion": lambda page: page["suggestion"], "last_mail_from": lambda page: (page["last_mail_from"] or {}).get("timestamp"),
    "later_sent": lambda page: sorted(x["id"] for x in page["sent_since"]), "originals": lambda page: sorted(x["id"] for x in page["originals"]),
    "timeline": lambda page: timeline(page["timeline"])}


def address_pages_agree(box):
    # Of reports that share a Message-ID the index has one date.
    twins = {row["address"] for row in box.told["rows"] if row["story"] == "same_id"}
    want = {address: facts for address, facts in box.told["addresses"].items() if address not in twins}
    found = {page["address"]: page for page in box.nixie("address", "--format=json", "--", *sorted(want)).json()}
    tap.equal(sorted(found), sorted(want), "address: a page each")
    for field, value in PAGE.items():
        wrong = ["%s: %r, not %r" % (address, value(page), want[address][field])
                 for address, page in sorted(found.items()) if value(page) != (sorted if field in ("later_sent", "timeline") else lambda x: x)(want[address][field])]
        tap.check(not wrong, "address: %s" % field, "\n".join(wrong))
    # The story knows the roles that it tells of; names such as office@ are in the data, too.
    roles = {address: facts["role"] for address, facts in want.items() if facts["role"]}
    tap.equal({address: found[address]["role"] for address in roles}, roles, "address: role")
    tap.check(all(x["thread"] and x["subject"] for x in found["nils@millpond.example"]["originals"]), "address: originals have their thread")
    text = box.nixie("address", "jane.deo@bluehaven.example", "nobody@nowhere.example").text
    tap.check("jane.deo@bluehaven.example: dead" in text and "jane.doe@bluehaven.example" in text and "nobody@nowhere.example: unknown" in text,
              "address as text", text)
    tap.check(all(len(line) < 80 for line in text.splitlines()), "address: 79 columns", text)
    got = " ".join(box.nixie("show", "--address=jane.deo@bluehaven.example").text.split())
    tap.check("1. Check the spelling. Perhaps you meant: jane.doe@bluehaven.example" in got, "show: did you mean", got)


def threads_agree(box):
    """Is the conversation one thread in the index, and does every report of it name the letter that did not arrive?"""
    rows = [row for row in box.shown().values() if row["story"] == "tickets"]
    for row in rows:
        letters = box.told["threads"][row["thread"]]
        found = box.notmuch("search", "--output=messages", "thread:{id:%s}" % row["thread"]).split()
        tap.check(len(letters) == 4 and {"id:" + letter["id"] for letter in letters} <= set(found), "a thread of four letters: %s" % row["address"], found)
        tap.equal(letters[-1]["id"], row["original"], "and the last one did not arrive: %s" % row["address"])


def originals_agree(box):
    """Does `show --original` give the conversation that was put in, with each report under its letter?"""
    chosen = [row for row in box.shown().values() if row["thread"] and row["origin"] == "own" and row["story"] in ("tickets", "alive_again", "several", "near_misses")]
    found = {(x["id"], x["address"]): x for x in box.nixie("show", "--original", "--format=json").json()}
    tap.check(len(chosen) > 8, "there are conversations", len(chosen))
    wrong = []
    for row in chosen:
        got, want = found[row["id"], row["address"]], box.told["threads"][row["thread"]]
        letters = {letter["id"]: letter for letter in got["letters"]}
        if got["trace"] != "ours" or sorted(letters) != sorted(letter["id"] for letter in want):
            wrong.append("%s: %s %r" % (row["address"], got["trace"], sorted(letters)))
        elif [(letter["id"], letters[letter["id"]]["answers"]) for letter in want] != [(letter["id"], letter["answers"]) for letter in want]:
            wrong.append("%s: answers %r" % (row["address"], got["letters"]))
        elif row["address"] not in [x["address"] for x in letters[row["original"]]["bounces"]] or not letters[row["original"]]["original"]:
            wrong.append("%s: not under its letter" % row["address"])
    tap.check(not wrong, "show --original: threads", "\n".join(wrong))
    depths = [x["depth"] for row in chosen if row["story"] == "tickets" for x in found[row["id"], row["address"]]["letters"]]
    tap.check(depths and max(depths) == 3, "show --original: a tree", depths)
    forged = {x["trace"] for (_, address), x in found.items() if address.startswith("victim")}
    tap.equal(forged, {"no-trace"}, "show --original: no trace of what was forged")
    row = next(row for row in chosen if row["story"] == "tickets")
    text = box.nixie("show", "--original", 'id:"%s"' % row["id"]).text
    tap.check("We sent this." in text and text.count("did not arrive at " + row["address"]) == 2 and all(len(x) < 80 for x in text.splitlines()), "show --original as text", text)


def pages_agree(box):
    """What `show` says of the origin, on one report of each story about it."""
    for story, words in (("forged", ("forged", "contradicted", "bare")), ("dead", ("proven",)), ("independent", ("consistent",)), ("postmaster", ("consistent",))):
        rows = [row for row in box.shown().values() if row["story"] == story]
        told = [box.nixie("show", "--format=json", 'id:"%s"' % row["id"]).json()[0] for row in rows]
        tap.equal([(x["origin"], x["trust"]) for x in told], [(row["origin"], row["trust"]) for row in rows], "show: %s" % story)
        tap.check(all(any(word in (x["origin"], x["trust"]) for x in told) for word in words), "show: %s has %s" % (story, ", ".join(words)))


# What the page of a report says of each step of a retry.
STEP_WORDS = {"retry": "flagged for retry", "due": "flagged for retry, and due now", "retried": "sent again", "bounced-again": "sent again, and bounced again",
              "answered": "answered since", "quiet": "no bounce since"}


def marks_agree(box):
    """Flags that were set before nixie came, and what became of what was sent again: in the list, in words, and counted."""
    rows = {row["address"]: row for row in box.rows("domain:wayside.example")}
    for mark in box.told["retries"]:
        row = rows[mark["address"]]
        tap.equal(row["state"], mark["state"], "state of %s" % mark["address"])
        said = [line.split(None, 1)[1] for line in box.nixie("show", "--address=" + mark["address"]).text.splitlines() if line.startswith("  State ")]
        tap.equal(said, [STEP_WORDS[mark["state"]]], "and in words")
    marked = {mark["id"] for mark in box.told["retries"] if mark["state"] == "bounced-again"}
    tap.check(marked and not marked & {row["id"] for row in rows.values()}, "the mark of what bounced again stands on a report that is folded", marked)
    counts = {x["state"]: x["recipients"] for x in box.nixie("retry", "--status", "--format=json").json()}
    want = {state: sum(mark["state"] == state for mark in box.told["retries"]) for state in counts}
    tap.equal(counts, want, "retry --status counts what was flagged, and nothing else")


def main():
    same_bytes()
    stories_hold()
    with Mailbox(marks=False) as box:
        before = box.dump(), box.revision()
        rows_agree(box)
        groups_agree(box)
        causes_agree(box)
        addresses_agree(box)
        threads_agree(box)
        address_pages_agree(box)
        originals_agree(box)
        pages_agree(box)
        tap.equal((box.dump(), box.revision()), before, "reading changes nothing")
        hidden = box.nixie("list", "--format=json-lines", "--kind=auto-reply,complaint", "*").lines()
        tap.equal(sorted(x["kind"] for x in hidden), ["auto-reply", "auto-reply", "complaint"], "auto-replies and a complaint are there, and no bounces")
        tap.equal(int(box.notmuch("count", "tag:sent")), box.told["counts"]["sent"], "what was sent is indexed as sent")
    with Mailbox() as box:
        marks_agree(box)
    with Mailbox(bounces=400) as box:
        groups_agree(box, " in a crowd")
    tap.end()


if __name__ == "__main__":
    main()
