# SPDX-License-Identifier: GPL-3.0-or-later
"""An allocation of a size that a mail decides fails: the mail is named, or nixie says why it ends; the others are read, no file is
half, no terminal is left in pieces."""
import os, sys
from faults import NIXIE, Home, Saved, Shim, Tap, files_below, leftovers, samples_index
from console import Console

RELEASE = "--release" in sys.argv
POINTS = 40 if RELEASE else 4
LARGE = 256 << 10
CODES = (0, 65, 70, 74)
PLACES = (".cache", ".local", "mail", "out")
JOBS = [
    ("extract", "--jobs=1", "--output=out/file", "--format=json-lines", "few", "big"), ("list", "--format=json-lines", "--output=out/file", "*"), ("stats", "*"),
    ("export", "--include-unverified", "--output=out/file", "*"), ("tag", "+mark", "--", "*"), ("explain", "big/big.eml"), ("rules", "bundle", "--output=out/file", "big/big.eml"),
]


def big(n):
    """A report about n recipients, with a long text and a long letter."""
    recipients = "".join("\nFinal-Recipient: rfc822; a%d@b%d.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n" % (i, i % 50) for i in range(n))
    return ("From: MAILER-DAEMON@mx.example.org\nTo: us@example.org\nSubject: failed\nMessage-ID: <big@example.org>\nDate: Tue, 28 Jul 2026 06:56:01 +0000\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
            + "no such user here\n" * 20000 + "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n" + recipients
            + "\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + ("QUFB" * 18 + "\n") * 8000 + "\n--b--\n")


def spread(n):
    return sorted({1 + round(i * (n - 1) / max(1, min(n, POINTS) - 1)) for i in range(min(n, POINTS))})


def job(box, shim, saved, tap, words):
    """One command, with one allocation after the other."""
    saved.restore()
    before = box.dump()
    good = box.nixie(*words, env=shim.env(large=LARGE))
    after, files, n, bad = box.dump(), files_below(box.path("out")), shim.seen()[0]["alloc"], []
    for at in spread(n):
        saved.restore()
        got = box.nixie(*words, env=shim.env("alloc", at, "ENOMEM", large=LARGE))
        point = "allocation %d of %d\n%.1500r" % (at, n, got)
        if got.code not in CODES or "Traceback" in got.said:
            bad.append("it crashed: " + point)
        if got.code and not got.said.startswith("nixie: "):
            bad.append("nothing is said: " + point)
        if got.code == 0 and (got.out != good.out or files_below(box.path("out")) != files):
            bad.append("success is said of what is not there: " + point)
        if got.code == 65 and "eml" not in got.said:
            bad.append("the mail is not named: " + point)
        if got.code in (70, 74) and files_below(box.path("out")) and not leftovers(box):
            bad.append("a file that should not be: " + point)
        if box.dump() not in (before, after):
            bad.append("half of the tags: " + point)
    tap.check(not bad, "%s: %d of %d allocations" % (words[0], len(spread(n)), n), "\n".join(bad))


def screen(box, shim, saved, tap):
    """The screen, too, says so on a terminal that is as it was."""
    saved.restore()
    with Console([NIXIE, "tui", "*"], dict(box.env, **shim.env(large=LARGE))) as terminal:
        terminal.wait("found")
        terminal.drain(1)
        n = shim.seen()[0]["alloc"]
        terminal.keys("Q")
        terminal.end()
    bad, ended = [], 0
    for at in spread(n):
        saved.restore()
        with Console([NIXIE, "tui", "*"], dict(box.env, **shim.env("alloc", at, "ENOMEM", large=LARGE))) as terminal:
            terminal.wait("found", 5)
            terminal.drain(1)
            if terminal.alive():
                terminal.keys("\x1b\x1bQ")
            code = terminal.end()
            ended += code == 70
            left = terminal.sent.count(b"\x1b[?1049h") == terminal.sent.count(b"\x1b[?1049l")
            if code not in (0, 70) or not left or (code and b"no memory left" not in terminal.sent):
                bad.append("allocation %d: %r %r" % (at, code, terminal.sent[-300:]))
    tap.check(not bad, "the screen: %d of %d allocations, %d of them its own" % (len(spread(n)), n, ended), "\n".join(bad))


def main():
    tap = Tap()
    with Home() as box:
        shim = Shim(box)
        if shim.trouble:
            tap.skip("memory", shim.trouble)
            tap.end()
        samples_index(box, 3)
        box.write("big/big.eml", big(3000))
        box.write("mail/cur/big.eml:2,S", big(3000))
        os.makedirs(box.path("out"))
        box.notmuch("new")
        saved = Saved(box, *PLACES)
        for words in JOBS:
            job(box, shim, saved, tap, words)
        screen(box, shim, saved, tap)
    tap.end()


main()
