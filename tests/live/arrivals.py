#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail as it comes to a machine, read by nixie --maildir: a Maildir that Postfix fills, the mbox of a list's owner, IMAP folders
that mbsync fetches from Dovecot with the recipe of contrib/neighbours, and the mbox of an owner whose list mlmmj manages.

usage: arrivals.py [--folder=DIRECTORY]

The servers are fetched and unpacked as live.py does. Where one cannot be had or run, its tests are skipped with a word.
"""
import os, shutil, sys, time

HOME = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HOME, os.path.join(HOME, "..", "lib")]
import dovecot, mlmmj, postfix
from debian import Missing
from namespace import connect
from nixie import Home
from stage import arguments, play

SECONDS = 60
LETTER = "From: Ann <ann@here.example>\r\nTo: %s\r\nSubject: Letter %d\r\nMessage-ID: <letter%d@here.example>\r\n\r\nHello.\r\n"
LOST = ["gone%d@here.example" % n for n in range(3)]
OWNER = "list-bounces@here.example"
SUBSCRIBERS = ["left%d@here.example" % n for n in range(4)]


def wait(holds):
    end = time.monotonic() + SECONDS
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()


def reports(path):
    """Of a folder, how many files; of an mbox, how many messages."""
    if os.path.isdir(path):
        return sum(len(names) for place, _, names in os.walk(path) if os.path.basename(place) in ("new", "cur"))
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as mbox:
        return sum(line.startswith(b"From ") for line in mbox)


def judge(tap, what, path, gone, *others):
    with Home() as home:
        got = home.nixie("--maildir=" + path, "list", "--format=json-lines", "--per=recipient")
        found = sorted((row["address"], row["status"], row["category"]) for row in got.lines())
        tap.equal(found, sorted([(address, "5.1.1", "no-such-user") for address in gone] + list(others)), "%s: every report, read" % what)
        again = home.nixie("--maildir=" + path, "list", "--format=json-lines", "--per=recipient")
        tap.equal(again.out, got.out, "%s: and a second time the same" % what)


def letter(to, number):
    return LETTER % (to, number, number)


def from_postfix(tap, box, kept):
    """Home folders with a Maildir each, and a list whose bounces an alias puts into an mbox. What came is kept for Dovecot to serve."""
    postfix.furnish(box)
    box.write("etc/postfix/main.cf", postfix.MAIN.replace("alias_maps =\n", "alias_maps = texthash:/etc/postfix/aliases\n") + "home_mailbox = Maildir/\n")
    box.write("etc/postfix/aliases", "list-bounces /var/mail/list-owner\n")
    box.start(*postfix.START)
    client = connect(SECONDS)
    if not tap.check(client, "postfix answers", box.log()):
        return
    maildir, mbox = box.path("home/ann/Maildir"), box.path("var/mail/list-owner")
    for n, (sender, recipient) in enumerate([("ann@here.example", address) for address in LOST] + [(OWNER, address) for address in SUBSCRIBERS]):
        client.sendmail(sender, [recipient], letter(recipient, n))
    done = wait(lambda: reports(maildir) == len(LOST) and reports(mbox) == len(SUBSCRIBERS))
    if tap.check(done, "postfix wrote the reports", box.log()[-2000:]):
        judge(tap, "Maildir of Postfix", maildir, LOST)
        judge(tap, "mbox of a list's owner", mbox, SUBSCRIBERS)
        shutil.copytree(maildir, kept)


def from_mlmmj(tap, box, kept):
    """A letter to a list of which most subscribers are gone: what mlmmj itself counts is what nixie reads, and what it says unsubscribes them."""
    mlmmj.furnish(box)
    box.start(*postfix.START)
    client = connect(SECONDS)
    if not tap.check(client, "mlmmj: Postfix answers", box.log()):
        return
    said = mlmmj.subscribe(box, SUBSCRIBERS + ["full@here.example", "ann@here.example"])
    tap.equal(len(mlmmj.subscribers(box)), len(said), "mlmmj: all are subscribed")
    client.sendmail("ann@here.example", [mlmmj.LIST], letter(mlmmj.LIST, 0))
    mbox = box.path(mlmmj.OWNER)
    done = wait(lambda: reports(mbox) == len(SUBSCRIBERS) + 1 == len(mlmmj.bouncing(box)))
    if not tap.check(done, "mlmmj: every bounce is counted, and copied to the owner's mbox", (reports(mbox), mlmmj.bouncing(box), box.log()[-2000:])):
        return
    full = ("full@here.example", "5.2.2", "mailbox-full")
    judge(tap, "mbox of mlmmj", mbox, SUBSCRIBERS, full)
    tap.equal(mlmmj.bouncing(box), sorted(SUBSCRIBERS + [full[0]]), "mlmmj: counts as bouncing whom nixie shows")
    with Home() as home:
        export = "--maildir=" + mbox, "export", "--format=addresses", "--type=hard"
        unasked, gone = home.nixie(*export), home.nixie(*export, "--include-unverified").text.split()
    tap.check(not unasked.out and "unverified" in unasked.said, "mlmmj: a post names no subscriber, so nothing is exported unasked", unasked)
    mlmmj.unsubscribe(box, gone)
    tap.equal(mlmmj.subscribers(box), ["ann@here.example", full[0]], "mlmmj: those who are gone for good are unsubscribed, and nobody else")


def from_dovecot(tap, box, kept):
    if not os.path.isdir(kept):
        raise Missing("Postfix brought no mail for it to serve")
    dovecot.furnish(box)
    dovecot.fetching(box)
    shutil.copytree(kept, box.path("home/ann/Maildir"))
    for place, folders, names in os.walk(box.path("home/ann")):
        for name in folders + names:
            box.own(os.path.relpath(os.path.join(place, name), box.root), "ann")
    box.start(*dovecot.START)
    got = []

    def fetch():
        got[:] = [box.run(*dovecot.FETCH)]
        return got[0].returncode == 0

    if tap.check(wait(fetch), "mbsync fetches from Dovecot", "%s\n%s" % (got[0].stdout, box.log()[-2000:])):
        judge(tap, "IMAP through mbsync", box.path("root/mail/desk"), LOST)
        tap.equal(reports(box.path("home/ann/Maildir")), len(LOST), "IMAP through mbsync: the server keeps all")


TRIALS = {"postfix": from_postfix, "dovecot": from_dovecot, "mlmmj": from_mlmmj}


def main():
    folder = arguments(__doc__).parse_args().folder
    kept = os.path.join(folder, "arrivals-maildir")
    shutil.rmtree(kept, ignore_errors=True)
    play(folder, "arrivals", "arrivals-", TRIALS, lambda tap, name, box: TRIALS[name](tap, box, kept))


if __name__ == "__main__":
    main()
