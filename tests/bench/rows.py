# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: a function a row, in the order of the table. Each returns Figures."""
import itertools, math, os, re, shutil, statistics, subprocess, sys, tempfile
import peers
from debian import Missing
from measure import Run, Terminal, pairs

ROWS = {}
SCOPE = "tag:bounce"


class Figure:
    """`ratio` to the reference beside it; `goal` is a bound of `value`, told as a comparison."""

    def __init__(self, what, told, reference="", value=None, goal=None, least=False):
        self.what, self.told, self.reference, self.value, self.goal, self.least = what, told, reference, value, goal, least

    @property
    def met(self):
        if self.goal is None:
            return None
        return self.value >= self.goal if self.least else self.value <= self.goal


def row(function):
    ROWS[function.__name__.replace("_", "-")] = function
    return function


class Bench:
    """What the rows need: the box, the programs, and how often. `sized` makes a box of another size."""

    def __init__(self, box, nixie, references, times, samples, sized):
        self.box, self.nixie, self.references, self.times, self.samples, self.sized = box, nixie, references, times, samples, sized
        self.scratch = tempfile.mkdtemp(prefix="bench-", dir=box.place)

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def run(self, *words, **more):
        return Run([self.nixie, *words], self.box.env, **more)

    def bare(self, *words, **more):
        return Run([self.references, *words], self.box.env, **more)

    def screen(self, *words, env=None, **more):
        return Terminal([self.nixie, "tui", *words], env or self.box.env, **more)

    def list_of(self, count):
        """A list of as many report files, of the box."""
        path = os.path.join(self.scratch, "list-%d" % count)
        with open(self.box.list) as file, open(path, "w") as out:
            out.writelines(line for _, line in zip(range(count), file))
        return path

    def family_list(self, count):
        """Our own samples of every family, in rotation: wordings that differ from mail to mail."""
        path = os.path.join(self.scratch, "families-%d" % count)
        with open(path, "w") as out:
            out.writelines(self.samples[i % len(self.samples)] + "\n" for i in range(count))
        return path

    def warm(self):
        """The cache holds every verdict, and the reports bear their tag."""
        self.run("scan")
        self.run("list", "--format=json-lines", "--", SCOPE)


def fine(ratio):
    return "%.2fx" % ratio


def seconds(value):
    return "%.3f s" % value


# --- Extraction, on one core: user and system time of all processes

def extract(bench, path):
    return bench.run("extract", "--jobs=1", "--format=json-lines", "--files-from=" + path).cpu


@row
def extraction(bench):
    count = min(bench.box.bounces, 20000)
    out = []
    for name, path in (("extract, the box's reports", bench.list_of(count)), ("extract, samples of every family", bench.family_list(count))):
        ours, parse, ratio = pairs(lambda: extract(bench, path), lambda: bench.bare("parse", stdin=path).cpu, bench.times)
        out.append(Figure(name, "%.0f/s" % (count / ours), "GMime parses %.0f/s (%s)" % (count / parse, fine(ours / parse)), count / ours, 25000, least=True))
    return out


@row
def jobs(bench):
    """More workers than one: what they gain is bounded by the processors, of which main takes its part."""
    count = min(bench.box.bounces, 20000)
    path, out = bench.list_of(count), []
    whole = lambda n: bench.run("extract", "--jobs=%d" % n, "--format=json-lines", "--files-from=" + path).wall
    for n in sorted({2, os.cpu_count()} - {1}):
        many, one, ratio = pairs(lambda: whole(n), lambda: whole(1), bench.times)
        out.append(Figure("extract --jobs=%d, by the clock" % n, "%.0f/s" % (count / many), "--jobs=1: %.0f/s (%s)" % (count / one, fine(1 / ratio))))
    return out


@row
def peers_extract(bench):
    """Reports a second of ours by that of each peer, on the same files; the files are fewer, since they are slow."""
    out = []
    for peer in peers.READERS:
        few = bench.family_list(700)
        many = bench.family_list(7000)
        try:
            command, env = peer.command(bench.box.env)
            ours, theirs, _ = pairs(lambda: extract(bench, many) / 7000, lambda: Run(command, env, stdin=few).cpu / 700, bench.times)
        except Missing as why:
            out.append(Figure("extract beside " + peer.name, "left out", str(why)))
            continue
        out.append(Figure("extract beside " + peer.name, "%.0fx" % (theirs / ours), "%s: %.0f/s" % (peer.name, 1 / theirs), theirs / ours, peer.goal, least=True))
    return out


