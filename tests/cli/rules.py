# SPDX-License-Identifier: GPL-3.0-or-later
"""nixie rules: what check finds in a file of one's own, what test says of a report, and that a new rule counts at once."""
import email, os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SRCDIR, Home, Tap

tap = Tap()

RULE = "[own]\ncategory=mailbox-full\nliteral=zeppelin\n"
MANUAL = open(os.path.join(SRCDIR, "man", "nixie-rules.5.in"), encoding="utf-8").read().split(".Sh FACTS IN TEXTS")[1].split(".El")[0]
FACTS = " ".join("{%s}" % f for line in re.findall(r"^\.It Li (.*)", MANUAL, re.M) for f in line.split(" , "))
FINDINGS = [  # a file of one's own, its findings: line, rule, kind, words of the text, is a note
    ("clean", RULE + "example.1=550 the zeppelin is full\n", []),
    ("a key twice", RULE + "literal=x\n", [(3, "own", "broken", "stands again in line 4", False)]),
    ("a group twice", RULE + RULE, [(1, "own", "broken", "stands again in line 4", False)]),
    ("a byte order mark", "\ufeff" + RULE, [(1, None, "broken", "byte order mark", False)]),
    ("a key of which there is but one", RULE + "literal=x\n", [(3, "own", "broken", "drop one of the two", False)]),
    ("an unknown type", RULE + "type=bad\n", [(4, "own", "broken", "it can be hard, soft", False)]),
    ("an unknown fact", RULE + "explanation=It is {sever}.\n", [(4, "own", "broken", "no fact {sever}; it can be address", False)]),
    ("an open brace", RULE + "next.1=Wait for {limit.\n", [(4, "own", "broken", "no closing brace", False)]),
    ("all facts", RULE + "example.1=a zeppelin\nexplanation=%s\n" % FACTS, []),
    ("an unknown key", RULE + "literals=x\n", [(4, "own", "broken", "no such key", False)]),
    ("an unknown category", "[own]\ncategory=full\nliteral=x\n", [(2, "own", "broken", 'no category "full"', False)]),
    ("a bad pattern", RULE + "pattern=zeppelin(\n", [(4, "own", "broken", "at character 10", False)]),
    ("no example", RULE, [(1, "own", "no-example", "add example.1=", False)]),
    ("an example of nothing", RULE + "example.1=550 a balloon\n", [(1, "own", "example", "none of its literals", False)]),
    ("a not that matches", RULE + "example.1=a zeppelin\nnot.1=zeppelins\n", [(1, "own", "not", "zeppelins", False)]),
    ("a literal that no text holds", "[own]\ncategory=expired\nliteral=zeppelin;it\u2019s\nexample.1=a zeppelin\n",
     [(1, "own", "literal", "write \"it's\"", False)]),
    ("a literal that no pattern meets", "[own]\ncategory=expired\nliteral=zeppelin;balloon\npattern=zeppelin\nexample.1=a zeppelin\n",
     [(1, "own", "literal", "balloon", True)]),
    ("slow", "[own]\ncategory=expired\nliteral=zeppelin\npattern=(?:big |small )*zeppelin lost\nexample.1=zeppelin lost\n",
     [(1, "own", "slow", "square of the text", False)]),
    ("shadowed", "[own]\ncategory=expired\npriority=1\nliteral=user unknown\nexample.1=550 5.1.1 user unknown\n",
     [(1, "own", "example", "decided by [user-unknown]", False), (1, "own", "shadowed", "user.rules", False)]),
    ("takes what is not its", "[own]\ncategory=expired\npriority=99\nliteral=mailbox full\nexample.1=mailbox full now\n",
     [(1, "own", "takes", "narrow the pattern", False)]),
    ("replaces", "[user-unknown]\ncategory=expired\nliteral=zeppelin\nexample.1=zeppelin\n",
     [(1, "user-unknown", "replaces", "user.rules", True)]),
]

