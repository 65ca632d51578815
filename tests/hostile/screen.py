# SPDX-License-Identifier: GPL-3.0-or-later
"""Every mail of the hostile set shown in the real program on a terminal, and every fourth (with NIXIE_EVERY=1 each) opened: read,
scrolled, its bytes, parts, header, explanation and address looked at. Each byte that comes is judged. With them, where it lies beside
the project, the shared set."""
import os, re, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from console import Console
from nixie import NIXIE, SRCDIR, Home, Tap
from stream import Judge
import judge, make

MAKER = os.path.join(SRCDIR, "..", "shared", "tools", "make_hostile.py")
KINDS = "--kind=failure,delay,delivered,relayed,expanded,auto-reply,challenge,complaint,read-receipt,report,not-a-bounce"
CROWD = 20  # recipients of one report above which it is opened once, not for each of them
BOX = "\u2510".encode()  # the corner of a box on top of the panes
EVERY = int(os.environ.get("NIXIE_EVERY", "4"))
REST = 3  # looks at it after which what loads beside a list is there
PAGE = 400  # bytes below which no other view was drawn


def look(terminal, next_key):
    """One row that is drawn opened, paged, its bytes, parts, header, the meaning of a line, its address; then on."""
    terminal.press("\r", " ", "x", " ", "x")
    for key in ("v", "K"):
        if BOX in pressed(terminal, key):
            terminal.press("q")
    terminal.press("h")
    if len(pressed(terminal, "H")) > PAGE:
        terminal.press("q")
    terminal.press("q", next_key)
    terminal.settle(REST)


def pressed(terminal, key):
    """What was sent for it."""
    at = len(terminal.sent)
    terminal.press(key)
    return terminal.sent[at:]


# Streams that the judge must refuse, and one that it must not: what cannot fail tests nothing.
REFUSED = (b"\x1b]0;t\x07", b"\x07", b"\x1b[6n", b"\x1b[2;9999H", b"\x1b[?1002h", b"\x1bP1$r\x1b\\", b"\x9b2J", b"\xc2\x9b2J", b"\x05", b"\x1b#8", b"\x1b[8;1;1t", "\u202e".encode(),
           "e\u0301\u0301\u0301".encode(), "x\u200e".encode(), b"\xff", b"\x7f", b"\t", b"\x1b[>c")
LET_BY = b"\x1b[?1049h\x1b[22;0;0t\x1b[1;30r\x1b(B\x1b[m\x1b[4l\x1b[?7h\x1b[H\x1b[2J\x1b[3;4Hcaf\xc3\xa9 \xe2\x94\x80\x1b[38;5;12m\x1b[9X\r\n\b" + "\u05d0\u200e e\u0301\u0301".encode()


def check_judge(tap):
    for stream in REFUSED:
        tap.check(not Judge().feed(stream), "the judge refuses %r" % stream)
    judged = Judge()
    tap.check(judged.feed(LET_BY), "the judge lets curses by", judged.fault)


def place(terminal):
    """Row and rows, as the whole screen drawn anew tells them when nothing moves any more."""
    terminal.wait(r"\[")
    terminal.settle(5 * REST)
    found = re.search(rb"\[(\d+)/(\d+)\]", pressed(terminal, "\x0c"))
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def crowds(rows):
    """Message-IDs of reports with a crowd of recipients."""
    count = {}
    for row in rows:
        count[row["id"]] = count.get(row["id"], 0) + 1
    return [id for id, n in count.items() if n > CROWD]


def look_at(tap, home, mails, what):
    words = ["--maildir=" + mails]
    listed = home.nixie("list", *words, KINDS, "--format=json-lines", "--per=recipient", "*", timeout=600)
    rows = listed.lines()
    tap.check(listed.code in (0, 65) and not judge.foul(listed.err), "%s: indexed" % what, listed.said[-2000:])
    many = crowds(rows)
    query = " and ".join("not id:%s" % id for id in many) or "*"
    with Console([NIXIE, "--watch-seconds=0", *words, KINDS, query], home.env, 110, judge=Judge()) as terminal:
        n = place(terminal)[1]
        tap.check(n > 300, "%s: %d rows, and %d reports with crowds" % (what, n, len(many)))
        for row in range(1, n + 1):
            if row % EVERY == 0:
                look(terminal, "j")
            else:
                terminal.press("j")
                terminal.settle(REST)
            if terminal.judge.fault or not terminal.alive():
                break
        tap.check(not terminal.judge.fault and terminal.alive(), "%s: each row read: nothing foul in %d bytes" % (what, len(terminal.sent)),
                  "row %d: %s" % (row, terminal.judge.fault))
        # A key that a view took for its own moved nothing on: the rest is reached with further ones.
        for _ in range(n - place(terminal)[0]):
            terminal.keys("j")
        tap.equal(place(terminal), (n, n), "%s: and the last of them was reached" % what)
        terminal.press("?", "q", "gc", "q", "ga", "q", "gk", "q", "L", "q", "gp", "q")
        terminal.press("Q")
        tap.equal((terminal.judge.fault, terminal.end()), (None, 0), "%s: groups, help, log, proposals, and out" % what)
    for id in many:
        with Console([NIXIE, "--watch-seconds=0", *words, KINDS, "id:" + id], home.env, 80, 24, judge=Judge()) as terminal:
            terminal.wait(r"\[1/")
            terminal.settle(REST)
            look(terminal, "G")
            look(terminal, "Q")
            tap.equal((terminal.judge.fault, terminal.end()), (None, 0), "%s: the crowd of %s" % (what, id))
    for command in (["show", "--format=text"], ["list", "--format=text"], ["list", "--format=csv"], ["stats"], ["stats", "--by=address"],
                    ["export", "--format=addresses", "--include-unverified"], ["export", "--include-unverified"]):
        got = home.nixie(*command, *words, KINDS, "*", timeout=600)
        format = next((w.split("=")[1] for w in command if w.startswith("--format=")), "csv" if command[0] == "export" else "text")
        tap.equal((got.code in (0, 65), judge.faults(format, got.out), judge.foul(got.err)), (True, None, None), "%s: nixie %s" % (what, " ".join(command)))


def main():
    tap = Tap()
    check_judge(tap)
    with Home() as home:
        make.write(home.path("set"))
        look_at(tap, home, home.path("set", "mail"), "our set")
    if os.path.exists(MAKER):
        with Home() as home:
            subprocess.run([sys.executable, MAKER, "--index-safe", home.path("set")], check=True, stderr=subprocess.DEVNULL)
            look_at(tap, home, home.path("set", "msg"), "the shared set")
    else:
        tap.skip("the shared set", "../shared is not here")
    tap.end()


main()
