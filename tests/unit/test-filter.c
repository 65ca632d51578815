/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters: their values, what they match, and how they are taken out of a query. */
#include <glib.h>

#include "base/errors.h"
#include "base/file.h"
#include "triage/caret.h"
#include "triage/filter.h"
#include "triage/queryterms.h"
#include "triage/rowstore.h"
#include "triage/ticket.h"

static void test_parse(void)
{
	static const struct {
		const char *in, *filter, *query;
	} rows[] = {
		{"", "", ""},
		{"tag:bounce", "", "tag:bounce"},
		{"category:mailbox-full", "category:mailbox-full", ""},
		{"category:mailbox-full type:soft date:week..", "category:mailbox-full type:soft",
			"date:week.."},
		{"tag:a and category:expired,mail-loop", "category:expired,mail-loop", "tag:a"},
		{"tag:a and type:hard and tag:b", "type:hard", "tag:a and tag:b"},
		{"type:hard and not tag:b", "type:hard", "not tag:b"},
		{"type:hard AND tag:b", "type:hard", "tag:b"},
		{"+type:hard tag:b", "type:hard", "tag:b"},
		{"type:hard (tag:a or tag:b)", "type:hard", "(tag:a or tag:b)"},
		{"subject:\"type:hard or so\"", "", "subject:\"type:hard or so\""},
		{"\"category:x\"", "", "\"category:x\""},
		{"\"open type:hard", "", "\"open type:hard"},
		{"tag:x and", "", "tag:x and"},
		{"type:hard tag:x and", "type:hard", "tag:x and"},
		{"status:5.1.* address:*@b.example", "status:5.1.* address:*@b.example", ""},
		{"address:\"a b\"", "address:\"a b\"", ""},
		{"from:(a b) kind:delay", "kind:delay", "from:(a b)"},
		{"nosuch:abc", "", "nosuch:abc"},
		{"tag:a or tag:b", "", "tag:a or tag:b"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct filter *filter = filter_new();
		g_autofree char *query = NULL, *text = NULL;
		GError *error = NULL;
		g_assert_true(filter_parse(filter, rows[i].in, &query, &error));
		g_assert_no_error(error);
		text = filter_text(filter);
		g_assert_cmpstr(text, ==, rows[i].filter);
		g_assert_cmpstr(query, ==, rows[i].query);
		filter_free(filter);
	}
}

static void test_refused(void)
{
	static const struct {
		const char *in, *named;
	} rows[] = {
		{"category:mailbox-fulll", "mailbox-full`?"},
		{"category:", "category:"},
		{"day:monday", "`day:monday` can match nothing"},
		{"day:today,someday", "`day:someday` can match nothing"},
		{"category:,", "category:"},
		{"type:hurd", "hard"},
		{"day:tomorrow", "`day:tomorrow` can match nothing"},
		{"day:..", "`day:..` can match nothing"},
		{"day:2026-7-28", "`day:2026-7-28` can match nothing"},
		{"day:2026-07-28..x", "`day:2026-07-28..x` can match nothing"},
		{"day:2026-07-2x*", "`day:2026-07-2x*` can match nothing"},
		{"(category:expired)", "category:expired"},
		{"tag:a (tag:b type:hard)", "type:hard"},
		{"not type:hard", "type:hard"},
		{"-type:hard", "type:hard"},
		{"type:hard or tag:a", "type:hard"},
		{"tag:a OR type:hard", "type:hard"},
		{"type:hard tag:a or tag:b", "type:hard"},
		{"type:hard xor tag:b", "type:hard"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct filter *filter = filter_new();
		g_autofree char *query = NULL;
		g_autoptr(GError) error = NULL;
		g_assert_false(filter_parse(filter, rows[i].in, &query, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_USAGE);
		g_assert_nonnull(strstr(error->message, rows[i].named));
		g_assert_true(filter_is_empty(filter));
		g_assert_null(query);
		filter_free(filter);
	}
}

static void test_add(void)
{
	struct filter *filter = filter_new();
	g_autoptr(GError) error = NULL;
	g_assert_false(filter_add(filter, "categry", "expired", &error));
	g_assert_nonnull(strstr(error->message, "category"));
	g_assert_true(filter_add(filter, "category", "expired, mail-loop", NULL));
	g_assert_true(filter_asks(filter, "category"));
	g_assert_false(filter_asks(filter, "type"));
	filter_free(filter);
}

static void test_match(void)
{
	static struct category full = {.id = (char *)"mailbox-full"};
	static const struct {
		const char *filter;
		bool matches;
	} rows[] = {
		{"category:mailbox-full", true},
		{"category:expired", false},
		{"category:expired,mailbox-full", true},
		{"type:soft", true},
		{"type:hard", false},
		{"type:soft category:expired", false},
		{"who:recipient", true},
		{"who:recipient-admin", false}, /* only who acts first */
		{"kind:failure", true},
		{"status:5.2.2", true},
		{"status:5.2.*", true},
		{"status:5.*.1", false},
		{"reply:55?", true},
		{"address:NEKO@cat.example", true},
		{"address:*@cat.example", true},
		{"address:neko", false},
		{"domain:cat.example", true},
		{"domain:*.example", true},
		{"mta:example.net", true}, /* all below it */
		{"mta:ample.net", false},
		{"remote-mta:mx.example.net", true},
		{"reporting-mta:mx.example.net", false},
		{"remote-domain:example.net", true},
		{"remote-domain:-", false},
		{"original-id:<odd?id>@example.org", true},
		{"original-id:other@example.org", false},
		{"reporting-mta:-", true}, /* unknown */
		{"rule:full-*", true},
		{"cause:*quota*", true},
		{"cause:other", false},
		{"origin:own", true},
		{"trust:proven,consistent", true},
		{"state:retry", false},
		{"confidence:high", true},
		{"day:1970-01-02", true},
		{"day:1970-01-03", false},
		{"day:1970-01", true}, /* any of that month */
		{"day:1970-01-0?", true},
		{"day:1970-01-02..", true},
		{"day:1970-01-03..", false},
		{"day:..1970-01-01", false},
		{"day:1970-01-01..1970-01", true},
		{"day:-", false},
		{"day:today", false},
		{"day:yesterday", true}, /* the clock stands on 1970-01-03 */
		{"day:yesterday..", true},
	};
	static const char *const texts[ROW_TEXTS] = {
		[ROW_STATUS] = "5.2.2",
		[ROW_REPLY] = "552",
		[ROW_ADDRESS] = "neko@cat.example",
		[ROW_DOMAIN] = "cat.example",
		[ROW_REMOTE_MTA] = "mx.example.net",
		[ROW_REMOTE_DOMAIN] = "example.net",
		[ROW_ORIGINAL] = "<odd,id>@example.org",
		[ROW_RULE] = "full-quota",
		[ROW_CAUSE] = "over quota today",
	};
	struct rowstore *store = rowstore_new(NULL, NULL);
	struct entry entry = {.store = store};
	struct row row = {.entry = &entry,
		.category = &full,
		.type = TYPE_SOFT,
		.kind = KIND_FAILURE,
		.origin = ORIGIN_OWN,
		.trust = TRUST_CONSISTENT,
		.confidence = CONFIDENCE_HIGH,
		.date = 86400 + 7200,
		.who = {{ACTOR_RECIPIENT, ACTOR_RECIPIENT_ADMIN}, 2}};
	for (int i = 0; i < ROW_TEXTS; i++)
		row_set_text(&row, (enum row_text)i, texts[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct filter *filter = filter_new();
		g_autofree char *query = NULL;
		g_assert_true(filter_parse(filter, rows[i].filter, &query, NULL));
		if (filter_matches(filter, &row) != rows[i].matches)
			g_error("%s", rows[i].filter);
		filter_free(filter);
	}
	rowstore_free(store);
}

/* Unknown values match no pattern, not even `*`; only the sign for them. */
static void test_unknown(void)
{
	static const char *const texts[] = {
		"address:*", "status:*", "domain:*", "rule:*", "category:expired"};
	struct row row = {0};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct filter *filter = filter_new();
		g_autofree char *query = NULL;
		g_assert_true(filter_parse(filter, texts[i], &query, NULL));
		g_assert_false(filter_matches(filter, &row));
		filter_free(filter);
	}
	for (size_t i = 0; i < 4; i++) {
		struct filter *filter = filter_new();
		g_autofree char *name = g_strndup(texts[i], strcspn(texts[i], ":"));
		g_assert_true(filter_add(filter, name, "-", NULL));
		g_assert_true(filter_matches(filter, &row));
		filter_free(filter);
	}
}

/* The table of filters and data/categories.ini name the same categories in the same order. */
static void test_categories(void)
{
	struct knowledge *knowledge = knowledge_load(file_datadir(), NULL, NULL);
	const char *const *ids = filter_words()[0].values;
	g_assert_nonnull(knowledge);
	int n = 0;
	for (; ids[n]; n++)
		g_assert_cmpstr(ids[n], ==,
			category_at(knowledge, n) ? category_at(knowledge, n)->id : NULL);
	g_assert_null(category_at(knowledge, n));
	knowledge_free(knowledge);
}

/* Every value that is offered is taken. */
static void test_values(void)
{
	for (const struct filter_word *word = filter_words(); word->name; word++)
		for (const char *const *value = word->values; value && *value; value++) {
			struct filter *filter = filter_new();
			g_assert_true(filter_add(filter, word->name, *value, NULL));
			filter_free(filter);
		}
}

static void test_terms(void)
{
	static const struct {
		const char *in, *terms; /* `|` between them */
	} rows[] = {
		{"", ""},
		{"tag:a", "tag:a"},
		{"tag:a and from:b", "tag:a|from:b"},
		{"tag:a (x or y) not tag:c d", "tag:a|(x or y)|not tag:c|d"},
		{"tag:a not (x (y z)) from:(a b) \"c d\"",
			"tag:a|not (x (y z))|from:(a b)|\"c d\""},
		{"tag:a or tag:b", "tag:a or tag:b"},
		{"(open (more", "(open (more"},
		{"not", "not"},
		{"a )", "a|)"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) terms = query_terms(rows[i].in);
		g_ptr_array_add(terms, NULL);
		g_autofree char *joined = g_strjoinv("|", (char **)terms->pdata);
		g_assert_cmpstr(joined, ==, rows[i].terms);
	}
}

/* The caret stands below the token that the error names. */
static void test_caret(void)
{
	static const struct {
		const char *query, *message, *caret; /* NULL: none */
	} rows[] = {
		{"tag:x nosuch:abc", "bad query at 'nosuch:abc': no prefix", "      ^^^^^^^^^^"},
		{"and and and", "bad query at 'and': nothing stands before it", "        ^^^"},
		{"a and and b", "bad query at 'and': nothing stands before it", "      ^^^"},
		{"brand and", "bad query at 'and': something must follow it", "      ^^^"},
		{"sand and from: x", "bad query at 'from:': a value must follow", "         ^^^^^"},
		{"date:foo..bar", "bad query: Didn't understand date specification 'foo'",
			"     ^^^"},
		{"type:hart x", "`type:hart`: there is no type `hart`; did you mean `hard`?",
			"^^^^^^^^^"},
		{"from:\"it's\" (", "bad query at '(': the parenthesis is not closed",
			"            ^"},
		{"\xe7\x8c\xab nosuch:x", "bad query at 'nosuch:x': no", "   ^^^^^^^^"},
		{"tag:x", "the index is locked", NULL},
		{"", "bad query at '': x", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *lines = caret_lines(rows[i].query, rows[i].message, TEXT_PLAIN);
		const char *second = lines ? strchr(lines, '\n') : NULL;
		g_assert_cmpstr(second ? second + 3 : NULL, ==, rows[i].caret);
	}
}

/* What help desks write, and what only looks like it; `template` NULL: those of the data. */
static void test_tickets(void)
{
	static const struct {
		const char *template, *subject, *ticket;
	} rows[] = {
		{NULL, "[#4107] Timetable question", "4107"},
		{NULL, "Re: [desk.example #123] no heating", "123"},
		{NULL, "[desk # 123] no heating", "123"},
		{NULL, "AW: [Ticket#2026072812000042] Rechnung", "2026072812000042"},
		{NULL, "[#INC-12] printer", "INC-12"},
		{NULL, "[#7]Question", "7"},
		{NULL, "[draft] [#7] question", "7"},
		{NULL, "[HELP-77] printer", "HELP-77"},
		{NULL, "[help2-77] printer", "help2-77"},
		{NULL, "Your ticket 4711 is closed", "4711"},
		{NULL, "Ticket:  #4711", "4711"},
		{NULL, "Incident INC0012345 is open", "INC0012345"},
		{NULL, "Case ID: 00123456", "00123456"},
		{NULL, "Vorgang Nr. 815: Antwort", "815"},
		{NULL, "Demande n\302\260 99 re\303\247ue", "99"},
		{NULL, "Re: #4711", "4711"},
		{NULL, "#4711", "4711"},
		{NULL, "Invoice (#4711)", "4711"},
		{NULL, "Invoice 4711", NULL},
		{NULL, "we are #1", NULL},
		{NULL, "C#12 for beginners", NULL},
		{NULL, "suitcase 4711", NULL},
		{NULL, "case 4711b", NULL},
		{NULL, "case 47\303\251", NULL},
		{NULL, "ticket 123456789012345678901", NULL},
		{NULL, "[draft] 12 questions", NULL},
		{NULL, "[a [b] #12", "12"},
		{NULL, "[no end #12 34", "12"},
		{NULL, "ticket office", NULL},
		{NULL, "case 12\377", NULL},
		{NULL, "", NULL},
		{"invoice {number}", "Your Invoice 4711", "4711"},
		{"invoice {number}", "[#4107] Timetable question", NULL},
		{"{number}", "route 66", "66"},
		{"{number}", "A66", NULL},
		{"A{digits}", "route A6", "6"},
		{"{key|number} - ...", "WEB-1 - slow", "WEB-1"},
		{"{a|ab|}c{digits}", "x abc1", "1"},
		{"{a|ab|}c{digits}", "c1", "1"},
		{"...{digits}", "1", "1"},
		{"{digits} {|x}", "1 ", "1"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct ticket_reader *reader = ticket_reader_new(rows[i].template);
		g_autofree char *found = ticket_find(reader, rows[i].subject);
		g_assert_cmpstr(found, ==, rows[i].ticket);
		ticket_reader_free(reader);
	}
}

static void test_templates(void)
{
	static const struct {
		const char *template, *trouble; /* NULL: none */
	} rows[] = {
		{"{number}", NULL},
		{"[desk {number|key|code}]", NULL},
		{"", "write {number} there"},
		{"#4711", "write {number} there"},
		{"{number}{}", "hold nothing"},
		{"{nummer}", "write {number} there"},
		{"{number|nummer}", "write {number} there"},
		{"{number} {key}", "write {number} there, once"},
		{"{number", "do not close"},
		{"{number} {", "do not close"},
		{"\377{number}", "UTF-8"},
	};
	g_autofree char *endless = g_strnfill(5000, '.');
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_cmpint(
			ticket_template_check(rows[i].template, &error), ==, !rows[i].trouble);
		if (rows[i].trouble)
			g_assert_nonnull(strstr(error->message, rows[i].trouble));
	}
	g_assert_false(ticket_template_check(endless, NULL));
}

/* Subjects that a pattern would meet again and again: the time is that of their length. */
static void test_hostile_subjects(void)
{
	static const char *const pieces[] = {"[#", "[", "1", "1 ", "a", "a-", "A1-", "ticket ",
		"case 1", "# ", " ", "..", "[a #1", "\303\251"};
	static const char *const templates[] = {NULL,
		"{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{|a}{number}b",
		"... ... ... ... ... ... {number|key|code} ... ... ... ...!", "   {digits}   "};
	for (size_t t = 0; t < G_N_ELEMENTS(templates); t++) {
		struct ticket_reader *reader = ticket_reader_new(templates[t]);
		for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++)
			for (size_t room = 990; room <= 1001; room++) {
				g_autoptr(GString) subject = g_string_new("1");
				while (subject->len + strlen(pieces[i]) <= room)
					g_string_append(subject, pieces[i]);
				/* Exactly as long, so that a sanitizer sees its end. */
				g_autofree char *exact = g_strdup(subject->str);
				g_autofree char *found = ticket_find(reader, exact);
				g_assert_true(!found || strpbrk(found, "0123456789"));
				g_assert_true(!found || strlen(found) <= 31);
			}
		ticket_reader_free(reader);
	}
}

/* What is read back as one word asks for one message. */
static void test_ids(void)
{
	static const struct {
		const char *id, *query;
	} ids[] = {
		{"one@example.org", "id:one@example.org"},
		{"a)or(tag:inbox", "id:\"a)or(tag:inbox\""},
		{"a\" or *", "id:\"a\"\" or *\""},
		{"\"quoted\"@example.org", "id:\"\"\"quoted\"\"@example.org\""},
		{"a b", "id:\"a b\""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *query = query_of_id(ids[i].id);
		g_autoptr(GArray) tokens = query_tokens(query);

		g_assert_cmpstr(query, ==, ids[i].query);
		g_assert_cmpuint(tokens->len, ==, 1);
	}
}

int main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_setenv("NIXIE_NOW", "172800", TRUE); /* 1970-01-03 00:00 */
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/filter/ids", test_ids);
	g_test_add_func("/filter/parse", test_parse);
	g_test_add_func("/filter/refused", test_refused);
	g_test_add_func("/filter/add", test_add);
	g_test_add_func("/filter/match", test_match);
	g_test_add_func("/filter/unknown", test_unknown);
	g_test_add_func("/filter/categories", test_categories);
	g_test_add_func("/filter/values", test_values);
	g_test_add_func("/filter/terms", test_terms);
	g_test_add_func("/filter/caret", test_caret);
	g_test_add_func("/filter/tickets", test_tickets);
	g_test_add_func("/filter/templates", test_templates);
	g_test_add_func("/filter/hostile-subjects", test_hostile_subjects);
	return g_test_run();
}
