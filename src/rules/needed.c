/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reader of the part of the PCRE2 syntax that rules are written in. Of a sequence the best item
 * is taken, of alternatives all together. Whatever it does not know ends the reading without a
 * word, so that the pattern is tried on every text.
 */
#include "rules/needed.h"

#define WORD_MIN 3
#define WORD_LONG 6 /* no more is gained by longer ones */
#define WORDS_MAX 16
#define DEPTH_MAX 20

struct reader {
	const char *at;
	unsigned depth;
	bool lost; /* met what is not known here */
};

/* The best of a sequence so far, and the run of plain characters that is being read. */
struct sequence {
	GPtrArray *best;
	GString *run;
};

static size_t shortest(const GPtrArray *words)
{
	size_t least = SIZE_MAX;

	for (guint i = 0; i < words->len; i++)
		least = MIN(least, strlen(words->pdata[i]));
	return least;
}

/* Long words are seldom found, few soon looked for. */
static bool is_better(const GPtrArray *a, const GPtrArray *b)
{
	size_t x = MIN(shortest(a), WORD_LONG), y = MIN(shortest(b), WORD_LONG);

	return x != y ? x > y : a->len < b->len;
}

/* `words` may be NULL; they are taken. */
static void offer(struct sequence *sequence, GPtrArray *words)
{
	if (words && words->len <= WORDS_MAX && shortest(words) >= WORD_MIN &&
		(!sequence->best || is_better(words, sequence->best))) {
		g_clear_pointer(&sequence->best, g_ptr_array_unref);
		sequence->best = words;
	} else if (words) {
		g_ptr_array_unref(words);
	}
}

static void end_run(struct sequence *sequence)
{
	if (sequence->run->len) {
		GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

		g_ptr_array_add(words, g_strdup(sequence->run->str));
		offer(sequence, words);
	}
	g_string_truncate(sequence->run, 0);
}

/* A quantifier behind an item. Returns whether the item may be missing; sets whether there was one
 * at all. */
static bool read_quantifier(struct reader *reader, bool *any)
{
	const char *at = reader->at;
	bool optional = *at == '?' || *at == '*';

	*any = true;
	if (*at == '{') {
		optional = at[1] == '0' || at[1] == ',';
		at += 1 + strspn(at + 1, "0123456789,");
		if (*at != '}' || at == reader->at + 1)
			reader->lost = true;
	} else if (!optional && *at != '+') {
		*any = false;
		return false;
	}
	at += *at != '\0';
	reader->at = at + (*at == '?' || *at == '+'); /* lazy, or for good */
	return optional;
}

/* Behind a class, which begins at `at`. */
static void skip_class(struct reader *reader)
{
	const char *at = reader->at + 1;

	at += *at == '^';
	at += *at == ']';
	for (; *at && *at != ']'; at++) {
		if (*at == '[' && strchr(":.=", at[1]))
			break;
		at += *at == '\\' && at[1];
	}
	reader->lost |= *at != ']';
	reader->at = at + (*at == ']');
}

/* Behind `(` and what says which kind of group it is. Returns whether its words must stand in the
 * text. */
static bool enter_group(struct reader *reader)
{
	const char *at = reader->at + 1;

	reader->lost |= *at == '*';
	if (*at == '?') {
		at++;
		if (*at == ':' || *at == '>') {
			at++;
		} else if (*at == '=' || *at == '!' ||
			   (*at == '<' && (at[1] == '=' || at[1] == '!'))) {
			reader->at = at + 1 + (*at == '<');
			return false;
		} else if (*at == '<') {
			at += strcspn(at, ">");
			at += *at == '>';
		} else {
			reader->lost = true;
		}
	}
	reader->at = at;
	return true;
}

/* `\.` is a dot; `\b`, `\d` and the like are no characters, or not one. */
static bool read_escape(struct reader *reader, char *plain)
{
	char c = reader->at[1];

	*plain = c;
	reader->lost |= !c || (g_ascii_isalnum(c) && !strchr("bBdDsSwWhHvVRNAzZGKntrf", c));
	reader->at += c ? 2 : 1;
	return g_ascii_ispunct(c) || c == ' ';
}

static GPtrArray *read_alternatives(struct reader *reader);

static void read_group(struct reader *reader, struct sequence *sequence)
{
	bool counts = enter_group(reader), any;
	GPtrArray *words;

	if (++reader->depth > DEPTH_MAX)
		reader->lost = true;
	words = reader->lost ? NULL : read_alternatives(reader);
	reader->depth--;
	reader->lost |= *reader->at != ')';
	reader->at += *reader->at == ')';
	counts &= !read_quantifier(reader, &any);
	if (!counts)
		g_clear_pointer(&words, g_ptr_array_unref);
	offer(sequence, words);
}

