/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which rule decides: one pass of the prefilter marks the candidates; they are tried in the order
 * of their rank until none that is left could win.
 */
#include "base/address.h"
#include "base/text.h"
#include "rules/matchtext.h"
#include "rules/ruleset.h"
#include "rules/status.h"

static const char *const fact_names[FACT_COUNT] = {
	[FACT_LIST] = "list",
	[FACT_IP] = "ip",
	[FACT_LINK] = "link",
	[FACT_LIMIT] = "limit",
	[FACT_SIZE] = "size",
	[FACT_SECONDS] = "seconds",
	[FACT_TOKEN] = "token",
	[FACT_NEW] = "new",
};

static bool status_fits(const struct rule_body *body, const unsigned short v[3])
{
	for (guint i = 0; i < body->status->len; i++) {
		const struct status_range *range =
			&g_array_index(body->status, struct status_range, i);

		if (v[0] == range->v[0] && v[1] == range->v[1] && v[2] >= range->v[2] &&
			v[2] <= range->to)
			return true;
	}
	return body->status->len == 0;
}

static bool reply_fits(const struct rule_body *body, int reply)
{
	for (guint i = 0; i < body->replies->len; i++)
		if (g_array_index(body->replies, int, i) == reply)
			return true;
	return body->replies->len == 0;
}

enum rule_condition rule_misfit(const struct rule_body *body, const struct rule_subject *subject)
{
	/* The reply of the remote server decides the class (H3). */
	int class = subject->reply ? subject->reply / 100 : subject->status[0];

	if (body->class && body->class != class)
		return CONDITION_CLASS;
	if (body->outgoing && !subject->outgoing)
		return CONDITION_OUTGOING;
	if (body->phases && !(body->phases & 1u << subject->phase))
		return CONDITION_PHASE;
	if (body->providers->len && !g_ptr_array_find(body->providers, subject->provider, NULL))
		return CONDITION_PROVIDER;
	if (!reply_fits(body, subject->reply))
		return CONDITION_REPLY;
	return status_fits(body, subject->status) ? CONDITION_NONE : CONDITION_STATUS;
}

static bool literal_matches(
	const struct rule_body *body, struct span text, struct rule_match *match)
{
	match->n = 0;
	for (guint i = 0; i < body->literals->len; i++) {
		const char *literal = g_ptr_array_index(body->literals, i);
		const char *p = strlen(literal) > match->n ? span_find_nocase(text, literal) : NULL;

		if (p) {
			match->at = (size_t)(p - text.p);
			match->n = strlen(literal);
		}
	}
	return match->n > 0;
}

static bool patterns_match(
	struct rule_set *set, const struct rule_body *body, struct rule_match *match)
{
	const struct span text = set->sight.text;
	bool any = false;

	for (guint i = 0; i < body->patterns->len; i++) {
		struct pattern *pattern = g_ptr_array_index(body->patterns, i);
		struct span found;

		if (!pattern_match(pattern, set->room, &set->sight, &found) ||
			(any && found.n <= match->n))
			continue;
		any = true;
		match->at = (size_t)(found.p - text.p);
		match->n = found.n;
		for (int fact = 0; fact < FACT_COUNT; fact++)
			match->fact[fact] =
				pattern_capture(pattern, set->room, text, fact_names[fact]);
	}
	return any;
}

bool rule_words_match(struct rule_set *set, const struct rule_body *body, struct rule_match *match)
{
	*match = (struct rule_match){.rule = &body->rule};
	if (body->abouts->len)
		return rule_about_match(set, body, match);
	if (body->phrase)
		return rule_phrase_find(body, set->sight.text, &match->at, &match->n);
	if (body->patterns->len)
		return patterns_match(set, body, match);
	return literal_matches(body, set->sight.text, match);
}

struct span rule_excuse(struct rule_set *set, const struct rule_body *body)
{
	struct span excuse;

	for (guint i = 0; i < body->unless->len; i++)
		if (pattern_match(
			    g_ptr_array_index(body->unless, i), set->room, &set->sight, &excuse))
			return excuse;
	return SPAN_NONE;
}

static bool body_matches(
	struct rule_set *set, const struct rule_body *body, struct rule_match *match)
{
	return rule_words_match(set, body, match) && !rule_excuse(set, body).p;
}

/*
 * A byte of a mail address in ASCII: of its local part (RFC 5321 section 4.1.2, unquoted), or of
 * its domain.
 */
static bool is_address_byte(char c, bool local)
{
	return g_ascii_isalnum(c) || c == '.' || c == '-' ||
	       (local && c && strchr("!#$%&*+/=?^_`{|}~", c));
}

/*
 * What a mailbox or its domain is called must decide nothing: `<spam@virus.example>: User unknown`.
 * Each letter of an address becomes `x`. Exchange's encapsulated addresses stay; that form itself
 * is a finding.
 */
static void blank_addresses(char *text, size_t n)
{
	for (size_t at = 0; at < n; at++) {
		size_t begin = at, end = at + 1;

		if (text[at] != '@')
			continue;
		while (begin && is_address_byte(text[begin - 1], true))
			begin--;
		while (end < n && is_address_byte(text[end], false))
			end++;
		if (address_capsule((struct span){text + begin, end - begin}))
			continue;
		for (; begin < end; begin++)
			if (g_ascii_isalpha(text[begin]))
				text[begin] = 'x';
	}
}

static void blank_bad_bytes(char *text, size_t n)
{
	for (size_t at = 0; at < n;) {
		size_t from = at;

		if (text_next((struct span){text, n}, &at) < 0)
			text[from] = '?';
	}
}

