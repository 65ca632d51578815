# SPDX-License-Identifier: GPL-3.0-or-later
"""Large and hostile reports (H31): the verdict stands, what a limit cut is named, exit 65 tells of
it, and no byte of a mail steers a terminal."""
import os, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

SECONDS = 20  # for each mail; a slow machine with sanitizers needs a tenth
PRINTABLE = set(range(32, 127)) | {10}
STEERING = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\x7f\u202e"


def report(blocks, text="Your message could not be delivered.", returned="Message-ID: <m@example.org>\nFrom: kim@example.org\n", top=""):
    return ("Return-Path: <>\nFrom: MAILER-DAEMON@mx1.example.org\nTo: kim@example.org\nSubject: Undelivered Mail Returned to Sender\n"
            "Date: Mon, 16 Nov 2026 09:12:40 +0100\nMessage-ID: <limits@mx1.example.org>\nMIME-Version: 1.0\nContent-Type: multipart/report; "
            "report-type=delivery-status; boundary=b\n\n%s--b\nContent-Type: text/plain; charset=utf-8\n\n%s\n--b\nContent-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; mx1.example.org\n\n%s\n--b\nContent-Type: text/rfc822-headers\n\n%s\n--b--\n" % (top, text, blocks, returned)).encode()


def block(address="lea@example.net", said="550 5.1.1 User unknown"):
    return "Final-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; %s\n" % (address, said)


def nested(depth):
    out = ["From: MAILER-DAEMON@mx1.example.org\nSubject: Undelivered Mail\nContent-Type: multipart/mixed; boundary=n0\n"]
    for i in range(1, depth):
        out.append("--n%d\nContent-Type: multipart/mixed; boundary=n%d\n" % (i - 1, i))
    return "\n".join(out + ["--n%d\nContent-Type: text/plain\n\n550 5.1.1 <lea@example.net> User unknown\n" % (depth - 1)]).encode()


# name: mail, exit code, what must hold of the object
MAILS = {
    "a reply of two megabytes, the reason first": (
        report(block(said="550 5.1.1 User unknown " + "blah " * 400000)), 65,
        lambda x: x["recipients"][0]["category"] == "no-such-user" and x["recipients"][0]["status"] == "5.1.1"),
    "a reply of two megabytes without a blank": (
        report(block(said="550 5.1.1 User unknown " + "x" * 2000000)), 65, lambda x: x["recipients"][0]["category"] == "no-such-user"),
    "a reply in 40,000 folded lines": (
        report(block(said="550 5.1.1 User unknown" + "\n and more" * 40000)), 65, lambda x: x["recipients"][0]["category"] == "no-such-user"),
    "5,000 recipients": (
        report("\n".join(block("r%d@example.net" % i) for i in range(5000))), 0,
        lambda x: len(x["recipients"]) == 5000 and x["recipients"][4999]["address"] == "r4999@example.net"),
    "5,000 blocks of one recipient": (
        report("\n".join(block() for _ in range(5000))), 0, lambda x: [r["address"] for r in x["recipients"]] == ["lea@example.net"]),
    "a text of three megabytes": (
        report("", text="The following address failed:\n\n<lea@example.net>: 550 5.1.1 User unknown\n\n" + "and so on\n" * 300000), 65,
        lambda x: x["recipients"][0]["address"] == "lea@example.net" and any("too long" in w for w in x["warnings"])),
    "parts nested 60,000 deep": (
        nested(60000), 65, lambda x: any("nested too deep" in w for w in x["warnings"])),
    "50,000 parts": (
        report(block(), top="--b\nContent-Type: application/octet-stream\n\nx\n" * 50000), None,
        lambda x: x["kind"] in ("failure", "not-a-bounce") and (x["recipients"] or x["warnings"])),
    "a header of two megabytes": (
        report(block()).replace(b"MIME-Version", b"X-Long: " + b"y" * 2000000 + b"\nMIME-Version", 1), None,
        lambda x: x["recipients"][0]["address"] == "lea@example.net"),
    "control characters everywhere": (
        report(block(said="550 5.1.1 User unknown " + STEERING), text=STEERING, returned="Subject: %s\nMessage-ID: <m@example.org>\n" % STEERING), 0,
        lambda x: x["recipients"][0]["category"] == "no-such-user"),
    "zero bytes": (
        report(block(said="550 5.1.1 User unknown \0 and more")), 0, lambda x: x["recipients"][0]["category"] == "no-such-user"),
}


def main():
    tap = Tap()
    with Home() as home:
        for name, (data, code, holds) in MAILS.items():
            file = home.write("mails/%s.eml" % name, data)
            start = time.monotonic()
            got = home.nixie("extract", "--format=json-lines", file)
            took = time.monotonic() - start
            tap.check(got.code == code if code is not None else got.code in (0, 65), "%s: exit %d" % (name, got.code), got)
            found = got.lines()
            tap.check(len(found) == 1 and bool(holds(found[0])), "%s: the verdict" % name, got)
            tap.check(got.code != 65 or (found[0]["warnings"] and name in got.said), "%s: what was cut is named" % name, got)
            tap.check(took < SECONDS, "%s: in time" % name, took)
            tap.equal(sorted(set(got.out) - PRINTABLE), [], "%s: JSON is plain ASCII" % name)
            for more in (["extract"], ["extract", "--format=csv", "--per=recipient", "--columns=address,diagnostic,subject"]):
                text = home.nixie(*more, file).out.decode("utf-8")
                steering = {c for c in set(text) if (ord(c) < 32 and c not in "\r\n\t") or 0x7f <= ord(c) < 0xa0 or c == "\u202e"}
                if more == ["extract"]:
                    tap.equal(steering, set(), "%s: nothing steers the terminal" % name)
                else:
                    tap.check("\x1b" not in text and "\0" not in text, "%s: nor in CSV" % name, steering)
    tap.end()


if __name__ == "__main__":
    main()
