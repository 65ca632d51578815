/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/formatset.h"

#define HITS_MAX 100000 /* of one text; what follows is left unread */
#define HITS_USUAL 16

const struct format *format_generic(const struct format_set *set)
{
	return set->generic;
}

unsigned format_told(const struct format_set *set, struct span text)
{
	return language_told(set->languages, text);
}

/* The marks of one family's own words. */
struct own_marks {
	int format;
	GArray *hits; /* struct mark_hit */
};

static void own_clear(void *own)
{
	g_array_unref(((struct own_marks *)own)->hits);
}

void marks_init(struct marks *marks, const struct format_set *set)
{
	*marks = (struct marks){
		.hits = g_array_sized_new(FALSE, FALSE, sizeof(struct mark_hit), HITS_USUAL),
		.own = g_array_new(FALSE, FALSE, sizeof(struct own_marks)),
		.areas = g_new0(unsigned char, set->formats->len),
	};
	g_array_set_clear_func(marks->own, own_clear);
}

void marks_clear(struct marks *marks)
{
	g_array_unref(marks->hits);
	g_array_unref(marks->own);
	g_free(marks->areas);
}

/* Hits come by their begin, the shorter word first; it is kept behind the longer ones. */
static void keep(GArray *hits, const struct word *word, const struct literal_hit *hit)
{
	guint at = hits->len;
	struct mark_hit mark = {
		.at = (uint32_t)hit->at,
		.n = (uint32_t)hit->n,
		.mark = word->mark,
		.rank = word->rank,
		.format = word->format,
	};

	while (at) {
		const struct mark_hit *before = &g_array_index(hits, struct mark_hit, at - 1);

		if (before->at != mark.at || before->n >= mark.n)
			break;
		at--;
	}
	g_array_insert_val(hits, at, mark);
}

static void note(struct marks *marks, const struct word *word, enum area area)
{
	if (word->mark == MARK_SIGN)
		marks->areas[word->format] |= (unsigned char)area;
	else if (word->mark == MARK_DELAY)
		marks->delay = true;
	else if (word->mark == MARK_FINAL)
		marks->final = true;
}

/* Only ornaments stand between the start of the line and `at`. */
bool format_begins_line(struct span text, size_t at)
{
	while (at > 0 && text.p[at - 1] != '\n' && text.p[at - 1] != '\r')
		if (!strchr(" \t-=_*>|#", text.p[--at]))
			return false;
	return true;
}

/* The returned message begins here, for reports of any family. */
static bool is_cut(
	const struct format_set *set, const struct word *word, struct span text, size_t at)
{
	if (word->format != set->generic->index)
		return false;
	if (word->mark == MARK_HEADER)
		return at == 0 || text.p[at - 1] == '\n' || text.p[at - 1] == '\r';
	return word->mark == MARK_SEPARATOR && format_begins_line(text, at);
}

static size_t line_end(struct span text, size_t at)
{
	while (at < text.n && text.p[at] != '\n' && text.p[at] != '\r')
		at++;
	return at;
}

static const struct word *word_of(const struct format_set *set, const struct literal_hit *hit)
{
	return &g_array_index(set->words, struct word, hit->id);
}

/* The marks of a text that hold whatever family wrote it. */
static void scan_body(const struct format_set *set, struct span text, struct marks *marks)
{
	struct literal_scan scan = literal_scan_of(set->areas[__builtin_ctz(AREA_BODY)], text);
	struct literal_hit hit;
	bool cut = false;

	g_array_set_size(marks->hits, 0);
	g_array_set_size(marks->own, 0);
	marks->text = text; /* the line of a separator is read to its end */
	while (marks->hits->len < HITS_MAX && literal_next(&scan, &hit) && hit.at < marks->text.n) {
		const struct word *word = word_of(set, &hit);

		keep(marks->hits, word, &hit);
		if (!cut && is_cut(set, word, text, hit.at)) {
			marks->text.n = line_end(text, hit.at);
			cut = true;
		}
	}
}

/* The words of a name or subject. */
static void scan_short(
	const struct format_set *set, enum area area, struct span text, struct marks *marks)
{
	const struct scanned *known = scan_memo_find(set->memo, area, text);
	struct scanned found = {.n = 0};
	struct literal_scan scan;
	struct literal_hit hit;

	if (known) {
		for (unsigned i = 0; i < known->n; i++)
			note(marks, &g_array_index(set->words, struct word, known->words[i]), area);
		return;
	}
	scan = literal_scan_of(set->areas[__builtin_ctz(area)], text);
	while (literal_next(&scan, &hit)) {
		note(marks, word_of(set, &hit), area);
		if (found.n < SCANNED_MAX)
			found.words[found.n] = hit.id;
		found.n++;
	}
	if (found.n <= SCANNED_MAX)
		scan_memo_keep(set->memo, area, text, &found);
}

