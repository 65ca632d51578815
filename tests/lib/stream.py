# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: nixie on a terminal of its own (a bare pty), and a judge of each byte that it sends there.

The judge is a state machine that knows the few sequences curses uses with TERM=xterm-256color; all else is a fault:
other controls, other sequences, known ones with other parameters, bytes that are no UTF-8, characters that hide or turn.
"""
import fcntl, os, pty, re, select, signal, struct, termios, time
import unicodedata

PATIENCE = 120
MODES = {"?1049", "?1", "?7", "?12", "?25", "4", "?12;25", "?2004"}  # set and reset by terminfo's strings, and bracketed paste
NUMBERS = re.compile(r"(\d{1,3}(;\d{1,3})?)?")
COLOURS = re.compile(r"(\d{1,3}(;\d{1,3})*)?")
FINALS = {**{c: NUMBERS for c in "HABCDGdJKLMPXST@rbZ"}, "m": COLOURS, "t": re.compile(r"2[23];0;0")}
HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
                    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]")
RIGHT_TO_LEFT = ("R", "AL")


class Judge:
    def __init__(self):
        self.state, self.parameters, self.wide, self.fault, self.marks, self.turned = "ground", "", b"", None, 0, False
        self.before = b""

    def feed(self, data):
        """True while all is well; `fault` says what came first."""
        for at, byte in enumerate(data):
            if self.fault:
                return False
            wrong = getattr(self, self.state)(byte)
            if wrong:
                self.fault = "%s: %r" % (wrong, (self.before + data)[max(len(self.before) + at - 60, 0):len(self.before) + at + 20])
        self.before = (self.before + data)[-60:]
        return not self.fault

    def ground(self, byte):
        if byte == 0x1b:
            self.state = "escape"
        elif byte >= 0x80:
            self.wide, self.state = bytes([byte]), "utf8"
            return self.character()
        elif byte < 0x20 or byte == 0x7f:
            return None if byte in b"\r\n\b" else "control %02x" % byte
        else:
            self.marks = 0
            if chr(byte).isalpha():
                self.turned = False
        return None

    def utf8(self, byte):
        self.wide += bytes([byte])
        return self.character()

    def character(self):
        try:
            c = self.wide.decode()
        except UnicodeDecodeError as error:
            return None if error.reason == "unexpected end of data" and len(self.wide) < 4 else "no UTF-8"
        self.state = "ground"
        if c == "\u200e" and self.turned:  # the one mark that nixie itself sends, behind letters from right to left
            self.turned = False
            return None
        self.turned = self.turned or unicodedata.bidirectional(c) in RIGHT_TO_LEFT
        self.marks = self.marks + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        if HIDDEN.match(c) or unicodedata.category(c) in ("Cc", "Cs"):
            return "hidden U+%04X" % ord(c)
        return "marks on marks" if self.marks > 2 else None

    def escape(self, byte):
        c = chr(byte)
        self.parameters = ""
        self.state = {"[": "sequence", "(": "charset"}.get(c, "ground")
        return None if c in "[(=>78M" else "sequence ESC %r" % c

    def charset(self, byte):
        self.state = "ground"
        return None if byte in b"B0" else "character set %r" % chr(byte)

    def sequence(self, byte):
        c = chr(byte)
        if c in "0123456789;?" and len(self.parameters) < 40:
            self.parameters += c
            return None
        self.state = "ground"
        if c in "hl":
            good = self.parameters in MODES
        else:
            good = c in FINALS and FINALS[c].fullmatch(self.parameters)
        return None if good else "sequence CSI %s%s" % (self.parameters, c)


class Terminal:
    """A program on a pty; `keys` types and waits until it has drawn what they ask for and rests."""

    def __init__(self, words, env, cwd, rows=30, columns=110):
        self.judge, self.sent, self.gone, self.status = Judge(), 0, False, None
        self.text = b""  # the last that came
        self.fd, self.slave = pty.openpty()
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(self.slave, fd)
            os.closerange(3, 64)
            os.chdir(cwd)
            os.execve(words[0], words, dict(env, TERM="xterm-256color"))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.slave)
        os.close(self.fd)

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            data = b""
        self.gone = self.gone or not data
        self.sent += len(data)
        self.text = (self.text + data)[-200000:]
        self.judge.feed(data)
        return bool(data)

    def family(self):
        """The program and all its children: their states, and how often they were put to sleep or woken."""
        out, left = [], [self.pid]
        while left:
            pid = left.pop()
            try:
                with open("/proc/%d/status" % pid) as file:
                    status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
                with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
                    left += map(int, children.read().split())
            except OSError:
                continue
            out.append((pid, status["State"][0], status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"]))
        return out

    def waiting(self):
        """Typed, and not read yet."""
        return struct.unpack("i", fcntl.ioctl(self.slave, termios.FIONREAD, b"\0\0\0\0"))[0]

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None

    def settle(self, looks=1):
        """Until nothing comes, nothing typed is left unread, and every process sleeps without having run between the looks."""
        end, before, same = time.monotonic() + PATIENCE, None, 0
        while time.monotonic() < end:
            if self.read(0.004):
                before = None
                continue
            if self.ended():
                return
            now = self.family()
            resting = not self.waiting() and all(member[1] in "SI" for member in now)
            same = same + 1 if resting and now == before else 0
            if same >= looks:
                return
            before = now if resting else None
        raise RuntimeError("it never rests: %s" % self.family())

    def keys(self, *keys):
        for key in keys:
            os.write(self.fd, key.encode() if isinstance(key, str) else key)
            self.settle()

    def wait(self, word):
        """Until the word has been sent."""
        end = time.monotonic() + PATIENCE
        while word.encode() not in self.text and time.monotonic() < end and not self.ended():
            self.read(0.1)
        return word.encode() in self.text
