/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie views: the saved views of the configuration, listed, kept and forgotten. */
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"
#include "triage/filter.h"
#include "triage/queryterms.h"

#define NAME_CELLS 18

static void put_json(struct json *json, const char *name, const char *query)
{
	json_begin_object(json, NULL);
	json_string(json, "name", name);
	json_string(json, "query", query);
	json_end_object(json);
}

static GString *written(char *const *lines, enum format format)
{
	GString *text = g_string_new(NULL);
	struct json_list list;

	if (format != FORMAT_TEXT)
		json_list_begin(&list, text, format == FORMAT_JSON_LINES);
	for (; *lines; lines++) {
		g_autofree char *name = g_strndup(*lines, strcspn(*lines, "="));
		const char *query = *lines + strlen(name) + 1;

		if (format == FORMAT_TEXT) {
			g_autofree char *cell = text_padded(name, NAME_CELLS);

			g_string_append_printf(text, "%s  %s\n", cell, query);
			continue;
		}
		put_json(json_list_item(&list), name, query);
		json_list_item_end(&list);
	}
	if (format != FORMAT_TEXT)
		json_list_end(&list);
	return text;
}

static int list_views(struct cli *cli)
{
	const struct viewbook *book = config_views(cli->config);
	const GPtrArray *faults = viewbook_faults(book);
	enum format format = FORMAT_TEXT;
	g_autoptr(GString) text = NULL;
	GError *error = NULL;

	if (!options_format(cli->options, FORMATS_TEXT_JSON, &format, &error))
		return cli_fail(cli, error);
	for (guint i = 0; i < faults->len; i++)
		cli_say(cli, _("left out: %s"), (const char *)faults->pdata[i]);
	text = written(viewbook_lines(book), format);
	if (!text->len && !faults->len && !cli->options->quiet)
		cli_say(cli, _("no view is saved; `nixie views --save=NAME QUERY` keeps one"));
	return cli_put_out(cli, format, text);
}

static int change(struct cli *cli, const char *name, const char *query)
{
	GError *error = NULL;

	if (!viewbook_put(config_views(cli->config), config_path(cli->config), name, query, &error))
		return cli_fail(cli, error);
	if (!cli->options->quiet && query)
		cli_say(cli, _("saved the view %s: %s"), name, query);
	else if (!cli->options->quiet)
		cli_say(cli, _("forgot the view %s"), name);
	return NIXIE_DONE;
}

int cli_views(struct cli *cli)
{
	const struct options *options = cli->options;
	g_autofree char *filters = filter_text(options->filter);
	g_autofree char *words = cli_query(cli), *query = query_join(filters, words);

	if (options->save && options->unset)
		return cli_fail(cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE,
					     _("%s exclude each other"), "--save, --unset"));
	if (options->save)
		return change(cli, options->save, query);
	if (options->unset)
		return change(cli, words, NULL);
	if (*query)
		return cli_fail(cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE,
					     _("views takes a query with --save=NAME, and a name "
					       "with --unset, but there is `%s`"),
					     query));
	return list_views(cli);
}
