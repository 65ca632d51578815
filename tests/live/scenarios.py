# SPDX-License-Identifier: GPL-3.0-or-later
"""The mails that are sent: a scenario a row. Its name is the local part of the envelope sender, too,
so that its reports find back to it.

What a server refuses in the dialogue, it writes no report about: Postfix and OpenSMTPD refuse a mail
with too many hops, OpenSMTPD an unknown local user, and it does not take SMTPUTF8. Exim rewrites such
an address and delivers, and of two bounces it keeps the second; OpenSMTPD drops it."""
from collections import namedtuple

Scenario = namedtuple("Scenario", "name recipients sender notify lines hops subject body utf8")


def scenario(name, *recipients, sender=None, notify=None, lines=10, hops=0, subject=None, body="A line of the letter.", utf8=False):
    return Scenario(name, recipients, sender or name + "@desk.here.example", notify, lines, hops,
                    subject or "Letter " + name, body, utf8)


SCENARIOS = [
    scenario("unknown-user", "nouser@remote.example"),
    scenario("unknown-local", "nosuch@here.example"),
    scenario("unknown-domain", "bob@nosuch.example"),
    scenario("no-mail-domain", "bob@null.example"),
    scenario("empty-domain", "bob@empty.example"),
    scenario("broken-domain", "bob@broken.example"),
    scenario("refused", "bob@down.example"),
    scenario("too-big-announced", "bob@small.example", lines=1500),
    scenario("too-big-data", "big@remote.example"),
    scenario("relay-denied", "relay@remote.example"),
    scenario("greylisted", "grey@remote.example"),
    scenario("full", "full@remote.example"),
    scenario("full-for-now", "fullnow@remote.example"),
    scenario("full-local", "full@here.example", lines=1500),
    scenario("spam", "spam@remote.example"),
    scenario("listed", "bob@listed.example"),
    scenario("several", "nouser@remote.example", "full@remote.example", "bob@remote.example", "bob@nosuch.example"),
    scenario("relayed", "bob@remote.example", notify="SUCCESS"),
    scenario("delivered", "ann@here.example", notify="SUCCESS"),
    scenario("loop", "bob@loop.example", hops=-3),
    scenario("hops", "bob@remote.example", hops=1),
    scenario("wrapped", "wrapped@remote.example"),
    scenario("eight-bit", "nouser@remote.example", subject="Grüße aus Köln", body="Schöne Grüße, 日本語."),
    scenario("utf8-address", "jürgen@remote.example", utf8=True),
    scenario("double-bounce", "relay@remote.example", sender="gone@desk.here.example"),
]
