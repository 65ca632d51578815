/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of a load: what load.c (its life and its steps), load-facts.c (the files of the messages)
 * and load-kept.c (the list that was kept) share. Not for other modules.
 */
#ifndef NIXIE_TRIAGE_LOAD_PARTS_H
#define NIXIE_TRIAGE_LOAD_PARTS_H

#include "triage/lookup.h"
#include "triage/rowpage.h"
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
	struct job *kept_job; /* asks for the list that was kept */
	bool kept_asked;      /* it was, or need not be */
	bool taken;           /* it is there, and takes the place of reading */
	bool broken;          /* not all of it is */
	bool complete;        /* it was nearly all that had to be read */
	struct kept_base kept;
	struct rowpage_news kept_news;
	struct rowpage_about kept_about;
	struct changes *changes; /* what the index did since; NULL: nothing */
	bool changing;           /* that is being asked */
	bool moved;              /* the index changed meanwhile */
	uint64_t revision;       /* of the index, as it was first told; 0: not yet */
	GPtrArray *chunks;       /* struct chunk* under way */
	size_t reading;          /* files of them */
	GQueue held;             /* GArray of places, whose turn comes */
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

/* Messages that the index tells of; takes them. */
void load_take_batch(struct load *load, GPtrArray *messages);

/* --- load-changes.c: what became of a list that was kept, or is on the screen */
void changes_free(struct changes *changes); /* NULL is legal */
void changes_cancel(struct changes *changes);
/* Whether all of it is known now, and that which matches is among the rows; why not may be known,
 * too. */
typedef void changes_done(struct load *load, bool known, const GError *error);
/* Of a list that was kept: False: nothing can be told. Callable while the list is read. */
bool changes_ask(struct load *load, changes_done *done);
/* After revision `from` up to `to`. */
void changes_read(struct load *load, uint64_t from, uint64_t to, changes_done *done);
/* When the pages of the list are there, too: are the messages those that match now? */
bool changes_add_up(const struct load *load);
/* Where a letter may have gone, it is looked for; load_kept_is_told() follows. False: none need be,
 * or all were. */
bool changes_look_for_letters(struct load *load);
/* Files of which the letter came, went or changed. */
void changes_add_places(struct load *load, GArray *places);
/* Message-IDs of those that are in the list no longer. */
GPtrArray *changes_left(const struct load *load);

/* --- load-kept.c */
void load_ask_kept(struct load *load);
/* When neither the list nor what it took the place of tells anything more. */
void load_kept_is_told(struct load *load);

#endif
