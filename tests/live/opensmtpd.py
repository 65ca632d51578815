# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSMTPD: one daemon in the box; its queue is driven by smtpctl."""
import re

NAME = "opensmtpd"
HOPS = 100  # its limit of Received fields
QUEUED = re.compile(r"250 2\.0\.0:? (\S+) Message accepted")
START = ["/usr/sbin/smtpd", "-d", "-T", "rules"]
URGE = ["/usr/sbin/smtpctl", "schedule", "all"]  # a run of the queue

CONFIGURATION = """queue ttl 10s
bounce warn-interval 1s
smtp max-message-size 300K
listen on 127.0.0.1 port 25 hostname mx.here.example
action "local" maildir
action "full" mda "exec /bin/sh -c 'while read -r line; do :; done; echo Disk quota exceeded; exit 73'"
action "remote" relay
match from any for rcpt-to "full@here.example" action "full"
match from any for domain "here.example" action "local"
match from any for any action "remote"
"""


def furnish(box):
    box.write("etc/smtpd.conf", CONFIGURATION)
    box.make("var/lib/opensmtpd/empty")
    box.make("var/spool/smtpd", mode=0o711)
    for name, owner, group, mode in (("offline", "root", "opensmtpq", 0o770), ("purge", "opensmtpq", "root", 0o700),
                                     ("temporary", "opensmtpq", "root", 0o700), ("queue", "opensmtpq", "root", 0o700),
                                     ("incoming", "opensmtpq", "root", 0o700), ("corrupt", "opensmtpq", "root", 0o700)):
        box.make("var/spool/smtpd/" + name, owner, mode, group)
