# SPDX-License-Identifier: GPL-3.0-or-later
"""Completion in the real shells: words of the tables, tags and named queries of the index, saved views."""
import os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap
from screen import Screen, available

tap = Tap()
SCRIPTS = os.path.join(os.environ.get("BUILDDIR") or os.path.join(SRCDIR, "build"), "contrib", "completion")

# What is typed, and what must be offered: words that are there, words that are not.
CASES = [
    ("nixie li", ["list"], ["log"]),
    ("nixie ", ["tui", "stats", "doctor", "extract"], []),
    ("nixie stats --b", ["--by="], ["--bom"]),
    ("nixie stats --by=rem", ["remote-mta", "remote-domain"], ["category"]),
    ("nixie stats --by=domain,inc", ["incident"], ["category"]),
    ("nixie list --cat", ["--category="], ["--by="]),
    ("nixie list --category=mailbox-", ["mailbox-full", "mailbox-disabled"], ["expired"]),
    ("nixie list --category=expired,mailbox-f", ["mailbox-full"], ["mailbox-disabled"]),
    ("nixie list --format=j", ["json", "json-lines"], ["csv"]),
    ("nixie list --state=bo", ["bounced-again"], []),
    ("nixie show --for=", ["recipient", "admin", "sender"], ["postfix"]),
    ("nixie export --for=p", ["postfix", "phplist"], ["admin"]),
    ("nixie list --lang=", ["de", "en", "fr"], []),
    ("nixie list --theme=h", ["high-contrast"], ["mono"]),
    ("nixie tui --keys=", ["default", "neomutt", "vim"], ["mono"]),
    ("nixie list --plain=t", ["true"], ["false"]),
    ("nixie list --tag-done=qu", ["quokka"], ["retry"]),
    ("nixie list --view=ur", ["urgent-view"], []),
    ("nixie list typ", ["type:"], ["kind:"]),
    ("nixie list -- category:mailbox-f", ["mailbox-full"], ["expired"]),
    ("nixie list tag:qu", ["quokka"], ["inbox"]),
    ("nixie list -- query:qu", ["quokkas"], []),
    ("nixie tag +quok", ["+quokka"], ["-quokka"]),
    ("nixie tag -quok", ["-quokka"], ["+quokka"]),
    ("nixie extract rep", ["report.eml"], ["list"]),
    ("nixie extract --files-from=rep", ["report.eml"], []),
    ("nixie rules co", ["correct"], ["check"]),
    ("nixie rules ", ["check", "list"], ["address:"]),
    ("nixie hel", ["help"], []),
    ("nixie help l", ["list", "log"], ["lastmod:"]),
    ("nixie rules correct --as=vir", ["virus-detected"], []),
    ("nixie log --li", ["--limit="], ["--list"]),
    ("nixie-resend --dr", ["--dry-run"], ["--all"]),
    ("nixie-resend --", ["--all", "--again", "--anyway", "--dry-run", "--instead=", "--sendmail=", "--yes"], []),
    ("nixie-resend --yes category:mailbox-f", ["mailbox-full"], ["expired"]),
    ("nixie-resend --sendmail=not", ["notmuch"], ["--again"]),
]
BASH = r"""source "$1"; COMP_LINE=$2; call=_${2%% *}; call=${call/-/_}; COMP_POINT=${#2}; COMP_WORDBREAKS=$'"\'><=;|&(: \t\n'; $call; printf '%s\n' "${COMPREPLY[@]}" """


IN_TERMINAL = {
    "bash": "exec bash --norc -i\nsource '%s/nixie.bash'; echo set \"\"up",
    "zsh": "exec zsh -f -i\nfpath=('%s' $fpath); autoload -Uz compinit; compinit -D -u; setopt no_list_ambiguous; echo set \"\"up",
    "fish": "exec fish --no-config\nsource '%s/nixie.fish'; echo set \"\"up",
}


