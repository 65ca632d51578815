# SPDX-License-Identifier: GPL-3.0-or-later
"""The list while others work on the same mail: what comes, changes, moves and goes is shown by itself, and nothing
jumps under the cursor."""
import glob, os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SAMPLES, Home, Tap
from screen import Screen, available

tap = Tap()
NEW = "lotte.neu@example.net"


def report(number, date, address=NEW, original="news"):
    """A refused message, as a server would write it."""
    return """Return-Path: <>
Date: %s
From: MAILER-DAEMON@mail.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: support@support.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b%d"
Message-Id: <live-%d@mail.example.com>

--b%d
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

<%s>: host mx.example.net said: 550 5.1.1 User unknown

--b%d
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com
Arrival-Date: %s

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.net
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b%d
Content-Type: text/rfc822-headers

From: support@support.example
To: %s
Subject: live %s
Message-ID: <live-original-%s@support.example>

--b%d--
""" % (date, number, number, number, address, number, date, address, number, address, original, original, number)


def focused(screen):
    """The line under the terminal's cursor, and where that is."""
    y = int(screen.ask("#{cursor_y}"))
    return y, screen.lines()[y]


def facts(line):
    """A row without what may change by itself: how often the address bounced, tags."""
    return line[:60]


def arrive(home, number, date, **more):
    home.write("mail/cur/live-%d.eml:2," % number, report(number, date, **more))
    home.notmuch("new")


def row_of(screen, address):
    return next((line for line in screen.lines() if address in line and "<" not in line), "")


def comes(home, screen):
    screen.type("jj")
    screen.wait(lambda t: t.split("\n")[4].startswith(">"))
    before = focused(screen)
    arrive(home, 1, "Thu, 31 Dec 2026 10:00:00 +0000")
    text = screen.wait(r"1 new, marked \+")
    tap.check(text and " 1 new" in text.split("\n")[0], "a new bounce is told by itself", screen.text())
    after = focused(screen)
    tap.equal((after[0], facts(after[1])), (before[0], facts(before[1])), "the row under the cursor stays, and stays there")
    screen.type("k")
    screen.keys("k", "k")
    text = screen.wait(lambda t: NEW in t.split("\n")[2] and t.split("\n")[2].startswith(">"))
    tap.check(text, "it stands above", screen.text())
    tap.check(screen.wait(lambda t: " new" not in t.split("\n")[0] and "User unknown" in t), "and is news no more when it was looked at", screen.text())
    arrive(home, 2, "Thu, 31 Dec 2026 11:00:00 +0000", address="erna.neu@example.net", original="two")
    arrive(home, 3, "Thu, 31 Dec 2026 12:00:00 +0000", address="ida.neu@example.net", original="three")
    tap.check(screen.wait(r"(?m)^nixie.* 2 new"), "two more are told", screen.text())
    tap.check(screen.wait(lambda t: t.split("\n")[2].startswith(">") and NEW in t.split("\n")[2]), "the first row, too, stays under the cursor", screen.text())
    screen.type("gg")
    text = screen.wait(lambda t: "ida.neu" in t.split("\n")[2])
    tap.check(text and text.split("\n")[3].startswith(" +") and "erna.neu" in text.split("\n")[3], "what was not looked at is marked +", screen.text())


def looks_up(screen):
    screen.keys("Tab", "Tab")
    screen.wait(r">Final-Recipient: rfc822; ida\.neu")
    screen.type("]")
    screen.type("K")
    text = screen.wait(r"Same on the command line|nixie explain '")
    tap.check(text and "This line" in text and "Address does not exist" in text, "K explains the line under the cursor", screen.text())
    screen.type("q")
    screen.keys("Tab")


