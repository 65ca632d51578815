# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: the seeded mailbox of tests/mailbox, indexed, in a home of its own; nixie's clock stands in it."""
import os, sys
from nixie import Home
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mailbox"))
import generate


class Mailbox(Home):
    """`told`: what must be seen, as in expected.json. `marks`: are the operator's retries set?"""

    def __init__(self, bounces=0, marks=True, now=generate.NOW, seed=1):
        super().__init__()
        self.told = generate.generate(self.root, bounces, now, seed)
        self.env.update(NIXIE_NOW=str(now), TZ="UTC")
        generate.index(self.root, self.env, marks)

    def shown(self):
        """The rows of the list, by report and address; those that are folded under another are not among them."""
        return {(row["id"], row["address"]): row for row in self.told["rows"] if not row["under"]}

    def rows(self, *words):
        got = self.nixie("list", "--format=json-lines", "--per=recipient", *words)
        if got.code:
            raise RuntimeError(got)
        return got.lines()
