/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/lexicon.h"

#include "rules/inifile.h"
#include "rules/knowledge-parts.h"

#define FILE_NAME "lexicon.ini"

static const char *const class_names[LEXICON_COUNT] = {
	[LEXICON_ATTEMPT] = "attempt",
	[LEXICON_SECOND] = "second",
	[LEXICON_MINUTE] = "minute",
	[LEXICON_HOUR] = "hour",
	[LEXICON_BYTE] = "byte",
	[LEXICON_KILOBYTE] = "kilobyte",
	[LEXICON_MEGABYTE] = "megabyte",
	[LEXICON_GIGABYTE] = "gigabyte",
	[LEXICON_OF_SIZE] = "of-size",
	[LEXICON_OF_LIMIT] = "of-limit",
	[LEXICON_OF_MESSAGE] = "of-message",
	[LEXICON_OF_WAIT] = "of-wait",
	[LEXICON_OF_PERIOD] = "of-period",
	[LEXICON_NEW_ADDRESS] = "new-address",
	[LEXICON_DAEMON] = "daemon",
	[LEXICON_ARRIVED] = "arrived",
	[LEXICON_WAITING] = "waiting",
	[LEXICON_ANSWER] = "answer",
	[LEXICON_FROM] = "from",
	[LEXICON_ASKED_NAME] = "asked-name",
	[LEXICON_ASKED_IP] = "asked-ip",
	[LEXICON_CONNECTED] = "connected",
	[LEXICON_REPLY] = "reply",
	[LEXICON_REPLY_FILLER] = "reply-filler",
	[LEXICON_NO_REPLY] = "no-reply",
	[LEXICON_COUNTED] = "counted",
	[LEXICON_QUOTING] = "quoting",
	[LEXICON_QUOTING_MARKS] = "quoting-marks",
	[LEXICON_VERIFYING] = "verifying",
	[LEXICON_QUOTED] = "quoted",
};

/* A word of a class, in lower case. */
struct lexeme {
	char *word;
	size_t n;
	bool open_left, open_right; /* letters may touch it there */
};

static void lexeme_clear(void *data)
{
	g_free(((struct lexeme *)data)->word);
}

/* --- the file */

static bool add(GArray *class, const char *written)
{
	size_t n = strlen(written);
	bool open_left = written[0] == '*', open_right = n > 1 && written[n - 1] == '*';
	struct lexeme lexeme = {.open_left = open_left, .open_right = open_right};

	n -= open_left + open_right;
	if (!n || memchr(written + open_left, '*', n))
		return false;
	lexeme.word = g_utf8_strdown(written + open_left, (gssize)n);
	lexeme.n = strlen(lexeme.word);
	g_array_append_val(class, lexeme);
	/* cppcheck-suppress memleak ; the array has it */
	return true;
}

static bool read_class(GArray *class, const struct ini *ini, const char *group, GError **error)
{
	g_auto(GStrv) languages = ini_keys(ini, group);

	for (char **language = languages; *language; language++) {
		g_autoptr(GPtrArray) words = ini_list(ini, group, *language);

		for (guint i = 0; i < words->len; i++)
			if (!add(class, words->pdata[i]))
				return ini_fail(error, ini, group, *language,
					"\"%s\" is no word: `*` may stand at its ends only",
					(char *)words->pdata[i]);
	}
	return class->len || ini_fail(error, ini, group, NULL, "no word is given");
}

bool lexicon_load(struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, FILE_NAME, NULL);
	g_autoptr(ini_file) ini = ini_load(path, sum, error);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;

	for (char **group = groups; group && *group; group++)
		if (name_index(class_names, LEXICON_COUNT, span_of(*group)) < 0)
			return ini_fail(error, ini, *group, NULL, "is no class of words");
	for (int i = 0; ini && i < LEXICON_COUNT; i++) {
		knowledge->lexicon[i] = g_array_new(FALSE, FALSE, sizeof(struct lexeme));
		g_array_set_clear_func(knowledge->lexicon[i], lexeme_clear);
		if (!read_class(knowledge->lexicon[i], ini, class_names[i], error))
			return false;
	}
	return ini != NULL;
}

void lexicon_clear(struct knowledge *knowledge)
{
	for (int i = 0; i < LEXICON_COUNT; i++)
		g_clear_pointer(&knowledge->lexicon[i], g_array_unref);
}

/* --- texts */

static bool is_letter_at(struct span text, size_t at)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): asked of what is there */
	return g_ascii_isalnum(text.p[at]) || text.p[at] & 0x80;
}

