# SPDX-License-Identifier: GPL-3.0-or-later
"""Selection, actions and finding on the screen over a real index: what others changed meanwhile, full disks, views, history."""
import os, re, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox
from screen import Screen, available

tap = Tap()
FOUND = r"\d+ found"
BROKEN = [("query:foo", "query:foo"), ("from:", "from:"), ("date:foo..bar", "foo"), ("(", "("), ("tag:x and", "and"), ("subject:/(/", "subject:/(/"),
          ("sexp:(", "sexp:("), ("path:", "path:"), ('"unclosed', '"unclosed'), ("nosuch:abc", "nosuch:abc")]


def start(screen, words="", before=""):
    screen.type("%s'%s' %s\n" % (before, NIXIE, words))
    return screen.wait(FOUND)


def leave(screen):
    screen.type("Q")
    screen.wait(r"ready> *\n*$")


def caret(text):
    """What the caret of a prompt stands below; None when there is none."""
    lines = text.split("\n")
    for line, below in zip(lines, lines[1:]):
        found = re.search(r"^[^^]*[|\u2502] *(\^+) *[|\u2502]", below)
        if found:
            return line[found.start(1):found.end(1)]
    return None


def queries(box):
    """Check 4: each of ten bad queries is told by its token, in the prompt, and the list stays."""
    with Screen(box) as screen:
        start(screen)
        first = screen.wait("%d shown" % len(box.shown())).split("\n")[2]
        for query, token in BROKEN:
            screen.type("cc")
            screen.wait("Query:")
            screen.keys("C-u")
            screen.type(query + "\n")
            text = screen.wait(lambda t: caret(t) is not None, 20) or screen.text()
            tap.check(caret(text) == token and re.search(r"Query: *" + re.escape(query), text), "the prompt points at %s of %s" % (token, query), text)
            screen.keys("Escape")
            # One look at the screen decides: while the list is loaded again, the next may show less.
            tap.check(screen.wait(lambda t: "Query:" not in t and re.search(FOUND, t) and t.split("\n")[2] == first), "and the list is as it was", screen.text())
        leave(screen)


def views(box):
    """The menu of c: views of the configuration and named queries, with the counts of the index."""
    config = box.write(".config/nixie/config", "[views]\nhard ones=type:hard\ntickets=subject:ticket\n")
    box.notmuch("config", "set", "query.mine", "tag:inbox")
    inbox, tickets = (box.notmuch("count", q).strip() for q in ("tag:inbox", "subject:ticket"))
    hard = sum(row["type"] == "hard" for row in box.shown().values())
    with Screen(box, 132, 43) as screen:
        start(screen)
        screen.wait("%d shown" % len(box.shown()))
        screen.type("c")
        text = screen.wait(r"mine +\d+ message") or screen.text()
        for name, count in (("hard ones", "%d rows" % hard), ("tickets", "%s messages" % tickets), ("mine", "%s messages" % inbox)):
            tap.check(re.search(r"%s +%s" % (name, count), text), "%s: %s" % (name, count), text)
        screen.type("1")
        tap.check(screen.wait(r"q: type:hard .*\b%d shown" % hard), "1 takes the first", screen.text())
        box.notmuch("tag", "-inbox", "--", "tag:inbox", "and", "date:2026-07-27..")
        screen.type("c")
        fewer = box.notmuch("count", "tag:inbox").strip()
        tap.check(fewer != inbox and screen.wait(r"mine +%s message" % fewer), "the counts are those of now", screen.text())
        screen.keys("Escape")
        # Tab: prefixes, tags, queries, values of the rows.
        for typed, completed in (("que", "query:"), ("query:mi", "query:mine"), ("tag:se", "tag:sent"), ("domain:gardenc", "domain:gardenclub.example"),
                                 ("category:greyl", "category:greylisted"), ("mimetype:multi", "mimetype:multipart/report")):
            screen.wait(lambda t: "type a query" not in t)
            screen.type("cc")
            screen.wait("Query:")
            screen.keys("C-u")
            screen.type(typed)
            screen.keys("Tab")
            tap.check(screen.wait(r"Query: *%s" % re.escape(completed), 20), "Tab completes %s" % typed, screen.text())
            screen.keys("Escape")
            screen.wait(lambda t: "Query:" not in t)
        leave(screen)
    os.unlink(config)
    box.notmuch("tag", "+inbox", "--", "not tag:inbox and not tag:sent and date:2026-07-27..")


def history(box):
    """Kept, also when two sessions end one after the other."""
    with Screen(box) as one, Screen(box) as two:
        for screen, text in ((one, "type:hard"), (two, "type:soft")):
            start(screen)
            screen.type("l" + text + "\n")
            screen.wait("limit: " + text)
        leave(one)
        leave(two)
    with open(box.path(".local/state/nixie/history")) as fh:
        lines = fh.read().splitlines()
    tap.check("limit\ttype:hard" in lines and "limit\ttype:soft" in lines, "what two sessions typed is kept", lines)
    tap.equal(os.stat(box.path(".local/state/nixie/history")).st_mode & 0o777, 0o600, "for nobody else to read")
    with Screen(box) as screen:
        start(screen)
        screen.type("l")
        screen.wait("Limit:")
        screen.keys("Up", "Up")
        tap.check(screen.wait("Limit: *type:hard"), "Up goes back in it", screen.text())
        screen.keys("Escape")
        screen.wait(lambda t: "Limit:" not in t)
        leave(screen)


