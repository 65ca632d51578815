#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""neomutt, aerc, alot and Emacs of Debian with our recipes: the key that opens the bounce under the cursor in nixie.

usage: clients.py [--folder=DIRECTORY] [CLIENT...]

Each is fetched and unpacked, never installed, and run in a terminal (tmux) with the recipe of contrib/neighbours as it
is shipped. Where one cannot be had, it is skipped with a word.
"""
import argparse, glob, os, shutil, sys

HOME = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HOME, "..", "lib"))
import screen
from debian import Missing, env_of, unpack
from nixie import NIXIE, SAMPLES, SRCDIR, Home, Tap

RECIPES = os.path.join(SRCDIR, "contrib", "neighbours")
SAMPLE = os.path.join(SAMPLES, "postfix-user-unknown.eml")
RECIPIENT = "t.albers@hafenwerk"
SUBJECT = "Undelivered Mai"


class Client:
    """`home`: an index with the bounce home.id; `store`: where programs are unpacked; `env`: what this one runs in."""
    PACKAGES, OPEN, WHY, CLOSE = (), (",", "b"), (",", "w"), ("Q",)
    OPENED = "mail system at host"  # the text of the bounce, in the client's own view

    def __init__(self, home, store):
        self.home, self.env = home, home.env
        self.roots = [unpack(package, store) for package in self.PACKAGES]
        for root in self.roots:
            self.env = env_of(root, self.env)

    def recipe(self, *names):
        return os.path.join(RECIPES, *names)


class Neomutt(Client):
    PACKAGES = ("neomutt",)
    BUFFERS = ("index", ()), ("pager", ("Enter",))

    def command(self):
        rc = self.home.write("neomuttrc", 'set folder="{0}"\nset spool_file="notmuch://{0}?query=id:{1}"\nset nm_default_url="notmuch://{0}"\nset sleep_time=0\nset quit=yes\nsource {2}\n'
                             .format(self.home.mail, self.home.id, self.recipe("neomutt", "nixie.rc")))
        return "neomutt -n -F " + rc


class Aerc(Client):
    PACKAGES = ("aerc",)
    BUFFERS = ("message list", ()), ("viewer", ("Enter",))
    CLOSE = "Q", "Enter"  # of its terminal, which stays until a key is pressed

    def command(self):
        place = self.home.path(".config", "aerc")
        shutil.copytree(os.path.join(self.roots[0], "usr", "share", "aerc"), place, dirs_exist_ok=True)
        with open(os.path.join(place, "binds.conf")) as shipped, open(self.recipe("aerc", "binds.conf")) as ours:
            binds = shipped.read()
            for section in ours.read().split("\n[")[1:]:
                name, _, lines = section.partition("]\n")
                binds = binds.replace("[%s]\n" % name, "[%s]\n%s\n" % (name, lines), 1)
        self.home.write(".config/aerc/binds.conf", binds)
        self.home.write(".config/aerc/queries", "bounces=id:%s\n" % self.home.id)
        path = self.home.write(".config/aerc/accounts.conf", "[desk]\nsource = notmuch://%s\nquery-map = %s\ndefault = bounces\nfrom = desk@sender.example\n"
                               % (self.home.mail, os.path.join(place, "queries")))
        os.chmod(path, 0o600)
        return "aerc"


class Alot(Client):
    PACKAGES = ("alot",)
    BUFFERS, OPEN, WHY = (("search", ()), ("thread", ("Enter",))), ("B",), None

    def command(self):
        place = self.home.path(".config", "alot")
        os.makedirs(place)
        for name in ("config", "hooks.py"):
            shutil.copy(self.recipe("alot", name), place)
        # Its start script asks for a version of urwidtrees that Debian's does not say it is.
        return "/usr/bin/python3 -c 'from alot.__main__ import main; main()' -n %s search id:%s" % (self.home.config, self.home.id)


class Emacs(Client):
    PACKAGES = "emacs-nox", "elpa-notmuch"
    BUFFERS, OPEN, WHY = (("search", ()), ("show", ("Enter",))), ("C-c", "b"), ("C-c", "w")

    def command(self):
        """Emacs looks for its own files where they are installed; here they lie elsewhere."""
        root, notmuch = (os.path.join(root, "usr") for root in self.roots)
        share, programs = (glob.glob(os.path.join(root, place))[0] for place in ("share/emacs/[0-9]*", "libexec/emacs/*/*"))
        lisp = [folder for folder, _, _ in os.walk(os.path.join(share, "lisp"))] + glob.glob(os.path.join(notmuch, "share/emacs/site-lisp/elpa-src/*"))
        self.env.update(EMACSLOADPATH=":".join(lisp), EMACSDATA=os.path.join(share, "etc"), EMACSDOC=os.path.join(share, "etc"), EMACSPATH=programs)
        return "emacs-nox -nw -Q --dump-file=%s -l %s --eval '(notmuch-search \"id:%s\")'" % (
            os.path.join(programs, "emacs.pdmp"), self.recipe("emacs", "nixie.el"), self.home.id)


CLIENTS = {"neomutt": Neomutt, "aerc": Aerc, "alot": Alot, "emacs": Emacs}
ANSWER = 3  # seconds: not every client shows that it got the first of two keys
EXPLAINED = r"Your message did not arrive"


def press(glass, keys):
    """One after the other, each when the screen has answered the one before."""
    for key in keys:
        before = glass.text()
        glass.keys(key)
        if key != keys[-1]:
            glass.wait(lambda text: text != before, ANSWER)


def try_out(tap, name, client):
    command = client.command()
    client.home.env = client.env
    with screen.Screen(client.home) as glass:
        glass.type(command + "\n")
        if not tap.check(glass.wait(SUBJECT), "%s shows the bounce" % name, glass.text()):
            return
        for buffer, keys in client.BUFFERS:
            glass.keys(*keys)
            if keys and not glass.wait(client.OPENED):
                tap.check(False, "%s: the %s" % (name, buffer), glass.text())
                return
            press(glass, client.OPEN)
            tap.check(glass.wait(lambda text: RECIPIENT in text and "[1/1]" in text), "%s, %s: %s opens it in nixie" % (name, buffer, " ".join(client.OPEN)), glass.text())
            press(glass, client.CLOSE)
            tap.check(glass.wait(lambda text: SUBJECT in text and "RECIPIENT" not in text), "%s, %s: Q leads back" % (name, buffer), glass.text())
        if client.WHY:
            press(glass, client.WHY)
            tap.check(glass.wait(EXPLAINED), "%s: %s tells why" % (name, " ".join(client.WHY)), glass.text())


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--folder", default=os.path.join(os.environ.get("BUILDDIR", "."), "tests", "neighbours", "programs"))
    words.add_argument("clients", nargs="*", metavar="CLIENT", default=list(CLIENTS))
    given = words.parse_args()
    tap = Tap()
    for name in given.clients:
        with Home() as home:
            home.make_index()
            home.id = home.notmuch("search", "--output=messages", "--", "body:t.albers").split("id:")[1].strip()
            os.symlink(os.path.abspath(NIXIE), home.path("nixie"))
            home.env["PATH"] = home.root + ":" + home.env["PATH"]
            try:
                if not screen.available():
                    raise Missing("there is no tmux here")
                client = CLIENTS[name](home, given.folder)
            except Missing as why:
                tap.skip(name, "left out: %s: %s" % (name, why))
                continue
            try_out(tap, name, client)
    tap.end()


main()
