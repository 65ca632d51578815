# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix: master and its services in the box; retries every second, given up after ten."""
import re

NAME = "postfix"
HOPS = 50  # its limit of Received fields
QUEUED = re.compile(r"queued as (\S+)")
START = ["/usr/lib/postfix/sbin/master", "-c", "/etc/postfix", "-d"]
URGE = ["/usr/sbin/postqueue", "-f"]  # a run of the queue

MAIN = """compatibility_level = 3.6
myhostname = mx.here.example
mydestination = here.example
mynetworks = 127.0.0.1/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = /var/log/mail.log
local_recipient_maps =
alias_maps =
mailbox_size_limit = 400000
message_size_limit = 300000
smtputf8_enable = yes
smtp_host_lookup = dns
smtp_connect_timeout = 5s
maximal_queue_lifetime = 10s
bounce_queue_lifetime = 10s
delay_warning_time = 1s
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
transport_retry_time = 1s
# One delivery a session: a server that is down for one scenario is up for the next.
smtp_destination_recipient_limit = 50
smtp_connection_cache_on_demand = no
default_destination_concurrency_failed_cohort_limit = 0
notify_classes = 2bounce
2bounce_notice_recipient = double-bounce@desk.here.example
"""

MASTER = """smtp      inet  n - n - -   smtpd
pickup    unix  n - n 60 1   pickup
cleanup   unix  n - n - 0   cleanup
qmgr      unix  n - n 300 1  qmgr
rewrite   unix  - - n - -   trivial-rewrite
bounce    unix  - - n - 0   bounce
defer     unix  - - n - 0   bounce
trace     unix  - - n - 0   bounce
verify    unix  - - n - 1   verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - -   proxymap
smtp      unix  - - n - -   smtp
relay     unix  - - n - -   smtp
showq     unix  n - n - -   showq
error     unix  - - n - -   error
retry     unix  - - n - -   error
discard   unix  - - n - -   discard
local     unix  - n n - -   local
virtual   unix  - n n - -   virtual
anvil     unix  - - n - 1   anvil
scache    unix  - - n - 1   scache
postlog   unix-dgram n - n - 1 postlogd
"""


def furnish(box):
    box.write("etc/postfix/main.cf", MAIN)
    box.write("etc/postfix/master.cf", MASTER)
    box.make("var/spool/postfix")
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"):
        box.make("var/spool/postfix/" + name, "postfix", 0o700)
    box.make("var/spool/postfix/maildrop", "postfix", 0o730, "postdrop")
    box.make("var/spool/postfix/public", "postfix", 0o710, "postdrop")
    box.make("var/spool/postfix/pid")
    box.make("var/lib/postfix", "postfix")
