#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""contrib/fleet with a real ClickHouse server: 100,000 lines give the counts of `nixie stats`.

usage: clickhouse.py [--bounces=N] [--folder=DIRECTORY]

For the release: Debian's server is fetched and unpacked, never installed, and runs on loopback. Where it cannot be had,
the tests are skipped with a word.
"""
import argparse, os, socket, sqlite3, subprocess, sys, time

HOME = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HOME, "..", "lib"))
from debian import Missing, packages, unpack
from fleet import LOAD, compare, extract, load, query, schema
from mailbox import Mailbox
from nixie import Tap

START_SECONDS = 60
CONFIG = """<yandex><logger><level>warning</level><console>1</console></logger><listen_host>127.0.0.1</listen_host><tcp_port>%(tcp)d</tcp_port>
<http_port>%(http)d</http_port><interserver_http_port>%(other)d</interserver_http_port><path>%(place)s/data/</path><tmp_path>%(place)s/tmp/</tmp_path>
<users_config>%(place)s/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone>
<remote_servers><fleet><shard><replica><host>127.0.0.1</host><port>%(tcp)d</port></replica></shard></fleet></remote_servers></yandex>
"""
USERS = """<yandex><profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles><users><default><password></password>
<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users><quotas><default/></quotas></yandex>
"""


def free_ports(n):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Server:
    def __init__(self, root, place):
        self.root, self.place = root, place
        libs = [os.path.join(root, "usr", "lib", name) for name in os.listdir(os.path.join(root, "usr", "lib")) if name.endswith("-gnu")]
        self.env = dict(os.environ, LD_LIBRARY_PATH=":".join(libs), TZ="UTC", HOME=place)

    def __enter__(self):
        self.tcp, http, other = free_ports(3)
        for name in ("data", "tmp"):
            os.makedirs(os.path.join(self.place, name))
        for name, text in (("config.xml", CONFIG % dict(tcp=self.tcp, http=http, other=other, place=self.place)), ("users.xml", USERS)):
            with open(os.path.join(self.place, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.log = open(os.path.join(self.place, "log"), "wb")
        self.run = subprocess.Popen([os.path.join(self.root, "usr/sbin/clickhouse-server"), "--config-file=" + os.path.join(self.place, "config.xml")],
                                    stdout=self.log, stderr=self.log, env=self.env, cwd=self.place)
        end = time.monotonic() + START_SECONDS
        while self.client("SELECT 1").returncode:
            if self.run.poll() is not None or time.monotonic() > end:
                self.__exit__()
                with open(os.path.join(self.place, "log"), errors="replace") as file:
                    raise Missing("clickhouse-server does not start: " + " ".join(file.read().split())[-300:])
        return self

    def __exit__(self, *exc):
        self.run.terminate()
        try:
            self.run.wait(30)
        except subprocess.TimeoutExpired:
            self.run.kill()
            self.run.wait()
        self.log.close()

    def client(self, words, *more, stdin=subprocess.DEVNULL):
        return subprocess.run([os.path.join(self.root, "usr/bin/clickhouse-client"), "--host=127.0.0.1", "--port=%d" % self.tcp, "--query=" + words, *more],
                              stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env)

    def ask(self, words):
        """Rows of text. Separators of the text format stand escaped in it, so that a cell never breaks a row."""
        done = self.client(words.rstrip().rstrip(";") + "\nFORMAT TabSeparated", "--database=nixie")
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return [line.split("\t") for line in done.stdout.decode().splitlines()]


def insert(server, box, lines):
    with open(lines, "rb") as file:
        rows = subprocess.Popen([sys.executable, LOAD, "--rows", "--host=one"], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=box.env)
        done = server.client("INSERT INTO nixie.lines FORMAT JSONEachRow", "--insert_distributed_sync=1", stdin=rows.stdout)
        rows.stdout.close()
    return rows.wait(), done


def trial(tap, root, bounces):
    with Mailbox(bounces=bounces) as box, Server(root, box.path("server")) as server:
        made = server.client(schema("clickhouse"), "--multiquery")
        tap.check(made.returncode == 0, "the schema", made.stderr.decode())
        lines, base = box.path("lines.jsonl"), box.path("fleet.sqlite")
        done = extract(box, lines)
        with open(lines, encoding="utf-8") as file:
            n = sum(1 for _ in file)
        tap.check(done.returncode == 0 and n >= bounces, "the lines of the mailbox", (done, n))
        code, done = insert(server, box, lines)
        tap.check(code == 0 and done.returncode == 0, "they are loaded", done.stderr.decode())
        compare(tap, box, server.ask, "ClickHouse %s, %d lines" % (server.ask("SELECT version()")[0][0], n), not bounces)
        before = server.ask("SELECT count(*) FROM bounces")
        insert(server, box, lines)
        tap.equal(server.ask("SELECT count(*) FROM bounces"), before, "to load them again changes nothing")
        load(box, "--sqlite=" + base, lines)
        connection = sqlite3.connect(base)
        ask = lambda words: connection.execute(words).fetchall()
        compare(tap, box, ask, "SQLite, %d lines" % n, not bounces)
        tap.equal(sorted(server.ask(query("suppress"))), sorted([str(cell) for cell in row] for row in ask(query("suppress"))), "both find the same addresses to suppress")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("--bounces", type=int, default=100000)
    parser.add_argument("--folder", default=os.path.join(os.environ.get("BUILDDIR", "build"), "live"))
    words, tap = parser.parse_args(), Tap()
    try:
        root = unpack("clickhouse", os.path.abspath(words.folder), packages("clickhouse"), "lib")
        for bounces in (0, words.bounces):
            trial(tap, root, bounces)
    except Missing as why:
        tap.skip("clickhouse", str(why))
    tap.end()


if __name__ == "__main__":
    main()
