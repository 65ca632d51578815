# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of the seeded mailbox, by command and on the screen: counts, causes, incidents, groups within groups, actions on whole groups."""
import csv, io, os, re, sys
from collections import Counter
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox
import screen

tap = Tap()
FOLDED = ("domain", "remote-mta")
SECOND = ("domain", "category"), ("who", "type"), ("day", "remote-mta"), ("category", "status")


def rows_of(box, **wanted):
    return [row for row in box.shown().values() if all(row[key.replace("_", "-")] == value for key, value in wanted.items())]


def value(row, key):
    return (row[key] or "").lower() if key in FOLDED else row[key] or ""


def stats(box, by, *words):
    return box.nixie("stats", "--by=" + by, "--format=json", *words).json()


# --- by command

def originals(box):
    found = {x["key"]: (x["bounces"], x["addresses"]) for x in stats(box, "original")}
    want = {key: (x["bounces"], x["addresses"]) for key, x in box.told["groups"]["original"].items()}
    tap.equal({key: (found.get(key), want.get(key)) for key in set(found) | set(want) if found.get(key) != want.get(key)}, {}, "stats --by=original")
    several = [x for x in stats(box, "original") if x["bounces"] > 1]
    subjects = {row["original"]: row["subject"] for row in box.shown().values()}
    tap.check(several and all(x["title"] == (subjects[x["key"]] or x["key"]) for x in several), "a lost message is called by its subject", several)


def several_keys(box):
    for keys in SECOND:
        want = Counter(tuple(value(row, key) for key in keys) for row in box.shown().values())
        found = {(x["key"], x["key2"]): x["bounces"] for x in stats(box, ",".join(keys))}
        tap.equal({key: (found.get(key), want.get(key)) for key in set(found) | set(want) if found.get(key) != want.get(key)}, {}, "stats --by=%s,%s" % keys)
    three = stats(box, "day,remote-domain,category")
    tap.equal(sum(x["bounces"] for x in three), box.told["counts"]["rows"], "three keys count every row")
    for by, word in (("a,b,c,d", "a"), ("category,type,who,day", "day"), ("domain,colour", "colour"), ("category,incident", "incident"), ("", "category")):
        got = box.nixie("stats", "--by=" + by)
        tap.check(got.code == 64 and word in got.said, "--by=%s is refused" % by, got)


def incidents(box):
    want = {(x["day"], x["domain"], x["category"]): x["addresses"] for x in box.told["incidents"]}
    found = {(x["key"], x["key2"], x["key3"]): x["addresses"] for x in stats(box, "incident")}
    tap.equal(found, want, "stats --by=incident")
    day, domain, category = next(iter(want))
    inside = [row for row in box.shown().values() if row["day"] == day and row["category"] == category and (row["remote-mta"] or "").endswith(domain)]
    for by in ("category", "day", "address", "domain"):
        counts = Counter(value(row, by) for row in inside)
        found = {x["key"]: x["incident_bounces"] for x in stats(box, by) if x["incident_bounces"]}
        tap.equal(found, dict(counts), "what is part of an incident, by %s" % by)
    text = box.nixie("stats", "--by=domain").text
    marked = [line.split()[0] for line in text.splitlines() if re.search(r"\d !#*$", line)]
    tap.equal(marked, sorted({row["domain"] for row in inside}), "and it is marked in the text")
    said = " ".join(text.split())
    tap.check("Incident on %s: %d addresses failed at %s" % (day, want[day, domain, category], domain) in said, "and said", text)
    text = box.nixie("stats", "--by=incident", "--quiet").text
    tap.check("/ isle-ferries.example / Server does not handle" in text and "part of an incident" not in text, "an incident is no part of one", text)
    lines = [line.split("  ")[0] for line in box.nixie("stats", "--by=cause", "--quiet").text.split("\n\n")[1].splitlines()]
    tap.equal(len(set(lines)), len(lines), "causes are told apart")
    tap.equal(stats(box, "incident", "type:hard"), [], "no incident among others")
    more = stats(box, "incident", "--incident-addresses=3")
    tap.check(len(more) > len(want) and all(x["addresses"] >= 3 for x in more), "the threshold is a setting", more)
    none = box.nixie("stats", "--incident-addresses=1000").text
    tap.check("Incident" not in none and "!" not in none, "no incident, no word of it", none)


