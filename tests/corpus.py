#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine against the samples.

usage: corpus.py [--regenerate] [NAME...]

Each mail is a TAP test, or several; one comment line a mismatch:
  expected   every sample gives what its row of tests/samples/expected.tsv says, and texts that read
  pair       the samples named in tests/corpus/*.json give exactly that JSON (but for the texts,
             which are data/ and change without a change of the engine)
  evidence   each piece of evidence is found in the mail's own bytes by Python's decoders
  made       the same for what tests/samples/make-hostile.py writes, within a time limit

--regenerate writes the JSON of the pairs anew (of all, or of NAME.json): read the difference
before you commit it. A new pair begins as a file that holds {"file": "tests/samples/..."}.
"""
import base64
import csv
import email.header
import email.parser
import html
import json
import os
import quopri
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from nixie import NIXIE, SRCDIR, Home, Tap

TOP = os.path.abspath(SRCDIR)
SAMPLES = os.path.join(TOP, "tests", "samples")
PAIRS = os.path.join(TOP, "tests", "corpus")
FAILED = ("failure", "delay")
RESERVED = re.compile(r"(\.example|(^|\.)example\.(com|org|net))$")
MADE_SECONDS = 60
# Labels that Python does not know, or reads in another way.
PYTHON_NAMES = {"unicode-1-1-utf-7": "utf-7", "uft-8": "utf-8", "utf-16": "utf-16-le"}


def rows(path):
    csv.field_size_limit(1 << 24)  # a made report has thousands of recipients in one cell
    with open(path, encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def where(row):
    """The path of a row's mail, below TOP: the demo's folders lie in data/, the topics in tests/."""
    corpus = row["corpus"]
    if corpus in ("sent", "inbox"):
        corpus = os.path.join("samples", corpus)
    home = "data" if corpus.split(os.sep)[0] == "samples" else os.path.join("tests", "samples")
    return os.path.join(home, corpus, row["file"])


def extract(home, paths, cwd=TOP, seconds=None):
    """Runs the engine; returns {path: object}."""
    done = subprocess.run([os.path.abspath(NIXIE), "extract", "--format=json-lines", "--"] + paths,
                          cwd=cwd, env=home.env, timeout=seconds, stdout=subprocess.PIPE)
    if done.returncode not in (0, 65):  # 65: something was cut by a limit, which is named on stderr
        sys.exit("Bail out! nixie extract: exit %d" % done.returncode)
    found = {}
    for line in done.stdout.decode("ascii").splitlines():
        one = json.loads(line)
        found.setdefault(one["file"], one)
    return found


# --- texts

def without_texts(report):
    """The report without what is there for people alone."""
    report = json.loads(json.dumps(report))
    for recipient in report.get("recipients", []) + report.get("others", []):
        for key in ("title", "explanation", "next"):
            recipient.pop(key, None)
        (recipient.get("retry") or {}).pop("text", None)
    return report


def readable(report):
    """Yields the texts that are missing or hold a placeholder nobody filled."""
    for recipient in report.get("recipients") or []:
        texts_of = {"title": recipient["title"], "explanation": recipient["explanation"],
                    "next": "\n".join(recipient["next"]), "retry": recipient["retry"]["text"]}
        for key, text in texts_of.items():
            if not text or re.search(r"[{|}]", text):
                yield "%s of %s: %r" % (key, recipient["address"], text)


# --- expected.tsv

def listed(text):
    return ["" if x == "-" else x for x in text.split(",")] if text else []


def against_row(row, got):
    """Yields what differs between a row and the program's object."""
    bounce = got.get("kind") in FAILED
    if bounce != (row["bounce"] == "1"):
        yield "kind: %s" % got.get("kind")
    if row["bounce"] != "1":
        return
    recipients = got.get("recipients") or []
    by_address = {(r["address"] or "").lower(): r for r in recipients}
    wanted = listed(row["recipients"])
    if any(wanted) and set(wanted) != set(by_address):
        yield "recipients: want %s, got %s" % (shown(wanted), shown(by_address))
        return
    for column, key in (("statuses", "status"), ("replies", "reply"), ("categories", "category")):
        for i, value in enumerate(listed(row[column])):
            if not value:
                continue
            address = wanted[i] if i < len(wanted) else ""
            one = by_address.get(address) or (recipients[i] if i < len(recipients) else {})
            if one.get(key) not in value.split("|"):
                yield "%s of %s: want %s, got %s" % (key, address or "recipient %d" % i, value, one.get(key))


def shown(addresses):
    addresses = sorted(addresses)
    return ", ".join(addresses[:4]) + (" and %d more" % (len(addresses) - 4) if len(addresses) > 4 else "")


# --- evidence

def sections(message, prefix=""):
    """IMAP section number -> part, of a message as Python's email package reads it."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for i, part in enumerate(message.get_payload(), 1):
            number = "%s%d" % (prefix, i)
            if part.get_content_maintype() == "multipart":
                yield number, part
                yield from sections(part, number + ".")
            else:
                yield number, part
                if part.get_content_type() in ("message/rfc822", "message/global") and part.is_multipart():
                    yield from sections(part.get_payload(0), number + ".")
    else:
        yield prefix + "1", message


def charsets(part, message):
    """What a part may be read as: its label, those of the other parts, the fallbacks of mail/decode.h."""
    labels = [x.get_content_charset() for x in [part or message] + list(message.walk())]
    labels = [PYTHON_NAMES.get(x, x) for x in labels if x]
    return list(dict.fromkeys(labels + ["utf-8", "windows-1252", "latin-1"]))


def transfer_decoded(raw, part):
    """The bytes behind a raw range. Quartets of base64 may begin and end amid a character."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower() if part is not None else ""
    if encoding == "base64":
        whole = base64.b64decode(re.sub(rb"\s", b"", raw) + b"==")
        return [whole[i:len(whole) - j] for i in range(3) for j in range(3)]
    return [quopri.decodestring(raw) if encoding == "quoted-printable" else raw]


def texts(raw, part, message, in_header):
    """The texts that a raw range can stand for."""
    if in_header:
        unfolded = re.sub(rb"[\r\n]+(?=[ \t])", b"", raw).decode("latin-1")
        try:
            yield str(email.header.make_header(email.header.decode_header(unfolded)))
        except (LookupError, UnicodeDecodeError, email.header.HeaderParseError):
            pass
    for one in transfer_decoded(raw, part):
        for charset in charsets(part, message):
            try:
                text = one.decode(charset)
            except (LookupError, UnicodeDecodeError):
                continue
            yield text
            if part is not None and part.get_content_type() == "text/html":
                yield " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def evidence(data, got):
    """Yields the pieces of evidence that the raw bytes do not bear out."""
    message = email.parser.BytesParser().parsebytes(data)
    parts = dict(sections(message))
    parts.update({"": message, "header": None})
    for recipient in got.get("recipients") or []:
        for piece in recipient["evidence"]:
            at, n = piece["raw"]
            raw = data[at:at + n]
            if not n or len(raw) != n:
                yield "evidence %s: raw range %d+%d is empty or beyond the file" % (piece["field"], at, n)
                continue
            flat = " ".join(piece["text"].split())
            found = texts(raw, parts.get(piece["part"]), message, piece["part"] == "header")
            if not any(piece["text"] in text or flat in text for text in found):
                yield "evidence %s %s: %r is not in %r" % (piece["part"], piece["field"], piece["text"][:60], raw[:80])


# --- pairs

def differences(want, got, path=""):
    if isinstance(want, dict) and isinstance(got, dict):
        for key in list(want) + [k for k in got if k not in want]:
            yield from differences(want.get(key, "(no such key)"), got.get(key, "(no such key)"), "%s.%s" % (path, key))
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (one, other) in enumerate(zip(want, got)):
            yield from differences(one, other, "%s[%d]" % (path, i))
    elif want != got:
        yield "%s: want %s, got %s" % (path.lstrip("."), json.dumps(want), json.dumps(got))


def pairs():
    for name in sorted(os.listdir(PAIRS)):
        if name.endswith(".json"):
            path = os.path.join(PAIRS, name)
            with open(path, encoding="ascii") as file:
                yield name, path, json.load(file)


def regenerate(names):
    chosen = [p for p in pairs() if not names or p[0] in names]
    with Home() as home:
        got = extract(home, [want["file"] for _, _, want in chosen])
    for name, path, want in chosen:
        new = without_texts(got[want["file"]])
        if new != want:
            print("rewritten: %s" % name)
            with open(path, "w", encoding="ascii") as file:
                file.write(re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", json.dumps(new, indent=1)) + "\n")


# --- the tests

def complete(table):
    """Every mail has its row and every row its mail; all failed recipients are in reserved domains."""
    listed_mails = {where(row) for row in table}
    for home in ("data/samples", "tests/samples"):
        for folder, _, names in os.walk(os.path.join(TOP, home)):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), TOP)
                if name.endswith(".eml") and path not in listed_mails:
                    yield "%s has no row in expected.tsv" % path
    for row in table:
        if not os.path.exists(os.path.join(TOP, where(row))):
            yield "%s/%s: no such mail" % (row["corpus"], row["file"])
        for address in filter(None, listed(row["recipients"])):
            if not RESERVED.search(address.rsplit("@", 1)[-1]):
                yield "%s: %s is nobody's example" % (row["file"], address)


def test(tap, name, problems):
    problems = ["%s: %s" % (name, problem) for problem in problems]
    tap.check(not problems, name, "\n".join(problems))


def tests(tap, home):
    table = rows(os.path.join(SAMPLES, "expected.tsv"))
    test(tap, "every sample has its row", complete(table))
    got = extract(home, [where(row) for row in table])
    for row in table:
        path = where(row)
        with open(os.path.join(TOP, path), "rb") as file:
            data = file.read()
        one = got.get(path)
        problems = list(against_row(row, one)) + list(readable(one)) if one else ["no answer"]
        test(tap, "expected %s" % path, problems)
        test(tap, "evidence %s" % path, evidence(data, one) if one else [])
    for name, _, want in pairs():
        test(tap, "pair %s" % name, differences(want, without_texts(got.get(want["file"], {}))))

    folder = home.path("hostile")
    subprocess.run([sys.executable, os.path.join(SAMPLES, "make-hostile.py"), folder], check=True)
    names = [os.path.join("made", name) for name in sorted(os.listdir(os.path.join(folder, "made")))]
    got = extract(home, names, folder, MADE_SECONDS)
    expected = {"made/" + row["file"]: row for row in rows(os.path.join(folder, "expected.tsv"))}
    for name in names:
        one = got.get(name)
        problems = ["no answer"] if one is None else against_row(expected[name], one) if name in expected else []
        test(tap, name, problems)


def main():
    if sys.argv[1:2] == ["--regenerate"]:
        return regenerate(sys.argv[2:])
    tap = Tap()
    with Home() as home:
        tests(tap, home)
    tap.end()


if __name__ == "__main__":
    main()
