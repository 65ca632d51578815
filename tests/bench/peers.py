# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs, as Debian has them: fetched and unpacked into a place of the bench, never installed."""
import os, re, shutil, subprocess
from measure import Missing, Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
STORE = os.environ.get("NIXIE_BENCH_DIR") or os.path.join(os.environ.get("BUILDDIR", "."), "tests", "bench", "boxes")
DEBIAN = dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")


def run(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=DEBIAN, **more)


def is_installed(package):
    return run("dpkg-query", "-W", "-f", "${db:Status-Status}", package).stdout.strip() == "installed"


def wanted_by(package):
    """The packages that this one depends on; the first of alternatives."""
    got = run("apt-cache", "depends", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", package)
    return re.findall(r"^\s+(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]*)$", got.stdout, re.M)


def unpack(package):
    """Where the package and all that it wants lie."""
    root = os.path.join(STORE, "peers", package)
    if os.path.exists(os.path.join(root, ".whole")):
        return root
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Missing("no apt-get here to fetch %s with" % package)
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(os.path.join(root, ".debs"))
    queue, seen = [package], set()
    while queue:
        name = queue.pop(0)
        if name in seen or (name != package and is_installed(name)):
            continue
        seen.add(name)
        if run("apt-get", "-q", "download", name, cwd=os.path.join(root, ".debs")).returncode:
            raise Missing("apt-get cannot download " + name)
        queue += wanted_by(name)
    for deb in os.listdir(os.path.join(root, ".debs")):
        if run("dpkg", "-x", os.path.join(root, ".debs", deb), root).returncode:
            raise Missing("dpkg cannot unpack " + deb)
    open(os.path.join(root, ".whole"), "w").close()
    return root


def env_of(root, env):
    machine = run("gcc", "-print-multiarch").stdout.strip() or "x86_64-linux-gnu"
    libraries = [os.path.join(root, place) for place in ("usr/lib/" + machine, "lib/" + machine, "usr/lib")]
    perl = [os.path.join(root, "usr", place) for place in ("share/perl5", "lib/%s/perl5/5.36" % machine, "lib/%s/perl5" % machine)]
    return dict(env, PATH=os.path.join(root, "usr/bin") + ":" + os.environ["PATH"], LD_LIBRARY_PATH=":".join(libraries),
                PYTHONPATH=":".join(os.path.join(root, "usr", place) for place in ("lib/python3/dist-packages", "share/alot")), PERL5LIB=":".join(perl))


class Reader:
    """Reads the files of a list on its standard input."""

    def __init__(self, name, package, language, script, goal=None):
        self.name, self.package, self.language, self.script, self.goal = name, package, language, script, goal

    def command(self, env):
        if not shutil.which(self.language):
            raise Missing("no %s here" % self.language)
        return [shutil.which(self.language), os.path.join(HERE, "peers", self.script)], env_of(unpack(self.package), env)


class Client:
    """Shows the result of a query. `set_up(root, box, query)` writes what it is configured by and returns its command."""

    def __init__(self, name, set_up, goal=None):
        self.name, self.set_up, self.goal = name, set_up, goal

    def first_row(self, box, query):
        root = unpack(self.name)
        with Terminal(self.set_up(root, box, query), env_of(root, box.env)) as screen:
            return screen.wait(SUBJECTS)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o600)
    return path


def alot(root, box, query):
    # Its start script asks for a version of urwidtrees that Debian's does not say it is.
    return [PYTHON, "-c", "from alot.__main__ import main; main()", "-n", box.config, "search", query]


def neomutt(root, box, query):
    url = "notmuch://%s?query=%s" % (box.path("mail"), query)
    return ["neomutt", "-n", "-F", write(box.path("home", "neomuttrc"), 'set folder="%s"\nset spool_file="%s"\nset nm_default_url="notmuch://%s"\n'
                                         % (box.path("mail"), url, box.path("mail")))]


def aerc(root, box, query):
    place = box.path("home", "config", "aerc")
    shutil.copytree(os.path.join(root, "usr", "share", "aerc"), place, dirs_exist_ok=True)
    write(os.path.join(place, "queries"), "bounces=%s\n" % query)
    write(os.path.join(place, "accounts.conf"), "[bench]\nsource = notmuch://%s\nquery-map = %s\ndefault = bounces\nfrom = desk@fennel.example\n"
          % (box.path("mail"), os.path.join(place, "queries")))
    return ["aerc"]


# Of the reports in the box, whatever wrote them.
SUBJECTS = r"(?i)undeliver|delivery|failure|returned"
PYTHON = "/usr/bin/python3"

READERS = [
    Reader("Sisimai (Perl)", "libsisimai-perl", "perl", "sisimai.pl", goal=45),
    Reader("Mail::DeliveryStatus::BounceParser", "libmail-deliverystatus-bounceparser-perl", "perl", "bounceparser.pl"),
    Reader("flufl.bounce", "python3-flufl.bounce", "python3", "flufl_bounce.py"),
]

CLIENTS = [Client("alot", alot, goal=0.15), Client("neomutt", neomutt), Client("aerc", aerc)]