/* An end that is no letter, as in `size=`, is touched by anything. */
static bool stands_at(const struct lexeme *lexeme, struct span text, size_t at)
{
	struct span word = {lexeme->word, lexeme->n};
	size_t end = at + lexeme->n;

	if (at && !lexeme->open_left && is_letter_at(word, 0) && is_letter_at(text, at - 1))
		return false;
	return end == text.n || lexeme->open_right || !is_letter_at(word, word.n - 1) ||
	       !is_letter_at(text, end);
}

/* In lower case where a byte of it is not ASCII, for which comparing without case is no help. */
static struct span lower(struct span text, char **copy)
{
	g_autofree char *valid = NULL;
	size_t i = 0;

	while (i < text.n && !(text.p[i] & 0x80))
		i++;
	if (i == text.n)
		return text;
	valid = g_utf8_make_valid(text.p, (gssize)text.n);
	*copy = g_utf8_strdown(valid, -1);
	return span_of(*copy);
}

static const struct lexeme *lexeme_at(
	const struct knowledge *knowledge, enum lexicon_class class, guint i)
{
	const GArray *words = knowledge->lexicon[class];

	return i < words->len ? &g_array_index(words, struct lexeme, i) : NULL;
}

static bool has(struct span text, const struct lexeme *lexeme)
{
	const char *at;
	struct span rest = text;

	while (rest.n >= lexeme->n && (at = span_find_nocase(rest, lexeme->word))) {
		if (stands_at(lexeme, text, (size_t)(at - text.p)))
			return true;
		rest = span_make(at + 1, text.p + text.n);
	}
	return false;
}

bool lexicon_in(const struct knowledge *knowledge, enum lexicon_class class, struct span text)
{
	g_autofree char *copy = NULL;
	const struct lexeme *lexeme;

	text = lower(text, &copy);
	for (guint i = 0; (lexeme = lexeme_at(knowledge, class, i)); i++)
		if (has(text, lexeme))
			return true;
	return false;
}

/* All of the word, but for the letters that may touch it. */
static bool is_whole(const struct lexeme *lexeme, struct span word)
{
	if (word.n < lexeme->n)
		return false;
	if (lexeme->open_left)
		return has(word, lexeme);
	return (word.n == lexeme->n || lexeme->open_right) &&
	       span_starts_nocase(word, lexeme->word);
}

bool lexicon_is(const struct knowledge *knowledge, enum lexicon_class class, struct span word)
{
	g_autofree char *copy = NULL;
	const struct lexeme *lexeme;

	word = lower(word, &copy);
	for (guint i = 0; word.n && (lexeme = lexeme_at(knowledge, class, i)); i++)
		if (is_whole(lexeme, word))
			return true;
	return false;
}

size_t lexicon_begins(const struct knowledge *knowledge, enum lexicon_class class, struct span text)
{
	const struct lexeme *lexeme;

	for (guint i = 0; (lexeme = lexeme_at(knowledge, class, i)); i++)
		if (span_starts_nocase(text, lexeme->word))
			return lexeme->n;
	return 0;
}

static struct span word_of(const struct lexeme *lexeme)
{
	return (struct span){lexeme->word, lexeme->n};
}

size_t lexicon_ends(const struct knowledge *knowledge, enum lexicon_class class, struct span text)
{
	const struct lexeme *lexeme;

	for (guint i = 0; (lexeme = lexeme_at(knowledge, class, i)); i++)
		if (text.n >= lexeme->n &&
			span_same_nocase(span_from(text, text.n - lexeme->n), word_of(lexeme)))
			return lexeme->n;
	return 0;
}

struct span lexicon_behind(
	const struct knowledge *knowledge, enum lexicon_class class, struct span text)
{
	const struct lexeme *lexeme;
	const char *at;

	for (guint i = 0; text.n && (lexeme = lexeme_at(knowledge, class, i)); i++)
		if ((at = span_find_span_nocase(text, word_of(lexeme))))
			return span_make(at + lexeme->n, text.p + text.n);
	return SPAN_NONE;
}

struct span lexicon_before(
	const struct knowledge *knowledge, enum lexicon_class class, struct span text)
{
	const struct lexeme *lexeme;
	const char *at;

	for (guint i = 0; text.n && (lexeme = lexeme_at(knowledge, class, i)); i++)
		if ((at = span_find_span_nocase(text, word_of(lexeme))))
			text = span_make(text.p, at);
	return text;
}
