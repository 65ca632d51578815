/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/renames.h"

#include <string.h>

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "store/delta.h"

/* The flag letter of a tag; that of `unread` stands for its absence. */
static const struct {
	const char *tag;
	char flag;
	bool inverse;
} flags[] = {
	{"draft", 'D', false},
	{"flagged", 'F', false},
	{"passed", 'P', false},
	{"replied", 'R', false},
	{"unread", 'S', true},
};

struct renames {
	GPtrArray *ids;
};

struct renames *renames_new(void)
{
	struct renames *renames = g_new(struct renames, 1);

	renames->ids = g_ptr_array_new_with_free_func(g_free);
	return renames;
}

void renames_free(struct renames *renames)
{
	g_ptr_array_unref(renames->ids);
	g_free(renames);
}

static bool any(const char *const *tags)
{
	for (; *tags; tags++)
		if (tag_renames_files(*tags))
			return true;
	return false;
}

void renames_note(struct renames *renames, const struct change *delta)
{
	if (any(delta->add_tags) || any(delta->remove_tags))
		g_ptr_array_add(renames->ids, g_strdup(delta->id));
}

bool renames_is_empty(const struct renames *renames)
{
	return !renames->ids->len;
}

/* --- the check on disk */

static bool has_tag(notmuch_message_t *message, const char *tag)
{
	notmuch_tags_t *tags = notmuch_message_get_tags(message);
	bool found = false;

	for (; !found && notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags))
		found = g_str_equal(notmuch_tags_get(tags), tag);
	notmuch_tags_destroy(tags);
	return found;
}

/* Only files in cur/ and new/ of a Maildir carry flags. */
static bool in_maildir(const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path),
			*last = g_path_get_basename(directory);

	return g_str_equal(last, "cur") || g_str_equal(last, "new");
}

static bool follows(notmuch_message_t *message, const char *path)
{
	const char *info = strstr(path, ":2,");

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
		bool set = info && strchr(info + strlen(":2,"), flags[i].flag);

		if (set != (has_tag(message, flags[i].tag) != flags[i].inverse))
			return false;
	}
	return true;
}

/* The first file that did not follow; NULL when all did. g_free. */
static char *left_behind(notmuch_message_t *message)
{
	notmuch_filenames_t *files = notmuch_message_get_filenames(message);
	char *found = NULL;

	for (; !found && notmuch_filenames_valid(files); notmuch_filenames_move_to_next(files)) {
		const char *path = notmuch_filenames_get(files);

		if (in_maildir(path) && !follows(message, path))
			found = text_visible(path, TEXT_PLAIN);
	}
	notmuch_filenames_destroy(files);
	return found;
}

bool renames_apply(const struct renames *renames, notmuch_database_t *database, GError **error)
{
	g_autofree char *first = NULL;
	unsigned failed = 0;

	for (guint i = 0; i < renames->ids->len; i++) {
		notmuch_message_t *message = delta_find(database, renames->ids->pdata[i], NULL);
		char *file;

		if (!message)
			continue;
		notmuch_message_tags_to_maildir_flags(message);
		file = left_behind(message);
		failed += file != NULL;
		if (first)
			g_free(file);
		else
			first = file;
		notmuch_message_destroy(message);
	}
	if (!failed)
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL,
		_("the tags are set, but of %u messages a file could not be renamed to match, the "
		  "first of them %s"),
		failed, first);
	return false;
}
