/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of a message: hops and delays out of Received fields as servers write them, clocks that
 * differ, and where a message waits, in words. */
#include <stdlib.h>

#include "triage/transit.h"

/* A hop as "BY<FROM[IP] +DELAY" (? for none), "-SKEW" where a clock is behind; oldest first. */
static char *told(const struct hops *hops)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < hops->n; i++) {
		const struct hop *hop = &hops->v[i];

		g_string_append_printf(out, "%s%s<%s", out->len ? " " : "", hop->by ? hop->by : "?",
			hop->from ? hop->from : "?");
		if (hop->ip)
			g_string_append_printf(out, "[%s]", hop->ip);
		if (hop->time == HOP_UNKNOWN)
			g_string_append(out, " no time");
		if (hop->skew)
			g_string_append_printf(out, " -%d", (int)hop->skew);
		if (hop->delay != HOP_UNKNOWN)
			g_string_append_printf(out, " +%d", (int)hop->delay);
	}
	return g_string_free(out, FALSE);
}

#define AT(time) "; Thu, 5 Nov 2026 " time " +0000\n"

static const struct {
	const char *header, *hops;
} ways[] = {
	{"", ""},
	{"Subject: Received: by x; no field\n", ""},
	{"Received: from a.example by b.example" AT("09:00:00"), "b.example<a.example"},
	/* The newest stands on top. */
	{"Received: from b.example by c.example" AT("10:00:00") "Received: from a.example by "
								"b.example" AT("09:00:00"),
		"b.example<a.example c.example<b.example +3600"},
	/* Other zones, folds, comments, ids; the name that the client gave and its address. */
	{"Received: from b.example (mail.b.example [192.0.2.1])\n\t(using TLSv1.3; 256 bits)\n\tby "
	 "c.example (Postfix) with ESMTPS id <4d; x>\n\tfor <d@c.example>; Thu,  5 Nov 2026\n\t"
	 "12:00:07 +0300 (MSK)\n"
	 "Received: by b.example" AT("09:00:00"),
		"b.example<? c.example<b.example[192.0.2.1] +7"},
	{"Received: from [IPv6:2001:db8::1] (helo=a) by b.example" AT("09:00:00"),
		"b.example<[IPv6:2001:db8::1][2001:db8::1]"},
	{"Received: from a ([not an address] [198.51.100.7]) by b.example" AT("09:00:00"),
		"b.example<a[198.51.100.7]"},
	{"Received: (qmail 1 invoked by uid 0); 5 Nov 2026 09:00:00 -0000\n", "?<?"},
	{"Received: by b.example ([192.0.2.9] is its own)" AT("09:00:00"), "b.example<?"},
	/* Dates that are missing or broken: the delay is that of both steps together. */
	{"Received: by c.example" AT("09:00:30") "Received: by b.example\nReceived: by "
						 "a.example" AT("09:00:00"),
		"a.example<? b.example<? no time c.example<? +30"},
	{"Received: by b.example; yesterday\n", "b.example<? no time"},
	{"Received:\n", "?<? no time"},
	/* b is behind: from it on no more is counted than has surely passed. */
	{"Received: by c.example" AT("10:00:05") "Received: by b.example" AT(
		 "09:58:00") "Received: by a.example" AT("10:00:00"),
		"a.example<? b.example<? -120 c.example<? +5"},
	/* a is ahead. */
	{
		"Received: by d.example" AT("10:00:09") "Received: by c.example" AT(
			"10:00:05") "Received: by b.example" AT("10:00:00") "Received: by "
									    "a.example" AT("12:00:"
											   "00"),
		"a.example<? b.example<? -7200 c.example<? +5 d.example<? +4"},
};

static void test_ways(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		struct arena *arena = arena_new();
		struct hops hops = hops_read(span_of(ways[i].header), arena);
		g_autofree char *got = told(&hops);

		g_test_message("way %zu", i);
		g_assert_cmpstr(got, ==, ways[i].hops);
		g_assert_false(hops.cut);
		arena_free(arena);
	}
}

