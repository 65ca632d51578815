#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeded mailbox: PLACE/mail (a Maildir), PLACE/marks.dump (for `notmuch restore
--accumulate`), PLACE/expected.json (what must be seen in it, told by who put it there).

    generate.py PLACE [--size=small | --bounces=N] [--now=EPOCH] [--seed=N] [--index]

Same arguments, same bytes. --index runs `notmuch new` in it, with PLACE/notmuch-config.
"""
import argparse, json, os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crowd, expected, story
from world import BILLING, DESK, NEWS, NOW, World

CONFIG = "[database]\npath=%s\n[user]\nname=Fennel Desk\nprimary_email=%s\nother_email=%s\n[new]\ntags=inbox\n"


def quoted(text):
    """As notmuch-dump(1) writes it."""
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_@=.,:/"
    return "".join(c if c in plain else "".join("%%%02x" % byte for byte in c.encode()) for c in text)


def dump_of(marks):
    """Tags and properties that an operator's retries have left."""
    tags, properties = {}, {}
    for mark in marks:
        tags.setdefault(mark["id"], set()).add(mark["mark"])
        lines = properties.setdefault(mark["id"], [])
        if mark["mark"] == "retry":
            lines += ["nixie.retry=%s" % mark["address"], "nixie.retry-due=%s %d" % (mark["address"], mark["due"])]
        else:
            lines.append("nixie.retried=%s %d" % (mark["address"], mark["retried"]))
    out = ["#notmuch-dump batch-tag:3 properties,tags"]
    for id in sorted(tags):
        out.append("#= %s %s" % (quoted(id), " ".join("%s=%s" % tuple(quoted(half) for half in line.split("=", 1)) for line in properties[id])))
        out.append("%s -- id:%s" % (" ".join("+" + tag for tag in sorted(tags[id])), quoted(id)))
    return "\n".join(out) + "\n"


def generate(place, bounces=0, now=NOW, seed=1):
    """The expectations, as they stand in the file."""
    mail = os.path.join(place, "mail")
    world = World(mail, now, seed)
    if bounces:
        crowd.tell(world, bounces)
    else:
        story.tell(world)
    told = expected.of(world, brief=bounces > 0)
    with open(os.path.join(place, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(told, file, indent=None if bounces else 1, sort_keys=True)
        file.write("\n")
    with open(os.path.join(place, "marks.dump"), "w", encoding="utf-8") as file:
        file.write(dump_of(world.marks))
    with open(os.path.join(place, "notmuch-config"), "w", encoding="utf-8") as file:
        file.write(CONFIG % (os.path.abspath(mail), DESK, ";".join((BILLING, NEWS))))
    return told


def index(place, env=None, marks=True):
    """Indexes the mailbox, tags what was sent, and sets the marks."""
    env = dict(env or os.environ, NOTMUCH_CONFIG=os.path.join(place, "notmuch-config"))
    steps = [["new", "--quiet"], ["tag", "+sent", "-inbox", "--", "folder:sent"]]
    for words in steps + [["restore", "--accumulate", "--input=" + os.path.join(place, "marks.dump")]] * marks:
        subprocess.run(["notmuch", *words], env=env, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("place")
    parser.add_argument("--size", choices=["small"], default="small")
    parser.add_argument("--bounces", type=int, default=0)
    parser.add_argument("--now", type=int, default=NOW)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", action="store_true")
    words = parser.parse_args()
    os.makedirs(words.place, exist_ok=True)
    told = generate(words.place, words.bounces, words.now, words.seed)
    if words.index:
        index(words.place)
    print("%d bounces, %d rows, %d addresses, %d letters" % tuple(told["counts"][x] for x in ("bounces", "rows", "addresses", "letters")))


if __name__ == "__main__":
    main()
