# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie without a notmuch set-up: Maildir, MH folder, directory of .eml files, mbox; nothing is written beside the mail."""
import os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, NIXIE, SAMPLES, Tap

tap = Tap()
names = sorted(n for n in os.listdir(SAMPLES) if n.endswith(".eml"))


def tree(path):
    return sorted((os.path.relpath(os.path.join(d, n), path), os.stat(os.path.join(d, n)).st_size) for d, _, ns in os.walk(path) for n in ns)


with Home() as home:
    plain, maildir, mh, box = (home.path("in", n) for n in ("plain", "Maildir", "mh", "box"))
    for path in (plain, mh, *(os.path.join(maildir, s) for s in ("cur", "new", "tmp"))):
        os.makedirs(path)
    with open(box, "wb") as out:
        for number, name in enumerate(names, 1):
            data = open(os.path.join(SAMPLES, name), "rb").read()
            shutil.copy(os.path.join(SAMPLES, name), plain)
            shutil.copy(os.path.join(SAMPLES, name), os.path.join(maildir, "cur", name + ":2,"))
            shutil.copy(os.path.join(SAMPLES, name), os.path.join(mh, str(number)))
            if data.startswith(b"From "):
                data = data.split(b"\n", 1)[1]
            out.write(b"From MAILER-DAEMON Fri Nov 20 09:00:00 2026\n" + data.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n")
    counts = {}
    empty = home.path("in", "empty")
    os.makedirs(empty)
    got = home.nixie("list", "--maildir=" + empty)
    tap.check(got.code == 0 and "no message of this index looks like a bounce" in got.said and len(got.said) < 200, "no mail: a short sentence", got)
    for path in (plain, maildir, mh, box):
        before = tree(home.path("in"))
        got = home.nixie("list", "--maildir=" + path, "--format=json-lines", "--per=recipient")
        counts[path] = sorted(x["address"] or "" for x in got.lines()) if got.code in (0, 65) else []
        tap.check(got.code == 0 and len(counts[path]) > 30, "--maildir on %s" % os.path.basename(path), got)
        tap.equal(tree(home.path("in")), before, "nothing is written beside %s" % os.path.basename(path))
    tap.equal(counts[maildir], counts[plain], "Maildir and plain directory agree")
    tap.equal(counts[mh], counts[plain], "MH and plain directory agree")
    tap.equal(counts[box], counts[plain], "mbox and plain directory agree")
    tap.check(not os.path.exists(home.config), "no notmuch configuration is made")

    # Marks live in nixie's own index; new mail is found at the next start.
    got = home.nixie("tag", "+seen-it", "--maildir=" + plain, "--category=mailbox-full")
    tap.check(got.code == 0, "tag without a notmuch set-up", got)
    got = home.nixie("list", "--maildir=" + plain, "--format=json-lines", "tag:seen-it")
    tap.check(got.lines() and all("seen-it" in x["tags"] for x in got.lines()), "the tag is there at the next start", got)
    home.write("in/plain/zz-new.eml", open(os.path.join(SAMPLES, names[0]), "rb").read().replace(b"Message-ID: <", b"Message-ID: <new-"))
    got = home.nixie("list", "--maildir=" + plain, "--format=json-lines")
    tap.check(any(x["id"].startswith("new-") for x in got.lines()), "a new file is found", got)

    # A file that libnotmuch cannot take does not stop the run.
    home.write("in/plain/groups.eml", "From: " + "g:" * 60000 + "\nSubject: x\n\nx\n")
    got = home.nixie("list", "--maildir=" + plain, "--format=json-lines", "--per=recipient")
    tap.check(got.code == 65 and "groups.eml" in got.said and len(got.lines()) > 30, "a file that ends libnotmuch is skipped and named", got)
    home.write("in/plain/groups.eml", "From: " + "g:" * 60000 + "\nSubject: x\n\n" + "A line of a long letter.\n" * 130000)
    got = home.nixie("list", "--maildir=" + plain, "--format=json-lines", "*")
    tap.check(got.code == 65 and "it ends libnotmuch" in got.said and "more than" not in got.said, "so is a large one, and not called too large", got)

    text = home.write("in/text", "no mail at all\n")
    got = home.nixie("list", "--maildir=" + text)
    tap.check(got.code == 65 and text in got.said and ".local" not in got.said, "a file that is no mail is called by its name", got)

    # The demo.
    got = home.nixie("demo", "--list")
    tap.check(got.code == 0 and "Who acts" in got.text and "bounces of" in got.text, "demo --list: list, statistics, one explanation", got)
    tap.equal([n for n in os.listdir(home.root) if n.startswith("nixie-demo")], [], "the demo leaves nothing behind")

# A demo that is stopped leaves nothing behind.
with Home() as home:
    demo = subprocess.Popen([NIXIE, "demo", "--list"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=home.env)
    first = demo.stdout.read(1)
    demo.terminate()
    demo.communicate()
    left = [name for name in os.listdir(home.root) if name.startswith("nixie-demo")]
    tap.check(first and demo.returncode == 130 and not left, "a stopped demo leaves nothing", (first, demo.returncode, left))
tap.end()
