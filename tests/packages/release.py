# SPDX-License-Identifier: GPL-3.0-or-later
"""For a release, since it builds nixie four times: the archive and the program are the same bytes whoever makes them, wherever
and whenever; the Debian package is built, clean by lintian, and works; the RPM's spec is one, and builds. `release.py
[reproducible | debian | rpm]`."""
import glob, hashlib, os, re, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Tap

tap = Tap()
HERE = os.path.dirname(os.path.abspath(__file__))
BUILDDIR = os.environ["BUILDDIR"]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "NIXIE", "DEB_", "MFLAGS", "SOURCE_DATE"))}


def run(name, *words, cwd=None, env=None, mask=0o022):
    done = subprocess.run(words, cwd=cwd, env=dict(CLEAN, **(env or {})), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          preexec_fn=lambda: os.umask(mask))
    told = done.stdout.decode("utf-8", "replace")
    tap.check(done.returncode == 0, name, "\n".join(told.splitlines()[-30:]))
    return None if done.returncode else told


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def archive(place):
    """`make dist`, twice: another umask, another zone, some other second."""
    found = []
    for name, mask, zone in (("one", 0o022, "UTC"), ("two", 0o077, "Asia/Tokyo")):
        if run("make dist", "make", "-s", "dist", cwd=BUILDDIR, env={"TZ": zone}, mask=mask) is None:
            return None
        made = glob.glob(os.path.join(BUILDDIR, "nixie-*.tar.gz"))[0]
        os.makedirs(os.path.join(place, name))
        found.append(shutil.move(made, os.path.join(place, name, os.path.basename(made))))
    tap.equal(digest(found[0]), digest(found[1]), "the archive is the same bytes each time")
    return found[0]


def installed(place, archive, env):
    """{path: digest} of what a build in `place` installs."""
    source, build = os.path.join(place, "source"), os.path.join(place, "build")
    os.makedirs(source)
    os.makedirs(build)
    run("unpacked", "tar", "xf", archive, "-C", source, "--strip-components=1")
    run("configured", os.path.join("..", "source", "configure"), "-q", cwd=build, env=env)
    run("built", "make", "-s", "-j%d" % os.cpu_count(), cwd=build, env=env)
    root = os.path.join(place, "root")
    run("installed", "make", "-s", "install", "DESTDIR=" + root, cwd=build, env=env)
    return {os.path.relpath(os.path.join(at, name), root): digest(os.path.join(at, name)) for at, _, names in os.walk(root) for name in names}


def reproducible(place, archive):
    one = installed(os.path.join(place, "here"), archive, {"TZ": "UTC", "LC_ALL": "C.UTF-8"})
    two = installed(os.path.join(place, "elsewhere", "and", "deeper"), archive, {"TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": "/nonexistent"})
    tap.check(len(one) > 50, "a build installs files", one)
    tap.equal(sorted(p for p in set(one) | set(two) if one.get(p) != two.get(p)), [], "two builds in two places install the same bytes")


def debian(place, archive):
    if not all(map(shutil.which, ("dpkg-buildpackage", "dh", "lintian"))):
        tap.skip("the Debian package", "dpkg-dev, debhelper or lintian is not installed")
        return
    if run("the Debian package builds", os.path.join(HERE, "debian-build"), archive, place) is None:
        return
    changes = glob.glob(os.path.join(place, "*.changes"))[0]
    told = run("lintian ends", "lintian", "--allow-root", "--fail-on", "error,warning", changes)
    tap.equal([line for line in (told or "").splitlines() if re.match(r"[EW]: ", line)], [], "lintian finds nothing")
    package = [p for p in glob.glob(os.path.join(place, "nixie_*.deb"))][0]
    root = os.path.join(place, "root")
    run("it is unpacked", "dpkg-deb", "-x", package, root)
    script = os.path.join(SRCDIR, "contrib", "debian", "tests", "installed")
    if os.getuid() != 0 or subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL).returncode:
        tap.skip("its autopkgtest", "a mount namespace needs root")
        return
    run("its autopkgtest passes where it stands in /usr", "unshare", "--mount", os.path.join(HERE, "installed"), root, script)


def rpm(place, archive):
    spec = os.path.join(SRCDIR, "contrib", "rpm", "nixie.spec")
    if not shutil.which("rpmspec"):
        tap.skip("the RPM", "rpm is not installed")
        return
    version = re.search(r"nixie-(.*)\.tar\.gz", os.path.basename(archive)).group(1)
    told = run("the spec is one", "rpmspec", "-P", spec)
    tap.check(told and "Version:        %s\n" % version in told, "of this version", told)
    os.makedirs(os.path.join(place, "SOURCES"))
    shutil.copy(archive, os.path.join(place, "SOURCES"))
    run("it builds, and every file is in it", "rpmbuild", "-bb", "--nodeps", "--define", "_topdir " + place, spec)


PARTS = {"reproducible": reproducible, "debian": debian, "rpm": rpm}

with tempfile.TemporaryDirectory(prefix="nixie-release-", dir=BUILDDIR) as place:
    made = archive(place)
    for name, part in PARTS.items():
        if made and name in (sys.argv[1:] or PARTS):
            part(os.path.join(place, name), made)
tap.end()
