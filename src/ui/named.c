/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/named.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "rules/inifile.h"

#define SUFFIX ".ini"

enum { OWN, SHIPPED, PLACES };

static void find_places(const char *folder, char *places[PLACES])
{
	places[OWN] = file_home_path(FILE_CONFIG, folder, NULL);
	places[SHIPPED] = g_build_filename(file_datadir(), folder, NULL);
}

static void free_places(char *places[PLACES])
{
	for (int i = 0; i < PLACES; i++)
		g_free(places[i]);
}

char *named_find(const char *folder, const char *name)
{
	g_autofree char *file = g_strconcat(name, SUFFIX, NULL);
	char *places[PLACES], *found = NULL;

	find_places(folder, places);
	for (int i = 0; i < PLACES && !found && ini_is_id(name); i++) {
		found = places[i] ? g_build_filename(places[i], file, NULL) : NULL;
		if (found && access(found, R_OK) < 0)
			g_clear_pointer(&found, g_free);
	}
	free_places(places);
	return found;
}

static void add_names(GPtrArray *names, const char *place)
{
	g_autoptr(GDir) dir = place ? g_dir_open(place, 0, NULL) : NULL;
	const char *file;

	while (dir && (file = g_dir_read_name(dir))) {
		g_autofree char *name = NULL;

		if (!g_str_has_suffix(file, SUFFIX))
			continue;
		name = g_strndup(file, strlen(file) - strlen(SUFFIX));
		if (ini_is_id(name) &&
			!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
			g_ptr_array_add(names, g_steal_pointer(&name));
	}
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **named_all(const char *folder)
{
	GPtrArray *names = g_ptr_array_new();
	char *places[PLACES];

	find_places(folder, places);
	for (int i = 0; i < PLACES; i++)
		add_names(names, places[i]);
	free_places(places);
	g_ptr_array_sort(names, by_name);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}
