/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations (whose words count, what is filled in) and context (origin, trust, who acts). */
#include <glib.h>

#include "base/file.h"
#include "rules/wordbook.h"
#include "triage/context.h"
#include "triage/figures.h"
#include "triage/fill.h"
#include "triage/retry.h"

static struct knowledge *knowledge;
static struct rule_set *rules;

static struct report *report_with(const char *category, int kind)
{
	struct report *report = report_new();
	struct recipient *recipient = arena_make(report->arena, struct recipient);
	const struct category *known = category_by_id(knowledge, category);
	report->kind = kind;
	report->reporting_mta = "mx1.example.org";
	report->recipients = recipient;
	report->recipients_n = 1;
	*recipient = (struct recipient){.address = "neko@cat.example",
		.valid = true,
		.kind = kind,
		.category = category,
		.attempts = -1,
		.retry_after = -1,
		.type = known ? known->advice.type : TYPE_UNDETERMINED};
	if (known)
		recipient->who = known->advice.who;
	return report;
}

static struct explanation *explain_first(const struct report *report, const struct context *context)
{
	struct context neutral = context_neutral(report, &report->recipients[0]);
	return explain(
		knowledge, rules, report, &report->recipients[0], context ? context : &neutral);
}

/* Every category has a whole explanation, without an open placeholder, whatever is known of the
 * case. */
static void test_categories(void)
{
	const struct category *category;
	for (int i = 0; (category = category_at(knowledge, i)); i++)
		for (int bare = 0; bare < 2; bare++) {
			struct report *report = report_with(category->id, KIND_FAILURE);
			if (bare) {
				report->reporting_mta = NULL;
				report->recipients[0].address = NULL;
			}
			struct explanation *explanation = explain_first(report, NULL);
			g_assert_cmpstr(explanation->title, ==, category->advice.title);
			g_assert_true(*explanation->text && *explanation->who_words &&
				      *explanation->retry_words);
			g_assert_cmpuint(explanation->next.n, >, 0);
			g_assert_null(strpbrk(explanation->text, "{}|"));
			for (size_t step = 0; step < explanation->next.n; step++)
				g_assert_null(strpbrk(explanation->next.v[step], "{}|"));
			g_assert_null(explanation->warning);
			explanation_free(explanation);
			report_free(report);
		}
}

static void test_facts_are_named(void)
{
	struct report *report = report_with("no-such-user", KIND_FAILURE);
	report->recipients[0].remote_mta = "mx.cat.example";
	struct explanation *explanation = explain_first(report, NULL);
	g_assert_nonnull(strstr(explanation->text, "neko@cat.example"));
	g_assert_nonnull(strstr(explanation->text, "mx.cat.example"));
	g_assert_cmpstr(
		explanation->type_words, ==, "permanent: this address does not work (HARD)");
	explanation_free(explanation);
	report_free(report);
}