def causes(box):
    """Of every domain: the commonest wording is that of the commonest cause put in."""
    anchors = {key: cause["anchor"] for key, cause in box.told["causes"].items()}
    wrong, seen = [], 0
    for group in stats(box, "domain"):
        counts = Counter(row["cause"] for row in rows_of(box, domain=group["key"])).most_common()
        if len(counts) > 1 and counts[0][1] == counts[1][1]:
            continue  # either may stand there
        seen += 1
        if anchors[counts[0][0]] not in (group["cause"] or "") or group["cause_bounces"] != counts[0][1]:
            wrong.append("%s: %r (%d), not %r" % (group["key"], group["cause"], group["cause_bounces"], counts[0]))
    tap.check(seen > 15 and not wrong, "the commonest cause of each domain", "\n".join(wrong) or seen)
    text = " ".join(box.nixie("stats", "domain:bigpost.example").text.split())
    tap.check("31 of 88 are one cause: Sending server is on a blocklist" in text, "31 of 88 are one cause, in words", text)
    alive = [address for address, facts in box.told["addresses"].items() if facts["state"] == "alive again" and facts["category"] == "no-such-user"]
    text = box.nixie("stats", "address:" + ",".join(alive)).text
    tap.check(alive and "dead" not in text.lower(), "who has written since is not called dead", text)


def formats(box):
    got = box.nixie("stats", "--by=domain,category", "--format=csv")
    table = list(csv.reader(io.StringIO(got.text, newline="")))
    tap.equal(table[0][:5], ["key", "key2", "title", "bounces", "addresses"], "stats as CSV")
    tap.equal(sum(int(row[3]) for row in table[1:]), box.told["counts"]["rows"], "and it counts every row")
    lines = box.nixie("stats", "--by=cause").text.splitlines()
    tap.check(all(len(line) < 80 for line in lines), "79 columns", lines)
    got = box.nixie("stats", "--lang=de").text
    tap.check("Vorfall am 2026-07-24" in got, "what is going on, in another language", got)
    lost = box.nixie("list", "--format=json-lines", "--remote-mta=-").lines()
    tap.equal(len(lost), len([row for row in box.shown().values() if not row["remote-mta"]]), "what is not told is found by a lone -")


# --- on the screen

def start(box, terminal, *words):
    terminal.type(" ".join([NIXIE, "--lines=ascii", *words]) + "\n")
    return terminal.wait(r"found +\d+ shown")


def table(text):
    """What the groups show: first word of the name -> bounces, addresses."""
    found = re.findall(r"^[> ][* ](\S+).*?\s(\d+) +(\d+) (?:!| )", text, re.M)
    return {name: (int(bounces), int(addresses)) for name, bounces, addresses in found}


def first_screens(box, terminal):
    told = box.told["groups"]
    total = box.told["counts"]["rows"]
    start(box, terminal)
    for keys, by in (("gd", "domain"), ("gs", "status"), ("gy", "day"), ("gr", "remote-mta"), ("gm", "reporting-mta")):
        terminal.type(keys)
        text = terminal.wait(r"\[%s\].*\n(?:.*\n)*\[1/%d\] %d bounces" % (by, len(told[by]), total)) or terminal.text()
        shown = {key: counts for key, counts in table(text).items() if key in told[by]}
        want = {key: (told[by][key]["bounces"], told[by][key]["addresses"]) for key in shown}
        tap.check(shown == want and len(shown) >= min(12, len(told[by]) - 1), "on the screen: groups by %s" % by, text)
    for keys, by in (("gc", "category"), ("gw", "who"), ("gh", "type"), ("go", "original"), ("ga", "address")):
        terminal.type(keys)
        tap.check(terminal.wait(r"\[%s\](?:.*\n)*\[1/%d\] %d bounces" % (by, len(told[by]), total)), "on the screen: as many groups by %s" % by, terminal.text())
    terminal.type("gi")
    tap.check(terminal.wait(r"> 2026-07-24 / isle-ferries\.example"), "on the screen: the incident", terminal.text())
    terminal.keys("Enter")
    text = terminal.wait(r"\[1/12\]")
    tap.check(text and "remote-domain:isle-ferries.example" in text, "and it opens", terminal.text())
    terminal.type("qgd")
    text = terminal.wait(r"\[domain\]")
    tap.check(text and "! Incident on 2026-07-24: 12 addresses failed at isle-ferries.example" in text, "a line tells of it", text)
    tap.check(re.search(r"isle-ferries\.example +12 +12 !", text or ""), "and a sign beside the group", text)


