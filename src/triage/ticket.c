/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/ticket.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "rules/knowledge.h"

#define SUBJECT_MAX 1000  /* bytes that are looked at */
#define TEMPLATE_MAX 1000 /* bytes of a template */
#define GAP "..."
#define GAP_MAX 60 /* bytes that it stands for */
#define DIGITS_MAX 20
#define HEAD_MAX 11 /* bytes of a number before a digit, at most */

/* What a number may look like; one word in braces. */
static const struct shape {
	const char *name;
	size_t letters_min, letters_max; /* the first a letter, then letters or digits */
	bool hyphen;
	size_t digits_min;
} shapes[] = {
	{"digits", 0, 0, false, 1},
	{"number", 0, 0, false, 2}, /* a digit alone is a count, more often than not */
	{"key", 2, 10, true, 1},
	{"code", 1, 8, false, 2},
};

/* A piece of a template. */
struct part {
	enum part_what { PART_TEXT, PART_GAP, PART_NUMBER } what;
	char **choices; /* of text: one of these; of a number: names of shapes */
};

struct ticket_template {
	GArray *parts; /* struct part */
};

struct ticket_reader {
	char **sources;       /* of the templates */
	GPtrArray *templates; /* struct ticket_template*, the first that fits counts */
};

/* --- the template */

static const struct shape *shape_named(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++)
		if (strcmp(shapes[i].name, name) == 0)
			return &shapes[i];
	return NULL;
}

static bool are_shapes(char **choices)
{
	for (char **choice = choices; *choice; choice++)
		if (!shape_named(*choice))
			return false;
	return *choices != NULL;
}

static void part_clear(void *part)
{
	g_strfreev(((struct part *)part)->choices);
}

static void template_free(struct ticket_template *template)
{
	if (!template)
		return;
	g_array_unref(template->parts);
	g_free(template);
}

/* Takes `choices`. */
static void add_part(struct ticket_template *template, enum part_what what, char **choices)
{
	struct part part = {what, choices};
	g_array_append_val(template->parts, part);
}

static void add_text(struct ticket_template *template, struct span text)
{
	char *choices[] = {span_dup(text), NULL};
	add_part(template, PART_TEXT, g_memdup2(choices, sizeof choices));
}

/* Cuts the next piece off; false: braces that do not close, or hold nothing. */
static bool cut_part(struct ticket_template *template, struct span *rest)
{
	size_t n = 0;
	if (*rest->p == '{') {
		const char *end = memchr(rest->p, '}', rest->n);
		if (!end || end == rest->p + 1)
			return false;
		g_autofree char *inner = span_dup(span_make(rest->p + 1, end));
		char **choices = g_strsplit(inner, "|", -1);
		add_part(template, are_shapes(choices) ? PART_NUMBER : PART_TEXT, choices);
		*rest = span_from(*rest, (size_t)(end + 1 - rest->p));
		return true;
	}
	if (g_str_has_prefix(rest->p, GAP)) {
		add_part(template, PART_GAP, NULL);
		*rest = span_from(*rest, strlen(GAP));
		return true;
	}
	while (n < rest->n && rest->p[n] != '{' && !g_str_has_prefix(rest->p + n, GAP))
		n++;
	add_text(template, (struct span){rest->p, n});
	*rest = span_from(*rest, n);
	return true;
}

static unsigned count_numbers(const struct ticket_template *template)
{
	unsigned n = 0;
	for (guint i = 0; i < template->parts->len; i++)
		n += g_array_index(template->parts, struct part, i).what == PART_NUMBER;
	return n;
}

static struct ticket_template *template_new(const char *source, GError **error)
{
	struct ticket_template *template = g_new0(struct ticket_template, 1);
	struct span rest = span_of(source);
	const char *trouble = NULL;
	template->parts = g_array_new(FALSE, FALSE, sizeof(struct part));
	g_array_set_clear_func(template->parts, part_clear);
	if (rest.n > TEMPLATE_MAX)
		trouble = _("is too long: a thousand bytes are enough");
	else if (!text_is_utf8(rest))
		trouble = _("is not valid UTF-8");
	while (!trouble && rest.n)
		if (!cut_part(template, &rest))
			trouble = _("has braces that do not close, or hold nothing");
	if (!trouble && count_numbers(template) != 1)
		trouble = _("does not say where the number stands: write {number} there, once");
	if (!trouble)
		return template;
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "`%s` %s", source, trouble);
	template_free(template);
	return NULL;
}

