# SPDX-License-Identifier: GPL-3.0-or-later
"""The small mailbox: every case that the workbench must show, each told by a function of its name."""
from servers import rfc_date
from world import BILLING, DAY, DESK, HOUR, MINUTE, NEWS, OWN, OWN_DOMAIN, PROVIDER

FIRST = "ada bea cyn dov eli fay gus hal ivy jon kai liv max noa oda pim rae sam tia uma vic wes yan zoe".split()
LAST = "alder birch cedar dogwood elm fir gorse hazel juniper kapok larch maple".split()


def people(world, domain, count):
    """Distinct addresses at one domain."""
    names = ["%s.%s@%s" % (a, b, domain) for a in FIRST for b in LAST]
    return world.random.sample(names, count)


def one_provider(world):
    """88 bounces at one provider, 31 of them one cause in many wordings."""
    plan = [("blocked", 31), ("unknown-bigpost", 20), ("full-bigpost", 14), ("too-fast", 9), ("closed", 6), ("spam", 5), ("timeout", 3)]
    who = people(world, PROVIDER, sum(n for _, n in plan))
    servers = ("postfix", "postfix", "sendmail", "exim", "postfix", "exim-plain")
    place = 0
    for key, count in plan:
        for i in range(count):
            # The block began six days ago; the rest has always been there.
            days = 0.3 + i * 6 / count if key == "blocked" else 1.5 + i * 24 / count
            letter = world.send(who[place], world.random.choice(("Your order", "Spare parts list", "Opening hours", "About your mower")), days)
            if key == "timeout":
                world.delay(letter, key)
            else:
                world.bounce(letter, key, server=servers[i % len(servers)], way=i)
            place += 1


def incident(world):
    """One domain refuses everything for one day: twelve letters, twelve refusals, one trouble of its servers."""
    for i, address in enumerate(people(world, "isle-ferries.example", 12)):
        letter = world.letter(DESK, [address], "Timetable question", world.ago(4, 7 + i / 2), ticket=world.ticket())
        world.bounce(letter, "relay", server="postfix")


def dead(world):
    """Addresses that stay dead: proven by three bounces, by one, closed by the owner, unknown to Exchange, Gmail and SES."""
    for days in (40, 21, 3):
        world.bounce(world.send("lena.ostrom@quayside.example", "Warranty card", days), "unknown")
    world.bounce(world.send("piet@oldlane.example", "Blade order", 12), "unknown-qmail", server="qmail")
    world.bounce(world.send("ronja@quayside.example", "Blade order", 9), "closed", server="exim")
    world.bounce(world.send("accounts@tidewater.example", "Credit note", 8, sender=BILLING), "unknown-exchange", server="exchange")
    world.bounce(world.send("crew@riverrow.example", "Boathouse keys", 7), "unknown-gmail", server="gmail")
    world.bounce(world.send("skipper77@quickmail.example", "News of July", 6, sender=NEWS, ticket=False), "inactive", server="ses")
    world.bounce(world.send("s.hauge@seaside-college.example", "Course dates", 5), "unknown-sendmail", server="sendmail")
    world.bounce(world.send("pegel@waterworks.example", "Gauge reading", 5), "unknown", server="opensmtpd")


def failing(world):
    """Full or unreachable, and no success since: too often in a week, too often in a month, seldom enough."""
    for days in (6, 4, 2):
        world.bounce(world.send("tomas@millpond.example", "Pump offer", days), "full")
    for days in (29, 23, 15, 8, 1):
        world.bounce(world.send("office@slowmoor.example", "Pump offer", days), "refused", server="exim")
    for days in (20, 5):
        world.bounce(world.send("greta@millpond.example", "Pump offer", days), "full", server="exim-plain")
    world.bounce(world.send("club@riverrow.example", "Regatta", 3), "full-gmail", server="gmail")


def recovering(world):
    """It bounced, it was written to again three days ago, and nothing came back so far."""
    for address in ("hugo@millpond.example", "karin@quayside.example"):
        world.bounce(world.send(address, "Hedge shears", 11), "full")
        world.send(address, "Hedge shears, once more", 3)


def alive_again(world):
    """It bounced, and later it answered, or a newer letter did not come back for a week; hard ones, too."""
    letter = world.send("nils@millpond.example", "Lawn seed", 22)
    world.bounce(letter, "full")
    world.receive("nils@millpond.example", "", 12, answers=letter)
    world.bounce(world.send("olga@quayside.example", "Lawn seed", 30), "timeout", after=5 * DAY)
    world.send("olga@quayside.example", "Lawn seed again", 14)
    letter = world.send("petra@harbourlight.example", "Lamp oil", 26)
    world.bounce(letter, "unknown", server="sendmail")
    world.receive("petra@harbourlight.example", "My mailbox is back", 15)
    letter = world.send("ravi@harbourlight.example", "Lamp oil", 33)
    world.bounce(letter, "closed")
    world.send("ravi@harbourlight.example", "Lamp oil: now?", 10)


