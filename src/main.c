/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spawner first, from a clean process; then locale and dispatch; the only exit. */
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/nocore.h"
#include "base/words.h"
#include "cli/cli.h"
#include "ui/signals.h"
#include "worker/spawner.h"

/*
 * GLib ends the process when memory runs out, which the size of a mail can lead to. Then too the
 * terminal is as it was, and why is said. Outputs are whole or not there; what the writer does goes
 * on in a process of its own.
 */
static GLogWriterOutput on_log(
	GLogLevelFlags level, const GLogField *fields, gsize n, gpointer user)
{
	const char *what = "it does not say which";

	if (!(level & (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL)))
		return g_log_writer_default(level, fields, n, user);
	for (gsize i = 0; i < n; i++)
		if (g_str_equal(fields[i].key, "MESSAGE"))
			what = fields[i].value;
	signals_restore();
	fprintf(stderr, "nixie: %s: %s\n",
		strstr(what, "failed to allocate") ? "there is no memory left for so much"
						   : "nixie met a fault of its own",
		what);
	_exit(NIXIE_INTERNAL);
}

int main(int argc, char **argv)
{
	GError *error = NULL;
	struct spawner *spawner;
	int code;

	(void)argc;
	/* A file that may not grow is an error of the write, told in words. Children inherit it. */
	signal(SIGXFSZ, SIG_IGN);
	spawner = spawner_start(&error);
	if (!spawner) {
		fprintf(stderr, "nixie: %s\n", error->message);
		g_error_free(error);
		return NIXIE_INTERNAL;
	}
	no_core(false, true);
	g_log_set_writer_func(on_log, NULL, NULL);
	words_locale();
	code = cli_run(spawner, argv[0] ? argv + 1 : argv);
	spawner_stop(spawner);
	return code;
}
