#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The English texts of data/ hold to the house style of plain language.

Categories, situations, rules, words.ini, notes on blocklists and meanings of codes: no text is
above Flesch-Kincaid grade 8, no sentence longer than 20 words, no code in the first sentence;
placeholders are facts that there are (src/rules/textfact.def), with words to stand in unless the whole
part is left out without them.
"""
import configparser
import glob
import os
import re

SRCDIR = os.environ.get("SRCDIR", os.path.join(os.path.dirname(__file__), "..", ".."))
ACTORS = {"sender", "sender-admin", "recipient", "recipient-admin", "nobody"}
IDS = """no-such-user no-such-domain bad-address mailbox-disabled mailbox-full message-too-big
attachment-rejected spam-rejected virus-detected policy-rejected recipient-restricted blocklisted
sender-auth-failed reverse-dns sender-rejected login-required relay-denied tls-required rate-limited
greylisted remote-server-error connection-failed dns-failure mail-loop expired protocol-error
suppressed unclassified kind-delay delay-over origin-forged retries-ended answer-temporary forwarded reply-alone
code-alone delay-ours admin-first delay-unanswered forwarded-note
list-post postmaster-copy own-side unread-mailbox""".split()
MAX_GRADE = 8.0
MAX_WORDS = 20
SITUATIONS = ("kind-delay", "delay-over", "origin-forged", "retries-ended", "forwarded", "reply-alone", "code-alone")
REMARKS = ("delay-ours", "admin-first", "delay-unanswered", "forwarded-note", "list-post", "postmaster-copy", "own-side", "unread-mailbox")


def facts():
    """The names of src/rules/textfact.def."""
    with open(os.path.join(SRCDIR, "src", "rules", "textfact.def"), encoding="utf-8") as code:
        return set(re.findall(r'^FACT\(\w+, "(\w+)"\)', code.read(), re.M))


FACTS = facts()


def syllables(word):
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) <= 3:
        return 1
    word = re.sub(r"(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def sentences(text):
    return [s for s in re.split(r"[.!?]+(?:\s|$)", text) if s.strip()]


def words(text):
    return re.findall(r"[A-Za-z0-9'-]+", text)


def grade(text):
    count = len(words(text))
    if not count:
        return 0.0
    per_word = sum(map(syllables, words(text))) / count
    return 0.39 * count / len(sentences(text)) + 11.8 * per_word - 15.59


def readings(text):
    """The text with nothing known, and with all: facts are names, which count as a word."""
    bare = re.sub(r"\[[^\]]*\{[^\]]*\]", "", text)
    yield re.sub(r"\{[a-z_]+\|([^}]*)\}", r"\1", bare)
    yield re.sub(r"\{[^}]*\}", "that", re.sub(r"[\[\]]", "", text))


def placeholder_faults(text):
    for fact, bar, words_instead in re.findall(r"\{([a-z_]*)(\|?)([^}]*)\}", text):
        if fact not in FACTS:
            yield "unknown placeholder {%s}" % fact
        if bar and not words_instead.strip():
            yield "{%s} has no words to stand in" % fact
    for fact in re.findall(r"\{([a-z_]*)\}", re.sub(r"\[[^\]]*\]", "", text)):
        yield "{%s} has no words to stand in" % fact


def reading_faults(text, max_grade=MAX_GRADE):
    for reading in readings(text):
        if grade(reading) > max_grade:
            yield "reading grade %.1f: %s" % (grade(reading), reading)
        for sentence in sentences(reading):
            if max(len(words(part)) for part in re.split(r"[:;]\s", sentence)) > MAX_WORDS:
                yield "%d words: %s" % (len(words(sentence)), sentence)


def text_faults(group):
    """What any group that speaks to people must keep: a category, an override, a rule."""
    for key, value in group.items():
        if re.match(r"explanation|delay|next\.|title|retry\.text|short", key):
            for fault in placeholder_faults(value):
                yield "%s: %s" % (key, fault)
    explanation = group.get("explanation", "")
    if re.search(r"\d", sentences(explanation)[0] if explanation else ""):
        yield "explanation: a code in the first sentence"
    steps = " ".join(value for key, value in group.items() if key.startswith("next."))
    for label, text in (("explanation", explanation), ("delay", group.get("delay", "")), ("steps", steps),
                        ("retry.text", group.get("retry.text", ""))):
        for fault in reading_faults(text):
            yield "%s: %s" % (label, fault)
    for who in filter(None, group.get("who", "").split(";")):
        if who not in ACTORS:
            yield "who: %r" % who


def category_faults(name, group):
    yield from text_faults(group)
    if name == "answer-temporary":
        return
    if name not in ("origin-forged",) + REMARKS and not re.match(r"Your message (did not arrive|has not arrived|had not arrived)", group["explanation"]):
        yield "explanation: does not begin with what happened"
    if "next.1" not in group:
        yield "no steps"
    if name in SITUATIONS + REMARKS:
        return
    for key in ("title", "short", "type", "who", "retry", "retry.text", "ses", "explanation", "delay"):
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


def word_faults(ini):
    """words.ini, handover.ini: sentences; labels and names of a word or two have no reading grade."""
    for name in ini.sections():
        for key, value in ini[name].items():
            text = re.sub(r"\{[a-z_]+(\|[^}]*)?\}", "that", value).strip("[]")
            if "[" not in key and key != "categories" and len(words(text)) > 6:
                yield from ("[%s] %s: %s" % (name, key, fault) for fault in reading_faults(text))


def note_faults(ini):
    for name in ini.sections():
        yield from ("[%s] %s" % (name, fault) for fault in reading_faults(ini[name].get("note", "")))


def meaning_faults(path):
    """Meanings are a few words each: their grade is that of all of them together."""
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("# ")][1:]
    meanings = [row[8] for row in rows]
    if grade(". ".join(meanings) + ".") > MAX_GRADE:
        yield "codes.tsv: reading grade %.1f" % grade(". ".join(meanings) + ".")
    for meaning in meanings:
        if len(words(meaning)) > MAX_WORDS:
            yield "codes.tsv: %d words: %s" % (len(words(meaning)), meaning)
        if re.search(r"\b[245]\.\d+\.\d+\b", meaning):
            yield "codes.tsv: a code explains a code: %s" % meaning


def load(path):
    ini = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True)
    ini.optionxform = str
    ini.read(path, encoding="utf-8")
    for group in ini.sections():  # translations are check-translations.py's
        for key in [key for key in ini[group] if key.endswith("]")]:
            ini.remove_option(group, key)
    return ini


def report(number, what, findings):
    for finding in findings:
        print("# " + finding)
    print("%s %d - %s" % ("not ok" if findings else "ok", number, what))


def main():
    data = os.path.join(SRCDIR, "data")
    ini = load(os.path.join(data, "categories.ini"))
    files = sorted(glob.glob(os.path.join(data, "rules", "*.rules")))
    more = (("words.ini", list(word_faults(load(os.path.join(data, "words.ini"))))),
            ("handover.ini", list(word_faults(load(os.path.join(data, "handover.ini"))))),
            ("blocklists.ini", list(note_faults(load(os.path.join(data, "blocklists.ini"))))),
            ("codes.tsv", list(meaning_faults(os.path.join(data, "codes.tsv")))))
    print("1..%d" % (1 + len(IDS) + len(files) + len(more)))
    report(1, "28 categories, seven situations and eight remarks, in order",
           [] if ini.sections() == IDS else ["groups are: " + " ".join(ini.sections())])
    for number, name in enumerate(IDS, 2):
        report(number, name, list(category_faults(name, ini[name])) if name in ini else ["is missing"])
    for number, path in enumerate(files, 2 + len(IDS)):
        rules = load(path)
        report(number, os.path.basename(path), ["[%s] %s" % (name, fault) for name in rules.sections()
                                                for fault in rule_faults(rules[name])])
    for number, (name, faults) in enumerate(more, 2 + len(IDS) + len(files)):
        report(number, name, faults)


if __name__ == "__main__":
    main()
