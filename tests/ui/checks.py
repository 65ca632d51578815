# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks that hold the screens to account, by number: a real index, a real terminal, the real program."""
import csv, io, os, pty, re, shutil, signal, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lock import hold
from nixie import NIXIE, SRCDIR, Home, Tap
from screen import Screen, available
from stream import steering

tap = Tap()
SOON = 20  # seconds after which something that should show is given up
PROMPT = r"ready> *\n*$"
KINDS = "failure,delay,delivered,relayed,expanded,auto-reply,challenge,complaint,read-receipt,report,not-a-bounce"
BAD_QUERIES = {"query:foo": "query:foo", "from:": "from:", "date:foo..bar": "foo", "(": "(", "tag:x and": "and", "subject:/(/": "subject:/(/",
               "sexp:(": "sexp:(", "path:": "path:", '"unclosed': '"unclosed', "nosuch:abc": "nosuch:abc"}


def is_read(text):
    """All rows are there, and the report of the first with its evidence."""
    return re.search(r"\d+ found +\d+ shown", text) and "Reading the" not in text and re.search(r"(?m)(^|[│|])>[^\n]*:", text)


def opened(home, words="", width=80, height=24, env=None):
    """A screen with nixie in it, everything loaded."""
    screen = Screen(home, width, height, env)
    screen.type("'%s' %s\n" % (NIXIE, words))
    if not screen.wait(is_read, SOON):
        raise RuntimeError(screen.text())
    return screen


def leave(screen):
    screen.type("Q")
    return screen.wait(PROMPT, SOON)


