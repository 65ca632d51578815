# SPDX-License-Identifier: GPL-3.0-or-later
"""--from-json: lines that extract or list wrote, read back; and lines that nobody wrote."""
import collections, json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from mailbox import Mailbox
from nixie import SAMPLES, Home, Tap

tap = Tap()
# Made anew from the facts that the lines hold, in the words of whoever reads.
TOLD_ANEW = ("title", "explanation", "next", "retry", "conflict")
GOOD = {"schema": 1, "file": "a.eml", "index": 0, "id": "r1@mx.example.org", "kind": "failure", "date": "2026-07-27T08:09:10+02:00", "timestamp": 1785132550,
        "origin": "own", "trust": "consistent", "tags": [], "original": {"id": "m1@example.org", "subject": "Hello"}, "address": "ann@b.example", "valid": True,
        "status": "5.1.1", "reply": "550", "codes": ["5.1.1"], "diagnostic": "550 5.1.1 No such user", "remote_mta": "mail.b.example", "category": "no-such-user",
        "type": "hard", "finality": "refused", "who": ["sender"], "confidence": "high",
        "evidence": [{"part": "2", "field": "status", "raw": [1, 2], "decoded": [3, 4], "text": "5.1.1"}]}


def line(**more):
    return json.dumps(dict(GOOD, **more)).encode()


def facts(row):
    return {key: value for key, value in row.items() if key not in TOLD_ANEW}


def key(row):
    return json.dumps(facts(row), sort_keys=True)


def read(home, *lines, words=("list",), per="recipient"):
    path = home.write("lines.jsonl", b"\n".join(lines) + b"\n")
    return home.nixie(*words, "--from-json=" + path, "--format=json-lines", "--per=" + per)


def whole(home):
    """What extract says of the samples, back and forth."""
    flat, nested = home.path("flat.jsonl"), home.path("nested.jsonl")
    home.nixie("extract", "--format=json-lines", "--per=recipient", "--output=" + flat, SAMPLES)
    home.nixie("extract", "--format=json-lines", "--output=" + nested, SAMPLES)
    said = [json.loads(x) for x in open(flat)]
    # A delay that ended is folded under the failure that it became; what fails is all there.
    want = sorted(key(x) for x in said if x["kind"] == "failure")
    for name, path in (("one line a recipient", flat), ("one line a report", nested)):
        got = home.nixie("list", "--from-json=" + path, "--format=json-lines", "--per=recipient")
        tap.check(got.code == 0 and len(want) > 30, "%s: read" % name, got)
        tap.equal(sorted(key(x) for x in got.lines() if x["kind"] == "failure"), want, "%s: every fact is there again" % name)
    titles = {x["title"] for x in got.lines()}
    tap.check(titles and None not in titles, "each is explained", titles)
    counts = collections.Counter(x["category"] for x in said if x["kind"] == "failure")
    got = home.nixie("stats", "--from-json=" + flat, "--kind=failure", "--format=json").json()
    tap.equal({x["key"]: x["bounces"] for x in got}, dict(counts), "stats counts them")
    shown = home.nixie("show", "--from-json=" + nested, "--lang=de", "category:mailbox-full", "--limit=1")
    tap.check(shown.code == 0 and "Nachricht" in shown.text, "show explains them in one's own language", shown)
    got = home.nixie("export", "--from-json=" + flat, "--for=mailman3", "--include-unverified", "category:no-such-user")
    tap.check(got.code == 0 and got.text.count("@") >= 3, "export writes them", got)
    some = home.nixie("list", "--from-json=" + flat, "--format=json-lines", "--per=recipient", "--type=hard", "status:5.1.*").lines()
    tap.check(some and all(x["type"] == "hard" and x["status"].startswith("5.1.") for x in some), "filters work on them", some)
    with open(flat, "rb") as file:
        piped = home.nixie("stats", "--from-json=-", "--format=json", stdin=file.read())
    tap.equal(piped.json() if piped.code == 0 else piped, home.nixie("stats", "--from-json=" + flat, "--format=json").json(), "from standard input")


