#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of data/categories.ini and of the rules hold to the house style of plain language.

Each says first that the message did not arrive, without a code; no text is above
Flesch-Kincaid grade 8; placeholders are known ones and have a fallback that reads well.
"""
import configparser
import glob
import os
import re

SRCDIR = os.environ.get("SRCDIR", os.path.join(os.path.dirname(__file__), "..", ".."))
FACTS = set("address display domain remote_mta reporting_mta sending_ip list limit link seconds until date".split())
ACTORS = {"sender", "sender-admin", "recipient", "recipient-admin", "nobody"}
IDS = """no-such-user no-such-domain bad-address mailbox-disabled mailbox-full message-too-big
attachment-rejected spam-rejected virus-detected policy-rejected recipient-restricted blocklisted
sender-auth-failed reverse-dns sender-rejected login-required relay-denied tls-required rate-limited
greylisted remote-server-error connection-failed dns-failure mail-loop expired protocol-error
suppressed unclassified kind-delay origin-forged retries-ended answer-temporary""".split()
MAX_GRADE = 8.0


def syllables(word):
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) <= 3:
        return 1
    word = re.sub(r"(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def grade(text):
    sentences = [s for s in re.split(r"[.!?:]+(?:\s|$)", text) if s.strip()]
    words = re.findall(r"[A-Za-z'-]+", text)
    if not words:
        return 0.0
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * per_word - 15.59


def plain(text):
    return re.sub(r"\{[a-z_]+\|([^}]*)\}", r"\1", text)


def text_faults(group):
    """What any group that speaks to people must keep: a category, an override, a rule."""
    for key, value in group.items():
        if not re.match(r"explanation|next\.|title|retry\.text|short", key):
            continue
        for fact, fallback in re.findall(r"\{([a-z_]*)\|?([^}]*)\}", value):
            if fact not in FACTS:
                yield "%s: unknown placeholder {%s}" % (key, fact)
            if not fallback.strip():
                yield "%s: {%s} has no fallback" % (key, fact)
    explanation = plain(group.get("explanation", ""))
    if re.search(r"\d", re.split(r"(?<=[.!?]) ", explanation)[0]):
        yield "explanation: a code in the first sentence"
    steps = " ".join(value for key, value in group.items() if key.startswith("next."))
    for label, text in (("explanation", explanation), ("steps", steps)):
        if grade(text) > MAX_GRADE:
            yield "%s: reading grade %.1f" % (label, grade(text))
    for who in filter(None, group.get("who", "").split(";")):
        if who not in ACTORS:
            yield "who: %r" % who


def category_faults(name, group):
    yield from text_faults(group)
    if name == "answer-temporary":
        return
    if name != "origin-forged" and not re.match(r"Your message (did not|has not) arrive", group["explanation"]):
        yield "explanation: does not begin with what happened"
    if "next.1" not in group:
        yield "no steps"
    if name in ("kind-delay", "origin-forged", "retries-ended"):
        return
    for key in ("title", "short", "type", "who", "retry", "retry.text", "ses", "explanation"):
        if not group.get(key):
            yield "%s: missing" % key
    if len(group.get("short", "")) > 12:
        yield "short: over 12 cells"
    if (group["retry"] in ("after", "automatic")) != ("retry.seconds" in group):
        yield "retry.seconds: only and always with after and automatic"
    if group["ses"].startswith("Permanent") and "ses.soft" not in group:
        yield "ses.soft: missing"


def rule_faults(group):
    yield from text_faults(group)
    if "explanation" in group and not re.match(r"Your message (did not arrive|was not)", group["explanation"]):
        yield "explanation: does not begin with what happened"


def load(path):
    ini = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True)
    ini.optionxform = str
    ini.read(path, encoding="utf-8")
    return ini


def report(number, what, findings):
    for finding in findings:
        print("# " + finding)
    print("%s %d - %s" % ("not ok" if findings else "ok", number, what))


def main():
    data = os.path.join(SRCDIR, "data")
    ini = load(os.path.join(data, "categories.ini"))
    files = sorted(glob.glob(os.path.join(data, "rules", "*.rules")))
    print("1..%d" % (1 + len(IDS) + len(files)))
    report(1, "28 categories and four situations, in order",
           [] if ini.sections() == IDS else ["groups are: " + " ".join(ini.sections())])
    for number, name in enumerate(IDS, 2):
        report(number, name, list(category_faults(name, ini[name])) if name in ini else ["is missing"])
    for number, path in enumerate(files, 2 + len(IDS)):
        rules = load(path)
        report(number, os.path.basename(path), ["[%s] %s" % (name, fault) for name in rules.sections()
                                                for fault in rule_faults(rules[name])])


if __name__ == "__main__":
    main()
