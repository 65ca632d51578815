# SPDX-License-Identifier: GPL-3.0-or-later
"""Message-IDs so long that the index holds a digest in their place: letters and reports find each other as others do."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from bounce import bounce
from nixie import Home, Tap

OWN, AT = "desk@sender.example", "@sender.example"
LENGTHS = (189, 190, 244, 400)  # bytes; to 189 the index holds the id itself
LETTER = """From: %s
To: %s
Subject: Timetable %d
Date: Fri, 20 Nov 2026 09:00:00 +0000
Message-ID: <%s>%s

The new timetable is here.
"""

tap = Tap()


def long_id(name, n):
    return name + "a" * (n - len(name) - len(AT)) + AT


def write(home):
    for n in LENGTHS:
        to, id = "r%d@lost.example" % n, long_id("letter%d" % n, n)
        home.write("mail/sent/cur/first%d:2,S" % n, LETTER % ("kim@ask.example", OWN, n, long_id("first%d" % n, n), ""))
        home.write("mail/sent/cur/letter%d:2,S" % n, (LETTER % (OWN, to, n, id, "\nIn-Reply-To: <%s>" % long_id("first%d" % n, n))).replace("09:00", "10:00"))
        home.write("mail/in/cur/bounce%d:2,S" % n, bounce("bounce%d@mx.sender.example" % n, to, returned=id, clock="11:00"))
    with open(home.config, "w") as file:
        file.write("[database]\npath=%s\n[user]\nname=Desk\nprimary_email=%s\n[new]\ntags=inbox\n" % (home.mail, OWN))
    home.notmuch("new")


with Home() as home:
    write(home)
    rows = {x["address"]: x for x in home.nixie("list", "--format=json-lines", "--per=recipient").lines()}
    asked = {x["address"]: x["trust"] for x in home.nixie("list", "--format=json-lines", "--per=recipient", "--sent-query=folder:sent").lines()}
    tap.equal(asked, {"r%d@lost.example" % n: "proven" for n in LENGTHS}, "a sent-query of one's own finds all letters")
    for n in LENGTHS:
        to, id = "r%d@lost.example" % n, long_id("letter%d" % n, n)
        kept = home.notmuch("search", "--output=messages", "from:desk and subject:%d" % n).strip()
        tap.equal(len(kept) > 3 + 189, False, "%d bytes: the index holds no more than 189" % n)
        tap.equal((rows[to]["trust"], rows[to]["original"]["id"]), ("proven", id), "%d bytes: a letter of ours is found, and the report's id told as it stands" % n)
        got = home.nixie("show", "--original", "--format=json", "address:" + to)
        page = got.json()[0]
        tap.equal([(x["depth"], x["original"], len(x["bounces"])) for x in page["letters"]], [(0, False, 0), (1, True, 1)], "%d bytes: the conversation, with the letter that was lost" % n)
        tap.equal(page["trace"], home.nixie("show", "--original", "--format=json", "address:r189@lost.example").json()[0]["trace"], "%d bytes: its trace" % n)
        page = home.nixie("address", "--format=json", to).json()[0]
        tap.equal([x.get("subject") for x in page["originals"]], ["Timetable %d" % n], "%d bytes: the page of the address tells the letter" % n)
        got = home.nixie("list", "--format=json-lines", "--per=recipient", "original-id:" + id).lines()
        tap.equal([x["address"] for x in got], [to], "%d bytes: original-id: finds it" % n)
        got = home.nixie("list", "--format=json-lines", "--per=recipient", "--exclude=false", "id:" + "bounce%d@mx.sender.example" % n).lines()
        tap.equal([x["address"] for x in got], [to], "%d bytes: its report" % n)
tap.end()
