/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are chosen by name, such as themes: FOLDER/NAME.ini. One of the user's own, below
 * $XDG_CONFIG_HOME/nixie, goes before one of the data.
 */
#ifndef NIXIE_UI_NAMED_H
#define NIXIE_UI_NAMED_H

/* The file; NULL when there is none of this name. g_free. */
char *named_find(const char *folder, const char *name);
/* All names there are, in alphabetical order; g_strfreev. */
char **named_all(const char *folder);

#endif
