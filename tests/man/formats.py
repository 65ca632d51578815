# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie-json(5) and what the commands write: every key that is written is told of with its type, and every one that is
told of is written, in the order of the page."""
import os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import manual
from mailbox import Mailbox
from nixie import SAMPLES, SRCDIR, Home, Tap

tap = Tap()
TYPES = {type(None): "null", bool: "boolean", int: "number", str: "string", list: "array", dict: "object"}
# Told of, and in no report at hand.
RARE = {"report others[].original_address string", "report others[].reply string", "rules-test told.provider string",
        "address last_mail_from.thread string"}
# Keys that stand only where there is something to tell.
SOMETIMES = {"stats": {"key2", "key3"}, "rules-test": {"asked", "line"}}
OF_REPORT = {"recipients", "others", "warnings", "kind"}


def told():
    """{object: {path: set of types}}, in order."""
    objects, into, prefix = {}, None, ""
    for line in manual.read("nixie-json.5").splitlines():
        mark = re.match(r'\.\\" keys: (\S+)(?: (\S+))?$', line)
        key = re.match(r"\.It Cm (\S+) Pq (.*)$", line)
        if mark:
            into, prefix = objects.setdefault(mark.group(1), {}), mark.group(2) + "." if mark.group(2) else ""
        elif line == ".El":
            into = None
        elif key and into is not None:
            into[prefix + key.group(1)] = set(key.group(2).split(" or "))
    flat = {k: v for k, v in objects["report"].items() if k.split("[")[0].split(".")[0] not in OF_REPORT}
    start = "recipients[]."
    objects["row"] = dict(flat, **{k[len(start):]: v for k, v in objects["report"].items() if k.startswith(start)})
    objects["stats"] = {k: t for key, t in objects["stats"].items() for k, t in ([(key, t)] if key != "key" else [(key, t), ("key2", t), ("key3", t)])}
    return objects


def walk(value, path, seen, orders):
    seen.setdefault(path, set()).add(TYPES[type(value)])
    if isinstance(value, dict):
        orders.setdefault(path, set()).add(tuple(value))
        for key, inner in value.items():
            walk(inner, path + "." + key if path else key, seen, orders)
    elif isinstance(value, list):
        for inner in value:
            walk(inner, path + "[]", seen, orders)


def below(object, path):
    """The keys of the object at `path`, in the page's order."""
    lead = path + "." if path else ""
    return [k[len(lead):] for k in object if k.startswith(lead) and not re.search(r"[.\[]", k[len(lead):])]


