/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The exporter: decides what goes out, hands it to the writer of the format, counts what stays
 * behind. Everything passes through one buffer, so that a hundred thousand rows cost few writes.
 */
#include "triage/export.h"

#include "base/address.h"
#include "base/errors.h"
#include "base/strhash.h"
#include "base/text.h"
#include "base/words.h"
#include "triage/export-parts.h"
#include "triage/target.h"

#define BUFFER_MAX ((gsize)64 * 1024)

const char *const format_names[FORMAT_COUNT] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_JSON] = "json",
	[FORMAT_JSON_LINES] = "json-lines",
	[FORMAT_CSV] = "csv",
	[FORMAT_TSV] = "tsv",
	[FORMAT_TEXT0] = "text0",
	[FORMAT_ADDRESSES] = "addresses",
};

const char *const per_names[PER_COUNT] = {
	[PER_REPORT] = "report",
	[PER_RECIPIENT] = "recipient",
	[PER_ADDRESS] = "address",
	[PER_MESSAGE] = "message",
};

static bool is_json(const struct exporter *exporter)
{
	return exporter->options.format == FORMAT_JSON ||
	       exporter->options.format == FORMAT_JSON_LINES;
}

char **export_column_names(void)
{
	return column_names();
}

/* Addresses are always one a recipient; a sum of them would lose nothing but order. */
static void settle_per(struct export_options *options)
{
	bool nested = options->format == FORMAT_TEXT || options->format == FORMAT_JSON ||
		      options->format == FORMAT_JSON_LINES;
	if (options->target) {
		options->format = FORMAT_TARGET;
		options->per = options->target->once ? PER_ADDRESS : PER_RECIPIENT;
	} else if (options->format == FORMAT_ADDRESSES || (options->per == PER_REPORT && !nested))
		options->per = PER_RECIPIENT;
}

static bool choose_columns(
	struct exporter *exporter, const struct export_options *options, GError **error)
{
	bool sums = options->per == PER_ADDRESS || options->per == PER_MESSAGE;
	const char *list = options->target ? options->target->columns : options->columns;
	if (!sums && (is_json(exporter) || options->per == PER_REPORT)) {
		if (list)
			g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
				_("--columns: this output has no columns; choose --format=csv, or "
				  "--per=recipient"));
		return !list;
	}
	if (options->format == FORMAT_ADDRESSES && list) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("--columns: --format=addresses writes nothing but addresses; choose "
			  "--format=csv"));
		return false;
	}
	if (!list)
		list = sums ? summary_default_columns(options) : export_default_columns(options);
	exporter->columns = sums ? summary_columns(list, error) : columns_parse(list, error);
	return exporter->columns != NULL;
}

bool exporter_chooses(const struct exporter *exporter)
{
	return exporter->options.for_export || exporter->summary;
}

struct exporter *exporter_new(const struct knowledge *knowledge, const struct rule_set *rules,
	const struct export_options *options, struct file_out *out, GError **error)
{
	struct exporter *exporter = g_new0(struct exporter, 1);
	exporter->knowledge = knowledge;
	exporter->rules = rules;
	exporter->out = out;
	exporter->options = *options;
	exporter->options.columns = NULL;
	exporter->buffer = g_string_sized_new(BUFFER_MAX);
	exporter->cell = g_string_new(NULL);
	settle_per(&exporter->options);
	struct export_options chosen = exporter->options;
	chosen.columns = options->columns;
	if (!choose_columns(exporter, &chosen, error)) {
		exporter_free(exporter);
		return NULL;
	}
	if (chosen.redact)
		exporter->redactor = redactor_new();
	if (chosen.per == PER_ADDRESS || chosen.per == PER_MESSAGE)
		exporter->summary = summary_new(chosen.per);
	if (!exporter_chooses(exporter))
		exporter->options.window.set = false;
	if (is_json(exporter)) {
		exporter->keys = json_table_new(chosen.texts);
		json_list_begin(
			&exporter->list, exporter->buffer, chosen.format == FORMAT_JSON_LINES);
	} else if (chosen.target)
		export_target_head(exporter);
	else if (exporter->columns)
		export_table_header(exporter, exporter->columns);
	if (chosen.format == FORMAT_ADDRESSES)
		exporter->seen = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	return exporter;
}

void exporter_free(struct exporter *exporter)
{
	if (!exporter)
		return;
	g_string_free(exporter->buffer, TRUE);
	g_string_free(exporter->cell, TRUE);
	json_table_free(exporter->keys);
	if (exporter->columns)
		g_array_unref(exporter->columns);
	summary_free(exporter->summary);
	redactor_free(exporter->redactor);
	if (exporter->seen)
		g_hash_table_unref(exporter->seen);
	if (exporter->unsaid_names)
		g_ptr_array_unref(exporter->unsaid_names);
	g_free(exporter);
}

