# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie(1) and --help tell of the same commands, filters and options."""
import os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Home, Tap

tap = Tap()
page = open(os.path.join(SRCDIR, "man", "nixie.1"), encoding="utf-8").read()
commands_section = page.split(".Sh COMMANDS")[1].split(".Sh ")[0]
filters_section = page.split(".Sh FILTERS")[1].split(".Sh ")[0]
with Home() as home:
    told = re.findall(r"^  ([a-z]+) ", home.nixie("--help").text.split("Commands:")[1], re.M)
    written = re.findall(r"^\.It Cm ([a-z]+)", commands_section, re.M)
    tap.check(len(told) > 10, "--help lists commands", told)
    tap.equal(sorted(set(written)), sorted(told), "the manual has the commands of --help")
    listed = home.nixie("list", "--help").text.split("Filters")[1].split("\n\n")[0]
    filters = re.findall(r"^  --([a-z]+)=", listed, re.M)
    tap.check(len(filters) > 8, "list --help lists filters", listed)
    tap.equal([f for f in filters if not re.search(r"\b%s\b" % f, filters_section)], [], "the manual has them all")
    for command in told:
        got = home.nixie(command, "--help")
        tap.check(got.code == 0 and got.text.startswith("Usage:\n  nixie %s" % command), "nixie %s --help" % command, got)
    settings = re.findall(r"^  --([a-z-]+)=", home.nixie("doctor", "--help", "--verbose").text.split("Settings")[1].split("\n\n")[0], re.M)
    config_page = open(os.path.join(SRCDIR, "man", "nixie-config.5"), encoding="utf-8").read()
    described = re.findall(r"^\.It Cm ([a-z-]+) Ns =", config_page, re.M)
    tap.check(len(settings) > 15, "--help lists settings", settings)
    tap.equal(sorted(described), sorted(settings), "nixie-config(5) has them all")
    if shutil.which("mandoc"):
        for name in ("nixie.1", "nixie-config.5", "nixie-rules.5"):
            done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", os.path.join(SRCDIR, "man", name)], stdout=subprocess.PIPE)
            found = [line for line in done.stdout.decode().splitlines() if "WARNING" in line or "ERROR" in line]
            tap.equal(found, [], "mandoc finds nothing in " + name)
    else:
        tap.skip("mandoc -Tlint", "mandoc is not installed")
tap.end()
