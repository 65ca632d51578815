/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An index of five mails below a folder of this run, and what stands in it. */
#ifndef NIXIE_TESTS_TESTINDEX_H
#define NIXIE_TESTS_TESTINDEX_H

#include <glib.h>
#include <notmuch.h>
#include <string.h>

#include "tree.h"

#define MAILS 5
#define NO_MAIL "ghost@x.example" /* only referred to */

static char *root; /* of this run */

static char *below(const char *name)
{
	return g_build_filename(root, name, NULL);
}

/* Mails m0 to m4, tagged inbox and unread, the last one an answer to one that is not there; no
 * journal. */
static void fresh(void)
{
	g_autofree char *mail = below("mail"), *state = below("state"),
			*cur = below("mail/box/cur");
	notmuch_database_t *database = NULL;

	remove_tree(mail);
	remove_tree(state);
	g_assert_cmpint(g_mkdir_with_parents(cur, 0700), ==, 0);
	g_assert_cmpint(
		notmuch_database_create_with_config(mail, "", NULL, &database, NULL), ==, 0);
	for (int i = 0; i < MAILS; i++) {
		g_autofree char *path = g_strdup_printf("%s/m%d:2,", cur, i);
		g_autofree char *text = g_strdup_printf(
			"From: a@x.example\nSubject: %d\nMessage-ID: <m%d@x.example>\n"
			"Date: Mon, 2 Nov 2026 00:00:0%d +0000\n%s\nbody\n",
			i, i, i, i == MAILS - 1 ? "References: <" NO_MAIL ">\n" : "");
		notmuch_message_t *message = NULL;

		g_assert_true(g_file_set_contents(path, text, -1, NULL));
		g_assert_cmpint(notmuch_database_index_file(database, path, NULL, &message), ==, 0);
		notmuch_message_add_tag(message, "inbox");
		notmuch_message_add_tag(message, "unread");
		notmuch_message_destroy(message);
	}
	notmuch_database_destroy(database);
}

static notmuch_database_t *open_index(void)
{
	g_autofree char *mail = below("mail");
	notmuch_database_t *database = NULL;

	g_assert_cmpint(notmuch_database_open_with_config(
				mail, NOTMUCH_DATABASE_MODE_READ_ONLY, "", NULL, &database, NULL),
		==, 0);
	return database;
}

static char *index_uuid(void)
{
	notmuch_database_t *database = open_index();
	const char *uuid;
	char *copy;

	notmuch_database_get_revision(database, &uuid);
	copy = g_strdup(uuid);
	notmuch_database_destroy(database);
	return copy;
}

/* All tags and properties, a line a mail. */
static char *dump(void)
{
	notmuch_database_t *database = open_index();
	GString *out = g_string_new(NULL);

	for (int i = 0; i < MAILS; i++) {
		g_autofree char *id = g_strdup_printf("m%d@x.example", i);
		notmuch_message_t *message = NULL;
		notmuch_tags_t *tags;
		notmuch_message_properties_t *properties;

		notmuch_database_find_message(database, id, &message);
		g_string_append_printf(out, "m%d", i);
		for (tags = notmuch_message_get_tags(message); notmuch_tags_valid(tags);
			notmuch_tags_move_to_next(tags))
			g_string_append_printf(out, " %s", notmuch_tags_get(tags));
		properties = notmuch_message_get_properties(message, "nixie.", FALSE);
		for (; notmuch_message_properties_valid(properties);
			notmuch_message_properties_move_to_next(properties))
			g_string_append_printf(out, " %s=%s",
				notmuch_message_properties_key(properties),
				notmuch_message_properties_value(properties));
		g_string_append_c(out, '\n');
		notmuch_message_destroy(message);
	}
	notmuch_database_destroy(database);
	return g_string_free(out, FALSE);
}

/* How many mails have the tag. */
static unsigned tagged(const char *tag)
{
	g_autofree char *all = dump(), *word = g_strdup_printf(" %s ", tag);
	g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
	unsigned n = 0;

	for (char **line = lines; *line; line++) {
		g_autofree char *padded = g_strconcat(*line, " ", NULL);

		n += strstr(padded, word) != NULL;
	}
	return n;
}

#endif
