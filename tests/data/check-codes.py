#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""data/codes.tsv is well formed and complete.

Every line has a known category, type, actors and confidence, and a key of its own; no scope holds
fewer rows than are known of it; where the shared reference lies beside the project, each of
its rows is found again with the same category.
"""
import collections
import configparser
import csv
import os
import re

SRCDIR = os.environ.get("SRCDIR", os.path.join(os.path.dirname(__file__), "..", ".."))
REFERENCE = os.path.join(SRCDIR, "..", "shared", "reference", "status-codes.tsv")
COLUMNS = "scope reply status phrase category type who confidence meaning".split()
ACTORS = {"sender", "sender-admin", "recipient", "recipient-admin", "nobody"}
# Scopes that are not one provider, and so have no group in providers.ini.
GENERAL = {"rfc", "smtp", "text", "blocklists", "gateways"}
# 796 rows of knowledge; a row that names a range or two wordings stands on several lines.
AT_LEAST = {
    "rfc": 145, "microsoft": 99, "google": 84, "exchange-server": 59, "smtp": 58, "text": 38,
    "mimecast": 35, "blocklists": 25, "orange-laposte": 23, "godaddy": 22, "yahoo": 21,
    "outlook.com": 21, "gateways": 21, "spectrum": 18, "amazon-ses": 17, "cox": 16, "comcast": 15,
    "apple": 15, "sendgrid": 13, "desk365": 13, "facebook": 10, "tencent-qq": 7, "mailgun": 6,
    "i.ua": 6, "docomo-kddi": 5, "netease-163": 4,
}


def sections(name):
    ini = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True)
    ini.read(os.path.join(SRCDIR, "data", name), encoding="utf-8")
    return set(ini.sections())


def read(path):
    with open(path, encoding="utf-8", newline="") as lines:
        rows = csv.reader((x for x in lines if not x.startswith("# ")), delimiter="\t",
                          quoting=csv.QUOTE_NONE)
        head = next(rows)
        return head, [dict(zip(head, row)) if len(row) == len(head) else row for row in rows]


def row_faults(row, categories, providers):
    if not isinstance(row, dict):
        yield "has %d columns" % len(row)
        return
    if row["scope"] not in GENERAL | providers:
        yield "scope %r is no group of providers.ini" % row["scope"]
    if not re.fullmatch(r"\d{3}|-|", row["reply"]):
        yield "reply %r" % row["reply"]
    if not re.fullmatch(r"([245]\.\d{1,3}\.\d{1,3}(-\d{1,3})?)?", row["status"]):
        yield "status %r" % row["status"]
    if not (row["reply"] or row["status"] or row["phrase"]):
        yield "has no key"
    if row["category"] not in categories and row["category"] != "none":
        yield "category %r" % row["category"]
    if row["type"] not in ("hard", "soft", "undetermined", "none"):
        yield "type %r" % row["type"]
    if not set(row["who"].split(";")) <= ACTORS:
        yield "who %r" % row["who"]
    if row["confidence"] not in ("high", "medium", "low"):
        yield "confidence %r" % row["confidence"]
    if not row["meaning"].strip():
        yield "has no meaning"


def words(text):
    return set(re.findall(r"[\w.#'-]*\w", text.lower()))


def reference_faults(rows):
    by_scope = collections.defaultdict(list)
    for row in rows:
        key = words(" ".join((row["reply"], row["status"], row["phrase"])))
        by_scope[row["scope"], row["category"]].append(key)
    for known in read(REFERENCE)[1]:
        want = words(known["code"])
        found = by_scope[known["scope"], known["category"]]
        span = re.fullmatch(r"(aup#in-\d+)-\d+", known["code"].lower())
        if span:
            want = {span[1]}
        # A note in brackets or a placeholder of the reference need not stand in our key.
        if not any(want == key or (len(want) > 2 and len(want & key) >= 2) or
                   (key and key <= want) for key in found):
            yield "reference row lost: %s, %s" % (known["scope"], known["code"])


def report(number, what, faults):
    for fault in faults:
        print("# codes.tsv: " + fault)
    print("%s %d - %s" % ("not ok" if faults else "ok", number, what))


def main():
    head, rows = read(os.path.join(SRCDIR, "data", "codes.tsv"))
    categories = sections("categories.ini")
    providers = sections("providers.ini")
    print("1..5")
    report(1, "columns", [] if head == COLUMNS else ["columns are " + " ".join(head)])
    report(2, "each row is well formed",
           ["%s: %s" % (row, fault) for row in rows for fault in row_faults(row, categories, providers)])
    rows = [row for row in rows if isinstance(row, dict)]
    keys = collections.Counter((r["scope"], r["reply"], r["status"], r["phrase"].lower()) for r in rows)
    report(3, "no key stands twice", [str(key) for key, n in keys.items() if n > 1])
    counts = collections.Counter(row["scope"] for row in rows)
    report(4, "no scope has lost rows",
           ["scope %s: %d rows, at least %d are known" % (scope, counts[scope], n)
            for scope, n in AT_LEAST.items() if counts[scope] < n])
    if os.path.exists(REFERENCE):
        report(5, "every row of the reference is found again", list(reference_faults(rows)))
    else:
        print("ok 5 # SKIP no shared reference beside the project")


if __name__ == "__main__":
    main()
