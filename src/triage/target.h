/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Software that takes addresses (`export --for=NAME`): how its files look is data, one group a
 * target in exports/NAME.ini of the shipped data, of /etc/nixie and of the user's configuration,
 * where a group of the same name takes the place of an earlier one. What a line is made of, and
 * what cannot be said in one, is told there and in nixie(1).
 */
#ifndef NIXIE_TRIAGE_TARGET_H
#define NIXIE_TRIAGE_TARGET_H

#include <glib.h>

#include "base/span.h"

/* How a value is written where it stands. */
enum target_quote {
	TARGET_PLAIN,  /* as it is, without line breaks and control characters */
	TARGET_CSV,    /* a cell of RFC 4180, never neutralised: no spreadsheet reads it */
	TARGET_JSON,   /* a string with its quotes, or null */
	TARGET_INSIDE, /* what stands between the quotes of a JSON string */
	TARGET_NUMBER, /* digits, or null */
	TARGET_QUOTED, /* between double quotes, with backslashes before " and \ */
	TARGET_QUOTES
};

/* A piece of a line: text as it stands, or a column by its place in `columns`. */
struct target_piece {
	char *text; /* NULL: a value */
	guint column;
	enum target_quote quote;
};

struct target {
	char *name;
	char *title, *load; /* what it is, and how the file is loaded: a sentence */
	char *file;         /* its name, when nobody wants another */
	char *head, *foot;  /* with their line breaks; may be NULL */
	char *between;      /* two lines */
	bool once;          /* a line an address, not one a recipient of a report */
	bool permanent;     /* what it does to an address is for good: hard failures only */
	char *columns;      /* comma list */
	GArray *pieces;     /* struct target_piece, of a line */
	char *marks;        /* what is no letter and no digit that may stand in it; NULL: all */
	char *first;        /* of these, what must not be its first byte; NULL: none */
	bool utf8;          /* letters beyond ASCII can be said */
};

struct target_book;
/*
 * All targets in `lang` (NULL: English). What is broken among the user's own is left out and told
 * by target_book_faults; what is shipped may not be.
 */
struct target_book *target_book_load(const char *lang, GError **error);
void target_book_free(struct target_book *book); /* NULL is legal */
/* struct target*, by name. */
const GPtrArray *target_book_list(const struct target_book *book);
/* `file:line: [group] key: why` (char*). */
const GPtrArray *target_book_faults(const struct target_book *book);
/* NIXIE_USAGE with the nearest name and all names, or with the fault of the one that is meant. */
const struct target *target_book_find(
	const struct target_book *book, const char *name, GError **error);

/* Can its form hold this valid mailbox? What it cannot is left out and named, never changed. */
bool target_takes(const struct target *target, const char *address);
/* Appends one value of a line. */
void target_put(GString *out, enum target_quote quote, const char *value);

#endif
