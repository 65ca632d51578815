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

/* --- bringing it up to date */

struct indexing {
	struct session *session;
	job_done *done;
	void *user;
};

/* A file unpacked from an mbox has a name that nobody knows. */
static void on_skipped(void *user, const char *file, const char *why)
{
	const struct session *session = ((struct indexing *)user)->session;
	bool unpacked = g_str_has_prefix(file, session->store.database);
	g_ptr_array_add(session->troubles,
		unpacked ? g_strdup_printf(
				   "%s holds a message that is skipped: %s", session->maildir, why)
			 : g_strdup_printf("%s: %s", file, why));
}

static void on_progress(void *user, uint64_t done, uint64_t total)
{
	struct session *session = ((struct indexing *)user)->session;
	session->indexing_done = done;
	session->indexing_total = total;
	session_tell(session, SESSION_PROGRESS);
}

static void on_indexed(void *user, const GError *error)
{
	struct indexing *indexing = user;
	indexing->session->indexed |= !error;
	indexing->done(indexing->user, error);
	g_free(indexing);
}

struct job *maildir_index(struct session *session, job_done *done, void *user)
{
	/* So that `done` has a tag to take away. */
	const char *tags[] = {config_text(session->config, SET_TAG_DONE), NULL};
	const struct indexer_request request = {
		.mail = session->maildir,
		.database = session->store.database,
		.tags_bounce = tags,
	};
	const struct indexing indexing = {session, done, user};
	return indexer_start(session->spawner, &request, on_progress, on_skipped, on_indexed,
		g_memdup2(&indexing, sizeof indexing));
}