def fails_again(world):
    """Alive for a while, then dead after all; and back on a list that it had left."""
    letter = world.send("sven@harbourlight.example", "Rope", 35)
    world.bounce(letter, "full")
    letter = world.send("sven@harbourlight.example", "Rope, second try", 27)
    world.receive("sven@harbourlight.example", "", 26, answers=letter)
    world.bounce(world.send("sven@harbourlight.example", "Rope, invoice", 4, sender=BILLING), "unknown")
    letter = world.send("tara@harbourlight.example", "Anchor", 38)
    world.bounce(letter, "unknown", server="exim")
    world.receive("tara@harbourlight.example", "", 30, answers=letter)
    world.bounce(world.send("tara@harbourlight.example", "Anchor, size 2", 3), "unknown", server="exim")


def tickets(world):
    """Talk of both sides in one thread, until an answer does not arrive: once our second, once a colleague's, once in other letters."""
    for address, subject, key, server, who in (("tina.moor@customers.example", "Gate valve leaks", "full", "postfix", DESK),
                                               ("accounts@bigclient.example", "Invoice 2026-88", "unknown-exchange", "exchange", BILLING),
                                               ("yuki.mori@customers.example", "Größe der Handschuhe (手袋)", "closed", "exim", DESK)):
        ask = world.receive(address, subject, 10, ticket=world.ticket())
        answer = world.send(address, "", 9, answers=ask)
        thanks = world.receive(address, "", 8, answers=answer)
        last = world.send(address, "", 7, answers=thanks, sender=who)
        world.bounce(last, key, server=server)


def delays(world):
    """A delay that a failure followed, one that nothing followed, one that is still under way, one that was answered."""
    letter = world.send("tilde@slowmoor.example", "Fence posts", 14)
    world.delay(letter)
    world.delay(letter, after=28 * HOUR)
    world.bounce(letter, "timeout", after=5 * DAY)
    world.delay(world.send("ulf@slowmoor.example", "Fence posts", 16), "timeout", server="exim")
    world.delay(world.send("vera@slowmoor.example", "Fence posts", 0.5), "greylist", server="sendmail")
    letter = world.send("wim@slowmoor.example", "Fence posts", 18)
    world.delay(letter, "refused", server="opensmtpd")
    world.receive("wim@slowmoor.example", "", 15, answers=letter)


def near_misses(world):
    """Slips: well-known domains, a domain and a person that this desk knows; and what must not be corrected."""
    for address, right in (("marta.lund@gmial.com", "marta.lund@gmail.com"), ("otto@hotmial.com", "otto@hotmail.com"), ("p.quist@gmail.con", "p.quist@gmail.com")):
        world.bounce(world.send(address, "Your question", 2), "no-domain")
        world.suggestions[address] = right
    ask = world.receive("jane.doe@bluehaven.example", "Do you sell kites?", 20, ticket=world.ticket())
    world.receive("jane.doe@bluehaven.example", "", 17, answers=world.send("jane.doe@bluehaven.example", "", 19, answers=ask))
    world.bounce(world.send("jane.deo@bluehaven.example", "Kites are here", 2), "unknown")
    world.suggestions["jane.deo@bluehaven.example"] = "jane.doe@bluehaven.example"
    world.bounce(world.send("sales@bluehavn.example", "Kites are here", 2), "no-domain")
    world.suggestions["sales@bluehavn.example"] = "sales@bluehaven.example"
    # Two neighbours are as near: whom to propose is a guess.
    for address in ("ann.lea@bluehaven.example", "ann.lee@bluehaven.example"):
        world.receive(address, "Kite lines", 16, answers=world.send(address, "Kite lines", 18))
    world.bounce(world.send("ann.le@bluehaven.example", "Kite lines", 2), "unknown")
    # One letter from bluehaven.example, but it answers: it is no slip.
    world.receive("info@blueheaven.example", "Catalogue please", 16)
    world.bounce(world.send("rosa@blueheaven.example", "Catalogue", 2), "unknown")
    for address in ("ann.le@bluehaven.example", "rosa@blueheaven.example"):
        world.suggestions[address] = None


