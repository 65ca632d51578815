# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be seen in a seeded mailbox, told from what was put in (never from what nixie says).

The rules are those of the contract: which report leads (hard-problems H5, H7), what an address is now
(H36), what is proposed for the suppression list (2.6). Days are those of UTC.
"""
import time
from collections import Counter, defaultdict
from world import DAY, OWN_DOMAIN

QUIET = 7 * DAY  # a newer letter without a bounce for so long is a success
DELAY_OVER = 6 * DAY  # a delay that nothing followed says no more (H5)
DEAD = {"no-such-user", "no-such-domain", "bad-address", "mailbox-disabled"}
WEAK = {"mailbox-full", "connection-failed", "dns-failure", "expired"}
SOFT_LIMITS = ((3, 7 * DAY), (5, 30 * DAY))
TRUST = ("proven", "consistent", "bare", "contradicted")
# Who acts first, by category (categories.md, overview).
FIRST = {"recipient": ("mailbox-full",), "recipient-admin": ("policy-rejected", "recipient-restricted", "relay-denied", "remote-server-error", "connection-failed",
                                                            "dns-failure", "mail-loop", "expired", "tls-required"),
         "sender-admin": ("blocklisted", "sender-auth-failed", "reverse-dns", "protocol-error")}
FIRST_OF = {category: who for who, names in FIRST.items() for category in names}
FOLDED = ("address", "domain", "reporting-mta", "remote-mta")  # large and small letters are the same
KEYS = ("category", "address", "domain", "status", "reporting-mta", "remote-mta", "day", "type", "who", "cause", "original")


def who_acts(row):
    if row["kind"] == "delay" or row["origin"] == "forged":
        return "nobody"
    if row["category"] == "greylisted":
        return "recipient-admin"  # nobody tries again (H4)
    return FIRST_OF.get(row["category"], "sender")


def rows_of(world):
    """One row a recipient of a report; `under`: the report that it is folded under."""
    rows = []
    for bounce in world.bounces:
        letter = bounce.letter
        for failed in bounce.failures:
            rows.append({
                "id": bounce.id, "file": bounce.files[0], "files": len(bounce.files), "timestamp": bounce.date,
                "day": time.strftime("%Y-%m-%d", time.gmtime(bounce.date)), "kind": bounce.kind, "server": bounce.server, "story": bounce.story,
                "address": failed.address, "original_address": failed.was, "domain": failed.address.split("@")[1], "category": failed.wording.category,
                "type": failed.wording.type, "status": failed.status, "reply": failed.wording.reply or None, "cause": failed.wording.key,
                "reporting-mta": bounce.host, "remote-mta": failed.mx, "origin": bounce.origin, "trust": bounce.trust, "aside": bounce.aside,
                "original": bounce.original_id, "subject": letter.subject if letter else None, "ticket": letter.ticket if letter else None,
                "thread": letter.thread if letter and letter.known else None, "sent": letter.date if letter else None, "under": None})
    for row in rows:
        row["who"] = who_acts(row)
    fold(rows)
    return rows


def fold(rows):
    cases = defaultdict(list)
    for row in rows:
        if row["original"]:
            cases[row["original"], row["address"].lower()].append(row)
    for case in cases.values():
        lead = min(case, key=lambda row: (row["kind"] == "delay", TRUST.index(row["trust"]), -row["timestamp"]))
        for row in case:
            if row is not lead and (row["kind"] == "delay" or (lead["kind"] != "delay" and row["trust"] != "contradicted")):
                row["under"] = lead["id"]


# --- addresses

class Contacts:
    """When each address was written to, and when it wrote."""

    def __init__(self, world):
        self.to, self.from_, self.by_thread = defaultdict(list), defaultdict(list), defaultdict(list)
        for letter in world.letters:
            self.by_thread[letter.thread].append(letter)
            if letter.own:
                for address in letter.recipients:
                    self.to[address.lower()].append(letter)
            else:
                self.from_[letter.sender.lower()].append(letter)


def successes(address, reports, contacts, now):
    """(time, what) of all that shows the address alive: mail from it, and letters that did not come back."""
    out = [(letter.date, "answered", letter.id) for letter in contacts.from_[address]]
    returned = {row["original"] for row in reports}
    out += [(letter.date, "quiet", letter.id) for letter in contacts.to[address] if letter.id not in returned and now - letter.date >= QUIET]
    return sorted(out)


def is_about_us(row):
    """Does the report say anything about the address?"""
    return row["origin"] != "forged" and row["trust"] != "contradicted"


def counts(row):
    """Sent mail is indexed here: what only fits mail from us may be made up."""
    return row["kind"] == "failure" and is_about_us(row) and not row["aside"] and not row["under"] and row["trust"] == "proven"


def crowded(rows):
    """The soft bounces that crossed a threshold; [] for none."""
    for most, span in SOFT_LIMITS:
        for i in range(len(rows) - most + 1):
            if rows[i + most - 1]["timestamp"] - rows[i]["timestamp"] <= span:
                return rows[i:i + most]
    return []


def proposal(reports, since):
    """Why the address belongs on the suppression list, by reports after `since`; None if it does not."""
    fresh = [row for row in reports if row["timestamp"] > since and counts(row)]
    hard = [row for row in fresh if row["type"] == "hard" and row["category"] in DEAD]
    proven = [row for row in hard if row["trust"] == "proven"]
    soft = crowded([row for row in fresh if row["category"] in WEAK])
    for reason, evidence in (("proven", proven), ("soft", soft)):
        if evidence:
            return {"reason": reason, "category": evidence[-1]["category"], "count": len(evidence), "evidence": [row["id"] for row in evidence]}
    return None


def state_of(reports, good, later, now):
    """What an address is now, and since when; `good`: successes, `later`: letters to it after the last bounce."""
    told = [row for row in reports if is_about_us(row) and row["trust"] != "bare"]
    if not told:
        return "unknown"
    last = told[-1]
    if good and good[-1][0] > last["timestamp"]:
        return "alive again"
    if later:
        return "recovering"
    if last["kind"] == "delay":
        return "failing" if now - last["timestamp"] < DELAY_OVER else "unknown"
    return "dead" if last["type"] == "hard" else "failing"


def address_of(world, address, reports, contacts):
    reports = sorted(reports, key=lambda row: row["timestamp"])
    bounced = [row for row in reports if row["kind"] == "failure" and not row["under"]]
    real = [row for row in reports if is_about_us(row)]
    last = real[-1]["timestamp"] if real else 0
    good = successes(address, reports, contacts, world.now)
    returned = {row["original"] for row in reports}
    later = [letter for letter in contacts.to[address] if letter.date > last and letter.id not in returned]
    mail = sorted(contacts.from_[address], key=lambda letter: letter.date)
    since = good[-1][0] if good else 0
    everything = proposal(reports, 0)
    return {
        "state": state_of(reports, good, later, world.now), "rows": sum(not row["under"] for row in reports), "bounces": len(bounced),
        "delays": sum(row["kind"] == "delay" and not row["under"] for row in reports), "reports": len(reports),
        "first": min(row["timestamp"] for row in reports), "last": max(row["timestamp"] for row in reports), "category": reports[-1]["category"],
        "timeline": sorted([[row["timestamp"], row["kind"], row["id"]] for row in reports] + [list(x) for x in good]),
        "mail_from": [letter.id for letter in mail], "last_mail_from": mail[-1].date if mail else None,
        "later_sent": [letter.id for letter in later], "originals": sorted({row["original"] for row in reports if row["original"]}),
        "threads": sorted({row["thread"] for row in reports if row["thread"]}), "tickets": sorted({row["ticket"] for row in reports if row["ticket"]}),
        "suggestion": world.suggestions.get(address), "role": world.roles.get(address), "proposed": proposal(reports, since),
        # Were it on the list: what has happened since that should take it off.
        "take_off": {"why": good[-1][1], "evidence": good[-1][2]} if good and everything and good[-1][0] > last else None,
        # Had it been on the list and taken off for its last success: it goes back, with so many bounces in all.
        "put_back": len([row for row in real if counts(row)]) if proposal([row for row in real if row["timestamp"] < since], 0) and proposal(reports, since) else None}


# --- groups

def groups_of(rows):
    out = {key: {} for key in KEYS}
    for row in rows:
        if row["under"]:
            continue
        for key in KEYS:
            value = (row[key] or "").lower() if key in FOLDED else row[key] or ""
            group = out[key].setdefault(value, {"bounces": 0, "addresses": set()})
            group["bounces"] += 1
            group["addresses"].add(row["address"].lower())
    return {key: {value: {"bounces": group["bounces"], "addresses": len(group["addresses"])} for value, group in values.items()} for key, values in out.items()}


def causes_of(rows):
    from wordings import WORDINGS
    number = Counter(row["cause"] for row in rows if not row["under"])
    return {key: {"bounces": n, "category": WORDINGS[key].category, "anchor": WORDINGS[key].anchor} for key, n in number.items()}


def incidents_of(rows):
    """Groups of (category, refusing server's domain, day) with ten addresses or more (hard-problems 2.1)."""
    found = defaultdict(set)
    for row in rows:
        if not row["under"] and row["remote-mta"]:
            found[row["category"], ".".join(row["remote-mta"].split(".")[-2:]), row["day"]].add(row["address"].lower())
    return [{"category": c, "domain": d, "day": day, "addresses": len(a)} for (c, d, day), a in sorted(found.items()) if len(a) >= 10]


BRIEF = ("state", "rows", "bounces", "delays", "last", "proposed")  # of an address in a crowd


def of(world, brief=False):
    """`brief`: of a crowd, no single rows and threads."""
    rows = rows_of(world)
    contacts = Contacts(world)
    by_address = defaultdict(list)
    for row in rows:
        by_address[row["address"].lower()].append(row)
    addresses = {address: address_of(world, address, reports, contacts) for address, reports in by_address.items()}
    shown = [row for row in rows if not row["under"]]
    told = {
        "now": world.now, "own_domain": OWN_DOMAIN,
        "counts": {"bounces": len(world.bounces), "rows": len(shown), "folded": len(rows) - len(shown), "addresses": len(addresses),
                   "letters": len(world.letters), "sent": sum(letter.own for letter in world.letters),
                   "others": len(world.others), "files": world.files},
        "addresses": addresses, "groups": groups_of(rows), "causes": causes_of(rows), "incidents": incidents_of(rows), "retries": world.marks}
    if brief:
        told["addresses"] = {address: {key: facts[key] for key in BRIEF} for address, facts in addresses.items()}
        del told["groups"]["original"]
        return told
    return dict(told, rows=rows, threads={row["thread"]: thread_of(contacts, row["thread"]) for row in rows if row["thread"]})


def thread_of(contacts, thread):
    """The letters of a thread, oldest first; reports about them are not among them."""
    return [{"id": letter.id, "date": letter.date, "from": letter.sender, "subject": letter.subject,
             "answers": letter.references[-1] if letter.references else None} for letter in sorted(contacts.by_thread[thread], key=lambda letter: letter.date)]
