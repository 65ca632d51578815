# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: a program on a terminal of its own (a pty). Keys go in; what it sends becomes a picture, and is judged where
a judge is given.

Nothing sleeps: each wait ends with what it waits for, with the program, or with its deadline.
"""
import fcntl, functools, os, re, select, signal, struct, subprocess, termios, time
from picture import Picture

PATIENCE = 60


class Console:
    """`judge`: a stream.Judge, asked about every byte. `sent`: all that came."""

    def __init__(self, words, env, width=100, height=30, cwd=None, judge=None):
        self.picture, self.judge, self.sent, self.code = Picture(width, height, lingers(env.get("TERM"))), judge, bytearray(), None
        self.fd, self.tty = os.openpty()
        self.resize(width, height)
        self.before = self.modes()
        self.pid = os.fork()
        if self.pid == 0:
            self.become(words, env, cwd)
        self.ending = os.pidfd_open(self.pid)

    def become(self, words, env, cwd):
        try:
            os.setsid()
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):  # as in a terminal, also under nohup or behind a &
                signal.signal(number, signal.SIG_DFL)
            fcntl.ioctl(self.tty, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(self.tty, fd)
            os.closerange(3, 256)
            os.chdir(cwd or env.get("HOME", "/"))
            os.execvpe(words[0], [os.fspath(word) for word in words], env)
        finally:
            os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.ending)
        self.close()

    def close(self):
        """The terminal goes away, as when its window is closed or the line is cut."""
        for fd in (self.fd, self.tty):
            if fd >= 0:
                os.close(fd)
        self.fd = self.tty = -1

    # --- what comes

    def read(self, seconds):
        """What comes within that time; empty when nothing does, or when the program has gone."""
        if self.fd < 0:
            select.select([self.ending], [], [], seconds)
            return b""
        ready = select.select([self.fd, self.ending], [], [], seconds)[0]
        if self.fd not in ready:
            return b""
        block = os.read(self.fd, 1 << 16)
        self.sent += block
        self.picture.feed(block)
        if self.judge:
            self.judge.feed(block)
        return block

    def drain(self, quiet=0.05):
        """Until nothing has come for that time; returns what came."""
        at = len(self.sent)
        while self.read(quiet):
            pass
        return self.sent[at:]

    def line(self, y):
        return self.picture.line(y)

    def text(self):
        return self.picture.text()

    def until(self, holds, seconds=PATIENCE):
        """Does it become true while the program runs, or as its last act?"""
        end = time.monotonic() + seconds
        while not holds():
            came = self.read(min(max(end - time.monotonic(), 0), 0.1))
            if not came and (time.monotonic() > end or not self.alive()):
                return bool(holds())
        return True

    def wait(self, wanted, seconds=PATIENCE):
        """Until the pattern (or the function of the text) holds on the screen; the text then, or None when it never did."""
        holds = wanted if callable(wanted) else re.compile(wanted).search
        return self.text() if self.until(lambda: holds(self.text()), seconds) else None

    # --- what goes

    def keys(self, text):
        """Types; what the program sends meanwhile is taken, so that neither waits for the other."""
        left = text.encode() if isinstance(text, str) else text
        while left and self.alive():
            _, room, _ = select.select([self.fd], [self.fd], [], PATIENCE)
            if room:
                left = left[os.write(self.fd, left[:512]):]
            self.read(0)

    def press(self, *keys):
        """Types each, and waits until it has been woken by that, has drawn what it asks for, and rests."""
        for key in keys:
            asleep = family(self.pid)[:1]
            self.keys(key)
            self.until(lambda: family(self.pid)[:1] != asleep, 1)
            self.settle()

    def answer(self, key, patience=10):
        """Seconds from a key to the first that comes of it."""
        self.drain()
        began = time.monotonic()
        os.write(self.fd, key.encode())
        self.read(patience)
        return time.monotonic() - began

    def redraw(self):
        """All of the screen, sent anew."""
        self.answer("\x0c")
        self.drain()
        return self.text()

    def resize(self, width, height):
        """The kernel tells the program (SIGWINCH)."""
        self.picture.resize(width, height)
        fcntl.ioctl(self.tty, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    # --- the line, and the processes on it

    def modes(self):
        return termios.tcgetattr(self.tty)

    def waiting(self):
        """Bytes that were typed and not read yet."""
        return struct.unpack("i", fcntl.ioctl(self.tty, termios.FIONREAD, b"\0\0\0\0"))[0]

    def foreground(self):
        """The process group that has the terminal."""
        return struct.unpack("i", fcntl.ioctl(self.fd, termios.TIOCGPGRP, b"\0\0\0\0"))[0]

    def alive(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is None

    def end(self, seconds=30):
        """Until it ends; its exit code, None when it does not. What came last is in the picture."""
        self.until(lambda: not self.alive(), seconds)
        if self.fd >= 0:
            while self.read(0):
                pass
        return self.code

    def leave(self):
        """Q; where a change is still being written it asks, and Q comes again when that is done. The exit code, None when it stays."""
        for _ in range(5):
            self.keys("Q")
            if not self.wait(r"Leave nixie\?"):
                break
            self.keys("\x1b")
            self.wait(lambda text: not re.search(r"Leave nixie\?|Writing to the index", text))
        return self.end()

    def settle(self, looks=1):
        """Until nothing comes, nothing typed is left unread, and no process runs, nor has run between the looks."""
        end, before, same = time.monotonic() + 2 * PATIENCE, None, 0
        while time.monotonic() < end:
            if self.read(0.004):
                before = None
                continue
            if not self.alive():
                return
            now = family(self.pid)
            resting = not self.waiting() and all(member.state in "SITZ" for member in now)
            same = same + 1 if resting and now == before else 0
            if same >= looks:
                return
            before = now if resting else None
        raise RuntimeError("it never rests: %s" % family(self.pid))


@functools.cache
def lingers(term):
    """Does its cursor stay in the last column? (A tput that knows nothing of the type is no 1.)"""
    return subprocess.run(["tput", "-T", term or "dumb", "xenl"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 1


class Member:
    """One process, as it stood when it was looked at."""

    def __init__(self, pid):
        self.pid = pid
        with open("/proc/%d/status" % pid) as file:
            status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
        self.name, self.state = status["Name"].strip(), status["State"][0]
        self.switches = status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"]

    def __eq__(self, other):
        return (self.pid, self.switches) == (other.pid, other.switches)

    def __repr__(self):
        return "%d %s %s" % (self.pid, self.name, self.state)


def family(pid):
    """The process and all below it, it first."""
    out, left = [], [pid]
    while left:
        pid = left.pop(0)
        try:
            with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
                left += map(int, children.read().split())
            out.append(Member(pid))
        except OSError:
            continue
    return out


def worked(pids):
    """Seconds of processor time that these processes have had."""
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/schedstat" % pid) as file:
                total += int(file.read().split()[0]) / 1e9
        except OSError:
            continue
    return total
