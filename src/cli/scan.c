/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie scan: classify what is new, store the verdicts; for the post-new hook. */
#include "triage/scan.h"

#include <inttypes.h>

#include "base/errors.h"
#include "base/words.h"
#include "cli/cli.h"
#include "cli/progress.h"

static void count(void *scan, uint64_t *done, uint64_t *total)
{
	scan_count(scan, done, total);
}

int cli_scan(struct cli *cli)
{
	const char *query = cli->query = cli_query(cli);
	struct scan_result result = {0};
	struct scan *scan = NULL;
	struct progress *progress;
	const GPtrArray *troubles;
	GError *error = NULL;
	bool done;

	if (cli_need_session(cli, &error))
		scan = scan_start(cli->session, *query ? query : NULL, &error);
	if (!scan)
		return cli_fail(cli, error);
	progress = progress_new(cli, _("classifying"), count, scan);
	done = scan_wait(scan, &result, &error);
	progress_free(progress);
	troubles = session_troubles(cli->session);
	for (unsigned i = 0; i < troubles->len; i++)
		cli_say(cli, "%s", (char *)troubles->pdata[i]);
	cli_tell_note(cli);
	if (!done)
		return cli_fail(cli, error);
	if (!cli->options->quiet)
		cli_say(cli,
			_("messages looked at: %" PRIu64 ", bounces: %" PRIu64
			  ", changed: %" PRIu64),
			result.messages, result.bounces, result.changed);
	if (result.unreadable)
		return NIXIE_PARTIAL;
	return cli->options->exit_code && result.bounces ? NIXIE_MATCHED : NIXIE_DONE;
}
