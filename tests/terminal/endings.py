# SPDX-License-Identifier: GPL-3.0-or-later
"""However nixie, a child of it or its terminal ends: modes and screen as they were, the right exit code, no process left, none
that spins."""
import os, select, signal, subprocess, termios, threading, time
from cases import FOUND, GONE, IDLE, NIXIE, SOON, are_gone, ended, family, is_loaded, is_restored, main, must, nixie, opened, quits, rests, shows, worked
from console import Console
from lock import hold

PROMPT = "ready> "
INTERRUPTED, USAGE = 130, 64
TRIES = 40
INDEX = threading.Lock()  # one writer at a time
ROLES = ("nixie-spawner", "nixie-cache", "nixie-extractor")


def pids_of(console):
    return [member.pid for member in family(console.pid)]


# --- signals to the screen

def signalled(home, number, code, keys=""):
    with opened(home) as console:
        pids = pids_of(console)
        console.press(*keys)
        os.kill(console.pid, number)
        ended(console, code, pids)


def killed(home):
    """Nobody can tidy up after SIGKILL; but no child stays, and none works on."""
    with opened(home) as console:
        pids = pids_of(console)
        os.kill(console.pid, signal.SIGKILL)
        ended(console, -signal.SIGKILL, pids, restored=False)


def while_starting(home, number, code):
    """Before the first screen, too."""
    for n in range(6):
        with nixie(home, env={"XDG_CACHE_HOME": home.path("cold")}) as console:
            console.until(lambda: family(console.pid)[0].name == "nixie" and (len(console.sent) > n * 200 or len(family(console.pid)) > n), SOON)
            pids = pids_of(console)
            os.kill(console.pid, number)
            # Before there is a screen the signal does what it does to any program.
            got = console.end(SOON)
            must(got in (code, -number), "it ends: %s" % got, console)
            is_restored(console)
            are_gone(pids)


def ctrl_c(home):
    """A key, which takes back what is being done; it ends nothing."""
    with opened(home) as console:
        first = console.text()
        for keys in ("", "?", ":", "+abc", "e"):
            console.press(*keys, "\x03", "\x03")
            must(console.alive(), "C-c after %r leaves it alive" % keys)
        console.press("gg")
        shows(console, lambda text: text.split("\n")[:20] == first.split("\n")[:20], "the list is as it was")
        quits(console)


# --- a shell around it

class Shell:
    """A console with a shell in it, and nixie as its job."""

    def __init__(self, home, size=(80, 24)):
        self.console = Console(["/bin/sh", "-i"], dict(home.env, PS1=PROMPT, ENV="", SHELL="/bin/sh"), *size)

    def __enter__(self):
        self.console.__enter__()
        self.prompt(1)
        self.plain = self.console.modes()
        return self

    def __exit__(self, *exc):
        for pid in [member.pid for member in family(self.console.pid)][1:]:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        self.console.__exit__(*exc)

    def prompt(self, after):
        """The shell has the terminal again, as it was."""
        shows(self.console, lambda text: PROMPT.strip() in text and self.has_terminal(), "the prompt comes back")

    def has_terminal(self):
        return self.console.foreground() == self.console.pid

    def run(self, line=None):
        self.console.keys((line or "'%s' --watch-seconds=0" % NIXIE) + "\n")
        shows(self.console, is_loaded, "the list is shown")
        self.console.settle(3)

    def job(self):
        return next(member for member in family(self.console.pid) if member.name == "nixie")

    def stopped(self):
        must(self.console.until(lambda: self.job().state == "T" and self.has_terminal(), SOON), "it stops", self.console)
        self.console.drain()
        must(self.console.modes() == self.plain and self.console.picture.is_left(), "the shell has its terminal as it was", self.console)

    def quit(self):
        pids = [member.pid for member in family(self.console.pid)][1:]
        self.console.keys("Q")
        self.prompt(2)
        are_gone(pids)
        must(self.console.modes() == self.plain and self.console.picture.is_left(), "the terminal is as it was", self.console)