/* categories.md rule 7: a delay tells its own cause, and until when it is tried. */
static void test_delay(void)
{
	static const struct {
		const char *category, *until, *reply;
		const char *type, *says, *who, *first, *last;
	} rows[] = {
		{"mailbox-full", "2026-07-30T14:05:09+02:00", "452", "still trying (WAIT)",
			"no room left", "nobody has to act", "Wait.", "No news"},
		{"greylisted", "2026-07-30T14:05:09+02:00", "451", "still trying (WAIT)",
			"30 July 2026, 14:05 (UTC+02:00)", "nobody has to act", "Wait.", "No news"},
		{"blocklisted", NULL, "421", "still trying (WAIT)", "in bad repute",
			"the sender's mail admin", "Hand this report", "No news"},
		{"relay-denied", NULL, "450", "still trying (WAIT)", "not in charge",
			"the sender's mail admin", "Hand this report", "No news"},
		/* A server that answered is no wrong domain. */
		{"connection-failed", NULL, NULL, "still trying (WAIT)", "cannot be reached",
			"nobody has to act", "Wait.", "Check the part after the @"},
		{"connection-failed", NULL, "421", "still trying (WAIT)", "cannot be reached",
			"nobody has to act", "Wait.", "No news"},
		{"mailbox-full", "2026-07-27T14:05:09+02:00", "452",
			"no longer tried, the outcome is not known (WAIT)", "That time is past",
			"the sender", "Look for a later report", "If there is none"},
		{"blocklisted", "2026-07-27T14:05:09+02:00", "421",
			"no longer tried, the outcome is not known (WAIT)", "in bad repute",
			"the sender's mail admin", "Hand this report", "If there is none"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = report_with(rows[i].category, KIND_DELAY);
		report->recipients[0].will_retry_until = rows[i].until;
		report->recipients[0].reply = rows[i].reply;
		struct explanation *explanation = explain_first(report, NULL);
		const struct strings *next = &explanation->next;
		g_assert_cmpstr(explanation->title, ==,
			category_by_id(knowledge, rows[i].category)->advice.title);
		g_assert_cmpint(explanation->retry, ==, RETRY_AUTOMATIC);
		g_assert_cmpstr(explanation->type_words, ==, rows[i].type);
		g_assert_nonnull(strstr(explanation->text, rows[i].says));
		g_assert_cmpstr(explanation->who_words, ==, rows[i].who);
		g_assert_true(g_str_has_prefix(next->v[0], rows[i].first));
		g_assert_true(g_str_has_prefix(next->v[next->n - 1], rows[i].last));
		explanation_free(explanation);
		report_free(report);
	}
}

/* Without a date in the report it is that of the report which tells. */
static void test_old_delay(void)
{
	static const struct {
		const char *date;
		bool over;
	} rows[] = {{"2026-07-22T12:00:00Z", true}, {"2026-07-24T12:00:00Z", false}, {NULL, false},
		{"some day", false}};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = report_with("connection-failed", KIND_DELAY);
		report->date = rows[i].date;
		struct explanation *explanation = explain_first(report, NULL);
		g_assert_true(!strstr(explanation->text, "That time is past") == !rows[i].over);
		explanation_free(explanation);
		report_free(report);
	}
}

