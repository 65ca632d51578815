/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The message that a report is about, in its conversation, with every report under the message that
 * did not arrive. Found by its Message-ID; where the report names none that the index has, by the
 * thread of the report itself, which rests on its References and In-Reply-To.
 */
#ifndef NIXIE_TRIAGE_THREAD_H
#define NIXIE_TRIAGE_THREAD_H

#include "rules/wordbook.h"
#include "triage/session.h"

#define THREAD_MAX 200 /* letters of a conversation, the oldest */

struct thread_letter {
	struct message *message;
	char *answers;       /* Message-ID of the letter that it answers; NULL: none, or not here */
	char *header, *text; /* decoded; NULL: it could not be read */
	bool cut;            /* there is more of it */
	unsigned depth;      /* of the tree */
	bool ours;           /* sent from here */
	bool is_original;    /* the one that the report is about */
	GPtrArray *returned; /* struct row*: the reports about it, of the loaded result */
};

struct thread {
	const char *original; /* Message-ID that the report names; NULL: none */
	bool ready;
	GError *error;      /* why it could not be looked for: the rest says nothing then */
	enum trace trace;   /* what the index knows of it */
	char *id;           /* notmuch's thread; NULL: nothing was found */
	GPtrArray *letters; /* struct thread_letter*, each under what it answers, oldest first */
	bool cut;           /* there are more than THREAD_MAX */
};

/* `ready` (may be NULL) is called from the main loop when all is there, but not after
 * thread_close(). */
struct thread *thread_open(
	struct session *session, const struct row *row, void (*ready)(void *user), void *user);
void thread_close(struct thread *thread); /* NULL is legal */
void thread_wait(struct thread *thread);

/* What is told of a report under its letter: "did not arrive at ADDRESS: 5.1.1 no-such-user". */
char *returned_words(const struct knowledge *knowledge, const struct row *row); /* g_free */

#endif