def panes(box, terminal):
    """Below bigpost.example: its causes with their counts, and what is going on."""
    text = terminal.wait(r"-- bigpost\.example: 88 bounces") or terminal.text()
    counts = Counter(row["cause"] for row in rows_of(box, domain="bigpost.example"))
    left = [line.split("|")[0] for line in text.splitlines()]
    for cause, n in counts.most_common(5):
        anchor = box.told["causes"][cause]["anchor"]
        shown = [line for line in left if re.search(r" %d +$" % n, line) and any(piece in line for piece in (anchor, anchor[:25]))]
        tap.check(len(shown) == 1, "pane: %d of %s" % (n, anchor), text)
    right = " ".join(" ".join(line.rsplit("|", 1)[1] for line in text.splitlines() if "|" in line).split())
    for words in ("31 of 88 are one cause: Sending server is on a blocklist", "Who can fix it the sender's mail admin", "First seen 2026-07-04", "Senders desk@fennel.example (88)",
                  "Send it again? No, not before", "r flags these 88 for retry", "e exports 88 addresses"):
        tap.check(words in right, "pane: %s" % words, right)
    days = Counter(row["day"] for row in rows_of(box, domain="bigpost.example"))
    most = max(days.values())
    tap.check(re.search(r"most on (%s): %d\)" % ("|".join(day[5:] for day, n in days.items() if n == most), most), text), "pane: the busiest day", text)


def one_cause(box, terminal):
    """Tab goes to the causes of the group: keys are for one of them alone there."""
    counts = Counter(row["cause"] for row in rows_of(box, domain="bigpost.example")).most_common()
    terminal.keys("Tab")
    tap.check(terminal.wait(r"\n> 5\.7\.1 .* %d +\|" % counts[0][1]), "Tab goes to the causes", terminal.text())
    terminal.type("r")
    tap.check(terminal.wait(r"Retry flag: %d messages" % counts[0][1]), "r is for one cause", terminal.text())
    terminal.keys("Escape")
    terminal.wait(r"Nothing was changed")
    terminal.type("j")
    terminal.wait(r"\n> 5\.1\.1 .* %d +\|" % counts[1][1])
    terminal.keys("Enter")
    tap.check(terminal.wait(r"limit: domain:bigpost.example cause:(?:.*\n)*\[1/%d\]" % counts[1][1]), "Enter opens one cause", terminal.text())
    terminal.type("q")
    tap.check(terminal.wait(r"\n> 5\.1\.1 .* %d +\|" % counts[1][1]), "q comes back to it", terminal.text())
    terminal.type("q")
    tap.check(terminal.wait(r"> bigpost"), "and then to the groups", terminal.text())


