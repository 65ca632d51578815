/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is asked of an index and what it answers, as plain data: the words that the children, the
 * wire and the model share. Nothing here knows libnotmuch.
 */
#ifndef NIXIE_STORE_STORE_H
#define NIXIE_STORE_STORE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Which index. Strings are borrowed for the call only. */
struct store_ref {
	/* Mail root, or NULL: notmuch's own search (configuration, profile, environment). */
	const char *database;
	const char *config; /* notmuch config file, NULL: default, "": none */
	const char *profile;
};

/* A message of the index, as the reader copies it out. */
struct message {
	char *id; /* without brackets */
	char *thread;
	int64_t date; /* seconds since 1970 */
	char *from, *subject;
	char **tags;  /* sorted */
	char **files; /* absolute paths, sorted */
	/* "key=value" of nixie.*, sorted; long values in their plain form where it is known. */
	char **properties;
	/* Where it was asked for: To, Cc and Bcc of the first file, as written, and which state of
	 * the file that is (store/recipients). NULL: not asked for, or not readable. */
	char *to;
	int64_t stamp;
};
void message_free(struct message *message); /* NULL is legal */

/* What the index says of itself. */
struct store_info {
	const char *uuid;     /* database uuid */
	uint64_t revision;    /* lastmod */
	const char *path;     /* mail root */
	uint64_t count;       /* messages the query matches */
	uint64_t total;       /* messages there are; 0: not asked for */
	char **own_addresses; /* user.primary_email and user.other_email */
	char **exclude_tags;
	bool synchronize_flags;
	bool writable;
};

/* What is to change in one message, or what truly changed (a delta). */
struct change {
	const char *id;
	const char *const *add_tags, *const *remove_tags;             /* NULL-ended or NULL */
	const char *const *add_properties, *const *remove_properties; /* "key=value" */
};
/* Owned copies: all four lists are non-NULL. */
struct change *change_copy(const struct change *change);
void change_free(struct change *change); /* only of a change_copy; NULL is legal */
bool change_is_empty(const struct change *change);

/*
 * Is this a tag that nixie sets? Refused: empty, a leading `-`, control bytes, invalid UTF-8, over
 * 200 bytes (interface.md section 4). The error names the tag and the reason.
 */
bool tag_check(const char *tag, GError **error);
/* One of the five tags that stand for Maildir flags: setting it may rename files. */
bool tag_renames_files(const char *tag);

#endif