@row
def growth_in_bytes(bench):
    """The same report with ever more attached to it: exponent of time over size. Exit 65: a limit cut some."""
    sample = open(bench.samples[0], "rb").read()
    points = []
    for size in (2, 8, 32, 128):
        path = os.path.join(bench.scratch, "big.eml")
        with open(path, "wb") as file:
            file.write(sample)
            for _ in range(size):
                file.write(b"The quick brown fox jumps over the lazy dog and writes to nobody@far.example\n" * (1 << 20 >> 6))
        points.append((size, min(bench.run("extract", "--jobs=1", "--format=json-lines", path, codes=(0, 65)).cpu for _ in range(3))))
        os.unlink(path)
    slope = exponent([(size, time) for size, time in points])
    return [Figure("growth with size, 2 to 128 MB", "exponent %.2f" % slope, "%s at the largest" % seconds(points[-1][1]), slope, 1.1)]


def growth(bench, what, write, sizes):
    """Exponent of the time of one mail that `write` makes in these sizes, the last of them the most that must be linear."""
    points, path = [], os.path.join(bench.scratch, "big.eml")
    for size in sizes:
        with open(path, "w") as file:
            write(file, size)
        points.append((size, min(bench.run("extract", "--jobs=1", "--format=json-lines", path, codes=(0, 65)).cpu for _ in range(3))))
        os.unlink(path)
    slope = exponent(points)
    return Figure("growth with %s, %d to %d" % (what, sizes[0], sizes[-1]), "exponent %.2f" % slope, "%s at the largest" % seconds(points[-1][1]), slope, 1.1)


HEAD = "From: MAILER-DAEMON@mx.example\nTo: desk@fennel.example\nSubject: Undelivered Mail\nDate: Mon, 27 Jul 2026 10:00:00 +0000\nMessage-ID: <big@mx.example>\n" \
    "MIME-Version: 1.0\n"


def write_recipients(file, count):
    file.write(HEAD + 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt failed.\n--b\n'
               "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n")
    for n in range(count):
        file.write("Final-Recipient: rfc822; user%d@far.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown user\n\n" % n)
    file.write("--b--\n")


