# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of an address and the conversation behind a report, in a real terminal over the seeded mailbox."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox
from screen import Screen, available

tap = Tap()


def limit_away(screen):
    screen.wait("limit: ")
    screen.keys("Escape")
    screen.wait(r"\d{3} shown")


def work(box, screen):
    before = box.dump(), box.revision()
    screen.type("'%s'\n" % NIXIE)
    tap.check(screen.wait(r"\d+ found +\d+ shown"), "the mailbox opens", screen.text())
    screen.type("laddress:nils@millpond.example\n")
    tap.check(screen.wait(r"\D1 shown"), "one report is about nils@", screen.text())
    screen.type("H")
    text = screen.wait("nils@millpond.example: alive again")
    tap.check(text and "It wrote to us on" in text and "answered since" in text, "H shows why it is alive again", screen.text())
    screen.type("M")
    text = screen.wait("We sent this.")
    tap.check(text and "did not arrive at nils@millpond.example" in text, "M shows the report under its letter", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(r"Message-I[dD]: "), "Enter reads the letter", screen.text())
    screen.type("qqq")
    limit_away(screen)
    screen.type("laddress:jane.deo@bluehaven.example\n")
    screen.wait("limit: address:jane.deo")
    screen.type("H")
    text = screen.wait("jane.deo@bluehaven.example: dead")
    tap.check(text and "jane.doe@bluehaven.example" in text, "did you mean", screen.text())
    told = " ".join(" ".join(line[19:] for line in screen.lines()).split())
    tap.check("is final, and no message has arrived since." in told, "why it is dead is told to the end on 80 cells", screen.text())
    screen.type("q")
    limit_away(screen)
    ticket = box.told["addresses"]["tina.moor@customers.example"]["tickets"][0]
    screen.type("/%s\n" % ticket)
    tap.check(screen.wait(r"(?m)^> .*tina\.moor@"), "a ticket is found by its number, though no column shows it", screen.text())
    screen.type("laddress:victim0@far0.example\n")
    screen.wait("limit: address:victim0")
    screen.type("M")
    tap.check(screen.wait("probably forged"), "no trace of what was forged", screen.text())
    screen.type("Q")
    screen.wait(r"ready> *\n*$")
    tap.equal((box.dump(), box.revision()), before, "reading changes nothing")


def small(box, screen):
    """No pane shows the report: it is read all the same, for what is made of it."""
    screen.type("'%s'\n" % NIXIE)
    screen.wait(r"\d+/\d+")
    screen.type("G")
    screen.wait("Bot")
    screen.settle()
    screen.type("pr")
    tap.check(screen.wait("Words for the phone  y:copy"), "words for the phone on 40 by 10", screen.text())
    screen.type("qQ")
    screen.wait(r"ready> *\n*$")


if available():
    with Mailbox() as box, Screen(box, 40, 10) as screen:
        small(box, screen)
    with Mailbox() as box, Screen(box) as screen:
        work(box, screen)
else:
    tap.skip("pages on a terminal", "tmux is not installed")
tap.end()
