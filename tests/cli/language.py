# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts told in other languages: a few read in full, and what stays English.

Read the difference, then NIXIE_UPDATE=1 make check TESTS=tests/cli/language.py writes them anew.
"""
import json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import Home, Tap

tap = Tap()
SRCDIR = os.environ.get("SRCDIR") or os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
GOLDEN = os.path.join(SRCDIR, "tests", "cli", "language")
SAMPLES = os.path.join(SRCDIR, "data", "samples")
TOLD = [  # name of the golden, what is explained
    ("full", "postfix-mailbox-full-1.eml"), ("forwarded", "postfix-forwarded-dead.eml"), ("delay", "postfix-delay.eml"),
    ("receipt", "read-receipt.eml"), ("code", "5.7.26"), ("unknown", "5.9.9 zq"), ("alone", "5.9.9"),
    ("success", "250"),
]
SPANISH = [("size", "postfix-message-too-big.eml"), ("delay", "postfix-delay.eml"), ("code", "5.7.509")]
FRENCH = [("size", "postfix-message-too-big.eml"), ("delay", "postfix-delay.eml"), ("code", "5.4.14")]
JAPANESE = [("full", "postfix-mailbox-full-1.eml"), ("delay", "postfix-delay.eml"), ("code", "5.7.26")]
# Fields of the JSON form that hold words for people; all others are the same in every language.
WORDS = {"title", "explanation", "next", "conflict"}


def differences(a, b, path=""):
    """Paths of what differs between two JSON values."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [found for key in sorted(a.keys() | b.keys()) for found in differences(a.get(key), b.get(key), path + "." + key)]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and path.split(".")[-1] not in WORDS:
        return [found for x, y in zip(a, b) for found in differences(x, y, path)]
    return [] if a == b else [path.lstrip(".")]


def golden(language, name, text):
    path = os.path.join(GOLDEN, "%s-%s.txt" % (name, language))
    if os.environ.get("NIXIE_UPDATE"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    try:
        with open(path, encoding="utf-8") as file:
            wanted = file.read()
    except FileNotFoundError:
        wanted = None
    tap.equal(text, wanted, "%s in %s" % (name, language))


with Home() as home:
    home.env["NIXIE_NOW"] = "1794225600"  # 9 November 2026: the delays are still tried
    told = [("de", *row) for row in TOLD] + [("es", *row) for row in SPANISH] + [("fr", *row) for row in FRENCH]
    told += [("ja", *row) for row in JAPANESE]
    for language, name, subject in told:
        sample = os.path.join(SAMPLES, subject)
        words = ["-"] if os.path.exists(sample) else [subject]
        stdin = open(sample, "rb").read() if os.path.exists(sample) else b""
        golden(language, name, home.nixie("explain", "--lang=" + language, *words, stdin=stdin).text)

    german = {"LC_ALL": "de_DE.UTF-8"}
    sample = os.path.join(SAMPLES, "postfix-blocklist.eml")
    plain = home.nixie("extract", "--format=json", sample)
    tap.equal(home.nixie("extract", "--format=json", sample, env=german).text, plain.text, "machines are told English in any locale")
    asked = home.nixie("extract", "--format=json", "--lang=de", sample)
    differ = differences(json.loads(plain.text), json.loads(asked.text))
    tap.check(set(differ) == {"recipients.explanation", "recipients.next", "recipients.retry.text", "recipients.title"},
              "--lang changes the words of machine output and nothing else", " ".join(differ))
    export = home.nixie("explain", "--format=csv", "5.2.2", env=german)
    tap.check(export.code == 0 and "Storage full" in export.text, "CSV is English in a German locale", export)
    narrow = home.nixie("explain", "--lang=de", "5.2.2", env={"LC_ALL": "C"})
    tap.check(narrow.code == 0 and narrow.text.isascii(), "a locale without UTF-8 gets no umlauts", narrow)
    demo = home.nixie("demo", "--list", "--lang=de")
    tap.check(demo.code == 0 and "Wer handelt" in demo.text and "Who acts" not in demo.text, "the demo takes --lang along", demo)
tap.end()
