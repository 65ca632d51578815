/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of a load: what load.c (its life and its steps), load-facts.c (the files of the messages)
 * and load-kept.c (the list that was kept) share. Not for other modules.
 */
#ifndef NIXIE_TRIAGE_LOAD_PARTS_H
#define NIXIE_TRIAGE_LOAD_PARTS_H

#include "triage/lookup.h"
#include "triage/session-parts.h"

/* A file of a message. */
struct place {
	struct entry *entry;
	unsigned file;
};

/* Reports in memory at a time, 3 KB each: read, or waiting for what is known of their letters. More
 * than are asked about together (lookup.c), which are waited for. */
#define REPORTS_MOST 3000
/* Of so many messages of a list that was kept one may be read each time: it may be one that cannot
 * be read, for which alone it would be written again and again. */
#define CHANGED_FEW 50

/* Files of one batch whose facts are under way. */
struct chunk {
	struct load *load;
	struct facts *facts;
	GArray *places; /* struct place */
	bool dropped;   /* they come from elsewhere */
};

struct load {
	struct session *session;
	int64_t began;    /* g_get_monotonic_time() */
	int64_t began_at; /* seconds since 1970 */
	unsigned jobs;    /* of this load, under way */
	bool dropped;
	bool listed;   /* the reader has ended */
	bool settling; /* all is read */
	bool count_asked, counting;
	bool seen;       /* the first rows are on the screen, whole */
	bool meeting;    /* only to learn which index it is */
	bool news;       /* only what changed since the result was listed */
	bool changed;    /* of the messages that were there */
	unsigned added;  /* messages that were not */
	struct job *job; /* indexer, probe or reader */
	struct job *count_job;
	struct job *kept_job;   /* asks for the list that was kept */
	bool kept_asked;        /* it was, or need not be */
	bool taken;             /* it is there, and takes the place of reading */
	bool broken;            /* not all of it is */
	unsigned changed_files; /* were, since */
	bool complete;          /* it was nearly all that had to be read */
	bool moved;             /* the index changed meanwhile */
	uint64_t revision;      /* of the index, as it was first told; 0: not yet */
	GPtrArray *chunks;      /* struct chunk* under way */
	size_t reading;         /* files of them */
	GQueue held;            /* GArray of places, whose turn comes */
	struct lookup lookup;
	struct result_load *result; /* rows of a result, NULL: of an index */
	GError *error;
};

/* --- load.c */
void load_job_begins(struct load *load);
/* False when the load was dropped: then the caller leaves it alone, it may be gone. */
bool load_job_ends(struct load *load);
void load_rows_come(struct load *load);
/* Whatever can go on does. */
void load_advance(struct load *load);
void load_fail(struct load *load, const GError *error);
/* Once, when the first rows are on the screen: it takes a processor as long as finding them does.
 */
void load_count(struct load *load);
void load_list(struct load *load); /* the list, from the index */

/* --- load-facts.c */
void load_add_place(GArray *places, struct entry *entry, unsigned file);
void load_add_places(GArray *places, struct entry *entry, unsigned from);
/* Files whose turn comes, as many as may wait in memory. */
void load_start_held(struct load *load);

/* --- load-kept.c */
void load_ask_kept(struct load *load);
/* When neither the list nor what it took the place of tells anything more. */
void load_kept_is_told(struct load *load);

#endif
