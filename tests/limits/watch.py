# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program and watches what it and all its children take together."""
import os, subprocess, tempfile, threading, time

EVERY = 0.02  # seconds between two looks


def children(pid):
    found, at = [pid], 0
    while at < len(found):
        try:
            with open("/proc/%d/task/%d/children" % (found[at], found[at])) as file:
                found += map(int, file.read().split())
        except OSError:
            pass
        at += 1
    return found


def resident(pid):
    """Bytes in memory: its own, and its share of what it shares; what lies in the system's cache of files apart."""
    total = files = 0
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            for line in file:
                if line.startswith("Pss:"):
                    total = int(line.split()[1]) * 1024
                elif line.startswith("Pss_File:"):
                    files = int(line.split()[1]) * 1024
    except OSError:
        pass
    return total, files


class Watch:
    """`peak`: bytes resident of all at once, mapped files included; `own`: without those. `cpu`, `wall`: seconds."""

    def __init__(self, words, env, cwd=None):
        self.peak = self.own = 0
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begin = time.monotonic()
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env, cwd=cwd)
            ended = threading.Event()
            looker = threading.Thread(target=self.look, args=(child.pid, ended))
            looker.start()
            _, status, usage = os.wait4(child.pid, 0)
            self.wall = time.monotonic() - begin
            ended.set()
            looker.join()
            child.returncode = self.code = os.waitstatus_to_exitcode(status)
            self.cpu = usage.ru_utime + usage.ru_stime
            out.seek(0), err.seek(0)
            self.out, self.said = out.read(), err.read().decode("utf-8", "replace")

    def look(self, pid, ended):
        while not ended.wait(EVERY):
            both = [resident(one) for one in children(pid)]
            self.peak = max(self.peak, sum(total for total, _ in both))
            self.own = max(self.own, sum(total - files for total, files in both))
