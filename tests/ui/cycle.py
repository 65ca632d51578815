# SPDX-License-Identifier: GPL-3.0-or-later
"""Suppression and retry on the screen, in a real terminal over the seeded mailbox: what is proposed is accepted and taken back; what is due is sent."""
import os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox
from resend import RESEND, Sink
from screen import Screen, available

tap = Tap()


def listed(box):
    return {x["address"] for x in box.nixie("suppress", "--list", "--format=json").json()}


def focused(screen):
    return screen.lines()[int(screen.ask("#{cursor_y}"))]


def suppression(box, screen):
    told = {address: facts["proposed"] for address, facts in box.told["addresses"].items() if facts["proposed"]}
    before = box.dump()
    screen.type("gp")
    text = screen.wait(r"\[1/%d\]" % len(told))
    tap.check(text and "What speaks for it" in text, "gp: what is proposed, and what speaks for it", screen.text())
    screen.type("/maja77@\n")
    text = screen.wait(lambda t: "maja77@attic.example: " in t)
    tap.check(text and "proven" in focused(screen) and "put on" in focused(screen), "an address, why, and its reports", screen.text())
    tap.equal(sum("no such user" in line for line in text.split("What speaks")[-1].splitlines()), len(told["maja77@attic.example"]["evidence"]), "each report is a line")
    screen.type("t/lena\nt")
    tap.check(screen.wait("2 marked"), "two are marked", screen.text())
    screen.keys("Enter")
    text = screen.wait("Enter or y does it")
    tap.check(text and "2 on the suppression list" in text and "nixie suppress --accept" in text, "the effect is told first, and the command that does it", screen.text())
    tap.equal(listed(box), set(), "so far nothing is done")
    screen.type("y")
    tap.check(screen.wait(lambda t: "Put 2 on the suppression list" in t and "lena.ostrom@" not in t), "they are proposed no more", screen.text())
    tap.equal(listed(box), {"maja77@attic.example", "lena.ostrom@quayside.example"}, "they are on the list")
    screen.type("u")
    tap.check(screen.wait(lambda t: "Undone" in t and "lena.ostrom@" in t), "u takes both back", screen.text())
    tap.check(listed(box) == set() and box.dump() == before, "in one step")
    screen.type("q")
    tap.check(screen.wait("RECIPIENT"), "q goes back to the list", screen.text())


def retries(box, screen, sink):
    screen.type("gt")
    text = screen.wait("send what is due again")
    titles = {"due": "due now", "retry": "waiting until they are due", "retried": "nothing heard yet", "bounced-again": "and bounced again",
              "quiet": "no bounce since", "answered": "and answered"}
    for state, title in titles.items():
        line = next((line for line in text.splitlines() if title in line), "")
        n = sum(mark["state"] == state for mark in box.told["retries"])
        tap.check(" %d  " % n in line, "gt: %d %s" % (n, title), line)
    screen.type("d")
    text = screen.wait(r"limit: state:due")
    tap.check(text and "due@wayside.example" in focused(screen), "a step limits the list to it", screen.text())
    screen.type("gtx")
    text = screen.wait(r"Send 1 message again, to 1 recipient\?")
    tap.check(text and "-f desk@fennel.example -- due@wayside.example" in text, "x starts the program, which says what it would do, and asks", screen.text())
    tap.equal(sink.mails, [], "nothing is sent so far")
    screen.type("y\n")
    tap.check(screen.wait("Enter goes back to nixie"), "it sends", screen.text())
    tap.equal([to for _, to, _ in sink.mails], [["due@wayside.example"]], "to the one that was due")
    screen.keys("Enter")
    tap.check(screen.wait("Nothing is left by this limit|0 shown"), "back on the screen nothing is due", screen.text())
    screen.type("gpgts")
    tap.check(screen.wait(lambda t: "limit: state:retried" in t and "due@wayside.example" in t), "it waits for what becomes of it; a step is a list, also from the proposals", screen.text())
    screen.type("q")
    tap.check(screen.wait("What speaks for it"), "q goes back to where gt was typed", screen.text())


def instead(box, screen, sink):
    """To the address that was meant: suggested, never filled in; typed, and asked about by the program."""
    wrong, meant = next((row["address"], box.told["addresses"][row["address"].lower()]["suggestion"]) for row in box.shown().values()
                        if row["story"] == "near_misses" and row["ticket"] and box.told["addresses"][row["address"].lower()]["suggestion"])
    screen.type(":query address:%s\n" % wrong)
    screen.wait(r"q: address:%s .*\b1 shown" % re.escape(wrong))
    screen.wait(r"Perhaps you meant[\s\S]*%s" % re.escape(meant[:8]))
    screen.type("ys")
    tap.check(screen.wait(r"(?m)^%s *$" % re.escape(meant)), "ys copies the suggestion; without a clipboard it is shown", screen.text())
    screen.type("I")
    text = screen.wait(r"Instead of +%s" % re.escape(wrong)) or screen.text()
    tap.check(re.search(r"Send to: {20,}", text) and re.search(r"Perhaps +%s" % re.escape(meant), text), "I suggests it, and fills in nothing", text)
    screen.type("\n")
    tap.check(screen.wait("Nothing was sent"), "Enter alone sends nothing", screen.text())
    for typed, told in ((wrong, "is the address that failed"), ("jane@", "is no whole mail address")):
        screen.type("I")
        screen.wait("Send to:")
        screen.type(typed)
        tap.check(screen.wait(told), "%s: %s" % (typed, told), screen.text())
        screen.keys("Escape")
        screen.wait(lambda t: "Send to:" not in t)
    before = len(sink.mails)
    screen.type("I")
    screen.wait("Send to:")
    screen.keys("Tab")
    screen.wait(r"Send to: +%s" % re.escape(meant))
    screen.type("\n")
    tap.check(screen.wait(r"to %s instead of %s[\s\S]*Send 1 message again, to 1 recipient\?" % (re.escape(meant), re.escape(wrong))), "Tab takes it, and the program asks", screen.text())
    tap.equal(len(sink.mails), before, "nothing has left so far")
    screen.type("y\n")
    screen.wait("Enter goes back to nixie")
    tap.equal([to for _, to, _ in sink.mails[before:]], [[meant]], "yes sends it to that address alone")
    screen.keys("Enter")
    screen.wait("1 shown")


def main():
    if not available():
        tap.skip("the cycle on the screen", "tmux is not installed")
        tap.end()
    with Mailbox() as box, Sink() as sink:
        box.write(".config/nixie/config", "[retry]\nresend-command=%s %s --sendmail=%s\n" % (sys.executable, RESEND, sink.script(box)))
        with Screen(box, 100, 30, env={"NIXIE": NIXIE}) as screen:
            screen.type("'%s'\n" % NIXIE)
            screen.wait(r"\d+ found +\d+ shown")
            suppression(box, screen)
            retries(box, screen, sink)
            screen.type("Q")
        with Screen(box, 100, 30, env={"NIXIE": NIXIE}) as screen:
            screen.type("'%s'\n" % NIXIE)
            screen.wait(r"\d+ found +\d+ shown")
            instead(box, screen, sink)
            screen.type("Q")
    tap.end()


main()
