# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail server of Debian in a directory of the test's own.

Its packages are fetched (apt-get download) and unpacked (dpkg -x), never installed: Debian's mail
servers remove each other. The directory is a root of its own (chroot), with an /etc of our making:
users, hosts and resolver of the server are files of the test. What libraries it lacks come as
packages too, the others are copied from the system.
"""
import os, re, shutil, signal, subprocess

from debian import DEBIAN, Missing, extract, fetched, run

INSIDE = {"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C"}
# Users by the numbers of the test; the servers give up root for them.
USERS = {"root": 0, "nobody": 65534, "daemon": 1, "postfix": 64101, "postdrop": 64102, "Debian-exim": 64103, "opensmtpd": 64104,
         "opensmtpq": 64105, "mlmmj": 64106, "mail": 8, "ann": 64111, "full": 64112}


def programs(top):
    for place, _, names in os.walk(top):
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    if file.read(4) == b"\x7fELF":
                        yield path


class Box:
    """First build(), with the network and no privilege; then furnish(), as root of the namespace."""

    def __init__(self, root, store):
        self.root, self.store, self.server = root, store, None

    def build(self, packages):
        shutil.rmtree(self.root, ignore_errors=True)
        if os.path.exists(self.root):
            raise Missing("%s is left from an earlier run and cannot be removed" % self.root)
        for name in ("bin", "sbin", "lib", "lib64"):
            os.makedirs(os.path.join(self.root, "usr", name))
            os.symlink("usr/" + name, os.path.join(self.root, name))
        for name in ("etc", "dev", "tmp", "proc", "run", "var/log", "var/mail", "var/spool", "var/lib"):
            os.makedirs(os.path.join(self.root, name))
        os.symlink("../run", os.path.join(self.root, "var/run"))
        self.unpack(packages)
        self.complete()

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def make(self, name, owner="root", mode=0o755, group=None):
        os.makedirs(self.path(name), exist_ok=True)
        self.own(name, owner, group)
        self.mode(name, mode)

    def own(self, name, owner, group=None):
        try:
            os.chown(self.path(name), USERS[owner], USERS[group or owner])
        except OSError:
            raise Missing("it wants users of its own: run it as root, or install uidmap and have a line in /etc/subuid")

    def mode(self, name, mode):
        os.chmod(self.path(name), mode)

    def unpack(self, packages):
        for deb in fetched(packages, self.store, "lib"):
            place = self.root + "." + os.path.basename(deb).split("_")[0]
            shutil.rmtree(place, ignore_errors=True)
            extract(deb, place)
            for name in ("usr/share/doc", "usr/share/man"):
                shutil.rmtree(os.path.join(place, name), ignore_errors=True)
            # Not in place: /lib of a package is a directory, here a link.
            shutil.copytree(place, self.root, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(place)

    def complete(self):
        """The shell, and the libraries of all programs."""
        shutil.copy(shutil.which("sh"), self.path("usr/bin/sh"))
        places = [self.path(name) for name in ("usr/lib", "usr/lib/postfix", "usr/lib/dovecot", "usr/lib/dovecot/modules/old-stats")]
        places += [os.path.join(self.path("usr/lib"), name) for name in os.listdir(self.path("usr/lib")) if name.endswith("-gnu")]
        environment = dict(DEBIAN, LD_LIBRARY_PATH=":".join(places))
        for program in list(programs(self.root)):
            said = subprocess.run(["ldd", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment).stdout
            # A module is loaded by programs that have what it wants.
            for name in [] if ".so" in os.path.basename(program) else re.findall(r"(\S+) => not found", said):
                raise Missing("%s wants %s, which no package brought" % (os.path.basename(program), name))
            for library in re.findall(r"(/\S+) \(0x", said):
                if not library.startswith(self.root) and not os.path.exists(self.path(library)):
                    os.makedirs(os.path.dirname(self.path(library)), exist_ok=True)
                    shutil.copy(library, self.path(library))

    def furnish(self):
        """Devices, files of /etc, home folders, and a mailbox that is about to be full (400,000 octets)."""
        self.mode("tmp", 0o1777)
        self.mode("var/mail", 0o1777)
        for name in ("null", "zero", "random", "urandom"):
            self.device(name)
        self.write("etc/passwd", "".join("%s:x:%d:%d::%s:/bin/sh\n" % (name, uid, uid, "/home/" + name if name in ("ann", "full") else "/")
                                         for name, uid in USERS.items()))
        self.write("etc/group", "".join("%s:x:%d:\n" % item for item in USERS.items()))
        self.write("etc/shadow", "".join("%s:*:19000:0:99999:7:::\n" % name for name in USERS), 0o640)
        self.write("etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n")
        self.write("etc/services", "smtp 25/tcp mail\ndomain 53/tcp\ndomain 53/udp\n")
        self.write("etc/protocols", "ip 0 IP\ntcp 6 TCP\nudp 17 UDP\n")
        self.write("etc/hosts", "127.0.0.1 mx.here.example localhost\n")
        self.write("etc/resolv.conf", "nameserver 127.0.0.53\noptions timeout:2 attempts:1\n")
        self.write("etc/mailname", "mx.here.example\n")
        for name in ("ann", "full"):
            self.make("home/" + name, name)
        self.write("var/mail/full", "From x\n\n" + "full\n" * 79990, 0o660)
        self.own("var/mail/full", "full", "mail")

    def device(self, name):
        place = self.path("dev/" + name)
        try:
            os.mknod(place, 0o666 | 0o020000, os.stat("/dev/" + name).st_rdev)
            os.chmod(place, 0o666)
            with open(place, "rb"):
                pass
        except OSError:
            # No right to make one: the system's own is shown here; the mount ends with the namespace.
            if os.path.exists(place):
                os.unlink(place)
            open(place, "w").close()
            done = run("mount", "--bind", "/dev/" + name, place)
            if done.returncode:
                raise Missing("no /dev/%s can be made: %s" % (name, done.stdout.strip()))

    def enter(self):
        os.chroot(self.root)
        os.chdir("/")

    def run(self, *words, text=None):
        """A command in the box, to its end."""
        return subprocess.run(words, input=text, preexec_fn=self.enter, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", env=INSIDE, timeout=60)

    def start(self, *words):
        """A server in the box, in the foreground; what it says goes to var/log/said."""
        with open(self.path("var/log/said"), "ab") as log:
            self.server = subprocess.Popen(words, preexec_fn=self.enter, start_new_session=True, env=INSIDE,
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def log(self):
        """All that the server has written in var/log."""
        texts = []
        for name in sorted(os.listdir(self.path("var/log"))):
            with open(self.path("var/log/" + name), encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return "".join(texts)

    def close(self):
        """Ends the server and its children, a session of their own, and removes the box; its log stays beside it."""
        for number in (signal.SIGTERM, signal.SIGKILL) if self.server else ():
            try:
                os.killpg(self.server.pid, number)
                self.server.wait(5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        shutil.rmtree(self.root + "-log", ignore_errors=True)
        shutil.copytree(self.path("var/log"), self.root + "-log")
        shutil.rmtree(self.root, ignore_errors=True)
