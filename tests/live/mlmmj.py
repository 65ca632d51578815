# SPDX-License-Identifier: GPL-3.0-or-later
"""mlmmj, a list manager, behind Postfix as its README says: a transport of its own, an address of its own for each
subscriber's bounces. mlmmj counts those; a copy of each goes to the mbox of the list's owner."""
import os
import postfix

LIST, OWNER = "list@here.example", "var/mail/list-owner"
PLACE = "/var/spool/mlmmj/list"

MAIN = """mlmmj_destination_recipient_limit = 1
recipient_delimiter = +
virtual_alias_maps = regexp:/etc/postfix/virtual
transport_maps = texthash:/etc/postfix/transport
"""
MAPS = {"virtual": "/^list@here\\.example$/ list@localhost.mlmmj\n"
                   "/^(list\\+bounces-.*)@here\\.example$/ $1@localhost.mlmmj, list-owner@here.example\n",
        "transport": "list@localhost.mlmmj mlmmj:list\n",
        "aliases": "list-owner /%s\n" % OWNER}
TRANSPORT = "mlmmj unix - n n - - pipe flags=ORhu user=mlmmj argv=/usr/bin/mlmmj-receive -F -L /var/spool/mlmmj/$nexthop\n"


def furnish(box):
    """What mlmmj-make-ml asks and makes."""
    postfix.furnish(box)
    box.write("etc/postfix/main.cf", postfix.MAIN.replace("alias_maps =\n", "alias_maps = texthash:/etc/postfix/aliases\n") + MAIN)
    box.write("etc/postfix/master.cf", postfix.MASTER + TRANSPORT)
    for name, text in MAPS.items():
        box.write("etc/postfix/" + name, text)
    box.make(PLACE, "mlmmj")
    for name in ("incoming", "queue", "queue/discarded", "archive", "text", "subconf", "unsubconf", "bounce", "control", "moderation",
                 "subscribers.d", "digesters.d", "requeue", "nomailsubs.d"):
        box.make(os.path.join(PLACE, name), "mlmmj")
    for name, text in (("index", ""), ("control/listaddress", LIST + "\n"), ("control/owner", "list-owner@here.example\n")):
        box.write(os.path.join(PLACE, name), text)
        box.own(os.path.join(PLACE, name), "mlmmj")


def subscribe(box, addresses):
    return [box.run("/usr/bin/mlmmj-sub", "-L", PLACE, "-f", "-q", "-s", "-a", address) for address in addresses]


def unsubscribe(box, addresses):
    return [box.run("/usr/bin/mlmmj-unsub", "-L", PLACE, "-q", "-s", "-a", address) for address in addresses]


def subscribers(box):
    return sorted(box.run("/usr/bin/mlmmj-list", "-L", PLACE).stdout.split())


def bouncing(box):
    """Whom mlmmj itself holds for unreachable; a file each, an equals sign for the at."""
    return sorted(name.replace("=", "@") for name in os.listdir(box.path(PLACE + "/bounce")) if not name.endswith(".lastmsg"))
