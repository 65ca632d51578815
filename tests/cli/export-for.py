# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie export --for=NAME: each form read back by the grammar that its software documents, hostile addresses among them."""
import json, os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Home, Tap
from targets import FORMS, HOSTILE, SOFT, exim, report

tap = Tap()


def forms(home, box):
    listed = home.nixie("export", "--for=help")
    names = re.findall(r"^(\S+) ", listed.text, re.M)
    tap.equal(names, sorted(FORMS), "--for=help lists them")
    tap.check(listed.code == 0 and "postmap" in listed.text and max(map(len, listed.text.splitlines())) < 80, "and says how each is loaded", listed)
    tap.check("aufrufen" in home.nixie("export", "--for=help", "--lang=de").text, "in other languages, too")
    for name, (read, unsaid) in FORMS.items():
        got = home.nixie("export", box, "--for=" + name, "--include-unverified", "*")
        try:
            found = read(got.text)
        except Exception as error:
            tap.check(False, "%s: the documented grammar reads it" % name, "%r\n%r" % (error, got))
            continue
        want = sorted(set(HOSTILE) - set(unsaid)) if name != "ticket" else sorted([*HOSTILE, SOFT])
        tap.equal(sorted(found), want, "%s: what it can say reads back" % name)
        tap.check(all(address in got.said for address in unsaid) and ("%d of %d left out: %s has no way" % (len(unsaid), len(HOSTILE) + 1, name) in got.said)
                  == bool(unsaid), "%s: what it cannot is left out and named" % name, got)
        tap.check(("1 of %d left out: the trouble may pass" % (len(HOSTILE) + 1) in got.said) == (name != "ticket"), "%s: what passes is no reason for it" % name, got)
        tap.check(SOFT in home.nixie("export", box, "--for=" + name, "--include-unverified", "--type=hard,soft", "*").text, "%s: unless it is asked for" % name)
    row = json.loads(home.nixie("export", box, "--for=ticket", "--include-unverified", "address:plain@a.example").text)[0]
    tap.check(row["message_subject"] == '=Offer, "new"' and row["timestamp"] == 1785132550 and row["requester"] == "desk@example.org" and
              row["subject"].startswith("Mail to plain@a.example") and "No such user" in row["description"], "ticket: the facts of the report", row)


def once(home, box):
    twice = home.nixie("export", box, "--for=mailman3", "--include-unverified", "*").text
    home.write("box/2.eml", report(["plain@a.example", "plain@A.example"]).replace("r1@", "r2@").replace("27 Jul", "28 Jul"))
    again = home.nixie("export", box, "--for=mailman3", "--include-unverified", "*").text
    tap.equal(sorted(again.lower().split()), sorted(twice.lower().split()), "an address stands there once, whatever met it")
    tickets = json.loads(home.nixie("export", box, "--for=ticket", "--include-unverified", "address:plain@a.example").text)
    tap.equal(len({t["external_id"] for t in tickets}), len(tickets), "tickets: one a report")
    os.unlink(home.path("box/2.eml"))
    nothing = {name: home.nixie("export", box, "--for=" + name, "subject:nothing-such").text for name in FORMS}
    tap.check(all(FORMS[name][0](text) == {} for name, text in nothing.items()), "nothing is an empty file of its kind", nothing)


def trust(home, box):
    """The default of every export: what nothing confirms stays out."""
    home.write("box/3.eml", report(["forged@a.example"]).split("--b\nContent-Type: message/rfc822")[0].replace("r1@", "r3@") + "--b--\n")
    for name, (read, _) in FORMS.items():
        got = home.nixie("export", box, "--for=" + name, "*")
        open_ = home.nixie("export", box, "--for=" + name, "--include-unverified", "*")
        tap.check("forged@a.example" not in got.text and "left out: unverified (--include-unverified)" in got.said and
                  "forged@a.example" in open_.text, "%s: nothing unverified" % name, got)
    os.unlink(home.path("box/3.eml"))


