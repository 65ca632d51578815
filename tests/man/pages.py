# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages, `--help` and the help screen tell of the same commands, options, filters, settings, keys, codes."""
import csv, os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import manual
from nixie import NIXIE, SRCDIR, Home, Tap
from screen import Screen, available

tap = Tap()
# What mandoc's style asks for and these pages do not want: long lines in the source, pages of other packages, two hyphens.
ACCEPTED = re.compile(r"longer than 80 bytes|referenced manual not found|possible typo in section name|outdated mandoc.db|verbatim \"--\"")


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def commands(home):
    told = dict(re.findall(r"^  ([a-z]+) +(.*)$", home.nixie("--help").text.split("Commands:")[1], re.M))
    written = {re.match(r"Cm ([a-z]+)", head).group(1): (head, body) for head, body in manual.items(manual.section("nixie.1", "COMMANDS"))}
    tap.check(len(told) > 10, "--help lists commands", told)
    tap.equal(sorted(written), sorted(told), "nixie(1) has the commands of --help")
    for name in sorted(set(told) & set(written)):
        got = home.nixie(name, "--help").text
        usage, paragraph = got.split("\n\n")[0].split("[OPTIONS]")[1], got.split("\n\n")[1]
        head, body = written[name]
        shown = re.sub(r" (?=[\]|.])|(?<=[\[|]) ", "", manual.plain(re.sub(r" Ns = Ns Ar ", "=", head.replace("Oo", "[").replace("Oc", "]"))
                       .replace("Fl ", "-").replace("Ar ", "").replace("Cm ", "")))
        tight = lambda text: re.sub(r" ?([\[\]|]|\.\.\.) ?", r"\1", text).strip()
        tap.equal(tight(shown[len(name):]), tight(usage), "nixie(1) has the arguments of %s" % name)
        tap.check(squeezed(paragraph.replace("`", "")) in manual.words(body), "and what %s does" % name, manual.words(body)[:600])
    return sorted(told)


def options(home, names):
    takers, helps = {}, {}
    for name in names:
        lines = home.nixie(name, "--help").text.split("\nOptions:\n")[1].split("\n\n")[0]
        for option, text in re.findall(r"^  (?:-\w, )?--([a-z-]+(?:=\S+)?) +(.*)$", lines, re.M):
            takers.setdefault(option, set()).add(name)
            helps[option] = text
    written = {}
    for head, body in manual.items(manual.section("nixie.1", "OPTIONS")):
        name = re.search(r"Fl (-[a-z-]+(?: Ns = Ns Ar \S+)?)", manual.plain(head)).group(1)
        written[name[1:].replace(" Ns = Ns Ar ", "=")] = manual.words(body)
    tap.check(len(takers) > 30, "--help lists options", takers)
    tap.equal(sorted(written), sorted(takers), "nixie(1) has the options of all --help")
    wrong = []
    for option in sorted(set(takers) & set(written)):
        got = re.search(r"Taken by (all but )?([a-z, ]+)\.$", written[option])
        listed = set(got.group(2).split(", ")) if got else set()
        if (set(names) - listed if not got or got.group(1) else listed) != takers[option]:
            wrong.append(option)
        if squeezed(helps[option].replace("`", "")).lower().rstrip(".") not in written[option].lower():
            wrong.append("%s: %r is not %r" % (option, written[option], helps[option]))
    tap.equal(wrong, [], "each with the same words and of the same commands")


def filters(home):
    listed = home.nixie("list", "--help").text.split("Filters")[1].split("\n\n")[0]
    told = dict(re.findall(r"^  --([a-z-]+)=\S+ +(.*)$", listed, re.M))
    written = {head.split()[1]: body for head, body in manual.items(manual.section("nixie.1", "FILTERS"))}
    tap.check(len(told) > 8, "list --help lists filters", listed)
    tap.equal(sorted(written), sorted(told), "nixie(1) has them all")
    for name, body in written.items():
        values = re.findall(r"[a-z-]+", manual.plain(("\n" + body).split("\nOne of\n.Cm ")[1])) if "\nOne of\n" in "\n" + body else ["x"]
        bad = [v for v in values if home.nixie("explain", "5.1.1", "--%s=%s" % (name, v)).code and
               home.nixie("views", "--save=v", "--%s=%s" % (name, v)).code]
        tap.equal(bad if name != "day" else [], [], "the values of %s are taken" % name)


def settings(home):
    told = home.nixie("doctor", "--help", "--verbose").text.split("Settings")[1].split("\n\n")[0]
    told = dict(re.findall(r"^  --([a-z-]+)=\S+ +(.*)$", told, re.M))
    written = {head.split()[1]: manual.words(body) for head, body in manual.items(manual.section("nixie-config.5", "SETTINGS"))}
    # An option of the same name stands for the setting.
    tap.check(len(told) > 15, "--help lists settings", told)
    tap.equal(sorted(set(written) - set(told)), ["jobs"] if "jobs" not in told else [], "nixie-config(5) has no others")
    tap.equal(sorted(set(told) - set(written)), [], "and has them all")
    wrong = [key for key in told if squeezed(told[key].replace("`", "")).lower() not in written.get(key, "").lower()]
    tap.equal(wrong, [], "in the same words")
    group = None
    for line in manual.section("nixie-config.5", "SETTINGS").splitlines():
        group = line[len(".Ss Group "):] if line.startswith(".Ss Group ") else group
        key = re.match(r"\.It Cm ([a-z-]+) Ns = Ns Ar (\S+)", line)
        if key:
            value = manual.plain(key.group(2)).split("|")[-1]
            value = {"N": "1", "DAYS": "1", "DIR": "/tmp", "TEMPLATE": "[x {number}]", "NAME": "mono", "LANG": "de"}.get(value, value)
            home.write(".config/nixie/config", "[%s]\n%s=%s\n" % (group, key.group(1), value))
            got = home.nixie("explain", "5.1.1")
            tap.check(got.code == 0, "[%s] %s=%s is a line of the configuration" % (group, key.group(1), value), got)
    os.remove(home.path(".config/nixie/config"))