def on_terminal(home, words, env=None):
    """What a command writes to a terminal of its own."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(NIXIE, [NIXIE, *words], dict(home.env, **(env or {})))
    out = b""
    while True:
        try:
            block = os.read(fd, 1 << 16)
        except OSError:
            break
        if not block:
            break
        out += block
    os.close(fd)
    os.waitpid(pid, 0)
    return out


def sample(home, name):
    """The bytes of an indexed sample."""
    with open(home.path("mail", "cur", name + ".eml:2,S"), "rb") as fh:
        return fh.read()


def check_1(home):
    """Every file of the index is told of, several behind one Message-ID too."""
    report = sample(home, "postfix-blocklist")
    twin = home.write("mail/twin/cur/twin:2,S", report.replace(b"crew@", b"twin@"))
    home.notmuch("new")
    files = set(home.notmuch("search", "--output=files", "*").split("\n")) - {""}
    got = home.nixie("list", "--format=json-lines", "--kind=" + KINDS, "*")
    seen = {line["file"] for line in got.lines()}
    tap.check(twin in seen and twin.replace("twin/cur/twin", "cur/postfix-blocklist.eml") in seen,
              "check 1: two files behind one Message-ID are two rows", sorted(seen))
    # A delay that a failure followed lies under it; asked for alone it is told of.
    for path in files - seen:
        name = re.search(rb"(?im)^Message-ID: *<(.*)>", open(path, "rb").read()).group(1).decode()
        seen |= {line["file"] for line in home.nixie("list", "--format=json-lines", "--kind=" + KINDS, "id:" + name).lines()}
    tap.check(len(files) > 60, "check 1: there are files", len(files))
    tap.equal(sorted(files - seen), [], "check 1: each of the indexed files is told of")
    table = home.nixie("list", "*").text.rstrip("\n").split("\n")
    tap.check(len(table) > 20 and all(re.search(r"@|\(recipient not found\)|\(cannot be read\)", row) for row in table),
              "check 1: each row names a recipient, or says that there is none", table)
    os.unlink(twin)
    home.notmuch("new")


def check_2(home):
    """The first screen waits for nobody: with every other process of nixie stopped, keys are answered."""
    with opened(home) as screen:
        main = screen.pid()
        # The spawner only forks; what it forked reads, and may hang.
        others = [int(p) for p in descendants(main) if parent_of(p) != main]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        screen.type("R?")
        tap.check(screen.wait(r"Help", SOON), "check 2: help opens while nothing can be read", screen.text())
        screen.type("qj")
        tap.check(others and screen.wait(r"indexing|reading|asking|found", SOON), "check 2: the first line tells what is awaited", screen.text())
        for pid in others:
            os.kill(pid, signal.SIGCONT)
        tap.check(screen.wait(r"\d+ found +\d+ shown", SOON), "check 2: and then it goes on", screen.text())
        leave(screen)


def parent_of(pid):
    try:
        with open("/proc/%s/stat" % pid) as fh:
            return int(fh.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def descendants(pid):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and parent_of(name) == int(pid):
            found += [name, *descendants(name)]
    return found


def check_3(home):
    """While another program holds the write lock: keys work, Esc leaves, the message names the lock, nothing is lost."""
    before = home.dump()
    with opened(home) as screen:
        lock = hold(os.path.join(home.mail, ".notmuch/xapian/flintlock"))
        screen.type("+held\n")
        screen.type("j")
        tap.check(screen.wait(lambda t: t.split("\n")[3].startswith(">"), SOON), "check 3: a key is answered under the lock", screen.text())
        tap.check(screen.wait(r"(?i)lock|another program|busy", SOON), "check 3: the lock is named", screen.text())
        screen.keys("Escape")
        tap.check(screen.wait(lambda t: re.search(r"\d+ found", t), SOON), "check 3: Esc is taken", screen.text())
        os.close(lock)
        leave(screen)
    tap.equal(home.dump(), before, "check 3: nothing half written is left")


def check_4(home):
    """A bad query names its token, on the command line and on the screen, and leaves the list as it is."""
    for query, token in BAD_QUERIES.items():
        got = home.nixie("list", "--", query)
        tap.check(got.code == 64 and token in got.said.split("\n")[0] and not got.out, "check 4: list -- %s" % query, got)
    with opened(home) as screen:
        shown = re.search(r"(\d+) shown", screen.text()).group(1)
        for query, token in BAD_QUERIES.items():
            screen.type("c")
            screen.wait(r"Query|Saved", SOON)
            screen.keys("C-u")
            screen.type(query + "\n")
            text = screen.wait(r"(?i)bad query", SOON) or ""
            tap.check(token in text, "check 4: on the screen: %s" % query, screen.text())
            screen.keys("Escape")
            screen.keys("Escape")
            screen.wait(lambda t: "ad query" not in t, SOON)
        tap.check(screen.wait(r"\D%s shown" % shown, SOON), "check 4: the list is as it was", screen.text())
        leave(screen)


HOSTILE = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m\x08\xe2\x80\xae\xe2\x80\x8b\xe2\x80\x8f\xef\xbb\xbf\xff\x7f"


def check_5(home):
    """No byte of a mail steers the terminal that a command prints to."""
    report = sample(home, "postfix-blocklist")
    report = re.sub(rb"(?im)^(Message-ID: *<)", rb"\1evil.", report, count=1)
    report = re.sub(rb"(?im)^(Subject: .*)$", lambda m: m.group(1) + HOSTILE, report)
    report = re.sub(rb"(?im)^(Diagnostic-Code: .*)$", lambda m: m.group(1) + HOSTILE, report)
    report = re.sub(rb"(?im)^(Reporting-MTA: .*)$", lambda m: m.group(1) + HOSTILE, report)
    path = home.write("mail/evil/cur/evil:2,S", report)
    home.notmuch("new")
    home.notmuch("tag", "+a\x1b[31mb", "--", "path:evil/**")
    tap.check(steering(HOSTILE) and steering(b"\x1b]0;x\x07") and not steering(b"a\x1b[1mb\x1b[0m\r\n"), "check 5: the check knows what steers")
    owned = 0
    for words in (["list", "path:evil/**"], ["show", "path:evil/**"], ["stats", "--by=reporting-mta", "*"], ["explain", path], ["explain", HOSTILE],
                  ["list", HOSTILE], ["address", HOSTILE], ["export", "--include-unverified", "path:evil/**"], ["extract", path],
                  ["list", "--color=always", "path:evil/**"], ["show", "--original", "path:evil/**"], ["rules", "test", path]):
        out = on_terminal(home, words)
        owned += out.count(b"owned")
        tap.check(out and not steering(out), "check 5: nixie %s" % " ".join(w for w in words if isinstance(w, str)), (steering(out), out[:600]))
    tap.check(owned > 3, "check 5: its bytes were shown", owned)
    os.unlink(path)
    home.notmuch("new")


COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


def check_6(home):
    """NO_COLOR: no colour is sent, and the words are the same."""
    seen = {}
    for name, env in (("colour", {}), ("none", {"NO_COLOR": "1"})):
        with opened(home, env=env) as screen:
            screen.type("gc")
            screen.wait(r"WHO ACTS|BOUNCES", SOON)
            screen.type("gn")
            screen.wait(r"RECIPIENT", SOON)
            seen[name] = screen.wait(r"Who can fix it", SOON)
            leave(screen)
            screen.flush()
            seen[name + " sent"] = len(COLOUR.findall(screen.sent))
    tap.check(seen["colour sent"] > 0, "check 6: without NO_COLOR there is colour")
    tap.equal(seen["none sent"], 0, "check 6: with NO_COLOR there is none")
    tap.equal(seen["none"], seen["colour"], "check 6: the words are the same")


# Keys that open a view, what tells that it is open, and what the row of the cursor looks like then.
VIEWS = (
    ("", r"RECIPIENT", r"^> "),
    ("j", r"RECIPIENT", r"^> "),
    ("gc", r"BOUNCES", r"^>"),
    ("o", r"Sort by", r">"),
    ("v", r"Parts", r">"),
    ("?", r"Help", r"."),
    ("H", r"(?i)timeline|bounces", r"."),
    ("L", r"(?i)entry|nothing", r"."),
    ("l", r"Limit", r"Limit"),
    (":", r"Command", r"[│ ] ?: ?|^:"),
    ("+", r"Tag", r"\+"),
    ("/", r"Find|/", r"Find|/"),
    ("e", r"Preview", r"Scope"),
    ("r", r"Enter or y|flag", r"Enter or y|flag"),
)


def close_all(screen):
    for _ in range(3):
        screen.keys("Escape")
    screen.type("gn")
    return screen.wait(r"(?m)^> .*(HARD|SOFT|WAIT|NONE|\?\?\?\?)", SOON)


def check_7(home):
    """The terminal's cursor stands on the row that has the focus, in every view."""
    for words in ("", "--plain"):
        with opened(home, words, 100, 30) as screen:
            for keys, sign, row in VIEWS:
                screen.type("gg" + keys)
                screen.wait(sign, SOON)
                text = screen.wait(lambda t: re.search(row, t.split("\n")[int(screen.ask("#{cursor_y}"))]), 5)
                y = int(screen.ask("#{cursor_y}"))
                tap.check(text and screen.ask("#{cursor_flag}") == "1" and (not words or y == 0),
                          "check 7: the cursor is on its row after %s%s" % (keys or "the start", words and ", first on the plain screen"),
                          "%d\n%s" % (y, screen.text()))
                close_all(screen)
            leave(screen)