def suspended(home, how, keys="", back="gg"):
    """Stopped and continued, the same screen stands there; a new size is taken up."""
    with Shell(home) as shell:
        shell.run()
        console, first = shell.console, shell.console.text()
        console.press(*keys)
        for width, height in ((80, 24), (100, 30), (80, 24)):
            if how == "key":
                console.keys("\x1a")
            else:
                os.kill(shell.job().pid, how)
            must(console.until(lambda: shell.job().state == "T", SOON), "it stops", console)
            if how != signal.SIGSTOP:
                shell.stopped()
                rests(console, [member.pid for member in family(shell.job().pid)])
            console.resize(width, height)
            console.keys("fg\n")
            must(console.until(lambda: shell.job().state != "T", SOON), "it goes on", console)
            shows(console, lambda text: "nixie" in text.split("\n")[0] and "?:help" in text.split("\n")[height - 1] or keys, "fg brings it back at %dx%d" % (width, height))
        console.press(*back)
        shows(console, lambda text: text.split("\n")[:20] == first.split("\n")[:20], "and the first screen stands there")
        shell.quit()


def while_drawing(home):
    """Also a stop that comes with the first byte of a drawing is taken."""
    with Shell(home) as shell:
        shell.run()
        console = shell.console
        for _ in range(20):
            os.write(console.fd, b"\x0c")
            must(console.read(SOON), "it draws", console)
            os.kill(shell.job().pid, signal.SIGTSTP)
            shell.stopped()
            console.keys("fg\n")
            must(console.until(lambda: shell.job().state != "T", SOON), "it goes on", console)
            console.settle()
        shell.quit()


def in_background(home):
    """Started without the terminal it waits for it."""
    with Shell(home) as shell:
        shell.console.keys("'%s' --watch-seconds=0 &\n" % NIXIE)
        must(shell.console.until(lambda: any(m.name == "nixie" and m.state == "T" for m in family(shell.console.pid)), SOON), "it stops", shell.console)
        must(shell.console.modes() == shell.plain, "it has not touched the modes")
        shell.console.keys("fg\n")
        shows(shell.console, is_loaded, "fg shows the list")
        shell.quit()


# --- the terminal goes away

def closed(home, trap=""):
    """The window is closed, or the line cut: alone, under a shell, and where the hangup is ignored."""
    words = [NIXIE, "--watch-seconds=0"]
    if trap is not None:
        words = ["/bin/sh", "-c", trap + '"$@"; exit $?', "sh", *words]
    with Console(words, home.env, 80, 24) as console:
        shows(console, is_loaded, "the list is shown")
        console.settle(3)
        pids = pids_of(console)
        console.close()
        must(console.end(SOON) is not None, "it ends")
        are_gone(pids)


