# SPDX-License-Identifier: GPL-3.0-or-later
"""What nixie writes is for its user alone, whatever the umask; no process leaves a core; no log holds an address."""
import contextlib, glob, os, re, shutil, signal, subprocess
from faults import NIXIE, SRCDIR, Home, Tap, samples_index
from console import Console
from lock import hold

tap = Tap()
NOBODY = 65534
REFUSED = "550 5.7.0 the zeppelin is moored at jane@corp.example"
COMMANDS = [  # all that leave a file
    ("list", "*"), ("tag", "+mark", "--", "*"), ("undo",), ("redo",), ("scan",), ("retry", "--", "*"), ("suppress", "--", "*"),
    ("export", "--output=out/export.csv", "*"), ("list", "--output=out/list", "*"), ("stats", "--output=out/stats"), ("extract", "--output=out/extract", "few"),
    ("rules", "bundle", "--output=out/bundle", "few/exim-bad-address.eml"), ("rules", "correct", "--as=mail-loop", REFUSED), ("list", "--maildir=few"),
    ("demo", "--list"),
]


def loose(box):
    """Files and folders of nixie that others could read."""
    bad = []
    for place in (".local", ".cache", ".config", "out"):
        for folder, folders, names in os.walk(box.path(place)):
            for name in folders + names:
                path = os.path.join(folder, name)
                # The folders above nixie's own are the user's.
                if "/nixie" in path + "/" or place == "out":
                    mode = os.lstat(path).st_mode & 0o777
                    if mode & 0o077:
                        bad.append("%o %s" % (mode, os.path.relpath(path, box.root)))
    return bad


def files(box):
    os.makedirs(box.path("out"), mode=0o700)
    for words in COMMANDS:
        got = box.nixie(*words, umask=0)
        tap.check(got.code in (0, 65) and not loose(box), "umask 0: %s" % " ".join(words[:2]), "%r\n%s" % (got, "\n".join(loose(box))))
    with Console([NIXIE, "tui", "*"], box.env) as terminal:
        terminal.wait("found")
        terminal.keys("l category:mailbox-full\n")
        terminal.drain(0.3)
        terminal.keys("Q")
        terminal.end()
    tap.check(os.path.exists(box.path(".local", "state", "nixie", "history")) and not loose(box), "and what was typed at a prompt", loose(box))
    places = {path.split("/nixie/")[1].split("/")[0] for path in glob.glob(box.path(".local", "*", "nixie", "*")) + glob.glob(box.path(".cache", "nixie", "*"))}
    tap.check({"journal", "suppress", "scan", "history"} <= places, "all places were there to look at", places)


def tree(pid):
    """The process and all below it, by name of role where /proc tells."""
    found = [pid]
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as fh:
                fields = fh.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += tree(int(path.split("/")[2]))
    return found


def core_limit(pid):
    with open("/proc/%d/limits" % pid) as fh:
        return re.search(r"Max core file size +(\S+)", fh.read())[1]


def cores(box):
    """The screen with a writer that waits for the lock: all kinds of processes at once."""
    readable = os.geteuid() == 0
    if readable:  # who is not root sees by the owner of /proc/PID what is hidden
        subprocess.run(["chmod", "-R", "a+rwX", box.root], check=True)
        shutil.copytree(box.env["NIXIE_DATADIR"], box.path("data"))
        shutil.copy(NIXIE, box.path("nixie"))
    env = dict(box.env, **({"NIXIE_DATADIR": box.path("data")} if readable else {}))
    program = ["/usr/bin/setpriv", "--reuid=%d" % NOBODY, "--clear-groups", box.path("nixie")] if readable else [NIXIE]
    lock = hold(os.path.join(box.mail, ".notmuch", "xapian", "flintlock"))
    with Console(["/bin/sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh", *program, "tui", "--watch-seconds=0", "*"], env) as terminal:
        terminal.wait(r"found +\d+ shown")
        quiet = set(tree(terminal.pid))
        terminal.keys("+held\n\n")
        terminal.until(lambda: set(tree(terminal.pid)) - quiet)
        pids = tree(terminal.pid)
        waiting = set(pids) - quiet
        for pid in waiting:  # else it soon gives up, and is gone while it is looked at
            os.kill(pid, signal.SIGSTOP)
        limits = {pid: core_limit(pid) for pid in pids}
        tap.check(len(pids) >= 4 and set(limits.values()) <= {"0", "1"}, "%d processes, none may write a core" % len(pids), limits)
        if readable:
            shown = [pid for pid in pids if os.stat("/proc/%d/mem" % pid).st_uid == NOBODY]
            tap.check(len(shown) <= 2, "and but for the writer and the spawner none is open to others of the user", (pids, shown))
        os.kill(terminal.pid, signal.SIGSEGV)
        tap.equal(terminal.end(), -signal.SIGSEGV, "the screen dies of SIGSEGV")
        for pid in waiting:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        tap.equal([path for path in glob.glob(box.path("**", "core*"), recursive=True) if os.path.isfile(path)], [], "and leaves no core")
    os.close(lock)


def logs(box):
    """stderr of commands that are not asked for addresses, with all that GLib and nixie would log."""
    rows = box.nixie("list", "--format=json-lines", "--per=recipient", "*").lines()
    addresses = {row["address"] for row in rows if row["address"]}
    tap.check(len(addresses) > 8, "addresses to look for")
    for words in (("scan", "--verbose"), ("tag", "--verbose", "+quiet", "--", "*"), ("undo", "--verbose"), ("stats", "--verbose"), ("suppress", "--verbose", "--", "*"),
                  ("retry", "--verbose", "--", "*"), ("export", "--verbose", "--output=out/more", "*"), ("list", "--verbose", "--output=out/rows", "*"), ("log", "--verbose"), ("doctor", "--verbose")):
        got = box.nixie(*words, env={"G_MESSAGES_DEBUG": "all"})
        said = got.said + (got.text if words[0] in ("log", "doctor") else "")
        tap.check(not any(address in said for address in addresses), "%s says none" % words[0], said)
    text = b"".join(open(path, "rb").read() for path in glob.glob(box.path(".local", "state", "nixie", "journal", "*"))).decode()
    marks = [line for line in text.splitlines() if any(address in line for address in addresses) and not line.startswith("#= ")]
    tap.equal(marks, [], "the journal has addresses in the properties that were set, and nowhere else")


def main():
    with Home() as box:
        samples_index(box, 14)
        files(box)
        logs(box)
        cores(box)
    tap.end()


main()
