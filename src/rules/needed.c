/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reader of the part of the PCRE2 syntax that rules are written in. It makes sets of words, of
 * each of which a text must hold one: all items of a sequence give theirs, alternatives together
 * the best of each. Whatever it does not know ends the reading without a word, so that the pattern
 * is tried on every text.
 */
#include "rules/needed.h"

#define WORD_MIN 3  /* shorter ones stand everywhere */
#define WORD_LONG 6 /* no more is gained by longer ones */
#define WORDS_MAX 16
#define DEPTH_MAX 20

struct reader {
	const char *at;
	unsigned depth;
	bool lost; /* met what is not known here */
};

/* The sets of a sequence so far, and the run of plain characters that is being read. */
struct sequence {
	GPtrArray *sets; /* of GPtrArray of char* */
	GString *run;
};

static GPtrArray *sets_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
}

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

/* The place of the best set; -1 where there is none. */
static int best_of(const GPtrArray *sets)
{
	int best = -1;

	for (guint i = 0; i < sets->len; i++)
		if (best < 0 || is_better(sets->pdata[i], sets->pdata[best]))
			best = (int)i;
	return best;
}

/* Takes the words. A single character has no pair that could be looked for. */
static void offer(struct sequence *sequence, GPtrArray *words)
{
	if (words->len <= WORDS_MAX && shortest(words) > 1)
		g_ptr_array_add(sequence->sets, words);
	else
		g_ptr_array_unref(words);
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
static bool read_escape(struct reader *reader)
{
	char c = reader->at[1];

	reader->lost |= !c || (g_ascii_isalnum(c) && !strchr("bBdDsSwWhHvVRNAzZGKntrf", c));
	reader->at += c ? 2 : 1;
	return g_ascii_ispunct(c) || c == ' ';
}

static GPtrArray *read_alternatives(struct reader *reader);

static void read_group(struct reader *reader, struct sequence *sequence)
{
	bool counts = enter_group(reader), any;
	g_autoptr(GPtrArray) sets = NULL;

	if (++reader->depth > DEPTH_MAX)
		reader->lost = true;
	sets = reader->lost ? sets_new() : read_alternatives(reader);
	reader->depth--;
	reader->lost |= *reader->at != ')';
	reader->at += *reader->at == ')';
	counts &= !read_quantifier(reader, &any);
	while (counts && sets->len)
		offer(sequence, g_ptr_array_steal_index(sets, 0));
}

/* One character that stands for itself, and how often it does. */
static void read_plain(struct reader *reader, struct sequence *sequence, struct span c)
{
	bool any, optional = read_quantifier(reader, &any);

	if (!optional)
		g_string_append_len(sequence->run, c.p, (gssize)c.n);
	if (any)
		end_run(sequence);
}

/* A letter of a script that knows no capitals: the only one that a caseless pattern can mean. */
static bool is_caseless(const char *p)
{
	gunichar c = g_utf8_get_char_validated(p, -1);

	return c < 0x110000 && g_unichar_type(c) == G_UNICODE_OTHER_LETTER &&
	       g_unichar_tolower(c) == c && g_unichar_toupper(c) == c;
}

static void read_item(struct reader *reader, struct sequence *sequence)
{
	const char *at = reader->at;
	char c = *at;
	bool any, plain = true;

	if (c & 0x80) {
		plain = is_caseless(at);
		reader->at = plain ? g_utf8_next_char(at) : at + 1;
	} else if (c == '(' || c == '[' || strchr(".^$", c)) {
		plain = false;
		if (c != '(' && c != '[')
			reader->at++;
	} else if (c == '\\') {
		plain = read_escape(reader);
		at++;
	} else {
		reader->lost |= strchr("?*+{", c) != NULL; /* with nothing before them */
		reader->at++;
	}
	if (plain) {
		read_plain(reader, sequence, span_make(at, reader->at));
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
	struct sequence sequence = {sets_new(), run};

	while (!reader->lost && *reader->at && !strchr("|)", *reader->at))
		read_item(reader, &sequence);
	end_run(&sequence);
	return sequence.sets;
}

/* Adds the best of some sets to `all`, which is dropped where there is none. Takes both. */
static GPtrArray *join(GPtrArray *all, GPtrArray *sets)
{
	int best = best_of(sets);

	if (all && best >= 0)
		g_ptr_array_extend_and_steal(all, g_ptr_array_steal_index(sets, (guint)best));
	else
		g_clear_pointer(&all, g_ptr_array_unref);
	g_ptr_array_unref(sets);
	return all;
}

static GPtrArray *read_alternatives(struct reader *reader)
{
	GPtrArray *sets = read_sequence(reader), *all;

	if (reader->lost || *reader->at != '|')
		return sets;
	all = join(g_ptr_array_new_with_free_func(g_free), sets);
	while (!reader->lost && *reader->at == '|') {
		reader->at++;
		all = join(all, read_sequence(reader));
	}
	sets = sets_new();
	if (all)
		g_ptr_array_add(sets, all);
	return sets;
}

/* All sets of a pattern. */
static GPtrArray *read_pattern(const char *pattern)
{
	struct reader reader = {.at = pattern};
	GPtrArray *sets = read_alternatives(&reader);

	for (guint i = sets->len; i-- > 0;) {
		const GPtrArray *words = sets->pdata[i];

		if (reader.lost || *reader.at || words->len > WORDS_MAX || shortest(words) < 2)
			g_ptr_array_remove_index(sets, i);
	}
	return sets;
}

GPtrArray *needed_words(const char *pattern)
{
	g_autoptr(GPtrArray) sets = read_pattern(pattern);
	int best = best_of(sets);

	if (best < 0 || shortest(sets->pdata[best]) < WORD_MIN)
		return NULL;
	return g_ptr_array_steal_index(sets, (guint)best);
}

/* --- Words and texts */

#define PAIRS_MAX 8 /* of a word, that are held against the text before it is searched */

struct word {
	const char *text;
	unsigned count;
	uint16_t pairs[PAIRS_MAX];
};

struct words {
	guint n;
	struct word v[WORDS_MAX];
};

struct needed {
	GPtrArray *texts; /* the sets that hold the words */
	GArray *sets;     /* struct words; the first one, the best, is searched for */
};

static struct words words_of(const GPtrArray *texts)
{
	struct words words = {.n = texts->len};

	for (guint i = 0; i < texts->len; i++) {
		struct word *word = &words.v[i];

		word->text = texts->pdata[i];
		for (const char *p = word->text; p[1] && word->count < PAIRS_MAX; p++)
			word->pairs[word->count++] = sight_pair(p[0], p[1]);
	}
	return words;
}

struct needed *needed_new(const char *pattern)
{
	GPtrArray *texts = read_pattern(pattern);
	int best = best_of(texts);
	struct needed *needed = g_new0(struct needed, 1);

	needed->texts = texts;
	needed->sets = g_array_new(FALSE, FALSE, sizeof(struct words));
	for (guint i = 0; i < texts->len; i++) {
		struct words words = words_of(texts->pdata[i]);

		if ((int)i == best)
			g_array_prepend_val(needed->sets, words);
		else
			g_array_append_val(needed->sets, words);
	}
	return needed;
}

void needed_free(struct needed *needed)
{
	if (!needed)
		return;
	g_ptr_array_unref(needed->texts);
	g_array_unref(needed->sets);
	g_free(needed);
}

static bool may_hold(const struct sight *sight, const struct word *word)
{
	for (unsigned i = 0; i < word->count; i++)
		if (!sight_shows(sight, word->pairs[i]))
			return false;
	return true;
}

static bool may_hold_any(const struct sight *sight, const struct words *words)
{
	for (guint i = 0; i < words->n; i++)
		if (may_hold(sight, &words->v[i]))
			return true;
	return false;
}

static bool holds_any(const struct sight *sight, const struct words *words)
{
	for (guint i = 0; i < words->n; i++)
		if (may_hold(sight, &words->v[i]) &&
			span_find_nocase(sight->text, words->v[i].text))
			return true;
	return false;
}

bool needed_stand_in(const struct needed *needed, struct sight *sight)
{
	const struct words *sets = (const struct words *)(void *)needed->sets->data;

	sight_look(sight);
	if (sight->odd)
		return true;
	for (guint i = 0; i < needed->sets->len; i++)
		if (!may_hold_any(sight, &sets[i]))
			return false;
	return !needed->sets->len || holds_any(sight, &sets[0]);
}
