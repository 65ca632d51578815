# SPDX-License-Identifier: GPL-3.0-or-later
"""A program in a terminal of its own (pty): keys go in, what comes out is timed. What is on the screen is asked for by a redraw."""
import fcntl, os, pty, re, select, signal, struct, termios, time

ESCAPES = re.compile(rb"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78M])|\x0f")


class Terminal:
    def __init__(self, argv, env, width=100, height=30):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(argv[0], argv, dict(env, TERM="xterm-256color"))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.code, self.seen, self.all = None, b"", b""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            self.end()
        os.close(self.fd)

    def keys(self, text):
        os.write(self.fd, text.encode())

    def read(self, seconds):
        """What comes within that time; empty when nothing does, or when the program has gone."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return b""
        try:
            block = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.all += block
        return block

    def drain(self, quiet=0.05):
        while block := self.read(quiet):
            self.seen += block

    def answer(self, key, patience=10):
        """Seconds from a key to the first that comes of it."""
        self.drain()
        began = time.monotonic()
        self.keys(key)
        self.seen += self.read(patience)
        return time.monotonic() - began

    def text(self):
        """All of the screen, drawn anew, as text without order of lines."""
        self.drain()
        self.seen = b""
        self.keys("\x0c")
        self.seen += self.read(5)
        self.drain()
        return ESCAPES.sub(b" ", self.seen).decode("utf-8", "replace")

    def wait(self, pattern, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.alive():
            if re.search(pattern, self.text()):
                return True
            self.read(0.2)
        return False

    def heard(self, pattern, seconds=60):
        """Does it come without being asked for? A message goes with the next key."""
        self.seen = b""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not re.search(pattern, ESCAPES.sub(b"", self.seen).decode("utf-8", "replace")):
            self.seen += self.read(0.2)
        return time.monotonic() < end

    def alive(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is None

    def end(self, seconds=30):
        """Until it ends; its exit code, None when it does not."""
        stop = time.monotonic() + seconds
        while self.alive() and time.monotonic() < stop:
            self.read(0.1)
        return self.code
