# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench itself works: each row gives its figures on a small mailbox. What they are is no matter here."""
import os, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]
from nixie import Tap
from rows import ROWS

# Peers are fetched, big mails and keys take their time: those are for `make bench`.
LEFT = ("peers-extract", "growth-in-bytes", "growth-in-parts", "keys")
tap = Tap()
with tempfile.TemporaryDirectory(prefix="nixie-bench-") as place:
    for name in ROWS:
        if name in LEFT:
            continue
        done = subprocess.run([sys.executable, os.path.join(HERE, "bench.py"), "--size=200", "--times=1", "--rows=" + name, "--without-peers", "--boxes=" + place],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        lines = done.stdout.splitlines()
        tap.check(done.returncode == 0 and len(lines) >= 4, "a row of figures: " + name, done.stdout + done.stderr)
tap.end()
