/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that a test has made. */
#ifndef NIXIE_TESTS_TREE_H
#define NIXIE_TESTS_TREE_H

#include <glib.h>
#include <glib/gstdio.h>

static inline void remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *one = g_build_filename(path, name, NULL);

		remove_tree(one);
	}
	g_remove(path);
}

#endif
