# SPDX-License-Identifier: GPL-3.0-or-later
"""The hook of notmuch, the daily digest and the check for monitoring, as contrib/neighbours has them."""
import os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from mailbox import Mailbox
from nixie import NIXIE, SAMPLES, SRCDIR, Home, Result, Tap

RECIPES = os.path.join(SRCDIR, "contrib", "neighbours")
SINCE = "2026-06-28"  # the mailbox stands in July of that year, and notmuch reckons `30d` from the machine's clock
tap = Tap()


def run(home, *words, env=None, stdin=b""):
    made = {**home.env, "NIXIE": os.path.abspath(NIXIE), **(env or {})}
    return Result(subprocess.run([os.path.join(RECIPES, words[0]), *words[1:]], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=made))


def program(home, name, text):
    path = home.write("bin/" + name, "#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def hook():
    with Home() as home:
        home.make_index(os.path.join(SAMPLES, "inbox"))
        for page in ("mail-in.md", "neighbours.md"):
            with open(os.path.join(SRCDIR, "contrib", "doc", page), encoding="utf-8") as file:
                line = re.search(r"(?m)^ {4}(.* neighbours/notmuch/post-new .*)$", file.read()).group(1)
            subprocess.run(["sh", "-c", line], cwd=os.path.join(SRCDIR, "contrib"), env=home.env, check=True)
        tap.check(os.access(os.path.join(home.notmuch("config", "get", "database.hook_dir").strip(), "post-new"), os.X_OK), "both pages put the hook where notmuch runs it")
        home.notmuch("new")
        tap.equal(home.notmuch("count", "tag:bounce").strip(), "0", "no nixie on PATH: the hook does nothing, and fails nothing")
        os.symlink(os.path.abspath(NIXIE), home.path("nixie"))
        home.env["PATH"] = home.root + ":" + home.env["PATH"]
        shutil.copy(os.path.join(SAMPLES, "postfix-user-unknown.eml"), os.path.join(home.mail, "cur", "new-one:2,"))
        home.notmuch("new")
        tap.equal(home.notmuch("count", "tag:bounce", "and", "property:nixie.status=5.1.1").strip(), "1", "notmuch new tags the bounce that it brought")
        revision = home.revision()
        home.notmuch("new")
        tap.equal(home.revision(), revision, "with nothing new it changes nothing")
        for code, wanted in ((0, 0), (65, 0), (75, 0), (66, 1), (78, 1)):
            home.env["PATH"] = os.path.dirname(program(home, "nixie", "exit %d\n" % code)) + ":" + home.env["PATH"]
            done = subprocess.run(["notmuch", "new"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=home.env)
            tap.equal(int(done.returncode != 0), wanted, "nixie scan ends with %d: notmuch new %s" % (code, "fails" if wanted else "goes on"))


def check_of_monitoring():
    with Mailbox() as box:
        rows = len(box.rows("date:%s.." % SINCE))
        check = "monitoring/check_nixie"
        for words, code, state in (((), 0, "OK"), (("-w", str(rows), "-c", "1000"), 1, "WARNING"), (("-w", "1", "-c", str(rows)), 2, "CRITICAL"),
                                   (("-w", str(rows + 1), "-c", str(rows + 1)), 0, "OK")):
            query = ("date:%s.." % SINCE,) if words else ("from:nobody-at-all",)
            got = run(box, check, *words, *query)
            count = rows if words else 0
            tap.check(got.code == code and re.fullmatch(r"NIXIE %s - %d bounces[^|\n]*\| bounces=%d;\d+;\d+;0\n" % (state, count, count), got.text) and not got.err,
                      "check_nixie %s: %s" % (" ".join(words), state), got)
        for words, env in ((("-w", "many"), {}), (("-x",), {}), (("nosuch:abc",), {}), ((), {"NIXIE": "/nowhere/nixie"}), ((), {"NIXIE": "false"}), ((), {"NOTMUCH_CONFIG": "/nowhere/config"})):
            got = run(box, check, *words, env=env)
            tap.check(got.code == 3 and got.text.startswith("NIXIE UNKNOWN - ") and re.search(r" - .*[a-z]{3}", got.text) and got.text.count("\n") == 1 and "|" not in got.text,
                      "check_nixie %s %s: UNKNOWN, in one line" % (" ".join(words), " ".join(env)), got)


def digest():
    with Mailbox() as box:
        page = "digest/nixie-digest"
        got = run(box, page, "--since=" + SINCE)
        rows = len(box.rows("date:%s.." % SINCE))
        tap.check(got.code == 0 and got.text.startswith("Bounced mail since %s\n\nBy category\n\n%d bounces" % (SINCE, rows)) and "\nBy domain\n" in got.text and not got.err,
                  "the digest counts what bounced", got)
        tap.check(got.text.count("\nWhat is going on\n") == 1 and "\nIncidents: one trouble, many addresses, one day\n\n12 bounces" in got.text, "it tells once what is going on", got)
        got = run(box, page, "--since=2026-07-27")
        tap.check(got.code == 0 and "\nBy domain\n" in got.text and "Incidents" not in got.text and "by incident" not in got.text, "no incident: there is no table of them", got)
        sent = box.path("sent")
        mailer = program(box, "mailer", "printf '%%s\\n' \"$@\" > '%s.args'\ncat > '%s'\n" % (sent, sent))
        got = run(box, page, "--since=" + SINCE, "--to=desk@fennel.example", env={"SENDMAIL": mailer})
        with open(sent, encoding="utf-8") as mail, open(sent + ".args") as args:
            head, _, body = mail.read().partition("\n\n")
            tap.check(got.code == 0 and not got.out and "To: desk@fennel.example\n" in head and "Auto-Submitted: auto-generated" in head and "By category" in body
                      and args.read() == "-oi\n--\ndesk@fennel.example\n", "as a mail, handed to sendmail", head)
        os.remove(sent)
        got = run(box, page, "--since=1d", "--to=desk@fennel.example", "--", "from:nobody-at-all", env={"SENDMAIL": mailer})
        tap.check(got.code == 0 and not got.out and not got.err and not os.path.exists(sent), "nothing bounced: nothing is said or sent", got)
        broken = program(box, "broken", "exit 1\n")
        for words, env, code, said in ((("--to=-oQ/tmp@x",), {}, 64, "--to takes"), (("--to=a@b.example\nBcc: c@d.example",), {}, 64, "--to takes"), (("--what",), {}, 64, "--what"),
                                       ((), {"NIXIE": "/nowhere/nixie"}, 69, "/nowhere/nixie"), (("--since=" + SINCE, "nosuch:abc"), {}, 64, "nosuch:abc"),
                                       (("--since=" + SINCE, "--to=a@b.example"), {"SENDMAIL": broken}, 69, "did not take")):
            got = run(box, page, *words, env=env)
            tap.check(got.code == code and said in got.said and not got.out, "nixie-digest %s: a sentence, exit %d" % (" ".join(words).split("\n")[0], code), got)


def units():
    verify = shutil.which("systemd-analyze")
    if not verify:
        tap.skip("the units of systemd", "left out: no systemd-analyze here")
        return
    with Home() as home:
        for name in ("nixie-digest.service", "nixie-digest.timer"):
            shutil.copy(os.path.join(RECIPES, "digest", name), home.root)
        done = subprocess.run([verify, "--user", "--man=no", "--recursive-errors=no", "verify", home.path("nixie-digest.timer"), home.path("nixie-digest.service")], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env=dict(home.env, XDG_RUNTIME_DIR=home.root))
        if "nixie-digest" not in done.stdout and done.returncode:
            tap.skip("the units of systemd", "left out: systemd-analyze does not work here")
            return
        tap.check("nixie-digest" not in done.stdout, "systemd finds nothing wrong in the units", done.stdout)


tap.parts((hook, check_of_monitoring, digest, units))
tap.end()
