/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words and sentences that results are told in, from data/words.ini: one group a set, its keys the
 * ids of the set.
 */
#ifndef NIXIE_RULES_WORDBOOK_H
#define NIXIE_RULES_WORDBOOK_H

#include "rules/knowledge.h"

enum word_set {
	WORDS_SEVERITY,       /* enum bounce_type, then SEVERITY_WAIT and SEVERITY_NONE */
	WORDS_ACTOR,          /* enum actor */
	WORDS_KIND_TITLE,     /* enum kind */
	WORDS_KIND_TEXT,      /* enum kind */
	WORDS_CONFIDENCE,     /* enum confidence */
	WORDS_CONFIDENCE_WHY, /* enum confidence */
	WORDS_SENTENCE,       /* enum sentence */
	WORD_SETS
};

enum { SEVERITY_WAIT = TYPE_COUNT, SEVERITY_NONE, SEVERITY_COUNT };

enum sentence {
	SENTENCE_THEN,            /* stands between those who act */
	SENTENCE_NOTHING_TO_SEND, /* when to send again, where nothing failed */
	SENTENCE_DRESSED_UP,
	SENTENCE_FORGED,
	SENTENCE_CONTRADICTED,
	SENTENCE_FORWARDED,    /* {original_address}, {address} */
	SENTENCE_CODE_DECIDES, /* why the confidence is what it is, where no words were known */
	SENTENCE_COUNT
};

/* In the language that `knowledge` was loaded for. Never NULL. */
const char *word(const struct knowledge *knowledge, enum word_set set, int id);
const char *sentence(const struct knowledge *knowledge, enum sentence id);

/*
 * The languages that there are texts in, English among them, in alphabetical order; g_strfreev.
 * NULL with error.
 */
char **wordbook_languages(const char *datadir, GError **error);
/* The one of `languages` that `lang` (de_AT.UTF-8) means; NULL when there is none. */
const char *wordbook_language(char *const *languages, const char *lang);

#endif