def others(box):
    """Tags and messages that others changed between the mark and the action, and before the undo."""
    rows = [row for row in box.rows("--category=mailbox-full") if row["index"] == 0]
    ids = sorted({row["id"] for row in rows if "retry" not in row["tags"] and "retried" not in row["tags"]})
    query = "category:mailbox-full"
    before = box.dump()
    with Screen(box, 132, 43) as screen:
        start(screen, query)
        screen.wait(r"\b%d shown" % len(rows))
        screen.type("T*\n")
        screen.wait("Marked %d" % len(rows))
        box.notmuch("tag", "+mine", "--", "id:" + ids[0])
        screen.type("+mine")
        every = len({row["id"] for row in rows})
        tap.check(screen.wait(r"Effect +\+mine: %d new" % every), "the effect is told before Enter", screen.text())
        screen.type("\n")
        tap.check(screen.wait(r"1 was so already"), "what another did first is told", screen.text())
        tap.equal(int(box.notmuch("count", "tag:mine")), every, "and all have the tag")
        # Others take it from one and remove another from the index.
        box.notmuch("tag", "-mine", "--", "id:" + ids[1])
        gone = box.notmuch("search", "--output=files", "id:" + ids[2]).split()
        kept = [(path, open(path, "rb").read()) for path in gone]
        for path in gone:
            os.unlink(path)
        box.notmuch("new")
        screen.type("u")
        left = ["Left as it is", "id:%s: -mine" % ids[1], "id:%s: gone from the index" % ids[2]]
        tap.check(screen.wait(lambda text: all(line in text for line in left)), "undo lists what it left", screen.text())
        tap.equal(box.notmuch("search", "--output=messages", "tag:mine").split(), ["id:" + ids[0]], "and takes all else back")
        screen.type("q")
        screen.wait(lambda t: "Left as it is" not in t)
        # An action on many, one of which is gone.
        screen.type("+other\n")
        tap.check(screen.wait("1 message is gone from the index"), "an action on many tells what is gone, and does the rest", screen.text())
        tap.equal(int(box.notmuch("count", "tag:other")), every - 1, "the others have the tag")
        leave(screen)
        for path, data in kept:
            with open(path, "wb") as fh:
                fh.write(data)
        box.notmuch("new")
        box.notmuch("tag", "-mine", "-other", "--", "tag:mine or tag:other")
    rest = [sorted(line for line in dump.splitlines() if ids[2] not in line) for dump in (box.dump(), before)]
    tap.equal(rest[0], rest[1], "the index is as it was")


def under_cursor(box):
    """The file of the row under the cursor is deleted, another renamed: said in words, and nothing is lost."""
    rows = box.rows("--category=mailbox-full")
    first, second = rows[0], rows[1]
    with Screen(box, 132, 43) as screen:
        start(screen, "category:mailbox-full")
        screen.wait(r"\b%d shown" % len(rows))
        with open(first["file"], "rb") as fh:
            data = fh.read()
        os.unlink(first["file"])
        os.rename(second["file"], second["file"] + "S")
        box.notmuch("new")
        screen.type("+gone-tag\n")
        tap.check(screen.wait(r"1 message is gone from the index"), "tagging a deleted message says so", screen.text())
        screen.type("j+kept-tag\n")
        tap.check(screen.wait(r"Tagged 1 message"), "a renamed one is found by its id", screen.text())
        tap.equal(box.notmuch("search", "--output=messages", "tag:kept-tag").split(), ["id:" + second["id"]], "and has the tag")
        screen.type("u")
        screen.wait("Undone")
        screen.type("R")
        tap.check(screen.wait(r"\b%d shown" % (len(rows) - 1)), "R shows what is there now", screen.text())
        leave(screen)
    with open(first["file"], "wb") as fh:
        fh.write(data)
    os.rename(second["file"] + "S", second["file"])
    box.notmuch("new")


def repeated(box):
    """The dot does the same again, never its opposite; S asks; one u a step."""
    with Screen(box, 132, 43) as screen:
        start(screen, "category:mailbox-full")
        screen.wait("shown")
        before = box.dump()
        screen.type("a")
        screen.wait("Done with 1 message")
        screen.type("j.")
        tap.check(screen.wait(lambda t: "Done with 1 message" in t and t.split("\n")[3].startswith(">")), "the dot repeats", screen.text())
        done = box.dump()
        screen.type("a")
        screen.wait("Took up .* again")
        screen.wait(lambda t: box.dump() != done)
        screen.type(".")
        screen.wait(lambda t: "so already" in t or "Nothing changed" in t)
        tap.check("so already" in screen.text(), "on what has it, it changes nothing back", screen.text())
        screen.type("S")
        tap.check(screen.wait(r"Suppression list: 1 message[\s\S]*nixie suppress"), "S asks, with its effect and command", screen.text())
        screen.type("n")
        tap.check(screen.wait("Nothing was changed"), "and can be left", screen.text())
        for _ in range(3):
            last = box.dump()
            screen.type("u")
            screen.wait(lambda t: box.dump() != last and "Writing" not in t)
        tap.equal(box.dump(), before, "a u a step takes all back")
        screen.keys("C-r")
        tap.check(screen.wait("Done again"), "C-r does a step again", screen.text())
        screen.type("u")
        screen.wait("Undone")
        screen.type("L")
        tap.check(screen.wait(r"ENTRY WHEN[\s\S]*undo"), "the log tells each step", screen.text())
        screen.type("q")
        leave(screen)


