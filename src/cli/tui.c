/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie tui: the screen. */
#include "base/errors.h"
#include "cli/cli.h"
#include "ui/ui.h"

int cli_tui(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);
	GError *error = NULL;
	g_autoptr(GPtrArray) broken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	struct ui_options options = {.broken_rules = broken};
	int code;

	if (!options_sort(cli->options, &options.sort, &options.reversed, &error) ||
		!ui_check(&error) || !cli_begin_session(cli, query, broken, &error))
		return cli_fail(cli, error);
	options.keys = config_text(cli->config, SET_KEYS);
	options.theme = config_text(cli->config, SET_THEME);
	options.layout = config_text(cli->config, SET_LAYOUT);
	options.column = config_text(cli->config, SET_COLUMN);
	options.lines = config_text(cli->config, SET_LINES);
	options.plain = config_flag(cli->config, SET_PLAIN);
	options.no_colour = g_strcmp0(cli->options->color, "never") == 0;
	options.colour = g_strcmp0(cli->options->color, "always") == 0;
	options.mouse = config_flag(cli->config, SET_MOUSE);
	options.clipboard = config_flag(cli->config, SET_CLIPBOARD);
	options.restricted = config_flag(cli->config, SET_RESTRICTED);
	cli->query = g_strdup(query);
	code = ui_run(cli->session, &options, &error);
	return error ? cli_fail(cli, error) : code;
}
