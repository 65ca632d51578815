# SPDX-License-Identifier: GPL-3.0-or-later
"""What may lie in a mail folder and is no mail, or has no name that can be printed."""
import os, socket
from letter import report

READ, ENDLESS, PRINT = "a file outside read as mail", "a wait or a read without end", "a control byte or a torn line where its name is told"


def mail(path, name):
    with open(path, "wb") as out:
        out.write(report(name))


def link(target):
    return lambda path, name: os.symlink(target, path)


def listen(path, name):
    # The path of a socket is short, and it is bound from within its directory.
    here = os.getcwd()
    os.chdir(os.path.dirname(path))
    try:
        box = socket.socket(socket.AF_UNIX)
        box.bind(os.path.basename(path))
        box.close()
    finally:
        os.chdir(here)


def forbidden(path, name):
    mail(path, name)
    os.chmod(path, 0)


def sparse(path, name):
    mail(path, name)
    os.truncate(path, 6 << 30)


def directory(path, name):
    os.makedirs(os.path.join(path, b"in", b"it"))
    mail(os.path.join(path, b"in", b"mail.eml"), name)


def deep(path, name):
    here = path
    for _ in range(40):
        here = os.path.join(here, b"d" * 40)
    os.makedirs(here)
    mail(os.path.join(here, b"mail.eml"), name)


def unread_directory(path, name):
    os.mkdir(path)
    mail(os.path.join(path, b"mail.eml"), name)
    os.chmod(path, 0)


def endless_mbox(path, name):
    with open(path, "wb") as out:
        out.write(b"From x Tue Nov  3 07:30:00 2026\n" + report(name) + b"\nFrom y Tue Nov  3 07:30:01 2026\n" + b"F" * 100000)


def empty(path, name):
    open(path, "wb").close()


# name, how it is made, what it must not cause
OBJECTS = (
    (b"pipe.eml", lambda path, name: os.mkfifo(path), ENDLESS), (b"device.eml", link("/dev/zero"), ENDLESS), (b"terminal.eml", link("/dev/tty"), ENDLESS), (b"socket.eml", listen, ENDLESS),
    (b"directory.eml", directory, "a crash"), (b"ring.eml", link("ring.eml"), ENDLESS), (b"ring-of-two-a.eml", link("ring-of-two-b.eml"), ENDLESS), (b"ring-of-two-b.eml", link("ring-of-two-a.eml"), ENDLESS),
    (b"dangling.eml", link("nothing-there"), "the run stopped"), (b"outside.eml", link("/etc/hostname"), READ), (b"self.eml", link("/proc/self/environ"), READ), (b"folder-ring", link("."), ENDLESS),
    (b"forbidden.eml", forbidden, "a message left out without a word"), (b"forbidden-folder", unread_directory, "a folder left out without a word"), (b"sparse.eml", sparse, "memory beyond the limit"),
    (b"empty.eml", empty, "a crash"), (b"two\nlines.eml", mail, PRINT), (b"steer\x1b]0;x\x07\x9b2J.eml", mail, PRINT), (b"turn\xe2\x80\xaelme.eml", mail, PRINT), (b"no-utf8\xff\xc3.eml", mail, PRINT),
    (b"--help.eml", mail, "taken for an option"), (b"$(id)`id`;|&'\".eml", mail, "run by a shell"), (b" .eml", mail, "lost"), (b"n" * 251 + b".eml", mail, "a path cut"), (b"deep", deep, "a path cut"),
    (b"box.mbox", endless_mbox, ENDLESS),
)


def write(root):
    root = os.fsencode(root)
    os.makedirs(root, exist_ok=True)
    for number, (name, make, must_not) in enumerate(OBJECTS):
        make(os.path.join(root, name), b"object-%d" % number)
        yield name, must_not
