#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of data/categories.ini hold to the house style of plain language.

Each category says first that the message did not arrive, without a code; no text is above
Flesch-Kincaid grade 8; placeholders are known ones and have a fallback that reads well.
"""
import configparser
import os
import re

SRCDIR = os.environ.get("SRCDIR", os.path.join(os.path.dirname(__file__), "..", ".."))
FACTS = set("address domain remote_mta reporting_mta sending_ip list limit link seconds until date".split())
ACTORS = {"sender", "sender-admin", "recipient", "recipient-admin", "nobody"}
IDS = """no-such-user no-such-domain bad-address mailbox-disabled mailbox-full message-too-big
attachment-rejected spam-rejected virus-detected policy-rejected recipient-restricted blocklisted
sender-auth-failed reverse-dns sender-rejected login-required relay-denied tls-required rate-limited
greylisted remote-server-error connection-failed dns-failure mail-loop expired protocol-error
suppressed unclassified kind-delay origin-forged""".split()
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


def faults(name, group):
    def steps():
        return [value for key, value in group.items() if key.startswith("next.")]

    for key, value in group.items():
        for fact, fallback in re.findall(r"\{([a-z_]*)\|?([^}]*)\}", value):
            if fact not in FACTS:
                yield "%s: unknown placeholder {%s}" % (key, fact)
            if not fallback.strip():
                yield "%s: {%s} has no fallback" % (key, fact)
    plain = re.sub(r"\{[a-z_]+\|([^}]*)\}", r"\1", group.get("explanation", ""))
    first = re.split(r"(?<=[.!?]) ", plain)[0]
    if re.search(r"\d", first):
        yield "explanation: a code in the first sentence"
    if name != "origin-forged" and not re.match(r"Your message (did not|has not) arrive", plain):
        yield "explanation: does not begin with what happened"
    if not steps():
        yield "no steps"
    for who in group.get("who", "").split(";"):
        if who not in ACTORS:
            yield "who: %r" % who
    if name not in ("kind-delay", "origin-forged"):
        for key in ("title", "short", "type", "retry", "retry.text", "ses", "explanation"):
            if not group.get(key):
                yield "%s: missing" % key
        if len(group.get("short", "")) > 12:
            yield "short: over 12 cells"
        if (group["retry"] in ("after", "automatic")) != ("retry.seconds" in group):
            yield "retry.seconds: only and always with after and automatic"
        if group["ses"].startswith("Permanent") and "ses.soft" not in group:
            yield "ses.soft: missing"
    for label, text in (("explanation", plain), ("steps", " ".join(steps()))):
        if grade(text) > MAX_GRADE:
            yield "%s: reading grade %.1f" % (label, grade(text))


def load():
    ini = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True)
    ini.optionxform = str
    ini.read(os.path.join(SRCDIR, "data", "categories.ini"), encoding="utf-8")
    return ini


def main():
    ini = load()
    print("1..%d" % (1 + len(IDS)))
    if ini.sections() != IDS:
        print("# groups are: " + " ".join(ini.sections()))
    print("%s 1 - 28 categories and two overrides, in order" % ("ok" if ini.sections() == IDS else "not ok"))
    for number, name in enumerate(IDS, 2):
        found = list(faults(name, ini[name])) if ini.has_section(name) else ["is missing"]
        for fault in found:
            print("# categories.ini: [%s] %s" % (name, fault))
        print("%s %d - %s" % ("not ok" if found else "ok", number, name))


if __name__ == "__main__":
    main()
