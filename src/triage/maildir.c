/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --maildir: an index of our own, $XDG_DATA_HOME/nixie/index/HASH, one for each place that holds
 * mail. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "triage/session-parts.h"

#define HASH_LETTERS 16
#define PLACES_MAX 10000 /* directories that are looked at for new mail */

bool maildir_store(const char *mail, struct store_ref *store, GError **error)
{
	char *real = realpath(mail, NULL);
	if (!real) {
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("cannot read %s: %s"), mail,
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

/* --- has anything come since? */

/* A place whose time changes when mail comes to it, or goes: a directory, an mbox. */
struct place {
	char *path;
	struct timespec changed;
};

static void place_clear(gpointer data)
{
	g_free(((struct place *)data)->path);
}

static struct timespec time_of(const char *path)
{
	struct stat at;
	return stat(path, &at) == 0 ? at.st_mtim : (struct timespec){0};
}

static void add_place(GArray *places, const char *path)
{
	const struct place place = {g_strdup(path), time_of(path)};
	g_array_append_val(places, place);
}

/* The folders of a Maildir hold no others; all else is looked into. */
static bool is_leaf(const char *name)
{
	return strcmp(name, "cur") == 0 || strcmp(name, "new") == 0 || strcmp(name, "tmp") == 0;
}

static void add_below(GArray *places, const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	while (directory && places->len < PLACES_MAX && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' &&
			(!entry->d_name[1] || strcmp(entry->d_name, "..") == 0))
			continue;
		g_autofree char *below = g_build_filename(path, entry->d_name, NULL);
		if (entry->d_type == DT_DIR ||
			(entry->d_type == DT_UNKNOWN && g_file_test(below, G_FILE_TEST_IS_DIR)))
			add_place(places, below);
	}
	if (directory)
		closedir(directory);
}

static GArray *places_of(const char *mail)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	g_array_set_clear_func(places, place_clear);
	add_place(places, mail);
	for (guint i = 0; i < places->len; i++) {
		g_autofree char *path = g_strdup(g_array_index(places, struct place, i).path);
		g_autofree char *name = g_path_get_basename(path);
		if (i == 0 || !is_leaf(name))
			add_below(places, path);
	}
	return places;
}

bool maildir_has_news(const struct session *session)
{
	for (guint i = 0; session->places && i < session->places->len; i++) {
		const struct place *place = &g_array_index(session->places, struct place, i);
		struct timespec now = time_of(place->path);
		if (now.tv_sec != place->changed.tv_sec || now.tv_nsec != place->changed.tv_nsec)
			return true;
	}
	return false;
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
		unpacked ? g_strdup_printf(_("%s holds a message that is skipped: %s"),
				   session->maildir, why)
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
	/* What comes while it is indexed is seen at the next look. */
	g_clear_pointer(&session->places, g_array_unref);
	session->places = places_of(session->maildir);
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
