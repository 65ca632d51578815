# SPDX-License-Identifier: GPL-3.0-or-later
"""The list that was kept of an earlier state of the index: after whatever changed, rows, figures and exports are, byte for byte,
those of one who never kept any. Changes are drawn from a seed (KEPT_SEED, KEPT_ROUNDS for more of them)."""
import glob, os, random, shutil, sqlite3, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "failure")]
from faults import Preloaded
from mailbox import Mailbox
from nixie import Tap
import crowd
from world import NOW, World

BOUNCES = 230  # fewer are not kept
SEED, ROUNDS = int(os.environ.get("KEPT_SEED", "1")), int(os.environ.get("KEPT_ROUNDS", "24"))
QUERIES = ([], ["folder:inbox and not tag:retired"], ["*"])
COMMANDS = (("list", "--format=json-lines", "--per=recipient"), ("stats", "--by=category", "--format=json"), ("export", "--format=json"),
            ("list", "--format=json-lines", "--all"))


class Story:
    """What happens to a mailbox: each step is one line of what `notmuch` or the mail was told."""

    def __init__(self, box):
        self.box, self.dice = box, random.Random(SEED)
        self.world = World(box.mail, NOW, seed=SEED + 100)
        self.world.files = 10 ** 6
        self.hidden, self.referred, self.made = [], [], 0

    def index(self):
        self.box.notmuch("new", "--quiet")
        self.box.notmuch("tag", "+sent", "-inbox", "--", "folder:sent and tag:inbox")

    def some(self, query, most=6):
        """Message-IDs, drawn."""
        ids = sorted(self.box.notmuch("search", "--output=messages", "--exclude=false", query).split())
        return self.dice.sample(ids, min(len(ids), self.dice.randint(1, most)))

    def files(self, query, most=3):
        return [path for id in self.some(query, most)
                for path in self.box.notmuch("search", "--output=files", "--exclude=false", id).split("\n")[:1] if path]

    def tag(self, change, query, most=6):
        ids = self.some(query, most)
        if ids:
            self.box.notmuch("tag", *change.split(), "--", " or ".join(ids))

    # --- steps

    def new_reports(self):
        crowd.tell(self.world, self.dice.randint(1, 10))
        self.index()

    def reports_are_tagged(self):
        self.tag(self.dice.choice(("+seen", "-seen", "+retry", "+resolved -unread", "-inbox")), "folder:inbox")

    def reports_are_retired(self):
        self.tag("+retired", "folder:inbox and not tag:retired")

    def reports_come_back(self):
        self.tag("-retired", "tag:retired")

    def other_mail_is_tagged(self):
        self.tag(self.dice.choice(("+read", "-read")), "folder:sent", 9)

    def reports_are_deleted(self):
        for path in self.files("folder:inbox"):
            os.unlink(path)
        self.index()

    def letters_are_deleted(self):
        """The report is believed no longer as before."""
        for path in self.files("folder:sent"):
            os.unlink(path)
        self.index()

    def one_is_deleted_and_one_comes(self):
        os.unlink(self.files("folder:sent", 1)[0])
        self.world.receive("somebody@far.example", "Hello", 3)
        self.index()

    def flags_are_renamed(self):
        for path in self.files("folder:inbox"):
            name, _, flags = path.partition(":2,")
            os.rename(path, name + ":2," + ("" if "R" in flags else "RS"))
        self.index()

    def a_copy_comes(self):
        for path in self.files("folder:inbox", 2):
            self.made += 1
            shutil.copy(path, self.box.path("mail", "archive", "cur", "%d.copy:2,S" % self.made))
        self.index()

    def a_copy_goes(self):
        for path in glob.glob(self.box.path("mail", "archive", "cur", "*.copy:2,*"))[:1]:
            os.unlink(path)
        self.index()

    def a_report_comes_before_its_letter(self):
        letter = self.world.send("user%d@late.example" % self.dice.randrange(9), "Late", 5, known=False)
        self.world.bounce(letter, "unknown")
        self.hidden.append(letter)
        self.index()

    def the_letter_comes(self):
        for letter in self.hidden[:1]:
            self.world.put("sent", self.world.header(letter) + "\n" + self.world.body(letter), "S")
            del self.hidden[0]
        self.index()

    def a_report_refers_to_what_is_not_there(self):
        """Nothing is returned, but an id of ours is named: when that comes, the report is about mail of ours."""
        letter = self.world.send("user%d@refer.example" % self.dice.randrange(9), "Named", 5, known=False)
        bounce = self.world.bounce(letter, "full", returned="")
        path = self.box.path("mail", bounce.files[0])
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write("References: <first.%s> <%s>\n" % (letter.id, letter.id) + text)
        self.referred.append(letter)
        self.index()

    def what_it_refers_to_comes(self):
        for letter in self.referred[:1]:
            self.world.put("sent", self.world.header(letter) + "\n" + self.world.body(letter), "S")
            del self.referred[0]
        self.index()

    def a_recipient_answers(self):
        letter = self.dice.choice(self.world.letters) if self.world.letters else self.world.send("user1@d1.example", "Question", 9)
        self.world.receive(letter.to[0], "", 0.1 * self.dice.random(), answers=letter)
        self.index()

    def an_answer_after_the_failure(self):
        self.world.send("user%d@d1.example" % self.dice.randrange(30), "Once more", 0.3 * self.dice.random())
        self.index()

    def a_report_is_written_anew(self):
        """In place: the index is not told."""
        for path in self.files("folder:inbox", 1):
            with open(path) as file:
                text = file.read()
            with open(path + ".new", "w") as file:
                file.write(text.replace("5.1.1", "5.2.1").replace("said", "answered") + "\nMore.\n")
            os.rename(path + ".new", path)

    def it_is_scanned(self):
        self.box.nixie("scan", "*")

    def nothing(self):
        pass


