/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All words of all classes lie sorted in one table, with an index by their first two bytes; a text
 * is walked once, and looked up where a word can begin.
 */
#include "rules/terms.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/errors.h"
#include "base/words.h"
#include "rules/inifile.h"

#define LANGS_MAX 64
#define FIRST_BYTES 65536

struct term {
	char *word; /* lower case, without `*` */
	size_t n;
	unsigned class;
	uint64_t langs;
	bool open_left, open_right; /* letters may stand there */
};

struct file {
	char *path, *bytes;
	gsize n;
};

struct terms {
	GPtrArray *files;   /* struct file*, not yet parsed */
	GPtrArray *classes; /* char*, the place is the number */
	GPtrArray *langs;   /* char*, the place is the bit */
	GArray *table;      /* struct term, sorted */
	guint *first;       /* of the terms that begin with two bytes; the last is the end */
	GError *broken;     /* why they could not be parsed */
	bool *inside;       /* two bytes with which a term may begin within a word */
};

static void term_clear(gpointer term)
{
	g_free(((struct term *)term)->word);
}

static void file_free(gpointer data)
{
	struct file *file = data;

	g_free(file->path);
	g_free(file->bytes);
	g_free(file);
}

struct terms *terms_new(void)
{
	struct terms *terms = g_new0(struct terms, 1);

	terms->files = g_ptr_array_new_with_free_func(file_free);
	terms->classes = g_ptr_array_new_with_free_func(g_free);
	terms->langs = g_ptr_array_new_with_free_func(g_free);
	terms->table = g_array_new(FALSE, FALSE, sizeof(struct term));
	g_array_set_clear_func(terms->table, term_clear);
	return terms;
}

void terms_free(struct terms *terms)
{
	if (!terms)
		return;
	g_ptr_array_unref(terms->files);
	g_ptr_array_unref(terms->classes);
	g_ptr_array_unref(terms->langs);
	g_array_unref(terms->table);
	g_free(terms->first);
	g_free(terms->inside);
	g_clear_error(&terms->broken);
	g_free(terms);
}

bool terms_add(struct terms *terms, const char *path, GChecksum *sum, GError **error)
{
	struct file *file = g_new0(struct file, 1);
	struct digest digest = {0};
	GError *cause = NULL;

	file->path = g_strdup(path);
	if (!g_file_get_contents(path, &file->bytes, &file->n, &cause)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, _("%s: cannot be read: %s"), path,
			error_cause(cause));
		g_error_free(cause);
		file_free(file);
		return false;
	}
	digest_add(&digest, (struct span){file->bytes, file->n});
	if (sum)
		g_checksum_update(sum, (const guchar *)&digest, sizeof digest);
	g_ptr_array_add(terms->files, file);
	return true;
}

/* The place of `name`, put at the end where it is new. */
static guint place_of(GPtrArray *names, const char *name)
{
	guint at;

	if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, &at)) {
		at = names->len;
		g_ptr_array_add(names, g_strdup(name));
	}
	return at;
}

unsigned terms_class(struct terms *terms, const char *name)
{
	return place_of(terms->classes, name);
}

const char *terms_class_name(const struct terms *terms, unsigned class)
{
	return g_ptr_array_index(terms->classes, class);
}

bool terms_has_words(const struct terms *terms, unsigned class)
{
	for (guint i = 0; i < terms->table->len; i++)
		if (g_array_index(terms->table, struct term, i).class == class)
			return true;
	return false;
}

/* --- the files */

static unsigned first_bytes(const char *word)
{
	return (unsigned)(guchar)word[0] << 8 | (guchar)word[1];
}

/* Of a writing that puts no blanks between words. */
static bool is_dense(gunichar c)
{
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_HANGUL:
	case G_UNICODE_SCRIPT_THAI:
		return true;
	default:
		return false;
	}
}

static bool is_letter(gunichar c)
{
	return c < 0x80 ? g_ascii_isalnum((char)c) || c == '_' : g_unichar_isalnum(c);
}