bool export_flush(struct exporter *exporter, bool all, GError **error)
{
	struct span bytes = {exporter->buffer->str, exporter->buffer->len};
	g_autoptr(GString) ascii = NULL;
	if (exporter->keep || bytes.n == 0 || (!all && bytes.n < BUFFER_MAX))
		return true;
	if (exporter->options.ascii && exporter->options.format == FORMAT_TEXT) {
		ascii = g_string_sized_new(bytes.n);
		text_visible_append(ascii, bytes, TEXT_KEEP_LINES | TEXT_ASCII);
		bytes = (struct span){ascii->str, ascii->len};
	}
	bool done = file_out_write(exporter->out, bytes, error);
	g_string_truncate(exporter->buffer, 0);
	return done;
}

bool exporter_flush(struct exporter *exporter, GError **error)
{
	return export_flush(exporter, true, error);
}

/* --- what goes out */

static bool is_trusted(const struct exporter *exporter, const struct context *context)
{
	if (context->trust == TRUST_PROVEN)
		return true;
	return context->trust == TRUST_CONSISTENT && !exporter->options.proven_only;
}

/* Nothing but addresses is written: `addresses`, and `text0` by default. */
static bool is_address_alone(const struct exporter *exporter)
{
	const GArray *columns = exporter->columns;
	return columns && columns->len == 1 && g_array_index(columns, struct column, 0).is_address;
}

/* Counts what it refuses. `recipient` is NULL when the report names none. */
static bool goes_out(struct exporter *exporter, const struct recipient *recipient,
	const struct context *context, bool by_hand)
{
	const struct export_options *options = &exporter->options;
	bool needs_address =
		options->per == PER_ADDRESS || options->target || is_address_alone(exporter);
	exporter->offered++;
	if (options->for_export && !options->include_unverified && !by_hand &&
		!is_trusted(exporter, context)) {
		exporter->unverified++;
		return false;
	}
	if (options->permanent_only && !by_hand && context->type != TYPE_HARD) {
		exporter->passing++;
		return false;
	}
	if (needs_address && (!recipient || !recipient->address)) {
		exporter->nameless++;
		return false;
	}
	if (!is_json(exporter) && recipient && export_is_odd(exporter, recipient))
		return false;
	return !options->target || !export_target_refuses(exporter, recipient->address);
}

bool export_takes(struct exporter *exporter)
{
	const struct export_window *window = &exporter->options.window;
	size_t place = exporter->passed++;

	return !window->set || (place >= window->from && place - window->from < window->n);
}

bool export_is_full(const struct exporter *exporter)
{
	const struct export_window *window = &exporter->options.window;

	return window->set && exporter->passed >= window->from &&
	       exporter->passed - window->from >= window->n;
}

/* The first of its address, where each is written once. */
static bool is_new(struct exporter *exporter, const struct recipient *recipient)
{
	return !exporter->seen || g_hash_table_add(exporter->seen, address_key(recipient->address));
}

/* Mail without failed recipients (an automatic reply, say) has a row in a listing, and no place
 * among addresses. */
static bool takes_nameless(const struct exporter *exporter)
{
	return exporter->options.per == PER_RECIPIENT && !exporter->options.for_export &&
	       !is_json(exporter) && !is_address_alone(exporter);
}

static void write_recipient(struct exporter *exporter, struct record *record)
{
	if (exporter->summary) {
		summary_add(exporter->summary, exporter, record);
		return;
	}
	if (is_json(exporter))
		export_json_recipient(exporter, record);
	else if (exporter->options.target)
		export_target_row(exporter, record);
	else
		export_table_row(exporter, record);
	exporter->written++;
}

static void write_recipients(struct exporter *exporter, const struct record *record,
	const struct context *contexts, const struct export_pick *picked, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct record one = *record;
		if (picked[i].recipient < record->report->recipients_n) {
			one.recipient = &record->report->recipients[picked[i].recipient];
			one.context = &contexts[picked[i].recipient];
		}
		write_recipient(exporter, &one);
		record_clear(&one);
	}
}

static void write_report(struct exporter *exporter, struct record *record,
	const struct context *contexts, const struct export_pick *picked, size_t n)
{
	if (is_json(exporter))
		export_json_report(exporter, record, contexts, picked, n);
	else
		export_text_report(exporter, record, contexts, picked, n);
	exporter->written += n;
	record_clear(record);
}

/* What the index knows of addresses is for others' eyes, too. A copy; `made` owns its strings. */
static struct context *redact_contexts(
	const struct exporter *exporter, const struct context *contexts, size_t n, GPtrArray *made)
{
	struct context *redacted = g_memdup2(contexts, n * sizeof *contexts);

	for (size_t i = 0; i < n; i++) {
		if (!redacted[i].suggestion)
			continue;
		char *shown = redact_address(exporter->redactor, redacted[i].suggestion);
		g_ptr_array_add(made, shown);
		redacted[i].suggestion = shown;
	}
	return redacted;
}