def index():
    """What an index knew goes along."""
    with Mailbox() as box:
        path = box.path("rows.jsonl")
        box.nixie("list", "--format=json-lines", "--output=" + path)
        want = box.rows()
        got = box.nixie("list", "--from-json=" + path, "--format=json-lines", "--per=recipient").lines()
        tap.equal(sorted(key(x) for x in got), sorted(key(x) for x in want), "rows of an index: origin, trust, state, suggestion, tags are kept")
        tap.equal({x["key"]: x["bounces"] for x in box.nixie("stats", "--by=cause", "--from-json=" + path, "--format=json").json()},
                  {x["key"]: x["bounces"] for x in box.nixie("stats", "--by=cause", "--format=json").json()}, "and so are the groups")


def together(home):
    """Lines of one report belong together wherever they stand."""
    ann, ben = line(), line(address="ben@b.example")
    other = line(file="b.eml", id="r2@mx.example.org", address="cat@b.example", original={"id": "m2@example.org"})
    for name, lines in (("side by side", (ann, ben, other)), ("apart", (ann, other, ben))):
        reports = read(home, *lines, per="report").lines()
        tap.equal(sorted([x["address"] for x in r["recipients"]] for r in reports), [["ann@b.example", "ben@b.example"], ["cat@b.example"]], name)
    tap.equal(len(read(home, ann, line(file="copy/a.eml")).lines()), 1, "the same report in two files counts once")
    box = [line(file="box.mbox", index=n, id="r%d@mx" % n, address="u%d@b.example" % n, original={"id": "m%d@x" % n}) for n in range(3)]
    tap.equal(sorted(x["address"] for x in read(home, *box).lines()), ["u0@b.example", "u1@b.example", "u2@b.example"], "messages of an mbox")
    doubles = [line(file=f, index=i, id="d%d@mx" % n, address="d%d@b.example" % n, original={"id": "m%d@x" % n}) for n, (f, i) in enumerate((("a", 1), ("a#1", 0), ("a#1", 1), ("a#1#1", 0), ("a", 0)))]
    doubles += [line(file="lines.jsonl:7", id="d7@mx", address="d7@b.example", original={"id": "m7@x"}), json.dumps({key: value for key, value in dict(GOOD, id="d8@mx", address="d8@b.example", original={"id": "m8@x"}).items() if key != "file"}).encode()]
    told = read(home, *doubles)
    tap.equal(sorted(x["address"] for x in told.lines()), ["d%d@b.example" % n for n in (0, 1, 2, 3, 4, 7, 8)], "files with names like places in others are files of their own")
    got = [json.loads(x) for x in doubles[:-1]]
    tap.equal(sorted((x["file"], x["index"], x["id"]) for x in told.lines() if x["id"] != "d8@mx"), sorted((x["file"], x["index"], x["id"]) for x in got), "and are told as they were")
    shown = home.nixie("show", "--from-json=" + home.path("lines.jsonl"), "address:d0@b.example")
    tap.check("a#1" in shown.text, "people see the place behind the file", shown)
    nameless = [line(file=f, id=None, original=None, address=a) for f, a in (("x", "a@b.example"), ("y/z.eml", "b@b.example"))]
    tap.equal(len(read(home, *nameless).lines()), 2, "reports without a Message-ID are told apart by their files")