/*
 * The text that may be given to PCRE2: within the limit, valid UTF-8, addresses blanked. Changes
 * are made in `copy`, byte for byte, so that all offsets stay.
 */
struct span rule_safe_text(struct span text, char copy[MATCH_TEXT_MAX])
{
	bool is_utf8;

	if (!text.n)
		return SPAN_LIT("");
	if (text.n > MATCH_TEXT_MAX) {
		text.n = MATCH_TEXT_MAX;
		while (text.n && (text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	is_utf8 = text_is_utf8(text);
	if (is_utf8 && !memchr(text.p, '@', text.n))
		return text;
	memcpy(copy, text.p, text.n);
	if (!is_utf8)
		blank_bad_bytes(copy, text.n);
	blank_addresses(copy, text.n);
	return (struct span){copy, text.n};
}

void rule_text_begin(struct rule_set *set, struct span text)
{
	sight_set(&set->sight, rule_safe_text(text, set->copy));
	set->hits_known = false;
}

/* Facts found in a safe copy, moved to the caller's text. */
static void move_facts(struct rule_match *match, struct span from, struct span to)
{
	for (int i = 0; from.p != to.p && i < FACT_COUNT; i++)
		if (match->fact[i].p)
			match->fact[i].p = to.p + (match->fact[i].p - from.p);
}

static void collect_candidates(struct rule_set *set)
{
	struct literal_scan scan;
	struct literal_hit hit;

	rule_set_prepare(set);
	scan = literal_scan_of(set->literals, set->sight.text);
	memcpy(set->candidates, set->always, set->words * sizeof(uint64_t));
	while (literal_next(&scan, &hit))
		bit_set(set->candidates, hit.id);
}

bool rule_match_is_better(const struct rule_match *a, const struct rule_match *b)
{
	if (a->rule->priority != b->rule->priority)
		return a->rule->priority > b->rule->priority;
	if (a->rule->place != b->rule->place)
		return a->rule->place > b->rule->place;
	return a->n != b->n ? a->n > b->n : strcmp(a->rule->id, b->rule->id) < 0;
}

/* Puts `match` into the sorted `matches`; the worst falls out when there are `max`. */
static size_t keep(
	struct rule_match *matches, size_t count, size_t max, const struct rule_match *match)
{
	size_t at = count < max ? count++ : max - 1;

	if (at == max - 1 && count == max && matches[at].rule &&
		!rule_match_is_better(match, &matches[at]))
		return count;
	for (; at && rule_match_is_better(match, &matches[at - 1]); at--)
		matches[at] = matches[at - 1];
	matches[at] = *match;
	return count;
}

/* The best of all that match the text that was begun; facts are places of it. */
static size_t match_all(struct rule_set *set, const struct rule_subject *subject,
	struct rule_match *matches, size_t max)
{
	struct rule_match match;
	size_t count = 0;

	memset(matches, 0, max * sizeof(*matches));
	collect_candidates(set);
	for (size_t w = 0; w < set->words; w++)
		for (uint64_t bits = set->candidates[w]; bits; bits &= bits - 1) {
			size_t i = w * RULE_BITS + (size_t)__builtin_ctzll(bits);
			const struct rule_body *body = g_ptr_array_index(set->bodies, i);

			/* Ranked by priority: what follows cannot win any more. */
			if (count == max && body->rule.priority < matches[max - 1].rule->priority)
				return count;
			if ((body->abouts->len && !subject->told) || rule_misfit(body, subject) ||
				!body_matches(set, body, &match))
				continue;
			count = keep(matches, count, max, &match);
		}
	return count;
}

size_t rule_match_all(struct rule_set *set, const struct rule_subject *subject,
	struct rule_match *matches, size_t max)
{
	size_t count;

	if (!max)
		return 0;
	rule_text_begin(set, subject->text);
	count = match_all(set, subject, matches, max);
	for (size_t i = 0; i < count; i++)
		move_facts(&matches[i], set->sight.text, subject->text);
	return count;
}

bool rule_match(struct rule_set *set, const struct rule_subject *subject, struct rule_match *match)
{
	bool any;

	rule_text_begin(set, subject->text);
	if (!rule_memo_find(set->memo, subject, set->sight.text, &any, match)) {
		any = match_all(set, subject, match, 1) == 1;
		rule_memo_keep(set->memo, subject, set->sight.text, any, match);
	}
	move_facts(match, set->sight.text, subject->text);
	return any;
}

struct rule_subject rule_subject_of(const struct knowledge *knowledge, struct span text)
{
	struct rule_subject subject = {.text = text, .told = true};
	struct status status;
	struct reply reply;

	if (status_find(text, &status))
		memcpy(subject.status, status.v, sizeof(subject.status));
	if (reply_find(knowledge, text, &reply))
		subject.reply = reply.code;
	subject.provider = provider_find(knowledge, SPAN_NONE, SPAN_NONE, text);
	return subject;
}

size_t rule_match_text(
	struct rule_set *set, struct span text, struct rule_match *matches, size_t max)
{
	struct span inner = reply_innermost(set->knowledge, text);
	struct rule_subject subject = rule_subject_of(set->knowledge, inner);
	const struct provider *provider = subject.provider;
	size_t n = rule_match_all(set, &subject, matches, max);

	for (size_t i = 0; i < n; i++)
		matches[i].at += (size_t)(inner.p - text.p);
	if (n || inner.n == text.n)
		return n;
	subject = rule_subject_of(set->knowledge, text);
	if (provider)
		subject.provider = provider;
	return rule_match_all(set, &subject, matches, max);
}