def prepare(home):
    home.make_index()
    home.notmuch("tag", "+quokka", "--", "*")
    home.notmuch("config", "set", "query.quokkas", "tag:quokka")
    home.nixie("views", "--save=urgent-view", "--type=hard")
    home.write("report.eml", "x")
    os.makedirs(home.path("bin"))
    os.symlink(NIXIE, home.path("bin", "nixie"))
    os.symlink(os.path.join(SRCDIR, "contrib", "nixie-resend"), home.path("bin", "nixie-resend"))
    home.env["PATH"] = home.path("bin") + ":" + home.env.get("PATH", "/usr/bin:/bin")


def judge(shell, typed, offered, wanted, unwanted):
    """A shell may offer the word, or all that stands from the last blank or the option on."""
    offered = [o.rstrip().rstrip("=") for o in offered]
    ends = lambda word: any(o == word.rstrip("=") or o.endswith(("=" + word, ":" + word, "," + word)) for o in offered)
    good = all(ends(word) for word in wanted) and not any(ends(word) for word in unwanted)
    tap.check(good, "%s: %s" % (shell, typed), "wanted %s, not %s\n%s" % (wanted, unwanted, "\n".join(offered)))


def run(home, *words):
    done = subprocess.run(words, cwd=home.root, env=home.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return [line.split("\t")[0] for line in done.stdout.decode().splitlines()] or [done.stderr.decode()]


def bash(home):
    for typed, wanted, unwanted in CASES:
        judge("bash", typed, run(home, "bash", "--norc", "-c", BASH, "bash", os.path.join(SCRIPTS, "nixie.bash"), typed), wanted, unwanted)


def fish(home):
    for typed, wanted, unwanted in CASES:
        judge("fish", typed, run(home, "fish", "--no-config", "-c", "source '%s'; complete -C '%s'" % (os.path.join(SCRIPTS, "nixie.fish"), typed)),
              wanted, unwanted)


def zsh(home):
    """It completes in a terminal alone: what stands on the screen after TAB, twice where there is a choice."""
    if not available():
        tap.skip("completion in zsh", "tmux is not installed")
        return
    with Screen(home, 120, 60) as screen:
        screen.type(IN_TERMINAL["zsh"] % SCRIPTS + "\n")
        screen.wait("set up")
        for n, (typed, wanted, unwanted) in enumerate(CASES):
            screen.type("clear; echo cle\"\"ared %d\n" % n)
            screen.wait(r"cleared %d\n\S" % n)  # and the next prompt: before it the shell reads no Tab as one
            screen.type(typed)
            screen.keys("Tab")
            on = lambda word, text: re.search(r"(?<![\w+-])%s(?![\w-])" % re.escape(word.rstrip(":=")), text)
            text = screen.wait(lambda text: all(on(word, text) for word in wanted)) or screen.text()
            tap.check(all(on(word, text) for word in wanted) and not any(on(word, text) for word in unwanted), "zsh: " + typed, text)
            screen.keys("C-u")


def typed_by_hand(home, shell, start, line, done):
    """In a terminal: what is on the line after TAB."""
    with Screen(home, 100, 30) as screen:
        screen.type(start + "\n")
        screen.wait("set up")
        screen.type(line)
        screen.keys("Tab")
        tap.check(screen.wait(re.escape(done)), "%s in a terminal: %s" % (shell, line), screen.text())


with Home() as home:
    prepare(home)
    for shell, test in (("bash", bash), ("zsh", zsh), ("fish", fish)):
        if not shutil.which(shell):
            tap.skip("completion in " + shell, shell + " is not installed")
            continue
        test(home)
        if not available():
            tap.skip("completion in %s in a terminal" % shell, "tmux is not installed")
            continue
        for line, done in (("nixie list --category=greyl", "--category=greylisted"), ("nixie list tag:quok", "tag:quokka")):
            typed_by_hand(home, shell, IN_TERMINAL[shell] % SCRIPTS, line, done)
tap.end()
