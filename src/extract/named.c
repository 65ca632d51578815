/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/named.h"

#include "base/address.h"
#include "extract/facts.h"
#include "rules/lexicon.h"
#include "rules/status.h"

#define BEFORE 28      /* bytes before a number or an address that tell what it is */
#define DIGITS_LEAST 5 /* a shorter number without a unit is no size */
#define DIGITS_MOST 12

static char *span_or_null(struct span s, struct arena *arena)
{
	return s.n ? arena_span(arena, s) : NULL;
}

static struct span before(struct span text, const char *at)
{
	return span_make(at - MIN(at - text.p, BEFORE), at);
}

/* --- numbers with a unit */

/* A number in running text. */
struct number {
	struct span digits; /* with a fraction */
	struct span unit;   /* the word behind it, may be empty */
};

/* The next number that touches no letter, dot or dash before it, from *at on. */
static bool next_number(struct span text, size_t *at, struct number *number)
{
	while (*at < text.n) {
		size_t from = *at, to = from, end;

		if (!g_ascii_isdigit(text.p[from]) ||
			(from && (g_ascii_isalnum(text.p[from - 1]) ||
					 strchr(".-_#@/", text.p[from - 1])))) {
			while (*at < text.n && g_ascii_isdigit(text.p[*at]))
				++*at;
			*at += *at == from;
			continue;
		}
		while (to < text.n &&
			(g_ascii_isdigit(text.p[to]) || (text.p[to] == '.' && to + 1 < text.n &&
								g_ascii_isdigit(text.p[to + 1]))))
			to++;
		*at = end = to;
		if (end < text.n && text.p[end] == ' ')
			end++;
		number->digits = (struct span){text.p + from, to - from};
		number->unit = (struct span){text.p + end, 0};
		while (end + number->unit.n < text.n &&
			(g_ascii_isalpha(text.p[end + number->unit.n]) ||
				text.p[end + number->unit.n] & 0x80))
			number->unit.n++;
		/* `(ref 3s89Ujc)` */
		if (end + number->unit.n < text.n && g_ascii_isdigit(text.p[end + number->unit.n]))
			number->unit.n = 0;
		return true;
	}
	return false;
}

/* --- sizes */

static const struct {
	enum lexicon_class unit;
	double bytes;
} scales[] = {
	{LEXICON_KILOBYTE, 1024},
	{LEXICON_MEGABYTE, 1024.0 * 1024},
	{LEXICON_GIGABYTE, 1024.0 * 1024 * 1024},
};

/* What the number counts, in bytes; 0: no unit that is larger than one. */
static double scale_of(const struct knowledge *knowledge, const struct number *number)
{
	for (size_t i = 0; i < G_N_ELEMENTS(scales); i++)
		if (lexicon_is(knowledge, scales[i].unit, number->unit))
			return scales[i].bytes;
	return 0;
}

static bool is_size(
	const struct knowledge *knowledge, struct span text, const struct number *number)
{
	bool long_enough = number->digits.n >= DIGITS_LEAST && number->digits.n <= DIGITS_MOST &&
			   !memchr(number->digits.p, '.', number->digits.n);

	return scale_of(knowledge, number) > 0 ||
	       (long_enough && (lexicon_is(knowledge, LEXICON_BYTE, number->unit) ||
				       lexicon_in(knowledge, LEXICON_OF_SIZE,
					       before(text, number->digits.p))));
}

static double size_value(const struct knowledge *knowledge, const struct number *number)
{
	g_autofree char *digits = span_dup(number->digits);
	double scale = scale_of(knowledge, number);

	return g_ascii_strtod(digits, NULL) * (scale > 0 ? scale : 1);
}

static struct span size_span(const struct knowledge *knowledge, const struct number *number)
{
	return scale_of(knowledge, number) > 0
		       ? span_make(number->digits.p, number->unit.p + number->unit.n)
		       : number->digits;
}

/* Of two sizes the larger one is the message's: it was too big. One alone is the limit, unless it
 * is called the size. */
static void take_sizes(const struct knowledge *knowledge, struct span text,
	struct recipient *recipient, struct arena *arena)
{
	struct number number, first = {.digits = SPAN_NONE};
	size_t at = 0;

	while (next_number(text, &at, &number)) {
		if (!is_size(knowledge, text, &number))
			continue;
		if (first.digits.n) {
			bool grows = size_value(knowledge, &number) > size_value(knowledge, &first);

			recipient->limit =
				arena_span(arena, size_span(knowledge, grows ? &first : &number));
			recipient->size =
				arena_span(arena, size_span(knowledge, grows ? &number : &first));
			return;
		}
		first = number;
	}
	if (!first.digits.n)
		return;
	if (lexicon_in(knowledge, LEXICON_OF_MESSAGE, before(text, first.digits.p)) &&
		!lexicon_in(knowledge, LEXICON_OF_LIMIT, before(text, first.digits.p)))
		recipient->size = arena_span(arena, size_span(knowledge, &first));
	else
		recipient->limit = arena_span(arena, size_span(knowledge, &first));
}

