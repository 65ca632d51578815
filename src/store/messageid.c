/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/messageid.h"

#include <glib.h>
#include <string.h>

#define KEPT_MAX 189 /* bytes */
#define DIGEST_MARK "notmuch-sha1-"

char *message_id_kept(const char *id)
{
	size_t n = id ? strlen(id) : 0;
	g_autofree char *digest = NULL;

	if (n <= KEPT_MAX)
		return g_strdup(id);
	/* The NUL at its end counts, too. */
	digest = g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)id, n + 1);
	return g_strconcat(DIGEST_MARK, digest, NULL);
}