HOSTILE = [
    (b'{"schema":1,"file":"a.eml","index":0,"id":"r1', "it is no JSON"),
    (b"{", "it is no JSON"), (b"rubbish", "it is no JSON"), (b"\xff\xfe\x00", "it is no JSON"), (b"[" * 5000, "it is no JSON"),
    (line()[:-1] + b',"file":"twice"}', "it is no JSON"),  # a key twice
    (line(diagnostic="x").replace(b'"x"', b'"a\x1b[2Jb"'), "it is no JSON"),  # a control byte as it is
    (line(diagnostic="x").replace(b'"x"', b'"\\ud800"'), "it is no JSON"),
    (b"[]", "it is a list"), (b"[%s]" % line(), "it is a list"), (b"7", "it is no object"), (b"null", "it is no object"), (b'"x"', "it is no object"),
    (line(schema=2), "its schema is not 1"), (line(schema="1"), "its schema is not 1"), (b"{}", "its schema is not 1"),
    (line(address=7), '"address" is no text'), (line(address=["a@b.example"]), '"address" is no text'), (line(diagnostic={}), '"diagnostic" is no text'),
    (line(diagnostic="x" * 70000), '"diagnostic" is longer'), (line(codes="5.1.1"), '"codes" is no list'), (line(codes=[1]), '"codes" is no text'),
    (line(codes=["x"] * 20000), '"codes" is no list that can be'), (line(kind="party"), '"kind" is none of the words'), (line(type=1), '"type" is none'),
    (line(trust="total"), '"trust" is none'), (line(origin=[]), '"origin" is none'), (line(category="moon"), '"category" is none that this nixie knows'),
    (line(who=["cat"]), '"who" is none'), (line(who=["sender"] * 99), '"who" is no list'), (line(timestamp="now"), '"timestamp" is no number'),
    (line(timestamp=-5), '"timestamp" is no number'), (line(timestamp=2**62), '"timestamp" is no number'), (line(timestamp=1.5), '"timestamp" is no number'),
    (line(timestamp=10**40), "it is no JSON"), (line(original="m1"), '"original" is no object'), (line(original={"id": 1}), '"id" is no text'),
    (line(evidence={}), '"evidence" is no list'), (line(evidence=[1]), '"evidence" holds'), (line(evidence=[{}]), '"part" is no text'),
    (line(evidence=[dict(GOOD["evidence"][0], raw=[0])]), '"raw" is no range'), (line(evidence=[dict(GOOD["evidence"][0], raw=[-1, 5])]), '"raw" is no number'),
    (line(recipients=7), '"recipients" is no list'), (line(recipients=[7]), '"recipients" holds'), (line(recipients=[], others=7), '"others" is no list'),
    (line(tags="inbox"), '"tags" is no list'), (line(valid="yes"), '"valid" is neither'),
    (line(recipients=[{}] * 100001), '"recipients" is no list that can be'), (line(recipients=[], others=[{}] * 100001), '"others" is no list that can be'),
    (b" " * (64 << 20) + line(), "it is longer than 64 MiB; --per=recipient writes shorter lines"),
]