def write_nested(file, levels):
    file.write(HEAD)
    for n in range(levels):
        file.write('Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n))
    file.write("Content-Type: text/plain\n\nThe end.\n")


@row
def growth_in_parts(bench):
    return [growth(bench, "recipients", write_recipients, (10000, 100000, 1000000)), growth(bench, "nesting", write_nested, (2000, 20000, 200000))]


def exponent(points):
    """Least squares in the logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)


# --- The screen

def first_row(bench):
    with bench.screen("--", SCOPE) as screen:
        return screen.wait(r"@[a-z0-9.-]+\.example")


@row
def first_screen(bench):
    bench.warm()
    ours, search, ratio = pairs(lambda: first_row(bench), lambda: Run(["notmuch", "search", "--limit=50", SCOPE], bench.box.env).wall, bench.times)
    out = [Figure("first row on the screen", seconds(ours), "notmuch search --limit=50: " + seconds(search), ratio, 1.5)]
    for peer in peers.CLIENTS:
        try:
            ours, theirs, ratio = pairs(lambda: first_row(bench), lambda: peer.first_row(bench.box, SCOPE), bench.times)
        except Missing as why:
            out.append(Figure("first row beside " + peer.name, "left out", str(why)))
            continue
        out.append(Figure("first row beside " + peer.name, fine(ratio), "%s: %s" % (peer.name, seconds(theirs)), ratio, peer.goal))
    return out


def settled(bench):
    """Seconds until the screen holds the whole list."""
    with bench.screen("--", SCOPE) as screen:
        return screen.wait_shown(r"\d+ found +\d+ shown")


def settled_anew(bench, turns=itertools.cycle("+-")):
    """After one message was tagged: the list that was kept is of before."""
    some = subprocess.run(["notmuch", "search", "--output=messages", "--limit=1", "--", SCOPE], env=bench.box.env, check=True, stdout=subprocess.PIPE, text=True).stdout
    Run(["notmuch", "tag", next(turns) + "bench", "--", some.strip()], bench.box.env)
    return settled(bench)


def settled_with_more(bench):
    """After ten new bounces were indexed and scanned, as by a hook."""
    bench.box.more(10)
    bench.run("scan")
    return settled(bench)


@row
def whole_list(bench):
    bench.warm()
    slots = lambda: bench.bare("slots", bench.box.config, SCOPE).wall
    ours, bare, ratio = pairs(lambda: settled(bench), slots, bench.times)
    listed, _, more = pairs(lambda: bench.run("list", "--format=json-lines", "--", SCOPE).wall, slots, bench.times)
    anew, _, again = pairs(lambda: settled_anew(bench), slots, bench.times)
    more_came, _, with_more = pairs(lambda: settled_with_more(bench), slots, bench.times)
    return [Figure("whole list on the screen, warm", seconds(ours), "bare slot loop: " + seconds(bare), ratio, 1.3),
            Figure("list --format=json-lines, warm", seconds(listed), "bare slot loop: %s (%s)" % (seconds(bare), fine(more))),
            Figure("whole list, after a message changed", seconds(anew), "bare slot loop: %s (%s)" % (seconds(bare), fine(again))),
            Figure("whole list, after ten new bounces", seconds(more_came), "bare slot loop: %s (%s)" % (seconds(bare), fine(with_more)))]


@row
def groups(bench):
    bench.warm()
    table = os.path.join(bench.scratch, "verdicts.db")
    if not os.path.exists(table):
        bench.bare("rows", table, str(bench.box.bounces))

    def ours():
        with bench.screen("--", SCOPE) as screen:
            screen.wait_shown(r"\d+ found +\d+ shown")
            screen.keys("gc")
            return screen.wait_shown(r"BOUNCES? +ADDR")

    took, bare, _ = pairs(ours, lambda: bench.bare("groups", table).wall, bench.times)
    return [Figure("groups by category on the screen", seconds(took), "SQLite GROUP BY: " + seconds(bare), took, 0.25 * max(1, bench.box.bounces / 100000))]


@row
def memory(bench):
    bench.warm()
    bound = 20e6 + 300 * bench.box.bounces
    with bench.screen("--", SCOPE) as screen:
        screen.wait_shown(r"\d+ found +\d+ shown")
        listed = screen.memory()
        screen.wait_idle()
        used = screen.memory()
    return [Figure("memory of the screen's process", "%.1f MB" % (used / 1e6), "20 MB + 300 bytes a bounce = %.1f MB; before letters are known %.1f MB" % (
        bound / 1e6, listed / 1e6), used / bound, 1)]


# --- The first reading, and what is new

def names_and_files(bench):
    """The least a first reading can be: seconds, and processor seconds."""
    names = os.path.join(bench.scratch, "names")
    both = [bench.bare("filenames", bench.box.config, SCOPE, stdout=names), bench.bare("read", stdin=names)]
    return sum(run.wall for run in both), sum(run.cpu for run in both)


@row
def first_scan(bench):
    """An empty cache is filled. The index bears all that a scan stores already, so that there is nothing to write:
    neither side writes to it. Processor time of both, since no number of workers is quicker than that by the cores."""
    worked = []

    def ours(jobs):
        bench.box.forget()
        run = bench.run("scan", "--jobs=%d" % jobs, "--", SCOPE)
        worked.append(run.cpu)
        return run.wall

    bench.warm()
    out, bare = [], lambda: names_and_files(bench)[0]
    for jobs, goal in ((1, 2), (2, 1.2)):
        took, least, ratio = pairs(lambda: ours(jobs), bare, bench.times)
        out.append(Figure("first scan, empty cache, %d worker%s" % (jobs, "s" * (jobs > 1)), seconds(took), "bare filenames + read: " + seconds(least), ratio, goal))
    least = statistics.median(names_and_files(bench)[1] for _ in range(bench.times))
    cpu = statistics.median(worked)
    out.append(Figure("its processor time, all processes", seconds(cpu), "bare: %s (%s); on %d cores no less than %s" % (
        seconds(least), fine(cpu / least), os.cpu_count(), seconds(cpu / os.cpu_count()))))
    return out


@row
def first_list(bench):
    """The same as rows of JSON, with letters looked up and reports compared."""
    def ours():
        bench.box.forget()
        return bench.run("list", "--format=json-lines", "--", SCOPE).wall

    bench.warm()
    took, least, ratio = pairs(ours, lambda: names_and_files(bench)[0], bench.times)
    return [Figure("list --format=json-lines, empty cache", seconds(took), "bare filenames + read: %s (%s)" % (seconds(least), fine(ratio)))]


@row
def hook(bench):
    """`scan` as a post-new hook runs it: processor time, since others wait for the disk. The goal is that it costs what is new."""
    bench.warm()
    bench.run("scan")
    out, scan = [], lambda: bench.run("scan").cpu
    nothing = min(scan() for _ in range(3))
    for new in (10, 100):
        took = []
        for _ in range(3):
            bench.box.more(new)
            took.append(scan())
        out.append(Figure("scan with %d new reports" % new, seconds(min(took)), "with none: " + seconds(nothing)))
    return out


@row
def growth_in_reports(bench):
    """From a tenth of the reports to all of them: exponent of the time."""
    small = Bench(bench.sized(max(20, bench.box.bounces // 10)), bench.nixie, bench.references, bench.times, bench.samples, bench.sized)
    whats = (("first scan, empty cache", lambda which: (which.box.forget(), which.run("scan", "--jobs=1", "--", SCOPE).cpu)[1]),
             ("list, empty cache", lambda which: (which.box.forget(), which.run("list", "--jobs=1", "--", SCOPE).cpu)[1]),
             ("list --format=json-lines, warm", lambda which: which.run("list", "--format=json-lines", "--", SCOPE).cpu))
    out = []
    try:
        small.warm(), bench.warm()
        for what, measure in whats:
            times = [statistics.median(measure(which) for _ in range(3)) for which in (small, bench)]
            slope = exponent([(small.box.bounces, times[0]), (bench.box.bounces, times[1])])
            out.append(Figure("growth: " + what, "exponent %.2f" % slope, "%s for %d, %s for %d" % (
                seconds(times[0]), small.box.bounces, seconds(times[1]), bench.box.bounces), slope, 1.1))
    finally:
        small.close()
    return out


@row
def keys(bench):
    """How long a key takes while reports load and group, and while the index is locked (keys.py)."""
    bench.warm()
    done = subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "keys.py"), "--bounces=%d" % bench.box.bounces],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, NIXIE=bench.nixie, NIXIE_BENCH_DIR=os.path.dirname(bench.box.place)))
    found = re.findall(r"^ {2,}(\S.*?) +([0-9.]+) ms  goal ([0-9.]+)", done.stdout, re.M)
    if not found:
        raise RuntimeError("keys.py: exit %d: %s" % (done.returncode, (done.stdout + done.stderr)[-300:]))
    return [Figure("keys: " + what[:46], took + " ms", "", float(took), float(goal)) for what, took, goal in found]


# --- Writing

@row
def bulk_tag(bench):
    bench.warm()

    def ours():
        took = bench.run("tag", "+bench", "--", SCOPE).wall
        bench.run("undo")
        return took

    def bare():
        took = bench.bare("tag", bench.box.config, SCOPE, "bench").wall
        bench.bare("untag", bench.box.config, SCOPE, "bench")
        return took

    took, least, ratio = pairs(ours, bare, bench.times)
    return [Figure("tag %d reports" % bench.box.bounces, seconds(took), "bare tag loop: " + seconds(least), ratio, 1.1)]


@row
def undo(bench):
    """What one key takes back, beside `notmuch tag` on the same messages. Both begin with the tag set."""
    bench.warm()
    count = min(500, bench.box.bounces // 2)

    def tagged():
        bench.run("tag", "+bench", "--limit=%d" % count, "--", SCOPE)

    def ours():
        tagged()
        return bench.run("undo").wall

    def bare():
        tagged()
        return Run(["notmuch", "tag", "-bench", "--", "tag:bench"], bench.box.env).wall

    took, least, ratio = pairs(ours, bare, bench.times)
    return [Figure("undo the tag of %d" % count, seconds(took), "notmuch tag: " + seconds(least), ratio, 1.1)]
