/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words for people in their language: _("…") where they are shown, N_("…") in a table that is
 * shown through _() later, ngettext() where a number decides the form, C_("where", "…") where
 * one English word is two in other languages. What machines read is never translated: names of
 * commands, options, settings, columns, keys, tags and categories, exit codes.
 * contrib/doc/translating.md tells how the catalogues of data/po are kept.
 */
#ifndef NIXIE_BASE_WORDS_H
#define NIXIE_BASE_WORDS_H

#include <glib/gi18n.h>
#include <stdbool.h>

/*
 * The locale of the environment. ssh brings its name to machines that do not have it; then letters
 * are still those of its charset, and language names are found by words_of_locale().
 */
void words_locale(void);
/* Where the catalogues are: NIXIE_LOCALEDIR, or where make install puts them. */
const char *words_dir(void);
/* The first language of the locale (LANGUAGE, LC_ALL, LC_MESSAGES, LANG) that has a catalogue;
 * NULL: English. */
char *words_of_locale(void);
/* That of the catalogues which serves `asked` ("de_AT" is served by "de"); NULL: English. */
char *words_find(const char *asked);
/*
 * Messages are in this language from here on, whatever the locale says; NULL: English. The
 * catalogue is in memory on return, so that a process may shut itself in afterwards.
 */
void words_use(const char *language);

#endif
