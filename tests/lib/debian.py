# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: other programs, as Debian has them: fetched and unpacked into a place of the test's own, never installed."""
import os, re, shutil, subprocess

from nixie import SRCDIR

DEBIAN = dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")


class Missing(Exception):
    """What is wanted cannot be had here; the reason is a sentence's end."""


def run(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=DEBIAN, **more)


def packages(name):
    """What contrib/packages lists for this live test."""
    with open(os.path.join(SRCDIR, "contrib", "packages"), encoding="utf-8") as file:
        parts = dict(part.split("\n", 1) for part in file.read().split("\n# ") if "\n" in part)
    return parts["live " + name].split()


def is_installed(package):
    return run("dpkg-query", "-W", "-f", "${db:Status-Status}", package).stdout.strip() == "installed"


def fetch(package, store):
    """Path of the package's file; from the store if it is there, so that a second run fetches nothing."""
    def kept():
        return sorted(os.path.join(store, name) for name in os.listdir(store) if name.startswith(package + "_") and name.endswith(".deb"))

    os.makedirs(store, exist_ok=True)
    if not kept():
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise Missing("no apt-get here to fetch %s with" % package)
        done = run("apt-get", "-q", "download", package, cwd=store)
        if done.returncode or not kept():
            raise Missing("apt-get cannot download %s: %s" % (package, " ".join(done.stdout.split())[-200:]))
    return kept()[-1]


def wanted_by(deb):
    """Names of the packages that this one depends on and the system has not; the first of alternatives."""
    for choice in run("dpkg-deb", "--show", "--showformat=${Depends}, ${Pre-Depends}", deb).stdout.split(","):
        names = re.findall(r"(?:^|\|) *([a-z0-9][a-z0-9.+-]*)", choice)
        if names and not any(map(is_installed, names)):
            yield names[0]


def fetched(names, store, only=""):
    """Files of these packages and of all that they want, or of what of it begins with `only`."""
    queue, seen = list(names), set()
    while queue:
        name = queue.pop(0)
        if name in seen:
            continue
        seen.add(name)
        try:
            deb = fetch(name, store)
        except Missing:
            if name in names:
                raise
            continue  # a name that others provide, or an old one: the program says what it lacks
        queue += [more for more in wanted_by(deb) if more.startswith(only)]
        yield deb


def extract(deb, place):
    done = run("dpkg", "-x", deb, place)
    if done.returncode:
        raise Missing("dpkg cannot unpack %s: %s" % (deb, done.stdout.strip()))


def unpack(name, store, names=None, only=""):
    """Where the package, or all of `names`, and what they want lie: a folder of the store, where a second run finds them."""
    root = os.path.join(store, name)
    if not os.path.exists(os.path.join(root, ".whole")):
        shutil.rmtree(root, ignore_errors=True)
        for deb in fetched(names or [name], os.path.join(store, "debs"), only):
            extract(deb, root)
        open(os.path.join(root, ".whole"), "w").close()
    return root


def env_of(root, env):
    """The environment, with programs and libraries of `root` before its own."""
    machine = run("gcc", "-print-multiarch").stdout.strip() or "x86_64-linux-gnu"
    places = {"PATH": ("bin",), "LD_LIBRARY_PATH": ("lib/" + machine, "../lib/" + machine, "lib"), "PYTHONPATH": ("lib/python3/dist-packages", "share/alot"),
              "PERL5LIB": ("share/perl5", "lib/%s/perl5/5.36" % machine, "lib/%s/perl5" % machine)}
    made = dict({"PATH": os.environ["PATH"]}, **env)
    for name, folders in places.items():
        ours = [os.path.normpath(os.path.join(root, "usr", folder)) for folder in folders]
        made[name] = ":".join(ours + [made[name]] if name in made else ours)
    return made
