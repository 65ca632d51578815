/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie tui: the screen. */
#include "base/errors.h"
#include "cli/cli.h"
#include "ui/ui.h"

int cli_tui(struct cli *cli)
{
	g_autofree char *query = cli_query(cli);
	GError *error = NULL;
	struct ui_options options = {0};
	int code;

	if (!ui_check(&error) || !cli_need_session(cli, &error))
		return cli_fail(cli, error);
	options = (struct ui_options){
		.theme = config_text(cli->config, SET_THEME),
		.layout = config_text(cli->config, SET_LAYOUT),
		.query = *query ? query : NULL,
		.mouse = config_flag(cli->config, SET_MOUSE),
		.clipboard = config_flag(cli->config, SET_CLIPBOARD),
		.restricted = config_flag(cli->config, SET_RESTRICTED),
	};
	session_filter(cli->session, cli->options->filter);
	code = ui_run(cli->session, &options, &error);
	return error ? cli_fail(cli, error) : code;
}
