#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogues of messages, data/po: read by msgfmt's checks, and held beside what src/ says.

Without words it is a test. --table prints how whole each language is; --update writes the template anew and brings the
catalogues up to it: what is new stands there empty, what is gone is gone.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

SRCDIR = os.environ.get("SRCDIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PO = os.path.join(SRCDIR, "data", "po")
LANGUAGES = ["de", "es", "fr", "ja"]
XGETTEXT = ["xgettext", "--language=C", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2",
            "--keyword=NC_:1c,2", "--add-comments=TRANSLATORS:", "--add-location=file", "--sort-by-file",
            "--package-name=nixie", "--no-wrap", "--copyright-holder=the authors of nixie",
            "--flag=_:1:pass-c-format", "--flag=N_:1:pass-c-format", "--flag=ngettext:1:pass-c-format",
            "--flag=ngettext:2:pass-c-format"]


# Sentences that stay English, and why.
DATA = "errors in nixie's own data, for who writes them"
WHY = "why a mail was not read: it stands in results for machines, too"
REMARKS = "remarks on a report: data/words.ini has their translations"
ENGLISH = {
    "src/base/errors.c": "exit codes, for the manual",
    "src/base/file.c": WHY,
    "src/cli/extract.c": WHY,
    "src/extract/contest.c": WHY,
    "src/extract/extract.c": DATA,
    "src/extract/formatload.c": DATA,
    "src/extract/notice.c": DATA,
    "src/extract/warnings.c": REMARKS,
    "src/main.c": "said when nothing can be looked up any more",
    "src/rules/codes.c": DATA,
    "src/rules/knowledge.c": DATA,
    "src/rules/lexicon.c": DATA,
    "src/rules/provider.c": DATA,
    "src/rules/rulephrase.c": DATA,
    "src/store/changeset.c": "a fault of nixie's own",
    "src/store/database.c": "words of Xapian and libnotmuch, which are looked for",
    "src/store/indexer.c": WHY,
    "src/triage/action-list.c": "kept in the journal; triage/label.c tells it",
    "src/triage/correct.c": "a comment in a file of rules",
    "src/triage/label.c": "kept in the journal, and told beside it",
    "src/triage/result.c": WHY,
    "src/ui/keymap.c": "a fault of nixie's own",
    "src/worker/client_cache.c": "shown to nobody: what cannot be kept is read again",
    "src/worker/role_extractor.c": REMARKS,
    "src/worker/sandbox.c": "names of system calls",
    "src/worker/worker.c": WHY,
}
# Three words or more in a row, none of them of a command line or of SQL.
SENTENCE = re.compile(r"(?:\b[A-Za-z'][a-z']+[,;:]? ){2,}[A-Za-z'][a-z']+")
NO_SENTENCE = re.compile(r"\A\W*(?:nixie|DELETE|UPDATE|INSERT|SELECT|CREATE|BEGIN|PRAGMA)\b|\[(?:--|FILTERS)|QUERY|ADDRESS|CATEGORY")
PIECES = re.compile(r'(?:"(?:[^"\\\n]|\\.)*"|\bPRI[a-zA-Z0-9]+\b)(?:[\s\\]*(?:"(?:[^"\\\n]|\\.)*"|\bPRI[a-zA-Z0-9]+\b))*')


def literals(path):
    """(line, text) of the strings of a file, as the template has them."""
    with open(os.path.join(SRCDIR, path), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment.group().count("\n"), file.read(), flags=re.S)
    for found in PIECES.finditer(text):
        pieces = re.findall(r'"((?:[^"\\\n]|\\.)*)"|\b(PRI[a-zA-Z0-9]+)\b', found.group())
        yield text.count("\n", 0, found.start()) + 1, "".join(said or ("<%s>" % macro if macro else "") for said, macro in pieces)


def unmarked(template):
    """Sentences of src/ that are neither in the template nor English for a reason; and reasons that nothing needs."""
    with open(template, encoding="utf-8") as file:
        entries = re.findall(r'^(?:msgid|msgid_plural) ((?:".*"\n)+)', file.read(), re.M)
    known = {"".join(re.findall(r'"(.*)"', entry)) for entry in entries}
    left, needed = [], set()
    for path in sources():
        for line, text in literals(path):
            if text in known or not SENTENCE.search(text) or NO_SENTENCE.search(text):
                continue
            needed.add(path)
            if path not in ENGLISH:
                left.append("%s:%d: %s" % (path, line, text))
    return left, sorted(set(ENGLISH) - needed)


def sources():
    found = []
    for root, _, names in os.walk(os.path.join(SRCDIR, "src")):
        found += [os.path.relpath(os.path.join(root, name), SRCDIR) for name in names if name.endswith((".c", ".h", ".def"))]
    return sorted(found)


def run(*words, cwd=None):
    return subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
                          env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=""))


