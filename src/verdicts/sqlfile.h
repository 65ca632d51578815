/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A SQLite file of an index under $XDG_CACHE_HOME/nixie, of which everything can be made again: one
 * that is broken, or of another version, is thrown away and made anew.
 */
#ifndef NIXIE_VERDICTS_SQLFILE_H
#define NIXIE_VERDICTS_SQLFILE_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct sqlfile_kind {
	const char *ending; /* behind the uuid */
	int version;
	int patience; /* milliseconds to wait for another process */
	/* Makes the tables, in a transaction that is open and is not ended here. */
	bool (*create)(sqlite3 *db);
	/* Prepares what is wanted of a file that has them; false: it is broken. `clear` finalizes
	 * what is prepared then. */
	bool (*ready)(sqlite3 *db, void *user);
	void (*clear)(void *user);
};

/*
 * With `note` (may be NULL) what was thrown away is told, g_free. NULL with error when there can be
 * no file. sqlite3_close, after what `ready` prepared is finalized.
 */
sqlite3 *sqlfile_open(
	const struct sqlfile_kind *kind, const char *uuid, void *user, char **note, GError **error);

/* What was found while it was used: the file is thrown away when it is closed. */
struct sqlfile_harm {
	bool found;
};
/* After a call that failed: was it because of what is in the file? */
void sqlfile_look(sqlite3 *db, struct sqlfile_harm *harm);
void sqlfile_close(sqlite3 *db, const struct sqlfile_harm *harm);

/* What `ready` and `clear` of struct sqlfile_kind do with statements that are run often. */
bool sqlfile_prepare(sqlite3 *db, const char *const *texts, sqlite3_stmt **statements, size_t n);
void sqlfile_finalize(sqlite3_stmt **statements, size_t n);

bool sqlfile_run(sqlite3 *db, const char *sql);
/* A statement that is run once: its first number, if it has one. `text` may be NULL. */
bool sqlfile_number(sqlite3 *db, const char *sql, const char *text, int64_t *number);

#endif
