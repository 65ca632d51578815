# SPDX-License-Identifier: GPL-3.0-or-later
"""Restricted mode: no key and no command reaches a shell, another program, or a file outside one directory, and nobody
takes it back."""
import os, re, shutil, subprocess, sys
from faults import NIXIE, SRCDIR, Home, Tap
from screen import Screen, available

tap = Tap()
NARROWS = ("query", "limit")  # afterwards no row would be there to act on
LEAVES = ("quit", "close")  # end the screen, not the restriction
REFUSED = {"!": "shell is not opened", "|": "programs are not run", "E": "editors are not run", "C-z": "no way back to the shell", "gtx": "programs are not run"}
REPORT = os.path.join(SRCDIR, "data", "samples", "qmail-no-reason.eml")
WORDS = {  # what a command needs beside --output
    "address": ["a@b.example"], "extract": [REPORT], "explain": ["550 5.1.1 unknown"], "suppress": ["--list"], "retry": ["--status"],
    "rules": ["list"], "show": ["*"], "list": ["*"], "stats": ["*"], "export": ["--include-unverified", "*"], "log": [],
}


def ui_commands():
    """Names and keys of the table of commands."""
    with open(os.path.join(SRCDIR, "src", "triage", "command.c"), encoding="utf-8") as fh:
        table = fh.read().split("const struct cli_command")[0]
    return re.findall(r'\n\t\{"([a-z-]+)", (?:NULL|"([^"]*)"), "([^"]*)",', table)


class Box(Home):
    """A mailbox, and programs that leave a trace when they are run."""

    def __init__(self):
        super().__init__()
        self.make_index()
        self.trace, self.saved = self.path("trace"), self.path("saved")
        program = self.write("program", "#!/bin/sh\necho \"$0 $*\" >>'%s'\n" % self.trace)
        os.chmod(program, 0o755)
        for name in ("sh", "less", "vi", "nixie-resend"):
            os.makedirs(self.path("bin"), exist_ok=True)
            shutil.copy(program, self.path("bin", name))
        self.env.update(SHELL=program, PAGER=program, EDITOR=program, VISUAL=program, NIXIE_NOW="1785240000")
        self.write(".config/nixie/config", "[retry]\nresend-command=%s\n" % program)

    def elsewhere(self):
        """Files that are not nixie's own, nor in the one directory; the terminal's and the index's are not looked at."""
        own = (self.saved, self.path(".local"), self.path(".cache"), self.path("mail", ".notmuch"), self.path("tmux-"))
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.root) if not folder.startswith(own) for name in names)

    def traces(self):
        return open(self.trace).read() if os.path.exists(self.trace) else ""


def commands(box):
    """--output of every command that has it."""
    names = re.findall(r"^  ([a-z]+) ", box.nixie("--help").text, re.M)
    takers = [name for name in names if "--output" in box.nixie(name, "--help").text]
    tap.check(set(WORDS) <= set(takers), "%d commands write a file" % len(takers), takers)
    for name in takers:
        words = (name, "--restricted", "--save-directory=" + box.saved, "--force")
        inside = box.nixie(*words, "--output=" + name, *WORDS.get(name, []))
        tap.check(inside.code in (0, 65) and os.path.isfile(os.path.join(box.saved, name)), "%s --output writes inside, by a bare name" % name, inside)
        if not os.path.islink(os.path.join(box.saved, "link")):
            os.symlink(box.root, os.path.join(box.saved, "link"))
        escapes = [box.path("escaped"), "../escaped", "link/escaped", os.path.join(box.saved, "..", "escaped")]
        got = [box.nixie(*words, "--output=" + path, *WORDS.get(name, [])) for path in escapes]
        tap.check(all(g.code == 73 and box.saved in g.said and not os.path.exists(box.path("escaped")) for g in got),
                  "%s --output writes nothing outside" % name, got)
    bundle = box.nixie("rules", "bundle", "--restricted", "--save-directory=" + box.saved, "--output=" + box.path("escaped"), REPORT)
    tap.check(bundle.code == 73 and not os.path.exists(box.path("escaped")), "rules bundle neither", bundle)
    for path, mode in ((box.saved, 0o700), (os.path.join(box.saved, "export"), 0o600)):
        tap.equal(os.stat(path).st_mode & 0o777, mode, "%s has mode %o" % (os.path.basename(path), mode))


def is_restricted(box, *words, env=None, wrap=None):
    """Tried by its effect."""
    target = box.path("escaped")
    run = [*(wrap or []), NIXIE, "explain", *words, "--output=" + target, "550 5.1.1 unknown"]
    done = subprocess.run(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(box.env, **(env or {})), cwd=box.root)
    made = os.path.exists(target)
    if made:
        os.remove(target)
    return not made, done