def extract(path):
    done = run(*XGETTEXT, "-o", path, *sources(), cwd=SRCDIR)
    if done.returncode:
        raise SystemExit(done.stderr)
    with open(path, encoding="utf-8") as file:  # no date: nothing changes when no string does
        text = re.sub(r'"POT-Creation-Date: .*\\n"\n', "", file.read())
    text = re.sub(r"\A(?:#.*\n)+", "# SPDX-License-Identifier: GPL-3.0-or-later\n# What nixie says, for translation.\n", text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def state(language, template):
    """(messages, translated, fuzzy, those without a translation) of what src/ says now."""
    with tempfile.TemporaryDirectory() as room:
        merged = os.path.join(room, "merged.po")
        run("msgmerge", "--no-fuzzy-matching", "--no-wrap", "-o", merged, os.path.join(PO, language + ".po"), template)
        said = run("msgattrib", "--no-obsolete", merged).stdout
        missing = run("msgattrib", "--no-obsolete", "--untranslated", "--no-wrap", merged).stdout
        fuzzy = run("msgattrib", "--no-obsolete", "--only-fuzzy", merged).stdout
    names = re.findall(r'^msgid ("(?:.*)"(?:\n".*")*)', missing, re.M)
    names = [name for name in names if name.replace('"', "").strip()]
    total = len(re.findall(r"^msgid ", said, re.M)) - 1
    n_fuzzy = max(len(re.findall(r"^msgid ", fuzzy, re.M)) - 1, 0)
    return total, total - len(names) - n_fuzzy, n_fuzzy, names


def update():
    template = os.path.join(PO, "nixie.pot")
    extract(template)
    for language in LANGUAGES:
        path = os.path.join(PO, language + ".po")
        done = run("msgmerge", "--update", "--backup=none", "--no-fuzzy-matching", "--no-wrap", "--sort-by-file", "--quiet", path, template)
        text = run("msgattrib", "--no-obsolete", "--no-wrap", "--sort-by-file", path)
        if done.returncode or text.returncode:
            raise SystemExit(done.stderr + text.stderr)
        with open(path, "w", encoding="utf-8") as file:
            file.write(re.sub(r'"POT-Creation-Date: .*\\n"\n', "", text.stdout))


def table():
    with tempfile.TemporaryDirectory() as room:
        template = os.path.join(room, "nixie.pot")
        extract(template)
        print("%-9s %6s %8s %8s" % ("language", "done", "missing", "unsure"))
        for language in LANGUAGES:
            total, done, fuzzy, missing = state(language, template)
            print("%-9s %5d%% %8d %8d" % (language, done * 100 // max(total, 1), len(missing), fuzzy))
            if os.environ.get("VERBOSE"):
                print("\n".join("    " + name for name in missing))


def test():
    print("1..%d" % (2 * len(LANGUAGES) + 1))
    if not shutil.which("xgettext") or not shutil.which("msgfmt"):
        for number in range(1, 2 * len(LANGUAGES) + 2):
            print("ok %d - messages # SKIP gettext is not installed" % number)
        return
    with tempfile.TemporaryDirectory() as room:
        template = os.path.join(room, "nixie.pot")
        extract(template)
        for number, language in enumerate(LANGUAGES):
            checked = run("msgfmt", "--check", "-o", os.devnull, os.path.join(PO, language + ".po"))
            print("%s %d - messages in %s have the directives of the English" % ("not ok" if checked.returncode else "ok", 2 * number + 1, language))
            print("".join("# " + line + "\n" for line in checked.stderr.splitlines()), end="")
            total, done, fuzzy, missing = state(language, template)
            print("".join("# missing: %s\n" % name.replace("\n", " ") for name in missing[:10]), end="")
            print("# %s: %d of %d, %d missing" % (language, done, total, len(missing)))
            print("%s %d - messages in %s: none is missing, none is unsure" % ("not ok" if missing or fuzzy else "ok", 2 * number + 2, language))
        left, spare = unmarked(template)
        print("".join("# not marked with _(): %s\n" % text for text in left), end="")
        print("".join("# a reason that nothing needs: %s\n" % path for path in spare), end="")
        print("%s %d - every sentence is marked, or English for a reason" % ("not ok" if left or spare else "ok", 2 * len(LANGUAGES) + 1))


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    elif sys.argv[1:] == ["--table"]:
        table()
    else:
        test()
