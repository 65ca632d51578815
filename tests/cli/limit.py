# SPDX-License-Identifier: GPL-3.0-or-later
"""--limit and --offset count what goes out: lines of a listing, and of an export what is left when it has chosen."""
import os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Tap
from mailbox import Mailbox

tap = Tap()
WINDOWS = ((5, 0), (3, 4), (1, 0), (0, 0), (7, 10000))


def told(got):
    return int(re.search(r"(\d+) (?:recipient|address|message)(?:e?s)? written", got.said).group(1))


def windows(box, name, words, read):
    """Each window of what is written without one: the same lines, whatever was left out before them."""
    whole = read(box.nixie(*words))
    tap.check(len(whole) > 12, "%s: enough to choose from" % name, len(whole))
    for limit, offset in WINDOWS:
        got = box.nixie(*words, "--limit=%d" % limit, "--offset=%d" % offset)
        tap.check(got.code == 0 and read(got) == whole[offset:offset + limit], "%s: --limit=%d --offset=%d" % (name, limit, offset), "%r\n%r" % (read(got), whole[offset:offset + limit]))
        if words[0] == "export":
            tap.equal(told(got), len(whole[offset:offset + limit]), "%s: and so many are told" % name)


def addresses(got):
    return [word for line in got.text.splitlines() for word in line.split()[:1] if "@" in word]


with Mailbox() as box:
    windows(box, "export", ["export", "--format=json-lines", "--per=recipient"], lambda got: got.lines())
    windows(box, "addresses", ["export", "--format=addresses"], lambda got: got.text.split())
    windows(box, "postfix", ["export", "--for=postfix"], addresses)
    windows(box, "tickets", ["export", "--for=ticket"], lambda got: got.json())
    for per in ("address", "message"):
        windows(box, "export --per=" + per, ["export", "--format=json-lines", "--per=" + per], lambda got: got.lines())
        windows(box, "list --per=" + per, ["list", "--format=json-lines", "--per=" + per], lambda got: got.lines())
    windows(box, "list", ["list", "--format=json-lines", "--per=recipient"], lambda got: got.lines())
    some = box.nixie("export", "--format=csv", "--limit=4")
    tap.check("4 recipients written" in some.said and len(some.text.splitlines()) == 5, "a table of four", some)
tap.end()
