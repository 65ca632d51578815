# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding from the command line: nothing found is explained, a broken query shown with a caret, --exit-code, saved views checked."""
import os, re, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import NIXIE, Tap
from mailbox import Mailbox

tap = Tap()

# Check 4 of the screens: ten bad queries, and the token that each must be told by.
BROKEN = [("query:foo", "query:foo"), ("from:", "from:"), ("date:foo..bar", "foo"), ("(", "("), ("tag:x and", "and"), ("subject:/(/", "subject:/(/"),
          ("sexp:(", "sexp:("), ("path:", "path:"), ('"unclosed', '"unclosed'), ("nosuch:abc", "nosuch:abc"),
          ("tag:x and and tag:y", "and"), ("tag:inbox category:nonsense", "category:nonsense"), ("date:7d.. not type:hard", "type:hard")]


def pointed_at(said, query):
    """What the caret stands below; None when there is none."""
    lines = said.splitlines()
    for line, below in zip(lines, lines[1:]):
        if line == "  " + query and below.strip("^ ") == "" and "^" in below:
            return line[below.index("^"):below.rindex("^") + 1]
    return None


# Words of a command line that show nothing, and what stderr must say.
NOTHING = [
    (["from:nobody-at-all"], ["`from:nobody-at-all` matches no message"]),
    (["tag:inbox", "from:nobody-at-all"], ["`from:nobody-at-all` matches no message; without it there are"]),
    (["subject:desk and not tag:inbox and tag:sent and from:nobody-at-all"], ["`from:nobody-at-all` matches no message"]),
    (["--type=hard", "--category=mailbox-full"], ["`type:hard` fits", "`category:mailbox-full` fits", "no row fits all"]),
    (["type:hard", "domain:nosuch.example"], ["`domain:nosuch.example` fits none of the"]),
    (["tag:sent"], ["neither a failure nor a delay", "kind:not-a-bounce"]),
]

