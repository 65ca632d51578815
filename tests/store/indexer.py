# SPDX-License-Identifier: GPL-3.0-or-later
"""The indexer: any place of mail, what is new and what is gone, past the files that end libnotmuch; nothing beside the mail."""
import os, shutil
from drive import Box, Tap

tap = Tap()


def tree(path):
    return sorted(os.path.join(d, n) for d, subs, names in os.walk(path) for n in names + subs)


with Box(0) as box:
    env = {"NOTMUCH_CONFIG": "/nonexistent"}

    def index(place, name=None, *tags):
        return box.drive("--database=" + box.path("index", name or os.path.basename(place)), "index", place, *tags, env=env)

    def ids(name, query="*"):
        got = box.drive("--database=" + box.path("index", name), "--config=", "read", query, env=env)
        return sorted(got.ids)

    def files(name, i):
        got = box.drive("--database=" + box.path("index", name), "--config=", "ids", "m%d@x.example" % i, env=env)
        return [f for m in got.of("message") for f in m["files"]]

    wanted = sorted("m%d@x.example" % i for i in range(20))
    places = {}
    for name in ("Maildir", "with blank", "mh", "nested"):
        places[name] = box.path("in", name)
        os.makedirs(places[name])
    for sub in ("cur", "new", "tmp", ".Archive/cur", ".Archive/new", ".Archive/tmp"):
        os.makedirs(os.path.join(places["Maildir"], sub))
    os.makedirs(os.path.join(places["nested"], "a", "b"))
    for i in range(20):
        box.put(i, os.path.join(places["Maildir"], "new/m%d" % i if i < 5 else ".Archive/cur/m%d:2,S" % i if i < 8 else "cur/m%d:2,S" % i))
        box.put(i, os.path.join(places["with blank"], "m%d.eml" % i))
        box.put(i, os.path.join(places["mh"], str(i + 1)))
        box.put(i, os.path.join(places["nested"], "a" if i % 2 else "a/b", "m%d" % i))
    box.put(99, os.path.join(places["Maildir"], "tmp/unfinished"))
    with open(os.path.join(places["mh"], ".mh_sequences"), "w") as fh:
        fh.write("unseen: 1\n")
    places["mbox"] = box.path("in", "mbox")
    with open(places["mbox"], "w") as out:
        for i in range(20):
            out.write("From MAILER-DAEMON Fri Nov 20 09:%02d:00 2026\n" % i + open(os.path.join(places["mh"], str(i + 1))).read() + "\n")
    places["one"] = box.path("in", "one.eml")
    box.put(3, places["one"])
    for name, place in places.items():
        beside = tree(box.path("in"))
        got = index(place, name, "bounce")
        tap.check(got.code == 0 and not got.of("skipped"), "%s is indexed" % name, got)
        tap.equal(ids(name, "tag:bounce"), ["m3@x.example"] if name == "one" else wanted, "%s is whole, with the tag" % name)
        tap.equal(tree(box.path("in")), beside, "nothing is written beside %s" % name)
        got = index(place, name)
        tap.check(got.code == 0 and not got.of("progress"), "a second run over %s has nothing to do" % name, got)

    # What is new, what is gone, what has moved (and keeps its tags).
    new = os.path.join(places["Maildir"], "new")
    box.put(20, os.path.join(new, "m20"))
    os.unlink(os.path.join(new, "m0"))
    os.rename(os.path.join(new, "m1"), os.path.join(places["Maildir"], "cur", "m1:2,S"))
    got = index(places["Maildir"], None, "second")
    tap.equal((got.code, ids("Maildir")), (0, sorted(wanted[1:] + ["m20@x.example"])), "new mail comes, removed mail goes")
    tap.equal(ids("Maildir", "tag:second"), ["m20@x.example"], "only the new one is tagged")
    tap.equal(files("Maildir", 1), [os.path.join(places["Maildir"], "cur", "m1:2,S")], "a renamed file is followed")
    tap.equal(ids("Maildir", "id:m1@x.example and tag:bounce"), ["m1@x.example"], "and its tags stay")
    with open(places["mbox"], "a") as out:
        out.write("From MAILER-DAEMON Fri Nov 20 10:00:00 2026\n" + open(os.path.join(new, "m20")).read() + "\n")
    got = index(places["mbox"])
    tap.equal((got.code, len(ids("mbox"))), (0, 21), "an mbox that grew")

    # Files that are no mail, or end libnotmuch.
    bad = box.path("in", "bad")
    os.makedirs(bad)
    for i in range(20):
        box.put(i, os.path.join(bad, "%02d" % i))
    open(os.path.join(bad, "03-empty"), "w").close()
    for name in ("05-groups", "12-groups"):
        with open(os.path.join(bad, name), "w") as fh:
            fh.write("From: %sx@y.example%s\nMessage-ID: <groups@x.example>\nSubject: deep\n\nx\n" % ("g:" * 100000, ";" * 100000))
    box.put(30, os.path.join(bad, "z" * 240))
    os.symlink("nowhere", os.path.join(bad, "07-link"))
    os.mkfifo(os.path.join(bad, "08-fifo"))
    with open(os.path.join(bad, "09-noise"), "wb") as fh:
        fh.write(bytes(range(256)) * 40)
    got = index(bad)
    named = sorted(os.path.basename(s["file"])[:9] for s in got.of("skipped"))
    tap.equal(got.code, 0, "a place with bad files is indexed")
    tap.equal(named, ["03-empty", "05-groups", "09-noise", "12-groups", "zzzzzzzzz"], "what is left out is named, once each")
    tap.equal(ids("bad"), wanted, "and all the rest is there")

    got = index(box.path("in", "nothing"))
    tap.check(got.code == 66 and "nothing" in got.error, "a place that is not there", got)
    got = box.drive("--database=/proc/nixie", "index", bad, env=env)
    tap.check(got.code == 73, "an index that cannot be made", got)
    got = index(places["Maildir"], None)
    tap.equal(got.code, 0, "and it goes on working")

tap.end()
