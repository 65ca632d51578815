/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Details and decoded parts: asked for by what is on the screen, kept for a while, the longest
 * unused one given up first. */
#include "base/errors.h"
#include "base/words.h"
#include "triage/session-parts.h"

#define DETAILS_KEPT 32
#define READINGS_KEPT 8

/* One file of one message, and what was asked of it. */
struct detail {
	struct session *session;
	char *path;
	bool dropped;           /* the shelf gave it up while its job runs */
	struct facts *facts;    /* under way, NULL: not */
	struct details details; /* report NULL until it is there */
	GError *error;
};

struct part_reading {
	struct session *session;
	char *path, *part;
	bool dropped;
	struct job *job;
	struct reading *reading; /* NULL until it is there */
};

/* A piece of text, and what it was read as. */
struct asked_words {
	struct session *session;
	char *words;
	bool dropped;
	struct job *job;
	struct report *report; /* NULL until it is there */
};

struct detail_shelf {
	GQueue details;            /* struct detail*, latest use first */
	GQueue readings;           /* struct part_reading* */
	struct asked_words *words; /* NULL: none */
};

struct detail_shelf *detail_shelf_new(void)
{
	struct detail_shelf *shelf = g_new0(struct detail_shelf, 1);
	g_queue_init(&shelf->details);
	g_queue_init(&shelf->readings);
	return shelf;
}

void detail_shelf_free(struct detail_shelf *shelf)
{
	g_assert(g_queue_is_empty(&shelf->details) && g_queue_is_empty(&shelf->readings));
	g_free(shelf);
}

/* --- the facts */

static void detail_free(struct detail *detail)
{
	report_free(detail->details.report);
	g_clear_error(&detail->error);
	g_free(detail->path);
	g_free(detail);
}

static void detail_give_up(struct detail *detail)
{
	detail->dropped = true;
	if (detail->facts)
		facts_cancel(detail->facts);
	else
		detail_free(detail);
}

static void on_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct detail *detail = user;
	(void)index;
	if (detail->dropped) {
		report_free(report);
		return;
	}
	detail->details.report = report;
	if (!report)
		detail->error = g_error_copy(error);
}

static void on_report_done(void *user, const GError *error)
{
	struct detail *detail = user;
	detail->facts = NULL;
	detail->session->jobs--;
	if (detail->dropped) {
		detail_free(detail);
		return;
	}
	if (!detail->details.report && !detail->error)
		detail->error = error ? g_error_copy(error)
				      : g_error_new_literal(NIXIE_ERROR, NIXIE_PARTIAL,
						_("it could not be read"));
	session_tell(detail->session, SESSION_DETAILS);
}

struct facts *session_facts_start(struct session *session, const char *const *ids,
	const char *const *paths, size_t n, pool_report *report, job_done *done, void *user)
{
	if (session->result)
		return facts_start_told(
			session->result, session->knowledge, paths, n, report, done, user);
	return facts_start(session->pool, session->cache, ids, paths, n, report, done, user);
}

static struct detail *find_detail(struct detail_shelf *shelf, const char *path)
{
	for (GList *link = shelf->details.head; link; link = link->next)
		if (strcmp(((struct detail *)link->data)->path, path) == 0) {
			g_queue_unlink(&shelf->details, link);
			g_queue_push_head_link(&shelf->details, link);
			return link->data;
		}
	return NULL;
}

static struct detail *ask_detail(struct session *session, const struct row *row)
{
	struct detail *detail = g_new0(struct detail, 1);
	const char *id = row_id(row);
	detail->session = session;
	detail->path = row_path(row);
	session->jobs++;
	g_queue_push_head(&session->details->details, detail);
	if (session->details->details.length > DETAILS_KEPT)
		detail_give_up(g_queue_pop_tail(&session->details->details));
	detail->facts = session_facts_start(session, &id, (const char *const *)&detail->path, 1,
		on_report, on_report_done, detail);
	return detail;
}

static struct detail *get_detail(struct session *session, const struct row *row)
{
	g_autofree char *path = row_path(row);
	struct detail *detail = find_detail(session->details, path);
	return detail ? detail : ask_detail(session, row);
}

/* The details as this row sees them: its own recipient. */
static const struct details *aim(struct detail *detail, const struct row *row)
{
	struct details *details = &detail->details;
	bool has = row->recipient < details->report->recipients_n;
	details->recipient = has ? &details->report->recipients[row->recipient] : NULL;
	details->file = detail->path;
	return details;
}

const struct details *session_details(struct session *session, const struct row *row)
{
	struct detail *detail = get_detail(session, row);
	return detail->details.report ? aim(detail, row) : NULL;
}

const struct details *session_details_wait(
	struct session *session, const struct row *row, GError **error)
{
	struct detail *detail = get_detail(session, row);
	while (detail->facts)
		g_main_context_iteration(NULL, TRUE);
	if (detail->details.report)
		return aim(detail, row);
	if (error)
		*error = g_error_copy(detail->error);
	return NULL;
}