static void test_limits(void)
{
	g_autoptr(GString) header = g_string_new(NULL);
	struct arena *arena = arena_new();
	struct hops hops;

	for (int i = 0; i < HOPS_MAX + 5; i++)
		g_string_append_printf(
			header, "Received: by mx%d.example; 5 Nov 2026 09:00:00 +0000\n", i);
	hops = hops_read(span_of(header->str), arena);
	g_assert_true(hops.cut);
	g_assert_cmpuint(hops.n, ==, HOPS_MAX);
	g_assert_cmpstr(hops.v[HOPS_MAX - 1].by, ==, "mx0.example");
	/* Nothing is read behind the end, wherever a field breaks off. */
	g_string_assign(header, ways[4].header);
	for (size_t n = 0; n <= header->len; n++) {
		g_autofree char *cut = g_memdup2(header->str, n);

		hops = hops_read((struct span){cut, n}, arena);
	}
	g_string_assign(header, "Received: ");
	for (int i = 0; i < 100000; i++)
		g_string_append(header, "(;[");
	hops = hops_read(span_of(header->str), arena);
	g_assert_cmpuint(hops.n, ==, 1);
	arena_free(arena);
}

#define LOST \
	"Received: from a.example by b.example; Thu, 5 Nov 2026 09:00:00 +0000\n" \
	"Received: by a.example; Thu, 5 Nov 2026 07:58:00 +0000\n"
#define WRITTEN INT64_C(1793883600) /* 2026-11-05 13:00:00 UTC */

/* What stands in the page beside the hops, a line each. */
static const struct {
	const char *lost, *reporting_mta, *arrival;
	int kind;
	const char *words, *page;
} waits[] = {
	{LOST, "mx1.example", NULL, KIND_DELAY, "It has waited 4 hours at mx1.example.",
		"On its way it waited 62 minutes at a.example."},
	{LOST, NULL, NULL, KIND_DELAY, "It has waited 4 hours at b.example.", "+1:02:00 "},
	{LOST, "mx1.example", "2026-11-05T13:58:30+02:00", KIND_DELAY,
		"It has waited 61 minutes at mx1.example.",
		"2026-11-05 13:00:00 +00:00   +1:01:30"},
	{NULL, "mx1.example", "2026-11-01T13:00:00+00:00", KIND_FAILURE,
		"It waited 4 days at mx1.example before the report was written.",
		"There are no Received fields"},
	{NULL, "mx1.example", "2026-11-05T12:59:30+00:00", KIND_FAILURE, NULL, "+0:00:30 ##"},
	/* A report that is older than its message. */
	{NULL, "mx1.example", "2026-11-05T14:00:00+00:00", KIND_DELAY, NULL,
		" 1. mx1.example writes the report"},
	{NULL, NULL, NULL, KIND_DELAY, NULL, "There are no Received fields"},
	{LOST "Received: by z.example; Thu, 5 Nov 2026 08:58:00 +0000\n", "mx1.example", NULL,
		KIND_DELAY, "It has waited 4 hours at mx1.example.",
		"The clock of a.example is 1 hour behind that of the server before it."},
	{"Received: by \033[2J\xe2\x80\xae.example; x\n", NULL, NULL, KIND_DELAY, NULL,
		"^[[2J<U+202E>"},
};

static void test_waits(void)
{
	g_autoptr(GError) error = NULL;
	struct knowledge *knowledge = knowledge_load(g_getenv("NIXIE_DATADIR"), NULL, &error);

	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(waits); i++) {
		struct report *report = report_new();
		const struct reading reading = {
			.returned = (char *)waits[i].lost, .header = (char *)""};
		const struct details details = {.report = report};
		struct transit *transit;
		g_autofree char *words = NULL;
		g_autoptr(GString) page = g_string_new(NULL);
		g_autoptr(GPtrArray) lines = NULL;

		g_test_message("wait %zu", i);
		report->kind = waits[i].kind;
		report->reporting_mta = waits[i].reporting_mta;
		report->arrival = waits[i].arrival;
		report->date = "2026-11-05T13:00:00+00:00";
		report->timestamp = WRITTEN;
		transit = transit_new(&reading, &details);
		words = transit_words(transit, knowledge);
		g_assert_cmpstr(words, ==, waits[i].words);
		lines = transit_lines(transit, knowledge, 78);
		for (guint k = 0; k < lines->len; k++) {
			const struct transit_line *line = lines->pdata[k];

			g_string_append_printf(page, "%s\n", line->text);
			g_assert_cmpuint(strlen(line->text), <=, 78);
		}
		if (!strstr(page->str, waits[i].page))
			g_error("`%s` is not in:\n%s", waits[i].page, page->str);
		transit_free(transit);
		report_free(report);
	}
	knowledge_free(knowledge);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hops/ways", test_ways);
	g_test_add_func("/hops/limits", test_limits);
	g_test_add_func("/hops/waits", test_waits);
	return g_test_run();
}