def calls(box):
    """(object, words of nixie): all that writes JSON."""
    samples = [SAMPLES, os.path.join(SRCDIR, "tests", "samples"), os.path.join(SRCDIR, "tests", "hard")]
    yield "report", ["extract", "--format=json", *samples]
    yield "row", ["extract", "--format=json", "--per=recipient", *samples]
    for command in ("list", "show", "export"):
        yield "report", [command, "--format=json"]
    yield "error", ["extract", "--format=json", box.path("none.eml")]
    yield "report", ["retry", "--due", "--format=json"]
    yield "row", ["list", "--format=json-lines", "--per=recipient"]
    yield "row", ["explain", "--format=json", "550 5.1.1 <ann@example.com>: user unknown"]
    yield "per-address", ["list", "--format=json", "--per=address"]
    yield "per-message", ["list", "--format=json", "--per=message"]
    for whom in ("recipient", "admin", "sender"):
        yield "for", ["show", "--for=" + whom, "--format=json"]
    yield "original", ["show", "--original", "--format=json"]
    yield "hops", ["show", "--hops", "--format=json"]
    for by in ("category", "domain,category,day", "incident", "remote-mta"):
        yield "stats", ["stats", "--format=json", "--by=" + by]
    yield "retry-status", ["retry", "--status", "--format=json"]
    yield "proposed", ["suppress", "--proposed", "--format=json"]
    yield None, ["suppress", "--accept", "--note=from the list"]
    yield "suppressed", ["suppress", "--list", "--format=json"]
    first, second = [entry["address"] for entry in box.nixie("suppress", "--list", "--format=json").json()][:2]
    yield None, ["suppress", "--unset", "--note=they wrote", "--address=" + first, "--", "*"]
    yield None, ["suppress", "--unset", "--address=" + second, "--", "*"]
    yield "suppressed", ["suppress", "--removed", "--format=json"]
    yield "address", ["address", "--format=json", first, second]
    addresses = sorted({row["address"] for row in box.rows() if row["address"]})
    yield "address", ["address", "--format=json", *addresses]
    yield "log", ["log", "--format=json"]
    yield None, ["views", "--save=full", "--category=mailbox-full"]
    yield "views", ["views", "--format=json"]
    bad = box.write("bad.rules", "[a]\ncategory=expired\nliteral=quokka\npattern=quokka\n\n[b]\ncategory=nonsense\n")
    yield "rules-check", ["rules", "check", "--format=json", bad]
    own = box.write(".config/nixie/rules.d/own.rules", "[user-unknown]\ncategory=no-such-user\nliteral=quokka\npattern=quokka\nexample.1=550 a quokka\n")
    yield "rules-list", ["rules", "list", "--format=json"]
    os.remove(own)
    for text in ("550 5.1.1 user unknown", "452 4.2.2 mailbox full", "550 frobnicated"):
        yield "rules-test", ["rules", "test", "--format=json", "--rule=user-unknown", text]
    for name in ("three-of-four", "gmail-attachment-blocked"):
        yield "rules-test", ["rules", "test", "--format=json", sample(name)]
    yield "rules-correct", ["rules", "correct", "--as=mailbox-disabled", "--format=json", "550 5.0.0 the quokka of this burrow sleeps"]


def more_calls(box):
    """Of an index of the samples: what the mailbox of the tests does not have."""
    yield "hops", ["show", "--hops", "--format=json"]
    yield "original", ["show", "--original", "--format=json"]


def sample(name):
    for root, _, names in os.walk(SAMPLES):
        for file in names:
            if name in file and file.endswith(".eml"):
                return os.path.join(root, file)
    raise RuntimeError("no sample is called " + name)


def run(box, calls):
    for name, words in calls:
        got = box.nixie(*words)
        if not name:
            tap.check(got.code == 0, "nixie " + " ".join(words), got)
            continue
        try:
            values = got.lines() if "--format=json-lines" in words else got.json()
        except ValueError:
            tap.check(False, "nixie %s writes JSON" % " ".join(words), got)
            continue
        for value in values if isinstance(values, list) else [values]:
            walk(value, "", seen.setdefault(name, {}), orders.setdefault(name, {}))


page, seen, orders = told(), {}, {}
with Mailbox() as box:
    run(box, calls(box))
with Home() as home:
    home.make_index(os.path.join(SRCDIR, "tests", "samples"))
    run(home, more_calls(home))
tap.equal(sorted(set(page) - set(seen)), [], "every object of nixie-json(5) is written by a command")
for name in sorted(seen):
    known, paths = page.get(name, {}), {p: t for p, t in seen[name].items() if p}
    tap.equal(sorted(set(paths) - set(known)), [], "%s: every key that is written is told of" % name)
    tap.equal(sorted(set(known) - set(paths)), [], "%s: every key that is told of is written" % name)
    tap.equal(sorted((p, t - known[p]) for p, t in paths.items() if t - known.get(p, t)), [], "%s: no key has another type" % name)
    rest = [p for p, t in known.items() if p in paths and not paths[p] - {"null"} and
            "%s %s %s" % ("report" if name == "row" else name, ("recipients[]." if name == "row" else "") + p, "".join(t - {"null"})) not in RARE]
    tap.equal(rest, [], "%s: no key is always null" % name)
    wrong = [(path, got) for path, all in orders[name].items() for got in all
             if list(got) != [k for k in below(known, path) if k in got] or
             set(below(known, path)) - set(got) - SOMETIMES.get(name, set())]
    tap.equal(wrong[:3], [], "%s: all keys are there, in the page's order" % name)
tap.end()
