# SPDX-License-Identifier: GPL-3.0-or-later
"""The index that has changed whenever it is looked at: what a command reads of it is whole, at last under the write lock;
and where no lock helps, it says so and prints nothing, rather than rows that lack what could not be read."""
import glob, os
from faults import Preloaded, Tap
from mailbox import Mailbox

COMMANDS = {
    "list": ("list", "--format=json-lines", "--per=recipient", "*"),
    "export": ("export", "--format=addresses", "*"),
    "proposals": ("suppress", "--proposed"),
    "stats": ("stats", "--by=category", "--format=json", "*"),
}
# Which of the queries behind a list changes, and what then cannot be told.
CHANGES = {
    "all that is read": ("", COMMANDS),
    "the list itself": ("tag:", ["export"]),
    "whether sent mail is there": ("from:", ["export", "stats"]),
    "which mail came back": ("id:", ["export"]),
    "the date of a message": ("get_date", ["export"]),
    "who wrote": ("not (", ["list", "proposals"]),
}


def unread(box, words, env):
    """Without the list that was kept, which would need none of these queries."""
    for path in glob.glob(box.path(".cache", "nixie", "*-list.db*")):
        os.unlink(path)
    return box.nixie(*words, env=env)


def main():
    tap = Tap()
    with Mailbox() as box:
        library = Preloaded(box, "changing")
        if library.trouble:
            tap.skip("a changing index", library.trouble)
            return tap.end()
        box.nixie("scan")
        quiet = {name: box.nixie(*words) for name, words in COMMANDS.items()}
        for name, got in quiet.items():
            tap.check(got.code == 0 and got.out, "%s on a quiet index" % name, got)
        for what, (query, names) in CHANGES.items():
            env = {"LD_PRELOAD": library.library, "CHANGING_QUERY": query}
            got = unread(box, COMMANDS["list"], env)
            tap.check(got.code == 0 and got.out == quiet["list"].out, "%s changes: the same rows, under the lock" % what, got)
            for name in names:
                got = unread(box, COMMANDS[name], dict(env, CHANGING_LOCKED="1"))
                tap.check(got.code == 75 and not got.out and "try again" in got.said, "%s changes, and no lock helps: no %s, and why" % (what, name), got)
        env = {"LD_PRELOAD": library.library, "CHANGING_QUERY": "tag:", "CHANGING_TORN": "1"}
        got = unread(box, COMMANDS["list"], env)
        tap.check(got.code == 0 and got.out == quiet["list"].out, "it looks damaged while it is read: the same rows, under the lock", got)
        got = unread(box, COMMANDS["list"], dict(env, CHANGING_LOCKED="1"))
        tap.check(got.code == 74 and not got.out and "Expected block" in got.said, "it looks so under the lock, too: no rows, and why", got)
        for times, what in ((2, "twice"), (12, "a dozen times"), (10000, "whenever it is opened without the lock")):
            env = {"LD_PRELOAD": library.library, "CHANGING_OPEN": box.write("opened", "x" * times)}
            got = unread(box, COMMANDS["list"], env)
            tap.check(got.code == 0 and got.out == quiet["list"].out, "it looks damaged %s: the same rows" % what, got)
        for times, code in ((2, 0), (10000, 74)):
            env = {"LD_PRELOAD": library.library, "CHANGING_OPEN": box.write("opened", "x" * times)}
            got = box.nixie("tag", "+torn%d" % times, "--", "*", env=env)
            tap.check(got.code == code and (code == 0 or "damaged" in got.said) and ("+torn%d " % times in box.dump()) == (code == 0), "it looks damaged %d times: a tag is set, or it says why not" % times, got)
        original = ("show", "--original", "--limit=1", "*")
        env = {"LD_PRELOAD": library.library, "CHANGING_QUERY": "thread:"}
        was, got, locked = box.nixie(*original), box.nixie(*original, env=env), box.nixie(*original, env=dict(env, CHANGING_LOCKED="1"))
        tap.check(was.code == 0 and was.out and got.out == was.out, "the conversation changes: the same page, under the lock", got)
        tap.check(locked.code == 65 and not locked.out and "try again" in locked.said, "and where no lock helps, no trace is not told of what was not read", locked)
    tap.end()


main()
