# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie-resend over a real SMTP connection: whom it sends to, what it leaves out, and what is known after it failed half-way."""
import json, os, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Tap
from mailbox import Mailbox
from resend import RESEND, SENDER, Sink, lose, resend, script

tap = Tap()
ANN, BEN, CAT, DAN = ("%s@lost.example" % name for name in ("ann", "ben", "cat", "dan"))
LETTERS = (((ANN, BEN, CAT), (ANN, BEN)), ((BEN, DAN), (DAN,)), ((CAT,), (CAT,)))
MINE = "domain:lost.example"
REPORTS = ("--", "id:report1@mail.fennel.example or id:report2@mail.fennel.example or id:report3@mail.fennel.example")


def states(box):
    return {(row["id"].partition("@")[0], row["address"]): row["state"] for row in box.rows(*REPORTS)}


def got(sink):
    """[(subject's number, recipients)] of what arrived, in order."""
    return [(int(mail.partition(b"Subject: Lost letter ")[2][:1]), to) for _, to, mail in sink.mails]


def whom(box, sink, sendmail):
    box.nixie("retry", "--address=" + ANN, *REPORTS)
    before = box.dump()
    dry = resend(box, sendmail, "--dry-run", MINE)
    tap.check(dry.code == 0 and not sink.mails and box.dump() == before, "a dry run sends nothing and changes nothing", dry)
    tap.check(" -i -f %s -- %s\n" % (SENDER, ANN) in dry.text and "| Resent-To: %s\n" % ANN in dry.text, "it shows the call and the header", dry)
    tap.check("hidden@" not in dry.text and "boss@" not in dry.text, "which names no hidden recipient", dry)
    asked = resend(box, sendmail, MINE, stdin=b"maybe\n")
    tap.check("Send 1 message again, to 1 recipient? [y/N]" in asked.said and not sink.mails, "it asks; what is no yes is a no", asked)
    done = resend(box, sendmail, MINE, stdin=b"y\n")
    tap.check(done.code == 0 and len(sink.mails) == 1, "yes sends", done)
    (sender, to, mail), original = sink.mails[0], open(box.path("mail/sent/cur/lost1:2,S"), "rb").read()
    tap.equal((sender, to), (SENDER, [ANN]), "to the chosen one of two that failed, of three in the header")
    header, _, body = mail.partition(b"\r\n\r\n")
    tap.equal(body.replace(b"\r\n", b"\n"), original.partition(b"\n\n")[2], "the text is as it was, byte for byte")
    fields = [line.split(b":")[0] for line in header.split(b"\r\n") if not line[:1].isspace()]
    tap.equal([field.decode() for field in fields], ["Resent-Date", "Resent-From", "Resent-To", "Resent-Message-ID", "From", "To", "Subject", "Date", "Message-ID",
                                                     "MIME-Version", "Content-Type", "Content-Transfer-Encoding"], "the header, too, with Resent- in front and no Bcc")
    tap.check(b"hidden@" not in mail and b"boss@" not in mail, "nobody is told of hidden recipients", mail)
    tap.equal(states(box)["report1", ANN], "retried", "it is noted")
    tap.check(states(box)["report1", BEN] not in ("due", "retry", "retried"), "and of that one alone", states(box))
    again = resend(box, sendmail, "--yes", MINE)
    tap.check(again.code == 0 and "nothing to send" in again.said and len(sink.mails) == 1, "a second run sends nothing", again)


def refused_between(box, sink, sendmail):
    box.nixie("retry", *REPORTS)
    sink.refuse = {DAN}
    first = resend(box, sendmail, "--yes", MINE)
    tap.check(first.code == 65 and first.said.count("not sent") == 1 and first.said.count(": sent to ") == 2, "one of three is refused: the others are sent, all is said", first)
    tap.equal(sorted(got(sink)), [(1, [ANN, BEN]), (3, [CAT])], "what arrived")
    tap.equal({key: state for key, state in states(box).items() if state == "due"}, {("report2", DAN): "due"}, "the refused one stays due")
    sink.refuse = set()
    second = resend(box, sendmail, "--yes", MINE)
    tap.check(second.code == 0 and sorted(got(sink)) == [(1, [ANN, BEN]), (2, [DAN]), (3, [CAT])], "the next run sends it, and nothing twice", (second, got(sink)))


