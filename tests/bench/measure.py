# SPDX-License-Identifier: GPL-3.0-or-later
"""Time, memory and screens of programs: nothing but numbers come from here."""
import fcntl, os, pty, re, select, signal, statistics, struct, subprocess, sys, termios, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from picture import Picture

ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-Za-z]|\x1b[=>78MDEHc]")
# What programs ask a terminal, and what one answers, so that they do not wait for it.
QUESTIONS = ((re.compile(rb"\x1b\[0?c"), b"\x1b[?62;c"), (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"), (re.compile(rb"\x1b\[>0?c"), b"\x1b[>41;330;0c"))
PATIENCE = 300


class Run:
    """`wall` and `cpu` seconds (user and system, with all that it waited for), `peak` bytes resident."""

    def __init__(self, words, env, stdin=None, stdout=None, codes=(0,)):
        with open(stdin or os.devnull, "rb") as source, open(stdout or os.devnull, "wb") as sink:
            begin = time.monotonic()
            child = subprocess.Popen([os.fspath(word) for word in words], stdin=source, stdout=sink, stderr=subprocess.PIPE, env=env)
            said = child.stderr.read()
            _, status, usage = os.wait4(child.pid, 0)
            self.wall = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stderr.close()
        if child.returncode not in codes:
            raise RuntimeError("%s: exit %d: %s" % (" ".join(map(str, words[:6])), child.returncode, said.decode("utf-8", "replace")[-500:]))
        self.cpu, self.peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class Terminal:
    """A program on a terminal of its own. `wait` looks for words that it writes in one go, `wait_shown`
    for what then stands on the terminal: curses sends only the letters that changed."""

    def __init__(self, words, env, columns=132, lines=43):
        self.begin, self.seen, self.drawn, self.picture = time.monotonic(), b"", b"", Picture(columns, lines)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.execvpe(words[0], [os.fspath(word) for word in words], env)
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        """Ends it as a closed terminal would."""
        end = time.monotonic() + 5
        os.kill(self.pid, signal.SIGHUP)
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            self.take(0.01)
        os.close(self.fd)

    def take(self, seconds):
        """What it wrote; nothing when it said nothing in this time, or ended."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return None
        try:
            return os.read(self.fd, 1 << 16)
        except OSError:
            return b""

    def read(self, seconds):
        got = self.take(seconds)
        if got is None:
            return
        if not got:
            raise RuntimeError("the program ended; its last words: %r" % ESCAPES.sub(b"", self.seen)[-300:])
        for question, answer in QUESTIONS:
            if question.search(got):
                os.write(self.fd, answer)
        self.seen += got
        self.drawn += got

    def keys(self, text):
        self.seen = b""
        self.begin = time.monotonic()
        os.write(self.fd, text.encode())

    def wait(self, wanted):
        """Seconds since the start, or since the last keys, until the expression shows."""
        pattern, end = re.compile(wanted.encode()), time.monotonic() + PATIENCE
        while not pattern.search(ESCAPES.sub(b"", self.seen)):
            if time.monotonic() > end:
                raise RuntimeError("%r never came; seen: %r" % (wanted, ESCAPES.sub(b"", self.seen)[-300:]))
            self.read(1)
        return time.monotonic() - self.begin

    def wait_shown(self, wanted):
        """The same, of the picture."""
        pattern, end = re.compile(wanted), time.monotonic() + PATIENCE
        while True:
            self.picture.feed(self.drawn)
            self.drawn = b""
            if pattern.search(self.picture.text()):
                return time.monotonic() - self.begin
            if time.monotonic() > end:
                raise RuntimeError("%r never stood on the screen:\n%s" % (wanted, self.picture.text()))
            self.read(1)

    def wait_idle(self):
        """Until all of its processes together take less than a twentieth of a processor, for three seconds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            before, until = processor_seconds(self.pid), time.monotonic() + 3
            while time.monotonic() < until:
                self.read(0.2)
            # A child that ended took its time with it.
            if 0 <= processor_seconds(self.pid) - before < 0.15:
                return
        raise RuntimeError("the program never came to rest")

    def memory(self):
        """Bytes that only this process has, and those that it shares with children by its share (Pss)."""
        with open("/proc/%d/smaps_rollup" % self.pid) as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024


def processor_seconds(pid):
    """Of a process and all below it, as far as they are there."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            words = file.read().rpartition(")")[2].split()
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            children = file.read().split()
    except OSError:
        return 0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK") + sum(processor_seconds(int(child)) for child in children)


def pairs(ours, reference, times):
    """Medians of both, and of the ratios, over alternating runs; one of each goes before and does not count."""
    ours(), reference()
    both = []
    for i in range(times):
        both.append((ours(), reference()) if i % 2 == 0 else (reference(), ours())[::-1])
    return statistics.median(a for a, _ in both), statistics.median(b for _, b in both), statistics.median(a / b for a, b in both)


def load():
    return "%.1f" % os.getloadavg()[0]
