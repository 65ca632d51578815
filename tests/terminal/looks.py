# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of terminals, locales and NO_COLOR: where a screen can be it is whole, with that terminal's own keys, signs and colours;
where it cannot, one line says so."""
import os, re, subprocess
from cases import FOUND, NIXIE, SOON, ended, main, must, nixie, quits, shows

TYPES = (
    # TERM, colours that it may be sent, line characters
    ("linux", 8, False),
    ("vt100", 0, False),
    ("vt220", 0, False),
    ("ansi", 8, False),
    ("xterm", 8, True),
    ("xterm-16color", 16, True),
    ("xterm-256color", 256, True),
    ("xterm-mono", 0, True),
    ("screen", 8, True),
    ("screen-256color", 256, True),
    ("tmux-256color", 256, True),
    ("rxvt", 8, True),
)
LOCALES = ("C", "POSIX", "C.UTF-8", "de_DE", "de_DE.ISO-8859-1", "")
COLOUR = re.compile(rb"\x1b\[([0-9;]*)m")
LINE = "\u2500"


def known(term):
    return subprocess.run(["infocmp", term], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def capability(term, name):
    """As the terminal sends or takes it."""
    got = subprocess.run(["tput", "-T", term, name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return re.sub(rb"\$<[^>]*>", b"", got)


def palette(sent):
    """The number of colours that a terminal needs for what it was sent."""
    most = 0
    for match in COLOUR.finditer(sent):
        numbers = [int(n or 0) for n in match.group(1).split(b";")]
        while numbers:
            n = numbers.pop(0)
            if n in (38, 48):
                most = max(most, 256)
                del numbers[:2]
            elif n // 10 in (9, 10) and n > 89:
                most = max(most, 16)
            elif n // 10 in (3, 4) and n % 10 < 8:
                most = max(most, 8)
    return most


def moves(console, term):
    """Its own key for down, and one that all have."""
    down = capability(term, "kcud1")
    console.press(down if len(down) > 1 else b"j")
    shows(console, lambda text: text.split("\n")[3].startswith("> "), "its key for down moves the cursor")
    console.press("k")
    shows(console, lambda text: text.split("\n")[2].startswith("> "), "k moves it up")
    console.press("?")
    shows(console, "Help", "help opens")
    console.press("q")


def screen(home, term, colours, lines, env):
    with nixie(home, env=dict(env, TERM=term)) as console:
        shows(console, FOUND, "the list is shown")
        moves(console, term)
        sent = palette(console.sent)
        must(sent <= colours and bool(sent) == bool(colours), "colours of %d are sent, of %d there are" % (sent, colours))
        must((LINE in console.sent.decode("utf-8", "replace")) == lines, "line characters: %s" % lines, console)
        quits(console)
        for name in ("sgr0", "rmkx", "rmcup"):
            must(capability(term, name) in console.sent[-400:], "%s is sent at the end: %r" % (name, console.sent[-400:]))


def refused(home, term):
    env = dict(home.env)
    env.pop("TERM")
    home = type("Home", (), {"env": env})
    with nixie(home, env={} if term is None else {"TERM": term}) as console:
        ended(console, 64)
        must(b"\x1b" not in console.sent and console.sent.startswith(b"nixie: ") and console.sent.count(b"\n") == 1, "one plain line: %r" % console.sent)
        must(b"TERM=" in console.sent, "which names the setting")


def has_locale(name):
    names = subprocess.run(["locale", "-a"], stdout=subprocess.PIPE).stdout.decode("latin-1").split()
    return name in ("", "C", "POSIX") or name.lower().replace("-", "") in (n.lower().replace("-", "") for n in names)


def locale(home, name):
    """Letters beyond ASCII only where they can be shown; one typed as the locale writes it does no harm."""
    utf8 = name.endswith("UTF-8")
    with nixie(home, env={"LC_ALL": name, "LANG": name}) as console:
        shows(console, FOUND, "the list is shown")
        console.press("jjj", "?", "q", "l")
        for byte in "\u00e4".encode("utf-8" if utf8 else "latin-1"):
            console.keys(bytes([byte]))
        console.press("x")
        shows(console, r"[>:].*x", "letters can be typed after it")
        must(not utf8 or "\u00e4x" in console.text(), "and it, where the locale knows it", console)
        console.press("\x15\x1b")
        quits(console)
        must(any(byte > 0x7f for byte in console.sent) == utf8, "bytes above ASCII are sent: %s" % utf8, console)


TABLE = [("TERM=%.40s is refused" % (term or {None: "(unset)"}.get(term, "(empty)")), refused, term) for term in ("dumb", "no-such-terminal", "", None, "../../etc/passwd", "x" * 5000)]
for term, colours, lines in TYPES:
    if known(term):
        TABLE.append(("TERM=%s: a screen" % term, screen, term, colours, lines, {}))
        if colours:
            TABLE.append(("TERM=%s NO_COLOR=1: no colour" % term, screen, term, 0, lines, {"NO_COLOR": "1"}))
TABLE += [("LC_ALL=%s" % name, locale, name) for name in LOCALES if has_locale(name)]

if __name__ == "__main__":
    main(TABLE)
