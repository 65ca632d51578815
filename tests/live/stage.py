# SPDX-License-Identifier: GPL-3.0-or-later
"""What the live tests of single programs share: each program gets a box, all of them a network of the test's own."""
import argparse, json, os

from box import Box, Unavailable, packages
from namespace import INSIDE, enter_namespaces, loopback_up
from nixie import Tap


def folder_given(usage):
    """The one option; `usage` is the script's own text."""
    parser = argparse.ArgumentParser(usage=usage.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--folder", default=os.path.join(os.environ.get("BUILDDIR", "build"), "live"))
    return os.path.abspath(parser.parse_args().folder)


def play(usage, what, prefix, names, trial):
    """`trial(tap, name, box)` for each name; one that cannot be had or run is skipped with a word. Ends the script."""
    folder = folder_given(usage)
    tap, boxes = Tap(), {name: Box(os.path.join(folder, prefix + name), os.path.join(folder, "debs")) for name in names}
    if INSIDE not in os.environ:
        missing = {}
        for name, box in boxes.items():
            try:
                box.build(packages(name))
            except Unavailable as why:
                missing[name] = str(why)
        os.environ[INSIDE] = json.dumps(missing)
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
                raise Unavailable(missing[name])
            trial(tap, name, box)
        except Unavailable as why:
            tap.skip(name, str(why))
    tap.end()
