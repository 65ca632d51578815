# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: a home of one's own, a real notmuch database, nixie run in it, results as TAP."""
import json, os, shutil, subprocess, sys, tempfile

SRCDIR = os.environ.get("SRCDIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
NIXIE = os.environ.get("NIXIE") or os.path.join(SRCDIR, "build", "nixie")
SAMPLES = os.path.join(SRCDIR, "data", "samples")


class Tap:
    """Checks counted as they are made; the plan is printed at the end, so a script that dies fails."""

    def __init__(self):
        self.n = self.failed = 0

    def check(self, good, name, detail=""):
        self.n += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.n, name), flush=True)
        if not good and detail != "":
            for line in str(detail).splitlines()[:60]:
                print("# " + line.encode("ascii", "backslashreplace").decode())
        return good

    def equal(self, got, want, name):
        return self.check(got == want, name, "got  %r\nwant %r" % (got, want))

    def skip(self, name, why):
        self.n += 1
        print("ok %d - %s # SKIP %s" % (self.n, name, why), flush=True)

    def parts(self, parts, *given):
        """Runs each; one that breaks off is a failure, and the next goes on."""
        for part in parts:
            try:
                part(*given)
            except Exception as error:
                self.check(False, "%s runs to its end" % part.__name__, repr(error))

    def end(self):
        print("1..%d" % self.n)
        sys.exit(1 if self.failed else 0)


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def text(self):
        return self.out.decode("utf-8", "replace")

    @property
    def said(self):
        return self.err.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]

    def __repr__(self):
        return "exit %d\nstdout %s\nstderr %s" % (self.code, self.text[:2000], self.said[:2000])


class Home:
    """A temporary home: no test sees or touches the user's own."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="nixie-test-")
        self.mail = os.path.join(self.root, "mail")
        self.config = os.path.join(self.root, "notmuch-config")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "NOTMUCH_", "NIXIE", "LC_", "LANG"))}
        self.env.update(HOME=self.root, LC_ALL="C.UTF-8", TERM="xterm-256color",
                        NIXIE_DATADIR=os.environ.get("NIXIE_DATADIR", os.path.join(SRCDIR, "data")),
                        NIXIE_LOCALEDIR=os.environ.get("NIXIE_LOCALEDIR", os.path.join(os.path.dirname(NIXIE), "locale")),
                        NOTMUCH_CONFIG=self.config, TMPDIR=self.root)
        for name, place in (("CONFIG", ".config"), ("DATA", ".local/share"), ("STATE", ".local/state"), ("CACHE", ".cache")):
            self.env["XDG_%s_HOME" % name] = os.path.join(self.root, place)
        # The sanitizers' leak check forks and traces; the test of leaks is its own.
        self.env.setdefault("ASAN_OPTIONS", "detect_leaks=0")

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        subprocess.run(["chmod", "-R", "u+rwx", self.root], check=False)
        shutil.rmtree(self.root, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.root, *names)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as fh:
            fh.write(data if isinstance(data, bytes) else data.encode())
        return path

    # The time limit is for what never ends: on a busy machine, under sanitizers, all takes many times as long.
    def nixie(self, *words, stdin=b"", env=None, timeout=600, both=False, **more):
        return Result(subprocess.run([NIXIE, *map(os.fspath, words)], input=stdin, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT if both else subprocess.PIPE, env=dict(self.env, **(env or {})), cwd=self.root,
                                     timeout=timeout, **more))

    def notmuch(self, *words, check=True, stdin=b""):
        done = subprocess.run(["notmuch", *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env)
        if check and done.returncode:
            raise RuntimeError("notmuch %s: %s" % (" ".join(words), done.stderr.decode("utf-8", "replace")))
        return done.stdout.decode("utf-8", "replace")

    def make_index(self, source=SAMPLES, own="support@support.example"):
        """A notmuch database over a copy of the .eml files below `source`, in one Maildir each folder."""
        for folder, _, names in os.walk(source):
            box = os.path.join(self.mail, os.path.relpath(folder, source))
            for name in sorted(names):
                if not name.endswith(".eml"):
                    continue
                for sub in ("cur", "new", "tmp"):
                    os.makedirs(os.path.join(box, sub), exist_ok=True)
                shutil.copy(os.path.join(folder, name), os.path.join(box, "cur", name + ":2,S"))
        with open(self.config, "w") as fh:
            fh.write("[database]\npath=%s\n[user]\nname=Helpdesk\nprimary_email=%s\n[new]\ntags=inbox\n" % (self.mail, own))
        self.notmuch("new")

    def dump(self):
        return self.notmuch("dump", "--include=tags", "--include=properties")

    def revision(self):
        return self.notmuch("count", "--lastmod", "*").split()[-1]