/* The words of a header, which is another one each time. */
static void scan_header(const struct format_set *set, struct span text, struct marks *marks)
{
	struct literal_scan scan = literal_scan_of(set->areas[__builtin_ctz(AREA_HEADER)], text);
	struct literal_hit hit;

	while (literal_next(&scan, &hit))
		note(marks, word_of(set, &hit), AREA_HEADER);
}

void format_scan(
	const struct format_set *set, enum area area, struct span text, struct marks *marks)
{
	if (area == AREA_BODY)
		scan_body(set, text, marks);
	else if (area == AREA_HEADER)
		scan_header(set, text, marks);
	else
		scan_short(set, area, text, marks);
}

bool format_mark_is_common(
	const struct format_set *set, const struct format *format, enum mark mark)
{
	return mark == MARK_SIGN ||
	       (format == set->generic &&
		       (mark == MARK_SEPARATOR || mark == MARK_HEADER || mark == MARK_DELAY ||
			       mark == MARK_FINAL || mark == MARK_FIELDS));
}

/* The words of a family that are looked for only in its own texts. */
static const struct literal_set *own_words(
	const struct format_set *set, const struct format *format)
{
	struct literal_set *own = set->own[format->index];

	if (own)
		return own;
	own = set->own[format->index] = literal_set_new();
	for (guint i = 0; i < set->words->len; i++) {
		const struct word *word = &g_array_index(set->words, struct word, i);

		if (word->format == format->index && word->area & AREA_BODY &&
			!format_mark_is_common(set, format, (enum mark)word->mark))
			literal_set_add(own, span_of(word->literal), i);
	}
	literal_set_build(own);
	return own;
}

/* Looks for the words of a family in the text. */
static const GArray *find_own(
	const struct format_set *set, const struct format *format, const struct marks *marks)
{
	struct own_marks own = {format->index,
		g_array_sized_new(FALSE, FALSE, sizeof(struct mark_hit), HITS_USUAL)};
	struct literal_scan scan = literal_scan_of(own_words(set, format), marks->text);
	struct literal_hit hit;

	while (own.hits->len < HITS_MAX && literal_next(&scan, &hit))
		keep(own.hits, word_of(set, &hit), &hit);
	g_array_append_val(marks->own, own);
	return own.hits;
}

const GArray *format_marks(const struct format_set *set, const struct format *format,
	enum mark mark, const struct marks *marks)
{
	const struct own_marks *own = (const struct own_marks *)(void *)marks->own->data;

	if (format_mark_is_common(set, format, mark))
		return marks->hits;
	for (guint i = 0; i < marks->own->len; i++)
		if (own[i].format == format->index)
			return own[i].hits;
	return find_own(set, format, marks);
}

void marks_count_signs(struct marks *marks, size_t end)
{
	for (guint i = 0; i < marks->hits->len; i++) {
		const struct mark_hit *hit = &g_array_index(marks->hits, struct mark_hit, i);

		if (hit->at >= end)
			return;
		if (hit->mark == MARK_SIGN)
			marks->areas[hit->format] |= AREA_BODY;
	}
}

int format_points_in(unsigned areas)
{
	return (areas & AREA_BODY ? 2 : 0) + (areas & AREA_HEADER ? 1 : 0) +
	       (areas & AREA_FROM ? 1 : 0) + (areas & AREA_SUBJECT ? 1 : 0) +
	       (areas & AREA_MTA ? 1 : 0);
}

int format_points(const struct format *format, const struct marks *marks)
{
	unsigned areas = marks->areas[format->index];

	if (areas && format->refines >= 0)
		areas |= marks->areas[format->refines];
	return format_points_in(areas);
}

const struct format *format_recognise(const struct format_set *set, const struct marks *marks)
{
	const struct format *best = NULL;
	int best_points = 0;

	for (guint i = 0; i < set->formats->len; i++) {
		const struct format *format = set->formats->pdata[i];
		int points;

		if (!marks->areas[i] || format == set->generic)
			continue;
		points = format_points(format, marks);
		if (points < format->need)
			continue;
		if (!best || points > best_points ||
			(points == best_points && format->priority > best->priority)) {
			best = format;
			best_points = points;
		}
	}
	return best;
}

enum phase format_phase(const struct format_set *set, struct span diagnostic)
{
	struct literal_scan scan = literal_scan_of(set->phases, diagnostic);
	struct literal_hit hit;
	enum phase phase = PHASE_NONE;

	/* The last one: "in reply to ..." ends the sentence. */
	while (literal_next(&scan, &hit))
		phase = (enum phase)hit.id;
	return phase;
}

bool format_gave_up(const struct format_set *set, struct span diagnostic)
{
	struct literal_scan scan = literal_scan_of(set->ends, diagnostic);
	struct literal_hit hit;

	return literal_next(&scan, &hit);
}
