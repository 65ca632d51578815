# SPDX-License-Identifier: GPL-3.0-or-later
"""The mailbox that is measured on: N reports of a helpdesk's day among twice as many other mails,
made once and kept. The crowd of tests/mailbox writes the reports, the letters they are about and
some answers; newsletters fill it up."""
import json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mailbox"))
import crowd, generate
from world import NOW, World

BUILD = os.environ.get("BUILDDIR") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build")
TOPICS = ("Order shipped", "Minutes of the meeting", "Your invoice", "Re: offer", "Spring catalogue", "Undelivered parcel", "Returned to sender?", "Weekly figures")


def fill(world, mails):
    """Ordinary mail from many senders, one in a hundred with a subject that looks like a report's."""
    dice = world.random
    for n in range(mails):
        subject = "Delivery Status: your parcel" if n % 100 == 0 else "%s %d" % (TOPICS[n % len(TOPICS)], n)
        world.receive("sender%d@shop%d.example" % (dice.randrange(3000), dice.randrange(700)), subject, dice.random() * 180)


def place_of(boxes, bounces):
    return os.path.join(boxes or os.environ.get("NIXIE_BENCH_DIR") or os.path.join(BUILD, "tests", "bench", "boxes"), str(bounces))


class Box:
    """`home`: where nixie keeps its own; in the box, if nothing is said."""

    def __init__(self, place, bounces, home=None):
        self.place, self.bounces = os.path.abspath(place), bounces
        self.home = home or self.path("home")
        self.config, self.list = self.path("notmuch-config"), self.path("reports")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "NOTMUCH_", "NIXIE_", "LC_", "LANG"))}
        self.env.update(HOME=self.home, LC_ALL="C.UTF-8", TERM="xterm-256color", TZ="UTC", NIXIE_NOW=str(NOW), NOTMUCH_CONFIG=self.config,
                        NIXIE_DATADIR=os.environ["NIXIE_DATADIR"])
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            self.env["XDG_%s_HOME" % name] = os.path.join(self.home, name.lower())

    def path(self, *names):
        return os.path.join(self.place, *names)

    def make(self):
        """Nothing, if it is there whole."""
        if os.path.exists(self.path("whole")):
            return
        shutil.rmtree(self.place, ignore_errors=True)
        os.makedirs(self.home, exist_ok=True)
        world = World(self.path("mail"), NOW, 1)
        crowd.tell(world, self.bounces)
        fill(world, max(0, 2 * self.bounces - len(world.letters)))
        with open(self.list, "w") as file:
            for bounce in world.bounces:
                file.writelines(self.path("mail", name) + "\n" for name in bounce.files)
        with open(self.config, "w") as file:
            file.write(generate.CONFIG % (self.path("mail"), generate.DESK, generate.BILLING + ";" + generate.NEWS))
        generate.index(self.place, self.env, marks=False)
        with open(self.path("whole"), "w") as file:
            json.dump({"bounces": len(world.bounces), "letters": len(world.letters)}, file)

    def forget(self):
        """nixie's cache, and what else it keeps."""
        shutil.rmtree(self.home, ignore_errors=True)
        os.makedirs(self.home)

    def more(self, count):
        """Ten new reports come in, as files; indexed."""
        world = World(self.path("mail"), NOW, seed=int.from_bytes(os.urandom(4), "big"))
        world.files = int.from_bytes(os.urandom(3), "big") + 10 ** 7
        crowd.tell(world, count)
        subprocess.run(["notmuch", "new", "--quiet"], env=self.env, check=True)
