# SPDX-License-Identifier: GPL-3.0-or-later
"""Retry as a cycle: flagged with a warning and a due time, listed, sent again over a real SMTP connection, watched."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox
from resend import Sink, resend, script

tap = Tap()


def states(box, *words):
    return {row["address"]: row["state"] for row in box.rows(*words)}


def flags(box):
    dead = box.nixie("retry", "--", "address:lena.ostrom@quayside.example")
    tap.check(dead.code == 0 and "cannot be helped by sending again (no such user): No, not to this address." in dead.said, "a dead address: said, with the reason", dead)
    fix = box.nixie("retry", "--", "address:una@strictpost.example")
    tap.check("will fail again as" in fix.said and "spam" in fix.said, "only after a fix: said", fix)
    box.nixie("undo")
    box.nixie("undo")
    tap.equal(states(box, "address:lena.ostrom@quayside.example"), {"lena.ostrom@quayside.example": "proposed"}, "undone")
    quiet = box.nixie("retry", "--", "address:greta@millpond.example")
    tap.check("again" not in quiet.said.replace("undo takes it back", ""), "a full mailbox may be tried again: no warning", quiet)
    box.nixie("undo")
    due = {mark["address"] for mark in box.told["retries"] if mark["state"] == "due"}
    listed = box.nixie("retry", "--due", "--format=json-lines", "--per=recipient").lines()
    tap.equal({row["address"] for row in listed}, due, "--due")
    tap.check(box.nixie("retry", "--due").text.count("\n") == len(due), "--due as text")
    tap.equal(box.nixie("retry", "--due", "--sent", "--", "*").code, 64, "--due and --sent exclude each other")


def outcomes(box):
    told = {}
    for row in box.rows("domain:wayside.example"):
        told.setdefault(row["address"], set()).add(row["state"])
    tap.check("bounced-again" in told["again@wayside.example"], "sent again and bounced again, though folded over the first", told)
    counts = {x["state"]: x["recipients"] for x in box.nixie("retry", "--status", "--format=json").json()}
    tap.equal((counts["due"], counts["retry"]), (1, 1), "--status: due and waiting")
    text = box.nixie("retry", "--status").text
    tap.check("flagged or sent again" in text and "#" in text, "--status as text, with bars", text)


def crowds(box):
    """Messages with so many recipients that each is marked as a whole: said in the order of the list, the newest first."""
    for n in range(8):
        fields = "".join("\nFinal-Recipient: rfc822; u%d@crowd%d.example\nAction: failed\nStatus: 4.4.1\n" % (u, n) for u in range(251 + n))
        box.write("mail/inbox/cur/crowd%d:2,S" % n, "From: MAILER-DAEMON@mx.example.net\nTo: desk@fennel.example\nSubject: Undelivered Mail Returned to Sender\n"
                  "Date: Mon, 27 Jul 2026 09:%02d:00 +0000\nMessage-ID: <crowd%d@mx.example.net>\nContent-Type: multipart/report; report-type=delivery-status; "
                  "boundary=b\n\n--b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n%s--b--\n" % (n, n, fields))
    box.notmuch("new")
    got = box.nixie("retry", "--", "domain:crowd*.example")
    told = [int(line.split()[1]) for line in got.said.splitlines() if "marked as a whole" in line]
    tap.check(told == list(range(258, 250, -1)), "eight crowds, each said, the newest first", got)
    box.nixie("undo")


def folded(box):
    """A flag on a report that another is folded over holds for the row that is shown, and comes off with it."""
    again = "address:again@wayside.example"
    mark = next(mark for mark in box.told["retries"] if mark["address"] == "again@wayside.example")
    before = box.dump()
    box.notmuch("tag", "+retry", "--", 'id:"%s"' % mark["id"])
    tap.equal(states(box, again), {"again@wayside.example": "retry"}, "flagged beneath: the row on show waits")
    off = box.nixie("retry", "--unset", "--", again)
    tap.check(off.code == 0 and box.dump() == before, "and the flag comes off there", off)
    box.nixie("retry", "--", again)
    shown, = box.rows(again)
    tap.check(shown["state"] in ("retry", "due") and shown["id"] != mark["id"], "flagged once more, the row on show bears it", shown["state"])
    box.nixie("retry", "--sent", "--", again)
    tap.equal(states(box, again), {"again@wayside.example": "retried"}, "sent once more: the old bounce is forgotten")
    box.nixie("undo")
    box.nixie("undo")
    tap.check(box.dump() == before and states(box, again) == {"again@wayside.example": "bounced-again"}, "undone: bounced again")


def sending(box, sink):
    with_it = "--sendmail=" + sink.script(box)
    before = box.dump()
    dry = resend(box, with_it, "--dry-run")
    tap.check(dry.code == 0 and "-- due@wayside.example" in dry.text and "Resent-To: due@wayside.example" in dry.text and not sink.mails,
              "--dry-run shows the call and the header, and sends nothing", dry)
    no = resend(box, with_it, stdin=b"n\n")
    tap.check(no.code == 0 and not sink.mails and "nothing was sent" in no.said, "it asks first", no)
    tap.check(resend(box, with_it, stdin=b"").code == 0 and not sink.mails and box.dump() == before, "no answer is a no; nothing changed")

    sink.refuse = {"due@wayside.example"}
    failed = resend(box, with_it, "--yes")
    tap.check(failed.code == 65 and "not sent" in failed.said and not sink.mails, "refused: said", failed)
    tap.equal(states(box, "address:due@wayside.example"), {"due@wayside.example": "due"}, "and it stays due")
    sink.refuse = set()

    # Sent, and nixie cannot note it: the index is told at the next start, nothing is sent twice.
    broken = script(box, "nixie-broken", '#!/bin/sh\n[ "$1" = retry ] && { echo "nixie: the index is locked" >&2; exit 75; }\nexec %s "$@"\n' % NIXIE)
    cut = resend(box, with_it, "--yes", env={"NIXIE": broken})
    tap.check(cut.code == 74 and "the next run will" in cut.said and len(sink.mails) == 1, "sent, but not noted: said", cut)
    tap.equal(states(box, "address:due@wayside.example"), {"due@wayside.example": "due"}, "the index does not know yet")
    after = resend(box, with_it, "--yes")
    tap.check(after.code == 0 and len(sink.mails) == 1, "the next run notes it and sends nothing", after)
    tap.equal(states(box, "address:due@wayside.example"), {"due@wayside.example": "retried"}, "and it counts as sent again")

    sender, to, mail = sink.mails[0]
    original = next(row for row in box.told["rows"] if row["address"] == "due@wayside.example")["original"]
    raw = box.notmuch("show", "--format=raw", "id:" + original)
    raw = (raw.encode() if isinstance(raw, str) else raw).replace(b"\n", b"\r\n")
    tap.equal((sender, to), ("desk@fennel.example", ["due@wayside.example"]), "the envelope")
    tap.check(mail.startswith(b"Resent-Date: ") and b"\r\nResent-Message-ID: <" in mail[:600] and mail.endswith(raw), "Resent-* in front, the rest unchanged",
              mail[:900])

    dead = "address:lena.ostrom@quayside.example"
    box.nixie("retry", "--", dead)
    refused = resend(box, with_it, "--yes", "--all", dead)
    tap.check(refused.code == 65 and "the address is dead" in refused.said and len(sink.mails) == 1, "a dead address is refused", refused)
    told = resend(box, with_it, "--yes", "--anyway", dead)
    tap.check(told.code == 0 and len(sink.mails) > 1, "unless told", told)
    tap.equal(set(states(box, dead).values()), {"retried"}, "and noted")

    # Cut off while it was handed over: nobody knows, so it is not sent again unasked.
    box.nixie("retry", "--", "address:greta@millpond.example")
    sent = len(sink.mails)
    killer = script(box, "killer", "#!/bin/sh\nkill -9 $PPID\n")
    greta = "address:greta@millpond.example"
    n = len(box.rows(greta))
    resend(box, "--sendmail=" + killer, "--yes", "--all", greta)
    unsure = resend(box, with_it, "--yes", "--all", greta)
    tap.check(len(sink.mails) == sent + n - 1 and "may have been sent" in unsure.said, "cut off in the middle: not sent again unasked", unsure)
    again = resend(box, with_it, "--yes", "--all", "--again", greta)
    tap.check(again.code == 0 and len(sink.mails) == sent + n, "--again sends it", again)


with Mailbox() as box:
    flags(box)
    outcomes(box)
    folded(box)
    crowds(box)
    with Sink() as sink:
        sending(box, sink)
tap.end()
