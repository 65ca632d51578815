/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie show --for=: words to pass on, a text for each row; for our own admin, for each cause. */
#include "triage/handover.h"
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/strhash.h"
#include "cli/cli.h"

/* A run of the command. */
struct run {
	struct cli *cli;
	struct handover_texts *texts;
	enum handover whom;
	enum format format;
	GPtrArray *rows; /* that --limit leaves; what a cause met is counted in all */
	GString *out;
	struct json_list list; /* in JSON */
	GHashTable *affected;  /* handover_affected */
	unsigned written;
	bool partial;
};

static void put_json(struct run *run, const struct row *row, unsigned affected, const char *text)
{
	g_autofree char *title = handover_title(run->texts, run->whom);
	struct json *json = json_list_item(&run->list);

	json_begin_object(json, NULL);
	json_string(json, "id", row_id(row));
	json_string(json, "address", row_text(row, ROW_ADDRESS));
	json_string(json, "for", handover_names[run->whom]);
	json_int(json, "affected", affected);
	json_string(json, "title", title);
	json_string(json, "text", text);
	json_end_object(json);
	json_list_item_end(&run->list);
}

static void put_row(struct run *run, const struct row *row)
{
	struct session *session = run->cli->session;
	g_autoptr(GError) error = NULL;
	const struct details *details = session_details_wait(session, row, &error);
	unsigned affected = handover_affected_by(run->affected, row);

	if (!details) {
		g_autofree char *path = row_path(row);

		cli_say(run->cli, "%s: %s", path, error->message);
		run->partial = true;
		return;
	}
	g_autofree char *text =
		handover_row(run->texts, run->whom, session_rules(session), row, details, affected);
	if (run->format != FORMAT_TEXT) {
		put_json(run, row, affected, text);
	} else {
		g_string_append_printf(run->out, "%s%s", run->written ? "\n-- \n\n" : "", text);
	}
	run->written++;
}

/* One ticket a cause: thirty recipients of one blocklist are one piece of work. */
static bool is_told(const struct run *run, GHashTable *told, const struct row *row)
{
	return run->whom == HANDOVER_SENDER && !g_hash_table_add(told, handover_cause(row));
}

static void put_rows(struct run *run)
{
	g_autoptr(GHashTable) told = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	size_t n;
	struct row *const *all = session_rows(run->cli->session, &n);

	run->affected = handover_affected(all, n);
	if (run->format != FORMAT_TEXT)
		json_list_begin(&run->list, run->out, run->format == FORMAT_JSON_LINES);
	for (guint i = 0; i < run->rows->len; i++) {
		const struct row *row = run->rows->pdata[i];

		if (!row_text(row, ROW_ERROR) && !is_told(run, told, row))
			put_row(run, row);
	}
	if (run->format != FORMAT_TEXT)
		json_list_end(&run->list);
	g_clear_pointer(&run->affected, g_hash_table_unref);
}

int cli_handover(struct cli *cli)
{
	struct run run = {.cli = cli, .format = FORMAT_TEXT};
	g_autofree char *query = cli_query(cli);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	GError *error = NULL;
	int code = NIXIE_DONE;
	bool done = options_whom(cli->options, &run.whom, &error) &&
		    options_format(cli->options, FORMATS_TEXT_JSON, &run.format, &error) &&
		    cli_load(cli, query, &run.partial, &error) &&
		    (rows = cli_rows(cli, &error)) != NULL &&
		    (run.texts = handover_load(file_datadir(), cli->knowledge, &error)) != NULL;

	if (done) {
		run.rows = rows;
		run.out = out;
		put_rows(&run);
		code = cli_put_out(cli, run.format, out);
	}
	handover_free(run.texts);
	if (!done)
		return cli_fail(cli, error);
	if (code != NIXIE_DONE)
		return code;
	if (!rows->len)
		cli_tell_nothing(cli);
	if (run.partial)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && run.written ? NIXIE_MATCHED : NIXIE_DONE;
}
