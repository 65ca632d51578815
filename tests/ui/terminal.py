# SPDX-License-Identifier: GPL-3.0-or-later
"""On a real terminal: no mail steers it, a locked index freezes nothing, options and looks are heeded."""
import base64, os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lock import hold
from nixie import NIXIE, Home, Tap
from screen import Screen, available
from stream import steering

tap = Tap()
FOUND = r"\d+ found"


EVIL = b"\x1b]0;owned\x07\x1b[2J\x1bc\x9b31m\xc2\x9b31m\r\x08\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf\xff\x7f\x0e\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
REPORT = b"""From: %s <MAILER-DAEMON@mx.example.org>
To: us@example.org
Subject: Undelivered %s
Message-ID: <evil%d@example.org>
Date: Tue, 28 Jul 2026 06:56:01 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain; name="%s"

<a@example.net>: 550 5.1.1 %s unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx%s.example

Final-Recipient: rfc822; a%s@example.net
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail%s.example
Diagnostic-Code: smtp; 550 5.1.1 %s User unknown

--b
Content-Type: message/rfc822

From: us@example.org
Subject: hello %s
Message-ID: <sent%d@example.org>

%s
--b--
"""


def hostile(home):
    one_line = EVIL.replace(b"\r", b"")
    for i in range(3):
        home.write("mail/cur/evil%d:2,S" % i, REPORT % (one_line, one_line, i, one_line, EVIL, one_line, one_line, one_line, one_line, one_line, i, EVIL))
    os.makedirs(home.path("mail/new"), exist_ok=True)
    os.makedirs(home.path("mail/tmp"), exist_ok=True)
    home.notmuch("new")
    home.notmuch("tag", "+a\x1b[31mb", "--", "id:evil0@example.org")
    with Screen(home, 132, 43) as screen:
        screen.type("'%s' id:evil0@example.org or id:evil1@example.org or id:evil2@example.org\n" % NIXIE)
        tap.check(screen.wait(r"3 shown") and screen.wait("Who can fix it"), "a hostile report is shown", screen.text())
        for keys, sign in (("\t\t", r"Diagnostic-Code"), ("v", r"Parts"), ("3", r"\[3"), ("h", r"Message-ID"), ("x", r"bytes of the file"),
                           ("qK", r"Code 550"), ("qga", r"ADDRESS"), ("gm", r"REPORTING-MTA"), ("gk", r"CAUSE"), ("gn", r"RECIPIENT"),
                           ("e", r"Preview"), ("\x1b", r"RECIPIENT"), ("ye", r"explanation"), ("q+a\t", r"Effect"), ("\x1b", r"found"),
                           ("/unknown\n", r"found"), ("l", r"Limit")):
            screen.type(keys)
            tap.check(screen.wait(sign), "it can be read under %r" % keys, screen.text())
        tap.check(all(steering(bad) for bad in (b"\x1b]0;x\x07", b"\x9b", b"\xc2\x9b", b"\x07", b"\xe2\x80\xae", b"\x1bc")),
                  "the check knows what steers")
        screen.keys("Escape")
        screen.wait(lambda t: "Limit" not in t)
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
        screen.flush()
        tap.check(b"owned" in screen.sent, "its bytes were shown")
        tap.equal(steering(screen.sent), None, "and none of them steered the terminal")


def copied(home):
    """Text of a hostile report that goes to the clipboard: only what was seen."""
    with Screen(home, 132, 43) as screen:
        screen.type("'%s' tui --clipboard=true id:evil0@example.org\n" % NIXIE)
        screen.wait("Who can fix it")
        for keys in ("ya", "yc", "ye", "ym"):
            screen.type(keys)
            screen.wait("Copied the")
            screen.type("j")
            screen.wait(lambda t: "Copied the" not in t)
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
        screen.flush()
        texts = [base64.b64decode(code) for code in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", screen.sent)]
    tap.check(len(texts) == 4 and texts[0].startswith(b"a") and b"mail^[]0" in texts[2], "what was copied is the report's", texts)
    bad = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\ufeff]")
    tap.equal([text for text in texts if bad.search(text.decode())], [], "and does nothing where it is pasted")


def reading(home):
    """Looking changes nothing: no file, no tag, no revision."""
    before = home.dump(), home.revision(), sorted((p, os.stat(p).st_mtime_ns) for d, _, names in os.walk(home.mail)
                                                   for p in (os.path.join(d, n) for n in names) if ".notmuch" not in p)
    with Screen(home) as screen:
        screen.type("'%s'\n" % NIXIE)
        screen.wait(FOUND)
        screen.type("jjj\t\t]x" + "q" + "gcgn" + "?q" + "o" + "d")
        screen.wait("sorted by")
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
    after = home.dump(), home.revision(), sorted((p, os.stat(p).st_mtime_ns) for d, _, names in os.walk(home.mail)
                                                  for p in (os.path.join(d, n) for n in names) if ".notmuch" not in p)
    tap.equal(after, before, "looking changes neither mail nor index")


def locked(home):
    """While another writer holds the index, keys are answered and a change is refused by name."""
    with Screen(home) as screen:
        screen.type("'%s'\n" % NIXIE)
        screen.wait(FOUND)
        lock = hold(os.path.join(home.mail, ".notmuch/xapian/flintlock"))
        screen.type("ryj")  # the first row is a delay: the question warns
        tap.check(screen.wait(lambda t: t.split("\n")[3].startswith(">"), 10), "a key is answered while a change waits for the lock", screen.text())
        tap.check(screen.wait(r"(?i)locked|busy|writes|held|in use"), "the change is refused, and why is told", screen.text())
        tap.check(" retry" not in "\n".join(screen.lines()[2:9]), "and nothing is shown as changed", screen.text())
        os.close(lock)
        screen.type("kry")
        tap.check(screen.wait(lambda t: " retry" in t.split("\n")[2]), "after that it works again", screen.text())
        screen.type("u")
        tap.check(screen.wait(r"[Uu]ndone"), "and is undone", screen.text())


