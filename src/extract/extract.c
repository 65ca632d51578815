/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message that turns out to be no report, or one that names nobody, is searched for a report
 * attached to it; then each recipient gets its verdict.
 */
#include "extract/extract.h"

#include "base/errors.h"
#include "extract/bouncer.h"
#include "extract/complaint.h"
#include "extract/contest.h"
#include "extract/kind.h"
#include "extract/notice.h"
#include "extract/reading.h"
#include "extract/recipients.h"
#include "extract/warnings.h"
#include "rules/inifile.h"

#define INNER_MAX 10 /* attached messages that are looked into */
#define SERVICES "services.notice"
#define UNCLASSIFIED "unclassified" /* the category of what nobody knows */

struct extractor *extractor_new(const struct knowledge *knowledge, struct rule_set *rules,
	const char *formats_dir, GError **error)
{
	g_autofree char *services_path = g_build_filename(formats_dir, SERVICES, NULL);
	struct format_set *formats = format_set_load(formats_dir, knowledge, error);
	GPtrArray *services = formats ? notice_services_load(services_path, error) : NULL;
	const struct category *unclassified = category_by_id(knowledge, UNCLASSIFIED);
	struct extractor *extractor;

	if (!services) {
		format_set_free(formats);
		return NULL;
	}
	if (!unclassified) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			"categories.ini: [" UNCLASSIFIED "] is missing, which is what nobody knows "
			"falls into; install nixie again");
		format_set_free(formats);
		g_ptr_array_unref(services);
		return NULL;
	}
	extractor = g_new0(struct extractor, 1);
	extractor->knowledge = knowledge;
	extractor->unclassified = unclassified;
	extractor->rules = rules;
	extractor->formats = formats;
	extractor->services = services;
	return extractor;
}

void extractor_free(struct extractor *extractor)
{
	if (!extractor)
		return;
	format_set_free(extractor->formats);
	g_ptr_array_unref(extractor->services);
	g_free(extractor);
}

char *extractor_hash(const struct rule_set *rules, const char *formats_dir, GError **error)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *services = g_build_filename(formats_dir, SERVICES, NULL);

	g_checksum_update(sum, (const guchar *)rule_set_hash(rules), -1);
	if (!format_set_sum(formats_dir, sum, error) || !ini_sum(services, sum, error))
		return NULL;
	return g_strdup(g_checksum_get_string(sum));
}

/* --- The report */

/* Failed and delayed ones go to recipients, the rest to others. */
static void fill_recipients(struct reading *reading)
{
	struct report *report = reading->report;
	struct found nobody = {.reply = reading->reply};
	size_t n;

	if (!reading->found->len && kind_is_problem(report->kind))
		g_array_append_val(reading->found, nobody);
	recipients_give_text(reading);
	n = reading->found->len;
	report->recipients = arena_alloc(reading->arena, n * sizeof *report->recipients);
	report->others = arena_alloc(reading->arena, n * sizeof *report->others);
	for (size_t i = 0; i < n; i++) {
		const struct found *found = reading_found(reading, i);
		int kind = kind_of_recipient(reading, found);

		/* A notice of success knows no failures, whatever its words are. */
		if (kind_is_problem(kind) && !kind_is_problem(report->kind))
			kind = report->kind;
		if (kind_is_problem(kind))
			reading_fill(
				reading, found, &report->recipients[report->recipients_n++], kind);
		else
			reading_fill(reading, found, &report->others[report->others_n++], kind);
	}
	report->recipients_total = report->recipients_n + reading->dsn.more;
}

static void finish(struct reading *reading)
{
	struct report *report = reading->report;
	int kind = report->kind;

	if (kind_is_problem(kind))
		bouncer_find(reading);
	if (kind_is_problem(kind) || kind == KIND_DELIVERED || kind == KIND_RELAYED ||
		kind == KIND_EXPANDED)
		fill_recipients(reading);
	if (kind == KIND_COMPLAINT)
		complaint_find(reading);
	/* After the verdicts: a server that was only inferred chooses no provider's meaning of a
	 * code. */
	if (kind_is_problem(kind))
		report->reporting_mta = reading->server;
	report->suspicious = kind_is_problem(kind) && kind_is_suspicious(reading);
	warnings_add(reading);
}

/* Is the message a report worth having in place of the one that it is attached to? */
static bool is_better(const struct reading *inner)
{
	const struct format *generic = format_generic(inner->extractor->formats);

	return kind_is_problem(inner->report->kind) && recipients_are_named(inner) &&
	       (inner->parts.reports.n || inner->format ||
		       inner->marks.areas[generic->index] & AREA_FROM);
}

/* The facts of the inner report, in the message that brought it. */
static void take_inner(struct report *outer, const struct report *inner)
{
	struct report message = *outer;

	*outer = *inner;
	outer->id = message.id;
	outer->date = message.date;
	outer->timestamp = message.timestamp;
	outer->from = message.from;
	outer->to = message.to;
	outer->cc = message.cc;
	outer->bcc = message.bcc;
	outer->subject = message.subject;
	outer->references = message.references;
}

/* A report inside: forwarded by a person, or wrapped by a list or gateway (H13). */
static bool find_inside(struct reading *outer)
{
	const struct format *generic = format_generic(outer->extractor->formats);
	const struct mail_part *end = mail_skip(outer->mail->root);
	int looked = 0;

	for (const struct mail_part *part = outer->mail->root;
		part && part != end && looked < INNER_MAX; part = mail_next(part)) {
		struct reading inner;
		struct report *report;

		if (!mail_is(part, "message", NULL) || !part->child)
			continue;
		looked++;
		report = report_new_in(outer->arena);
		reading_init(&inner, outer->extractor, report, outer->mail);
		reading_message(&inner, part->child);
		if (is_better(&inner)) {
			inner.passed_on = !(outer->marks.areas[generic->index] & AREA_FROM);
			finish(&inner);
			reading_clear(&inner);
			take_inner(outer->report, report);
			return true;
		}
		reading_clear(&inner);
	}
	return false;
}

struct report *extract_report(struct extractor *extractor, struct span bytes)
{
	struct report *report = report_new();
	struct mail *mail = mail_parse(bytes, report->arena);
	struct reading reading;

	reading_init(&reading, extractor, report, mail);
	reading_message(&reading, mail->root);
	if (report->kind == KIND_NOT_A_BOUNCE ||
		(kind_is_problem(report->kind) && !recipients_are_named(&reading))) {
		if (find_inside(&reading)) {
			reading_clear(&reading);
			return report;
		}
	}
	if (kind_is_problem(report->kind))
		recipients_last_resort(&reading);
	finish(&reading);
	reading_clear(&reading);
	return report;
}

struct report *extract_tried(struct extractor *extractor, struct span bytes, bool fragment,
	const char *asked, const struct trial **trials)
{
	struct trial *list;
	struct report *report;

	extractor->trials = g_hash_table_new(NULL, NULL);
	report = fragment ? extract_fragment(extractor, bytes) : extract_report(extractor, bytes);
	list = arena_alloc(report->arena, (report->recipients_n + 1) * sizeof *list);
	for (size_t i = 0; i < report->recipients_n; i++) {
		const struct trial *trial =
			g_hash_table_lookup(extractor->trials, &report->recipients[i]);

		if (trial)
			list[i] = *trial;
		contest_hold(extractor, &list[i], asked, report->arena);
	}
	g_clear_pointer(&extractor->trials, g_hash_table_unref);
	*trials = list;
	return report;
}