REPORT = os.path.join(SRCDIR, "tests", "samples", "postfix", "command-output-quota.eml")

with Home() as home:
    got = home.nixie("rules", "check")
    tap.check(got.code == 0 and not got.out and "every example" in got.said, "the shipped rules are clean", got)
    for name, text, wanted in FINDINGS:
        path = home.write("try.rules", text)
        got = home.nixie("rules", "check", path, "--format=json", "--quiet")
        found = got.json() if got.out else []
        tap.equal(got.code, 78 if any(not w[4] for w in wanted) else 0, "check: %s: exit code" % name)
        tap.check(all(f["file"] == path for f in found), "check: %s: its own file only" % name, found)
        kinds = {(f["line"], f["rule"], f["kind"], f["note"]) for f in found}
        tap.equal(kinds, {(w[0], w[1], w[2], w[4]) for w in wanted}, "check: %s" % name)
        for w in wanted:
            tap.check(any(f["kind"] == w[2] and w[3] in f["text"] for f in found), "check: %s says %s" % (name, w[3]), found)
    for text, words in (("[own]\ncategory=\"gone\"\nliteral=x\n", "no category \"gone\"; values stand without quotation marks"),
                        (RULE + "example.1=a \"balloon\"\n", "stands in the text: \"zeppelin\""),
                        ("[own]\ncategory=expired\nliteral=\"zeppelin\"\nexample.1=a balloon\n", "stands in the text: '\"zeppelin\"'")):
        got = home.nixie("rules", "check", home.write("try.rules", text))
        tap.check(words in got.text and '""' not in got.text, "quotation marks stand once: %s" % words, got)
    both = home.nixie("rules", "check", home.write("try.rules", RULE), both=True).text
    tap.check(both.index("has no example") < both.index("see above"), "findings stand above their sum in a pipe", both)
    line = home.nixie("rules", "check", home.write("try.rules", RULE)).text
    tap.check(line.startswith(home.path("try.rules") + ":1: [own] has no example"), "a finding is one line of file, line, rule", line)
    tap.equal(home.nixie("rules", "check", "gone.rules").code, 66, "check of a file that is not there")

    # Both a broken and a sound rule of one's own: check goes on behind the first.
    own = home.write(".config/nixie/rules.d/own.rules", "[bad]\ncategory=gone\n[good]\ncategory=expired\nliteral=zeppelin\n")
    got = home.nixie("rules", "check")
    tap.check(got.code == 78 and "own.rules:2: [bad]" in got.text and "own.rules:3: [good] has no example" in got.text,
              "check tells everything that is wrong", got)
    os.unlink(own)

    # test: what decides, by which words, what would have been next, what the codes say.
    told = home.nixie("rules", "test", REPORT, "--format=json").json()
    facts = home.nixie("extract", REPORT, "--format=json-lines").lines()[0]["recipients"]
    tap.equal([t["address"] for t in told], [f["address"] for f in facts], "test tells of every recipient")
    tap.equal([(t["category"], t["rule"]) for t in told], [(f["category"], f["rule"]) for f in facts], "test says what the verdict says")
    tap.equal([t["evidence"] for t in told], [[{k: e[k] for k in ("part", "field", "raw", "text")} for e in f["evidence"]] for f in facts],
              "test shows the evidence with its bytes")
    said = home.nixie("rules", "test", "550 5.1.1 mailbox full, user unknown", "--format=json").json()[0]
    tap.check(said["category"] == "mailbox-full" and said["file"].endswith("mailbox.rules") and said["line"] > 0, "a line of text", said)
    tap.check(any(n["rule"] == "user-unknown" and n["lost"] == "priority" for n in said["next"]), "what would have been next, and why it lost", said)
    tap.equal((said["without_rules"]["rule"], said["without_rules"]["category"]), ("code:5.1.1", "no-such-user"), "what the code alone would say")
    tap.equal(said["told"], {"reply": "550", "status": "5.1.1", "phase": None, "provider": None, "outgoing": False}, "what the rules are told beside the text")
    asked = [("user-unknown", "priority"), ("greylisted", "literal"), ("mobile-domain-filter", "phase"), ("mailbox-full", "decides")]
    for rule, outcome in asked:
        one = home.nixie("rules", "test", "550 5.1.1 mailbox full, user unknown", "--rule=" + rule, "--format=json").json()[0]["asked"]
        tap.equal((one["rule"], one["outcome"]), (rule, outcome), "why not %s: %s" % (rule, one["why"]))
    got = home.nixie("rules", "test", "--rule=no-such-rule", "550 x")
    tap.check(got.code == 64 and "no-such-rule" in got.said, "a rule that is not there", got)
    tap.equal(home.nixie("rules", "test", "-", stdin=open(REPORT, "rb").read(), env={}).text, home.nixie("rules", "test", REPORT).text, "test reads standard input")
    tap.equal(home.nixie("rules", "test").code, 64, "test needs something")
    for words in (("test", "missing.eml"), ("bundle", "missing.eml"), ("bundle", "no/such/file"), ("bundle", home.root), ("correct", "--as=expired", "missing.eml")):
        got = home.nixie("rules", *words)
        tap.check(got.code == 66 and ("no file" in got.said or "is a directory" in got.said), "no such file: rules %s" % " ".join(words[:2]), got)
    ordinary = os.path.join(SRCDIR, "tests", "samples", "ordinary")
    ordinary = os.path.join(ordinary, sorted(n for n in os.listdir(ordinary) if "vacation" in n or "about" in n)[0])
    got = home.nixie("rules", "test", ordinary)
    tap.check(got.code == 0 and not got.text.strip() and "no report" in got.said, "mail that is no report", got)

    listed = home.nixie("rules", "list", "--format=json").json()
    tap.check(len(listed) > 300 and all(r["category"] and "priority" in r for r in listed), "list as JSON", len(listed))

