/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a message waits, and where it waited on its way: what a provider asks for when mail is
 * late. From the Received fields of the message that came back and of the report itself, and from
 * when the reporting server says that the message arrived there.
 */
#ifndef NIXIE_TRIAGE_TRANSIT_H
#define NIXIE_TRIAGE_TRANSIT_H

#include "extract/hops.h"
#include "triage/row.h"

#define TRANSIT_LONG 60 /* seconds from which on a server has kept a message */

struct transit {
	struct arena *arena;
	struct hops lost;   /* of the message that came back */
	struct hops report; /* of the report */
	bool delayed;       /* it is still being tried */
	const char *host;   /* where it waits, or waited until it was given up; NULL: unknown */
	const char *since;  /* when it arrived there, RFC 3339; NULL: unknown */
	const char *until;  /* when the report was written, likewise */
	int64_t waited;     /* seconds between the two, or HOP_UNKNOWN */
};

struct transit *transit_new(const struct reading *reading, const struct details *details);
void transit_free(struct transit *transit); /* NULL is legal */

/* "It has waited 4 hours at mx1.example."; NULL: nothing is known of it. g_free. */
char *transit_words(const struct transit *transit, const struct knowledge *knowledge);

enum transit_look { TRANSIT_HEADING, TRANSIT_WORDS, TRANSIT_PLAIN, TRANSIT_LONGEST };
struct transit_line {
	enum transit_look look;
	char *text; /* visible, at most `width` cells but for a word that is longer */
};
/* All of it for people: struct transit_line*. g_ptr_array_unref. */
GPtrArray *transit_lines(
	const struct transit *transit, const struct knowledge *knowledge, int width);

#endif
