# SPDX-License-Identifier: GPL-3.0-or-later
"""What servers answer: one entry a trouble, told in the ways that one system tells it.

Ways of one entry differ in numbers, ids, hosts and addresses only, so they are one cause; `anchor` is
a piece of the text that no other entry has. Category and type are those of the words, by
the list of categories, not by what any program makes of them.
"""
from collections import namedtuple

# ways: texts after reply and status. Placeholders: {a} address, {u} its local part, {mx} and {ip} the server
# that refused, {own} our address there, {id} {n} {day} made up anew each time.
Wording = namedtuple("Wording", "key category type reply status anchor ways phase")
NO_REPLY = ""  # nobody answered: the text is what our own server noticed

TABLE = [
    Wording("unknown", "no-such-user", "hard", "550", "5.1.1", "User unknown in virtual mailbox table",
            ["<{a}>: Recipient address rejected: User unknown in virtual mailbox table"], "RCPT TO"),
    Wording("unknown-sendmail", "no-such-user", "hard", "550", "5.1.1", "<address> User unknown", ["<{a}>... User unknown"], "RCPT TO"),
    Wording("unknown-qmail", "no-such-user", "hard", "550", "5.1.1", "no mailbox here by that name", ["sorry, no mailbox here by that name (#5.1.1)"], "RCPT TO"),
    Wording("unknown-bigpost", "no-such-user", "hard", "550", "5.1.1", "No such mailbox here",
            ["{a}: No such mailbox here (session {id})"], "RCPT TO"),
    Wording("unknown-gmail", "no-such-user", "hard", "550", "5.1.1", "email account that you tried to reach does not exist",
            ["The email account that you tried to reach does not exist. Please try double-checking the recipient's email address "
             "for typos or unnecessary spaces. {id} - gsmtp"], "RCPT TO"),
    Wording("unknown-exchange", "no-such-user", "hard", "550", "5.1.10", "RESOLVER.ADR.RecipientNotFound",
            ["RESOLVER.ADR.RecipientNotFound; Recipient {a} not found by SMTP address lookup"], ""),
    Wording("no-domain", "no-such-domain", "hard", NO_REPLY, "5.4.4", "Host or domain name not found",
            ["Host or domain name not found. Name service error for name={domain} type=A: Host not found"], ""),
    Wording("closed", "mailbox-disabled", "hard", "550", "5.2.1", "mailbox has been closed",
            ["This mailbox has been closed by its owner ({id})"], "RCPT TO"),
    Wording("inactive", "mailbox-disabled", "hard", "554", "5.2.1", "account is inactive and has been deactivated",
            ["delivery error: dd This user's account is inactive and has been deactivated [-{n}] - {mx}"], "DATA"),
    Wording("full", "mailbox-full", "soft", "552", "5.2.2", "over quota", ["<{a}>: mailbox is over quota ({n} of {n} MB used)"], "RCPT TO"),
    Wording("full-bigpost", "mailbox-full", "soft", "552", "5.2.2", "Mailbox full:", ["Mailbox full: {u} has {n} messages and no room for more"], "RCPT TO"),
    Wording("full-gmail", "mailbox-full", "soft", "452", "4.2.2", "out of storage space",
            ["The recipient's inbox is out of storage space. Please direct the recipient to free some. {id} - gsmtp"], "RCPT TO"),
    Wording("blocked", "blocklisted", "soft", "550", "5.7.1", "is on our block list",
            ["[{out}] Your server is on our block list since {day}, case {id}. See https://postmaster.bigpost.example/case/{id}",
             "[{out}] Your server is on our block list since {day}, case {id}. See https://postmaster.bigpost.example/c/{n}/{id}",
             "{out} Your server is on our block list since {day}, case <{id}>. See http://pm{n}.bigpost.example/{id}?ip={out}"], "MAIL FROM"),
    Wording("too-fast", "rate-limited", "soft", "451", "4.7.28", "Too many messages from",
            ["Too many messages from {out} in the last {n} minutes; rate limit exceeded, try again later (ref {id})"], "RCPT TO"),
    Wording("spam", "spam-rejected", "soft", "554", "5.7.1", "classified as spam", ["This message scored {n} points and was classified as spam ({id})"], "DATA"),
    Wording("relay", "relay-denied", "soft", "554", "5.7.1", "Relay access denied", ["<{a}>: Relay access denied"], "RCPT TO"),
    Wording("timeout", "connection-failed", "soft", NO_REPLY, "4.4.1", "Connection timed out", ["connect to {mx}[{ip}]:25: Connection timed out"], ""),
    Wording("refused", "connection-failed", "soft", NO_REPLY, "4.4.1", "Connection refused", ["connect to {mx}[{ip}]:25: Connection refused"], ""),
    Wording("greylist", "greylisted", "soft", "450", "4.2.0", "Greylisted", ["<{a}>: Recipient address rejected: Greylisted, see http://postgrey.{domain}/help/{n}"],
            "RCPT TO"),
    Wording("too-big", "message-too-big", "soft", "552", "5.3.4", "size exceeds fixed maximum", ["Message size exceeds fixed maximum message size of {n}000000 bytes"], "MAIL FROM"),
    Wording("members", "recipient-restricted", "soft", "550", "5.7.1", "only members may write to it",
            ["<{a}>: this is a closed group, only members may write to it"], "RCPT TO"),
    Wording("spf", "sender-auth-failed", "soft", "550", "5.7.23", "SPF validation failed", ["The message was rejected because SPF validation failed for {own}"], "MAIL FROM"),
]
WORDINGS = {wording.key: wording for wording in TABLE}
