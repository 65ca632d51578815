/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie tag, and what retry and suppress share with it: one change on a selection, one entry of the
 * journal. */

#include "base/errors.h"
#include "base/words.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "triage/action.h"

/* A change never falls on every bounce because a query was forgotten. */
static bool need_selection(struct cli *cli, const char *query, GError **error)
{
	if (*query || !filter_is_empty(cli->options->filter))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("%s needs a query or a filter that says which bounces are meant; `-- '*'` means "
		  "all of them"),
		cli->options->command->name);
	return false;
}

static void count_action(void *user, uint64_t *done, uint64_t *total)
{
	const struct action_result *result = session_last_action(user);

	*done = result->progress;
	*total = result->total;
}

int cli_apply(struct cli *cli, struct action *action, GError *error)
{
	const struct action_result *result;
	struct progress *progress;
	bool done;

	if (!action)
		return cli_fail(cli, error);
	if (!action_apply(cli->session, action, &error))
		return cli_fail(cli, error);
	progress = progress_new(cli, _("writing to the index"), count_action, cli->session);
	done = action_wait(cli->session, &error);
	progress_free(progress);
	if (!done)
		return cli_fail(cli, error);
	result = session_last_action(cli->session);
	if (result->words && !cli->options->quiet)
		cli_say(cli, "%s", result->words);
	for (unsigned i = 0; result->rest && i < result->rest->len && !cli->options->quiet; i++)
		cli_say(cli, _("left as others made it: %s"), (const char *)result->rest->pdata[i]);
	return cli->options->exit_code && result->changed ? NIXIE_MATCHED : NIXIE_DONE;
}

static void tell_warnings(struct cli *cli, const struct action *action)
{
	const GPtrArray *warnings = action_effect(action)->warnings;

	for (guint i = 0; i < warnings->len && !cli->options->quiet; i++)
		cli_say(cli, "%s", (const char *)warnings->pdata[i]);
}

int cli_change(struct cli *cli, cli_loads *load, cli_make_action *make, const char *query,
	const char *words)
{
	g_autoptr(GPtrArray) rows = NULL;
	struct action *action;
	GError *error = NULL;
	bool partial;
	int code;

	if (!need_selection(cli, query, &error) || !load(cli, query, &partial, &error))
		return cli_fail(cli, error);
	rows = cli_rows(cli, &error);
	if (!rows)
		return cli_fail(cli, error);
	if (!rows->len) {
		cli_tell_nothing(cli);
		cli_say(cli, _("nothing was changed"));
		return partial ? NIXIE_PARTIAL : NIXIE_DONE;
	}
	action = make(cli, rows, words, &error);
	if (action)
		tell_warnings(cli, action);
	code = cli_apply(cli, action, error);
	return code == NIXIE_DONE && partial ? NIXIE_PARTIAL : code;
}

static struct action *make_tag(struct cli *cli, GPtrArray *rows, const char *words, GError **error)
{
	return action_tag(cli->session, rows, words, error);
}

int cli_tag(struct cli *cli)
{
	char **words = cli->options->args;
	GString *tags = g_string_new(NULL);
	g_autofree char *query = NULL;
	int code;

	for (; *words && strchr("+-", words[0][0]); words++)
		g_string_append_printf(tags, "%s%s", tags->len ? " " : "", *words);
	query = cli_query_from(cli, words);
	if (!tags->len) {
		g_string_free(tags, TRUE);
		return cli_fail(cli, g_error_new(NIXIE_ERROR, NIXIE_USAGE,
					     _("tag needs tags: nixie tag +TAG -TAG -- QUERY")));
	}
	code = cli_change(cli, cli_load_facts, make_tag, query, tags->str);
	g_string_free(tags, TRUE);
	return code;
}
