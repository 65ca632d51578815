# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader: whole lists in order, whatever others write meanwhile; broken queries and indexes are said; reading changes nothing."""
import os, subprocess, threading
from drive import Box, Tap

tap = Tap()


def tree(path):
    return sorted((os.path.join(d, n), os.stat(os.path.join(d, n)).st_size, os.stat(os.path.join(d, n)).st_mtime_ns)
                  for d, _, names in os.walk(path) for n in names)


with Box(300) as box:
    every = ["m%d@x.example" % i for i in reversed(range(300))]
    before, revision = tree(box.mail), box.revision()
    got = box.drive("read", "*")
    tap.equal(got.ids, every, "all messages, newest first")
    info = got.of("info")[-1]
    tap.equal((info["uuid"], info["count"], info["path"], info["own"], info["exclude"], info["synchronize_flags"], info["writable"]),
              (box.uuid, 300, box.mail, ["me@example.org", "a@example.org", "b@example.org"], ["spam"], False, True),
              "the index says what it is")
    first = got.of("message")[0]
    tap.equal((first["subject"], first["from"], first["tags"], first["files"], first["date"]),
              ("Undelivered 299", "Mail Delivery <mailer-daemon@mx4.example>", ["inbox", "unread"],
               [box.path("mail", "box", "cur", "m299:2,")], 1793577600 + 299), "a message is whole")
    tap.equal(box.drive("--oldest", "read", "*").ids, every[::-1], "oldest first")
    tap.equal(box.drive("--limit=70", "--offset=10", "read", "*").ids, every[10:80], "limit and offset")
    tap.equal(box.drive("--offset=400", "read", "*").ids, [], "an offset behind the end")
    tap.equal(box.drive("--limit=64", "read", "*").ids, every[:64], "just the head")
    tap.equal(box.drive("read", "from:mx1").ids, every[3::5], "a query")
    tap.equal(box.drive("read", "query:mine").ids, every[3::5], "a saved query")
    asked = ["m7@x.example", "nobody@x.example", "m3@x.example", 'a" or tag:inbox or id:"b', ""]
    tap.equal(box.drive("ids", *asked).ids, ["m7@x.example", "m3@x.example"], "by id, never by a query made of it")
    tap.equal(len(box.drive("ids", *every[:150]).ids), 150, "many ids")
    tap.equal(box.drive("count", "*", "from:mx1", "from:", "query:none").one("counts")["counts"], [300, 60, -1, -1], "counts")
    names = box.drive("names")
    tap.equal((names.one("names")["tags"], names.one("names")["queries"]), (["inbox", "unread"], ["query.mine=from:mx1"]), "names")
    for query, token in (("nosuch:abc", "'nosuch:abc'"), ("query:none", "'query:none'"), ("date:foo..bar", "'foo'"),
                         ("tag:x and", "'and'"), ("(", "'('"), ("from:mx1 tag:/(/", "'tag:/(/'")):
        got = box.drive("read", query)
        tap.check(got.code == 64 and token in got.error and not got.ids, "%s is an error that names %s" % (query, token), got)
    got = box.drive("--cancel-at=1", "read", "*")
    tap.check(got.code == 130 and len(got.ids) < 300, "a list can be stopped", got)
    tap.equal((box.revision(), tree(box.mail)), (revision, before), "reading changes neither index nor files")

    # A reply makes its parent known without a message: that is none.
    box.put(1000, box.path("mail", "box", "cur", "reply:2,"), "In-Reply-To: <ghost@x.example>\n")
    box.notmuch("new")
    tap.equal(box.drive("ids", "ghost@x.example", "m1000@x.example").ids, ["m1000@x.example"], "an id that is only referred to")
    box.notmuch("tag", "+spam", "--", "id:m5@x.example")
    tap.equal(len(box.drive("read", "*").ids), 300, "excluded tags are left out")
    tap.equal(len(box.drive("--no-exclude", "read", "*").ids), 301, "unless asked for")
    tap.equal(box.drive("read", "tag:spam").ids, ["m5@x.example"], "or named in the query")

