# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports for others' eyes (H37): --redact, over the demo's mailbox and over every own sample."""
import json, os, re, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from nixie import SRCDIR, Home, Tap

KEPT = ("status", "status_field", "reply", "category", "type", "finality", "who", "rule", "phase", "remote_mta", "remote_ip", "list",
        "action", "kind", "origin", "trust", "id", "date", "reporting_mta")
NUMBER = re.compile(r"user\d+$")
# Words that a local part is made of and a server says as well.
ORDINARY = {"user", "postmaster", "mailer-daemon", "sales", "info", "support", "office", "service", "web", "post", "mail", "test", "security"}
OURS = ("title", "explanation", "next", "text", "short")  # sentences of data/: what stands in them of a report, stands elsewhere, too


def strings(value, key=""):
    """Every text of an object, with its key; what identifies messages apart."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in ("id", "file", "tags", "queue_id"):
                yield from strings(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one, key)
    elif isinstance(value, str):
        yield key, value


def locals_of(rows):
    """The local parts of the recipients, senders and their addressees."""
    for row in rows:
        original = row["original"] or {}
        for text in [row["address"], row["original_address"], original.get("from"), original.get("to")]:
            for local in re.findall(r"([\w.+=-]{3,})@[\w-]+\.", text or ""):
                if local.lower() not in ORDINARY and not local.isdigit():
                    yield local


def leaks(plain, redacted):
    """Yields where a local part or a subject of a row can still be read."""
    for before, after in zip(plain, redacted):
        texts = [(key, text) for key, text in strings(after) if key not in OURS]
        for local in set(locals_of([before])):
            pattern = re.compile(r"(?<![\w-])%s(?![\w-])" % re.escape(local), re.I)
            yield from ("%s: %s in %s: %s" % (before["file"], local, key, text) for key, text in texts if pattern.search(text))
        subject = (before["original"] or {}).get("subject")
        if subject and len(subject) > 12:
            yield from ("%s: subject in %s" % (before["file"], key) for key, text in texts if subject in text)


def main():
    tap = Tap()
    with Home() as home:
        home.make_index()
        words = ("export", "--format=json-lines", "--per=recipient", "--include-unverified")
        plain, redacted = home.nixie(*words).lines(), home.nixie(*words, "--redact").lines()
        tap.equal(len(redacted), len(plain), "as many rows")
        tap.equal([{k: x[k] for k in KEPT} for x in redacted], [{k: x[k] for k in KEPT} for x in plain], "the verdict stays")
        tap.equal([x["address"].split("@")[1] for x in redacted], [x["address"].split("@")[1] for x in plain], "the domain stays")
        tap.check(all(NUMBER.match(x["address"].split("@")[0]) for x in redacted), "the local part is a number", redacted[0]["address"])
        names = {}
        for before, after in zip(plain, redacted):
            names.setdefault(before["address"], set()).add(after["address"])
        tap.check(all(len(x) == 1 for x in names.values()) and len({x for y in names.values() for x in y}) == len(names),
                  "a mailbox has one number, and no two have the same", names)
        tap.equal(list(leaks(plain, redacted)), [], "no local part and no subject is left in JSON")
        said = [x for x in redacted if "has no mailbox for" in x["explanation"]]
        tap.check(said and all(re.search(r"for user\d+@", x["explanation"]) for x in said), "the explanation names the number", said[:1])

        everything = " ".join(locals_of(plain)).split()
        for more in (["--format=csv"], ["--format=csv", "--per=address"], ["--format=csv", "--columns=address,subject,explanation,diagnostic"]):
            text = home.nixie("export", "--include-unverified", "--redact", *more).text
            found = [local for local in everything if re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(local), text)]
            tap.check(len(text.splitlines()) > 20 and not found, "nor in %s" % " ".join(more), found)
        text = home.nixie("show", "--limit=5", "--redact").text
        tap.check(re.search(r"user\d+@", text) and "[left out]" in text, "nor in the text of show", text[:800])

        # A report about many: each has a server's words of its own.
        many = "".join("Final-Recipient: rfc822; person%d@far.example\nAction: failed\nStatus: 5.1.1\n"
                       "Diagnostic-Code: smtp; 550 5.1.1 no mailbox person%d here\n\n" % (i, i) for i in range(60))
        crowd = home.write("crowd.eml", "From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
                           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\n"
                           "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n" + many + "--b--\n")
        text = home.nixie("extract", "--format=json-lines", "--redact", crowd).text
        tap.check(text.count("no mailbox user") >= 60 and not re.search(r"person\d", text), "many: no local part is left", text[:800])

        # However many were written to, each is hidden where the name stands alone, and it takes no longer.
        written = ",\n ".join("n%dx@far.example" % n for n in range(6000))
        path = home.write("written.eml", "From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
                          "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\n"
                          "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; li@far.example\n"
                          "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 no mail for li, nor for n5999x%s\n\n"
                          "--b\nContent-Type: message/rfc822\n\nFrom: jane@example.org\nTo: %s\n\nx\n--b--\n" % (" and so on" * 700, written))
        text = home.nixie("extract", "--redact", "--format=json-lines", path, timeout=120).lines()[0]["recipients"][0]["diagnostic"]
        tap.check("for user" in text and not re.search(r"\bli\b|n\d+x", text), "names of many addressees stand in no reply", text[:200])

        # Every sample, whatever the report looks like.
        mails = [os.path.join(folder, name) for home_ in ("data/samples", "tests/samples", "tests/hard")
                 for folder, _, names in os.walk(os.path.join(SRCDIR, home_)) for name in sorted(names) if name.endswith(".eml")]
        listed = home.write("list", "\n".join(mails) + "\n")
        words = ("extract", "--format=json-lines", "--per=recipient", "--files-from=" + listed)
        plain, redacted = home.nixie(*words).lines(), home.nixie(*words, "--redact").lines()
        tap.equal(len(redacted), len(plain), "samples: as many rows")
        tap.equal([x["category"] for x in redacted], [x["category"] for x in plain], "samples: the verdicts stay")
        tap.equal(list(leaks(plain, redacted)), [], "samples: no local part and no subject is left")
    tap.end()


if __name__ == "__main__":
    main()