/* What "soft" means here: time helps, a change helps, or nobody knows. */
static void test_how_bad(void)
{
	static const struct {
		const char *category, *rule;
		int confidence;
		const char *words;
	} rows[] = {
		{"no-such-user", NULL, CONFIDENCE_HIGH,
			"permanent: this address does not work (HARD)"},
		{"suppressed", NULL, CONFIDENCE_HIGH, "permanent (HARD)"},
		{"mailbox-full", NULL, CONFIDENCE_HIGH,
			"not the address's fault: it may pass with time (SOFT)"},
		{"message-too-big", NULL, CONFIDENCE_HIGH,
			"not the address's fault: something has to change first (SOFT)"},
		{"blocklisted", NULL, CONFIDENCE_HIGH,
			"not the address's fault: something has to change first (SOFT)"},
		{"policy-rejected", "code:554", CONFIDENCE_LOW,
			"refused, and we are not sure why (SOFT)"},
		{"unclassified", NULL, CONFIDENCE_NONE, "not understood (\?\?\?\?)"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = report_with(rows[i].category, KIND_FAILURE);
		report->recipients[0].rule = rows[i].rule;
		report->recipients[0].confidence = rows[i].confidence;
		struct explanation *explanation = explain_first(report, NULL);
		g_assert_cmpstr(explanation->type_words, ==, rows[i].words);
		explanation_free(explanation);
		report_free(report);
	}
}

/* Who acts first, and who if that does not help. */
static void test_actors(void)
{
	static const struct {
		struct actors who;
		const char *words;
	} rows[] = {
		{{{ACTOR_SENDER}, 1}, "the sender"},
		{{{ACTOR_SENDER, ACTOR_RECIPIENT}, 2},
			"the sender; if that does not help, the recipient"},
		{{{ACTOR_SENDER, ACTOR_RECIPIENT, ACTOR_RECIPIENT_ADMIN}, 3},
			"the sender; if that does not help, the recipient or the recipient's mail "
			"admin"},
		{{{ACTOR_NOBODY, ACTOR_SENDER}, 2}, "nobody has to act; if it lasts, the sender"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *words = actors_words(knowledge, &rows[i].who);
		g_assert_cmpstr(words, ==, rows[i].words);
	}
}

/* categories.md rule 8. */
static void test_forged(void)
{
	struct report *report = report_with("mailbox-full", KIND_FAILURE);
	struct context context = context_neutral(report, &report->recipients[0]);
	context.origin = ORIGIN_FORGED;
	struct explanation *explanation = explain_first(report, &context);
	g_assert_cmpint(explanation->retry, ==, RETRY_NEVER);
	g_assert_nonnull(explanation->warning);
	g_assert_cmpstr(explanation->next.v[0], ==,
		advice_for(knowledge, SITUATION_FORGED)->next->pdata[0]);
	explanation_free(explanation);
	report_free(report);
}

/* A dead address that was answered with a temporary code is worth one more try. */
static void test_soft_code(void)
{
	struct report *report = report_with("no-such-user", KIND_FAILURE);
	struct explanation *explanation = explain_first(report, NULL);
	g_assert_cmpint(explanation->retry, ==, RETRY_NEVER);
	explanation_free(explanation);
	report->recipients[0].type = TYPE_SOFT;
	explanation = explain_first(report, NULL);
	g_assert_cmpint(explanation->retry, ==, RETRY_AFTER);
	g_assert_cmpint(explanation->retry_seconds, ==, 86400);
	explanation_free(explanation);
	report_free(report);
}

/* The time that the server named beats ours. */
static void test_retry_after(void)
{
	struct report *report = report_with("mailbox-full", KIND_FAILURE);
	report->recipients[0].retry_after = 900;
	struct explanation *explanation = explain_first(report, NULL);
	g_assert_cmpint(explanation->retry_seconds, ==, 900);
	explanation_free(explanation);
	report_free(report);
}

/* When sending again makes sense, and of what it is said that it does not. */
static void test_retry(void)
{
	static const struct {
		const char *category;
		unsigned char kind, type, origin, first;
		bool useless;
		int64_t wait; /* behind the report; -1: it is due now */
	} cases[] = {
		{"mailbox-full", KIND_FAILURE, TYPE_SOFT, ORIGIN_OWN, ACTOR_RECIPIENT, false,
			86400},
		{"no-such-user", KIND_FAILURE, TYPE_HARD, ORIGIN_OWN, ACTOR_SENDER, true, -1},
		/* A temporary answer: once more after a day. */
		{"no-such-user", KIND_FAILURE, TYPE_SOFT, ORIGIN_OWN, ACTOR_SENDER, false, 86400},
		/* Whoever flags it says that it is mended. */
		{"message-too-big", KIND_FAILURE, TYPE_SOFT, ORIGIN_OWN, ACTOR_SENDER, true, -1},
		{"mailbox-full", KIND_FAILURE, TYPE_SOFT, ORIGIN_FORGED, ACTOR_NOBODY, true, -1},
		/* The server has stopped trying. */
		{"greylisted", KIND_FAILURE, TYPE_SOFT, ORIGIN_OWN, ACTOR_RECIPIENT_ADMIN, false,
			14400},
	};
	const int64_t date = 1785000000, now = date + 5;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct row row = {.category = category_by_id(knowledge, cases[i].category),
			.kind = cases[i].kind,
			.type = cases[i].type,
			.origin = cases[i].origin,
			.who = {{cases[i].first}, 1},
			.date = (uint32_t)date};
		g_autoptr(GPtrArray) rows = g_ptr_array_new();
		g_ptr_array_add(rows, &row);
		g_ptr_array_add(rows, &row);
		g_autoptr(GPtrArray) warnings = retry_warnings(knowledge, rules, rows);
		g_assert_cmpuint(warnings->len, ==, cases[i].useless ? 1 : 0);
		g_assert_true(!cases[i].useless || g_str_has_prefix(warnings->pdata[0], "2 "));
		g_assert_cmpint(retry_due(retry_advice(knowledge, rules, &row), &row, now), ==,
			cases[i].wait < 0 ? now : date + cases[i].wait);
	}
	struct row delay = {.category = category_by_id(knowledge, "mailbox-full"),
		.kind = KIND_DELAY,
		.type = TYPE_SOFT};
	g_assert_cmpint(retry_advice(knowledge, rules, &delay)->retry, ==, RETRY_AUTOMATIC);
}

static void test_rule_words(void)
{
	const struct rule *rule = NULL;
	for (size_t i = 0; i < rule_set_count(rules) && !rule; i++)
		if (rule_set_at(rules, i)->advice.explanation && rule_set_at(rules, i)->category)
			rule = rule_set_at(rules, i);
	g_assert_nonnull(rule);
	struct report *report = report_with(rule->category->id, KIND_FAILURE);
	struct explanation *own = explain_first(report, NULL);
	report->recipients[0].rule = rule->id;
	struct explanation *explanation = explain_first(report, NULL);
	g_assert_cmpstr(explanation->text, !=, own->text);
	explanation_free(explanation);
	explanation_free(own);
	report_free(report);
}

static void test_no_failure(void)
{
	struct report *report = report_new();
	report->kind = KIND_AUTO_REPLY;
	struct context context = context_neutral(report, NULL);
	struct explanation *explanation = explain(knowledge, rules, report, NULL, &context);
	g_assert_cmpstr(explanation->title, ==, word(knowledge, WORDS_KIND_TITLE, KIND_AUTO_REPLY));
	g_assert_cmpstr(explanation->type_words, ==, "not a failure (NONE)");
	explanation_free(explanation);
	report_free(report);
}

/* Figures as a server writes them, and as people read them. */
static void test_figures(void)
{
	static const struct {
		const char *in, *out;
	} sizes[] = {{"26214400", "25 MB"}, {"10240000", "9.8 MB"}, {"10 MB", "10 MB"},
		{"20M", "20 MB"}, {"10240 KB", "10 MB"}, {"1.5 GB", "1.5 GB"}, {"2048", "2 KB"},
		{"500", NULL}, {"many", NULL}, {"0", NULL}},
	  dates[] = {{"2026-07-28T06:56:01+09:00", "28 July 2026, 06:56 (UTC+09:00)"},
		  {"2026-11-05T06:56:01Z", "5 November 2026, 06:56 (UTC)"},
		  {"2026-03-14T00:00:00-07:00", "14 March 2026"},
		  {"2026-13-14T00:00:00-07:00", "2026-13-14T00:00:00-07:00"},
		  {"next week", "next week"}, {"2026-03-14", "2026-03-14"}};
	static const struct {
		int64_t seconds;
		const char *out;
	} times[] = {{1, "1 second"}, {45, "45 seconds"}, {60, "1 minute"}, {90, "90 seconds"},
		{300, "5 minutes"}, {5400, "90 minutes"}, {3600, "1 hour"}, {50400, "14 hours"},
		{86400, "1 day"}, {432000, "5 days"}};
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *out = figure_size(knowledge, sizes[i].in);
		g_assert_cmpstr(out, ==, sizes[i].out);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		g_autofree char *out = figure_date(knowledge, dates[i].in);
		g_assert_cmpstr(out, ==, dates[i].out);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		g_autofree char *out = figure_time(knowledge, times[i].seconds);
		g_assert_cmpstr(out, ==, times[i].out);
	}
}

