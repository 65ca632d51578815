/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/oneshot.h"

#include "base/file.h"

struct answer {
	struct report *report;
	GError *error;
	bool ended;
};

static void note_error(struct answer *answer, const GError *error)
{
	if (error && !answer->error)
		answer->error = g_error_copy(error);
}

static void take_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct answer *answer = user;

	(void)index;
	answer->report = report;
	note_error(answer, error);
}

static void take_end(void *user, const GError *error)
{
	struct answer *answer = user;

	answer->ended = true;
	note_error(answer, error);
}

static struct pool *open_pool(struct cli *cli)
{
	return pool_new(cli->spawner, file_datadir(), (const char *const *)cli->rule_dirs, 1);
}

static struct report *await(struct answer *answer, struct pool *pool, GError **error)
{
	while (!answer->ended)
		g_main_context_iteration(NULL, TRUE);
	pool_free(pool);
	if (!answer->error)
		return answer->report;
	report_free(answer->report);
	g_propagate_error(error, answer->error);
	return NULL;
}

struct report *oneshot_bytes(struct cli *cli, struct span bytes, bool fragment, GError **error)
{
	struct pool *pool = open_pool(cli);
	struct answer answer = {0};

	pool_extract_bytes(pool, bytes, fragment, take_report, take_end, &answer);
	return await(&answer, pool, error);
}

struct report *oneshot_file(struct cli *cli, const char *path, GError **error)
{
	struct pool *pool = open_pool(cli);
	struct answer answer = {0};

	pool_extract(pool, &path, 1, take_report, take_end, &answer);
	return await(&answer, pool, error);
}