def check_8(home):
    """Sizes: from 10x2 to 300x100 and back nothing breaks; suspending gives the shell back and takes it again."""
    with opened(home) as screen:
        start = screen.settle()
        for width, height, sign in ((132, 43, r"REMOTE MTA"), (30, 6, r"SEV"), (10, 2, r"too small"), (19, 10, r"too small"),
                                    (20, 4, r"needs 20x5"), (20, 5, r"SEV"), (300, 100, r"REMOTE MTA"), (80, 24, r"Who can fix it")):
            screen.resize(width, height)
            tap.check(screen.wait(sign, SOON) and all(len(line) <= width for line in screen.lines()), "check 8: %dx%d" % (width, height), screen.text())
        tap.check(screen.wait(lambda t: t == start, SOON), "check 8: and the first screen is the same again", screen.text())
        for keys, sign, _ in VIEWS:
            for width, height in ((20, 5), (300, 100), (10, 2), (45, 9), (80, 24)):
                screen.resize(width, height)
                if width >= 45:
                    screen.wait(lambda t: re.search(r"\S", t), SOON)
                if (width, height) == (20, 5):
                    screen.type(keys)
            tap.check(screen.wait(sign, SOON) and screen.pid(), "check 8: every size with %s open" % (keys or "the list"), screen.text())
            close_all(screen)
        for opener in ("", "?", "e"):
            screen.type(opener)
            screen.keys("C-z")
            tap.check(screen.wait(PROMPT, SOON) and screen.ask("#{alternate_on}") == "0", "check 8: C-z gives the shell back %s" % opener, screen.text())
            screen.type("stty -a | grep -c ' icanon'; fg\n")
            tap.check(screen.wait(r"\d+ found", SOON), "check 8: fg brings the screen back %s" % opener, screen.text())
            close_all(screen)
        leave(screen)