bool ticket_template_check(const char *source, GError **error)
{
	struct ticket_template *template = template_new(source, error);
	template_free(template);
	return template != NULL;
}

/* --- the reader */

static void add_template(struct ticket_reader *reader, const char *source)
{
	struct ticket_template *template = template_new(source, NULL);
	if (template)
		g_ptr_array_add(reader->templates, template);
}

struct ticket_reader *ticket_reader_new(const char *template)
{
	const char *const one[] = {template, NULL};
	struct ticket_reader *reader = g_new0(struct ticket_reader, 1);
	reader->sources = template ? g_strdupv((char **)one)
				   : knowledge_lines(file_datadir(), "tickets.txt", NULL);
	reader->templates = g_ptr_array_new_with_free_func((GDestroyNotify)template_free);
	for (char **source = reader->sources; source && *source; source++)
		add_template(reader, *source);
	return reader;
}

char *const *ticket_reader_sources(const struct ticket_reader *reader)
{
	return reader->sources;
}

void ticket_reader_free(struct ticket_reader *reader)
{
	if (!reader)
		return;
	g_ptr_array_unref(reader->templates);
	g_strfreev(reader->sources);
	g_free(reader);
}

/* --- one piece at one place: where it ends, SIZE_MAX where it does not stand */

static size_t blank_end(struct span text, size_t at)
{
	size_t end = at;
	while (end < text.n && (text.p[end] == ' ' || text.p[end] == '\t'))
		end++;
	return end > at || at == 0 ? end : SIZE_MAX;
}

/* A blank is a run of blanks, or the begin of the subject. */
static size_t choice_end(struct span text, size_t at, const char *choice)
{
	for (; *choice; choice++) {
		if (*choice == ' ') {
			at = blank_end(text, at);
			if (at == SIZE_MAX)
				return SIZE_MAX;
		} else if (at < text.n && g_ascii_tolower(text.p[at]) == g_ascii_tolower(*choice)) {
			at++;
		} else {
			return SIZE_MAX;
		}
	}
	return at;
}

static size_t count_digits(struct span text, size_t at)
{
	size_t n = 0;
	while (at + n < text.n && g_ascii_isdigit(text.p[at + n]))
		n++;
	return n;
}

/* Letters and digits before the hyphen, or letters before the digits. */
static size_t head_end(struct span text, size_t at, const struct shape *shape)
{
	size_t n = 0;
	if (at >= text.n || !g_ascii_isalpha(text.p[at]))
		return SIZE_MAX;
	while (n <= shape->letters_max && at + n < text.n &&
		(shape->hyphen ? g_ascii_isalnum(text.p[at + n]) : g_ascii_isalpha(text.p[at + n])))
		n++;
	if (n < shape->letters_min || n > shape->letters_max)
		return SIZE_MAX;
	at += n;
	if (!shape->hyphen)
		return at;
	return at < text.n && text.p[at] == '-' ? at + 1 : SIZE_MAX;
}

static size_t shape_end(struct span text, size_t at, const struct shape *shape)
{
	size_t digits = shape->letters_max ? head_end(text, at, shape) : at;
	if (digits == SIZE_MAX)
		return SIZE_MAX;
	size_t n = count_digits(text, digits);
	return n >= shape->digits_min && n <= DIGITS_MAX ? digits + n : SIZE_MAX;
}

/* --- the whole template */

/*
 * Read from its end to its begin, a piece at a time: `finds[i]` is the number that is met when the
 * pieces that were read stand from byte i on. So each place is looked at once a piece.
 */
struct find {
	uint16_t begin, end; /* 0: they do not stand there */
};

