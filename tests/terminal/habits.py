# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie as its users have it: hands that know neomutt or vim, a screen reader, consoles of few colours, tmux, a line from elsewhere."""
import glob, os, re, subprocess
from cases import FOUND, NIXIE, SOON, ended, is_loaded, main, must, nixie, opened, quits, shows
from nixie import SRCDIR
from screen import Screen, available
from looks import known

# --- sets of keys

PRESSED = {  # keys of a set, and what stands on the screen then
    "neomutt": (("j*", r"\[48/48\]"), ("=", r"\[1/48\]"), ("z", r"\[[5-9]/48\]"), ("Z", r"\[1/48\]"), ("]", r"\[[2-6]/48\]"), ("[", r"\[1/48\]"), ("w", "Tag "), ("\x15\x1b", r"\[1/48\]"),
                ("E", "Preview"), ("\x1b", r"\[1/48\]"), ("F", "Retry flag:"), ("\x1b", "Nothing was changed"), ("n", "Nothing was searched"), ("\ri", r"\[1/48\]")),
    "vim": (("G", r"\[48/48\]"), ("gg", r"\[1/48\]"), ("\x05", r"\[2/48\]"), ("\x19", r"\[1/48\]"), ("&", "Limit"), ("\x1b", r"\[1/48\]"), ("vj", "1 marked"), ("v", "2 marked"),
            ("\x17w", r"\[4/48\]"), ("\x0f", r"\[4/48\]")),
    "default": (("*", "Tag"), ("\x1b", r"\[1/48\]"), ("l", "Limit"), ("\x1b", r"\[1/48\]"), ("v", "Parts"), ("q", r"\[1/48\]")),
}


def preset(home, name):
    with opened(home, "--keys=%s" % name) as console:
        for keys, sign in PRESSED[name]:
            console.keys(keys)
            shows(console, lambda text: re.search(sign, text), "%r gives %s" % (keys, sign))
        quits(console)


def own_preset(home):
    """A set of one's own, changed by [keys]; a name that is none is told with those that are there."""
    env = {"XDG_CONFIG_HOME": home.path("own")}
    home.write("own/nixie/keys/mine.ini", "[keys]\nX=last\nY=first\n")
    home.write("own/nixie/config", "[screen]\nkeys=mine\n[keys]\nY=retry\n")
    with opened(home, env=env) as console:
        console.press("X")
        shows(console, r"\[48/48\]", "its key works")
        console.press("ggY")
        shows(console, "flag", "[keys] goes before it")
        console.press("\x1b")
        quits(console)
    with nixie(home, "--keys=emacs", env=env) as console:
        ended(console, 78)
        must(b"there are default, mine, neomutt, vim" in bytes(console.sent).replace(b"\r\n", b""), "the names are told: %r" % bytes(console.sent))


# --- a screen reader

DRAWN = re.compile("[\u2190-\u259f]|---|==|##|\\.\\.\\.\\.|\\| ")
PLAIN_VIEWS = (("", r"^> "), ("j", r"^> "), ("\r", r"\S"), ("q", r"^> "), ("gc", r"^> "), ("gn", r"^> "), ("?", r"\S"), ("q", r"^> "), ("o", r">"), ("\x1b", r"^> "),
               ("e", r"\S"), ("\x1b", r"^> "), ("r", r"\S"), ("\x1b", r"^> "), (":", r":"), ("\x1b", r"^> "), ("H", r"\S"), ("q", r"^> "))


def spoken(home):
    """--plain, line by line as a reader takes it: first what the cursor is on; then words, no drawing, and nothing beside another."""
    with nixie(home, "--plain", width=100, height=40) as console:
        shows(console, "Who can fix it", "the list is shown")
        for keys, first in PLAIN_VIEWS:
            console.press(*([keys] if keys else []))
            shows(console, lambda text: re.search(first, text.split("\n")[0]) and console.picture.y == 0, "the first line is that of the cursor after %r" % keys)
            for line in console.text().split("\n"):
                must(not DRAWN.search(line), "no drawing after %r: %r" % (keys, line))
        row = console.line(0)
        console.press("j")
        shows(console, lambda text: text.split("\n")[0] != row and text.startswith("> "), "a step brings another first line")
        quits(console)


