/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/deltaline.h"

const struct delta_marks delta_marks = {"", "#= "};
const struct delta_marks plan_marks = {"#~ ", "#~= "};

/* --- words */

/* The set that notmuch-dump leaves as it is (its util/hex-escape.c). */
static bool is_plain(unsigned char c)
{
	return g_ascii_isalnum(c) || strchr("+-_@=.,", c);
}

void hex_append(GString *out, const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (is_plain(*c))
			g_string_append_c(out, (char)*c);
		else
			g_string_append_printf(out, "%%%02x", *c);
}

char *hex_decode(struct span in)
{
	GString *out = g_string_sized_new(in.n);

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '%' && i + 2 < in.n && g_ascii_isxdigit(in.p[i + 1]) &&
			g_ascii_isxdigit(in.p[i + 2])) {
			int byte = g_ascii_xdigit_value(in.p[i + 1]) << 4 |
				   g_ascii_xdigit_value(in.p[i + 2]);

			if (byte) {
				g_string_append_c(out, (char)byte);
				i += 2;
				continue;
			}
		}
		g_string_append_c(out, in.p[i]);
	}
	return g_string_free(out, FALSE);
}

static bool next_word(struct span *rest, struct span *word)
{
	const char *end;

	while (rest->n && *rest->p == ' ')
		*rest = span_from(*rest, 1);
	if (!rest->n)
		return false;
	end = memchr(rest->p, ' ', rest->n);
	*word = span_make(rest->p, end ? end : rest->p + rest->n);
	*rest = span_from(*rest, word->n);
	return true;
}

/* --- ids: as notmuch's make_boolean_term writes them */

static void id_append(GString *out, const char *id)
{
	bool quote = !*id;

	for (const unsigned char *c = (const unsigned char *)id; *c && !quote; c++)
		quote = *c <= ' ' || *c >= 0x7f || strchr("\"()", *c);
	g_string_append(out, "id:");
	if (!quote) {
		g_string_append(out, id);
		return;
	}
	g_string_append_c(out, '"');
	for (; *id; id++) {
		if (*id == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *id);
	}
	g_string_append_c(out, '"');
}

/* NULL: there is none. A NUL is in no id of ours: it would end there, and be another one. */
static char *id_read(struct span in)
{
	GString *out;

	if (!in.n || memchr(in.p, '\0', in.n))
		return NULL;
	if (*in.p != '"')
		return span_dup(in);
	out = g_string_new(NULL);
	for (size_t i = 1; i < in.n; i++) {
		if (in.p[i] == '"' && (i + 1 >= in.n || in.p[++i] != '"'))
			break;
		g_string_append_c(out, in.p[i]);
	}
	return g_string_free(out, FALSE);
}

/* --- changes */

static void words_append(GString *out, char sign, const char *const *words, bool property)
{
	for (; words && *words; words++) {
		const char *value = property ? strchr(*words, '=') : NULL;

		g_string_append_c(out, sign);
		if (value) {
			g_autofree char *key = g_strndup(*words, (size_t)(value - *words));

			hex_append(out, key);
			g_string_append_c(out, '=');
			hex_append(out, value + 1);
		} else {
			hex_append(out, *words);
		}
		g_string_append_c(out, ' ');
	}
}

static bool any(const char *const *words)
{
	return words && *words;
}

bool delta_append(GString *out, const struct change *change, const struct delta_marks *marks)
{
	for (const char *c = change->id; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	if (any(change->add_tags) || any(change->remove_tags)) {
		g_string_append(out, marks->tags);
		words_append(out, '+', change->add_tags, false);
		words_append(out, '-', change->remove_tags, false);
		g_string_append(out, "-- ");
		id_append(out, change->id);
		g_string_append_c(out, '\n');
	}
	if (any(change->add_properties) || any(change->remove_properties)) {
		g_string_append(out, marks->properties);
		hex_append(out, change->id);
		g_string_append_c(out, ' ');
		words_append(out, '+', change->add_properties, true);
		words_append(out, '-', change->remove_properties, true);
		g_string_truncate(out, out->len - 1);
		g_string_append_c(out, '\n');
	}
	return true;
}

/* A change that is being read: lists grow, then become arrays. */
struct draft {
	char *id;
	GPtrArray *lists[4]; /* tags added, removed; properties added, removed */
};

static void draft_finish(struct draft *draft, GPtrArray *changes)
{
	struct change *change;
	char **lists[4];

	if (!draft->id)
		return;
	for (int i = 0; i < 4; i++) {
		g_ptr_array_add(draft->lists[i], NULL);
		lists[i] = (char **)g_ptr_array_free(draft->lists[i], FALSE);
	}
	change = g_new(struct change, 1);
	*change = (struct change){
		draft->id,
		(const char *const *)lists[0],
		(const char *const *)lists[1],
		(const char *const *)lists[2],
		(const char *const *)lists[3],
	};
	g_ptr_array_add(changes, change);
	*draft = (struct draft){0};
}

/* Goes on with the change of the line before when the id is the same; takes `id`. */
static void draft_begin(struct draft *draft, char *id, GPtrArray *changes)
{
	if (draft->id && g_str_equal(draft->id, id)) {
		g_free(id);
		return;
	}
	draft_finish(draft, changes);
	draft->id = id;
	for (int i = 0; i < 4; i++)
		draft->lists[i] = g_ptr_array_new();
}

/* Adds `+word` and `-word` to the lists from `first` on, as far as they go. */
static void draft_words(struct draft *draft, struct span rest, int first)
{
	struct span word;

	/* A NUL is in no journal of ours: a word would end at it, and be another one. */
	while (next_word(&rest, &word) && (*word.p == '+' || *word.p == '-') && word.n > 1 &&
		!memchr(word.p, '\0', word.n))
		g_ptr_array_add(
			draft->lists[first + (*word.p == '-')], hex_decode(span_from(word, 1)));
}

static void read_properties(struct draft *draft, struct span line, GPtrArray *changes)
{
	struct span word;

	if (!next_word(&line, &word) || memchr(word.p, '\0', word.n))
		return;
	draft_begin(draft, hex_decode(word), changes);
	draft_words(draft, line, 2);
}

/* Tags and ids may hold no blank unquoted, so the first ` -- ` ends the tags. */
static void read_tags(struct draft *draft, struct span line, GPtrArray *changes)
{
	const char *end = g_strstr_len(line.p, (gssize)line.n, "-- id:");
	char *id;

	if (!end || end == line.p || end[-1] != ' ')
		return;
	id = id_read(span_from(line, (size_t)(end - line.p) + strlen("-- id:")));
	if (!id)
		return;
	draft_begin(draft, id, changes);
	draft_words(draft, span_make(line.p, end), 0);
}

static bool cut_mark(struct span *line, const char *mark)
{
	size_t n = strlen(mark);

	if (line->n < n || memcmp(line->p, mark, n) != 0)
		return false;
	*line = span_from(*line, n);
	return true;
}

GPtrArray *delta_read(struct span lines, const struct delta_marks *marks)
{
	GPtrArray *changes = g_ptr_array_new_with_free_func((GDestroyNotify)change_free);
	struct draft draft = {0};
	struct span line;

	while (span_line(&lines, &line)) {
		if (cut_mark(&line, marks->properties))
			read_properties(&draft, line, changes);
		else if (cut_mark(&line, marks->tags) && line.n && *line.p != '#')
			read_tags(&draft, line, changes);
	}
	draft_finish(&draft, changes);
	return changes;
}