def roles(world):
    """Addresses of a role: nobody reads the first two, somebody may read the third."""
    for address, role, key in (("noreply@parcels.example", "unread", "members"), ("do-not-reply@tickets.example", "unread", "unknown"),
                               ("info@closedshop.example", "read", "full")):
        world.bounce(world.send(address, "Re: your notice", 7), key, server="exim")
        world.roles[address] = role


def several(world):
    """Three recipients: two of them fail in one report; and two in a report each."""
    to = ["ines@trio.example", "jorg@trio.example", "kaya@trio.example"]
    world.bounce(world.send(to, "Invitation", 6), "unknown", more=[(to[1], "full")])
    to = ["lars@trio.example", "mina@otherduo.example", "nora@trio.example"]
    letter = world.send(to[:2], "Minutes", 5, cc=to[2:])
    world.bounce(letter, "unknown", address=to[0])
    world.bounce(letter, "too-big", address=to[1], server="exim")


def forwarded(world):
    """Written to one address, passed on to another, and that one is dead: the first is not."""
    letter = world.send("maja@forwarder.example", "Bulbs", 6)
    world.bounce(letter, "unknown", address="maja77@attic.example", was="maja@forwarder.example", server="sendmail")


def forged(world):
    """Three kinds of reports about mail that was never sent, and a joe-job."""
    real = world.send("yara@quayside.example", "Sundial", 9)
    # Nothing is returned: who knows.
    world.bounce(None, "unknown", address="stranger1@elsewhere.example", returned="", origin="unknown", trust="bare", date=world.ago(5.2), server="exim-plain")
    # About a letter of ours, but of somebody whom it did not go to.
    world.bounce(real, "unknown", address="stranger2@elsewhere.example", trust="contradicted", host="mx.shady.example")
    # Our address in From, and a whole header without a trace of us.
    for i in range(3):
        date = world.ago(3, 2 + i)
        address = "victim%d@far%d.example" % (i, i)
        foreign = "parcel-%s@pc-dynamic-%d.badnet.example" % (world.name(6), i)
        returned = "Return-Path: <%s>\nReceived: from [203.0.113.%d] (helo=pc-dynamic-%d.badnet.example)\n\tby mx.far%d.example with esmtp;\n\t%s\n" \
            "From: \"%s\" <%s>\nTo: %s\nSubject: your parcel could not be handed over\nDate: %s\nMessage-ID: <%s>\n\nPay the fee.\n" % (
                DESK, 90 + i, i, i, rfc_date(date), DESK, DESK, address, rfc_date(date - 9), foreign)
        world.bounce(None, "full" if i else "unknown", address=address, returned=returned, original_id=foreign, origin="forged", trust="consistent", date=date,
                     server="exim-plain", host="mx.far%d.example" % i)


def independent(world):
    """Mail that another system of ours sent and that is not in the index: two independent reports make a proposal where sent mail is not
    indexed, one told twice does not."""
    for i, days in enumerate((18, 4)):
        letter = world.send("quentin@oldlane.example", "Newsletter", days, sender=NEWS, ticket=False, known=False)
        world.bounce(letter, "unknown", server=("postfix", "exim")[i], trust="consistent")
    letter = world.send("rita@oldlane.example", "Newsletter", 4, sender=NEWS, ticket=False, known=False)
    for after in (5 * MINUTE, 9 * MINUTE):
        world.bounce(letter, "unknown", after=after, trust="consistent")


def postmaster(world):
    """Copies for the postmaster, of bounces of bounces: no letter of this desk."""
    for i in range(2):
        date = world.ago(10 - i, 5)
        id = "%s@%s" % (world.name(10), OWN_DOMAIN)
        address = "robot%d@spamtrap.example" % i
        returned = "Return-Path: <>\nReceived: by mail.%s (Postfix)\n\tid %s; %s\nFrom: MAILER-DAEMON@%s\nTo: %s\n" \
            "Subject: Undelivered Mail Returned to Sender\nDate: %s\nMessage-ID: <%s>\n\nNot delivered.\n" % (
                OWN_DOMAIN, world.name(12), rfc_date(date), OWN_DOMAIN, address, rfc_date(date), id)
        world.bounce(None, "unknown", address=address, returned=returned, original_id=id, trust="consistent", aside=True, date=date, to="postmaster@" + OWN_DOMAIN)


def list_posts(world):
    """Posts to a list of ours: its members are its owner's trouble."""
    for i, days in enumerate((13, 6)):
        letter = world.send("growers@lists.fennel.example", "Growers' letter", days, sender=NEWS, ticket=False, list_id="Growers <growers.lists.fennel.example>")
        world.bounce(letter, "unknown", address="member%d@gardenclub.example" % i, trust="bare", aside=True)


