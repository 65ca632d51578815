/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the words beside a number, a host or an address make of it, from data/lexicon.ini: a group a
 * class, in it a key a language. `*` stands for letters that may touch a word.
 */
#ifndef NIXIE_RULES_LEXICON_H
#define NIXIE_RULES_LEXICON_H

#include "base/span.h"
#include "rules/knowledge.h"

enum lexicon_class {
	LEXICON_ATTEMPT, /* what a count of attempts counts */
	LEXICON_SECOND,  /* units behind a number */
	LEXICON_MINUTE,
	LEXICON_HOUR,
	LEXICON_BYTE,
	LEXICON_KILOBYTE,
	LEXICON_MEGABYTE,
	LEXICON_GIGABYTE,
	LEXICON_OF_SIZE,       /* the number behind it is a size or its limit */
	LEXICON_OF_LIMIT,      /* it is the limit */
	LEXICON_OF_MESSAGE,    /* it is the size of the message */
	LEXICON_OF_WAIT,       /* the time behind it is to be waited */
	LEXICON_OF_PERIOD,     /* it is the time in which something was counted */
	LEXICON_NEW_ADDRESS,   /* the address behind it is that of who has moved */
	LEXICON_DAEMON,        /* mailboxes that only a mail system writes from */
	LEXICON_ARRIVED,       /* all that is said of a recipient: nothing failed */
	LEXICON_WAITING,       /* the same: nothing failed yet */
	LEXICON_ANSWER,        /* the subject of an answer begins with it */
	LEXICON_FROM,          /* label of the sender in the header of a mail that is passed on */
	LEXICON_ASKED_NAME,    /* the name of the server that was asked follows, up to `]` */
	LEXICON_ASKED_IP,      /* its address follows */
	LEXICON_CONNECTED,     /* a sentence that begins so goes on with its address */
	LEXICON_REPLY,         /* the number behind it is a reply */
	LEXICON_REPLY_FILLER,  /* may stand between */
	LEXICON_NO_REPLY,      /* the number behind it is something else */
	LEXICON_COUNTED,       /* what a number before it counts, so it is no reply */
	LEXICON_QUOTING,       /* a foreign reply follows (H25) */
	LEXICON_QUOTING_MARKS, /* one follows if it stands in quotation marks */
	LEXICON_VERIFYING,     /* the reply that follows was said of the sender */
	LEXICON_QUOTED,        /* what was quoted ends before it */
	LEXICON_COUNT
};

/* Is the word one of the class? */
bool lexicon_is(const struct knowledge *knowledge, enum lexicon_class class, struct span word);
/* Does one of the class stand in the text? It need not be UTF-8. */
bool lexicon_in(const struct knowledge *knowledge, enum lexicon_class class, struct span text);
/* Bytes of the one that the text begins or ends with, whatever touches it; 0: none. */
size_t lexicon_begins(
	const struct knowledge *knowledge, enum lexicon_class class, struct span text);
size_t lexicon_ends(const struct knowledge *knowledge, enum lexicon_class class, struct span text);
/* The text behind the first one of the class, up to its end; empty: there is none. */
struct span lexicon_behind(
	const struct knowledge *knowledge, enum lexicon_class class, struct span text);
/* The text before the first one of the class; all of it: there is none. */
struct span lexicon_before(
	const struct knowledge *knowledge, enum lexicon_class class, struct span text);

#endif