def check_9(home):
    """Where standard output is no terminal there is no escape byte, and the exit codes are those of the contract."""
    for words, code in ((["list"], 0), (["list", "--color=auto"], 0), (["show", "*"], 0), (["stats"], 0), (["explain", "5.1.1"], 0), (["doctor"], None),
                        (["list", "tag:nothing-has-this"], 0), (["list", "--exit-code"], 1), (["list", "--exit-code", "tag:nothing-has-this"], 0),
                        (["list", "nosuch:abc"], 64), (["nosuch"], 64), ([], 64), (["tui"], 64), (["list", "--format-version=0"], 20),
                        (["list", "--format-version=9"], 21), (["extract", "/nonexistent"], 66), (["log"], 0)):
        got = home.nixie(*words)
        tap.check(b"\033" not in got.out + got.err and (code is None or got.code == code), "check 9: nixie %s gives %s" % (" ".join(words), code), got)
    got = home.nixie()
    tap.check(not got.out and got.said.count("\n") == 1, "check 9: no terminal, no screen: one line", got)


def check_10(home):
    """The command that a dialog shows does the same as its Enter."""
    def tags():
        return home.notmuch("dump", "--include=tags", "--include=properties")

    with opened(home, "", 132, 43) as screen:
        for keys in ("+as-shown", "r"):
            before = tags()
            screen.type("gg" + keys)
            text = screen.wait(r"nixie (tag|retry) ", SOON) or ""
            shown = re.search(r"nixie ((?:tag|retry) .*?)(?: *[|│] *$| *$)", text, re.M)
            tap.check(shown, "check 10: %s shows its command" % keys, screen.text())
            screen.keys("Enter")
            screen.wait(r"u undoes it|undo takes it back", SOON)
            by_key = tags()
            screen.type("u")
            screen.wait(r"(?i)undone", SOON)
            tap.equal(tags(), before, "check 10: u takes %s back" % keys)
            done = subprocess.run("'%s' %s" % (NIXIE, shown.group(1) if shown else "false"), shell=True, env=home.env, cwd=home.root,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            tap.check(done.returncode == 0 and by_key != before, "check 10: the command of %s runs" % keys, done)
            tap.equal(strip_times(tags()), strip_times(by_key), "check 10: the command of %s does the same" % keys)
            home.nixie("undo")
        leave(screen)
    with opened(home, "", 132, 43) as screen:
        screen.type("e")
        text = screen.wait(r"nixie export", SOON)
        tap.check(text, "check 10: the export dialog shows its command", screen.text())
        screen.keys("Escape")
        leave(screen)


def strip_times(text):
    return re.sub(r"\d{9,}", "T", text)


def check_11(home):
    """500 messages are tagged by one key and untagged by one, each in one transaction."""
    report = sample(home, "postfix-blocklist")
    for i in range(500):
        other = re.sub(rb"(?im)^(Message-ID: *<)", rb"\1n%d." % i, report, count=1).replace(b"crew@", b"crew%d@" % i)
        home.write("mail/many/cur/m%d:2,S" % i, other)
    home.notmuch("new")
    before, revision = home.dump(), int(home.revision())
    with opened(home, "'path:many/**'") as screen:
        screen.wait(r"500 found", SOON)
        screen.type("*all-of-them")
        screen.wait(r"500 new", SOON)
        screen.keys("Enter")
        tap.check(screen.wait(r"u undoes it|undo takes it back", SOON), "check 11: 500 messages are tagged", screen.text())
        tap.equal(home.notmuch("count", "tag:all-of-them").strip(), "500", "check 11: all of them")
        tap.equal(int(home.revision()), revision + 1, "check 11: in one transaction")
        screen.type("u")
        screen.wait(r"(?i)undone", SOON)
        tap.equal(int(home.revision()), revision + 2, "check 11: u is one transaction")
        tap.equal(home.dump(), before, "check 11: and everything is as before")
        leave(screen)
    shutil.rmtree(home.path("mail", "many"))
    home.notmuch("new")


def codes():
    """Every status code of the table that stands for itself: RFC 3463 and the registry, and those of the mail systems."""
    with open(os.path.join(SRCDIR, "data", "codes.tsv"), encoding="utf-8") as fh:
        rows = csv.DictReader((line for line in fh if not line.startswith("# ")), delimiter="\t", quoting=csv.QUOTE_NONE)
        return sorted({row["status"] for row in rows if re.fullmatch(r"[245]\.\d+\.\d+", row["status"])})


def check_12(home):
    """explain says what, who, what to do and whether to send again, for every code."""
    bad = []
    known = codes()
    for code in known:
        got = home.nixie("explain", "--format=json", code)
        said = got.json() if got.code == 0 else {}
        said = said[0] if isinstance(said, list) and said else said
        if code.startswith("2"):
            continue
        if not (said and said.get("title") and said.get("explanation") and said.get("who") and said.get("next") and said.get("retry", {}).get("text")):
            bad.append((code, said))
    tap.check(len(known) > 150, "check 12: there are codes to ask about", len(known))
    tap.equal(bad, [], "check 12: explain says what, who, what to do, and when, for %d codes" % len(known))


def check_14(home):
    """A CSV export holds no cell that a spreadsheet runs, and reads back to what JSON says."""
    report = sample(home, "postfix-blocklist")
    report = re.sub(rb"(?im)^(Message-ID: *<)", rb"\1formula.", report, count=1)
    report = re.sub(rb"(?im)^Subject: .*$", rb'Subject: =HYPERLINK("http://evil.example","x,y")', report)
    report = re.sub(rb"(?im)^(Diagnostic-Code: smtp;) .*$", rb'\1 @SUM(1+9)*cmd|"/C calc"!A0, 550 5.1.1 "unknown"', report)
    path = home.write("mail/formula/cur/f:2,S", report.replace(b"crew@", b"formula@"))
    home.notmuch("new")
    got = home.nixie("export", "--include-unverified", "--odd", "*")
    text = got.out.decode("utf-8")
    table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    tap.check(text.endswith("\r\n") and "\n" not in re.sub(r'"(?:[^"]|"")*"', "", text).replace("\r\n", ""), "check 14: lines end as RFC 4180 says")
    tap.check(len(table) > 10 and len({len(row) for row in table}) == 1, "check 14: every line has as many cells as the head")
    running = [cell for row in table for cell in row if re.match("[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell)]
    tap.equal(running, [], "check 14: no cell begins as a formula does")
    raw = home.nixie("export", "--include-unverified", "--odd", "--csv-raw", "*").out.decode("utf-8")
    raw = list(csv.reader(io.StringIO(raw, newline=""), strict=True))
    tap.check(any(re.match("[=@]", cell) for row in raw for cell in row), "check 14: --csv-raw shows that there were some")
    head = table[0]
    lines = home.nixie("export", "--include-unverified", "--odd", "--format=json-lines", "--per=recipient", "*").lines()
    tap.equal(sorted(row[head.index("address")] for row in raw[1:]), sorted(line["address"] or "" for line in lines),
              "check 14: the addresses are those of the JSON")
    os.unlink(path)
    home.notmuch("new")


def state(home):
    files = sorted((p, os.stat(p).st_mtime_ns, os.stat(p).st_size) for d, _, names in os.walk(home.mail)
                   for p in (os.path.join(d, n) for n in names) if ".notmuch" not in p)
    return home.dump(), home.revision(), files


def check_15(home):
    """Looking changes nothing, with any command that looks and in any view."""
    before = state(home)
    for words in (["list"], ["show", "*"], ["stats", "--by=cause"], ["address", "nobody@example.org"], ["export"], ["doctor"], ["log"], ["retry", "--due"],
                  ["suppress", "--proposed"], ["show", "--original", "*"], ["show", "--for=admin", "*"]):
        home.nixie(*words)
    tap.equal(state(home), before, "check 15: commands that look change nothing")
    with opened(home) as screen:
        for keys, sign, _ in VIEWS:
            screen.type(keys)
            screen.wait(sign, SOON)
            close_all(screen)
        leave(screen)
    tap.equal(state(home), before, "check 15: nor does looking through every view")


CLI_ONLY = {check_1, check_5, check_9, check_12, check_14}
CHECKS = (check_1, check_2, check_3, check_4, check_5, check_6, check_7, check_8, check_9, check_10, check_11, check_12, check_14, check_15)
wanted = sys.argv[1:]
with Home() as home:
    home.make_index()
    for check in CHECKS:
        if wanted and check.__name__ not in wanted:
            continue
        if check not in CLI_ONLY and not available():
            tap.skip(check.__name__, "tmux is missing")
        else:
            check(home)
tap.end()
