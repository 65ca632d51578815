# SPDX-License-Identifier: GPL-3.0-or-later
"""contrib/fleet at work: a mailbox through `nixie extract` into a table, whose counts are held against `nixie stats`."""
import os, subprocess, sys
from nixie import NIXIE, SRCDIR

FLEET = os.path.join(SRCDIR, "contrib", "fleet")
LOAD = os.path.join(FLEET, "load")
KEYS = ("category", "domain", "day")
WORDS = ("extract", "--files-from=-", "--jobs=2", "--format=json-lines", "--per=recipient", "--quiet")


def query(name):
    with open(os.path.join(FLEET, "queries", name + ".sql"), encoding="utf-8") as file:
        return file.read()


def schema(name):
    with open(os.path.join(FLEET, "schema.%s.sql" % name), encoding="utf-8") as file:
        return file.read()


def extract(box, out):
    """The lines of all mail of the box, as a file beside a mail store would be made: find | nixie."""
    with open(out, "wb") as file:
        find = subprocess.Popen(["find", box.mail, "-type", "f", "-path", "*/cur/*", "-o", "-type", "f", "-path", "*/new/*"], stdout=subprocess.PIPE)
        nixie = subprocess.run([NIXIE, *WORDS], stdin=find.stdout, stdout=file, stderr=subprocess.PIPE, env=box.env)
        find.stdout.close()
        find.wait()
    return nixie


def load(box, *words, **more):
    return subprocess.run([sys.executable, LOAD, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=box.env, **more)


def stats(box, key):
    """What nixie counts: (key, key2, key3) as far as there are any -> (bounces, addresses)."""
    got = box.nixie("stats", "--by=" + key, "--format=json", timeout=900)
    if got.code:
        raise RuntimeError(got)
    return {tuple(row[name] for name in ("key", "key2", "key3") if name in row): (row["bounces"], row["addresses"]) for row in got.json()}


def compare(tap, box, ask, name, story=True):
    """`ask(query)` gives rows of text and numbers. The story of the seeded mailbox has incidents; a crowd may have some."""
    for key in KEYS:
        rows = ask(query("by-" + key))
        tap.equal({(str(row[0]),): (int(row[1]), int(row[2])) for row in rows}, stats(box, key), "%s: bounces by %s are those of `nixie stats`" % (name, key))
        order = [str(row[0]) for row in rows] if key == "day" else [int(row[1]) for row in rows]
        tap.equal(order, sorted(order, reverse=True), "%s: by %s, in their order" % (name, key))
    want = stats(box, "incident")
    found = {tuple(map(str, row[:3])): (int(row[3]), int(row[4])) for row in ask(query("incidents"))}
    tap.check(found or not story, "%s: there are incidents, if there must be" % name)
    tap.equal(found, want, "%s: and they are those of `nixie stats`" % name)