/* One character that stands for itself, and how often it does. */
static void read_plain(struct reader *reader, struct sequence *sequence, char c)
{
	bool any, optional = read_quantifier(reader, &any);

	if (!optional)
		g_string_append_c(sequence->run, c);
	if (any)
		end_run(sequence);
}

static void read_item(struct reader *reader, struct sequence *sequence)
{
	char c = *reader->at;
	bool any, plain = true;

	if (c == '(' || c == '[' || strchr(".^$", c) || (c & 0x80)) {
		plain = false;
		if (c != '(' && c != '[')
			reader->at++;
	} else if (c == '\\') {
		plain = read_escape(reader, &c);
	} else {
		reader->lost |= strchr("?*+{", c) != NULL; /* with nothing before them */
		reader->at++;
	}
	if (plain) {
		read_plain(reader, sequence, c);
		return;
	}
	end_run(sequence);
	if (c == '(') {
		read_group(reader, sequence);
		return;
	}
	if (c == '[')
		skip_class(reader);
	read_quantifier(reader, &any);
}

/* Up to `|`, `)` or the end. */
static GPtrArray *read_sequence(struct reader *reader)
{
	g_autoptr(GString) run = g_string_new(NULL);
	struct sequence sequence = {NULL, run};

	while (!reader->lost && *reader->at && !strchr("|)", *reader->at))
		read_item(reader, &sequence);
	end_run(&sequence);
	return sequence.best;
}

static GPtrArray *read_alternatives(struct reader *reader)
{
	GPtrArray *all = read_sequence(reader);

	while (!reader->lost && *reader->at == '|') {
		GPtrArray *words;

		reader->at++;
		words = read_sequence(reader);
		if (all && words) {
			g_ptr_array_extend_and_steal(all, words);
			continue;
		}
		g_clear_pointer(&all, g_ptr_array_unref);
		g_clear_pointer(&words, g_ptr_array_unref);
	}
	return all;
}

GPtrArray *needed_words(const char *pattern)
{
	struct reader reader = {.at = pattern};
	GPtrArray *words = read_alternatives(&reader);

	if (words && (reader.lost || *reader.at || words->len > WORDS_MAX))
		g_clear_pointer(&words, g_ptr_array_unref);
	return words;
}

/* --- Words and texts */

#define PAIRS_MAX 8 /* of a word, that are held against the text before it is searched */

struct word {
	const char *text;
	unsigned count;
	uint16_t pairs[PAIRS_MAX];
};

struct needed {
	GPtrArray *texts;
	struct word words[WORDS_MAX];
};

/* 0x20 makes small letters of capitals, and is no harm elsewhere. */
static inline uint16_t pair_of(char first, char second)
{
	return (uint16_t)(((first | 0x20) << 5 ^ (second | 0x20)) & (SIGHT_BITS - 1));
}

struct needed *needed_new(const char *pattern)
{
	GPtrArray *texts = needed_words(pattern);
	struct needed *needed;

	if (!texts)
		return NULL;
	needed = g_new0(struct needed, 1);
	needed->texts = texts;
	for (guint i = 0; i < texts->len; i++) {
		struct word *word = &needed->words[i];

		word->text = texts->pdata[i];
		for (const char *p = word->text; p[1] && word->count < PAIRS_MAX; p++)
			word->pairs[word->count++] = pair_of(p[0], p[1]);
	}
	return needed;
}

void needed_free(struct needed *needed)
{
	if (!needed)
		return;
	g_ptr_array_unref(needed->texts);
	g_free(needed);
}

void sight_set(struct sight *sight, struct span text)
{
	sight->text = text;
	sight->known = false;
}

/* Two characters outside ASCII are ASCII letters in another case: U+017F is an s, U+212A a k. Their
 * first bytes are enough for "perhaps". */
static void look(struct sight *sight)
{
	const struct span text = sight->text;

	memset(sight->pairs, 0, sizeof sight->pairs);
	for (size_t i = 1; i < text.n; i++) {
		unsigned pair = pair_of(text.p[i - 1], text.p[i]);

		sight->pairs[pair / 64] |= UINT64_C(1) << pair % 64;
	}
	sight->odd = text.n && (memchr(text.p, 0xc5, text.n) || memchr(text.p, 0xe2, text.n));
	sight->known = true;
}

static bool may_hold(const struct sight *sight, const struct word *word)
{
	for (unsigned i = 0; i < word->count; i++)
		if (!(sight->pairs[word->pairs[i] / 64] >> word->pairs[i] % 64 & 1))
			return false;
	return true;
}

bool needed_stands_in(const struct needed *needed, struct sight *sight)
{
	if (!needed)
		return true;
	if (!sight->known)
		look(sight);
	for (guint i = 0; i < needed->texts->len; i++)
		if (may_hold(sight, &needed->words[i]) &&
			span_find_nocase(sight->text, needed->words[i].text))
			return true;
	return sight->odd;
}