class Lines:
    """nixie with a line of its own for keys and another for the screen; neither is its controlling terminal."""

    def __init__(self, home):
        self.keys, self.keys_end = os.openpty()
        self.screen, self.screen_end = os.openpty()
        termios.tcsetwinsize(self.screen_end, (24, 80))
        self.fds = {self.keys, self.keys_end, self.screen, self.screen_end}
        self.before = termios.tcgetattr(self.keys_end)
        self.sent = b""
        self.child = subprocess.Popen([NIXIE, "--watch-seconds=0"], stdin=self.keys_end, stdout=self.screen_end, stderr=subprocess.PIPE, env=home.env,
                                      cwd=home.root, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.child.kill()
        self.child.communicate()
        self.close(*self.fds)

    def close(self, *fds):
        for fd in fds:
            self.fds.discard(fd)
            os.close(fd)

    def read(self, seconds):
        ready, _, _ = select.select([self.screen], [], [], seconds)
        if ready:
            self.sent += os.read(self.screen, 1 << 16)
        return ready

    def drawn(self):
        end = time.monotonic() + SOON
        while b"Who can fix it" not in self.sent and time.monotonic() < end:
            self.read(0.1)
        while self.read(0.1):
            pass
        must(b"Who can fix it" in self.sent, "the list is shown: %r" % self.sent[-500:])

    def end(self, code):
        try:
            got = self.child.wait(SOON)
        except subprocess.TimeoutExpired:
            got = None
        must(got == code, "it ends with %s, not %s" % (code, got))


def read_end_gone(home):
    """No key can come any more: it ends, and the screen that is still there is given back."""
    with Lines(home) as lines:
        lines.drawn()
        pids = [member.pid for member in family(lines.child.pid)]
        lines.sent = b""
        lines.close(lines.keys)
        lines.end(INTERRUPTED)
        while lines.read(0):
            pass
        must(b"\x1b[?1049l" in lines.sent, "the screen is given back: %r" % lines.sent)
        are_gone(pids)


def write_end_gone(home):
    """Nothing can be shown any more (EIO): it ends at the latest with the next drawing, and the keys' line is as before."""
    with Lines(home) as lines:
        lines.drawn()
        pids = [member.pid for member in family(lines.child.pid)]
        lines.close(lines.screen, lines.screen_end)
        os.write(lines.keys, b"j")
        lines.end(INTERRUPTED)
        must(termios.tcgetattr(lines.keys_end) == lines.before, "the modes are as before")
        are_gone(pids)


def no_terminal(home, what, redirect):
    """One line that says which stream is none; nothing on standard output, and the line's modes untouched."""
    with Console(["/bin/sh", "-c", '"$0" %s; echo "code $?" >&2; cat out >&2 2>/dev/null' % redirect, NIXIE], home.env) as console:
        console.end(SOON)
        must(b"code %d" % USAGE in console.sent, "it ends with %d" % USAGE, console)
        must(console.sent.count(b"\n") == 2 and b"\x1b" not in console.sent and what.encode() in console.sent, "one line about %s: %r" % (what, console.sent))
        is_restored(console)


# --- a child ends

def child_dies(home, role, number):
    """The screen goes on: keys are answered, nobody spins; and it ends as it should."""
    with opened(home, env={"XDG_CACHE_HOME": home.path("cache-%s-%d" % (role, number))}) as console:
        pids = pids_of(console)
        victims = [member.pid for member in family(console.pid) if member.name == role]
        must(victims, "there is a %s: %s" % (role, family(console.pid)))
        for pid in victims:
            os.kill(pid, number)
        console.press("j", "j", "?", "q", "gc", "gn", "G", "gg")
        rests(console, [*pids, *pids_of(console)])
        must(console.alive() and console.line(2).startswith("> "), "keys are answered", console)
        pids += pids_of(console)
        console.keys("Q")
        ended(console, 0, pids)


def reader_dies(home, number):
    """Stopped first, so that it is met at work; the load is tried again, or given up with a word."""
    must(any(reader_met(home, number) for _ in range(TRIES)), "there is a reader")


def reader_met(home, number):
    """False where it was done before it was seen, as on a machine with much else to do."""
    with nixie(home) as console:
        def readers():
            return [member.pid for member in family(console.pid) if member.name == "nixie-reader"]
        if not console.until(lambda: readers() or is_loaded(console.text()), SOON) or not readers():
            return False
        pids = pids_of(console)
        for pid in readers():
            try:
                os.kill(pid, signal.SIGSTOP)
                os.kill(pid, number)
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
        shows(console, FOUND, "the list is there all the same, or why not")
        rests(console, [*pids, *pids_of(console)])
        pids += pids_of(console)
        console.keys("Q")
        ended(console, 0, pids)
    return True


def writer_dies(home, number):
    """While it waits for the lock that another has: the change is said to be lost, nothing is half done."""
    with INDEX:
        before = home.dump()
        lock = hold(os.path.join(home.mail, ".notmuch", "xapian", "flintlock"))
        with opened(home) as console:
            console.keys("+never\r")
            must(console.until(lambda: any(m.name == "nixie-writer" for m in family(console.pid)), SOON), "there is a writer", console)
            pids = pids_of(console)
            for member in family(console.pid):
                if member.name == "nixie-writer":
                    os.kill(member.pid, number)
            must(console.until(lambda: not any(m.name == "nixie-writer" for m in family(console.pid)), SOON), "it is gone", console)
            console.press("\x1b", "j")
            rests(console, [*pids, *pids_of(console)])
            must(console.alive() and console.line(3).startswith("> "), "keys are answered", console)
            console.keys("Q")
            ended(console, 0, pids)
        os.close(lock)
        must(home.dump() == before, "nothing was changed")


# --- a terminal that takes nothing

def blocked(home, number):
    """Output is stopped and its room is full; a signal ends nixie all the same."""
    with opened(home, width=200, height=60) as console:
        pids = pids_of(console)
        termios.tcflow(console.tty, termios.TCOOFF)
        for n in range(40):
            os.write(console.fd, b"\x0c" if n % 2 else b"j")
            select.select([console.ending], [], [], 0.02)
        os.kill(console.pid, number)
        end = time.monotonic() + SOON
        while console.alive() and time.monotonic() < end:
            select.select([console.ending], [], [], 0.1)
        must(console.code == INTERRUPTED, "it ends though nothing can be sent", console)
        must(console.modes() == console.before, "the modes of the line are as before")
        are_gone(pids)


TABLE = [("%s to the screen" % signal.Signals(number).name, signalled, number, code) for number, code in (
    (signal.SIGSEGV, -signal.SIGSEGV), (signal.SIGABRT, -signal.SIGABRT), (signal.SIGBUS, -signal.SIGBUS), (signal.SIGFPE, -signal.SIGFPE),
    (signal.SIGILL, -signal.SIGILL), (signal.SIGQUIT, -signal.SIGQUIT), (signal.SIGTRAP, -signal.SIGTRAP), (signal.SIGTERM, INTERRUPTED),
    (signal.SIGINT, INTERRUPTED), (signal.SIGHUP, INTERRUPTED))] + [
    ("SIGTERM while help is open", signalled, signal.SIGTERM, INTERRUPTED, "?"),
    ("SIGHUP while something is typed", signalled, signal.SIGHUP, INTERRUPTED, "+abc"),
    ("SIGSEGV in a dialog", signalled, signal.SIGSEGV, -signal.SIGSEGV, "e"),
    ("SIGKILL to the screen", killed),
    ("SIGTERM while it starts", while_starting, signal.SIGTERM, INTERRUPTED),
    ("SIGHUP while it starts", while_starting, signal.SIGHUP, INTERRUPTED),
    ("SIGINT while it starts", while_starting, signal.SIGINT, INTERRUPTED),
    ("C-c", ctrl_c),
    ("C-z and fg in the list", suspended, "key"),
    ("C-z and fg in help", suspended, "key", "?", ("q", "gg")),
    ("C-z and fg while something is typed", suspended, "key", "+ab", ("\x1b", "gg")),
    ("C-z and fg in a dialog", suspended, "key", "e", ("\x1b", "gg")),
    ("SIGTSTP and fg", suspended, signal.SIGTSTP),
    ("SIGSTOP and fg", suspended, signal.SIGSTOP),
    ("SIGTSTP while it draws", while_drawing),
    ("started in the background", in_background),
    ("the terminal is closed", closed, None),
    ("the terminal of the shell is closed", closed),
    ("the terminal is closed, hangups ignored", closed, "trap '' HUP; "),
    ("the line of the keys is cut", read_end_gone),
    ("the line of the screen is cut", write_end_gone),
    ("standard input is a file", no_terminal, "standard input", "</dev/null"),
    ("standard input is closed", no_terminal, "standard input", "<&-"),
    ("standard output is a pipe", no_terminal, "standard output", ">out"),
    ("standard output is closed", no_terminal, "standard output", ">&-"),
    ("both are pipes", no_terminal, "standard input", "</dev/null >out"),
] + [("%s ends by %s" % (role, signal.Signals(number).name), child_dies, role, number)
     for role in ROLES for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL)] + [
    ("nixie-reader ends by %s" % signal.Signals(number).name, reader_dies, number) for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL)] + [
    ("nixie-writer ends by %s" % signal.Signals(number).name, writer_dies, number) for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL)] + [
    ("%s while the terminal takes nothing" % signal.Signals(number).name, blocked, number) for number in (signal.SIGTERM, signal.SIGHUP)]

if __name__ == "__main__":
    main(TABLE)
