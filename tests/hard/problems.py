# SPDX-License-Identifier: GPL-3.0-or-later
"""The hard problems H1 to H40 on one mail or one text each: a row of problems.tsv is a test.

Columns: problem; sample, a mail in this folder, or `text:` and the words of a server; name; facts
that must hold, joined by `; `. A fact is FIELD=VALUE, FIELD~PATTERN or FIELD!~PATTERN. Fields are
those of the JSON: `kind` is the report's, `0.status` the first recipient's, `0.who.1` its second
actor, `others.0.kind`; `n` counts the recipients. Of values, `-` is unknown or empty and `*` is
anything known. What needs an index is in mailbox.py.
"""
import csv, json, os, re, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..")]
from corpus import evidence
from nixie import Home, Tap

NUMBERS = {"H%d" % i for i in range(1, 41)}
ELSEWHERE = {"H7", "H31", "H36", "H37", "H39"}  # mailbox.py, limits.py, redact.py


def value(report, path):
    """The value at `path` as text; "-" when there is none."""
    words = path.split(".")
    if path == "n":
        return str(len(report["recipients"]))
    at = report["recipients"] if words[0].isdigit() else report
    for word in words:
        if isinstance(at, list):
            at = at[int(word)] if int(word) < len(at) else None
        elif isinstance(at, dict):
            at = at[word]
        if at is None:
            return "-"
    if isinstance(at, list):
        return ",".join(x if isinstance(x, str) else json.dumps(x) for x in at) or "-"
    return {True: "yes", False: "no"}.get(at, str(at)) if isinstance(at, bool) else str(at)


def misses(report, facts):
    """Yields what does not hold."""
    for fact in facts.split("; "):
        path, how, want = re.match(r"([\w.]+)(=|~|!~)(.*)$", fact).groups()
        got = value(report, path)
        if how == "=":
            good = got != "-" if want == "*" else got == want
        else:
            good = bool(re.search(want, got)) == (how == "~")
        if not good:
            yield "%s, but it is %s" % (fact, got)


def rows():
    with open(os.path.join(HERE, "problems.tsv"), encoding="utf-8", newline="") as table:
        lines = [line for line in table if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_all(home, samples):
    """Sample -> object of nixie extract; one of a text has its one recipient in the same place."""
    found = {}
    mails = sorted({sample for sample in samples if not sample.startswith("text:")})
    for one in home.nixie("extract", "--format=json-lines", *(os.path.join(HERE, m) for m in mails)).lines():
        found[os.path.basename(one["file"])] = one
    for sample in set(samples) - set(mails):
        text = sample[len("text:"):].replace("\\n", "\n").encode()
        one = home.nixie("explain", "--format=json", "-", stdin=text).json()
        found[sample] = dict(one, recipients=[one])
    return found


def main():
    tap = Tap()
    table = rows()
    with Home() as home:
        home.env["NIXIE_NOW"] = "1794225600"  # 9 November 2026: the delays are still tried
        found = read_all(home, [row["sample"] for row in table])
    for row in table:
        report = found.get(row["sample"])
        problems = list(misses(report, row["facts"])) if report else ["no answer"]
        if report and not row["sample"].startswith("text:"):
            with open(os.path.join(HERE, row["sample"]), "rb") as file:
                problems += evidence(file.read(), report)
        tap.check(not problems, "%s %s" % (row["problem"], row["name"]), "\n".join([row["sample"]] + problems))
    untested = NUMBERS - {row["problem"] for row in table} - ELSEWHERE
    tap.check(not untested, "every problem has its test", " ".join(sorted(untested)))
    mails = {name for name in os.listdir(HERE) if re.match(r"h\d+-.*\.eml$", name)}
    tap.equal(mails - set(found), set(), "every mail has its row")
    tap.end()


if __name__ == "__main__":
    main()