# While others write without a pause: every list is whole or says that it is not.
with Box(2000) as box:
    stop = threading.Event()

    def writes():
        step = 0
        while not stop.is_set():
            step += 1
            box.notmuch("tag", "+step%d" % (step % 7), "-step%d" % ((step - 1) % 7), "--", "from:mx%d" % (step % 5))

    writer = threading.Thread(target=writes)
    every = set("m%d@x.example" % i for i in range(2000))
    revision = int(box.revision())
    writer.start()
    whole, broken = 0, []
    for _ in range(12):
        got = box.drive("read", "*")
        if got.code == 0 and len(got.ids) == 2000 and set(got.ids) == every and all(m["tags"] and m["files"] and m["subject"] for m in got.of("message")):
            whole += 1
        elif got.code != 75:
            broken.append(got)
    stop.set()
    writer.join()
    tap.check(int(box.revision()) > revision + 2000, "the index changed much meanwhile")
    tap.check(not broken and whole == 12, "12 of 12 lists are whole while others write", "%d whole, others %r" % (whole, broken[:1]))

# Processes that libnotmuch ends at some read of the index: the list is whole all the same, or is said not to be.
with Box(1300) as box: # more than the passes hold back
    library = box.faults()
    every = ["m%d@x.example" % i for i in reversed(range(1300))]

    def tokens(n):
        os.makedirs(box.path("tokens"), exist_ok=True)
        for i in range(n):
            open(box.path("tokens", str(i)), "w").close()

    if library:
        reads = deaths = 0
        broken = []
        for at in (1, 3, 6, 9, 12, 15, 20, 60, 150, 300, 450, 600, 800, 1200, 2000, 3000, 4500, 6000, 6900):
            tokens(1)
            box.forget()
            got = box.drive("read", "*", env=box.fault_env(library, "abort", at))
            died = 1 - len(os.listdir(box.path("tokens")))
            deaths += died
            reads += died > 0
            if got.code or got.ids != every or not all(m["tags"] and m["files"] for m in got.of("message")):
                broken.append((at, died, got.code, got.error, len(got.ids)))
        tap.check(reads > 12, "%d processes died at %d places" % (deaths, reads))
        tap.equal(broken, [], "and each time the list was whole, in order, without doubles")
        tokens(99)
        got = box.drive("read", "*", env=box.fault_env(library, "abort", 3))
        tap.check(got.code == 75 and "try again" in got.error and len(os.listdir(box.path("tokens"))) > 80, "what never works is given up and said", got)
    else:
        tap.skip("processes that die", "no compiler for the library that ends them")

# Nothing to read, or something broken.
with Box(5) as box:
    for name, env, code in (("no configuration", {"NOTMUCH_CONFIG": ""}, 66), ("a missing configuration", {"NOTMUCH_CONFIG": "/nonexistent/config"}, 66)):
        got = box.drive("read", "*", env=env)
        tap.check(got.code == code and got.error, name, got)
    got = box.drive("--database=" + box.path("nowhere"), "read", "*")
    tap.check(got.code == 66, "a missing index", got)
    for name in ("iamglass", "postlist.glass", "docdata.glass", "termlist.glass"):
        path = os.path.join(box.xapian, name)
        whole = open(path, "rb").read()
        for cut in (0, len(whole) // 2):
            with open(path, "wb") as fh:
                fh.write(whole[:cut])
            got = box.drive("read", "*", timeout=300)
            tap.check(got.code in (66, 74, 75) and got.error or got.code == 0 and len(got.ids) == 5, "%s cut to %d bytes" % (name, cut), got)
        with open(path, "wb") as fh:
            fh.write(whole)
    tap.equal(len(box.drive("read", "*").ids), 5, "and healed")

tap.end()
