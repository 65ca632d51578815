# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs, as Debian has them: fetched and unpacked into a place of the bench, never installed."""
import os, shutil, sys
from measure import Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from debian import Missing, env_of, unpack

STORE = os.path.join(os.environ.get("NIXIE_BENCH_DIR") or os.path.join(os.environ.get("BUILDDIR", "."), "tests", "bench", "boxes"), "peers")


class Reader:
    """Reads the files of a list on its standard input."""

    def __init__(self, name, package, language, script, goal=None):
        self.name, self.package, self.language, self.script, self.goal = name, package, language, script, goal

    def command(self, env):
        if not shutil.which(self.language):
            raise Missing("no %s here" % self.language)
        return [shutil.which(self.language), os.path.join(HERE, "peers", self.script)], env_of(unpack(self.package, STORE), env)


class Client:
    """Shows the result of a query. `set_up(root, box, query)` writes what it is configured by and returns its command."""

    def __init__(self, name, set_up, goal=None):
        self.name, self.set_up, self.goal = name, set_up, goal

    def first_row(self, box, query):
        root = unpack(self.name, STORE)
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