# --- few colours

RUN = re.compile(rb"\x1b\[([0-9;]*)m([^\x1b]*)")  # a look, and what is written in it


def clash(sent):
    """A place where letters have the colour of their ground; None."""
    shade = {3: None, 4: None}  # of letters and ground, by their digit; None: the terminal's own
    for match in RUN.finditer(sent):
        numbers = [int(n or 0) for n in match.group(1).split(b";")]
        while numbers:
            n = numbers.pop(0)
            tens, ones = divmod(n, 10)
            if n == 0:
                shade = {3: None, 4: None}
            elif tens in (3, 4) and ones == 8:
                shade[tens] = numbers[1]
                del numbers[:2]
            elif tens in (3, 4):
                shade[tens] = None if ones == 9 else ones
            elif tens in (9, 10):
                shade[tens - 6] = 8 + ones
        if shade[3] is not None and shade[3] == shade[4] and match.group(2).strip(b" \x0f"):
            return match.group(0)
    return None


def legible(home, theme, term):
    """Each theme can be read with that terminal's colours, and its cursor can be told from the rest."""
    with opened(home, "--theme=%s" % theme, env={"TERM": term}) as console:
        console.press("t", "j", "?", "q", "/", "\x1b", "e", "\x1b", "gc", "gn", "\r", "\t", "]", "q")
        found = clash(bytes(console.sent))
        must(not found, "letters in the colour of their ground: %r" % (found,))
        must(re.search(rb"\x1b\[[0-9;]*m(\x0f|\x1b\(B)?>", bytes(console.sent)), "the row of the cursor is marked, also without colour")
        quits(console)


# --- where it runs

def in_tmux(home):
    """The type that tmux gives, its paste and its size."""
    with Screen(home, 90, 24) as screen:
        screen.type("echo T=$TERM; '%s'\n" % NIXIE)
        must(screen.wait(FOUND), "the list is shown\n" + screen.text())
        screen.type("l")
        must(screen.wait("Limit"), "a prompt opens\n" + screen.text())
        screen.tmux("set-buffer", "type:hard")
        screen.tmux("paste-buffer", "-p", "-t", "t")
        must(screen.wait("type:hard"), "what is pasted stands in it\n" + screen.text())
        screen.keys("Enter")
        must(screen.wait(r"limit: *type:hard|type:hard"), "and is taken\n" + screen.text())
        screen.resize(60, 15)
        must(screen.wait(lambda text: "?:help" in text.rstrip().split("\n")[-1]), "it takes up the new size\n" + screen.text())
        screen.keys("Down", "PageDown", "End", "Home")
        must(screen.wait(lambda text: text.split("\n")[2].startswith(">")), "named keys work\n" + screen.text())
        screen.type("Q")
        must(screen.wait(r"ready> *\n*$") and screen.ask("#{alternate_on}") == "0", "the shell has its screen again\n" + screen.text())


def from_elsewhere(home):
    """What a login over a network leaves of the environment: TERM, HOME, and no locale."""
    keep = ("HOME", "NOTMUCH_CONFIG", "NIXIE_DATADIR", "PATH")
    bare = type("Home", (), {"env": {name: home.env[name] for name in keep}})
    with nixie(bare, env={"TERM": "xterm-256color"}) as console:
        shows(console, FOUND, "the list is shown")
        must(not [byte for byte in console.sent if byte > 0x7f], "in ASCII alone", console)
        console.press("j")
        shows(console, lambda text: text.split("\n")[3].startswith("> "), "keys are answered")
        quits(console)


THEMES = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(SRCDIR, "data", "themes", "*.ini")))
TABLE = [("keys of %s" % name, preset, name) for name in sorted(PRESSED)] + [
    ("keys of one's own", own_preset),
    ("a screen reader", spoken),
    ("an environment from elsewhere", from_elsewhere),
] + [("theme %s with TERM=%s" % (theme, term), legible, theme, term) for theme in THEMES for term in ("linux", "xterm-16color", "xterm-256color") if known(term)]
if available():
    TABLE.append(("in tmux", in_tmux))

if __name__ == "__main__":
    main(TABLE)