def nested(box, terminal):
    """Groups within groups, and back with the cursor where it was."""
    rows = rows_of(box, domain="bigpost.example", who="sender")
    terminal.type("gd")
    terminal.wait(r"> bigpost")
    terminal.keys("Enter")
    terminal.wait(r"limit: domain:bigpost\.example ")
    terminal.type("gwj")
    terminal.wait(r"> the sender's mail admin")
    terminal.type("k")
    terminal.wait(r"> the sender  ")
    terminal.keys("Enter")
    tap.check(terminal.wait(r"limit: domain:bigpost\.example who:sender(?:.*\n)*\[1/%d\]" % len(rows)), "a group within a group opens", terminal.text())
    terminal.type("gc")
    want = Counter(row["category"] for row in rows)
    text = terminal.wait(r"\[1/%d\] %d bounces" % (len(want), len(rows))) or terminal.text()
    tap.check(re.search(r"> .* %d +%d " % (want.most_common(1)[0][1], want.most_common(1)[0][1]), text), "groups of the third level", text)
    terminal.keys("Enter")
    tap.check(terminal.wait(r"limit: domain:bigpost\.example who:sender category:no-such(?:.*\n)*\[1/%d\]" % want["no-such-user"]), "and they open", terminal.text())
    for keys, wanted in (("q", r"\[category\](?:.*\n)*\[1/%d\]" % len(want)), ("q", r"limit: domain:bigpost\.example who:sender"), ("q", r"> the sender  "),
                         ("q", r"limit: domain:bigpost\.example "), ("q", r"> bigpost\.example +88")):
        terminal.type(keys)
        tap.check(terminal.wait(wanted), "q: back to %s" % wanted, terminal.text())


def whole_group(box, terminal):
    """A tag on all of a group: its effect first, then one step that one u undoes."""
    before = box.dump()
    messages = {row["id"] for row in rows_of(box, domain="quayside.example")}
    terminal.type("gd/quayside\n")
    terminal.wait(r"> quayside")
    terminal.type("+seen-by-desk")
    text = terminal.wait(r"Effect(?:.*\n)*.*Enter") or terminal.text()
    tap.check(re.search(r"\b%d\b" % len(messages), text), "the effect is told before Enter", text)
    tap.equal(box.dump(), before, "and nothing has changed yet")
    terminal.keys("Enter")
    terminal.wait(lambda screen: box.dump() != before)
    tagged = set(box.notmuch("search", "--output=messages", "tag:seen-by-desk").split())
    tap.equal(tagged, {"id:" + id for id in messages}, "the whole group is tagged")
    terminal.type("u")
    terminal.wait(lambda screen: box.dump() == before)
    tap.equal(box.dump(), before, "one u undoes it")
    terminal.type("r")
    text = terminal.wait(r"Retry flag: %d messages" % len(messages)) or terminal.text()
    tap.check("nixie retry" in text, "r on a group tells its effect, and the command", text)
    terminal.keys("Escape")
    terminal.wait(r"Nothing was changed")
    terminal.type("S")
    tap.check(terminal.wait(r"Suppression list: %d messages" % len(messages)), "so does S", terminal.text())
    terminal.keys("Escape")
    terminal.wait(r"Nothing was changed")
    terminal.type("e")
    tap.check(terminal.wait(r"\(\*\) %d of this group" % len(rows_of(box, domain="quayside.example"))), "e takes the group", terminal.text())
    terminal.keys("Escape")
    terminal.type("t")
    terminal.wait(r"%d marked" % len(rows_of(box, domain="quayside.example")))
    terminal.type("G+x")
    tap.check(terminal.wait(r"\b%d\b" % len(messages)), "marks come before the group under the cursor", terminal.text())
    terminal.keys("Escape")
    tap.equal(box.dump(), before, "looking changed nothing")


def on_screen(box):
    with screen.Screen(box, 132, 43, {"LC_ALL": "C.UTF-8"}) as terminal:
        first_screens(box, terminal)
        panes(box, terminal)
        one_cause(box, terminal)
        nested(box, terminal)
        whole_group(box, terminal)
        terminal.type("Q")
        tap.check(terminal.wait(r"ready> $|ready>\s*$"), "the screen closes", terminal.text())


def main():
    with Mailbox(marks=False) as box:
        originals(box)
        several_keys(box)
        incidents(box)
        causes(box)
        formats(box)
        if screen.available():
            on_screen(box)
        else:
            tap.skip("on the screen", "tmux is not installed")
    tap.end()


if __name__ == "__main__":
    main()
