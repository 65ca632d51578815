# SPDX-License-Identifier: GPL-3.0-or-later
"""Exim: one daemon in the box; retries every second, gives up after ten."""
import re

NAME = "exim"
HOPS = 30  # its limit of Received fields
QUEUED = re.compile(r"OK id=(\S+)")
START = ["/usr/sbin/exim4", "-bdf"]
URGE = ["/usr/sbin/exim4", "-qf"]  # a run of the queue

CONFIGURATION = """primary_hostname = mx.here.example
domainlist local_domains = here.example
local_interfaces = 127.0.0.1
disable_ipv6
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
prdr_enable = false
chunking_advertise_hosts =
acl_smtp_rcpt = accept
acl_smtp_data = accept
received_headers_max = 30
message_size_limit = 300K
delay_warning = 1s:1h
never_users =
smtp_load_reserve = 1000
keep_environment =
host_lookup =
log_file_path = /var/log/exim-%slog
begin acl
accept:
  accept
begin routers
remote:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote
  self = fail
  no_more
local:
  driver = accept
  check_local_user
  transport = mailbox
begin transports
remote:
  driver = smtp
  hosts_try_fastopen =
  hosts_try_chunking =
  connect_timeout = 5s
mailbox:
  driver = appendfile
  file = /var/mail/$local_part_data
  group = mail
  create_directory
  quota = 400K
  mode = 0660
  no_check_owner
  mode_fail_narrower = false
begin retry
*  *  F,10s,1s
"""


def furnish(box):
    box.write("etc/exim4/exim4.conf", CONFIGURATION)
    for name in ("", "/input", "/msglog", "/db"):
        box.make("var/spool/exim4" + name, "Debian-exim", 0o750)
    box.own("var/log", "Debian-exim")
