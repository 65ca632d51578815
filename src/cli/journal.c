/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie log, undo, redo: the journal told, taken back, done again. */
#include "store/journal.h"

#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"
#include "triage/label.h"

static char *time_text(int64_t time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(time);

	return date ? g_date_time_format(date, "%Y-%m-%d %H:%M") : g_strdup("-");
}

static void put_text(GString *out, const struct journal_entry *entry)
{
	const char *state = _(journal_state_word(entry));
	g_autofree char *when = time_text(entry->time), *label = label_told(entry->label);

	g_string_append_printf(out,
		"%5" G_GUINT64_FORMAT "  %s  %s%*s %6" G_GUINT64_FORMAT "  %s\n", entry->number,
		when, state, MAX(11 - (int)text_cells(span_of(state)), 0), "", entry->messages,
		label);
}

static void put_json(struct json *json, const struct journal_entry *entry)
{
	json_begin_object(json, NULL);
	json_int(json, "entry", (int64_t)entry->number);
	json_int(json, "timestamp", entry->time);
	json_string(json, "kind", entry->kind);
	json_string(json, "label", entry->label);
	json_string(json, "state", journal_state_word(entry));
	json_int(json, "messages", (int64_t)entry->messages);
	json_end_object(json);
}

/* Newest first. */
static GString *written(struct cli *cli, const struct journal *journal, enum format format)
{
	GString *text = g_string_new(NULL);
	unsigned n = journal->entries->len;
	size_t from, to;
	bool is_json = format != FORMAT_TEXT;
	struct json_list list;

	options_window(cli->options, n, &from, &to);
	if (is_json)
		json_list_begin(&list, text, format == FORMAT_JSON_LINES);
	else if (n)
		g_string_append(text, _("ENTRY  DATE              STATE     MESSAGES  CHANGE\n"));
	for (size_t i = from; i < to; i++) {
		const struct journal_entry *entry = journal->entries->pdata[n - 1 - i];

		if (is_json) {
			put_json(json_list_item(&list), entry);
			json_list_item_end(&list);
		} else {
			put_text(text, entry);
		}
	}
	if (is_json)
		json_list_end(&list);
	return text;
}

int cli_log(struct cli *cli)
{
	enum format format = FORMAT_TEXT;
	GError *error = NULL;
	struct journal *journal = NULL;
	g_autoptr(GString) text = NULL;
	int code;

	if (!options_format(cli->options, FORMATS_TEXT_JSON, &format, &error) ||
		!cli_need_store(cli, &error) ||
		!(journal = journal_read(session_store(cli->session)->uuid, &error)))
		return cli_fail(cli, error);
	text = written(cli, journal, format);
	code = cli_put_out(cli, format, text);
	if (code == NIXIE_DONE && !journal->entries->len && format == FORMAT_TEXT &&
		!cli->options->quiet)
		cli_say(cli, _("the journal is empty: nixie has changed nothing in this index"));
	journal_free(journal);
	return code;
}

int cli_undo(struct cli *cli)
{
	const char *word = cli->options->args[0];
	uint64_t entry = 0;
	struct action *action;
	GError *error = NULL;

	if (word && (!g_ascii_string_to_unsigned(word, 10, 1, G_MAXINT64, &entry, NULL) ||
			    cli->options->args[1]))
		return cli_fail(cli,
			g_error_new(NIXIE_ERROR, NIXIE_USAGE,
				_("undo takes the number of one entry; `nixie log` lists them")));
	if (!cli_need_store(cli, &error))
		return cli_fail(cli, error);
	action = action_undo(cli->session, entry, true, &error);
	return cli_apply(cli, action, error);
}

int cli_redo(struct cli *cli)
{
	struct action *action;
	GError *error = NULL;

	if (!cli_need_store(cli, &error))
		return cli_fail(cli, error);
	action = action_redo(cli->session, &error);
	return cli_apply(cli, action, error);
}
