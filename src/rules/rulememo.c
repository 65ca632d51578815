/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rulememo.h"

#include <glib.h>

#define ROWS 512
#define WAYS 4 /* texts of one row, the newest first */
#define TEXT_MAX 2048

struct entry {
	struct rule_subject subject; /* its text: a copy of the safe one */
	struct rule_match match;
	bool any;
};

struct rule_memo {
	struct entry rows[ROWS][WAYS];
};

struct rule_memo *rule_memo_new(void)
{
	return g_new0(struct rule_memo, 1);
}

void rule_memo_free(struct rule_memo *memo)
{
	for (size_t i = 0; memo && i < ROWS; i++)
		for (size_t k = 0; k < WAYS; k++)
			g_free((char *)memo->rows[i][k].subject.text.p);
	g_free(memo);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* The same text is matched as one that was said directly, and as one that was not. */
static size_t row_of(const struct rule_subject *subject, struct span text)
{
	uint64_t hash = mix(text.n, (uint64_t)subject->reply << 1 | subject->told), word = 0;

	for (; text.n >= sizeof word; text = span_from(text, sizeof word)) {
		memcpy(&word, text.p, sizeof word);
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, text.p, text.n);
	return mix(hash, word) % ROWS;
}

static bool is_same(const struct rule_subject *a, const struct rule_subject *b, struct span text)
{
	return a->text.p && a->text.n == text.n && memcmp(a->text.p, text.p, text.n) == 0 &&
	       memcmp(a->status, b->status, sizeof a->status) == 0 && a->reply == b->reply &&
	       a->provider == b->provider && a->phase == b->phase && a->outgoing == b->outgoing &&
	       a->told == b->told;
}

static void move_facts(struct rule_match *match, struct span from, struct span to)
{
	for (int i = 0; i < FACT_COUNT; i++)
		if (match->fact[i].p)
			match->fact[i].p = to.p + (match->fact[i].p - from.p);
}

bool rule_memo_find(const struct rule_memo *memo, const struct rule_subject *subject,
	struct span text, bool *any, struct rule_match *match)
{
	const struct entry *row;

	if (!text.n || text.n > TEXT_MAX)
		return false;
	row = memo->rows[row_of(subject, text)];
	for (const struct entry *entry = row; entry < row + WAYS; entry++)
		if (is_same(&entry->subject, subject, text)) {
			*any = entry->any;
			*match = entry->match;
			move_facts(match, entry->subject.text, text);
			return true;
		}
	return false;
}

void rule_memo_keep(struct rule_memo *memo, const struct rule_subject *subject, struct span text,
	bool any, const struct rule_match *match)
{
	struct entry *row;

	if (!text.n || text.n > TEXT_MAX)
		return;
	row = memo->rows[row_of(subject, text)];
	g_free((char *)row[WAYS - 1].subject.text.p);
	memmove(row + 1, row, (WAYS - 1) * sizeof *row);
	*row = (struct entry){.subject = *subject, .match = *match, .any = any};
	row->subject.text = (struct span){g_memdup2(text.p, text.n), text.n};
	move_facts(&row->match, text, row->subject.text);
}
