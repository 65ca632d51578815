# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of one's own on the real screen: a broken one is told and left out, C changes the list, u and R change it back."""
import os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Home, Tap
from screen import Screen, available

tap = Tap()
OWN = ".config/nixie/rules.d/own.rules"
WORDS = "the walrus is asleep"
REPORT = """From: MAILER-DAEMON@mx.example.org
To: support@support.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <%d@mx.example.org>
Date: Tue, 28 Jul 2026 06:56:0%d +0000
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; user%d@far.example
Action: failed
Diagnostic-Code: smtp; 550 %s

--b--
"""


def work(home, screen):
    screen.type("'%s' list >/dev/null; echo \"exit=$?\"\n" % NIXIE)
    tap.check(screen.wait(lambda t: "exit=0" in t and "left out, since it is broken" in t), "a command goes on without a broken rule", screen.text())
    screen.type("'%s' '*'\n" % NIXIE)
    text = screen.wait(lambda t: "left out:" in t and "own.rules:2: [broken]" in t)
    tap.check(text, "the screen tells it and opens", screen.text())
    screen.type("j")
    tap.check(screen.wait(r"(?m)^> .*no such user"), "the verdict before", screen.text())

    screen.type("C")
    tap.check(screen.wait("What is it really"), "C asks what it is", screen.text())
    screen.type("mailbox-f")
    tap.check(screen.wait(r">\s+mailbox-full"), "the categories are a menu, in which typing jumps", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(lambda t: WORDS in t and "Changes  2 of the" in t), "the effect is told before Enter", screen.text())
    screen.keys("Enter")
    tap.check(screen.wait(lambda t: "Wrote [local-the-walrus-is-asleep]" in t and len(re.findall("(?m)^[> ] .*mailbox full", t)) == 2),
              "Enter writes the rule, and both rows change at once", screen.text())
    screen.type("u")
    tap.check(screen.wait(lambda t: "Took [local-the-walrus" in t and len(re.findall("(?m)^[> ] .*no such user", t)) == 2), "u takes it back", screen.text())

    home.write(OWN, "[mine]\ncategory=expired\nliteral=walrus is asleep\nexample.1=550 the walrus is asleep\n")
    screen.type("R")
    tap.check(screen.wait(lambda t: len(re.findall("(?m)^[> ] .*expired", t)) == 2 and "left out" not in t), "R reads the rules anew", screen.text())
    screen.type("q")


if not available():
    tap.skip("rules on the screen", "tmux is not installed")
else:
    with Home() as home:
        for i in range(2):
            home.write("reports/%d.eml" % i, REPORT % (i, i, i, WORDS))
        home.make_index(source=home.path("reports"))
        home.write(OWN, "[broken]\ncategory=gone\nliteral=x\n")
        with Screen(home) as screen:
            work(home, screen)
tap.end()
