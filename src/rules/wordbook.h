/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words and sentences that results are told in, from data/words.ini: one group a set, its keys the
 * ids of the set.
 */
#ifndef NIXIE_RULES_WORDBOOK_H
#define NIXIE_RULES_WORDBOOK_H

#include "rules/knowledge.h"

enum word_set {
	WORDS_SEVERITY,       /* enum bounce_type, then SEVERITY_WAIT and so on */
	WORDS_ACTOR,          /* enum actor */
	WORDS_ACTOR_SHORT,    /* enum actor, for a column */
	WORDS_KIND_TITLE,     /* enum kind */
	WORDS_KIND_TEXT,      /* enum kind */
	WORDS_CONFIDENCE,     /* enum confidence */
	WORDS_CONFIDENCE_WHY, /* enum confidence */
	WORDS_FINALITY,       /* enum finality */
	WORDS_ORIGIN,         /* enum origin */
	WORDS_TRUST,          /* enum trust */
	WORDS_TRUST_WHY,      /* enum trust */
	WORDS_STATE,          /* enum state */
	WORDS_CONDITION,      /* enum condition */
	WORDS_CONDITION_WHY,  /* enum condition_why; {date} */
	WORDS_EVENT,          /* enum event_kind */
	WORDS_ROLE,           /* enum role_account */
	WORDS_TRACE,          /* enum trace */
	WORDS_PAGE,           /* enum page_label */
	WORDS_WAY,            /* enum way_word */
	WORDS_DIGEST,         /* enum digest_words */
	WORDS_SENTENCE,       /* enum sentence */
	WORDS_SHOW,           /* enum show_label */
	WORDS_PANE,           /* enum pane_label */
	WORDS_SCOPE,          /* enum code_scope */
	WORDS_SUBJECT,        /* 0 to 7: the second number of a code (RFC 3463 section 3) */
	WORDS_MONTH,          /* 0: January */
	WORDS_ONE_UNIT,       /* enum time_unit: one of it */
	WORDS_UNITS,          /* enum time_unit: {n} of it */
	WORDS_SIZE,           /* enum size_unit: {n} of it */
	WORD_SETS
};

enum {
	SEVERITY_WAIT = TYPE_COUNT,
	SEVERITY_NONE,
	/* The same words, narrower, where more is known of the case. */
	SEVERITY_DEAD,   /* hard: the address is the cause */
	SEVERITY_PASSES, /* soft: time may help */
	SEVERITY_CHANGE, /* soft: only a change helps */
	SEVERITY_UNSURE, /* soft: refused for a reason that nobody told */
	SEVERITY_OVER,   /* wait: the time is past until which it was tried */
	SEVERITY_COUNT
};

enum time_unit { UNIT_DAY, UNIT_HOUR, UNIT_MINUTE, UNIT_SECOND, UNIT_COUNT };
enum size_unit { SIZE_KILO, SIZE_MEGA, SIZE_GIGA, SIZE_COUNT };

#define SENTENCE(id, key) SENTENCE_##id,
enum sentence {
#include "rules/wordbook.def"
	SENTENCE_COUNT
};
#define SHOW(id, key) SHOW_##id,
enum show_label {
#include "rules/wordbook.def"
	SHOW_COUNT
};
#define PANE(id, key) PANE_##id,
enum pane_label {
#include "rules/wordbook.def"
	PANE_COUNT
};

#define PAGE(id, key) PAGE_##id,
enum page_label {
#include "rules/wordbook.def"
	PAGE_COUNT
};

#define WAY(id, key) WAY_##id,
enum way_word {
#include "rules/wordbook.def"
	WAY_COUNT
};

#define DIGEST(id, key) DIGEST_##id,
enum digest_words {
#include "rules/wordbook.def"
	DIGEST_COUNT
};

/* Why an address is what it is. */
enum condition_why {
	WHY_NO_REPORT,
	WHY_UNRELIABLE, /* there are reports, but none that counts */
	WHY_OLD_DELAY,
	WHY_HARD,
	WHY_SOFT,
	WHY_DELAYED,
	WHY_SENT,
	WHY_ANSWERED,
	WHY_QUIET,
	WHY_COUNT
};

/* In the language that `knowledge` was loaded for. Never NULL. */
const char *word(const struct knowledge *knowledge, enum word_set set, int id);
const char *sentence(const struct knowledge *knowledge, enum sentence id);
/* A text with `value` in place of its one `{name}`; g_free. */
char *words_with(const char *text, const char *value);
/* "head: rest", with the colon as the language sets it; g_free. */
char *words_colon(const struct knowledge *knowledge, const char *head, const char *rest);

/*
 * A remark of a report, which holds them in English, in the language of `knowledge`; as it stands
 * where [note] of words.ini does not have it. g_free.
 */
char *note_words(const struct knowledge *knowledge, const char *remark);

/*
 * The languages that there are texts in, English among them, in alphabetical order; g_strfreev.
 * NULL with error.
 */
char **wordbook_languages(const char *datadir, GError **error);
/* The one of `languages` that `lang` (de_AT.UTF-8) means; NULL when there is none. */
const char *wordbook_language(char *const *languages, const char *lang);

#endif
