/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sentence is about: rules that name classes of words instead of a pattern. They match where
 * a word of each class stands near the others, in whatever order a language puts them.
 */
#include "base/words.h"
#include "rules/ruleset.h"

#define NEAR 64 /* bytes between two words of one sentence */

static void scan(struct rule_set *set)
{
	if (set->hits_known)
		return;
	set->hit_count = terms_scan(set->terms, set->sight.text, set->hits, RULE_HITS_MAX);
	set->hits_known = true;
}

static size_t end_of(const struct term_hit *hit)
{
	return hit->at + hit->n;
}

/* Is there an end of a sentence in these bytes? */
static bool is_broken(struct span between)
{
	return memchr(between.p, ';', between.n) || span_find_nocase(between, ". ") ||
	       span_find_nocase(between, "\xe3\x80\x82");
}

static bool stand_near(struct span text, const struct term_hit *a, const struct term_hit *b)
{
	const struct term_hit *x = a->at < b->at ? a : b, *y = x == a ? b : a;

	return end_of(x) <= y->at && y->at - end_of(x) <= NEAR &&
	       !is_broken((struct span){text.p + end_of(x), y->at - end_of(x)});
}

/* A word of each further class near the first one, all in one language. False: none. */
static bool find_others(const struct rule_set *set, const struct rule_about *about,
	const struct term_hit *first, struct rule_match *match)
{
	size_t begin = first->at, end = end_of(first);
	uint64_t langs = first->langs;

	for (unsigned c = 1; c < about->count; c++) {
		const struct term_hit *best = NULL;
		size_t gap = NEAR + 1;

		for (size_t i = 0; i < set->hit_count; i++) {
			const struct term_hit *hit = &set->hits[i];
			size_t away = hit->at > first->at ? hit->at - end_of(first)
							  : first->at - end_of(hit);

			if (hit->class == about->classes[c] && (hit->langs & langs) &&
				stand_near(set->sight.text, first, hit) && away < gap) {
				best = hit;
				gap = away;
			}
		}
		if (!best)
			return false;
		langs &= best->langs;
		begin = MIN(begin, best->at);
		end = MAX(end, end_of(best));
	}
	match->at = begin;
	match->n = end - begin;
	return true;
}

/* A word of a class that speaks against it, of whatever language: stems are alike in many. */
static bool is_spoken_against(const struct rule_set *set, const struct rule_body *body)
{
	for (size_t i = 0; i < set->hit_count; i++)
		if (bit_is_set(body->about_unless, set->hits[i].class))
			return true;
	return false;
}

bool rule_about_match(struct rule_set *set, const struct rule_body *body, struct rule_match *match)
{
	scan(set);
	if (is_spoken_against(set, body))
		return false;
	for (guint a = 0; a < body->abouts->len; a++) {
		const struct rule_about *about = &g_array_index(body->abouts, struct rule_about, a);

		for (size_t i = 0; i < set->hit_count; i++)
			if (set->hits[i].class == about->classes[0] &&
				find_others(set, about, &set->hits[i], match))
				return true;
	}
	return false;
}

static bool read_class(struct rule_set *set, const char *name, unsigned *class)
{
	*class = terms_class(set->terms, name);
	return *class < RULE_CLASSES_MAX;
}

/* `mailbox absent`; NULL, or why it is wrong, g_free. */
char *rule_about_read(struct rule_set *set, struct rule_body *body, const char *text)
{
	g_auto(GStrv) names = g_strsplit(text, " ", -1);
	struct rule_about about = {.count = 0};

	for (char **name = names; *name; name++) {
		if (!**name)
			continue;
		if (about.count == RULE_ABOUT_MAX)
			return g_strdup_printf(
				_("names more than %d classes of words"), RULE_ABOUT_MAX);
		if (!read_class(set, *name, &about.classes[about.count++]))
			return g_strdup_printf(
				_("there are more than %d classes of words"), RULE_CLASSES_MAX);
	}
	if (!about.count)
		return g_strdup(_("names no class of words"));
	g_array_append_val(body->abouts, about);
	return NULL;
}

char *rule_about_read_unless(struct rule_set *set, struct rule_body *body, const char *name)
{
	unsigned class;

	if (!read_class(set, name, &class))
		return g_strdup_printf(
			_("there are more than %d classes of words"), RULE_CLASSES_MAX);
	bit_set(body->about_unless, class);
	return NULL;
}

const char *rule_about_unknown(struct rule_set *set, const struct rule_body *body)
{
	for (guint a = 0; a < body->abouts->len; a++) {
		const struct rule_about *about = &g_array_index(body->abouts, struct rule_about, a);

		for (unsigned c = 0; c < about->count; c++)
			if (!terms_has_words(set->terms, about->classes[c]))
				return terms_class_name(set->terms, about->classes[c]);
	}
	for (unsigned c = 0; c < RULE_CLASSES_MAX; c++)
		if (bit_is_set(body->about_unless, c) && !terms_has_words(set->terms, c))
			return terms_class_name(set->terms, c);
	return NULL;
}
