# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal of glass: a program on a pseudo terminal, what it sends as a picture, and when it was sent.

As much of xterm as curses uses; what is not known is passed over.
"""
import codecs, fcntl, os, pty, re, select, struct, termios, time, unicodedata

SEQUENCE = re.compile(r"\x1b\[([?>]?)([0-9;]*)([@-~])|\x1b[()][0-9AB]|\x1b\][^\x07]*\x07|\x1b[=>78MDEc]")


class Picture:
    """What a terminal shows after the text that it was fed."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.rows = [[" "] * width for _ in range(height)]
        self.y = self.x = 0
        self.last = " "
        self.rest = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def line(self, y):
        return "".join(self.rows[y]).rstrip()

    def text(self):
        return "\n".join(self.line(y) for y in range(self.height))

    def feed(self, block):
        text, at = self.rest + self.decoder.decode(block), 0
        self.rest = ""
        while at < len(text):
            c = text[at]
            if c == "\x1b":
                match = SEQUENCE.match(text, at)
                if not match:
                    if len(text) - at < 16:
                        self.rest = text[at:]
                        return
                    at += 1
                    continue
                at = match.end()
                if match.group(3) and not match.group(1):
                    self.sequence(match.group(3), [int(n or 0) for n in match.group(2).split(";")])
                continue
            at += 1
            if c == "\r":
                self.x = 0
            elif c == "\n":
                self.y = min(self.y + 1, self.height - 1)
            elif c == "\b":
                self.x = max(self.x - 1, 0)
            elif c >= " ":
                self.put(c)

    def put(self, c):
        cells = 0 if unicodedata.combining(c) or unicodedata.category(c) == "Cf" else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if not cells:
            return
        if self.x >= self.width:
            self.x, self.y = 0, min(self.y + 1, self.height - 1)
        self.rows[self.y][self.x:self.x + cells] = [c] + [""] * (cells - 1)
        self.x += cells
        self.last = c

    def sequence(self, kind, numbers):
        n = numbers[0] or 1
        row = self.rows[self.y]
        if kind in "Hf":
            self.y = min(n, self.height) - 1
            self.x = min((numbers[1] if len(numbers) > 1 else 1) or 1, self.width) - 1
        elif kind == "d":
            self.y = min(n, self.height) - 1
        elif kind in "G`":
            self.x = min(n, self.width) - 1
        elif kind == "A":
            self.y = max(self.y - n, 0)
        elif kind == "B":
            self.y = min(self.y + n, self.height - 1)
        elif kind == "C":
            self.x = min(self.x + n, self.width - 1)
        elif kind == "D":
            self.x = max(self.x - n, 0)
        elif kind == "b":
            for _ in range(n):
                self.put(self.last)
        elif kind == "X":
            row[self.x:self.x + n] = [" "] * len(row[self.x:self.x + n])
        elif kind == "K":
            a, b = ((self.x, self.width), (0, self.x + 1), (0, self.width))[numbers[0]]
            row[a:b] = [" "] * (b - a)
        elif kind == "J":
            first = self.y if numbers[0] == 0 else 0
            if first == self.y:
                row[self.x:] = [" "] * (self.width - self.x)
            for y in range(first + (numbers[0] == 0), self.height):
                self.rows[y] = [" "] * self.width
        elif kind == "P":
            del row[self.x:self.x + n]
            row += [" "] * (self.width - len(row))
        elif kind == "@":
            row[self.x:self.x] = [" "] * n
            del row[self.width:]


class Glass(Picture):
    def __init__(self, words, env, width=132, height=43):
        super().__init__(width, height)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(words[0], words, env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("hhhh", height, width, 0, 0))

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def look(self, seconds):
        """Takes what has come, waiting that long for something; False at the end of the program."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            block = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        self.feed(block)
        return bool(block)

    def wait(self, holds, seconds=30):
        """Seconds until it held; None when it never did."""
        begin = time.monotonic()
        while not holds(self):
            left = begin + seconds - time.monotonic()
            if left <= 0 or not self.look(left):
                return None
        return time.monotonic() - begin