def marked(box):
    """T takes filters and words for the index; a range, and marks, survive a limit."""
    wanted = {row["id"] for row in box.rows("type:hard from:mailer-daemon")}
    rows = [row for row in box.rows("--type=hard") if row["id"] in wanted]
    with Screen(box, 132, 43) as screen:
        start(screen)
        screen.wait("%d shown" % len(box.shown()))
        screen.type("Ttype:hard from:mailer-daemon\n")
        tap.check(rows and screen.wait(r"Marked %d row" % len(rows)), "T asks the index for words that are no filter", screen.text())
        screen.type("Tnosuch:abc\n")
        told = screen.wait("nosuch: is no search prefix")
        tap.check(told, "and tells what it refuses", screen.text())
        tap.check(told and "%d marked" % len(rows) in told, "the marks stay", told)
        screen.keys("Escape")
        tap.check(screen.wait(lambda t: "marked" not in t.split("\n")[0]), "until Escape takes them back", screen.text())
        screen.type("ggVjjV")
        tap.check(screen.wait(r"3 marked"), "V marks a range", screen.text())
        screen.type("ltype:hard\n")
        screen.wait("limit: type:hard")
        screen.type("l")
        screen.wait("Limit:")
        screen.keys("C-u", "Enter")
        tap.check(screen.wait(r"3 marked"), "a limit and its end keep the marks", screen.text())
        leave(screen)


def reloaded(box):
    """Rows that go while another view stands on the list: nothing holds on to them."""
    with Screen(box, 132, 43) as screen:
        start(screen)
        screen.wait(r">Diagnostic-Code")
        screen.type("gcR")
        screen.wait("%d bounces" % len(box.shown()))
        screen.type("q")
        tap.check(screen.wait(r">Diagnostic-Code"), "the report is read again when the groups are closed", screen.text())
        screen.type("cfrom:nobody@nowhere.example\n")
        screen.wait(r"matches no message")
        screen.type("v")
        tap.check(screen.wait(r"still being read"), "without a row there are no parts", screen.text())
        for number in ("abc", "-1", "0"):
            screen.type(":undo %s\n" % number)
            tap.check(screen.wait(r'"%s" is no number of an entry' % number), ":undo %s undoes nothing" % number, screen.text())
        leave(screen)


def full_disk(box):
    """An export that the disk has no room for: told, nothing half-written, the dialog stays."""
    target = box.path("out.csv")
    with open(target, "w") as fh:
        fh.write("what was there\n")
    with Screen(box, 132, 43) as screen:
        start(screen, "", "ulimit -f 8; ")
        screen.wait("%d shown" % len(box.shown()))
        screen.type("T*\n")
        screen.wait("Marked")
        screen.type("e")
        screen.wait("Preview")
        screen.keys("Tab", "Tab", "Tab", "Tab", "Tab", "C-u")
        screen.type(target + "\n")
        screen.wait("Replace the file")
        screen.type("y")
        tap.check(screen.wait(r"cannot write .*(File too large|No space)"), "a full disk during an export is told", screen.text())
        tap.check("Preview" in screen.text(), "and the dialog is still there", screen.text())
        with open(target) as fh:
            tap.equal(fh.read(), "what was there\n", "the old file is whole")
        tap.equal([n for n in os.listdir(box.root) if "out.csv" in n], ["out.csv"], "and nothing is left beside it")
        screen.keys("Escape")
        screen.wait(lambda t: "Preview" not in t)
        leave(screen)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([NIXIE, "export", "--include-unverified"], stdout=full, stderr=subprocess.PIPE, env=box.env, cwd=box.root)
    tap.check(done.returncode == 74 and b"No space" in done.stderr, "a full standard output is exit 74", done)
    got = subprocess.run(["sh", "-c", "ulimit -f 8; exec '%s' export --include-unverified --force --output='%s'" % (NIXIE, target)],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=box.env, cwd=box.root)
    tap.check(got.returncode == 74 and b"cannot write" in got.stderr and not got.stdout, "nixie export: exit 74", got)
    with open(target) as fh:
        tap.equal(fh.read(), "what was there\n", "and the old file is whole")
    tap.equal(box.nixie("export", "--include-unverified", "--force", "--output=" + target).code, 0, "with room it goes well")


if available():
    with Mailbox() as box:
        tap.parts((queries, views, history, others, under_cursor, repeated, marked, reloaded, full_disk), box)
else:
    tap.skip("finding on the screen", "tmux is not installed")
tap.end()