CORRECTIONS = [  # options, report, exit code, words of the answer
    (["--as=mailbox-disabled"], "550 5.7.0 <jane@corp.example>: Konto am 22.11.2025 vernagelt von mx1.corp.example [192.0.2.7]", 0, "mailbox-disabled"),
    (["--as=mailbox-full"], "550 5.1.1 user unknown", 64, "other rules explain"),
    (["--as=mailbox-full", "--words=balloon"], "550 the zeppelin is moored", 64, "do not stand so"),
    (["--as=mailbox-full", "--words=..."], "550 the zeppelin is moored", 64, "too few"),
    (["--as=mailbox-full"], "550 5.1.1", 64, "too few"),
    (["--as=no-such-user"], "550 5.1.1 the zeppelin is moored", 64, "already"),
    (["--as=full"], "550 the zeppelin is moored", 64, "mailbox-full"),
    ([], "550 the zeppelin is moored", 64, "--as=CATEGORY"),
    (["--as=mailbox-full", "--words=,"], "550 the zeppelin, is moored", 64, "too few"),
    (["--as=mailbox-full", "--words=your"], "550 your zeppelin is moored", 64, "other rules explain"),
]
# The reason decides, not the sentence that all such notices begin with: what was said, words of the pattern.
TOKEN = os.path.join(SRCDIR, "data", "samples", "qmail-no-reason.eml")
PROPOSED = [
    (TOKEN, r"\bE-4417\b"),
    ("554 Vaša poruka nije isporučena. Sandučić zapečaćen do proleća", r"\bSandučić zapečaćen do proleća\b"),
    ("554 Ditt brev till <jan@corp.example> kom inte fram. Brevlådan hänger snett i vinden", r"\bBrevlådan hänger snett i vinden\b"),
    ("550 5.7.1 您的邮件未能送达。信箱（温室）已上锁。", "信箱"),
    ("550 ตู้รับดอกไม้ถูกล่ามไว้", "ตู้รับดอกไม้ถูกล่ามไว้"),
]

