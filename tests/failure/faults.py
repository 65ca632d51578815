# SPDX-License-Identifier: GPL-3.0-or-later
"""For the tests beside this: runs of nixie in which one call fails (shim.c), and homes that go back to what they were."""
import mmap, os, shlex, shutil, struct, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap  # noqa: F401

CALLS = ("read", "write", "open", "rename", "fsync", "ftruncate", "mkdir", "close", "alloc", "change")
STATE = struct.Struct("%di i 256s" % len(CALLS))


class Preloaded:
    """A library made of a source beside this, for LD_PRELOAD; `trouble` says why not."""

    def __init__(self, home, name):
        self.home, self.library = home, home.path(name + ".so")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".c")
        made = subprocess.run([*shlex.split(os.environ.get("CC") or "cc"), "-O1", "-shared", "-fPIC", "-o", self.library, source, "-ldl"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        linked = subprocess.run(["ldd", NIXIE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        self.trouble = made.stdout.decode() if made.returncode else "a sanitizer has these calls already" if b"san.so" in linked else ""


class Shim(Preloaded):
    """shim.c, and what its processes count together."""

    def __init__(self, home):
        super().__init__(home, "shim")
        self.state = home.path("shim.state")

    def env(self, call=None, at=0, how="", stay=False, large=1 << 16, skip="/.notmuch/"):
        with open(self.state, "wb") as fh:
            fh.write(bytes(STATE.size))
        env = {"LD_PRELOAD": self.library, "SHIM_STATE": self.state, "SHIM_ROOT": self.home.root, "SHIM_LARGE": str(large)}
        if call:
            env.update(SHIM_CALL=call, SHIM_AT=str(at), SHIM_HOW=how)
        if skip:
            env["SHIM_SKIP"] = skip
        if stay:
            env["SHIM_STAY"] = "1"
        return env

    def seen(self):
        """Calls by kind, how many failed, and the file of the first."""
        with open(self.state, "rb") as fh:
            *counts, hits, where = STATE.unpack(fh.read(STATE.size))
        return dict(zip(CALLS, counts)), hits, where.rstrip(b"\0").decode("utf-8", "replace")


class Saved:
    """Folders of a home as they are now, and back to that."""

    def __init__(self, home, *names, place="saved"):
        self.home, self.names, self.place = home, names, home.path(place)
        shutil.rmtree(self.place, ignore_errors=True)
        for name in names:
            if os.path.isdir(home.path(name)):
                shutil.copytree(home.path(name), os.path.join(self.place, name), symlinks=True)

    def restore(self):
        for name in self.names:
            shutil.rmtree(self.home.path(name), ignore_errors=True)
            if os.path.isdir(os.path.join(self.place, name)):
                shutil.copytree(os.path.join(self.place, name), self.home.path(name), symlinks=True)


def samples_index(home, n):
    """`n` of the samples in a folder of the home and in its index; the clock stands."""
    home.env["NIXIE_NOW"] = "1785240000"
    folder = os.path.join(SRCDIR, "data", "samples")
    os.makedirs(home.path("few"))
    for name in [name for name in sorted(os.listdir(folder)) if name.startswith(("exim-", "postfix-", "gmail-", "outlook-"))][:n]:
        shutil.copy(os.path.join(folder, name), home.path("few"))
    home.make_index(home.path("few"))


def files_below(*places):
    """What is there: {path: bytes}."""
    found = {}
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names:
                try:
                    with open(os.path.join(folder, name), "rb") as fh:
                        found[os.path.join(folder, name)] = fh.read()
                except FileNotFoundError:
                    pass  # a process that is ending has taken it away
    return found


def leftovers(home):
    """Temporaries of ours that nothing will ever take away."""
    return [path for path in files_below(*map(home.path, ("out", ".local", ".cache", ".config"))) if path.endswith(".tmp")]
