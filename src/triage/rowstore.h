/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of a session: messages as they arrive, a row for each file until its facts are known,
 * then one for each recipient. A row never moves. A hundred thousand are kept, 136 bytes each and
 * 64 for a message with its file, without their texts. What is the same in many of them is kept
 * once (texts.h); what only one screen shows is not kept at all (struct details).
 */
#ifndef NIXIE_TRIAGE_ROWSTORE_H
#define NIXIE_TRIAGE_ROWSTORE_H

#include "triage/context.h"
#include "triage/filter.h"
#include "triage/session.h"
#include "triage/texts.h"
#include "triage/ticket.h"

#define ENTRY_FILES_MOST 0x1fffffff
#define ROWS_OF_A_REPORT 100000 /* shown; the report tells how many there are */

/* A row with what only the model needs. */
struct row_node {
	struct row row;        /* first: a row is its node */
	struct row_node *next; /* of the same message, by file and recipient */
	/* NULL, or a ring: a row, those that are folded under it, and that row again. */
	struct row_node *told;
	uint32_t retried;     /* when it was sent again, seconds since 1970; 0: never */
	unsigned fingerprint; /* tells reports apart that look alike in a row */
};

/* A file of a message. */
struct entry_file {
	struct row_node *first;
	uint32_t folder, name; /* of `texts` and of `names`; the folder ends in a slash */
};

/* A message and its rows. */
struct entry {
	const char *id;
	struct rowstore *store;
	struct entry_file *files;
	uint32_t date;             /* seconds since 1970; 0: unknown */
	uint32_t subject;          /* a text */
	uint32_t tags, properties; /* lists of texts, sorted */
	unsigned files_n;
	unsigned unread : 29;   /* files whose facts are not known */
	unsigned unsettled : 1; /* something changed that other rows may rest on (settle.c) */
	unsigned paged : 1;     /* a page told of it (rowpage.h) */
	unsigned kept : 1;      /* and it is as on that page */
};

struct rowstore {
	const struct knowledge *knowledge;
	GPtrArray *entries; /* struct entry*, newest first, those of one second by id */
	struct rowindex *by_id;
	struct texts *texts;    /* what is the same in many; kept for the next store, too */
	struct texts *names;    /* Message-IDs and names of files: of one row alone */
	struct arena *arena;    /* of entries, files and rows */
	struct row_node *nodes; /* not taken yet */
	unsigned nodes_left;
	GHashTable *references;        /* first row of a file -> list of texts: row_references() */
	GHashTable *marks;             /* keys of rows that were marked before a reload */
	struct ticket_reader *tickets; /* of the session; NULL: none are read */
	GString *scratch;
	uint64_t unreadable; /* files */
	uint64_t read;       /* messages whose facts are known */
};

/* `before`, which goes soon: texts that it has stay as they are, for whoever keeps some. NULL:
 * none. */
struct rowstore *rowstore_new(const struct knowledge *knowledge, const struct rowstore *before);
void rowstore_free(struct rowstore *store);
/* Takes the message. `coming`: its rows are not shown before rowstore_arrive. */
struct entry *rowstore_add(struct rowstore *store, struct message *message, bool coming);
/* A message of which only this is known yet, in its place; it is not there. */
struct entry *rowstore_make_entry(struct rowstore *store, const char *id, uint32_t date);
/* A row of this file, that is not linked to the others yet. */
struct row_node *rowstore_make_row(struct entry *entry, unsigned file);
/* All messages go; their rows stay where they are, for whoever has hold of one. */
void rowstore_forget(struct rowstore *store);
/* The Message-IDs that a report refers to beside that of its letter, of which sent_book.h knows
 * what it takes; of the first row of a file. NULL-ended. */
char *const *row_references(const struct row_node *first);
void row_set_references(struct row_node *first, char *const *ids);
/* NULL-ended. */
char *const *entry_tags(const struct entry *entry);
char *const *entry_properties(const struct entry *entry);
/* The tags and properties of a message, from now on; NULL-ended. Whether that is any change. */
bool entry_set_words(struct entry *entry, char *const *tags, char *const *properties);
/* What the writer did to a message. */
void entry_change(struct entry *entry, const struct change *delta);
/* The first of all its rows; NULL: it has no file. */
struct row_node *entry_rows(const struct entry *entry);
struct entry *rowstore_find(const struct rowstore *store, const char *id);
/* The facts of one file; `contexts` one a recipient. The first of the rows that it has now. */
struct row_node *rowstore_fill(struct rowstore *store, struct entry *entry, unsigned file,
	const struct report *report, const struct context *contexts);
