#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text for people is there in every language that --lang takes.

A translation is as whole as the English text: nothing missing, nothing left over, the same facts in it, as many steps,
labels that fit. The languages are those of data/words.ini.
"""
import glob
import os
import re
import unicodedata

SRCDIR = os.environ.get("SRCDIR", os.path.join(os.path.dirname(__file__), "..", ".."))
DATA = os.path.join(SRCDIR, "data")
LANGUAGES = ["de", "es", "fr", "ja"]
TEXT_KEY = re.compile(r"(title|load|short|explanation|delay|next\.\d+|retry\.text|note)$")
ENTRY = re.compile(r"([^=\[\]]+?)(?:\[(\w+)\])?\s*=\s*(.*)$")
# Facts as {name} or {name|words}; what stands in [ ] around one is left out with it.
FACT = re.compile(r"\{(\w+)(\|)?")
OPTIONAL = re.compile(r"\[[^\]]*\{[^\]]*\]")
CELLS = {"short": 12, "show": 13, "pane": 15}  # room for a title in a list, a label of `show`, one of the screen
PANE_WIDE = ("who-can-fix", "what-to-do", "send-again")
PANE_LINES = ("original", "this-address", "delays", "unreadable", "reading", "gone", "code-meanings", "code-why", "not-quoted",
              "same-command")  # headings and texts: a line of their own
PANE_FACT_CELLS = 11


def cells(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def is_name(text):
    """Names of firms and lists stay as they are: no word of theirs is in small letters."""
    return not any(re.fullmatch("[a-z]+", word) for word in re.findall(r"[^\s(),/]+", text))


def is_text(name, group, key, value):
    if name in ("words.ini", "handover.ini"):
        return key != "categories"
    return TEXT_KEY.match(key) and not (name in ("blocklists.ini", "providers.ini") and key == "title" and is_name(value))


def load(name):
    """{(group, key): {language: text}}, English as "en"."""
    texts, group = {}, None
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        for line in map(str.strip, file):
            entry = ENTRY.match(line)
            if line.startswith("[") and line.endswith("]") and "=" not in line:
                group = line[1:-1]
            elif entry and not line.startswith("#"):
                key, language, text = entry.groups()
                texts.setdefault((group, key), {})[language or "en"] = text
    return texts


def meanings(name):
    """{(scope, reply, status, phrase): meaning}"""
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("# ")]
    return {tuple(row[:4]): row[-1] for row in rows[1:]}, {len(row) for row in rows}


def facts(text):
    """The facts that a text names, once each, and how: left out with words around it, or with a substitute."""
    optional = "".join(OPTIONAL.findall(text))
    found = {(name, bool(bar), False) for name, bar in FACT.findall(OPTIONAL.sub("", text))}
    return found | {(name, bool(bar), True) for name, bar in FACT.findall(optional)}


def is_sentence(text):
    return len(text.split()) > 2 and re.search("[a-z]{3}", re.sub(r"\{[^}]*\}", "", text))


def room(name, group, key):
    if key == "short":
        return CELLS["short"]
    if name != "words.ini" or group not in ("show", "pane") or key in PANE_LINES:
        return None
    return PANE_FACT_CELLS if group == "pane" and key not in PANE_WIDE else CELLS[group]


def text_faults(name, group, key, english, text):
    if not text:
        yield "is missing"
        return
    if facts(text) != facts(english):
        yield "names other facts than the English text"
    if text.count("{") != text.count("}") or text.count("[") != text.count("]"):
        yield "a bracket is open"
    if text == english and is_sentence(english):
        yield "is English"
    if room(name, group, key) and cells(text) > room(name, group, key):
        yield "is wider than %d cells" % room(name, group, key)
    if group == "severity" and text[text.find("("):] != english[english.find("("):]:
        yield "does not end with the mark of the lists"
    if re.search(r"  |[ \t]$", text):
        yield "has a blank too many"
    if is_sentence(english) and english[-1] in ".?!" and text[-1] not in ".?!…。？！」":
        yield "does not end as a sentence"
    if key == "explanation" and re.search(r"\d", re.split(r"(?<=[.!?…]) |(?<=。)", re.sub(r"\{\w+\|?|\}", "", text))[0]):
        yield "a code in the first sentence"


def file_faults(name, language):
    for (group, key), texts in load(name).items():
        if "en" not in texts:
            yield "[%s] %s[%s]: there is no English text" % (group, key, "], [".join(texts))
        elif is_text(name, group, key, texts["en"]):
            for fault in text_faults(name, group, key, texts["en"], texts.get(language)):
                yield "[%s] %s[%s]: %s" % (group, key, language, fault)


def code_faults(language):
    name = "codes.%s.tsv" % language
    if not os.path.exists(os.path.join(DATA, name)):
        yield "there is no %s" % name
        return
    english, _ = meanings("codes.tsv")
    own, widths = meanings(name)
    if widths != {5}:
        yield "a row has no five columns"
    for key in sorted(english.keys() - own.keys()):
        yield "%s: is missing" % " ".join(filter(None, key))
    for key in sorted(own.keys() - english.keys()):
        yield "%s: codes.tsv has no such row" % " ".join(filter(None, key))
    for key in english.keys() & own.keys():
        if own[key] == english[key] and len(english[key].split()) > 3:
            yield "%s: \"%s\" is English" % (" ".join(filter(None, key)), own[key])


def remark_faults():
    """What the reader of reports remarks stands in [note], or it could not be told in another language."""
    notes = {re.sub(r"\{\w+\}", "{}", texts["en"]) for (group, _), texts in load("words.ini").items() if group == "note"}
    for path in ("src/extract/warnings.c", "src/worker/role_extractor.c"):
        with open(os.path.join(SRCDIR, path), encoding="utf-8") as file:
            source = file.read()
        literals = re.findall(r'"(?:[^"\\]|\\.)*"(?:\s*(?:PRI\w+\s*)?"(?:[^"\\]|\\.)*")*', source)
        for literal in literals:
            remark = re.sub(r'%"\s*PRI\w+\s*"|%\w+', "{}", literal)
            remark = re.sub(r'"\s*"', "", remark).strip('"')
            if re.match(r"[A-Z].* .*\.$", remark) and remark not in notes:
                yield "%s: [note] does not have: %s" % (path, remark)


def report(number, what, findings):
    for finding in findings:
        print("# " + finding)
    print("%s %d - %s" % ("not ok" if findings else "ok", number, what))


def main():
    names = ["words.ini", "categories.ini", "blocklists.ini", "providers.ini", "handover.ini"]
    names += ["rules/" + os.path.basename(path) for path in sorted(glob.glob(os.path.join(DATA, "rules", "*.rules")))]
    names += ["exports/" + os.path.basename(path) for path in sorted(glob.glob(os.path.join(DATA, "exports", "*.ini")))]
    there = sorted({language for texts in load("words.ini").values() for language in texts} - {"en"})
    print("1..%d" % (2 + len(there) * (len(names) + 1)))
    report(1, "the languages", ["there is no %s" % language for language in LANGUAGES if language not in there])
    report(2, "remarks of the reader of reports", list(remark_faults()))
    number = 2
    for language in there:
        for name in names:
            number += 1
            report(number, "%s in %s" % (name, language), list(file_faults(name, language)))
        number += 1
        report(number, "codes in %s" % language, list(code_faults(language)))


if __name__ == "__main__":
    main()