/* False where `written` is no word. */
static bool add_term(struct terms *terms, const char *written, unsigned class, guint lang)
{
	size_t n = strlen(written);
	struct term term = {.class = class, .langs = (uint64_t)1 << lang};
	gunichar begin, end;

	term.open_left = n && written[0] == '*';
	term.open_right = n && written[n - 1] == '*';
	if (n < 2u + term.open_left + term.open_right)
		return false;
	n -= term.open_left + term.open_right;
	if (memchr(written + term.open_left, '*', n))
		return false;
	term.word = g_utf8_strdown(written + term.open_left, (gssize)n);
	term.n = strlen(term.word);
	begin = g_utf8_get_char(term.word);
	end = g_utf8_get_char(g_utf8_prev_char(term.word + term.n));
	term.open_left |= !is_letter(begin) || is_dense(begin);
	term.open_right |= !is_letter(end) || is_dense(end);
	g_array_append_val(terms->table, term);
	/* cppcheck-suppress memleak ; the table has it */
	return true;
}

static bool parse_file(struct terms *terms, const struct file *file, GError **error)
{
	g_autoptr(ini_file) ini =
		ini_read(file->path, (struct span){file->bytes, file->n}, NULL, error);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;

	for (char **group = groups; group && *group; group++) {
		g_auto(GStrv) langs = ini_keys(ini, *group);
		unsigned class = terms_class(terms, *group);

		if (!ini_is_id(*group))
			return ini_fail(error, ini, *group, NULL,
				_("a class of words is named by a-z, 0-9 and -"));
		for (char **lang = langs; *lang; lang++) {
			g_autoptr(GPtrArray) words = ini_list(ini, *group, *lang);
			guint bit = place_of(terms->langs, *lang);

			if (bit >= LANGS_MAX)
				return ini_fail(error, ini, *group, *lang,
					_("is one language too many; %d are the limit"), LANGS_MAX);
			for (guint i = 0; i < words->len; i++)
				if (!add_term(terms, words->pdata[i], class, bit))
					return ini_fail(error, ini, *group, *lang,
						_("\"%s\" is no word: write two letters or more, "
						  "and * only at an end"),
						(char *)words->pdata[i]);
		}
	}
	return ini != NULL;
}

static int by_word(gconstpointer a, gconstpointer b)
{
	const struct term *x = a, *y = b;
	int order = strcmp(x->word, y->word);

	return order ? order : (int)x->class - (int)y->class;
}

/* The same word of a class in several languages becomes one. */
static void merge(GArray *table)
{
	guint kept = 0;

	for (guint i = 0; i < table->len; i++) {
		struct term *term = &g_array_index(table, struct term, i);
		struct term *last = kept ? &g_array_index(table, struct term, kept - 1) : NULL;

		if (last && by_word(last, term) == 0 && last->open_left == term->open_left &&
			last->open_right == term->open_right) {
			last->langs |= term->langs;
			g_free(term->word);
		} else if (kept++ != i) {
			g_array_index(table, struct term, kept - 1) = *term;
		}
	}
	g_array_set_clear_func(table, NULL);
	g_array_set_size(table, kept);
	g_array_set_clear_func(table, term_clear);
}

static void build_index(struct terms *terms)
{
	guint at = 0;

	g_clear_pointer(&terms->first, g_free);
	g_clear_pointer(&terms->inside, g_free);
	terms->first = g_new0(guint, FIRST_BYTES + 1);
	terms->inside = g_new0(bool, FIRST_BYTES);
	for (unsigned bytes = 0; bytes < FIRST_BYTES; bytes++) {
		terms->first[bytes] = at;
		for (; at < terms->table->len; at++) {
			const struct term *term = &g_array_index(terms->table, struct term, at);

			if (first_bytes(term->word) != bytes)
				break;
			terms->inside[bytes] |= term->open_left;
		}
	}
	terms->first[FIRST_BYTES] = at;
}