/* One of its files has its rows now. */
void entry_file_is_read(struct entry *entry);
/* A row that has all its facts is marked, if it was before a reload. */
void row_restore_mark(struct row *row);
/* A failure or a delay: all else is hidden. */
bool kind_is_bounce(int kind);
/* The file could not be read. */
void rowstore_fail(struct rowstore *store, struct entry *entry, unsigned file, const char *why);
/* Sets what context says; `node` is what rowstore_fill gave. */
void rowstore_set_contexts(struct row_node *node, const struct context *contexts);
/* Which rows are marked, for rowstore_take_marks of the next store. */
void rowstore_take_marks(struct rowstore *store, const struct rowstore *before);

/* --- rowfiles.c: the files of a message, and what came while the list was on the screen */
/* The path of a file; g_free. */
char *entry_path(const struct entry *entry, unsigned file);
/* The name of a file without what a mail program changes: folder and flags. */
struct span entry_file_name(const struct entry *entry, unsigned file);
/* NULL when there is no such file. */
struct row_node *entry_first_row(const struct entry *entry, unsigned file);
/* Files that come behind those that are there, each with a row until its facts are known. */
void entry_add_files(struct entry *entry, char *const *paths, bool coming);
/*
 * What the index says now of a message that is there: takes its tags, properties and files, and
 * frees the rest. Files are told apart by their names without flags and folder; new ones come
 * behind the others, coming. Whether anything changed.
 */
bool rowstore_update(struct rowstore *store, struct entry *entry, struct message *message);
/* The first file of which the rows are coming and the facts not known; the number of files when
 * there is none. */
unsigned rowstore_unread_from(const struct entry *entry);
/* Shows the rows that were coming, as fresh ones. */
void rowstore_arrive(struct rowstore *store);

/* --- rowfold.c: what only the whole result tells */
/* Files of a message that hold the same report are marked as copies. */
void rowstore_find_copies(struct entry *entry);
/* Is it a failure or delay of an address, and no copy? */
bool rowstore_counts(const struct row_node *node);
/* The row that it is folded under; NULL: none. */
struct row_node *row_leader(const struct row_node *node);
/*
 * From here on `nodes` are all the rows of one mailbox that count: struct row_node*. Folds earlier
 * reports of the same failure under the last, and counts. Leaves them oldest first, which the
 * others expect.
 */
void reports_fold(GPtrArray *nodes);
/* The rows of all mailboxes that count, by mailbox and these oldest first. g_ptr_array_unref. */
GPtrArray *rowstore_by_mailbox(const struct rowstore *store);
/* Those of one mailbox alone. g_ptr_array_unref. */
GPtrArray *rowstore_of_mailbox(const struct rowstore *store, const char *mailbox);
/* Where the mailbox at `from` of such an array ends. */
guint rowstore_end_of_mailbox(const GPtrArray *nodes, guint from);
/* --- outcome.c */
/*
 * What was sent again bears the Message-ID of the first: the marks of a report that is folded hold
 * for the row that it is folded under. Rows that were sent again, and whose address bounced after
 * that, become `bounced-again`.
 */
void reports_find_returned(const GPtrArray *nodes);
/* --- propose.c */
struct thresholds {
	int proven_reports, hard_reports, soft_week, soft_month;
	bool proven_only; /* sent mail is indexed: what only fits mail from here may be made up */
};
/*
 * Rows without a state whose address should be suppressed become `proposed` (hard-problems.md 2.6).
 * What came before an address was taken off the `list` counts no more.
 */
void reports_propose(const GPtrArray *nodes, const struct thresholds *thresholds,
	const struct suppression *list);

/* --- rowview.c: what is shown, in order */
struct rowview {
	const struct filter *filters[3]; /* all must match; NULL: no more */
	enum sort_key key;
	bool reverse;
	GPtrArray *rows;      /* struct row* */
	uint64_t marked;      /* of `rows` */
	uint64_t fresh, gone; /* of `rows` */
	uint64_t hidden;      /* rows that are no failure or delay, folded, or copies */
};
void rowview_build(struct rowview *view, const struct rowstore *store);

#endif
