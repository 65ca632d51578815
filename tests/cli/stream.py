# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie extract --files-from=- as a filter without a state: it answers as names come, in their order, and keeps nothing."""
import json, os, select, signal, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Home, Tap

tap = Tap()
SECONDS = 60
WORDS = ["extract", "--files-from=-", "--format=json-lines", "--per=recipient", "--quiet"]
BOUNCE = ("From: MAILER-DAEMON@mx.example.org\nTo: desk@example.org\nSubject: Undelivered Mail Returned to Sender\n"
          "Date: Mon, 27 Jul 2026 08:09:10 +0200\nMessage-ID: <r%d@mx.example.org>\nMIME-Version: 1.0\n"
          "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNot delivered.\n--b\n"
          "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
          "Final-Recipient: rfc822; user%d@b.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user\n\n--b--\n")


class Filter:
    def __init__(self, home, *more):
        self.run = subprocess.Popen([NIXIE, *WORDS, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=home.env, cwd=home.root)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.run.kill()
        self.run.wait()
        for pipe in (self.run.stdin, self.run.stdout, self.run.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def put(self, text):
        self.run.stdin.write(text.encode())
        self.run.stdin.flush()

    def line(self):
        while b"\n" not in self.rest:
            if not select.select([self.run.stdout], [], [], SECONDS)[0]:
                return None
            got = os.read(self.run.stdout.fileno(), 65536)
            if not got:
                return None
            self.rest += got
        line, _, self.rest = self.rest.partition(b"\n")
        return json.loads(line)

    def pass_on(self, paths):
        """Writes the names a thousand at a time and reads what comes back; the addresses."""
        found = []
        for at in range(0, len(paths), 1000):
            some = paths[at:at + 1000]
            self.put("".join(path + "\n" for path in some))
            found += [self.line()["address"] for _ in some]
        return found

    def kilobytes(self):
        """What this process, and its children, have for themselves."""
        pids, total = [self.run.pid], 0
        for pid in pids:
            with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
                pids += map(int, file.read().split())
            with open("/proc/%d/status" % pid) as file:
                total += int(next(line for line in file if line.startswith("RssAnon:")).split()[1])
        return total

    def end(self):
        self.run.stdin.close()
        return self.run.wait(SECONDS)


def answers(home, paths):
    with Filter(home) as filter:
        got = []
        for path in paths[:5]:
            filter.put(path + "\n")
            got.append((filter.line() or {}).get("file"))
        tap.equal(got, paths[:5], "each name is answered before the next is asked")
        filter.put(paths[5])
        tap.check(not select.select([filter.run.stdout], [], [], 0)[0], "half a line is no name")
        filter.run.stdin.write(b"\r")
        filter.put("\n" + paths[6] + "\r\n\n\n")
        tap.equal([filter.line()["file"] for _ in range(2)], paths[5:7], "ends of lines as they may be, empty ones left out")
        filter.put(home.path("gone.eml") + "\n")
        gone = filter.line()
        tap.check(gone["file"].endswith("gone.eml") and gone["error"], "what cannot be read is an answer, too", gone)
        filter.put(paths[7])
        filter.run.stdin.close()
        last = filter.line()
        tap.check(last["file"] == paths[7] and filter.run.wait(SECONDS) == 65, "a last line without an end counts; exit 65 for the one that was unreadable")
    with Filter(home) as filter:
        tap.equal(filter.end(), 0, "no names: exit 0")


def order(home, paths):
    want = ["user%d@b.example" % n for n in range(len(paths))]
    with Filter(home, "--jobs=3") as filter:
        tap.equal(filter.pass_on(paths), want, "the answers stand in the order of the names, whoever was first")
        tap.equal(filter.end(), 0, "exit 0")
    alone = home.nixie(*WORDS, "--jobs=1", stdin="".join(path + "\n" for path in paths).encode()).out
    tap.equal(home.nixie(*WORDS, "--jobs=3", stdin="".join(path + "\n" for path in paths).encode()).out, alone, "as many jobs as one likes: the same bytes")


def memory(home, paths):
    """Names without end: what it holds after ten times as many is what it held before."""
    home.env["ASAN_OPTIONS"] += ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"  # which holds what was given back
    with Filter(home, "--jobs=1") as filter:
        filter.pass_on(paths * 2)
        before = filter.kilobytes()
        filter.pass_on(paths * 20)
        after = filter.kilobytes()
    tap.check(after - before < 1024, "ten times as many names take no more memory", "%d kB, then %d kB" % (before, after))


def ends(home, paths):
    with Filter(home) as filter:
        filter.put(paths[0] + "\n")
        filter.line()
        filter.run.stdout.close()
        try:
            for _ in range(200):
                filter.put("".join(path + "\n" for path in paths[:100]))
        except BrokenPipeError:
            pass
        code = filter.run.wait(SECONDS)
        said = filter.run.stderr.read()
        tap.check(code in (-signal.SIGPIPE, 128 + signal.SIGPIPE, 0) and not said, "nobody reads any more: it ends without a word", (code, said))
    long = home.nixie(*WORDS, stdin=b"x" * (3 << 20))
    tap.check(long.code == 66 and "names of files" in long.said, "a line without end is no list", long)
    tap.equal(home.nixie("extract", "--files-from=" + home.path("none")).code, 66, "a list that is not there")


with Home() as home:
    paths = [home.write("in/%04d.eml" % n, BOUNCE % (n, n)) for n in range(1000)]
    tap.parts([answers, order, memory, ends], home, paths)
tap.end()
