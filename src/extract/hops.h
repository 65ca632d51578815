/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way that a message went, from the Received fields of its header (RFC 5321 section 4.4): who
 * took it from whom and when, and how long it lay between two servers.
 */
#ifndef NIXIE_EXTRACT_HOPS_H
#define NIXIE_EXTRACT_HOPS_H

#include <stdint.h>

#include "base/arena.h"

#define HOPS_MAX 100 /* RFC 5321 section 6.3: with more it is a loop; the newest are kept */
#define HOP_UNKNOWN (-1)

struct hop {
	const char *from, *by, *with, *id; /* NULL: not told */
	const char *ip;                    /* of `from`, as `by` saw it; NULL: not told */
	const char *date; /* RFC 3339 with the zone as written; NULL: none that can be read */
	int64_t time;     /* the same in seconds since 1970, or HOP_UNKNOWN */
	int64_t delay;    /* seconds since the last time before it, or HOP_UNKNOWN */
	int64_t skew;     /* seconds that its clock is behind the one before; 0: it is not */
};

struct hops {
	struct hop *v; /* oldest first */
	size_t n;
	bool cut;              /* there are more than HOPS_MAX */
	int64_t last;          /* the time that was noted last, or HOP_UNKNOWN */
	const char *last_date; /* the same as `date` of that hop; NULL */
};

/* `header`: raw, or unfolded with a line a field. */
struct hops hops_read(struct span header, struct arena *arena);
/* The word behind `key` (from, by, with, id) in a Received field, outside its comments and before
 * its date. */
struct span hop_word(struct span value, const char *key);

#endif
