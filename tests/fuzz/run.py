# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fuzz target for a while, under the address and undefined behaviour sanitizers; the result is TAP.

usage: run.py [--build=DIRECTORY] [--seconds=N] [--jobs=N] [TARGET...]

Builds with clang in DIRECTORY. Seeds are those of tests/fuzz/seeds, the samples, and what was learned before
(DIRECTORY/learned); an input that ends a target is kept in DIRECTORY/found.
"""
import argparse, concurrent.futures, os, re, subprocess, sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# name: longest input, further seeds
TARGETS = {
    "report": (16384, ["tests/samples", "data/samples"]),
    "status": (4096, []),
    "freetext": (4096, []),
    "address": (512, []),
    "display": (1024, []),
    "result": (8192, []),
    "rulefile": (2048, ["data/rules"]),
    "wire": (4096, []),
    "journal": (4096, []),
    "mail": (16384, ["tests/samples", "data/samples"]),
    "rules": (2048, []),
}


def build(directory):
    os.makedirs(directory, exist_ok=True)
    if not os.path.exists(os.path.join(directory, "Makefile")):
        subprocess.run([os.path.join(TOP, "configure"), "-q", "CC=clang", "CFLAGS=-O1 -g", "--enable-fuzzers"], cwd=directory, check=True)
    subprocess.run(["make", "-s", "-j%d" % min(os.cpu_count() or 1, 2), "fuzzers"], cwd=directory, check=True)


def run(directory, name, seconds):
    longest, places = TARGETS[name]
    program = os.path.join(directory, "tests", "fuzz", "fuzz-" + name)
    learned, made, found = (os.path.join(directory, kind, name) for kind in ("learned", "made", "found"))
    for place in (learned, made, found):
        os.makedirs(place, exist_ok=True)
    env = dict(os.environ, SRCDIR=TOP, UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1", ASAN_OPTIONS="detect_leaks=1",
               LSAN_OPTIONS="print_suppressions=0:suppressions=" + os.path.join(TOP, "tests", "fuzz", "leaks.supp"))
    if name == "wire":
        subprocess.run([os.path.join(directory, "tests", "fuzz", "replay-wire"), "--write", made], env=env, check=True, stdout=subprocess.DEVNULL)
    words = [program, "-max_total_time=%d" % seconds, "-max_len=%d" % longest, "-timeout=10", "-rss_limit_mb=2048",
             "-print_final_stats=1", "-artifact_prefix=" + found + os.sep]
    dictionary = os.path.join(TOP, "tests", "fuzz", name + ".dict")
    if os.path.exists(dictionary):
        words.append("-dict=" + dictionary)
    seeds = [os.path.join(TOP, "tests", "fuzz", "seeds", name), made] + [os.path.join(TOP, p) for p in places]
    done = subprocess.run(words + [learned] + [p for p in seeds if os.path.isdir(p)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.decode("utf-8", "replace")
    runs = re.search(r"number_of_executed_units: *(\d+)", said)
    cover = re.findall(r"cov: (\d+) ft: (\d+)", said)
    return done.returncode == 0, "%s runs, %s edges" % (runs.group(1) if runs else "?", cover[-1][0] if cover else "?"), said


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--build", default="fuzzing")
    words.add_argument("--seconds", type=int, default=300)
    words.add_argument("--jobs", type=int, default=1, help="targets that run at once")
    words.add_argument("target", nargs="*", choices=[[], *TARGETS])
    given = words.parse_args()
    directory = os.path.abspath(given.build)
    build(directory)
    failed = 0
    names = given.target or list(TARGETS)
    runs = concurrent.futures.ThreadPoolExecutor(given.jobs).map(lambda name: run(directory, name, given.seconds), names)
    for number, (name, (good, figure, said)) in enumerate(zip(names, runs), 1):
        print("%s %d - %s, %d s: %s" % ("ok" if good else "not ok", number, name, given.seconds, figure), flush=True)
        if not good:
            failed += 1
            print("\n".join("# " + line for line in said.splitlines()[-60:]), flush=True)
    print("1..%d" % len(names))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
