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
    print("1..%d" % (2 * len(LANGUAGES)))
    if not shutil.which("xgettext") or not shutil.which("msgfmt"):
        for number in range(1, 2 * len(LANGUAGES) + 1):
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


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    elif sys.argv[1:] == ["--table"]:
        table()
    else:
        test()
