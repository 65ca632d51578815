# SPDX-License-Identifier: GPL-3.0-or-later
"""make install puts everything where it is looked for, what is installed works there, and make uninstall leaves nothing."""
import fnmatch, os, re, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Home, Result, Tap

tap = Tap()
BUILDDIR = os.environ.get("BUILDDIR") or os.path.join(SRCDIR, "build")
PREFIX = "/opt/nixie of mine"  # a blank, for what forgets its quotes
WANTED = {
    "bin/nixie", "bin/nixie-resend", "share/nixie/categories.ini", "share/nixie/rules", "share/nixie/samples",
    "share/man/man1/nixie.1", "share/man/man1/nixie-resend.1", "share/man/man5/nixie-config.5", "share/man/man5/nixie-json.5",
    "share/man/man5/nixie-rules.5", "share/man/man7/nixie-categories.7", "share/man/man7/nixie-explain.7",
    "share/man/man7/nixie-keys.7", "share/bash-completion/completions/nixie", "share/bash-completion/completions/nixie-resend", "share/zsh/site-functions/_nixie",
    "share/fish/vendor_completions.d/nixie.fish", "share/fish/vendor_completions.d/nixie-resend.fish", "share/applications/nixie.desktop",
    "share/metainfo/example.nixie.nixie.metainfo.xml", "share/icons/hicolor/scalable/apps/nixie.svg",
    "share/locale/de/LC_MESSAGES/nixie.mo",
}


def make(home, *words):
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k not in ("MFLAGS", "DESTDIR")}
    done = subprocess.run(["make", "-s", *words, "DESTDIR=" + home.path("root"), "prefix=" + PREFIX], cwd=BUILDDIR, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return tap.check(done.returncode == 0, "make " + " ".join(words), done.stdout.decode("utf-8", "replace")[-2000:])


def files(root):
    return sorted(os.path.relpath(os.path.join(at, name), root) for at, _, names in os.walk(root) for name in names)


MACROS = {"%{_bindir}": "bin", "%{_datadir}": "share", "%{_docdir}": "share/doc", "%{_mandir}": "share/man"}


def spec_patterns():
    """What contrib/rpm says is in the package, below the prefix."""
    with open(os.path.join(SRCDIR, "contrib", "rpm", "nixie.spec"), encoding="utf-8") as file:
        lines = file.read().split("\n%files\n")[1].split("\n\n")[0].splitlines()
    for line in lines:
        macro, slash, rest = line.partition("/")
        if macro in MACROS:
            yield MACROS[macro] + "/" + rest + ("*" if rest.endswith("/") else "")


def found_in(patterns):
    """What each pattern finds in its file, by file."""
    found = {}
    for name, pattern in patterns.items():
        with open(os.path.join(SRCDIR, name), encoding="utf-8") as file:
            found[name] = set(re.findall(pattern, file.read()))
    return found


def versions():
    """The packages are of the version that configure names; a changelog tells of older ones below."""
    found = found_in({"configure.ac": r"AC_INIT\(\[nixie\], \[([^]]*)\]", "contrib/rpm/nixie.spec": r"(?m)^Version: +(\S+)$",
                      "contrib/debian/changelog": r"\Anixie \((.*)-\d+\)"})
    tap.equal(len(set.union(*found.values())), 1, "packages and configure name one version: %s" % found)


def domains():
    """One domain is home to all: of the maintainers, the web page, and the id, where it stands backwards."""
    found = found_in({"contrib/debian/control": r"(?m)^Maintainer: .*@([\w.-]+)>", "contrib/debian/changelog": r"(?m)^ -- .*@([\w.-]+)>",
                      "contrib/rpm/nixie.spec": r"(?m)^(?:URL: +https://|\* .*@)([\w.-]+)"})
    metainfo = next(name for name in os.listdir(os.path.join(SRCDIR, "contrib", "desktop")) if name.endswith(".metainfo.xml"))
    found[metainfo] = {".".join(reversed(metainfo.split(".")[:-3]))}
    tap.equal(len(set.union(*found.values())), 1, "packages and metainfo name one domain: %s" % found)


versions()
domains()
with Home() as home:
    root = home.path("root") + PREFIX
    make(home, "install")
    tap.equal(sorted(w for w in WANTED if not os.path.exists(os.path.join(root, w))), [], "everything is where it is looked for")
    there = files(home.path("root"))
    tap.equal([f for f in there if not f.startswith(PREFIX[1:] + "/")], [], "and nothing elsewhere")
    tap.equal([f for f in there if re.search(r"\.(in|o|a|pyc|orig)$|__pycache__|Makefile", f)], [], "what only builds is not installed")
    below = [f[len(PREFIX):] for f in there]
    tap.equal([f for f in below if not any(fnmatch.fnmatchcase(f, p) for p in spec_patterns())], [], "the RPM's spec names every file")
    tap.equal([p for p in spec_patterns() if not fnmatch.filter(below, p)], [], "and none that is not there")
    odd = [f for f in there if os.stat(os.path.join(home.path("root"), f)).st_mode & 0o777 not in (0o644, 0o755)]
    tap.equal(odd, [], "the modes are those of installed files")
    env = dict(home.env, NIXIE_DATADIR=os.path.join(root, "share", "nixie"))
    done = subprocess.run([os.path.join(root, "bin", "nixie"), "demo", "--list"], env=env, cwd=home.root, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    tap.check(done.returncode == 0 and done.stdout.count(b"\n") > 20, "the installed nixie shows its demo", Result(done))
    make(home, "uninstall")
    tap.equal(files(home.path("root")), [], "make uninstall leaves no file")
    left = [at for at, _, _ in os.walk(root) if re.search(r"nixie", os.path.relpath(at, root))]
    tap.equal(left, [], "and no directory of its own")
tap.end()
