# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes over the line, and what goes: pastes, keys in pieces, sequences of no key, a slow terminal, and other programs that
have the terminal for a while."""
import os, re, select, signal, termios, time
from cases import FOUND, SOON, are_gone, ended, family, is_loaded, main, must, nixie, opened, quits, rests, shows, worked
from endings import INTERRUPTED, Shell, pids_of

KB = 1000
BEGIN, END = b"\x1b[200~", b"\x1b[201~"


def dribble(console, data, pause):
    """Byte by byte, as a slow line brings them; each has been read when the next comes."""
    for byte in data:
        console.keys(bytes([byte]))
        console.until(lambda: not console.waiting(), SOON)
        console.drain(pause)


def is_first(console):
    return lambda text: text.split("\n")[2].startswith("> ")


# --- pastes

def pasted(home, what, keys, sign):
    """Brackets around it keep it from acting as keys, whatever is in it."""
    with opened(home) as console:
        before = home.dump()
        console.keys(keys)
        console.settle()
        console.keys(BEGIN + what + END)
        shows(console, sign, "the paste is told of, or taken")
        console.press("\x1b", "\x1b", "gg")
        shows(console, is_first(console), "afterwards keys are keys")
        must(home.dump() == before, "nothing was done")
        quits(console)


def paste_without_brackets(home):
    """A hundred thousand keys: all are taken, in order, and the screen answers meanwhile."""
    with opened(home) as console:
        console.keys(b"j" * 50 * KB + b"k" * 50 * KB + b"j")
        console.settle()
        shows(console, lambda text: text.split("\n")[3].startswith("> "), "the last of them counts")
        quits(console)


def paste_without_end(home):
    """Where its end was lost on the way, C-c after a pause brings the keys back; one that was pasted does not."""
    with opened(home) as console:
        console.keys(BEGIN + b"jjjQ\r\x03jQ")
        console.settle()
        rests(console, pids_of(console))
        console.press("\x03", "j")
        shows(console, lambda text: text.split("\n")[3].startswith("> "), "keys are keys again")
        quits(console)


# --- keys

def in_pieces(home, data, pause, env, row):
    """A key whose bytes come one by one."""
    with opened(home, env=env) as console:
        console.keys(data) if pause is None else dribble(console, data, pause)
        shows(console, lambda text: text.split("\n")[row].startswith("> "), "the key has worked")
        quits(console)


def letters_in_pieces(home):
    """Characters of more than one byte, one byte at a time, and bytes that are none among them."""
    with opened(home) as console:
        console.press("l")
        dribble(console, "x\u00e4\u20ac\U0001f600".encode() + b"\xe2\x28\xff\xc3y\xc3\xc3\xa5", 0.02)
        shows(console, lambda text: "x\u00e4\u20ac" in text and "(y\u00e5" in text, "they stand there")
        console.press("\x15", "z")
        shows(console, r"[>:] ?z", "and letters after them, too")
        console.press("\x15", "\x1b")
        quits(console)


def no_keys(home, sequence):
    """What a terminal sends for a key that nixie does not know, or of itself, does nothing; its letters are no commands."""
    with opened(home) as console:
        first = console.text().split("\n")[:20]
        console.press(sequence)
        must(console.text().split("\n")[:20] == first, "nothing is changed", console)
        console.press(":")
        console.press(sequence, "x")
        shows(console, ":x  ", "nothing is typed")
        console.press("\x15", "\x1b", "j")
        shows(console, lambda text: text.split("\n")[3].startswith("> "), "afterwards keys are keys")
        quits(console)


def alt_letter(home, keys):
    """What only looks like the head of a sequence swallows no key that comes after it."""
    with opened(home) as console:
        console.press(keys)
        console.drain(0.5)
        console.press("j")
        shows(console, lambda text: text.split("\n")[3].startswith("> "), "the next key counts")
        quits(console)


def mouse(home, on):
    """Switched on and off again where it is wanted; never asked for where it is not."""
    with opened(home, "--mouse=%s" % ("true" if on else "false")) as console:
        asked = bool({"?1000", "?1006"} & console.picture.modes)
        must(asked == on, "the mouse is asked for: %s" % asked, console)
        if on:
            console.press(b"\x1b[<0;10;5M\x1b[<0;10;5m")
            shows(console, lambda text: text.split("\n")[4].startswith("> "), "a click goes to its row")
        quits(console)


# --- a slow terminal

def stopped(home, seconds, how):
    """It takes nothing for a while; then all is there, and no key was lost."""
    with opened(home, width=150, height=50) as console:
        if how == "C-s":
            termios.tcflow(console.tty, termios.TCOOFF)
        pids = pids_of(console)
        for n in range(24):
            os.write(console.fd, b"j" if n % 2 else b"\x0c")
        os.write(console.fd, b"ggj")
        began, end = worked(pids), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            select.select([console.ending], [], [], left)
        must(worked(pids) - began < 0.1 * seconds + 0.3, "nobody spins meanwhile")
        if how == "C-s":
            termios.tcflow(console.tty, termios.TCOON)
        shows(console, lambda text: text.split("\n")[3].startswith("> "), "the last key counts")
        shows(console, is_loaded, "the report is read")
        console.settle(3)
        text = console.text()
        must(console.redraw() == text, "and each cell is right", console)
        quits(console)


def ctrl_s(home):
    """A key as any other: the screen does not freeze under hands that know emacs."""
    with opened(home) as console:
        console.press("\x13", "j", "\x11", "j")
        shows(console, lambda text: text.split("\n")[4].startswith("> "), "keys are answered")
        quits(console)


def leaves_slowly(home):
    """Q while nobody reads: it ends when somebody does, and all of its last words come."""
    with opened(home, width=200, height=60) as console:
        pids = pids_of(console)
        for n in range(40):
            os.write(console.fd, b"\x0c")
        os.write(console.fd, b"Q")
        select.select([console.ending], [], [], 0.5)
        ended(console, 0, pids)


# --- other programs

PROGRAM = "!echo here; read x; echo got $x\r"


def opened_program(shell, words=PROGRAM):
    shell.run()
    shell.console.keys(words)
    shows(shell.console, r"(?m)^here", "the program has the terminal")
    must("?1049" not in shell.console.picture.modes, "and not the screen of nixie")
    return shell.console


def program_ends(home):
    with Shell(home) as shell:
        console = opened_program(shell)
        console.keys("word\n")
        shows(console, r"got word[\s\S]*Enter goes back", "it reads and writes")
        console.keys("\n")
        shows(console, is_loaded, "the screen comes back")
        shell.quit()


def program(shell):
    """What nixie runs: the process below it that is none of its own."""
    return next((m.pid for m in family(shell.job().pid)[1:] if not m.name.startswith("nixie")), None)


def program_killed(home, number):
    with Shell(home) as shell:
        console = opened_program(shell)
        os.kill(program(shell), number)
        shows(console, "Enter goes back", "nixie has noticed")
        console.keys("\n")
        shows(console, lambda text: is_loaded(text) and "signal %d" % number in text, "and says so")
        shell.quit()


def program_interrupted(home, key, number):
    """Keys of the terminal that end a program end that one alone."""
    with Shell(home) as shell:
        console = opened_program(shell)
        console.keys(key)
        shows(console, "Enter goes back", "the program is gone, nixie is not")
        console.keys("\n")
        shows(console, is_loaded, "the screen comes back")
        shell.quit()


def program_stopped(home):
    """C-z stops both, fg continues both."""
    with Shell(home) as shell:
        console = opened_program(shell)
        both = shell.job().pid, program(shell)
        console.keys("\x1a")
        # One that is not stopped yet would read the shell's line.
        must(console.until(lambda: {m.state for m in family(console.pid) if m.pid in both} == {"T"} and shell.has_terminal(), SOON), "both stop", console)
        console.keys("fg\n")
        must(console.until(lambda: shell.job().state != "T", SOON), "both go on", console)
        console.keys("word\n")
        shows(console, "got word", "the program, too")
        console.keys("\n")
        shows(console, is_loaded, "and the screen comes back")
        shell.quit()


def program_sleeps(home):
    """Stopped from elsewhere: nixie waits without work."""
    with Shell(home) as shell:
        console = opened_program(shell)
        os.kill(program(shell), signal.SIGSTOP)
        rests(console, [member.pid for member in family(shell.job().pid)])
        os.kill(program(shell), signal.SIGCONT)
        console.keys("word\n")
        shows(console, "got word", "it goes on")
        console.keys("\n")
        shows(console, is_loaded, "and the screen comes back")
        shell.quit()


def ended_meanwhile(home, number, finished):
    """A signal to nixie while another program has the terminal, or is over and Enter is waited for."""
    with Shell(home) as shell:
        console = opened_program(shell)
        if finished:
            console.keys("word\n")
            shows(console, "Enter goes back", "it is over")
        pids = [member.pid for member in family(shell.job().pid)]
        os.kill(shell.job().pid, number)
        are_gone(pids)
        must(console.until(shell.has_terminal, SOON), "the shell has the terminal", console)


def pager(home, ending):
    """The raw report in a pager that ends, cannot be run, or fails."""
    words = {"ends": "head -c 100000", "fails": "false", "is missing": "no-such-pager", "is killed": "kill -9 $$;"}[ending]
    place = home.path("pager that %s" % ending)
    os.mkdir(place)
    with opened(home, env={"PAGER": words, "TMPDIR": place}) as console:
        console.keys("E")
        must(console.until(lambda: b"\x1b[?1049l" in console.sent, SOON), "it has the terminal", console)
        shows(console, lambda text: is_loaded(text) and "?1049" in console.picture.modes, "the screen comes back")
        shows(console, {"ends": FOUND, "fails": "exit code 1", "is missing": "exit code 127", "is killed": "signal 9"}[ending], "and tells how it went")
        quits(console)
        must(not os.listdir(place), "no copy of the report is left")


DROPPED = "what was pasted was dropped"
TABLE = [
    ("a paste of 100 kB in the list", pasted, b"rQ!d\r\n" * (100 * KB // 6), "", DROPPED),
    ("a paste of 100 kB while typing", pasted, b"abc def " * (100 * KB // 8), "l", r"abc def"),
    ("a paste of 100 kB with help open", pasted, b"xyz" * (100 * KB // 3), "?", r"xyz|dropped"),
    ("a paste with sequences in it", pasted, b"\x1b[A\x1b[B\x1bOP\x1b[<0;1;1M\x1b]0;x\x07\x1b[200~\x1b\x1b[Q!\r\x03\x1a", "", DROPPED),
    ("a paste with lines and controls while typing", pasted, b"one\rtwo\nthree\x03\x1a\x0c\x1b[B", "l", r"one"),
    ("a paste that holds its own end", pasted, b"abc" + END + BEGIN + b"def", "l", r"abc.*def"),
    ("an empty paste", pasted, b"", "", r"\d+ found"),
    ("a paste without its end", paste_without_end),
    ("100 kB of keys at once", paste_without_brackets),
    ("Down in pieces, within ESCDELAY", in_pieces, b"\x1bOB", 0.05, {"ESCDELAY": "2000"}, 3),
    ("Down in pieces, of a terminal that is not as its description", in_pieces, b"\x1b[B", 0.05, {"ESCDELAY": "2000"}, 3),
    ("Down in one piece", in_pieces, b"\x1b[B", None, {}, 3),
    ("a sequence of keys in pieces", in_pieces, b"jjjgg", 0.05, {}, 2),
    ("letters in pieces", letters_in_pieces),
] + [("sent, and no key: %r" % sequence, no_keys, sequence) for sequence in (
    b"\x1b[1;5C", b"\x1b[I", b"\x1b[O", b"\x1b[24;5~", b"\x1b[<0;10;10M", b"\x1b[?62;22c", b"\x1b[5;1R", b"\x1b]11;rgb:0000/0000/0000\x07", b"\x1b]10;x\x1b\\", b"\x1bOQ\x1bOw", b"\x1b[" + b"1;" * 200 + b"~")] + [
    ("Alt and %s, then a key" % letter, alt_letter, "\x1b" + letter) for letter in "P]_[O"] + [
    ("the mouse off", mouse, False),
    ("the mouse on", mouse, True),
    ("C-s and C-q", ctrl_s),
    ("output stopped for 2 s", stopped, 2, "C-s"),
    ("a terminal that reads nothing for 2 s", stopped, 2, "nobody"),
    ("Q while nobody reads", leaves_slowly),
    ("a program that ends", program_ends),
    ("a program that is killed", program_killed, signal.SIGKILL),
    ("a program that breaks", program_killed, signal.SIGSEGV),
    ("C-c in a program", program_interrupted, "\x03", signal.SIGINT),
    ("C-\\ in a program", program_interrupted, "\x1c", signal.SIGQUIT),
    ("C-z in a program", program_stopped),
    ("a program that is stopped", program_sleeps),
    ("SIGTERM while a program runs", ended_meanwhile, signal.SIGTERM, False),
    ("SIGHUP while a program runs", ended_meanwhile, signal.SIGHUP, False),
    ("SIGTERM while Enter is waited for", ended_meanwhile, signal.SIGTERM, True),
    ("SIGHUP while Enter is waited for", ended_meanwhile, signal.SIGHUP, True),
] + [("a pager that %s" % ending, pager, ending) for ending in ("ends", "fails", "is missing", "is killed")]

if __name__ == "__main__":
    main(TABLE)
