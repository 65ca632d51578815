# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms of `export --for`, read by the grammars that their software documents, and addresses that try them."""
import csv, email.utils, io, json, re

HOSTILE = ["plain@a.example", "-rf@a.example", "#tag@a.example", '"a b"@a.example', '"say\\"no"@a.example', '"back\\\\slash"@a.example',
           '"comma,semi;"@a.example', "o'neill+x=y@a.example", "j\u00f6rg@a.example", "a%b@a.example", "a!b@a.example", "a|b@a.example",
           "{x}@a.example", "`x`@a.example", "$x@a.example", '"@home"@a.example', "/etc/x@a.example", "user@[192.0.2.1]", "Case@a.example",
           "=cmd@a.example", "*@a.example", '"#q"@a.example']
SOFT = "full@a.example"


def recipient(address, status, reply):
    kind = "utf-8" if any(ord(c) > 127 for c in address) else "rfc822"
    return "Final-Recipient: %s; %s\nAction: failed\nStatus: %s\nDiagnostic-Code: smtp; %s\n" % (kind, address, status, reply)


def report(addresses, subject="=Offer, \"new\""):
    groups = [recipient(a, "5.1.1", "550 5.1.1 No such user here") for a in addresses]
    groups.append(recipient(SOFT, "4.2.2", "452 4.2.2 The mailbox is over quota"))
    to = ",\n ".join([*addresses, SOFT])
    return ("From: MAILER-DAEMON@mx.example.org\nTo: desk@example.org\nSubject: Undelivered Mail Returned to Sender\n"
            "Date: Mon, 27 Jul 2026 08:09:10 +0200\nMessage-ID: <r1@mx.example.org>\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNot delivered.\n--b\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n%s\n--b\nContent-Type: message/rfc822\n\n"
            "From: desk@example.org\nTo: %s\nSubject: %s\nDate: Mon, 27 Jul 2026 08:09:00 +0200\nMessage-ID: <m1@example.org>\n\nHello\n--b--\n"
            % ("\n".join(groups), to, subject))


# --- readers, by the documented grammars: address -> the rest

def postfix(text):  # access(5), postmap(1)
    found = {}
    for line in text.splitlines():
        assert line[:1] not in ("", " ", "\t", '"'), line
        if not line.startswith("#"):
            key, action = line.split(None, 1)
            assert action.startswith("REJECT "), line
            found[key] = action
    return found


def sendmail(text):  # makemap(8), cf/README
    found = {}
    for line in text.splitlines():
        key, value = line.split("\t")
        assert key.startswith("To:") and re.fullmatch(r'ERROR:5\.1\.1:"550 [^"]*"', value), line
        found[key[3:]] = value
    return found


def exim(text):  # the specification, chapter 9: lsearch
    found = {}
    for line in text.splitlines():
        key, value = re.fullmatch(r'"((?:[^"\\]|\\.)*)": (.*)', line).groups()
        found[re.sub(r"\\(.)", r"\1", key)] = value
    return found


def mailman3(text):  # mailman.commands.cli_delmembers
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    assert all(re.fullmatch(r"[-0-9A-Za-z!#$%&'*+./=?@_`{}~]+", line) for line in lines), lines
    return {email.utils.parseaddr(line)[1]: line for line in lines}


def sympa(text):  # Sympa::CLI::del
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if re.search(r"\S", line) and not re.match(r"\s*#", line)]
    assert all(re.fullmatch(r"[\w.\-_/+='&]+@[\w\-]+(\.[\w\-]+)+", line, re.A) for line in lines), lines
    return {re.match(r"\s*(\S+)", line).group(1): line for line in lines}


def table(text):
    return {row["email"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def listmonk(text):
    found = table(text)
    assert all(json.loads(row["attributes"])["bounce"] == "no-such-user" for row in found.values()), text
    return found


def ses(text):  # SES API v2, CreateImportJob: JSON lines
    rows = [json.loads(line) for line in text.splitlines()]
    assert all(set(row) == {"emailAddress", "reason"} and row["reason"] == "BOUNCE" for row in rows), rows
    return {row["emailAddress"]: row for row in rows}


def ticket(text):
    return {row["address"]: row for row in json.loads(text)}


QUOTED = [a for a in HOSTILE if a.startswith('"')]
LITERAL = ["user@[192.0.2.1]"]
# What each cannot say; everything else it must.
FORMS = {
    "postfix": (postfix, [*QUOTED, *LITERAL, "#tag@a.example"]),
    "sendmail": (sendmail, [*QUOTED, *LITERAL, "j\u00f6rg@a.example", "a%b@a.example", "a!b@a.example"]),
    "exim": (exim, []),
    "mailman3": (mailman3, [*QUOTED, *LITERAL, "#tag@a.example", "j\u00f6rg@a.example", "a|b@a.example"]),
    "sympa": (sympa, [*QUOTED, *LITERAL, "#tag@a.example", "j\u00f6rg@a.example", "a%b@a.example", "a!b@a.example", "a|b@a.example", "{x}@a.example",
                      "`x`@a.example", "$x@a.example", "*@a.example"]),
    "phplist": (table, []),
    "listmonk": (listmonk, []),
    "ses": (ses, ["j\u00f6rg@a.example"]),
    "ticket": (ticket, []),
}
