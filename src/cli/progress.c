/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/words.h"
#include "cli/cli.h"

#define TICK_MS 250
#define QUIET_TICKS 2 /* nothing is shown for the first half second */
#define BAR 24

struct progress {
	const char *doing;
	progress_count *count;
	void *user;
	guint source;
	unsigned ticks;
};

static bool line_is_shown; /* stderr is one for the whole process */

void progress_clear(void)
{
	if (!line_is_shown)
		return;
	fputs("\r\033[K", stderr);
	line_is_shown = false;
}

static void show(const struct progress *progress, uint64_t done, uint64_t total)
{
	char bar[BAR + 1] = "";
	unsigned full = total ? (unsigned)(MIN(done, total) * BAR / total) : 0;

	for (unsigned i = 0; i < BAR; i++)
		bar[i] = i < full ? '#' : '.';
	fputs("\r\033[K", stderr);
	if (total)
		fprintf(stderr, _("nixie: %s [%s] %" PRIu64 " of %" PRIu64), progress->doing, bar,
			done, total);
	else
		fprintf(stderr, "nixie: %s %" G_GUINT64_FORMAT, progress->doing, done);
	fflush(stderr);
	line_is_shown = true;
}

static gboolean tick(void *user)
{
	struct progress *progress = user;
	uint64_t done = 0, total = 0;

	if (++progress->ticks >= QUIET_TICKS) {
		progress->count(progress->user, &done, &total);
		show(progress, done, total);
	}
	return G_SOURCE_CONTINUE;
}

struct progress *progress_new(
	const struct cli *cli, const char *doing, progress_count *count, void *user)
{
	struct progress *progress = g_new0(struct progress, 1);

	progress->doing = doing;
	progress->count = count;
	progress->user = user;
	if (!cli->options->quiet && isatty(STDERR_FILENO))
		progress->source = g_timeout_add(TICK_MS, tick, progress);
	return progress;
}

void progress_free(struct progress *progress)
{
	if (!progress)
		return;
	if (progress->source)
		g_source_remove(progress->source);
	progress_clear();
	g_free(progress);
}