def keys(home):
    if not available():
        tap.skip("the help screen", "tmux is not installed")
        return
    with Screen(home, 160, 400) as screen:
        screen.type("'%s' demo\n" % NIXIE)
        screen.wait(r"\d+ shown")
        screen.type("?")
        text = screen.wait("suspend|go back to the shell") or screen.text()
        screen.type("qQ")
        screen.wait(lambda t: t.rstrip().endswith("ready>"))
    written = 0
    for group in ("MOVE", "FIND", "ACT", "READ", "VIEW"):
        for head, body in manual.items(manual.section("nixie-keys.7", group)):
            bound = manual.plain(re.sub(r" Pq Cm .*", "", head).replace("Ic ", "")).split(" , ")
            help = manual.words(body).split(".")[0]
            line = [line for line in text.splitlines() if squeezed(line.replace("`", "")).lower().find(help.lower()[:60]) >= 0]
            right = any(all(key in re.split(r"[ ,]+", l) or key == ":" for key in bound) or "1..9" in l for l in line)
            written += right
            if not right:
                tap.check(False, "the help screen has %s" % head, "\n".join(line) or help)
    tap.check(written > 80, "the help screen has the keys of nixie-keys(7), in the same words", written)
    with open(os.path.join(SRCDIR, "src", "triage", "command.c"), encoding="utf-8") as file:
        table = file.read().split("ui_commands[] = {")[1].split("\n};")[0]
    tap.equal(written, len(re.findall(r'(?m)^\t\{"', table)), "and no row of the table is missing")


def data():
    page = manual.words(manual.read("nixie-explain.7"))
    with open(os.path.join(SRCDIR, "data", "codes.tsv"), encoding="utf-8") as file:
        rows = list(csv.DictReader((l for l in file if not l.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))
    tap.check(len(rows) > 800, "there are codes", len(rows))
    missing = [row for row in rows if squeezed(row["meaning"]).lower() not in page.lower() or
               row["status"] not in page or row["phrase"] and squeezed(row["phrase"].lstrip("=")) not in page]
    tap.equal(missing, [], "nixie-explain(7) has every code, phrase and meaning")
    told = manual.words(manual.section("nixie-categories.7", "CATEGORIES"))
    with open(os.path.join(SRCDIR, "data", "categories.ini"), encoding="utf-8") as file:
        groups = re.findall(r"(?m)^\[([a-z-]+)\]\ntitle=(.*)$", file.read())
    ids = re.findall(r"\b[a-z-]+", manual.section("nixie-rules.5", "KEYS").split(".Cm ")[1])
    tap.equal([i for i, title in groups if i in ids and title not in told], [], "nixie-categories(7) has every category")
    tap.equal(len(manual.items(manual.section("nixie-categories.7", "CATEGORIES"))), 28, "and no other")


def exits():
    told = {int(head): manual.words(body) for head, body in manual.items(manual.section("nixie.1", "EXIT STATUS"))}
    with open(os.path.join(SRCDIR, "src", "base", "errors.h"), encoding="utf-8") as file:
        known = [int(n) for n in re.findall(r"\bNIXIE_\w+ = (\d+)", file.read())]
    tap.equal(sorted(told), sorted(known), "nixie(1) has every exit code")


def resend():
    got = subprocess.run([sys.executable, os.path.join(SRCDIR, "contrib", "nixie-resend"), "--help"], stdout=subprocess.PIPE).stdout.decode()
    told = set(re.findall(r"^  (?:-\w, )?--([a-z-]+)", got, re.M))
    tap.equal(set(re.findall(r"(?m)^\.It .*Fl -([a-z-]+)", manual.read("nixie-resend.1"))), told, "nixie-resend(1) has its options")


def lint():
    if not shutil.which("mandoc"):
        tap.skip("mandoc -Tlint", "mandoc is not installed")
        return
    for name in manual.PAGES:
        done = subprocess.run(["mandoc", "-Tlint", manual.path(name)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        found = [line for line in done.stdout.decode().splitlines() if not ACCEPTED.search(line)]
        tap.equal(found, [], "mandoc finds nothing in " + name)


def again():
    """The same bytes from the same tables, wherever and whenever."""
    fill = os.path.join(manual.BUILDDIR, "man", "fill")
    for name in manual.PAGES:
        source = os.path.join(SRCDIR, "man", name + ".in")
        if os.path.exists(source):
            env = dict(os.environ, TZ="Asia/Tokyo", LC_ALL="C", LANGUAGE="de", ASAN_OPTIONS="detect_leaks=0")
            done = subprocess.run([fill, os.path.join(SRCDIR, "data"), source], stdout=subprocess.PIPE, env=env, cwd="/")
            tap.check(done.returncode == 0 and done.stdout.decode() == manual.read(name), "%s is made alike anywhere" % name)


with Home() as home:
    names = commands(home)
    tap.parts([lambda: options(home, names), lambda: filters(home), lambda: settings(home), lambda: keys(home), data, exits, resend, lint, again])
tap.end()