/* Is `at` amid a word? */
static bool inside_word(struct span text, size_t at)
{
	const char *here = text.p + at;
	if (at == 0 || at >= text.n || (g_ascii_isprint(*here) && !g_ascii_isalnum(*here)))
		return false;
	if (!(here[-1] & 0x80) && !(*here & 0x80))
		return g_ascii_isalnum(here[-1]);
	return g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(here))) &&
	       g_unichar_isalnum(g_utf8_get_char(here));
}

/* Most choices are ruled out by their first byte. */
static bool may_begin(struct span text, size_t at, const char *choice)
{
	return !*choice || *choice == ' ' ||
	       (at < text.n && !((text.p[at] ^ *choice) & ~('a' ^ 'A')));
}

/* The end of each piece lies behind its begin: going up, those that are read are the old ones. */
static bool read_text(struct span text, char *const *choices, struct find *finds)
{
	bool any = false;
	for (size_t i = 0; i <= text.n; i++) {
		struct find found = {0};
		for (char *const *choice = choices; *choice && !found.end; choice++) {
			size_t end = may_begin(text, i, *choice) ? choice_end(text, i, *choice)
								 : SIZE_MAX;
			if (end != SIZE_MAX)
				found = finds[end];
		}
		finds[i] = found;
		any = any || found.end;
	}
	return any;
}

static bool read_number(struct span text, char *const *choices, struct find *finds)
{
	bool any = false;
	size_t digit = 0; /* the next one */
	for (size_t i = 0; i <= text.n; i++) {
		struct find found = {0};
		if (digit <= i)
			digit = (size_t)(span_digit(text.p + i, text.p + text.n) - text.p);
		for (char *const *choice = choices; digit <= i + HEAD_MAX && *choice && !found.end;
			choice++) {
			const struct shape *shape = shape_named(*choice);
			size_t end = shape ? shape_end(text, i, shape) : SIZE_MAX;
			if (end != SIZE_MAX && finds[end].end)
				found = (struct find){(uint16_t)i, (uint16_t)end};
		}
		finds[i] = found;
		any = any || found.end;
	}
	return any;
}

/* It ends where the next pieces stand first, and stops at a bracket and a hash sign. */
static void read_gap(struct span text, struct find *finds)
{
	struct find nearest = {0};
	size_t left = 0;
	for (size_t i = text.n + 1; i-- > 0;) {
		if (finds[i].end) {
			nearest = finds[i];
			left = GAP_MAX;
		} else if (left == 0 || strchr("[]#", text.p[i])) {
			nearest = (struct find){0};
			left = 0;
		} else {
			left--;
		}
		finds[i] = nearest;
	}
}

static bool read_part(struct span text, const struct part *part, struct find *finds)
{
	if (part->what == PART_TEXT)
		return read_text(text, part->choices, finds);
	if (part->what == PART_NUMBER)
		return read_number(text, part->choices, finds);
	read_gap(text, finds);
	return true;
}

static struct span template_find(const struct ticket_template *template, struct span text)
{
	struct find finds[SUBJECT_MAX + 1];
	for (size_t i = 0; i <= text.n; i++)
		finds[i] = (struct find){0, !inside_word(text, i)};
	for (guint n = template->parts->len; n-- > 0;)
		if (!read_part(text, &g_array_index(template->parts, struct part, n), finds))
			return SPAN_NONE;
	for (size_t i = 0; i <= text.n; i++)
		if (finds[i].end && !inside_word(text, i))
			return span_make(text.p + finds[i].begin, text.p + finds[i].end);
	return SPAN_NONE;
}

char *ticket_find(struct ticket_reader *reader, const char *subject)
{
	struct span text = span_of(subject);
	/* Whatever the template, a digit is in it: most subjects have none. */
	if (text.n > SUBJECT_MAX || span_digit(text.p, text.p + text.n) == text.p + text.n ||
		!text_is_utf8(text))
		return NULL;
	for (guint i = 0; i < reader->templates->len; i++) {
		struct span found = template_find(reader->templates->pdata[i], text);
		if (found.n)
			return span_dup(found);
	}
	return NULL;
}
