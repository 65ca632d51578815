# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot: IMAP on the loopback, over the Maildirs of home folders; any user, one password. And mbsync, which fetches."""
import os
from nixie import SRCDIR

PASSWORD = "only-here"
START = ["/usr/sbin/dovecot", "-F", "-c", "/etc/dovecot/dovecot.conf"]
FETCH = ["/bin/sh", "-c", "HOME=/root exec mbsync -a"]

CONFIG = """protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = /var/log/dovecot
base_dir = /run/dovecot
default_internal_user = nobody
default_internal_group = nobody
default_login_user = daemon
first_valid_uid = 1
mail_location = maildir:~/Maildir
passdb {
  driver = static
  args = password=%s
}
userdb {
  driver = static
  args = uid=ann gid=ann home=/home/%%u
}
service imap-login {
  chroot =
}
service anvil {
  chroot =
}
""" % PASSWORD


def furnish(box):
    box.write("etc/dovecot/dovecot.conf", CONFIG)
    box.make("run/dovecot")
    box.make("var/lib/dovecot")
    box.make("root/mail/desk")


def fetching(box):
    """The recipe as it is shipped, but for the account."""
    with open(os.path.join(SRCDIR, "contrib", "neighbours", "imap", "mbsyncrc"), encoding="utf-8") as recipe:
        text = recipe.read()
    for line, ours in (("Host imap.example.org", "Host 127.0.0.1"), ("Port 993", "Port 143"), ("User desk", "User ann"),
                       ('PassCmd "pass show imap.example.org"', "Pass " + PASSWORD), ("SSLType IMAPS", "SSLType None\nAuthMechs LOGIN")):
        if text.count(line + "\n") != 1:
            raise RuntimeError("the recipe has no line %r" % line)
        text = text.replace(line + "\n", ours + "\n")
    box.write("root/.mbsyncrc", text)
