# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: other programs, as Debian has them: fetched and unpacked into a place of the test's own, never installed."""
import os, re, shutil, subprocess

DEBIAN = dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")


class Missing(Exception):
    """What is wanted cannot be had here; the reason is a sentence's end."""


def run(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=DEBIAN, **more)


def is_installed(package):
    return run("dpkg-query", "-W", "-f", "${db:Status-Status}", package).stdout.strip() == "installed"


def wanted_by(package):
    """The packages that this one depends on; the first of alternatives."""
    got = run("apt-cache", "depends", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", package)
    return re.findall(r"^\s+(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]*)$", got.stdout, re.M)


def unpack(package, store):
    """Where the package and all that it wants lie: a folder of the store, where a second run finds them."""
    root = os.path.join(store, package)
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
    """The environment, with programs and libraries of `root` before its own."""
    machine = run("gcc", "-print-multiarch").stdout.strip() or "x86_64-linux-gnu"
    places = {"PATH": ("bin",), "LD_LIBRARY_PATH": ("lib/" + machine, "../lib/" + machine, "lib"), "PYTHONPATH": ("lib/python3/dist-packages", "share/alot"),
              "PERL5LIB": ("share/perl5", "lib/%s/perl5/5.36" % machine, "lib/%s/perl5" % machine)}
    made = dict({"PATH": os.environ["PATH"]}, **env)
    for name, folders in places.items():
        ours = [os.path.normpath(os.path.join(root, "usr", folder)) for folder in folders]
        made[name] = ":".join(ours + [made[name]] if name in made else ours)
    return made