/* --- decoded parts */

static void part_reading_free(struct part_reading *reading)
{
	reading_free(reading->reading);
	g_free(reading->path);
	g_free(reading->part);
	g_free(reading);
}

static void part_reading_give_up(struct part_reading *reading)
{
	reading->dropped = true;
	if (reading->job)
		job_cancel(reading->job);
	else
		part_reading_free(reading);
}

/* What could not be read is told in place of the text. */
static struct reading *reading_of_error(const GError *error)
{
	struct reading *reading = g_new0(struct reading, 1);
	reading->parts = g_ptr_array_new();
	reading->part = g_strdup("");
	reading->header = g_strdup("");
	reading->text = g_strdup(error ? error->message : _("it could not be read"));
	reading->text_n = strlen(reading->text);
	return reading;
}

static void on_reading(void *user, struct reading *reading, const GError *error)
{
	struct part_reading *asked = user;
	if (asked->dropped)
		reading_free(reading);
	else
		asked->reading = reading ? reading : reading_of_error(error);
}

static void on_reading_done(void *user, const GError *error)
{
	struct part_reading *asked = user;
	asked->job = NULL;
	asked->session->jobs--;
	if (asked->dropped) {
		part_reading_free(asked);
		return;
	}
	if (!asked->reading)
		asked->reading = reading_of_error(error);
	session_tell(asked->session, SESSION_DETAILS);
}

static struct part_reading *find_reading(
	struct detail_shelf *shelf, const char *path, const char *part)
{
	for (GList *link = shelf->readings.head; link; link = link->next) {
		const struct part_reading *reading = link->data;
		if (strcmp(reading->path, path) == 0 && g_strcmp0(reading->part, part) == 0) {
			g_queue_unlink(&shelf->readings, link);
			g_queue_push_head_link(&shelf->readings, link);
			return link->data;
		}
	}
	return NULL;
}

const struct reading *session_reading(
	struct session *session, const struct row *row, const char *part)
{
	struct detail_shelf *shelf = session->details;
	g_autofree char *path = row_path(row);
	struct part_reading *asked = find_reading(shelf, path, part);
	if (asked)
		return asked->reading;
	asked = g_new0(struct part_reading, 1);
	asked->session = session;
	asked->path = g_steal_pointer(&path);
	asked->part = g_strdup(part);
	session->jobs++;
	g_queue_push_head(&shelf->readings, asked);
	if (shelf->readings.length > READINGS_KEPT)
		part_reading_give_up(g_queue_pop_tail(&shelf->readings));
	asked->job =
		pool_read(session->pool, asked->path, part, on_reading, on_reading_done, asked);
	return NULL;
}

const struct reading *session_reading_wait(
	struct session *session, const struct row *row, const char *part)
{
	const struct reading *reading;
	while (!(reading = session_reading(session, row, part)))
		g_main_context_iteration(NULL, TRUE);
	return reading;
}

/* --- pieces of text */

static void words_free(struct asked_words *asked)
{
	report_free(asked->report);
	g_free(asked->words);
	g_free(asked);
}

static void words_give_up(struct detail_shelf *shelf)
{
	struct asked_words *asked = g_steal_pointer(&shelf->words);
	if (!asked)
		return;
	asked->dropped = true;
	if (asked->job)
		job_cancel(asked->job);
	else
		words_free(asked);
}

static void on_words(void *user, size_t index, struct report *report, const GError *error)
{
	struct asked_words *asked = user;
	(void)index;
	(void)error;
	if (asked->dropped)
		report_free(report);
	else
		asked->report = report;
}

static void on_words_done(void *user, const GError *error)
{
	struct asked_words *asked = user;
	(void)error; /* then nothing is made of them */
	asked->job = NULL;
	asked->session->jobs--;
	if (asked->dropped) {
		words_free(asked);
		return;
	}
	if (!asked->report)
		asked->report = report_new();
	session_tell(asked->session, SESSION_DETAILS);
}

const struct report *session_explain(struct session *session, const char *words)
{
	struct detail_shelf *shelf = session->details;
	struct asked_words *asked = shelf->words;
	if (asked && strcmp(asked->words, words) == 0)
		return asked->job ? NULL : asked->report;
	words_give_up(shelf);
	asked = shelf->words = g_new0(struct asked_words, 1);
	asked->session = session;
	asked->words = g_strdup(words);
	session->jobs++;
	asked->job = pool_extract_bytes(
		session->pool, "", span_of(asked->words), true, on_words, on_words_done, asked);
	return NULL;
}

void detail_shelf_drop(struct session *session)
{
	struct detail_shelf *shelf = session->details;
	struct detail *detail;
	struct part_reading *reading;
	words_give_up(shelf);
	while ((detail = g_queue_pop_head(&shelf->details)))
		detail_give_up(detail);
	while ((reading = g_queue_pop_head(&shelf->readings)))
		part_reading_give_up(reading);
}