STEPS = [getattr(Story, name) for name, what in vars(Story).items() if callable(what) and name not in ("__init__", "index", "some", "files", "tag")]


def lists(box):
    """Of each list that is kept: its number, its pages, those that it began with."""
    found = glob.glob(box.path(".cache", "nixie", "*-list.db"))
    if not found:
        return {}
    with sqlite3.connect(found[0]) as db:
        return {number: (pages, first) for number, pages, first in db.execute("SELECT number, pages, first FROM list")}


def anew(box, words):
    """By one who keeps nothing of lists and of the index."""
    cache = box.path("other-cache")
    for path in glob.glob(os.path.join(cache, "nixie", "*-list.db*")) + glob.glob(os.path.join(cache, "nixie", "*-index.db*")):
        os.unlink(path)
    return box.nixie(*words, env={"XDG_CACHE_HOME": cache})


def check(tap, box, story, what, grown):
    for words in story.dice.sample(COMMANDS, 2):
        words = [*words, *story.dice.choice(QUERIES)]
        before = lists(box)
        got, want = box.nixie(*words), anew(box, words)
        grown += any(number in before and pages > before[number][0] for number, (pages, _) in lists(box).items())
        if got.out != want.out or got.code != want.code or got.err != want.err:
            gone, come = sorted(set(want.out.split(b"\n")) - set(got.out.split(b"\n"))), sorted(set(got.out.split(b"\n")) - set(want.out.split(b"\n")))
            tap.check(False, "%s: %s" % (what, " ".join(words)), "wanted %s\ngot %s\n%s" % (gone[:2], come[:2], got.said + want.said))
            return False, grown
    return True, grown


def index_moves_meanwhile(tap, box, story):
    """What changed is asked, and the index changes once more, under the lock and without one."""
    library = Preloaded(box, "changing")
    if library.trouble:
        tap.skip("the index moves meanwhile", library.trouble)
        return
    for env in ({}, {"CHANGING_LOCKED": "1"}):
        story.new_reports()
        words = (*COMMANDS[0], *QUERIES[1])
        got = box.nixie(*words, env=dict(env, LD_PRELOAD=library.library, CHANGING_QUERY="lastmod:"))
        want = anew(box, words)
        tap.check(got.code == 0 and got.out == want.out, "what changed cannot be told%s: the rows are the same" % (", and no lock helps" if env else ""), got.said)


def main():
    tap = Tap()
    with Mailbox(BOUNCES, seed=SEED) as box:
        story, grown, steps = Story(box), 0, list(STEPS)
        for query in QUERIES:
            box.nixie("list", *query)
        for turn in range(ROUNDS):
            # Each once, then as they come.
            step = steps.pop(story.dice.randrange(len(steps))) if steps else story.dice.choice(STEPS)
            for extra in [step] + story.dice.choices(STEPS, k=story.dice.choice((0, 0, 0, 1, 2))):
                extra(story)
            good, grown = check(tap, box, story, "%d %s" % (turn, step.__name__), grown)
            if good:
                tap.check(True, "%d %s" % (turn, step.__name__))
        index_moves_meanwhile(tap, box, story)
        tap.check(grown >= ROUNDS // 4, "a list that was kept was added to, %d times" % grown)
    tap.end()


main()