/* The same in French, which has its own units and counts the first of a month otherwise. */
static void test_french_figures(void)
{
	struct knowledge *french = knowledge_load(file_datadir(), "fr", NULL);
	g_autofree char *size = figure_size(french, "1.5 GB");
	g_autofree char *first = figure_date(french, "2026-11-01T00:00:00Z");
	g_autofree char *eleventh = figure_date(french, "2026-11-11T06:56:01+01:00");
	g_autofree char *one = figure_time(french, 86400);
	g_autofree char *colon = words_colon(french, "Codes", "550");

	g_assert_cmpstr(size, ==, "1,5\302\240Go");
	g_assert_cmpstr(first, ==, "1er novembre 2026");
	g_assert_cmpstr(eleventh, ==, "11 novembre 2026 \303\240 06:56 (UTC+01:00)");
	g_assert_cmpstr(one, ==, "1 jour");
	g_assert_cmpstr(colon, ==, "Codes\302\240: 550");
	knowledge_free(french);
}

/* What a text may name, and what is left out where it is unknown. */
static void test_fill(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"at {server|there}", "at mx.cat.example"},
		{"a {token|mark}[ called {token}].", "a mark."},
		{"[All of {token} goes.]", ""},
		{"See [this] and {that.", "See [this] and {that."},
		{"for {domain}[, {limit}]",
			"for b\303\274cher.example (xn--bcher-kva.example), 25 MB"},
		{"{address}", "info@b\303\274cher.example (info@xn--bcher-kva.example)"},
		{"{list}", "Spamhaus PBL (pbl.spamhaus.org)"},
		{"{removal}", "check.spamhaus.org"},
		{"{mailing_list}", "Cats of the world"},
		{"{sender} {sender_domain}", "agent@example.org example.org"},
		{"{wait}", "5 minutes"},
		{"{link}", "https://mx.cat.example/why"},
	};
	struct report *report = report_with("blocklisted", KIND_FAILURE);
	struct recipient *recipient = &report->recipients[0];
	static const char *links[] = {"https://mx.cat.example/why"};
	struct fill with = {knowledge, report, recipient, NULL, NULL, NULL};
	report->original.from = "Agent <agent@example.org>";
	report->original.list_id = "\"Cats of the world\" <cats.example.org>";
	recipient->address = "info@xn--bcher-kva.example";
	recipient->remote_mta = "mx.cat.example";
	recipient->limit = "26214400";
	recipient->list = "pbl.spamhaus.org";
	recipient->retry_after = 300;
	recipient->links = (struct strings){links, 1};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = fill_text(rows[i].in, &with);
		g_assert_cmpstr(out, ==, rows[i].out);
	}
	/* A long address does not fill the text beside which it stands. */
	static const char *const lengths[][2] = {
		{"a@b.example", "a@b.example"},
		{"anna-very-long-name-of-a-mailbox-that-somebody-made-up-for-a-test@cats.example."
		 "com",
			"anna-very-long-name-of-a..-that-somebody-made-up-for-a-test@cats."
			"example.com"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		recipient->address = lengths[i][0];
		with.brief = true;
		g_autofree char *brief = fill_text("{address}", &with);
		g_assert_cmpstr(brief, ==, lengths[i][1]);
		with.brief = false;
		g_autofree char *whole = fill_text("{address}", &with);
		g_assert_cmpstr(whole, ==, lengths[i][0]);
	}
	/* H38: no link of a mail that is dressed up as a bounce. */
	report->suspicious = true;
	g_autofree char *out = fill_text("{link|none}", &with);
	g_assert_cmpstr(out, ==, "none");
	report_free(report);
}

