/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an address is, by what happened to it; and which address may have been meant. */
#include "limits.h"
#include "rules/knowledge.h"
#include "triage/nearest.h"
#include "triage/outcome.h"
#include "triage/suggest.h"

#define NOW ((int64_t)1785240000)
#define DAY ((int64_t)86400)
#define MANY 60000

/* --- the state: each letter is an event, the number before it its age in days */

/* H S: hard and soft failure, h: a hard one that is not to be believed, D: delay, A: mail from the
 * address, Q: a letter that did not come back, N: a younger one. */
static GArray *events_from(const char *text)
{
	GArray *events = g_array_new(FALSE, TRUE, sizeof(struct event));
	char *rest = (char *)text;

	while (*rest) {
		struct event event = {.at = NOW - g_ascii_strtoll(rest, &rest, 10) * DAY};
		char what = *rest++;

		event.kind = what == 'D'   ? EVENT_DELAY
			     : what == 'A' ? EVENT_ANSWERED
			     : what == 'Q' ? EVENT_QUIET
			     : what == 'N' ? EVENT_SENT
					   : EVENT_FAILURE;
		event.hard = what == 'H' || what == 'h';
		event.counts = what != 'h';
		g_array_append_val(events, event);
		rest += *rest == ' ';
	}
	return events;
}

static void test_standing(void)
{
	static const struct {
		const char *events;
		enum condition condition;
		enum condition_why why;
	} rows[] = {
		{"", CONDITION_UNKNOWN, WHY_NO_REPORT},
		{"9A 8Q", CONDITION_UNKNOWN, WHY_NO_REPORT},
		{"2h", CONDITION_UNKNOWN, WHY_UNRELIABLE},
		{"2H", CONDITION_DEAD, WHY_HARD},
		{"9S 2H", CONDITION_DEAD, WHY_HARD},
		{"2H 9S", CONDITION_DEAD, WHY_HARD},
		{"9H 2S", CONDITION_FAILING, WHY_SOFT},
		{"2S 1h", CONDITION_FAILING, WHY_SOFT},
		{"5D", CONDITION_FAILING, WHY_DELAYED},
		{"6D", CONDITION_UNKNOWN, WHY_OLD_DELAY},
		{"6D 5H", CONDITION_DEAD, WHY_HARD},
		{"20H 12A", CONDITION_ALIVE_AGAIN, WHY_ANSWERED},
		{"20H 12Q", CONDITION_ALIVE_AGAIN, WHY_QUIET},
		{"20H 12Q 9A", CONDITION_ALIVE_AGAIN, WHY_ANSWERED},
		{"20H 12A 9Q", CONDITION_ALIVE_AGAIN, WHY_QUIET},
		{"20H 12A 3N", CONDITION_ALIVE_AGAIN, WHY_ANSWERED},
		{"20H 3N", CONDITION_RECOVERING, WHY_SENT},
		{"20A 9H 3N", CONDITION_RECOVERING, WHY_SENT},
		{"30S 20A 2H", CONDITION_DEAD, WHY_HARD},
		{"4N 2H", CONDITION_DEAD, WHY_HARD},
		/* of the same second: a letter that came back and another: no proof */
		{"2H 2A", CONDITION_DEAD, WHY_HARD},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) events = events_from(rows[i].events);
		struct standing got = standing_of((struct event *)events->data, events->len, NOW);

		g_test_message("%s", rows[i].events);
		g_assert_cmpint(got.condition, ==, rows[i].condition);
		g_assert_cmpint(got.why, ==, rows[i].why);
		g_assert_true((got.by == NULL) ==
			      (got.why == WHY_NO_REPORT || got.why == WHY_UNRELIABLE));
	}
}

/* --- did you mean */

/* A bound changes nothing within it. */
static void test_within(void)
{
	static const char *const words[] = {"", "a", "ab", "ba", "oldmill.example",
		"odlmill.example", "oldmil.example", "oldmlil.exmaple", "bluehaven.example",
		"xoldmill.examples", "OLDMILL.example"};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		for (size_t k = 0; k < G_N_ELEMENTS(words); k++)
			for (size_t most = 0; most < 5; most++) {
				size_t whole = edit_distance(words[i], words[k]),
				       within = edit_distance_within(words[i], words[k], most);

				g_test_message("%s %s %zu", words[i], words[k], most);
				g_assert_true(whole > most ? within > most : within == whole);
			}
}

static void add(struct contacts *contacts, const char *from, const char *to, int days, char *id)
{
	static char *none[] = {NULL};
	const struct surroundings own = {.addresses = none, .domains = none, .hosts = none};
	const struct letter_head letter = {.id = id,
		.date = NOW - days * DAY,
		.subject = (char *)"",
		.from = (char *)from,
		.to = (char *)to};

	contacts_add(contacts, &own, &letter);
}

static struct contacts *known(void)
{
	struct texts *texts = texts_new();
	struct contacts *contacts = contacts_new(texts, NOW - 7 * DAY);

	texts_add(texts, span_of("bluehaven.example"));
	texts_add(texts, span_of("oldmill.example"));
	texts_unref(texts);

	add(contacts, "Jane <Jane.Doe@bluehaven.example>", NULL, 20, (char *)"1@x");
	add(contacts, "ann.lea@bluehaven.example", NULL, 20, (char *)"2@x");
	add(contacts, "ann.lee@bluehaven.example", NULL, 20, (char *)"3@x");
	add(contacts, "bob@bluehaven.example", NULL, 20, (char *)"4@x");
	add(contacts, "info@blueheaven.example", NULL, 20, (char *)"5@x");
	add(contacts, NULL, "Carl <carl.berg@oldmill.example>, dora.lind@oldmill.example", 20,
		(char *)"came-back@x");
	add(contacts, NULL, "emil.lund@oldmill.example", 20, (char *)"arrived@x");
	add(contacts, NULL, "fritz.maier@oldmill.example", 2, (char *)"young@x");
	return contacts;
}