def killed_between(box, sink, sendmail):
    box.nixie("retry", *REPORTS)
    real = sendmail.partition("=")[2]
    # The second message is taken by the server, and then everything dies before anybody can note it.
    killer = script(box, "killer", '#!/bin/sh\necho >>"%s"\n"%s" "$@" || exit\n[ $(wc -l <"%s") -eq 2 ] && kill -9 $PPID\nexit 0\n' %
                    (box.path("calls"), real, box.path("calls")))
    cut = resend(box, "--sendmail=" + killer, "--yes", MINE)
    tap.check(cut.code and len(sink.mails) == 2, "killed after the second of three was handed over", (cut, got(sink)))
    book = [json.loads(line) for line in open(box.path(".local/state/nixie/resend"))]
    tap.equal([event["event"] for event in book], ["sending", "sent", "noted", "sending"], "the book tells how far it came")
    after = resend(box, sendmail, "--yes", MINE)
    tap.check(after.code == 65 and "may have been sent" in after.said and "(--again)" in after.said, "the next run says what nobody knows, and how to send it", after)
    tap.check(len(got(sink)) == 3 and len({n for n, _ in got(sink)}) == 3, "it sends the third; nothing arrived twice", got(sink))
    tap.equal(sorted(states(box).values()).count("retried"), len(states(box)) - len(sink.mails[1][1]), "what was sent for certain is noted")


def full_between(box, sink, sendmail):
    """The disk is full when the second of three has been sent: that it was is said, and it is not sent again unasked."""
    if not shutil.which("prlimit"):
        tap.skip("a full disk", "prlimit is not installed")
        return
    box.nixie("retry", *REPORTS)
    real, book = sendmail.partition("=")[2], box.path(".local/state/nixie/resend")
    full = script(box, "full", '#!/bin/sh\necho >>"%s"\n"%s" "$@" || exit\n[ $(wc -l <"%s") -eq 2 ] && prlimit --pid $PPID --fsize=$(($(stat -c %%s "%s") + 9))\nexit 0\n' %
                  (box.path("calls"), real, box.path("calls"), book))
    cut = resend(box, "--sendmail=" + full, "--yes", MINE)
    tap.check(cut.code == 74 and cut.said.count(": sent to ") == 2 and "resend cannot be written" in cut.said, "what was sent is said, and that it cannot be noted", cut)
    with open(book) as file:
        lines = file.read()
    tap.check(lines.endswith("}\n") and [json.loads(line)["event"] for line in lines.splitlines()] == ["sending", "sent", "noted", "sending"],
              "no piece of a line is left", lines)
    with open(book, "a") as file:
        file.write('{"event": "sen')  # a machine that lost its power may leave one
    after = resend(box, sendmail, "--yes", MINE)
    tap.check(after.code == 65 and "may have been sent" in after.said and sorted(n for n, _ in got(sink)) == [1, 2, 3], "the next run sends the third alone", (after, got(sink)))
    with open(book) as file:
        tap.equal([line for line in file.read().splitlines() if "event" in line and not line.endswith("}")], ['{"event": "sen'], "a piece of a line swallows no other")
    again = resend(box, sendmail, "--yes", MINE)
    tap.check(len(sink.mails) == 3 and "may have been sent" in again.said, "and nothing more", again)


def changed_between(box, sink, sendmail):
    """Others take a flag off, or the message is gone, between the plan and the sending: what is asked for is what is sent."""
    box.nixie("retry", *REPORTS)
    os.unlink(box.path("mail/sent/cur/lost2:2,S"))
    box.notmuch("new")
    box.nixie("retry", "--unset", "--address=" + CAT, *REPORTS)
    done = resend(box, sendmail, "--yes", MINE)
    tap.check(done.code == 65 and "lost2@fennel.example>: left out: the message is not in the index" in done.said, "a message that is gone is left out, and said", done)
    tap.equal(got(sink), [(1, [ANN, BEN])], "what is no longer flagged is not sent")
    box.nixie("retry", "--address=" + CAT, *REPORTS)
    nested = script(box, "nested", '#!/bin/sh\n"%s" "%s" --yes </dev/null >&2\nexit 75\n' % (sys.executable, RESEND))
    both = resend(box, "--sendmail=" + nested, "--yes", MINE)
    tap.check("another nixie-resend is at work" in both.said and len(sink.mails) == 1, "two at a time: the second says so and ends", both)


