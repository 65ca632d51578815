/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a result (triage/result), a share at a time: first the lines are gone through, then the
 * reports read that they belong to. A line that cannot be used is a row that says why. */
#include "base/text.h"
#include "base/words.h"
#include "triage/session-parts.h"

#define SHARE_US 8000     /* of the main loop's time, at once */
#define FAULTS_SHOWN 1000 /* as rows */
#define FAULTS_NAMED 10   /* the others are counted: a file of another kind has as many as lines */

struct result_load {
	struct session *session;
	bool scanned;
	size_t next;   /* place */
	size_t faults; /* lines that were left out */
	size_t reports;
};

struct result_load *result_load_new(struct session *session)
{
	struct result_load *load = g_new0(struct result_load, 1);

	load->session = session;
	return load;
}

void result_load_free(struct result_load *load)
{
	g_free(load);
}

/* --- rows */

/* Tags sorted; NULL: none. */
static struct message *message_of(const char *id, const char *file, int64_t date, GPtrArray *tags)
{
	struct message *message = g_new0(struct message, 1);
	guint n = tags ? tags->len : 0;

	message->id = g_strdup(id);
	message->date = MAX(date, 0);
	message->tags = g_new0(char *, n + 1);
	for (guint i = 0; i < n; i++)
		message->tags[i] = g_strdup(tags->pdata[i]);
	qsort(message->tags, n, sizeof *message->tags, text_order);
	message->files = g_new0(char *, 2);
	message->files[0] = g_strdup(file);
	message->properties = g_new0(char *, 1);
	return message;
}

/* The message of this id has one file more; its number. */
static struct entry *add_file(struct session *session, struct message *message, unsigned *file)
{
	struct entry *entry = rowstore_find(session->rows, message->id);

	if (entry) {
		session->rows->read -= entry->unread == 0;
		entry_add_files(entry, message->files, false);
		message_free(message);
	} else {
		entry = rowstore_add(session->rows, message, false);
	}
	*file = entry->files_n - 1;
	return entry;
}

static void add_fault(void *user, unsigned line, const GError *error)
{
	struct result_load *load = user;
	struct session *session = load->session;
	const char *path = result_path(session->result);
	g_autofree char *name = result_line_name(session->result, line);
	g_autofree char *why =
		g_strdup_printf(_("%s:%u: left out: %s"), path, line, error->message);
	struct entry *entry;
	unsigned file;

	if (++load->faults > FAULTS_SHOWN)
		return;
	entry = add_file(session, message_of(name, name, 0, NULL), &file);
	rowstore_fail(session->rows, entry, file, why);
	if (load->faults <= FAULTS_NAMED)
		g_ptr_array_add(session->troubles, g_steal_pointer(&why));
}

static void fill(struct session *session, struct entry *entry, unsigned file,
	const struct report *report, const struct fromjson *from)
{
	g_autofree struct context *contexts = g_new0(struct context, report->recipients_n + 1);
	struct row_node *node;

	for (size_t i = 0; i < report->recipients_n; i++) {
		const struct fromjson_recipient *told =
			&g_array_index(from->told, struct fromjson_recipient, i);
		const struct recipient *recipient = &report->recipients[i];

		contexts[i] = (struct context){.origin = (enum origin)told->origin,
			.trust = (enum trust)told->trust,
			.who = recipient->who,
			.type = recipient->type};
	}
	node = rowstore_fill(session->rows, entry, file, report, contexts);
	for (; node && node->row.file == file; node = node->next) {
		const struct fromjson_recipient *told;

		if (node->row.recipient >= report->recipients_n)
			continue;
		told = &g_array_index(from->told, struct fromjson_recipient, node->row.recipient);
		node->row.state = (unsigned char)told->state;
		row_set_text(&node->row, ROW_SUGGESTION, told->suggestion);
	}
}

static void add_place(struct result_load *load, size_t place)
{
	struct session *session = load->session;
	const char *name = result_name(session->result, place);
	struct fromjson from;
	struct report *report;
	struct entry *entry;
	unsigned file;

	result_read(session->result, session->knowledge, place, &from, add_fault, load);
	report = fromjson_end(&from);
	if (report) {
		load->reports++;
		entry = add_file(session,
			message_of(report->id && *report->id ? report->id : name, name,
				report->timestamp, from.tags),
			&file);
		if (from.failure) {
			rowstore_fail(session->rows, entry, file, from.failure);
			g_ptr_array_add(session->troubles, g_strdup(from.failure));
		} else {
			fill(session, entry, file, report, &from);
		}
	}
	report_free(report);
	fromjson_clear(&from);
}

/* --- */

static void tell_rest(const struct result_load *load)
{
	struct session *session = load->session;
	size_t more = load->faults > FAULTS_NAMED ? load->faults - FAULTS_NAMED : 0;

	if (more)
		g_ptr_array_add(session->troubles,
			g_strdup_printf(ngettext("%s: %zu more line was left out",
						"%s: %zu more lines were left out", more),
				result_path(session->result), more));
	if (load->faults && !load->reports)
		g_ptr_array_add(session->troubles,
			g_strdup_printf(_("%s: no line of it tells of a report; `nixie extract "
					  "--format=json-lines` and `nixie list "
					  "--format=json-lines` write such lines"),
				result_path(session->result)));
	if (result_is_cut(session->result))
		g_ptr_array_add(session->troubles,
			g_strdup_printf(_("%s: what stands behind the first gigabyte was not read"),
				result_path(session->result)));
}

bool result_load_share(struct result_load *load)
{
	struct result *result = load->session->result;
	int64_t end = g_get_monotonic_time() + SHARE_US;

	if (!load->scanned) {
		load->scanned = !result_scan(result, SHARE_US);
		return true;
	}
	while (load->next < result_count(result)) {
		add_place(load, load->next++);
		if (g_get_monotonic_time() >= end)
			return true;
	}
	tell_rest(load);
	return false;
}
