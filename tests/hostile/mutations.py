# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand mutations of our own samples, other ones in each run: no crash, no hang, nothing foul in any output.

usage: mutations.py [--seed=N] [--count=N] [--write=DIRECTORY]

The seed is printed; given again (or as NIXIE_SEED), it makes the same mails. --write keeps them instead of testing.
"""
import argparse, os, random, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nixie import SAMPLES, SRCDIR, Home, Tap
import judge, make

COUNT, BATCH, INDEXED = 10000, 2500, 200
SECONDS = 300  # for one run over a batch: a hang, not slowness
SEED_BYTES = 30000  # longer samples are left out
LEFT_OVER = "are no JSON object; they were not read"  # a notice whose JSON is broken: what follows it is named as lost
OUTPUTS = (["--format=json-lines"], ["--format=text"], ["--format=csv", "--per=recipient"], ["--format=tsv", "--per=recipient"], ["--format=text0"])

TOKENS = (b"\0", b"\n", b"\n\n", b"\r", b"\r\n", b"\x1b[2J", b"\x1b]0;t\x07", b"\xc2\x9b", b"\x9b", b"\x7f", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
          "\u202e".encode(), "\u200b".encode(), "\u0301".encode() * 9, "\ufe0f".encode(), "\U000e0041".encode(), b"\"", b"<", b">", b"@", b"=?utf-8?b?", b"?=", b"=?x?q?", b"--", b"boundary=",
          b"Content-Type: message/rfc822\n\n", b"Content-Type: multipart/mixed; boundary=m\n\n--m\n", b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
          b"charset=utf-16", b"charset=iso-2022-jp", b"charset=utf-7", b"Final-Recipient: rfc822; x@parcel.example\n", b"Status: 9.9.9\n", b"Action: delivered\n", b"550 5.1.1 ", b"#5.4.7", b"&#27;",
          b"&#x202e;", b"%1b", b"=1B", b"+ABs-", b"9" * 40, b"-1", b"{", b"[", b"(" * 50, b";" * 50, b":" * 50, b",", b"\t=cmd|x@parcel.example", b"From ", b"\\")


def sources():
    """Our own samples and the hostile set, in an order that only the tree decides."""
    found = []
    for place in (SAMPLES, os.path.join(SRCDIR, "tests", "samples")):
        for folder, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".eml"):
                    with open(os.path.join(folder, name), "rb") as mail:
                        found.append(mail.read())
    found += [data for _, _, data, _, _, _ in make.messages()]
    return [data for data in found if len(data) < SEED_BYTES]


def flip(data, rnd):
    at = rnd.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rnd.randrange(8)]) + data[at + 1:]


def put(data, rnd):
    at = rnd.randrange(len(data) + 1)
    return data[:at] + rnd.choice(TOKENS) * rnd.choice((1, 1, 1, 2, 60)) + data[at:]


def cut(data, rnd):
    at = rnd.randrange(len(data))
    return data[:at] + data[at + rnd.randint(1, 80):]


def end(data, rnd):
    return data[:rnd.randrange(len(data)) + 1]


def double(data, rnd):
    at = rnd.randrange(len(data))
    piece = data[at:at + rnd.randint(1, 600)]
    return data[:at] + piece * rnd.randint(2, 5) + data[at:]


def swap_lines(data, rnd):
    lines = data.split(b"\n")
    a, b = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def lose_line(data, rnd):
    lines = data.split(b"\n")
    del lines[rnd.randrange(len(lines))]
    return b"\n".join(lines)


def other_byte(data, rnd):
    """One byte value becomes another, everywhere."""
    return data.replace(bytes([rnd.choice(data)]), bytes([rnd.randrange(256)]))


WAYS = (flip, flip, put, put, put, cut, end, double, swap_lines, lose_line, other_byte)


def mutant(seeds, rnd):
    data = rnd.choice(seeds)
    if rnd.random() < 0.05:  # the head of one, the rest of another
        other = rnd.choice(seeds)
        data = data[:rnd.randrange(len(data) + 1)] + other[rnd.randrange(len(other) + 1):]
    for _ in range(rnd.choice((1, 1, 2, 3, 5, 8))):
        data = rnd.choice(WAYS)(data, rnd) if data else rnd.choice(TOKENS)
    return data


def write(place, seeds, seed, numbers):
    os.makedirs(place, exist_ok=True)
    for n in numbers:
        with open(os.path.join(place, "m%06d.eml" % n), "wb") as out:
            out.write(mutant(seeds, random.Random("%s/%d" % (seed, n))))


def check_batch(tap, home, place, what):
    n = len(os.listdir(place))
    for words in OUTPUTS:
        got = home.nixie("extract", *words, place, timeout=SECONDS)
        format = words[0].split("=")[1]
        good = got.code in (0, 65) and not judge.faults(format, got.out) and not judge.foul(got.err)
        tap.check(good, "%s, %s: sound" % (what, format), "exit %d\n%s\n%s" % (got.code, judge.faults(format, got.out), judge.foul(got.err)))
        if format == "json-lines":
            lines = got.lines()
            errors = [x["file"] + ": " + x["error"] for x in lines if "error" in x and not x["error"].endswith(LEFT_OVER)]
            tap.check(len({x["file"] for x in lines}) == n and not errors, "%s: each is read, no child died" % what, "%d objects\n%s" % (len(lines), "\n".join(errors)))


def check_index(tap, home, place):
    """Some of them through libnotmuch: it may refuse a file, nixie may not fall over it."""
    words = ["--maildir=" + place]
    for command in (["show", "--format=text", "*"], ["show", "--format=json-lines", "*"], ["list", "--format=text", "*"], ["list", "--format=csv", "*"],
                    ["stats", "--by=domain", "*"], ["export", "--format=addresses", "--include-unverified", "*"]):
        got = home.nixie(command[0], *words, *command[1:], timeout=SECONDS)
        format = command[1].split("=")[1] if "format" in command[1] else "text"
        wrong = judge.faults(format, got.out), judge.foul(got.err)
        tap.check(got.code in (0, 65) and wrong == (None, None), "indexed, nixie %s: sound" % " ".join(command[:2]), "exit %d\n%s\n%s\n%s" % (got.code, *wrong, got.said[-600:]))


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seed", default=os.environ.get("NIXIE_SEED") or str(random.SystemRandom().randrange(1 << 32)))
    words.add_argument("--count", type=int, default=COUNT)
    words.add_argument("--write")
    given = words.parse_args()
    seeds = sources()
    if given.write:
        write(given.write, seeds, given.seed, range(given.count))
        return
    print("# seed %s: mutations.py --seed=%s makes these mails again" % (given.seed, given.seed), flush=True)
    tap = Tap()
    with Home() as home:
        begin = time.monotonic()
        write(home.path("some"), seeds, given.seed, range(min(INDEXED, given.count)))
        check_index(tap, home, home.path("some"))
        for first in range(0, given.count, BATCH):
            place = home.path("batch-%d" % first)
            numbers = range(first, min(first + BATCH, given.count))
            write(place, seeds, given.seed, numbers)
            check_batch(tap, home, place, "seed %s, mails %d to %d" % (given.seed, numbers[0], numbers[-1]))
        print("# %.0f s" % (time.monotonic() - begin), flush=True)
    tap.end()


main()