/* --- the rest */

/* A time in seconds; -1: the number counts something else. */
static int64_t seconds_of(const struct knowledge *knowledge, const struct number *number)
{
	static const struct {
		enum lexicon_class unit;
		int64_t seconds;
	} units[] = {
		{LEXICON_SECOND, 1},
		{LEXICON_MINUTE, 60},
		{LEXICON_HOUR, 3600},
	};

	for (size_t i = 0; number->digits.n <= 6 && i < G_N_ELEMENTS(units); i++)
		if (lexicon_is(knowledge, units[i].unit, number->unit)) {
			g_autofree char *digits = span_dup(number->digits);
			return g_ascii_strtoll(digits, NULL, 10) * units[i].seconds;
		}
	return -1;
}

/* "please retry in 5 minutes" in seconds: the first time that a word for waiting governs, else the
 * first that is not a period ("in the last 60 minutes"); -1: none. */
static int64_t find_wait(const struct knowledge *knowledge, struct span text)
{
	struct number number;
	int64_t seconds, first = -1;
	size_t at = 0;
	const char *last = text.p; /* the words before a number are its own */

	while (next_number(text, &at, &number)) {
		struct span head = before(span_make(last, text.p + text.n), number.digits.p);

		last = number.digits.p + number.digits.n;

		if ((seconds = seconds_of(knowledge, &number)) < 0 ||
			lexicon_in(knowledge, LEXICON_OF_PERIOD, head))
			continue;
		if (lexicon_in(knowledge, LEXICON_OF_WAIT, head))
			return seconds;
		if (first < 0)
			first = seconds;
	}
	return first;
}

/* What stands before the address in its sentence. */
static struct span sentence_before(struct span text, const char *at)
{
	struct span head = before(text, at);

	for (size_t i = head.n; i-- > 1;)
		if (head.p[i] == ' ' && strchr(".;!?", head.p[i - 1]))
			return span_from(head, i);
	return head;
}

/* RFC 5321 section 3.4: the new address of who has moved, where the words lead to it. */
static struct span find_new_address(
	const struct knowledge *knowledge, struct span text, const struct recipient *recipient)
{
	struct span address;
	size_t at = 0;

	while ((address = address_next(text, &at)).n) {
		g_autofree char *found = span_dup(address);

		if (address_class(address) == ADDRESS_OK &&
			lexicon_in(
				knowledge, LEXICON_NEW_ADDRESS, sentence_before(text, address.p)) &&
			!(recipient->address && address_same(found, recipient->address)) &&
			!(recipient->original_address &&
				address_same(found, recipient->original_address)))
			return address;
	}
	return SPAN_NONE;
}

static void take_list(const struct reading *reading, const struct category *category,
	const struct rule_match *match, struct span text, struct recipient *recipient)
{
	const struct blocklist *list = NULL;

	recipient->list = span_or_null(match->fact[FACT_LIST], reading->arena);
	if (!recipient->list && match->rule && match->rule->list)
		recipient->list = arena_str(reading->arena, match->rule->list);
	if (!recipient->list && category->facts & NAMES_LIST)
		list = blocklist_find(reading->extractor->knowledge, text);
	if (list)
		recipient->list = arena_str(reading->arena, list->title);
}

static int64_t read_seconds(struct span s)
{
	int64_t value = 0;

	for (size_t i = 0; i < s.n && i < 9; i++) {
		if (!g_ascii_isdigit(s.p[i]))
			return -1;
		value = value * 10 + (s.p[i] - '0');
	}
	return s.n ? value : -1;
}

void named_take(const struct reading *reading, const struct category *category,
	const struct rule_match *match, struct span text, struct recipient *recipient)
{
	const struct span *fact = match->fact;
	struct arena *arena = reading->arena;
	const struct knowledge *knowledge = reading->extractor->knowledge;
	struct span inner = reply_innermost(knowledge, text);

	take_list(reading, category, match, text, recipient);
	recipient->sending_ip = span_or_null(fact[FACT_IP], arena);
	if (!recipient->sending_ip && (recipient->list || category->facts & NAMES_IP))
		recipient->sending_ip = span_or_null(facts_ip(inner, recipient->remote_ip), arena);
	recipient->token = span_or_null(fact[FACT_TOKEN], arena);
	recipient->limit = span_or_null(fact[FACT_LIMIT], arena);
	recipient->size = span_or_null(fact[FACT_SIZE], arena);
	if (category->facts & NAMES_SIZE && !(recipient->limit && recipient->size))
		take_sizes(knowledge, text, recipient, arena);
	recipient->new_address = span_or_null(fact[FACT_NEW], arena);
	if (!recipient->new_address && category->facts & NAMES_NEW_ADDRESS)
		recipient->new_address =
			span_or_null(find_new_address(knowledge, text, recipient), arena);
	recipient->retry_after = read_seconds(fact[FACT_SECONDS]);
	if (recipient->retry_after < 0 && category->facts & NAMES_WAIT)
		recipient->retry_after = find_wait(knowledge, inner);
}