static struct suggester *suggester_of(const struct contacts *contacts, GHashTable *returned)
{
	struct suggester *suggester = suggester_new(NOW - 7 * DAY);
	const struct contact *contact;
	GHashTableIter walk;

	contacts_walk(contacts, &walk);
	while ((contact = contacts_next(&walk)))
		suggester_take(suggester, contact, returned);
	return suggester;
}

static void test_suggest(void)
{
	static const struct {
		const char *failed, *category, *meant;
	} rows[] = {
		{"marta@gmial.com", "no-such-user", "marta@gmail.com"},
		{"marta@gmail.con", "no-such-domain", "marta@gmail.com"},
		{"marta@gmail.com", "no-such-domain", NULL},
		/* a server there has answered: it is no slip that somebody lists */
		{"kim@hotmail.se", "no-such-user", NULL},
		{"sales@bluehavn.example", "no-such-domain", "sales@bluehaven.example"},
		{"sales@bluehavn.example", "no-such-user", NULL},
		{"rosa@blueheaven.example", "no-such-domain", NULL},
		{"jane.deo@bluehaven.example", "no-such-user", "jane.doe@bluehaven.example"},
		{"jane.do@bluehaven.example", "no-such-user", "jane.doe@bluehaven.example"},
		{"ane.doe@bluehaven.example", "no-such-user", "jane.doe@bluehaven.example"},
		{"jne.deo@bluehaven.example", "no-such-user", NULL},
		{"jane.doe@bluehaven.example", "no-such-user", NULL},
		{"jane.deo@bluehaven.example", "mailbox-full", NULL},
		{"ann.le@bluehaven.example", "no-such-user", NULL},
		{"bobb@bluehaven.example", "no-such-user", NULL},
		{"carl.borg@oldmill.example", "no-such-user", NULL},
		{"emil.lun@oldmill.example", "no-such-user", "emil.lund@oldmill.example"},
		{"fritz.meier@oldmill.example", "no-such-user", NULL},
		{"jane.deo@elsewhere.example", "no-such-user", NULL},
	};
	struct contacts *contacts = known();
	g_autoptr(GHashTable) returned = g_hash_table_new(g_str_hash, g_str_equal);
	struct suggester *suggester;

	g_hash_table_add(returned, (gpointer) "came-back@x");
	suggester = suggester_of(contacts, returned);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct category category = {.id = (char *)rows[i].category};
		g_autofree char *found = suggester_find(suggester, rows[i].failed, &category);

		g_test_message("%s, %s", rows[i].failed, rows[i].category);
		g_assert_cmpstr(found, ==, rows[i].meant);
	}
	suggester_free(suggester);
	/* What came back is not known: who was written to only is near nobody. */
	suggester = suggester_of(contacts, NULL);
	g_assert_null(suggester_find(suggester, "emil.lun@oldmill.example",
		&(struct category){.id = (char *)"no-such-user"}));
	suggester_free(suggester);
	contacts_free(contacts);
}

/* --- whose mailbox */

static void test_role(void)
{
	GError *error = NULL;
	struct knowledge *knowledge = knowledge_load(g_getenv("NIXIE_DATADIR"), NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpint(mailbox_role(knowledge, "NoReply+7@shop.example"), ==, MAILBOX_UNREAD);
	g_assert_cmpint(mailbox_role(knowledge, "info@shop.example"), ==, MAILBOX_READ);
	g_assert_cmpint(mailbox_role(knowledge, "jane@shop.example"), ==, MAILBOX_PERSON);
	g_assert_cmpint(mailbox_role(knowledge, NULL), ==, MAILBOX_PERSON);
	knowledge_free(knowledge);
}

/* Strangers who wrote, each from an address and a domain of their making. */
static void test_alike(void)
{
	struct texts *texts = texts_new();
	struct contacts *contacts = contacts_new(texts, NOW - 7 * DAY);
	g_autofree char *first = limits_alike(0), *last = limits_alike(MANY - 1);
	g_autofree char *mailbox = g_strconcat(last, "@bluehaven.example", NULL),
			*far = g_strconcat("x@", last, ".example", NULL);
	double begin = limits_now();

	g_assert_cmpuint(g_str_hash(first), ==, g_str_hash(last));
	texts_add(texts, span_of("bluehaven.example"));
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *name = limits_alike(i);
		g_autofree char *near = g_strconcat(name, "@bluehaven.example", NULL),
				*from = g_strconcat("x@", name, ".example", NULL);

		add(contacts, near, NULL, 20, (char *)"1@x");
		add(contacts, from, NULL, 20, (char *)"2@x");
	}
	g_assert_nonnull(contacts_find(contacts, mailbox));
	g_assert_true(contacts_lack(contacts, far));
	g_assert_cmpfloat(limits_now() - begin, <, HOSTILE_SECONDS);
	contacts_free(contacts);
	texts_unref(texts);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/standing", test_standing);
	g_test_add_func("/address/within", test_within);
	g_test_add_func("/address/suggest", test_suggest);
	g_test_add_func("/contacts/alike", test_alike);
	g_test_add_func("/address/role", test_role);
	return g_test_run();
}
