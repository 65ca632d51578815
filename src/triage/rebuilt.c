/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/rebuilt.h"

#include <glib.h>
#include <stdbool.h>

#include "base/file.h"
#include "base/words.h"
#include "triage/suppress.h"

#define DIGITS 32 /* of the digest of a place: its name may be private */

static char *remembered_at(const char *place)
{
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, place, -1);
	g_autofree char *name = g_strdup_printf("index/%.*s", DIGITS, digest);
	return file_home_path(FILE_STATE, name, NULL);
}

/* NULL when it is none. g_free. */
static char *read_uuid(const char *path)
{
	g_autofree char *uuid = NULL;
	if (!g_file_get_contents(path, &uuid, NULL, NULL))
		return NULL;
	g_strchomp(uuid);
	for (const char *c = uuid; *c; c++)
		if (!g_ascii_isalnum(*c) && *c != '-')
			return NULL;
	return *uuid ? g_steal_pointer(&uuid) : NULL;
}

static char *list_path(const char *uuid)
{
	g_autofree char *directory = file_home_path(FILE_DATA, "suppress", NULL);
	return directory ? g_build_filename(directory, uuid, NULL) : NULL;
}

/* Is anybody on it? Who was taken off leaves lines, too. */
static bool has_list(const char *uuid)
{
	struct suppression *list = suppression_load(uuid, NULL);
	g_autoptr(GPtrArray) on = list ? suppression_list(list) : NULL;
	bool any = on && on->len;
	suppression_free(list);
	return any;
}

char *rebuilt_note(const char *uuid, const char *place)
{
	g_autofree char *path = remembered_at(place), *before = path ? read_uuid(path) : NULL;
	if (!path || (before && g_str_equal(before, uuid)))
		return NULL;
	g_autofree char *old = before ? list_path(before) : NULL, *now = list_path(uuid);
	if (old && now && has_list(before) && !has_list(uuid))
		return g_strdup_printf(
			_("this index was made anew, and nobody is on its suppression list; that "
			  "of the one before is %s; copy it to %s"),
			old, now);
	g_autofree char *line = g_strconcat(uuid, "\n", NULL);
	file_own_write(path, span_of(line), NULL);
	return NULL;
}