bool exporter_picked(struct exporter *exporter, const char *file, unsigned index,
	const struct report *report, const struct context *contexts, char *const *tags,
	const struct export_pick *picked, size_t n, GError **error)
{
	g_autofree struct export_pick *out = g_new(struct export_pick, n + 1);
	const struct context neutral = context_neutral(report, NULL), *context = NULL;
	size_t chosen = 0;
	for (size_t i = 0; i < n && !export_is_full(exporter); i++) {
		unsigned at = picked[i].recipient;
		bool named = at < report->recipients_n;
		if (named && !context)
			context = &contexts[at];
		if ((named ? goes_out(exporter, &report->recipients[at], &contexts[at],
				     picked[i].by_hand) &&
					    is_new(exporter, &report->recipients[at])
			   : takes_nameless(exporter)) &&
			(exporter->summary || export_takes(exporter)))
			out[chosen++] = picked[i];
	}
	g_autofree char *name = exporter->redactor && file ? g_path_get_basename(file) : NULL;
	struct report *redacted =
		exporter->redactor ? redact_report(exporter->redactor, report) : NULL;
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
	g_autofree struct context *for_others =
		redacted ? redact_contexts(exporter, contexts, report->recipients_n, made) : NULL;
	if (for_others) {
		context = context ? for_others + (context - contexts) : NULL;
		contexts = for_others;
	}
	struct record record = {
		.knowledge = exporter->knowledge,
		.rules = exporter->rules,
		.file = name ? name : file,
		.index = index,
		.report = redacted ? redacted : report,
		.context = context ? context : &neutral,
		.tags = tags,
	};
	if (exporter->options.per != PER_REPORT)
		write_recipients(exporter, &record, contexts, out, chosen);
	else if (chosen || !exporter->options.for_export)
		write_report(exporter, &record, contexts, out, chosen);
	report_free(redacted);
	return export_flush(exporter, false, error);
}

bool exporter_report(struct exporter *exporter, const char *file, unsigned index,
	const struct report *report, const struct context *contexts, char *const *tags,
	GError **error)
{
	size_t n = report->recipients_n;
	g_autofree struct export_pick *picked = g_new0(struct export_pick, n + 1);
	g_autofree struct context *neutral = NULL;
	for (size_t i = 0; i < n; i++)
		picked[i].recipient = (unsigned)i;
	if (!contexts) {
		neutral = g_new(struct context, n + 1);
		contexts_neutral(report, neutral);
		contexts = neutral;
	}
	return exporter_picked(exporter, file, index, report, contexts, tags, picked, n, error);
}

void exporter_stop_when(struct exporter *exporter, const bool *stop)
{
	exporter->stop = stop;
}

bool exporter_failure(struct exporter *exporter, const char *file, unsigned index, const char *why,
	GError **error)
{
	if (!is_json(exporter) || exporter->summary)
		return true;
	export_json_failure(exporter, file, index, why);
	return export_flush(exporter, false, error);
}

/* --- the end */

static void note_left_out(
	const struct exporter *exporter, GPtrArray *notes, size_t count, const char *why)
{
	if (count)
		g_ptr_array_add(notes, g_strdup_printf(_("%zu of %zu left out: %s"), count,
					       exporter->offered, why));
}

/* g_free. */
static char *written_words(const struct exporter *exporter)
{
	const struct export_options *options = &exporter->options;
	size_t n = exporter->written;

	if (options->per == PER_ADDRESS || options->format == FORMAT_ADDRESSES)
		return g_strdup_printf(
			ngettext("%zu address written", "%zu addresses written", n), n);
	if (options->per == PER_MESSAGE)
		return g_strdup_printf(
			ngettext("%zu message written", "%zu messages written", n), n);
	return g_strdup_printf(ngettext("%zu recipient written", "%zu recipients written", n), n);
}

static void add_notes(const struct exporter *exporter, GPtrArray *notes)
{
	note_left_out(
		exporter, notes, exporter->unverified, _("unverified (--include-unverified)"));
	note_left_out(exporter, notes, exporter->passing,
		_("the trouble may pass (--type=hard,soft takes these as well)"));
	note_left_out(exporter, notes, exporter->odd, _("the address is no valid mailbox (--odd)"));
	note_left_out(exporter, notes, exporter->nameless, _("the report names no address"));
	export_target_notes(exporter, notes);
	if (exporter->neutralised)
		g_ptr_array_add(notes,
			g_strdup_printf(
				ngettext("%zu cell was neutralised that a spreadsheet would run "
					 "as a formula (--csv-raw leaves them as they are)",
					"%zu cells were neutralised that a spreadsheet would run "
					"as "
					"a formula (--csv-raw leaves them as they are)",
					exporter->neutralised),
				exporter->neutralised));
	if (exporter->options.for_export)
		g_ptr_array_add(notes, written_words(exporter));
}

bool exporter_finish(struct exporter *exporter, GPtrArray *notes, GError **error)
{
	if (exporter->summary && !summary_write(exporter->summary, exporter, error))
		return false;
	if (is_json(exporter))
		json_list_end(&exporter->list);
	else if (exporter->options.target)
		export_target_foot(exporter);
	if (notes)
		add_notes(exporter, notes);
	return export_flush(exporter, true, error);
}
