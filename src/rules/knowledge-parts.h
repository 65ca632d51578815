/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What knowledge is made of; for the files that load and search it. */
#ifndef NIXIE_RULES_KNOWLEDGE_PARTS_H
#define NIXIE_RULES_KNOWLEDGE_PARTS_H

#include "rules/knowledge.h"
#include "rules/lexicon.h"
#include "rules/literals.h"
#include "rules/wordbook.h"

struct knowledge {
	GPtrArray *categories;      /* struct category*, in the reference order */
	GHashTable *roles;          /* local part in lower case -> enum role_account */
	GHashTable *category_by_id; /* id -> struct category*, borrowed */
	struct advice situations[SITUATION_COUNT];

	GPtrArray *codes;       /* struct code*, in file order */
	GHashTable *code_index; /* see codes.c */
	GHashTable *scopes;     /* name -> number from 1 */

	GPtrArray *providers;         /* struct provider*, first ones win */
	GHashTable *provider_by_host; /* domain in lower case -> struct provider* */
	struct literal_set *provider_words;

	GPtrArray *blocklists;
	struct literal_set *blocklist_words;

	GArray *lexicon[LEXICON_COUNT]; /* see lexicon.c */
	char **words[WORD_SETS];        /* see wordbook.c */
	char **notes;                   /* in English and in `lang`, alternating */

	char *hash, *lang;
};

/* Each fills its part from a file of `datadir`. */
bool providers_load(
	struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error);
bool blocklists_load(
	struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error);
bool lexicon_load(struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error);
void lexicon_clear(struct knowledge *knowledge);
/* After categories and providers. */
bool codes_load(struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error);

/* Translated meanings over those of the rows, from codes.LANG.tsv where there is one. */
bool codes_translate(struct knowledge *knowledge, const char *datadir, GError **error);
bool wordbook_load(struct knowledge *knowledge, const char *datadir, GError **error);
void wordbook_clear(struct knowledge *knowledge);

#endif