def lifting(box):
    """It stays."""
    tap.check(not is_restricted(box)[0], "without it files are written anywhere")
    cases = [
        ("the option", ["--restricted"], None),
        ("the option, then taken back", ["--restricted", "--restricted=false"], None),
        ("the option, with another directory behind", ["--restricted", "--save-directory=" + box.saved, "--save-directory=" + box.root], None),
        ("the environment", [], {"NIXIE_RESTRICTED": "1"}),
        ("the environment, the option against it", ["--restricted=false"], {"NIXIE_RESTRICTED": "1"}),
        ("the environment, a directory against it", ["--save-directory=" + box.root], {"NIXIE_RESTRICTED": "1"}),
        ("a directory in the environment, another against it", ["--save-directory=" + box.root], {"NIXIE_RESTRICTED": box.saved}),
    ]
    for name, words, env in cases:
        held, done = is_restricted(box, *words, env=env)
        tap.check(held and done.returncode in (64, 73), "restricted by %s" % name, done)
    own = open(box.path(".config/nixie/config")).read()
    box.write(".config/nixie/config", own + "[screen]\nrestricted=false\nsave-directory=%s\n" % box.root)
    held, done = is_restricted(box, env={"NIXIE_RESTRICTED": "1"})
    tap.check(held and done.returncode == 73, "restricted by the environment, the user's file against it", done)
    system(box)
    box.write(".config/nixie/config", own)


def system(box):
    """/etc/nixie/config, in a name space with an /etc of our own."""
    for name in ("passwd", "group", "ld.so.cache", "nsswitch.conf"):
        if os.path.exists("/etc/" + name):
            os.makedirs(box.path("etc"), exist_ok=True)
            shutil.copy("/etc/" + name, box.path("etc"))
    box.write("etc/nixie/config", "[screen]\nrestricted=true\nsave-directory=%s\n" % box.saved)
    wrap = ["unshare", "-rm", "/bin/sh", "-c", 'mount --bind "$0" /etc && exec "$@"', box.path("etc")]
    if subprocess.run([*wrap, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        tap.skip("restricted by the machine", "no name spaces here")
        return
    for name, words, env in (("alone", [], {}), ("the option against it", ["--restricted=false"], {}),
                             ("a directory against it", ["--save-directory=" + box.root], {}),
                             ("the environment against it", [], {"NIXIE_RESTRICTED": box.root})):
        held, done = is_restricted(box, *words, env=env, wrap=wrap)
        tap.check(held and done.returncode in (64, 73), "restricted by the machine: %s" % name, done)
    box.write("etc/nixie/config", "[screen]\nrestricted=perhaps\n")
    held, done = is_restricted(box, wrap=wrap)
    tap.check(held and done.returncode == 78, "a broken file of the machine does not let go", done)


def keys(box, screen):
    """Every key, and every command by its name, with and without an argument."""
    table = ui_commands()
    tap.check(len(table) > 70, "%d rows of the table of keys" % len(table))
    for key, why in REFUSED.items():
        screen.keys(key) if key == "C-z" else screen.type(key)
        tap.check(screen.wait(why, 20), "%s says why not" % key, screen.text())
        screen.keys("Escape")
    for path in (box.path("escaped"), "../escaped", "link/escaped"):
        screen.type(":save %s\n" % path)
        tap.check(screen.wait(lambda t: "restricted mode saves files in" in t, 20), "save %s is refused with the reason" % path.replace(box.root, ""), screen.text())
        screen.keys("Escape")
    screen.type(":save mine.eml\n")
    tap.check(screen.wait(lambda t: os.path.exists(os.path.join(box.saved, "mine.eml")), 20), "a bare name is saved in the one directory", screen.text())
    for name, argument, all_keys in table:
        if name in LEAVES:
            continue
        words = [name] if argument or name in NARROWS else [name, name + " touch trace", name + " " + box.path("escaped")]
        for words in words:
            screen.type(":" + words + "\n")
            screen.keys("Escape", "Escape", "Escape")
        for key in all_keys.split():
            plain = key if len(key) == 1 or key.startswith(("C-", "F")) or not key.isascii() else None
            if plain and plain != "C-c":
                screen.keys(plain if plain != ";" else "\\;")
                screen.keys("Escape", "Escape", "Escape")


def main():
    with Box() as box:
        commands(box)
        lifting(box)
        if not available():
            tap.skip("keys", "tmux is not installed")
            tap.end()
        before = box.elsewhere()
        with Screen(box, 100, 30) as screen:
            screen.type("'%s' --restricted --save-directory='%s'\n" % (NIXIE, box.saved))
            screen.wait(r"\d+ found +\d+ shown")
            pid = screen.pid()
            keys(box, screen)
            tap.check(pid and screen.pid() == pid, "after all keys the screen stands", screen.text())
            screen.keys("Escape", "Escape", "Escape")
            screen.type("Q")
            screen.wait("ready>")
        tap.equal(box.traces(), "", "no program was run")
        tap.equal(box.elsewhere(), before, "no file came to be elsewhere")
    tap.end()


main()
