# SPDX-License-Identifier: GPL-3.0-or-later
"""As many bounces as wanted, in the proportions of a busy helpdesk: many domains, few of them big;
addresses that come back; delays before failures; answers afterwards."""
from servers import LAYOUTS
from world import DAY, HOUR

TROUBLES = {"unknown": 30, "unknown-sendmail": 8, "full": 14, "blocked": 10, "timeout": 8, "no-domain": 6, "spam": 5, "relay": 3, "greylist": 3, "closed": 6, "refused": 3,
            "too-fast": 2, "too-big": 1, "members": 1}
SERVERS = {"postfix": 60, "exim": 15, "sendmail": 10, "qmail": 5, "exim-plain": 5, "opensmtpd": 5}
SPAN = 180  # days


def tell(world, bounces):
    dice = world.random
    world.story = "crowd"
    domains = ["d%d.example" % i for i in range(max(10, bounces // 40))]
    keys, shares = list(TROUBLES), list(TROUBLES.values())
    servers, parts = list(SERVERS), list(SERVERS.values())
    done = 0
    while done < bounces:
        # A quarter as many people as bounces, some of them often; the cube makes the first domains big.
        person = int(dice.random() ** 2 * max(10, bounces // 4))
        place = person * 2654435761 % 2 ** 32 / 2 ** 32
        address = "user%d@%s" % (person, domains[int(place ** 3 * len(domains))])
        letter = world.send(address, "Question", 2 + dice.random() * SPAN)
        key = dice.choices(keys, shares)[0]
        server = dice.choices(servers, parts)[0]
        if LAYOUTS[server].delays and dice.random() < 0.08 and done + 1 < bounces:
            world.delay(letter, server=server, after=4 * HOUR)
            done += 1
            if dice.random() < 0.3:
                continue
        world.bounce(letter, key, server=server, after=dice.random() * DAY)
        done += 1
        if dice.random() < 0.1:
            world.receive(address, "", dice.random() * (world.now - letter.date) / DAY, answers=letter)