/* What is told beside the explanation: a sentence behind it, and what to do first. */
static void test_remarks(void)
{
	static const struct {
		const char *category, *original_address, *list_id, *return_path, *says, *step;
	} rows[] = {
		{"no-such-user", "tama@b.example", NULL, NULL, "You wrote to tama@b.example",
			"Tell the owner of tama@b.example"},
		{"mailbox-full", "tama@b.example", NULL, NULL, "mail on to neko@cat.example",
			"Let the owner of tama@b.example"},
		{"mailbox-full", NULL, "<cats.example.org>", NULL,
			"the mailing list cats.example.org", "If you do not run that list"},
		{"mailbox-full", NULL, NULL, "", "copy for the postmaster", "Nobody waits"},
		{"mailbox-full", NULL, NULL, "agent@example.org", "no room", "Phone"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = report_with(rows[i].category, KIND_FAILURE);
		report->recipients[0].original_address = rows[i].original_address;
		report->original.list_id = rows[i].list_id;
		report->original.return_path = rows[i].return_path;
		struct explanation *explanation = explain_first(report, NULL);
		g_assert_nonnull(strstr(explanation->text, rows[i].says));
		g_assert_true(g_str_has_prefix(explanation->next.v[0], rows[i].step));
		explanation_free(explanation);
		report_free(report);
	}
}

/* Where our own admin stands in for theirs, the text says so. */
static void test_own_side(void)
{
	struct report *report = report_with("policy-rejected", KIND_FAILURE);
	struct context context = context_neutral(report, &report->recipients[0]);
	context.who = (struct actors){{ACTOR_SENDER_ADMIN, ACTOR_SENDER}, 2};
	struct explanation *explanation = explain_first(report, &context);
	g_assert_nonnull(strstr(explanation->text, "on your own side"));
	explanation_free(explanation);
	report_free(report);
}

/* Which code, what it would mean, and why something else counts. */
static void test_conflicts(void)
{
	static const struct {
		int conflict;
		const char *says;
	} rows[] = {
		{CONFLICT_NONE, NULL},
		{CONFLICT_CODES,
			"The status field says 5.2.2, but the words of the server hold the code "
			"5.1.1."},
		{CONFLICT_CLASS, "The status field says 5.2.2, but the server answered 450."},
		{CONFLICT_WORDS, "The code 5.1.1 would mean: Mailbox does not exist."},
	};
	struct report *report = report_with("blocklisted", KIND_FAILURE);
	struct recipient *recipient = &report->recipients[0];
	recipient->status = "5.1.1";
	recipient->status_field = "5.2.2";
	recipient->reply = "450";
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		recipient->conflict = rows[i].conflict;
		struct explanation *explanation = explain_first(report, NULL);
		if (rows[i].says)
			g_assert_true(g_str_has_prefix(explanation->conflict, rows[i].says));
		else
			g_assert_null(explanation->conflict);
		explanation_free(explanation);
	}
	report_free(report);
}