def changes(home, screen):
    home.notmuch("tag", "+vip", "--", "id:live-1@mail.example.com")
    tap.check(screen.wait(lambda t: "vip" in row_of(screen, NEW)), "a tag that somebody sets is shown", screen.text())
    old = home.path("mail", "cur", "live-2.eml:2,")
    os.rename(old, old + "FS")
    home.notmuch("new")
    screen.type("j")
    text = screen.wait(r">Final-Recipient: rfc822; erna\.neu")
    tap.check(text, "a file that was renamed is read under its new name", screen.text())
    os.unlink(home.path("mail", "cur", "live-1.eml:2,"))
    home.notmuch("new")
    tap.check(screen.wait(lambda t: row_of(screen, NEW).startswith(" -")), "what was deleted is marked -", screen.text())
    screen.type("j")
    tap.check(screen.wait(r"no longer in the"), "and says so", screen.text())
    screen.type("R")
    tap.check(screen.wait(lambda t: "erna.neu" in t and NEW not in t), "R takes it off the list", screen.text())


def leaves(home, screen):
    """With a query on a tag, what others have done with stays, with its tags as they are now."""
    screen.type("ctag:inbox and from:mailer-daemon\n")
    screen.wait(r"q: tag:inbox")
    tap.check(screen.wait(lambda t: "inbox" in row_of(screen, "erna.neu")), "a query on a tag", screen.text())
    home.notmuch("tag", "-inbox", "+done", "--", "id:live-2@mail.example.com")
    tap.check(screen.wait(lambda t: "done" in row_of(screen, "erna.neu") and "inbox" not in row_of(screen, "erna.neu")),
              "what matches no longer stays, with its tags as they are", screen.text())
    tap.check(not row_of(screen, "erna.neu").startswith(" -"), "it is not gone", screen.text())
    screen.type("R")
    tap.check(screen.wait(lambda t: "ida.neu" in t and "erna.neu" not in t), "until the index is asked again", screen.text())


def ranges(home, screen):
    screen.type("c")
    screen.wait("Query:")
    screen.keys("C-u")
    screen.type("\n")
    screen.wait(r"\Anixie  all bounced mail +\d+ found +\d+ shown")  # the title: the prompt's own words say that, too
    screen.type("ggjVj")
    screen.wait(lambda t: t.split("\n")[4].startswith(">*"))
    arrive(home, 4, "Thu, 31 Dec 2026 13:00:00 +0000", address="uta.neu@example.net", original="four")
    screen.wait(r"1 new, marked \+")
    screen.type("V")
    tap.check(screen.wait(r"(?m)^nixie.* 2 marked"), "a range that was begun keeps its first row when others come above", screen.text())
    screen.keys("C-t")


def send(home, number):
    home.write("mail/cur/sent-%s.eml:2,S" % number, "From: support@support.example\nTo: uta.neu@example.net\nSubject: live 4\n"
               "Date: Thu, 31 Dec 2026 09:00:00 +0000\nMessage-ID: <live-original-%s@support.example>\n\nHello\n" % number)
    home.notmuch("new")


def letter_comes(home, screen):
    """The report of it is on the screen: it is proven from now on."""
    screen.type("ltrust:proven\n")
    screen.wait(lambda t: "uta.neu" not in t.split("Limit")[0] and "trust:proven" in t)
    send(home, "four")
    tap.check(screen.wait(lambda t: "uta.neu" in row_of(screen, "uta.neu")), "a letter comes: its report is proven", screen.text())
    screen.type("l")
    screen.keys("C-u", "Enter")


def main():
    with Home() as home:
        home.make_index()
        send(home, "first")
        with Screen(home, 100, 30) as screen:
            screen.type("'%s' tui --watch-seconds=1\n" % NIXIE)
            if not tap.check(screen.wait(r"(?s)\d+ found +\d+ shown.*Who can fix it"), "the list opens", screen.text()):
                return
            comes(home, screen)
            looks_up(screen)
            changes(home, screen)
            leaves(home, screen)
            ranges(home, screen)
            letter_comes(home, screen)
            revision = home.revision()
            screen.type("q")
            screen.wait(r"ready> *\n*$")
            tap.equal(home.revision(), revision, "looking changes nothing")


if available():
    main()
else:
    tap.skip("the list while others work", "tmux is missing")
tap.end()
