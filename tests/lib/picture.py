# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: what a terminal shows after the bytes that were sent to it, and what they have set on it.

As much of xterm as curses uses; what is not known is passed over.
"""
import codecs, re, unicodedata

SEQUENCE = re.compile(r"\x1b\[([?>]?)([0-9;]*)([@-~])|\x1b[()][0-9AB]|\x1b\][^\x07]*\x07|\x1b[=>78MDEc]")
ALTERNATE, CURSOR, PASTE = "?1049", "?25", "?2004"
OFF = {22: {1, 2}, 24: {4}, 27: {7}, 39: {"foreground"}, 49: {"background"}}
MOUSE = ("?1000", "?1002", "?1003", "?1006")


class Picture:
    """`lingers`: the cursor stays in the last column until the next character (xenl), as that of xterm does."""

    def __init__(self, width, height, lingers=True):
        self.width, self.height, self.lingers = width, height, lingers
        self.rows = self.empty()
        self.below = None  # the normal screen while the alternate one is shown
        self.y = self.x = self.top = 0
        self.bottom = height - 1  # of what scrolls
        self.last, self.rest = " ", ""
        self.modes = {CURSOR}
        self.looks = set()  # attributes and colours that are on
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def empty(self):
        return [[" "] * self.width for _ in range(self.height)]

    def resize(self, width, height):
        self.width, self.height = width, height
        self.rows = [(row + [" "] * width)[:width] for row in self.rows[:height]]
        self.rows += self.empty()[len(self.rows):]
        self.y, self.x = min(self.y, height - 1), min(self.x, width - 1)
        self.top, self.bottom = 0, height - 1

    def line(self, y):
        return "".join(self.rows[y]).rstrip()

    def lines(self):
        return [self.line(y) for y in range(self.height)]

    def text(self):
        return "\n".join(self.lines())

    def is_left(self):
        """As a program should leave it: the normal screen, a cursor, nothing switched on."""
        return not self.looks and self.modes == {CURSOR}

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
                if match.group(3):
                    self.sequence(match.group(1), match.group(2), match.group(3))
                elif match.group(0) == "\x1bM":
                    self.up()
                continue
            at += 1
            if c == "\r":
                self.x = 0
            elif c == "\n":
                self.down()
            elif c == "\b":
                self.x = max(self.x - 1, 0)
            elif c >= " ":
                self.put(c)

    def down(self):
        if self.y == self.bottom:
            self.scroll(self.top, 1)
        else:
            self.y = min(self.y + 1, self.height - 1)

    def up(self):
        if self.y == self.top:
            self.scroll(self.top, -1)
        else:
            self.y = max(self.y - 1, 0)

    def scroll(self, first, n):
        """The rows from `first` to the bottom of what scrolls: n of them go up, or down when it is negative."""
        rows = self.rows[first:self.bottom + 1]
        n = max(min(n, len(rows)), -len(rows))
        new = [[" "] * self.width for _ in range(abs(n))]
        self.rows[first:self.bottom + 1] = rows[n:] + new if n > 0 else new + rows[:len(rows) + n]

    def put(self, c):
        cells = 0 if unicodedata.combining(c) or unicodedata.category(c) == "Cf" else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if not cells:
            return
        if self.x >= self.width:
            self.x, self.y = 0, min(self.y + 1, self.height - 1)
        self.rows[self.y][self.x:self.x + cells] = [c] + [""] * (cells - 1)
        self.x += cells
        self.last = c
        if self.x >= self.width and not self.lingers:
            self.x = 0
            self.down()

    def sequence(self, private, parameters, kind):
        if kind in "hl" and private == "?":
            for number in parameters.split(";"):
                self.set("?" + number, kind == "h")
        elif kind == "m":
            self.look([int(n or 0) for n in parameters.split(";")])
        elif not private:
            self.move_or_erase(kind, [int(n or 0) for n in parameters.split(";")])

    def look(self, numbers):
        while numbers:
            n = numbers.pop(0)
            if n == 0:
                self.looks.clear()
            elif n in (22, 24, 27, 39, 49):
                self.looks -= OFF[n]
            elif n != 10:  # the first font, which ansi and linux ask for with each reset
                self.looks.add("foreground" if n // 10 in (3, 9) else "background" if n // 10 in (4, 10) and n > 9 else n)
            if n in (38, 48):
                del numbers[:2 if numbers[:1] == [5] else 4]

    def set(self, mode, on):
        if mode == ALTERNATE and on != (mode in self.modes):
            self.rows, self.below = (self.empty(), self.rows) if on else (self.below, None)
            self.resize(self.width, self.height)
        if mode not in ("?1", "?7", "?12"):  # of the keys, of margins, of a cursor that blinks
            (self.modes.add if on else self.modes.discard)(mode)

    def move_or_erase(self, kind, numbers):
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
        elif kind == "r":
            self.top, self.bottom = n - 1, min((numbers[1] if len(numbers) > 1 else 0) or self.height, self.height) - 1
            self.y = self.x = 0
        elif kind in "LM":
            self.scroll(self.y, -n if kind == "L" else n)
        elif kind in "ST":
            self.scroll(self.top, n if kind == "S" else -n)
        elif kind == "P":
            del row[self.x:self.x + n]
            row += [" "] * (self.width - len(row))
        elif kind == "@":
            row[self.x:self.x] = [" "] * n
            del row[self.width:]
