/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --maildir: an index of our own, $XDG_DATA_HOME/nixie/index/HASH, one for each place that holds
 * mail. */
#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"
#include "base/file.h"
#include "triage/session-parts.h"

#define HASH_LETTERS 16

bool maildir_store(const char *mail, struct store_ref *store, GError **error)
{
	char *real = realpath(mail, NULL);
	if (!real) {
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, "cannot read %s: %s", mail,
			g_strerror(errno));
		return false;
	}
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, real, -1);
	g_autofree char *name = g_strdup_printf("index/%.*s", HASH_LETTERS, hash);
	char *database = file_home_path(FILE_DATA, name, error);
	free(real);
	if (!database)
		return false;
	g_free((char *)store->database);
	g_free((char *)store->config);
	g_free((char *)store->profile);
	*store = (struct store_ref){.database = database, .config = g_strdup("")};
	return true;
}
