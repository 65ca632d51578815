# SPDX-License-Identifier: GPL-3.0-or-later
"""--message: a mail client pipes the mail under its cursor, and nixie finds it in the index."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import screen
from bounce import bounce
from nixie import Home, SAMPLES, Tap

SAMPLE = os.path.join(SAMPLES, "postfix-user-unknown.eml")
RECIPIENT = "t.albers@hafenwerk.example"
# Ids that would say something else if they were not one term.
IDS = (*("a" * n + "@sender.example" for n in (174, 175, 400)), 'a" or * or "b@sender.example', "a) or (*@sender.example", "a or *@sender.example", "tag:inbox@sender.example", "*@sender.example")

tap = Tap()


def addresses(got):
    return sorted({r["address"] for report in got.lines() for r in report["recipients"]})


def commands(home):
    with open(SAMPLE, "rb") as mail:
        bounce = mail.read()
    for words, given in (((SAMPLE,), b""), (("-",), bounce), (("-",), bounce.replace(b"\n", b"\r\n")), (("-",), b"From tool Thu Jan  1 00:00:00 1970\n" + bounce)):
        got = home.nixie("list", "--format=json-lines", "--message=" + words[0], stdin=given)
        tap.equal(addresses(got), [RECIPIENT], "list --message=%s: that one, of %d bytes" % (os.path.basename(words[0]), len(given)))
    got = home.nixie("list", "--format=json-lines", "--message=" + SAMPLE, "type:soft")
    tap.check(got.code == 0 and not got.out, "the query and --message must both match", got)
    got = home.nixie("tag", "+seen-in-client", "--message=-", stdin=bounce)
    tap.equal(home.notmuch("count", "tag:seen-in-client").strip(), "1", "tag +x --message=-: one message")
    for what, given, code, said in (("nothing", b"", 66, "no Message-ID"), ("no id", b"From: a@sender.example\n\nhello\n", 66, "no Message-ID"),
                                    ("another", b"From: a@sender.example\nMessage-ID: <other@sender.example>\n\nhello\n", 0, "matches no message")):
        got = home.nixie("show", "--message=-", stdin=given)
        tap.check(got.code == code and said in got.said and not got.out, "%s on standard input: %s" % (what, said), got)
    got = home.nixie("show", "--message=/nowhere/mail.eml")
    tap.check(got.code == 66 and "/nowhere/mail.eml" in got.said, "no such file is named", got)
    got = home.nixie("tui", "--message=-", stdin=bounce, start_new_session=True)
    tap.check(got.code == 64 and "/dev/tty" in got.said and not got.out, "the screen without a terminal: a sentence", got)


def odd_ids(home):
    for n, id in enumerate(IDS):
        home.write("mail/odd/cur/%d:2,S" % n, bounce(id, "r%d@lost.example" % n))
    home.notmuch("new")
    for n, id in enumerate(IDS):
        got = home.nixie("list", "--format=json-lines", "--message=-", stdin=bounce(id, "x@lost.example").encode())
        tap.equal(addresses(got), ["r%d@lost.example" % n], "the id %s finds that message alone" % id)


def on_the_screen(home):
    """As a client does: the mail comes through a pipe, the keys from the terminal."""
    if not screen.available():
        tap.skip("the screen behind a pipe", "no tmux here")
        return
    with screen.Screen(home) as glass:
        glass.type("cat %s | $NIXIE tui --message=-\n" % SAMPLE)
        shown = glass.wait(r"\[1/1\]")
        tap.check(shown and RECIPIENT[:12] in shown, "a mail through a pipe: its bounce on the screen", glass.text())
        glass.type("q")
        tap.check(glass.wait(r"(?m)^ready> *$"), "and a key from the terminal ends it", glass.text())


with Home() as home:
    home.env["NIXIE"] = os.environ.get("NIXIE", "nixie")
    home.make_index()
    tap.parts((commands, odd_ids, on_the_screen), home)
tap.end()