with Home() as home:
    local = home.path(".config/nixie/rules.d/local.rules")
    for options, said, code, words in CORRECTIONS:
        got = home.nixie("rules", "correct", *options, said)
        tap.check(got.code == code and words in got.text + got.said, "correct %s %s" % (" ".join(options), said), got)
    text = open(local, encoding="utf-8").read()
    tap.equal(os.stat(local).st_mode & 0o777, 0o600, "the file is for the user alone")
    tap.check("corp.example" not in text and "192.0.2.7" not in text and "jane" not in text, "no name of the report stands in it", text)
    tap.check("<user@example.com>: Konto am" in text and "host.example [192.0.2.1]" in text, "its example says the same of nobody", text)
    tap.equal(home.nixie("rules", "check", local).code, 0, "the rules are clean with it")
    other = "550 5.7.0 <bob@x.example>: Konto am 1.2.2026 vernagelt von b.example"
    tap.equal(home.nixie("rules", "test", other, "--format=json").json()[0]["category"], "mailbox-disabled", "the next such report is read so")
    home.nixie("rules", "correct", "--as=greylisted", "--words=zeppelin ... moored", "550 a zeppelin is moored")
    tap.check("[local-zeppelin]" in open(local).read(), "a second one is added", open(local).read())
    home.nixie("rules", "correct", "--unset", "local-zeppelin")
    tap.equal(open(local, encoding="utf-8").read(), text, "taken back, the file is as it was")
    tap.equal(home.nixie("rules", "correct", "--unset", "local-zeppelin").code, 64, "and is not there to be taken back again")
    tap.equal(sorted(os.listdir(os.path.dirname(local))), ["local.rules"], "no other file is left")

    for said, pattern in PROPOSED:
        got = home.nixie("rules", "correct", "--as=mail-loop", said, "--format=json")
        if tap.check(got.code == 0, "correct %s: its own proposal is good" % said, got):
            tap.check(pattern in got.json()["pattern"], "correct %s: decided by the reason" % said, got.json()["pattern"])
            home.nixie("rules", "correct", "--unset", got.json()["rule"])

    lead_in = "Ditt brev till ann@far.example kom inte fram."
    for words, said in (("", "no words to tell"), ("Ditt brev", "many notices begin"), ("Ditt brev till ... kom inte fram", "many notices begin")):
        notice = home.write("notice.eml", ("From: MAILER-DAEMON@mx.corp.example\nSubject: Leveransfel\nTo: jane@corp.example\n"
                            "Content-Type: text/plain; charset=utf-8\n\n%s\n" % lead_in).encode())
        got = home.nixie("rules", "correct", "--as=mail-loop", *(["--words=" + words] if words else []), notice)
        tap.check(got.code == 64 and said in got.said, "the start of a notice decides nothing: \"%s\"" % words, got)

    # By query: the newest that matches is corrected; how many change is what then changes.
    home.make_index()
    def verdicts():
        return [(m["id"], r) for m in home.nixie("list", "--format=json-lines", "--", "*").lines() for r in m["recipients"]]
    newest = {}
    for _, row in verdicts():
        newest.setdefault(row["rule"], row)
    teach = [r for r in newest.values() if re.search("[a-z]{4}.*[a-z]{4}", r["diagnostic"] or "") and r["category"] != "greylisted"]
    taught = 0
    for row in teach:
        before = {(i, r["address"]) for i, r in verdicts() if r["rule"] == row["rule"]}
        got = home.nixie("rules", "correct", "--as=greylisted", "--rule=%s" % row["rule"], "--format=json", "*")
        if got.code == 64 and re.search("other rules explain|too few", got.said):
            continue
        if tap.check(got.code == 0, "correct by query: %s" % row["rule"], got):
            told, taught = got.json(), taught + 1
            now = [r for i, r in verdicts() if (i, r["address"]) in before and r["rule"] == told["rule"]]
            tap.check(now and len(now) == told["changes"], "as many verdicts change as was said", (told, len(now)))
        if taught == 3:
            break
    tap.check(taught > 0, "some verdict could be corrected", teach)