def same_id(world):
    """Two files behind one Message-ID: a copy of a report, and another report that took its id."""
    world.bounce(world.send("xenia@quayside.example", "Trellis", 8), "unknown", copies=2)
    first = world.bounce(world.send("yvo@quayside.example", "Trellis", 8), "full", server="exim")
    world.bounce(world.send("zora@quayside.example", "Trellis", 8), "closed", server="exim", id=first.id)


def retries(world):
    """Sent again, and what came of it; flagged, due and not due."""
    def failed(address, days, key="full"):
        letter = world.send(address, "Catalogue", days)
        return letter, world.bounce(letter, key)
    letter, bounce = failed("again@wayside.example", 15)
    world.bounce(letter, "full", after=5 * DAY)
    world.mark(bounce, "retried", retried=letter.date + 3 * DAY, outcome="bounced-again")
    letter, bounce = failed("silent@wayside.example", 16)
    world.mark(bounce, "retried", retried=letter.date + 2 * DAY, outcome="quiet")
    letter, bounce = failed("thanks@wayside.example", 15)
    world.receive("thanks@wayside.example", "", 10, answers=letter)
    world.mark(bounce, "retried", retried=letter.date + 2 * DAY, outcome="answered")
    letter, bounce = failed("pending@wayside.example", 4)
    world.mark(bounce, "retried", retried=letter.date + 2 * DAY, outcome="retried")
    letter, bounce = failed("due@wayside.example", 3)
    world.mark(bounce, "retry", due=bounce.date + DAY, outcome="due")
    letter, bounce = failed("later@wayside.example", 0.4)
    world.mark(bounce, "retry", due=bounce.date + DAY, outcome="retry")


def faults_of_ours(world):
    """Nothing is wrong with these addresses: never a reason to suppress."""
    for days in (5, 3, 1):
        world.bounce(world.send("uwe@strictpost.example", "Price list", days), "spf")
    for days in (5, 3, 2):
        world.bounce(world.send("una@strictpost.example", "Price list", days), "spam", server="exim")


def ordinary(world):
    """Mail that is no bounce: talk, tickets with answers, auto-replies, a question about a bounce, a complaint."""
    for i, address in enumerate(people(world, "neighbours.example", 8)):
        ask = world.receive(address, world.random.choice(("Which seed for shade?", "Invoice twice", "Mower is loud")), 25 - 2 * i, ticket=world.ticket())
        answer = world.send(address, "", 24.5 - 2 * i, answers=ask)
        if i % 2:
            world.receive(address, "", 24 - 2 * i, answers=answer)
    letter = world.send("away@neighbours.example", "Delivery date", 9)
    for address, subject, text in (("away@neighbours.example", "Automatic reply: Delivery date", "I am out of the office until Monday."),
                                   ("left@neighbours.example", "Automatic reply: Delivery date", "This mailbox is no longer in use. Please write to the shop.")):
        date = letter.date + 60
        world.other("From: %s\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <%s@neighbours.example>\nIn-Reply-To: <%s>\nAuto-Submitted: auto-replied\n"
                    "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n%s\n" % (address, DESK, subject, rfc_date(date), world.name(9), letter.id, text))
    world.receive("colleague@fennel.example", "What does \"User unknown\" mean?", 5)
    date = world.ago(7)
    address, id = "grumpy@bigpost.example", "%s@%s" % (world.name(9), OWN_DOMAIN)
    world.other("From: feedback@bigpost.example\nTo: %s\nSubject: Abuse report\nDate: %s\nMessage-ID: <%s@bigpost.example>\nMIME-Version: 1.0\n"
                "Content-Type: multipart/report; report-type=feedback-report; boundary=fb\n\n--fb\nContent-Type: text/plain\n\nThis is an abuse report.\n"
                "--fb\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: BigPost-FBL/1.0\nVersion: 1\nOriginal-Rcpt-To: %s\n\n"
                "--fb\nContent-Type: message/rfc822\n\nFrom: %s\nTo: %s\nSubject: News of July\nDate: %s\nMessage-ID: <%s>\n\nNews.\n--fb--\n" % (
                    NEWS, rfc_date(date), world.name(9), address, NEWS, address, rfc_date(date - DAY), id))


SCENES = [one_provider, incident, dead, failing, recovering, alive_again, fails_again, tickets, delays, near_misses, roles, several, forwarded, forged, independent,
          postmaster, list_posts, same_id, retries, faults_of_ours, ordinary]


def tell(world):
    for scene in SCENES:
        world.story = scene.__name__
        scene(world)