with Mailbox() as box:
    for query, token in BROKEN:
        for words in (["list", "--", query], ["stats", "--", query], ["export", "--", query]):
            got = box.nixie(*words)
            tap.check(got.code == 64 and not got.out and pointed_at(got.said, query) == token, "nixie %s %s: the caret stands below %s" % (words[0], query, token), got)
    shown = len(box.shown())
    for words, wanted in NOTHING:
        got = box.nixie("list", *words)
        tap.check(got.code == 0 and not got.out and all(w in got.said for w in wanted), "nothing for %s: why" % " ".join(words), got)
        got = box.nixie("list", "--quiet", *words)
        tap.check(got.code == 0 and not got.out and not got.said, "not with --quiet", got)
    got = box.nixie("list", "domain:nosuch.example")
    tap.check("none of the %d rows; without it %d" % (shown, shown) in got.said, "the counts are those of the list", got)
    hard = len(box.rows("--type=hard"))
    got = box.nixie("list", "type:hard", "domain:nosuch.example")
    tap.check("without it %d" % hard in got.said, "and those without one filter", got)
    for words in (["stats"], ["show"], ["show", "--for=admin"], ["tag", "+x", "--"]):
        got = box.nixie(*words, "from:nobody-at-all")
        tap.check(got.code == 0 and "`from:nobody-at-all` matches no message" in got.said, "nixie %s says it too" % " ".join(words), got)

    # What is left out by notmuch's own setting is told.
    box.notmuch("tag", "+hidden", "--", "to:desk@fennel.example", "and", "tag:inbox")
    box.notmuch("config", "set", "search.exclude_tags", "hidden")
    some = box.notmuch("search", "--exclude=false", "--output=messages", "--limit=1", "tag:hidden").strip()
    got = box.nixie("list", some)
    tap.check(not got.out and "search.exclude_tags (hidden)" in got.said and "--exclude=false" in got.said, "excluded messages are named", got)
    box.notmuch("config", "set", "search.exclude_tags", "")
    box.notmuch("tag", "-hidden", "--", "tag:hidden")

    # --exit-code: 1 when something matched.
    for words, matched in ((["list"], 1), (["stats"], 1), (["show", "--limit=1"], 1), (["export"], 1), (["show", "--for=sender", "--limit=1"], 1),
                           (["suppress", "--proposed"], 1), (["address", "lena.ostrom@quayside.example"], 1),
                           (["list", "from:nobody-at-all"], 0), (["stats", "from:nobody-at-all"], 0), (["export", "category:tls-required"], 0),
                           (["suppress", "--list"], 0), (["retry", "--due", "from:nobody-at-all"], 0), (["retry", "--due"], 1)):
        got = box.nixie(*words, "--exit-code", "--quiet")
        tap.equal(got.code, matched, "nixie %s --exit-code" % " ".join(words))

    box.nixie("suppress", "--", "address:lena.ostrom@quayside.example")
    tap.equal(box.nixie("suppress", "--list", "--exit-code").code, 1, "nixie suppress --list --exit-code")

    # An address as mail programs show it.
    plain = box.nixie("address", "lena.ostrom@quayside.example").text
    for words in ("Lena Ostrom <lena.ostrom@quayside.example>", "<lena.ostrom@quayside.example>", "mailto:lena.ostrom@quayside.example"):
        got = box.nixie("address", words)
        tap.check(got.text == plain and "unknown" not in plain, "nixie address '%s'" % words, got)

    # What others did first, and what an undo leaves to them, is told message by message.
    some = box.notmuch("search", "--output=messages", "--limit=3", "--sort=oldest-first", "subject:Undelivered").split()
    box.notmuch("tag", "+mine", "--", some[0])
    got = box.nixie("tag", "+mine", "+ours", "--", " or ".join(some))
    got = box.nixie("tag", "+mine", "--", " or ".join(some + ["tag:mine"]))
    tap.check(got.code == 0 and "so already" in got.said, "nothing is changed where all is so", got)
    box.notmuch("tag", "-mine", "--", some[1])
    box.notmuch("tag", "-ours", "--", some[2])
    box.notmuch("tag", "-mine", "-ours", "--", some[0])
    got = box.nixie("undo")
    tap.check(got.code == 0 and all("%s: -" % s in got.said for s in some) and "%s: -mine" % some[1] in got.said and "%s: -ours" % some[2] in got.said,
              "undo lists what it left, by message", got)
    tap.equal(box.notmuch("count", "tag:mine or tag:ours").strip(), "0", "and takes the rest back")
    got = box.nixie("redo")
    tap.check(got.code == 0 and int(box.notmuch("count", "tag:ours")) == 3, "redo does it all again", got)
    box.nixie("undo")

    # A bounce is found by what the agent knows: the ticket, or words of the subject.
    shown = box.shown().values()
    tickets = sorted({row["ticket"] for row in shown if row["ticket"]})
    for n in tickets[:3]:
        want = sorted(row["id"] for row in shown if row["ticket"] == n)
        for words in (["--ticket=%d" % n], ["ticket:#%d" % n], ["ticket:[#%d]" % n]):
            tap.equal(sorted(row["id"] for row in box.rows(*words)), want, "%s finds it" % words[0])
    tap.equal(len(box.rows("ticket:*")), sum(bool(row["ticket"]) for row in shown), "ticket:* are all that have one")
    word = "timetable"
    tap.equal(len(box.rows("original-subject:" + word)), sum(word in (row["subject"] or "").lower() for row in shown), "original-subject: takes a word of it")
    tap.check(len(box.rows("any:" + word)) >= len(box.rows("original-subject:" + word)) > 0, "any: looks there, too")
    got = box.nixie("list", "--quiet", "--ticket-template=[#{number}] Timetable", "ticket:*")
    tap.check(got.code == 0 and "Timetable question" in got.text, "ticket-template says how a ticket is written", got)
    got = box.nixie("list", "--ticket-template=#4711")
    tap.check(got.code == 64 and "write {number} there" in got.said, "one that names no number is refused", got)

    # Saved views: a mistake in one leaves it out, and stops nothing else.
    config = box.write(".config/nixie/config", "# ours\n[views]\nhard ones=type:hard\nbad=type:hurd\nopen=tag:x and (\n\n# keys\n[keys]\nZ=quit\n")
    got = box.nixie("doctor")
    tap.check(got.code == 78 and re.search(r"config:4: \[views\] bad: .*hard", got.text) and re.search(r"config:5: \[views\] open", got.text),
              "the doctor names the line of a broken view", got)
    tap.equal(box.nixie("list", "--quiet").code, 0, "a broken view stops no other command")
    got = box.nixie("views")
    tap.check(got.code == 0 and got.text == "hard ones           type:hard\n" and got.said.count("left out") == 2, "views lists the good ones, and says what it left out", got)
    hard = box.nixie("list", "--quiet", "type:hard").text
    tap.check(hard and box.nixie("list", "--quiet", "--view=hard ones").text == hard, "--view takes up a view")
    tap.equal(box.nixie("list", "--quiet", "--view=hard ones", "subject:a or subject:b").text, box.nixie("list", "--quiet", "type:hard (subject:a or subject:b)").text,
              "and goes with a query that has an `or`")
    got = box.nixie("list", "--view=hard one")
    tap.check(got.code == 64 and "`hard ones`?" in got.said, "a mistyped name is told", got)
    got = box.nixie("views", "--save=soft, mine", "--type=soft", "date:7d.. or tag:inbox")
    with open(config) as fh:
        kept = fh.read()
    tap.equal((got.code, kept), (0, "# ours\n[views]\nhard ones=type:hard\nbad=type:hurd\nopen=tag:x and (\nsoft, mine=type:soft (date:7d.. or tag:inbox)\n\n# keys\n[keys]\nZ=quit\n"),
              "--save writes its line, and no other")
    tap.equal(os.stat(config).st_mode & 0o777, 0o600, "for nobody else to read")
    several = [subprocess.Popen([NIXIE, "views", "--save=both%d" % i, "type:soft"], env=box.env) for i in range(8)]
    codes = [each.wait() for each in several]
    tap.equal((codes, [box.nixie("views").text.count("both%d " % i) for i in range(8)]), ([0] * 8, [1] * 8), "eight who save at once all find theirs")
    for i in range(8):
        box.nixie("views", "--unset", "both%d" % i)
    box.nixie("views", "--save=bad", "type:hard")
    with open(config) as fh:
        tap.equal(fh.read(), kept.replace("type:hurd", "type:hard"), "a view of the same name is replaced where it stands")
    box.nixie("views", "--unset", "bad")
    with open(config) as fh:
        tap.equal(fh.read(), kept.replace("bad=type:hurd\n", ""), "and forgotten")
    tap.equal([x["name"] for x in box.nixie("views", "--format=json").json()], ["hard ones", "soft, mine"], "as JSON")
    for words, told in ((["--save=x", "type:hurd"], "did you mean `hard`"), (["--save=a=b", "type:hard"], "cannot be called"), (["--save=", "type:hard"], "needs a name"),
                        (["--save=x"], "nothing to save"), (["--unset", "nosuch"], "no view is called"), (["type:hard"], "--save=NAME"), (["--save=x", "--unset"], "exclude")):
        before = open(config).read()
        got = box.nixie("views", *words)
        tap.check(got.code == 64 and told in got.said and open(config).read() == before, "views %s is refused" % " ".join(words), got)
    # A link stays one; a directory that is not there is made.
    real = box.path("dotfiles")
    os.rename(config, real)
    os.symlink(real, config)
    box.nixie("views", "--save=more", "type:hard")
    tap.check(os.path.islink(config) and "more=type:hard" in open(real).read(), "the file behind a link is written, and the link stays")
    os.unlink(config)
    os.rmdir(os.path.dirname(config))
    got = box.nixie("views", "--save=first", "--", "tag:inbox")
    tap.equal((got.code, open(config).read()), (0, "[views]\nfirst=tag:inbox\n"), "the file is made where there is none")
    os.unlink(config)
tap.end()
