#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie export --for=postfix, sendmail, exim, loaded and asked by the programs themselves: postmap, makemap, exim4 -be.

usage: loaders.py [--folder=DIRECTORY]

They are fetched and unpacked as live.py does, and run in roots of their own. Where one cannot be had or run, its tests
are skipped with a word. Hostile addresses are those of tests/lib/targets.py: what the file holds is found under its own
address and under no other, what it cannot say is not in it.
"""
import os, sys

HOME = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HOME, os.path.join(HOME, "..", "lib")]
from nixie import Home
from stage import arguments, play
from targets import FORMS, HOSTILE, report

STRANGERS = ["stranger@a.example", "tag@a.example", "x@a.example", "a", "q@a.example"]


class Postfix:
    @staticmethod
    def load(box):
        box.write("etc/postfix/main.cf", "compatibility_level = 3.6\nsmtputf8_enable = yes\ndefault_database_type = hash\n")
        box.write("etc/postfix/master.cf", "")
        return box.run("/usr/sbin/postmap", "hash:/tmp/bounced")

    @staticmethod
    def ask(box, address):
        return box.run("/usr/sbin/postmap", "-q", address, "hash:/tmp/bounced").stdout.strip()


class Sendmail:
    @staticmethod
    def load(box):
        box.write("tmp/empty.cf", "")
        with open(box.path("tmp/bounced"), encoding="utf-8") as file:
            return box.run("/usr/libexec/sendmail/makemap", "-C", "/tmp/empty.cf", "hash", "/tmp/map", text=file.read())

    @staticmethod
    def ask(box, address):
        """What -u prints of the map: sendmail's own look-up folds the key to small letters, too."""
        said = box.run("/usr/libexec/sendmail/makemap", "-C", "/tmp/empty.cf", "-u", "hash", "/tmp/map").stdout
        return dict(line.split("\t", 1) for line in said.splitlines() if "\t" in line).get("to:" + address.lower(), "")


class Exim:
    @staticmethod
    def load(box):
        box.write("tmp/exim.conf", "keep_environment =\n")
        return box.run("/usr/sbin/exim4", "-C", "/tmp/exim.conf", "-bV")

    @staticmethod
    def ask(box, address):
        # \N leaves what follows unexpanded.
        asked = "${lookup{\\N%s\\N}lsearch{/tmp/bounced}}" % address.replace("}", "\\N\\}\\N").replace("{", "\\N\\{\\N")
        return box.run("/usr/sbin/exim4", "-C", "/tmp/exim.conf", "-be", asked).stdout.strip()


PROGRAMS = {"postfix": Postfix, "sendmail": Sendmail, "exim": Exim}


def trial(tap, name, box):
    program, unsaid = PROGRAMS[name], FORMS[name][1]
    with Home() as home:
        home.write("box/1.eml", report(HOSTILE))
        out = box.path("tmp/bounced")
        home.nixie("export", "--for=" + name, "--include-unverified", "--force", "--output=" + out, "--maildir=" + home.path("box"), "*")
        os.chmod(out, 0o644)
    done = program.load(box)
    tap.check(done.returncode == 0 and "warning" not in done.stdout, "%s: loads the file without a word" % name, done.stdout)
    for address in HOSTILE:
        said = program.ask(box, address)
        if address in unsaid:
            tap.check("no-such-user" not in said, "%s: %s is not in it" % (name, address), said)
        else:
            tap.check("no-such-user" in said, "%s: %s is found" % (name, address), said)
    for address in STRANGERS:
        tap.check("no-such-user" not in program.ask(box, address), "%s: %s is nobody's" % (name, address))


def main():
    play(arguments(__doc__).parse_args().folder, "targets", "target-", PROGRAMS, trial)


if __name__ == "__main__":
    main()
