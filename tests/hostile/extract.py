# SPDX-License-Identifier: GPL-3.0-or-later
"""The hostile set through the engine alone: each mail is read, its recipient found, no output is fouled, nothing waits."""
import os, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SAMPLES, Home, Tap
import judge, make

SECONDS = 120  # for all of them, on a machine that does other things too
FORMATS = ("json-lines", "json", "text", "csv", "tsv", "text0")


def check_addresses(tap, rows, reports):
    wrong = []
    for row in rows:
        report = reports.get(os.path.basename(row[0]), {})
        found = {r.get("address") for key in ("recipients", "others") for r in report.get(key) or []}
        want, never = set(filter(None, row[2].split(";"))), set(filter(None, row[3].split(";")))
        if report.get("error") or want - found or never & found:
            wrong.append("%s: %s" % (row[0], report.get("error") or "found %s" % sorted(map(str, found))[:5]))
    silent = [name for name in ("form-hops-100000.eml", "form-alternating-20000.eml", "form-parts-of-nothing.eml") if not reports[name]["warnings"]]
    tap.equal(silent, [], "what a limit left out is named")
    tap.check(not wrong, "who must be found is, and nobody else who must not be", "\n".join(wrong))
    many = [r["file"] for r in reports.values() if len(r["recipients"]) != len({x["address"] for x in r["recipients"]})]
    tap.equal(many, [], "no recipient twice in one report")


def check_objects(tap, home, root):
    """A file that vanishes, one that grows and one that is cut while they are read: beside those that stay as they are."""
    growing, shrinking = os.path.join(root, "growing.eml"), os.path.join(root, "shrinking.eml")
    mail = make.letter_of(b"moving")
    for path in (growing, shrinking):
        with open(path, "wb") as out:
            out.write(mail)
    listed = [os.path.join(root, name) for name in ("vanished.eml", "growing.eml", "shrinking.eml")]
    names = home.write("list", "\n".join(listed * 200 + [os.path.join(SAMPLES, "vacation.eml")]) + "\n")
    stop = threading.Event()

    def move():
        n = 0
        while not stop.is_set():
            n += 1
            with open(growing, "ab") as out:
                out.write(b"and more\n" * 1000)
            os.truncate(shrinking, n % len(mail))
            if n % 50 == 0:
                os.truncate(growing, len(mail))

    mover = threading.Thread(target=move)
    mover.start()
    try:
        got = home.nixie("extract", "--format=json-lines", "--files-from=" + names, timeout=SECONDS)
    finally:
        stop.set()
        mover.join()
    lines = got.lines()
    tap.check(got.code == 65 and len(lines) == 601, "files that vanish, grow and are cut under the reader: an object for each", got)
    tap.check(all("error" in x for x in lines if x["file"].endswith("vanished.eml")), "the one that is gone is an error", got)
    tap.check(lines[-1]["kind"] == "auto-reply", "and the mail behind them is read", lines[-1:])


def main():
    tap = Tap()
    with Home() as home:
        rows = make.write(home.path("set"))
        mails = [row for row in rows if row[1] not in ("object", "config")]
        tap.check(len(mails) >= 200 and len(rows) - len(mails) >= 28, "%d mails, %d objects and configurations" % (len(mails), len(rows) - len(mails)))
        for format in FORMATS:
            begin = time.monotonic()
            words = ["--per=recipient"] if format in ("csv", "tsv") else []
            got = home.nixie("extract", "--format=" + format, *words, home.path("set", "mail"), timeout=SECONDS)
            took = time.monotonic() - begin
            tap.check(got.code == 65, "%s: what a limit cut is told by the exit code" % format, got.code)
            tap.equal(judge.faults(format, got.out), None, "%s: nothing foul in %d bytes" % (format, len(got.out)))
            tap.equal(judge.foul(got.err), None, "%s: nor on stderr" % format)
            tap.check(took < SECONDS / 2, "%s: in time (%.1f s)" % (format, took))
            if format == "json-lines":
                check_addresses(tap, mails, {os.path.basename(x["file"]): x for x in got.lines()})
        for format in ("json-lines", "text", "csv"):
            got = home.nixie("extract", "--format=" + format, home.path("set", "objects"), timeout=SECONDS)
            tap.equal((got.code, judge.faults(format, got.out), judge.foul(got.err)), (65, None, None), "objects: %s" % format)
            if format == "json-lines":
                read = {os.path.basename(x["file"]): x for x in got.lines()}
                tap.equal([name for name in ("outside.eml", "self.eml", "device.eml", "terminal.eml") if "error" not in read[name]], [], "objects: nothing outside is read")
                mails = [x["file"] for x in got.lines() if x.get("kind") == "failure"]
                tap.check(len(mails) >= 12, "objects: all that are mails are read", mails)
        check_objects(tap, home, home.path("set", "objects"))
    tap.end()


main()