def usage(home, box):
    for words, say in ((["--for=postfx"], "did you mean `postfix`"), (["--for=nosuch"], "there are exim, listmonk"),
                       (["--for=exim", "--format=csv"], "--format has no place"), (["--for=exim", "--columns=address"], "--columns"),
                       (["--for=exim", "--odd"], "--odd"), (["--for=exim", "--redact"], "--redact"), (["--for=exim", "--per=address"], "--per"),
                       (["--for="], "nothing is called so")):
        got = home.nixie("export", box, *words, "*")
        tap.check(got.code == 64 and say in got.said and not got.out, "export %s" % " ".join(words), got)
    out = home.path("bounced")
    got = home.nixie("export", box, "--for=exim", "--include-unverified", "--output=" + out, "*")
    tap.check(got.code == 0 and exim(open(out, encoding="utf-8").read()) and os.stat(out).st_mode & 0o777 == 0o600, "--output", got)
    tap.check(home.nixie("export", box, "--for=exim", "--output=" + out, "*").code == 73, "an existing file stays")


OWN = r"""[desk]
title=our desk
quote=csv
head=who;why
line={address};{title};{status:json}
between=\n
foot=end
[postfix]
line={address} OK
[wrong]
line={adress}
[bad]
lines=x
"""


def own(home, box):
    home.write(".config/nixie/exports/own.ini", OWN)
    got = home.nixie("export", box, "--for=desk", "--include-unverified", "address:plain@a.example")
    lines = got.text.split("\n")
    tap.check(lines[0] == "who;why" and lines[1].startswith("plain@a.example;") and lines[1].endswith(';"5.1.1"') and lines[2:] == ["end", ""], "a template of one's own", got)
    tap.check('a.example OK\n' in home.nixie("export", box, "--for=postfix", "--include-unverified", "*").text, "takes the place of one that is shipped")
    got = home.nixie("export", "--for=help")
    tap.check(got.code == 0 and "desk" in got.text and "own.ini:11: [wrong] line: no column is called `adress`; did you mean `address`?" in got.said and
              "[bad] lines: there is no such key" in got.said, "what is broken is named, with its line", got)
    seen = home.nixie("doctor", box)
    tap.check(seen.code == 78 and "exports" in seen.text and "[wrong] line: no column" in seen.text, "the doctor names it, too", seen)
    got = home.nixie("export", box, "--for=wrong", "*")
    tap.check(got.code == 78 and "adress" in got.said, "and an error for who asks for it", got)
    with open(os.path.join(SRCDIR, "man", "nixie.1.in"), encoding="utf-8") as page:
        home.write(".config/nixie/exports/own.ini", re.search(r"(?s)\n(\[leavers\]\n.*?)\.Ed\n", page.read()).group(1))
    got = home.nixie("export", box, "--for=leavers", "--include-unverified", "address:plain@a.example")
    tap.equal(got.text, "address,why\nplain@a.example,Address does not exist\n", "the template of the manual")
    for line, say in (("per=week", "neither address nor recipient"), ("quote=html", "is no way to quote"), ("utf8=perhaps", "neither true nor false"),
                      ("file=../x", "no name of a file"), ("head=x", "it is missing")):
        text = "[own]\n%s\n" % line + ("" if line == "head=x" else "line={address}\n")
        home.write(".config/nixie/exports/own.ini", text)
        got = home.nixie("export", box, "--for=own", "*")
        tap.check(got.code == 78 and say in got.said, "a template with %s" % line, got)
    home.write(".config/nixie/exports/own.ini", "[own]\nline=x\n")
    tap.check("names no value" in home.nixie("export", box, "--for=own", "*").said, "a template without a value")
    home.write(".config/nixie/exports/own.ini", b"[own\xff\n\0line")
    got = home.nixie("export", box, "--for=exim", "*")
    tap.check(got.code == 0, "a file that is none does no harm to the others", got)


with Home() as home:
    home.write("box/1.eml", report(HOSTILE))
    tap.parts([forms, once, trust, usage, own], home, "--maildir=" + home.path("box"))
tap.end()
