/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who wrote, and to whom it was written: one pass over the whole index, in a child. Mail that was
 * sent from here is read for its recipients (the index holds them as words only), the newest
 * LETTERS_SENT_MAX of it; of all other mail only what Xapian keeps in value slots is told.
 */
#ifndef NIXIE_STORE_LETTERS_H
#define NIXIE_STORE_LETTERS_H

#include "store/store.h"

#define LETTERS_SENT_MAX 50000

struct letter_head {
	char *id; /* without brackets */
	int64_t date;
	char *subject;
	char *from;   /* NULL: sent from here */
	char *to;     /* To, Cc and Bcc as they stand, a comma between them; NULL: not from here */
	char *thread; /* NULL: not from here */
};
void letter_head_free(struct letter_head *letter); /* NULL is legal */

/* The letter is the callee's. */
typedef void letters_on_letter(void *user, struct letter_head *letter);

/*
 * Newest first: what matches `sent_query`, then all else. `sent_query` NULL: nobody knows what was
 * sent from here. NIXIE_BUSY: the index changed meanwhile.
 */
bool letters_read(const struct store_ref *store, const char *sent_query,
	letters_on_letter *on_letter, void *user, GError **error);

#endif
