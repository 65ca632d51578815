# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie scan beside mail that cannot be read: nothing stored is lost, and it is looked at when it is back."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from bounce import bounce
from nixie import Home, Tap

ONE, TWO = "mail/in/cur/one:2,S", "mail/in/cur/two:2,S"

tap = Tap()


def stored(home, id):
    lines = [line for line in home.notmuch("dump", "--include=properties", "id:%s@mx.sender.example" % id).splitlines() if line.startswith("#= ")]
    return sorted(word for line in lines for word in line.split()[2:] if not word.startswith("nixie.v="))


def verdict(address, status):
    return ["nixie.address=" + address, "nixie.category=" + {"5.1.1": "no-such-user", "5.2.2": "mailbox-full"}[status], "nixie.status=" + status,
            "nixie.type=" + ("hard" if status == "5.1.1" else "soft")]


def put_away(home, name):
    os.rename(home.path(name), home.path("away"))


def put_back(home, name):
    os.rename(home.path("away"), home.path(name))


def two_files(home):
    """A message with two files, each another report."""
    home.write(ONE, bounce("both@mx.sender.example", "ann@lost.example", "5.1.1"))
    home.write(TWO, bounce("both@mx.sender.example", "ben@lost.example", "5.2.2"))
    home.notmuch("new")
    whole = sorted(verdict("ann@lost.example", "5.1.1") + verdict("ben@lost.example", "5.2.2"))
    tap.equal(home.nixie("scan").code, 0, "two files, both read")
    tap.equal(stored(home, "both"), whole, "the verdicts of both are stored")
    for name in (ONE, TWO):
        put_away(home, name)
        got = home.nixie("scan", "id:both@mx.sender.example")
        tap.check(got.code == 65 and os.path.basename(name) in got.said, "%s is not there: named, exit 65" % name, got)
        tap.equal(stored(home, "both"), whole, "its verdicts stay")
        put_back(home, name)
    home.write(TWO, bounce("both@mx.sender.example", "cat@lost.example", "5.1.1"))
    put_away(home, ONE)
    home.nixie("scan", "id:both@mx.sender.example")
    tap.equal(stored(home, "both"), sorted({*whole, *verdict("cat@lost.example", "5.1.1")}), "what the other says anew comes in, and nothing goes")
    put_back(home, ONE)
    tap.equal(home.nixie("scan", "id:both@mx.sender.example").code, 0, "both are there again")
    tap.equal(stored(home, "both"), sorted({*verdict("ann@lost.example", "5.1.1"), *verdict("cat@lost.example", "5.1.1")}), "and what no file says any more goes")
    words = home.nixie("log", "--format=json").json()
    home.nixie("undo")
    tap.equal(stored(home, "both"), sorted({*whole, *verdict("cat@lost.example", "5.1.1")}), "undo brings it back (%d steps told)" % len(words))
    home.nixie("redo")


def looked_at_again(home):
    """The hook runs while a file is away: the message is not forgotten, though nothing of it changes."""
    for n in range(3):
        home.write("mail/in/cur/hook%d:2,S" % n, bounce("hook%d@mx.sender.example" % n, "u%d@lost.example" % n))
    home.notmuch("new")
    put_away(home, "mail/in/cur/hook1:2,S")
    got = home.nixie("scan")
    tap.check(got.code == 65 and "hook1" in got.said and "looked at: 4, bounces: 3," in got.said, "all but one are read", got)
    home.nixie("scan")  # of what the last one changed
    got = home.nixie("scan")
    tap.check(got.code == 65 and "looked at: 1, bounces: 0," in got.said, "the next one looks for that one, and for nothing else", got)
    put_back(home, "mail/in/cur/hook1:2,S")
    got = home.nixie("scan")
    tap.check(got.code == 0 and "looked at: 1, bounces: 1," in got.said, "it is there again, and read", got)
    tap.equal(stored(home, "hook1"), verdict("u1@lost.example", "5.1.1"), "and its verdict stored")
    home.nixie("scan")
    got = home.nixie("scan")
    tap.check(got.code == 0 and "looked at: 0," in got.said, "then it is done", got)


def place_gone(home):
    """The folder is not there: such a scan does not count."""
    for n in range(501):
        home.write("mail/far/cur/far%d:2,S" % n, bounce("far%d@mx.sender.example" % n, "f%d@lost.example" % n))
    home.notmuch("new")
    os.rename(home.path("mail/far"), home.path("far"))
    got = home.nixie("scan")
    tap.check(got.code == 65 and "looked at: 501, bounces: 0," in got.said, "501 messages whose folder is away", got.said[-200:])
    os.rename(home.path("far"), home.path("mail/far"))
    got = home.nixie("scan")
    tap.check(got.code == 0 and "bounces: 501," in got.said, "it is back, and all are read", got.said[-200:])


with Home() as home:
    os.makedirs(home.mail)
    with open(home.config, "w") as file:
        file.write("[database]\npath=%s\n[user]\nname=Desk\nprimary_email=desk@sender.example\n[new]\ntags=inbox\n" % home.mail)
    tap.parts((two_files, looked_at_again, place_gone), home)
tap.end()