# A bundle says the same of nobody: the verdicts are those of the originals, and no name of theirs stands in it.
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
HOST = re.compile(r"\b(?:[A-Za-z0-9-]+\.)+(?:example(?:\.(?:com|net|org))?|test|invalid)\b", re.I)
IP = re.compile(r"\b(?:192\.0\.2|198\.51\.100|203\.0\.113|10\.\d+\.\d+)\.\d+\b|\b2001:db8:[0-9a-f:]+", re.I)
# A daemon of a provider that everybody knows is known to everybody, too.
PUBLIC = re.compile(r"(?i)(mailer-daemon|postmaster|no-reply)@")
BUNDLED = 60  # samples in one bundle


def decoded(raw):
    message = email.message_from_bytes(raw)
    bodies = [part.get_payload(decode=True) or b"" for part in message.walk() if not part.is_multipart()]
    return "\n".join(b.decode("utf-8", "replace") for b in [raw] + bodies)


def outcome(report):
    return report["kind"], [(r["category"], r["rule"]) for r in report["recipients"]]


with Home() as home:
    samples = [os.path.join(root, name) for top in ("tests/samples", "data/samples") for root, _, names in os.walk(os.path.join(SRCDIR, top))
               for name in names if name.endswith(".eml") and name != "empty.eml"]
    samples.sort()
    before = {r["file"]: r for r in home.nixie("extract", "--format=json-lines", *samples).lines()}
    readable = [path for path in samples if path in before]
    # A header that is cut short is one no longer where another report follows.
    cut = [path for path in readable if not re.search(rb"\n\r?\n", open(path, "rb").read())]
    readable = [path for path in readable if path not in cut]
    together = [readable[i:i + BUNDLED] for i in range(0, len(readable), BUNDLED)] + [[path] for path in cut]
    readable += cut
    bundles, verdicts = [], []
    for some in together:
        got = home.nixie("rules", "bundle", *some)
        tap.equal(got.code, 0, "a bundle of %d samples" % len(some))
        bundles += re.split(r"(?m)^From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n", got.text)[1:]
        verdicts += home.nixie("extract", "--format=json-lines", "-", stdin=got.out).lines()
    tap.equal((len(bundles), len(verdicts)), (len(readable), len(readable)), "each report stands in it once")
    different, leaks = [], []
    for path, text, after in zip(readable, bundles, verdicts):
        if outcome(after) != outcome(before[path]):
            different.append((os.path.relpath(path, SRCDIR), outcome(before[path]), outcome(after)))
        low, plain = text.lower(), decoded(open(path, "rb").read())
        names = {n.lower() for p in (ADDRESS, HOST, IP) for n in p.findall(plain)}
        leaks += [(os.path.relpath(path, SRCDIR), n) for n in names
                  if not PUBLIC.match(n) and re.search(r"(?<![\w.-])" + re.escape(n) + r"(?![\w-]|\.\w)", low)]
    others = len(samples) - len(readable)
    tap.check(len(samples) > 250 and others < 10, "there are samples to bundle", (len(samples), others))
    tap.equal(different, [], "every sample is read in the bundle as it is read itself")
    tap.equal(leaks, [], "no address, host or IP of a sample stands in its bundle")

    some = samples[:20]
    out = home.path("bundle.mbox")
    got = home.nixie("rules", "bundle", "--output=" + out, *some)
    tap.check(got.code == 0 and not got.out and "20 reports" in got.said, "several as one mbox", got)
    tap.equal(os.stat(out).st_mode & 0o777, 0o600, "for the user alone")
    tap.equal([outcome(r) for r in home.nixie("extract", "--format=json-lines", out).lines()], [outcome(before[p]) for p in some], "which is read as they are")
    tap.equal(home.nixie("rules", "bundle", "--output=" + out, *some).code, 73, "and is not replaced unasked")
    body = home.write("one.eml", b"From: MAILER-DAEMON@mx.corp.example\nSubject: Undelivered Mail Returned to Sender\n"
                      b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n<ann@far.example>: 550 who is it\n\n"
                      b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.corp.example\n\nFinal-Recipient: rfc822; ann@far.example\n"
                      b"Action: failed\nDiagnostic-Code: smtp; 550 who is it\n\n--b\nContent-Type: message/rfc822\n\nFrom: Jane Roe <jane@corp.example>\n"
                      b"To: ann@far.example\nSubject: Secret plan\nX-Thing: private\n\nThe plan of Jane Roe is this.\n--b--\n")
    text = home.nixie("rules", "bundle", body).text
    tap.check(not re.search("Secret|plan|Jane|Roe|private", text), "what was sent is not in it", text)
    tap.check("\nX-Thing: ...\n" in text and "\nSubject: ...\n" in text and "550 who is it" in text, "the names of its fields and the server's words are", text)
    tap.check(len(set(re.findall(r"rfc822; (\S+)", text) + re.findall(r"To: <(\S+)>", text) + re.findall(r"<(\S+)>: 550", text))) == 1,
              "one address has one stand-in everywhere", text)
    short = home.write("short.eml", open(body, "rb").read().replace(b"Jane Roe", b"Jo Wu").replace(b"ann@far", b"xu@far").replace(b"550 who is it", b"550 Wu asked Xu: who is it"))
    text = home.nixie("rules", "bundle", short).text
    tap.check("who is it" in text and not re.search(r"(?i)\b(jo|wu|xu)\b", text), "short names are hidden, too", text)
    link = home.path("link.eml")
    os.symlink(body, link)
    got = home.nixie("rules", "bundle", link, body)
    tap.check(got.code == 65 and b"550 who is it" in got.out and "link.eml: could not be read" in got.said,
              "a file that is not opened, such as a link, does not spoil the others", got)
    body = home.write("long.eml", open(body, "rb").read().replace(b"550 who is it\n\n", b"550 who is it\n\n" + b"Secret plan \n" * 200000, 1))
    got = home.nixie("rules", "bundle", body, timeout=120)
    tap.check(got.code == 0 and b"Secret" not in got.out, "a subject that is told often is hidden as fast", got.said)
    home.make_index()
    got = home.nixie("rules", "bundle", "--category=mailbox-full", "*")
    tap.check(got.code == 0 and got.out.startswith(b"From "), "by query", got)
    got = home.nixie("rules", "bundle", "*", "subject:nothingofthekind")
    tap.check(got.code == 0 and not got.out and "nothing matched" in got.said, "nothing to collect", got)

# A new rule changes the verdicts at once, whatever the cache holds.
with Home() as home:
    home.make_index()
    query = ("list", "--format=json-lines", "--", "*")
    before = [r for m in home.nixie(*query).lines() for r in m["recipients"]]
    full = [r for r in before if r["rule"] == "user-unknown"]
    tap.check(full != [], "there are reports to teach on", before[:2])
    home.write(".config/nixie/rules.d/own.rules", "[mine]\ncategory=expired\npriority=99\nliteral=user unknown\nexample.1=user unknown\n")
    after = [r for m in home.nixie(*query).lines() for r in m["recipients"]]
    changed = [r for r in after if r["rule"] == "mine"]
    tap.check(changed and all(r["category"] == "expired" for r in changed), "a new rule decides in the next list", changed[:1])
    os.unlink(home.path(".config/nixie/rules.d/own.rules"))
    tap.equal([r for m in home.nixie(*query).lines() for r in m["recipients"]], before, "without it all is as it was")

tap.end()
