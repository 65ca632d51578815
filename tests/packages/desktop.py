# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop entry, the AppStream metainfo and the icon: valid by the tools of their makers, and true."""
import configparser, os, re, shutil, subprocess, sys, xml.etree.ElementTree as tree
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Home, Tap

tap = Tap()
PLACE = os.path.join(SRCDIR, "contrib", "desktop")
ENTRY, INFO, ICON = (os.path.join(PLACE, name) for name in ("nixie.desktop", "example.nixie.nixie.metainfo.xml", "nixie.svg"))


def validate(tool, *words):
    if not shutil.which(tool):
        tap.skip(tool, tool + " is not installed")
        return
    done = subprocess.run([tool, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    tap.check(done.returncode == 0 and not re.search(rb"(?m)^[EW]:|warning|hint", done.stdout), "%s finds nothing" % tool, done.stdout.decode())


def version():
    with open(os.path.join(SRCDIR, "configure.ac"), encoding="utf-8") as file:
        return re.search(r"AC_INIT\(\[nixie\], \[([^]]*)\]", file.read()).group(1)


validate("desktop-file-validate", ENTRY)
validate("appstreamcli", "validate", "--no-net", "--pedantic", INFO)

parser = configparser.RawConfigParser()
parser.optionxform = str
parser.read(ENTRY, encoding="utf-8")
entry = parser["Desktop Entry"]
tap.equal(entry["Terminal"], "true", "the entry opens a terminal")
words = entry["Exec"].split()
with Home() as home:
    tap.check(words[0] == "nixie" and home.nixie(*words[1:], "--help").code == 0, "what it starts is a command", words)
info = tree.parse(INFO).getroot()
tap.equal(info.findtext("id") + ".metainfo.xml", os.path.basename(INFO), "the metainfo is called by its id")
tap.equal(info.findtext("launchable"), os.path.basename(ENTRY), "it names the entry")
tap.equal(info.findtext("summary"), entry["Comment"], "and says the same")
tap.equal(info.find("releases/release").get("version"), version(), "its newest release is this version")
languages = {key[8:-1] for key in entry if key.startswith("Comment[")}
told = {e.get("{http://www.w3.org/XML/1998/namespace}lang") for e in info.findall("summary")} - {None}
tap.equal(languages, told, "both speak the same languages")
icon = tree.parse(ICON).getroot()
tap.equal(entry["Icon"] + ".svg", os.path.basename(ICON), "the entry names the icon")
tap.check(icon.get("width") == icon.get("height"), "which is a square", icon.attrib)
with open(ICON, encoding="utf-8") as file:
    tap.equal(re.findall(r"href|script|@import", file.read()), [], "and needs nothing else")
tap.end()
