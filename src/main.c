/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spawner first, from a clean process; then locale and dispatch; the only exit. */
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "base/errors.h"
#include "base/nocore.h"
#include "cli/cli.h"
#include "worker/spawner.h"

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
	setlocale(LC_ALL, "");
	code = cli_run(spawner, argv[0] ? argv + 1 : argv);
	spawner_stop(spawner);
	return code;
}