static void test_severity(void)
{
	static const struct {
		int kind, type;
		const char *word;
	} rows[] = {
		{KIND_FAILURE, TYPE_HARD, "HARD"},
		{KIND_FAILURE, TYPE_SOFT, "SOFT"},
		{KIND_FAILURE, TYPE_UNDETERMINED, "\?\?\?\?"},
		{KIND_DELAY, TYPE_HARD, "WAIT"},
		{KIND_AUTO_REPLY, TYPE_UNDETERMINED, "NONE"},
		{KIND_NOT_A_BOUNCE, TYPE_HARD, "NONE"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(severity_word(rows[i].kind, rows[i].type), ==, rows[i].word);
}

/* --- context */

static char *none[] = {NULL};
static char *us[] = {(char *)"agent@example.org", NULL};
static char *our_domains[] = {(char *)"example.org", NULL};
static char *our_hosts[] = {(char *)"relay.example.net", NULL};
static const struct surroundings own = {us, our_domains, our_hosts, false, false};
static const struct surroundings nobody = {none, none, none, false, false};

/* What the returned message looks like, and what comes of it. */
static const struct trust_row {
	const char *name, *from, *to, *id, *received, *list_id, *reporting_mta, *original_address;
	bool complete, found, found_other;
	const struct surroundings *own;
	enum origin origin;
	enum trust trust;
} trust_rows[] = {
	{"in the index, and the recipient in it", "agent@example.org", "neko@cat.example", "1@x",
		.found = true, .own = &own, .origin = ORIGIN_OWN, .trust = TRUST_PROVEN},
	{"in the index, with another recipient", "agent@example.org", "neko@cat.example", "1@x",
		.found = true, .found_other = true, .own = &own, .origin = ORIGIN_OWN,
		.trust = TRUST_CONTRADICTED},
	{"our sender and the recipient", "Agent <agent@example.org>", "Neko <NEKO@cat.example>",
		"1@x", .own = &own, .origin = ORIGIN_UNKNOWN, .trust = TRUST_CONSISTENT},
	{"our Message-ID", "agent@example.org", "neko@cat.example", "1@mail.example.org",
		.own = &own, .origin = ORIGIN_OWN, .trust = TRUST_CONSISTENT},
	{"through our relay", "agent@example.org", "neko@cat.example", "1@x", "relay.example.net",
		.own = &own, .complete = true, .origin = ORIGIN_OWN, .trust = TRUST_CONSISTENT},
	{"our sender, whole header, none of our marks", "agent@example.org", "neko@cat.example",
		"1@x", "evil.example", .complete = true, .own = &own, .origin = ORIGIN_FORGED,
		.trust = TRUST_CONSISTENT},
	{"the same, cut before Received", "agent@example.org", "neko@cat.example", "1@x",
		.own = &own, .origin = ORIGIN_UNKNOWN, .trust = TRUST_CONSISTENT},
	{"a stranger's message", "someone@b.example", "neko@cat.example", "1@x", "evil.example",
		.complete = true, .own = &own, .origin = ORIGIN_UNKNOWN, .trust = TRUST_BARE},
	{"we know nobody", "someone@b.example", "neko@cat.example", "1@x", "evil.example",
		.complete = true, .own = &nobody, .origin = ORIGIN_UNKNOWN,
		.trust = TRUST_CONSISTENT},
	{"another recipient", "agent@example.org", "mike@cat.example", "1@x", .own = &own,
		.origin = ORIGIN_UNKNOWN, .trust = TRUST_CONTRADICTED},
	{"another recipient, of a list", "agent@example.org", "list@b.example", "1@x",
		.list_id = "<l.b.example>", .own = &own, .origin = ORIGIN_UNKNOWN,
		.trust = TRUST_BARE},
	{"passed on by a server of the one it went to", "agent@example.org", "mike@b.example",
		"1@x", .reporting_mta = "mx.b.example", .own = &own, .origin = ORIGIN_UNKNOWN,
		.trust = TRUST_BARE},
	{"passed on, and the report says so", "agent@example.org", "mike@b.example", "1@x",
		.original_address = "mike@b.example", .own = &own, .origin = ORIGIN_UNKNOWN,
		.trust = TRUST_CONSISTENT},
	{"hidden recipients", "agent@example.org", "undisclosed-recipients:;", "1@x", .own = &own,
		.origin = ORIGIN_UNKNOWN, .trust = TRUST_BARE},
	{"no returned message", .own = &own, .origin = ORIGIN_UNKNOWN, .trust = TRUST_BARE},
};

static struct report *returned(const struct trust_row *row)
{
	struct report *report = report_with("no-such-user", KIND_FAILURE);

	report->reporting_mta = row->reporting_mta;
	report->recipients[0].original_address = row->original_address;
	report->original.present = row->from != NULL;
	report->original.from = row->from;
	report->original.to = row->to;
	report->original.id = row->id;
	report->original.list_id = row->list_id;
	report->original.complete = row->complete;
	if (row->received) {
		report->original.received.v = arena_make(report->arena, const char *);
		report->original.received.v[0] = row->received;
		report->original.received.n = 1;
	}
	return report;
}

static void test_trust(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(trust_rows); i++) {
		const struct trust_row *row = &trust_rows[i];
		struct report *report = returned(row);
		struct mailboxes *to = mailboxes_new();
		struct sent sent = {row->found, false, row->found ? to : NULL};
		struct report_context in;
		struct context context;

		mailboxes_add(to, row->found_other ? "other@cat.example" : "neko@cat.example");
		report_context_init(&in, row->own, report, &sent);
		context = context_of(row->own, &in, report, &report->recipients[0], &sent);
		if (context.origin != row->origin || context.trust != row->trust)
			g_error("%s: %s, %s", row->name, origin_names[context.origin],
				trust_names[context.trust]);
		report_context_clear(&in);
		mailboxes_free(to);
		report_free(report);
	}
}

static void test_who(void)
{
	static const struct {
		const char *address, *remote_mta, *who;
		bool forged;
	} rows[] = {
		{"neko@cat.example", "mx.cat.example",
			"the recipient's mail admin; if that does not help, the sender"},
		{"neko@example.org", NULL,
			"the sender's mail admin; if that does not help, the sender"},
		{"neko@cat.example", "gate.example.org",
			"the sender's mail admin; if that does not help, the sender"},
		{"neko@cat.example", "a.relay.example.net",
			"the sender's mail admin; if that does not help, the sender"},
		{"neko@cat.example", NULL, "nobody has to act", .forged = true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report *report = report_with("policy-rejected", KIND_FAILURE);
		struct recipient *recipient = &report->recipients[0];
		struct report_context in;
		recipient->address = rows[i].address;
		recipient->remote_mta = rows[i].remote_mta;
		report_context_init(&in, &own, report, NULL);
		if (rows[i].forged)
			in.origin = ORIGIN_FORGED;
		struct context context = context_of(&own, &in, report, recipient, NULL);
		g_autofree char *words = actors_words(knowledge, &context.who);
		g_assert_cmpstr(words, ==, rows[i].who);
		report_context_clear(&in);
		report_free(report);
	}
}

/* categories.md rule 4. */
static void test_smtp_types(void)
{
	static const int want[][2] = {{FINALITY_REFUSED, TYPE_HARD}, {FINALITY_GAVE_UP, TYPE_SOFT},
		{FINALITY_RETRYING, TYPE_SOFT}, {FINALITY_NOT_ATTEMPTED, TYPE_SOFT}};
	struct surroundings smtp = own;
	smtp.smtp_types = true;
	struct report *report = report_with("mailbox-full", KIND_FAILURE);
	for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
		struct report_context in;
		report->recipients[0].finality = want[i][0];
		report_context_init(&in, &smtp, report, NULL);
		g_assert_cmpint(context_of(&smtp, &in, report, &report->recipients[0], NULL).type,
			==, want[i][1]);
		report_context_clear(&in);
	}
	report_free(report);
}

/* Nobody owns a public mail domain by having an address there. */
static void test_own_domains(void)
{
	char *addresses[] = {(char *)"agent@example.org", (char *)"agent@public.example",
		(char *)"root@localhost", NULL};
	char *public_domains[] = {(char *)"public.example", NULL};
	struct config *config = config_load(NULL, NULL);
	struct surroundings found;
	surroundings_init(&found, config, addresses, public_domains);
	g_assert_true(is_own_address(&found, "agent@public.example"));
	g_assert_false(is_own_address(&found, "other@public.example"));
	g_assert_true(is_own_address(&found, "other@mail.example.org"));
	g_assert_false(is_own_address(&found, "root@notexample.org"));
	g_assert_false(is_own_host(&found, "localhost"));
	g_assert_true(is_own_host(&found, "MX1.example.org"));
	surroundings_clear(&found);
	config_free(config);
}

int main(int argc, char **argv)
{
	g_autofree char *dir = g_build_filename(file_datadir(), "rules", NULL);
	const char *dirs[] = {dir, NULL};
	g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
	g_setenv("NIXIE_NOW", "1785240000", TRUE); /* 28 July 2026, 12:00 UTC */
	g_test_init(&argc, &argv, NULL);
	knowledge = knowledge_load(file_datadir(), NULL, NULL);
	rules = rule_set_load(knowledge, dirs, NULL, NULL);
	g_assert_true(knowledge && rules);
	g_test_add_func("/explain/figures", test_figures);
	g_test_add_func("/explain/french-figures", test_french_figures);
	g_test_add_func("/explain/fill", test_fill);
	g_test_add_func("/explain/remarks", test_remarks);
	g_test_add_func("/explain/own-side", test_own_side);
	g_test_add_func("/explain/conflicts", test_conflicts);
	g_test_add_func("/explain/categories", test_categories);
	g_test_add_func("/explain/facts", test_facts_are_named);
	g_test_add_func("/explain/delay", test_delay);
	g_test_add_func("/explain/old-delay", test_old_delay);
	g_test_add_func("/explain/how-bad", test_how_bad);
	g_test_add_func("/explain/actors", test_actors);
	g_test_add_func("/explain/forged", test_forged);
	g_test_add_func("/explain/soft-code", test_soft_code);
	g_test_add_func("/explain/retry-after", test_retry_after);
	g_test_add_func("/explain/retry", test_retry);
	g_test_add_func("/explain/rule-words", test_rule_words);
	g_test_add_func("/explain/no-failure", test_no_failure);
	g_test_add_func("/explain/severity", test_severity);
	g_test_add_func("/context/trust", test_trust);
	g_test_add_func("/context/who", test_who);
	g_test_add_func("/context/smtp-types", test_smtp_types);
	g_test_add_func("/context/own-domains", test_own_domains);
	int status = g_test_run();
	rule_set_free(rules);
	knowledge_free(knowledge);
	return status;
}