def hostile(home):
    """Each line's fault is said with its number; the rest goes on."""
    lines = [line()] + [text for text, _ in HOSTILE] + [b"", b"  ", line(file="z.eml", id="r9@mx", address="zoe@b.example", original={"id": "m9@x"})]
    got = read(home, *lines)
    tap.equal(got.code, 65, "some lines left out: exit 65")
    told = {int(x["file"].rpartition(":")[2]): x["error"] for x in got.lines() if "error" in x}
    for n, (text, why) in enumerate(HOSTILE):
        tap.check(told.get(n + 2, "").startswith(why), "line %d: %s" % (n + 2, why), told.get(n + 2, got))
    path, said = home.path("lines.jsonl"), got.said.splitlines()
    tap.equal((len(said), len(set(said[:10]) & {"nixie: %s:%d: left out: %s" % (path, n, why) for n, why in told.items()})), (11, 10), "ten are named, each with why")
    tap.equal(said[10], "nixie: %s: %d more lines were left out" % (path, len(HOSTILE) - 10), "and the others counted")
    good = sorted(x["address"] for x in got.lines() if "address" in x)
    tap.equal(good, ["ann@b.example", "zoe@b.example"], "and the good ones are read")
    lying = read(home, line(address="x\ny@b.example", valid=True), words=("list",))
    tap.check(lying.code == 0 and lying.lines()[0]["valid"] is False, "that an address is valid is not taken on trust", lying)
    out = home.nixie("export", "--from-json=" + home.path("lines.jsonl"), "--format=addresses")
    tap.check(not out.out and "no valid mailbox" in out.said, "and it goes nowhere", out)
    escaped = read(home, line(diagnostic="a\x1b[2J\u202eb", id="r\x1b]0;x\x07", file="\x1b[31m/e.eml", address="\x1b[2J@b.example"))
    shown = home.nixie("show", "--from-json=" + home.path("lines.jsonl"))
    tap.check(escaped.code == 0 and shown.code == 0 and b"\x1b" not in shown.out and b"\xe2\x80\xae" not in shown.out, "hostile text is made visible", shown)
    many = read(home, *[b"{"] * 1500, line())
    tap.check(many.code == 65 and many.said.count("left out:") == 10 and "1490 more lines were left out" in many.said and "ann@b.example" in many.text, "so many faults that they are counted", many.said[-300:])
    other = read(home, *[b"address,category"] * 12)
    tap.check(other.code == 65 and len(other.said.splitlines()) == 12 and "2 more lines were left out" in other.said and "no line of it tells of a report; `nixie extract --format=json-lines`" in other.said,
              "a file of another kind: said, with what writes such lines", other)
    tap.check("no line of it" not in many.said, "which is not said where one does")
    tap.equal(read(home, line(unknown={"a": [1, {"b": None}]})).code, 0, "a key of a later nixie is left alone")
    tap.equal(read(home, b"\xef\xbb\xbf" + line()).code, 65, "a byte order mark is no JSON")
    for cut in range(1, len(line()), 7):
        if read(home, line()[:cut], line(file="z.eml", id="r9@mx")).code != 65:
            tap.check(False, "a line cut after %d bytes" % cut)
            break
    else:
        tap.check(True, "a line cut anywhere is left out")
    failed = read(home, json.dumps({"schema": 1, "file": "gone.eml", "index": 0, "error": "gone.eml: it is not there"}).encode(), line(), per="report")
    tap.check(failed.code == 65 and "gone.eml: it is not there" in failed.said and len(failed.lines()) >= 1, "what extract could not read is told again", failed)


def usage(home):
    path = home.write("one.jsonl", line() + b"\n")
    for words, code, say in (
            (["list", "from:ann"], 64, "`from:ann` needs an index"), (["list", "--maildir=" + home.root], 64, "exclude each other"),
            (["list", "--database=" + home.root], 64, "exclude each other"), (["show", "--original"], 64, "--original reads mail"),
            (["show", "--hops"], 64, "--hops reads mail"), (["retry"], 64, "from-json"), (["tag", "+x"], 64, "from-json"), (["scan"], 64, "from-json"),
            (["tui", "nosuch:x"], 64, "")):
        got = home.nixie(words[0], "--from-json=" + path, *words[1:])
        tap.check(got.code == code and say in got.said and not got.out, "nixie %s: exit %d" % (" ".join(words), code), got)
    got = home.nixie("list", "--from-json=" + home.path("none.jsonl"))
    tap.check(got.code == 66 and "none.jsonl" in got.said, "a file that is not there", got)
    tap.equal(home.nixie("list", "--from-json=" + home.root).code, 66, "a directory")
    got = home.nixie("list", "--from-json=" + home.write("empty.jsonl", b""))
    tap.check(got.code == 0 and not got.out, "an empty file has no rows", got)
    got = home.nixie("show", "--from-json=" + path, "--for=recipient")
    tap.check(got.code == 0 and "did not arrive" in got.text, "words to pass on", got)
    tap.check(not os.path.exists(home.path(".local/share/nixie")), "nothing is kept of it")


with Home() as home:
    tap.parts([whole, together, hostile, usage], home)
tap.parts([index])
tap.end()
