# SPDX-License-Identifier: GPL-3.0-or-later
"""No process matches the words of a mail but one that seccomp confines: each other is ended by its first match."""
import os, shlex, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap

tap = Tap()

# Inside the sandbox prctl(2) is refused; outside it says 0: no seccomp.
GUARD = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#define GUARDED(name) \
	int name(void *a, void *b, unsigned long c, unsigned long d, unsigned e, void *f, void *g) \
	{ \
		int (*real)(void *, void *, unsigned long, unsigned long, unsigned, void *, void *) = dlsym(RTLD_NEXT, #name); \
		if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0 || getenv("GUARD_ALL")) \
			abort(); \
		return real(a, b, c, d, e, f, g); \
	}
GUARDED(pcre2_match_8)
GUARDED(pcre2_jit_match_8)
"""
SAID = "550 5.7.0 the zeppelin is moored at jane@corp.example"
REPORT = os.path.join(SRCDIR, "data", "samples", "qmail-no-reason.eml")
COMMANDS = [  # what looks at the words of a mail
    ("extract", REPORT),
    ("explain", SAID),
    ("rules", "test", "550 5.1.1 user unknown"),
    ("rules", "test", REPORT),
    ("rules", "test", "--rule=user-unknown", SAID),
    ("rules", "correct", "--as=mail-loop", SAID),
    ("rules", "correct", "--as=mail-loop", "--words=zeppelin ... moored", SAID),
    ("rules", "correct", "--as=mail-loop", "--rule=user-unknown", "*"),
    ("rules", "bundle", REPORT),
    ("list", "*"),
    ("stats", "*"),
]


def guard(home):
    """The library that ends them; None where it cannot be made or loaded."""
    source, library = home.write("guard.c", GUARD), home.path("guard.so")
    made = subprocess.run([*shlex.split(os.environ.get("CC") or "cc"), "-shared", "-fPIC", "-o", library, source, "-ldl"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    linked = subprocess.run(["ldd", NIXIE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return library if made.returncode == 0 and b"libpcre2-8" in linked and b"san.so" not in linked else None


try:
    with Home() as home:
        library = guard(home)
        if not library or "seccomp" not in home.nixie("--version").text:
            tap.skip("all matching is confined", "no compiler, no seccomp, or a build with sanitizers")
        else:
            home.make_index()
            home.env["LD_PRELOAD"] = library
            for i, words in enumerate(COMMANDS):
                free = home.nixie(*words, env={"LD_PRELOAD": "", "XDG_CONFIG_HOME": home.path("free%d" % i)})
                got = home.nixie(*words, env={"XDG_CONFIG_HOME": home.path("guarded%d" % i)})
                tap.check(free.code in (0, 64, 65) and got.code == free.code, "confined: %s" % " ".join(map(os.path.basename, words)), (free, got))
            for words in (("rules", "test", "550 5.1.1 user unknown"), ("rules", "correct", "--as=mail-loop", SAID)):
                got = home.nixie(*words, env={"GUARD_ALL": "1"})
                tap.check(got.code == 70 and "met a fault of the program" in got.said and "Aborted" not in got.said,
                          "a child that dies is told in plain words: %s" % " ".join(words[:2]), got)
            # The guard does its work: the examples of rules, which are no mail, are matched freely.
            tap.check(home.nixie("rules", "check").code < 0, "what is not confined is ended")
except FileNotFoundError as missing:
    tap.skip("all matching is confined", "%s is not there" % missing.filename)
tap.end()