bool terms_parse(struct terms *terms, GError **error)
{
	for (guint i = 0; !terms->broken && i < terms->files->len; i++)
		parse_file(terms, terms->files->pdata[i], &terms->broken);
	if (terms->files->len || !terms->first) {
		g_ptr_array_set_size(terms->files, 0);
		g_array_sort(terms->table, by_word);
		merge(terms->table);
		build_index(terms);
	}
	if (terms->broken && error)
		*error = g_error_copy(terms->broken);
	return !terms->broken;
}

/* --- a text */

/* Lower case, where that takes as many bytes; offsets stay. */
static struct span lower(struct span text, char *copy)
{
	for (size_t at = 0; at < text.n;) {
		gunichar c = g_utf8_get_char(text.p + at);
		size_t n = (size_t)(g_utf8_next_char(text.p + at) - (text.p + at));
		char bytes[8];

		if (c < 0x80)
			copy[at] = g_ascii_tolower((char)c);
		else if ((size_t)g_unichar_to_utf8(g_unichar_tolower(c), bytes) == n)
			memcpy(copy + at, bytes, n);
		else
			memcpy(copy + at, text.p + at, n);
		at += n;
	}
	return (struct span){copy, text.n};
}

/* Bytes of the letters at `at`. */
static size_t letters_at(struct span text, size_t at)
{
	size_t end = at;

	while (end < text.n && is_letter(g_utf8_get_char(text.p + end)))
		end = (size_t)(g_utf8_next_char(text.p + end) - text.p);
	return end - at;
}

/* Within a host name, an address, a path or a link, or alone in brackets, a word is only a name. */
static bool is_in_name(struct span text, size_t at, size_t end)
{
	size_t begin = at;

	if (at && end < text.n && text.p[at - 1] == '[' && text.p[end] == ']')
		return true; /* `[internal]`: a mark of the software */
	if (end + 1 < text.n && (text.p[end] == '.' || text.p[end] == '@') &&
		g_ascii_isalnum(text.p[end + 1]))
		return true;
	while (begin && !strchr(" <>()\"'", text.p[begin - 1]))
		begin--;
	if (begin == at)
		return false;
	return text.p[begin] == '/' || text.p[at - 1] == '.' || text.p[at - 1] == '@' ||
	       g_strstr_len(text.p + begin, (gssize)(at - begin), "://") != NULL;
}

/* The terms at `at`; within a word only those that may begin there. */
static size_t hits_at(const struct terms *terms, struct span text, size_t at, bool inside,
	struct term_hit *hits, size_t max)
{
	unsigned bytes = first_bytes(text.p + at);
	size_t count = 0;

	for (guint i = terms->first[bytes]; i < terms->first[bytes + 1] && count < max; i++) {
		const struct term *term = &g_array_index(terms->table, struct term, i);
		size_t more;

		if (term->n > text.n - at || (inside && !term->open_left) ||
			text.p[at + term->n - 1] != term->word[term->n - 1] ||
			memcmp(text.p + at, term->word, term->n) != 0)
			continue;
		more = letters_at(text, at + term->n);
		if (more && !term->open_right)
			continue;
		if (more && is_dense(g_utf8_get_char(text.p + at + term->n)))
			more = 0;
		if (g_ascii_isalnum(text.p[at]) && is_in_name(text, at, at + term->n + more))
			continue;
		hits[count++] = (struct term_hit){term->class, term->langs, at, term->n + more};
	}
	return count;
}

size_t terms_scan(struct terms *terms, struct span text, struct term_hit *hits, size_t max)
{
	char copy[TERMS_TEXT_MAX + 1] = "";
	bool inside = false;
	size_t count = 0;

	if (!terms_parse(terms, NULL) || !text.n)
		return 0;
	if (text.n > TERMS_TEXT_MAX) {
		text.n = TERMS_TEXT_MAX;
		while (text.n && (text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	text = lower(text, copy);
	for (size_t at = 0; at + 1 < text.n;) {
		if (!inside || terms->inside[first_bytes(text.p + at)])
			count += hits_at(terms, text, at, inside, hits + count, max - count);
		inside = is_letter(g_utf8_get_char(text.p + at));
		at = (size_t)(g_utf8_next_char(text.p + at) - text.p);
	}
	return count;
}