def editor(home):
    """Other programs get the terminal and give it back; a restricted nixie runs none."""
    with Screen(home, env={"PAGER": "wc -c >paged"}) as screen:
        screen.type("'%s'\n" % NIXIE)
        screen.wait(FOUND)
        screen.type("|wc -c > counted; echo piped\n")
        tap.check(screen.wait(r"piped[\s\S]*Enter goes back"), "a report is piped into a program", screen.text())
        screen.keys("Enter")
        tap.check(screen.wait(FOUND), "and the screen comes back", screen.text())
        tap.check(int(open(home.path("counted")).read()) > 100, "the program got the file")
        screen.type("E")
        tap.check(screen.wait(lambda t: os.path.exists(home.path("paged")) and os.path.getsize(home.path("paged")) and re.search(FOUND, t)), "the pager ran", screen.text())
        tap.equal(open(home.path("paged")).read().split()[0], open(home.path("counted")).read().split()[0], "on the same bytes")
        screen.type("s")
        screen.keys("C-u")
        screen.type("saved.eml\n")
        tap.check(screen.wait(r"Saved the report") and os.path.getsize(home.path("saved.eml")) > 100, "a report is saved", screen.text())
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
        screen.type("'%s' --restricted=true\n" % NIXIE)
        screen.wait(FOUND)
        screen.type("!")
        tap.check(screen.wait(r"restricted|not opened"), "a restricted nixie opens no shell", screen.text())
        screen.type("Q")


def options(home):
    """What the command line says of the screen holds there."""
    wanted = home.nixie("list", "--sort=-address", "--limit=1").text.split()[5][:20]
    with Screen(home, 132, 43) as screen:
        screen.type("'%s' --sort=-address --color=never\n" % NIXIE)
        tap.check(screen.wait(lambda t: wanted in t.split("\n")[2]), "--sort orders the screen as the list", (wanted, screen.text()))
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
        screen.flush()
        colours = rb"\x1b\[(?:[0-9;]*;)?[349][0-7](?:;[0-9;]*)?m"
        tap.equal(re.findall(colours, screen.sent), [], "--color=never sends no colour")
        screen.type("NO_COLOR=1 '%s' --color=always\n" % NIXIE)
        screen.wait(FOUND)
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
        screen.flush()
        tap.check(re.search(colours, screen.sent), "--color=always sends some, whatever NO_COLOR says")


def bad_keys(home):
    """A key that cannot be is told with file and place, before the screen opens."""
    config = home.write(".config/nixie/config", "[keys]\nabcdef=next\n")
    with Screen(home) as screen:
        screen.type("'%s'; echo ended $?\n" % NIXIE)
        text = (screen.wait(r"ended \d+") or "").replace("\n", "")
        tap.check("ended 78" in text and config + ": [keys] abcdef: " in text, "a bad key binding is told", screen.text())
    os.unlink(config)


def looks(home):
    """Keys in conflict and colours are told at the start and by doctor; a theme of one's own is found."""
    config = home.write(".config/nixie/config", "[keys]\ng=next\nPgDn=retry\nPageDown=export\n[colours]\ncursor=black on 208\n")
    told = home.nixie("doctor").text
    tap.check("[keys] g: hides what begins with it: gg" in told and "[keys] PageDown: the same key as PgDn" in told, "doctor tells of keys in conflict", told)
    with Screen(home, 132, 43) as screen:
        screen.type("'%s'\n" % NIXIE)
        tap.check(screen.wait(r"\[keys\] g: hides .* more; `nixie doctor`"), "so does the screen when it opens", screen.text())
        screen.wait(r"(?m)^> .*@")
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
        screen.flush()
        tap.check(b"48;5;208" in screen.sent, "a colour of the configuration is used")
    home.write(".config/nixie/themes/mine.ini", "[colours]\ntitle=16 on 123\n")
    home.write(".config/nixie/config", "[screen]\ntheme=mine\n")
    with Screen(home) as screen:
        screen.type("'%s'\n" % NIXIE)
        screen.wait(FOUND)
        screen.type("Q")
        screen.wait(r"ready> *\n*$")
        screen.flush()
        tap.check(b"48;5;123" in screen.sent, "a theme of one's own is used")
        for wrong, said in (("--theme=nosuch", "there are default, high-contrast, light, mine, mono"), ("--lines=dotted", "it can be auto, unicode, ascii")):
            screen.type("clear; '%s' %s; echo ended%s $?\n" % (NIXIE, wrong, wrong))
            text = (screen.wait(r"ended%s \d+" % wrong) or "").replace("\n", "")
            tap.check(re.search(r"ended%s (64|78)" % wrong, text) and said in text, "%s is told" % wrong, screen.text())
    home.write(".config/nixie/config", "[colours]\nhard=reddish\n")
    got = home.nixie("doctor")
    tap.check(got.code == 78 and "[colours] hard: `reddish` is no look" in got.text, "doctor tells of a colour that is none", got)
    os.unlink(config)


with Home() as home:
    home.make_index()
    if not available():
        tap.skip("hostile mail, locks, other programs", "tmux is missing")
    else:
        reading(home)
        locked(home)
        editor(home)
        options(home)
        bad_keys(home)
        looks(home)
        hostile(home)
        copied(home)
tap.end()
