# SPDX-License-Identifier: GPL-3.0-or-later
"""Configurations and rule files that somebody was sent, or that a disk spoilt."""
import os

SAID = "taken over in part without a word; a control byte in the message"
SLOW = "a hang"
STEER = b"\x1b]0;x\x07\x9b31m\xe2\x80\xae"
# name: (bytes, what it must not cause)
CONFIGS = {
    "nul-inside": (b"[nixie]\nbounce-query = tag:x\0y\n", SAID), "no-utf8": (b"[nixie]\ntheme = \xff\xfe\xc3\n", SAID), "steering-values": (b"[nixie]\ntheme = " + STEER + b"\nlayout = " + STEER + b"\n", SAID),
    "steering-keys": (b"[nixie]\n" + STEER + b" = 1\n", SAID), "steering-group": (b"[" + STEER + b"]\nx = 1\n", SAID), "line-of-2m": (b"[nixie]\nown-domains = " + b"d" * 2000000 + b"\n", SLOW),
    "keys-100000": (b"[nixie]\n" + b"".join(b"k%d = 1\n" % i for i in range(100000)), SLOW), "numbers": (b"[nixie]\njobs = 99999999999999999999\nlimit-file = -1\n", SAID),
    "no-group": (b"theme = dark\n= = =\n[\n]\n", SAID), "tags": (b"[nixie]\ntag-retry = -x\ntag-suppress = a\x07b\n", SAID), "query-open": (b"[nixie]\nbounce-query = \"open " + STEER + b"\n", SAID),
    "keys-bound": (b"[keys]\n\x1b = quit\nq = " + STEER + b"\n", SAID),
}
# Behind the group: a category, so that all but the pattern is sound.
PATTERNS = {"nested-repeats": b"((a+)+)+$", "stars-of-anything": b"^(.*a)*(.*b)*(.*c)*$", "recursive": b"(?R)?x", "limit-raised": b"(*LIMIT_MATCH=4000000000)(x+x+)+y", "callout": b"(?C9)user",
            "unclosed": b"((((", "wide-repeat": b"(?:(?:a{1,999}){1,999}){1,999}", "steering": STEER}


def write(root):
    os.makedirs(root, exist_ok=True)
    rules = {"rules-" + name: (b"[hostile-" + name.encode() + b"]\ncategory = no-such-user\npattern = " + pattern + b"\nexample.1 = 550 user unknown\n", SLOW)
             for name, pattern in PATTERNS.items()}
    for name, (data, must_not) in {**CONFIGS, **rules}.items():
        with open(os.path.join(root, name), "wb") as out:
            out.write(data)
        yield name, must_not
