# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checklist demands of texts and screens: a row of requirements.tsv is a test.

Columns: number; what must hold; where it is met; what is run; words that must stand in what it
prints. What is run is `nixie ...` as in a shell, on a notmuch index of the demo's mailbox, or
`golden NAME`, a screen of tests/ui/golden; several are joined by ` ;; `, and {K1} is the text of
that row of tests/data/seeds.tsv. Words are joined by ` & `; `!` before them: they must not stand
there; `<` before them: they stand behind the words before. Blanks and line ends count as one
blank, so that it does not matter where a line is wrapped.
"""
import csv, os, re, shlex, shutil, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from nixie import SRCDIR, Home, Tap

COUNTS = {"K-R": 11, "D-R": 16, "O-R": 12, "M-R": 23, "T-R": 11}


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        lines = [line for line in file if not line.startswith("# ")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def printed(home, command, seeds):
    """What a command prints, in one line."""
    out = []
    for one in command.split(" ;; "):
        words = [re.sub(r"\{(\w+)\}", lambda m: seeds[m.group(1)], word) for word in shlex.split(one)]
        if words[0] == "golden":
            with open(os.path.join(SRCDIR, "tests", "ui", "golden", words[1] + ".txt"), encoding="utf-8") as file:
                out.append(file.read())
        else:
            got = home.nixie(*(os.path.join(SRCDIR, word) if word.startswith(("data/", "tests/")) else word for word in words[1:]))
            out.append("exit %d " % got.code * (got.code not in (0, 65)) + got.text + " " + got.said)
    return " ".join(" ".join(out).split())


def misses(text, wanted):
    at = 0
    for words in wanted.split(" & "):
        if words.startswith("!"):
            if words[1:] in text:
                yield "stands there: %s" % words[1:]
        elif words.startswith("<"):
            at = text.find(words[1:], at)
            if at < 0:
                yield "does not follow: %s" % words[1:]
                at = 0
        else:
            at = text.find(words)
            if at < 0:
                yield "is missing: %s" % words
                at = 0


def main():
    tap = Tap()
    seeds = {row["number"]: row["text"].replace("\\n", "\n") for row in table(os.path.join(SRCDIR, "tests", "data", "seeds.tsv"))}
    rows = table(os.path.join(HERE, "requirements.tsv"))
    with Home() as home:
        home.env["NIXIE_NOW"] = "1794225600"  # 9 November 2026: the delays are still tried
        home.make_index()
        for row in rows:
            text = printed(home, row["run"], seeds)
            problems = list(misses(text, row["words"]))
            tap.check(not problems, "%s %s (%s)" % (row["number"], row["what"], row["where"]),
                      "\n".join(problems + [row["run"], text[:1500]]))
    numbers = {"%s%d" % (letter, i) for letter, n in COUNTS.items() for i in range(1, n + 1)}
    tested = {row["number"] for row in rows}
    tap.equal(numbers - tested, set(), "every requirement has its test")
    tap.equal(tested - numbers, set(), "every test has its requirement")
    tap.end()


if __name__ == "__main__":
    main()
