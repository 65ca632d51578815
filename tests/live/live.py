#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports that real mail servers really write, read by nixie.

usage: live.py [--servers=postfix,exim,opensmtpd] [--folder=DIRECTORY] [SCENARIO...]

Postfix, Exim and OpenSMTPD of Debian, one after the other, get the mails of scenarios.py and write
reports about them; world.py is the name service and the mail servers they talk to. What nixie reads
in each report is held against expected.tsv. Everything happens below the folder (default: live/ of
the build directory) and in namespaces of its own: no network but a loopback of its own, no process
that outlives the test, nothing installed. An ordinary user needs user namespaces; root without any
shares the machine's loopback. Where a server cannot be had or run, its scenarios are skipped with a word.
"""
import csv, importlib, os, shutil, sys
from email.header import Header

HOME = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HOME, os.path.join(HOME, "..", "lib")]
from debian import Missing
from namespace import connect
from nixie import Home
from scenarios import SCENARIOS
from stage import arguments, play
from world import World

SERVERS = ["postfix", "exim", "opensmtpd"]
SECONDS = 90
SERVER_SECONDS = 20
FACTS = ("kind", "address", "status", "reply", "category", "finality", "remote_mta", "trust")


def letter(scenario, hops):
    """With as many hops behind it as the server takes, and `scenario.hops` more."""
    head = ["Received: from h%d.hop.example by h%d.hop.example; Sun, 22 Nov 2026 10:00:00 +0000" % (n, n + 1)
            for n in range(hops + scenario.hops if scenario.hops else 0)]
    subject = scenario.subject if scenario.subject.isascii() else Header(scenario.subject, "utf-8").encode()
    head += ["From: Sam Sender <%s>" % scenario.sender, "To: %s" % ", ".join(scenario.recipients), "Subject: " + subject,
             "Message-ID: <letter.%s@desk.here.example>" % scenario.name, "Date: Sun, 22 Nov 2026 10:00:00 +0000",
             "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return ("\r\n".join(head + [""] + [scenario.body] * scenario.lines) + "\r\n").encode("utf-8")


def send(client, scenario, server):
    """Queue id the server gives the letter, or None where it takes no recipient."""
    client.ehlo_or_helo_if_needed()
    if scenario.utf8 and not client.has_extn("smtputf8"):
        return None, "no SMTPUTF8 here"
    client.mail(scenario.sender, ["BODY=8BITMIME"] + ["SMTPUTF8"] * scenario.utf8)
    client.command_encoding = "utf-8"
    replies = []
    for recipient in scenario.recipients:
        replies.append(client.rcpt(recipient, ["NOTIFY=" + scenario.notify] if scenario.notify else []))
    if not any(code < 300 for code, _ in replies):
        client.rset()
        return None, "%d %s" % (replies[0][0], replies[0][1].decode("utf-8", "replace"))
    code, said = client.data(letter(scenario, server.HOPS))
    said = "%d %s" % (code, said.decode("utf-8", "replace"))
    found = server.QUEUED.search(said)
    return found and found.group(1), said


def expected(server):
    """{scenario: {report number: {address: facts}}}; rows for `*` hold for every server."""
    table = {}
    with open(os.path.join(HOME, "expected.tsv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if server in row["server"].split(",") or row["server"] == "*":
                table.setdefault(row["scenario"], {}).setdefault(int(row["report"]), {})[row["address"]] = row
    return table


def read(home, folder):
    """{file name: object} of what nixie reads."""
    done = home.nixie("extract", "--format=json-lines", folder)
    if done.code:
        sys.exit("Bail out! %r" % done)
    return {os.path.basename(report["file"]): report for report in done.lines()}


def people(report):
    """{address: facts} of everybody a report speaks of."""
    def facts_of(recipient):
        return tuple(str((report if name in ("kind", "trust") else recipient).get(name) or "-") for name in FACTS)

    return {recipient["address"] or "-": facts_of(recipient) for recipient in report["recipients"] + report["others"]} or {"-": facts_of({})}


def identity(server, scenario, queue_id, report, log):
    """What the report shall say of itself and of the letter; the rest of it is as it is."""
    wanted = dict(format=server.NAME, reporting_mta="mx.here.example", queue_id=queue_id, subject=scenario.subject,
                  id="letter.%s@desk.here.example" % scenario.name)
    # Postfix tells of success in a form of its own.
    if server.NAME == "postfix" and report["kind"] in ("relayed", "delivered"):
        wanted["format"] = "postfix-receipt"
    # A letter that the server got back has a number more; a double bounce is about the server's own report.
    if scenario.name in ("loop", "double-bounce") and report["queue_id"] and report["queue_id"] in log:
        wanted["queue_id"] = report["queue_id"]
    if scenario.name == "double-bounce":
        wanted.update(id=report["original"]["id"], subject="Undelivered Mail Returned to Sender")
    found = dict(report, id=report["original"]["id"], subject=report["original"]["subject"])
    return wanted, {name: found[name] for name in wanted}


def judge(tap, server, scenario, queue_id, wanted, reports, log):
    """A TAP line a report, and above it the table of what was expected and got, a recipient a line."""
    for number, rows in sorted(wanted.items()):
        title = "%s %s %d" % (server.NAME, scenario.name, number)
        want = {address: tuple(row[name] for name in FACTS) for address, row in rows.items()}
        mine = sorted(name for name in reports if name.startswith(scenario.name + "."))
        if not mine:
            tap.check(False, title, "no report came")
            continue
        # Of several reports of one letter any may be written first.
        report = reports.pop(next((name for name in mine if people(reports[name]) == want), mine[0]))
        got = people(report)
        for address in sorted(set(got) | set(want)):
            wished, found = (" | ".join(facts.get(address, ["nothing"])) for facts in (want, got))
            print("# %-9s %-17s %s: got %s" % (server.NAME, scenario.name, wished, "the same" if found == wished else found))
        wished, found = identity(server, scenario, queue_id, report, log)
        tap.check(got == want and found == wished, title, "%s: got %s, expected %s" % (report["file"], found, wished))


class Trial:
    """`world`: the servers that those in the boxes talk to; `names`: the scenarios that are wanted, none for all."""

    def __init__(self, folder, names):
        self.folder, self.names, self.world = folder, names, None

    def __call__(self, tap, name, box):
        server = importlib.import_module(name)
        self.open_world(os.path.join(self.folder, name + "-reports"))
        server.furnish(box)
        box.start(*server.START)
        converse(tap, server, box, self.world, self.names)

    def open_world(self, folder):
        """One for all servers; each has its reports in a folder of its own."""
        if not self.world:
            self.world = World(folder)
            self.world.start()
            self.world.ready.wait()
        if self.world.trouble:
            raise Missing("the loopback does not serve: %r" % self.world.trouble)
        self.world.folder = folder
        self.world.reports.clear()
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)


def converse(tap, server, box, world, names):
    """Sends the letters, waits for the reports, judges them."""
    table, ids = expected(server.NAME), {}
    scenarios = [s for s in SCENARIOS if not names or s.name in names]
    client = connect(SERVER_SECONDS)
    if not tap.check(client, server.NAME + " answers", box.log()):
        return
    for scenario in scenarios:
        ids[scenario.name], said = send(client, scenario, server)
        print("# %s %s: %s" % (server.NAME, scenario.name, said.replace("\n", " ")))
    wanted = {s.name: max(table[s.name]) for s in scenarios if s.name in table}
    world.wait(wanted, SECONDS, lambda: box.run(*server.URGE))
    with Home() as home:
        reports = read(home, world.folder)
    for scenario in scenarios:
        if scenario.name in table:
            judge(tap, server, scenario, ids[scenario.name], table[scenario.name], reports, box.log())
    tap.equal(sorted(reports), [], server.NAME + " wrote no report beside these")


def main():
    parser = arguments(__doc__)
    parser.add_argument("--servers", default=",".join(SERVERS))
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    play(options.folder, "live", "", options.servers.split(","), Trial(options.folder, options.scenarios))


if __name__ == "__main__":
    main()
