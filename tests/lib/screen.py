# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: a terminal (tmux) of a given size with a shell in it; keys go in, the screen is read.

Waiting is for something to show: each time the terminal gets bytes, the screen is looked at again.
"""
import os, re, select, shutil, subprocess, tempfile, time

PATIENCE = 60


def available():
    return shutil.which("tmux") is not None


class Screen:
    def __init__(self, home, width=80, height=24, env=None):
        self.socket = os.path.join(tempfile.mkdtemp(prefix="tmux-", dir=home.root), "socket")
        self.sent = b""
        fifo = self.socket + ".out"
        os.mkfifo(fifo)
        self.env = dict(home.env, PS1="ready> ", SHELL="/bin/sh", **(env or {}))
        self.env.pop("ENV", None)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", "-c", home.root, "-x", str(width), "-y", str(height), "exec sh -i")
        self.fd = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        self.tmux("pipe-pane", "-t", "t", "exec cat > '%s'" % fifo)
        self.wait("ready>")

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(self.fd)

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-S", self.socket, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env)
        if done.returncode:
            raise RuntimeError("tmux %s: %s" % (words, done.stderr.decode()))
        return done.stdout.decode("utf-8", "replace")

    def type(self, text):
        """Text as it is; a newline is Enter."""
        for i, line in enumerate(text.split("\n")):
            if i:
                self.keys("Enter")
            if line:
                self.tmux("send-keys", "-t", "t", "-l", "--", line)

    def keys(self, *names):
        """Keys by tmux's names: Enter, Escape, C-z, PageDown."""
        self.tmux("send-keys", "-t", "t", *names)

    def text(self):
        return self.tmux("capture-pane", "-p", "-t", "t")

    def lines(self):
        return self.text().split("\n")

    def ask(self, format):
        return self.tmux("display-message", "-p", "-t", "t", format).strip()

    def resize(self, width, height):
        self.tmux("resize-window", "-t", "t", "-x", str(width), "-y", str(height))

    def _drain(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                self.sent += os.read(self.fd, 1 << 16)
            except BlockingIOError:
                pass

    def flush(self):
        """At the shell's prompt: everything that was sent to the terminal so far is in `sent`."""
        self.type("printf 'all-%s' sent\n")
        end = time.monotonic() + PATIENCE
        while b"all-sent" not in self.sent and time.monotonic() < end:
            self._drain(PATIENCE)

    def wait(self, wanted, seconds=PATIENCE):
        """Until the pattern (or the function of the text) holds; returns the text, or None when it never did."""
        holds = wanted if callable(wanted) else re.compile(wanted).search
        end = time.monotonic() + seconds
        while True:
            text = self.text()
            if holds(text):
                whole = self.settle(0.05)  # what holds may be the first half of a drawing
                return whole if holds(whole) else text
            left = end - time.monotonic()
            if left <= 0:
                return None
            # What has been sent may still be on its way into tmux's picture of the screen.
            self._drain(min(left, 0.25))

    def settle(self, quiet=1):
        """Until nothing has been sent for that time; returns the text."""
        sent = -1
        while sent != len(self.sent):
            sent = len(self.sent)
            self._drain(quiet)
        return self.text()

    def pid(self):
        """The process that the shell runs in the foreground."""
        shell = self.ask("#{pane_pid}")
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open("/proc/%s/stat" % name) as fh:
                        fields = fh.read().rpartition(")")[2].split()
                except OSError:
                    continue
                if fields[1] == shell:
                    return int(name)
        return None
