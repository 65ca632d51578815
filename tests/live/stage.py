# SPDX-License-Identifier: GPL-3.0-or-later
"""What the live tests share: each program gets a box, all of them a network of the test's own."""
import argparse, json, os

from box import Box
from debian import Missing, packages
from namespace import INSIDE, enter_namespaces, loopback_up
from nixie import Tap


def arguments(usage):
    """A parser with the option that all have; `usage` is the script's own text."""
    parser = argparse.ArgumentParser(usage=usage.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--folder", type=os.path.abspath, default=os.path.abspath(os.path.join(os.environ.get("BUILDDIR", "build"), "live")))
    return parser


def build(boxes):
    """{name: why it cannot be had}; the one part that asks the network."""
    missing = {}
    for name, box in boxes.items():
        try:
            box.build(packages(name))
        except Missing as why:
            missing[name] = str(why)
    return missing


def play(folder, what, prefix, names, trial):
    """`trial(tap, name, box)` for each name, one after the other; one that cannot be had or run is skipped with a word.

    Ends the script. A box is furnished when its trial begins, and gone when it ends."""
    tap, boxes = Tap(), {name: Box(os.path.join(folder, prefix + name), os.path.join(folder, "debs")) for name in names}
    if INSIDE not in os.environ:
        os.environ[INSIDE] = json.dumps(build(boxes))
        enter_namespaces()
        if os.getuid():
            tap.skip(what, "an ordinary user needs user namespaces, and unshare --map-root-user makes none here")
            tap.end()
    else:
        loopback_up()
    missing = json.loads(os.environ[INSIDE])
    for name, box in boxes.items():
        try:
            if name in missing:
                raise Missing(missing[name])
            try:
                box.furnish()
                trial(tap, name, box)
            finally:
                box.close()
        except Missing as why:
            tap.skip(name, str(why))
    tap.end()