def forged(box, sink, sendmail):
    """A report that names a message of ours and an address that it never went to."""
    eve = "eve@lost.example"
    with open(box.path("mail/inbox/new/report2")) as file:
        box.write("mail/inbox/new/report4", file.read().replace(DAN, eve).replace("report2@", "report4@").replace("lost2@", "lost1@"))
    box.notmuch("new")
    flagged = box.nixie("retry", "--address=" + eve, "--", "id:report4@mail.fennel.example")
    done = resend(box, sendmail, "--yes", MINE)
    tap.check(flagged.code == 0 and done.code == 65 and "%s: left out: the message was not addressed to it" % eve in done.said and not sink.mails,
              "nobody is sent a copy of what was not addressed to them", done)
    resend(box, sendmail, "--yes", "--anyway", MINE)
    tap.equal(got(sink), [(1, [eve])], "unless it is asked for")


def instead(box, sink, sendmail):
    """To another address than the one that failed: the one that was typed, asked for by name, once."""
    meant, report = "dan.right@lost.example", "id:report2@mail.fennel.example"
    for words, told in ((["--instead=%s=%s" % (DAN, meant)], "must be told which bounces"), (["--instead=" + DAN, report], "two mail addresses"),
                        (["--instead=%s=%s" % (DAN, DAN.upper()), report], "the same address"), (["--instead=%s=-o/x@lost.example" % DAN, report], "two mail addresses"),
                        (["--instead=%s=%s,eve@lost.example" % (DAN, meant), report], "two mail addresses")):
        got_no = resend(box, sendmail, "--yes", *words)
        tap.check(got_no.code == 74 and told in got_no.said and not sink.mails, " ".join(words), got_no)
    before = box.dump()
    asked = resend(box, sendmail, "--instead=%s=%s" % (DAN, meant), report, stdin=b"\n")
    tap.check("to %s instead of %s" % (meant, DAN) in asked.text and "Send 1 message again, to 1 recipient? [y/N]" in asked.said and not sink.mails and box.dump() == before,
              "it says to whom, and asks; Enter is a no", asked)
    done = resend(box, sendmail, "--instead=%s=%s" % (DAN, meant), report, stdin=b"y\n")
    tap.check(done.code == 0 and got(sink) == [(2, [meant])], "yes sends it there, and nowhere else, dead and unflagged as it is", (done, got(sink)))
    tap.check(b"Resent-To: %s\r\n" % meant.encode() in sink.mails[0][2], "and says so in the header", sink.mails[0][2])
    tap.equal(states(box)["report2", DAN], "retried", "it is noted on the report")
    again = resend(box, sendmail, "--yes", "--instead=%s=%s" % (DAN, meant), report)
    tap.check(again.code == 65 and "sent again already" in again.said and len(sink.mails) == 1, "a second time it is not sent", again)
    both = resend(box, sendmail, "--yes", "--instead=%s=%s" % (ANN, BEN), "id:report1@mail.fennel.example")
    tap.check(both.code == 65 and "it was addressed to %s, too" % BEN in both.said and len(sink.mails) == 1, "who has it already is not sent it", both)
    wrong = resend(box, sendmail, "--yes", "--instead=eve@lost.example=%s" % meant, report)
    tap.check("nothing to send" in wrong.said and len(sink.mails) == 1, "what did not fail there is not sent", wrong)


for scene in (whom, refused_between, killed_between, full_between, changed_between, forged, instead):
    with Mailbox() as box, Sink() as sink:
        lose(box, *LETTERS)
        scene(box, sink, "--sendmail=" + sink.script(box))
tap.end()
