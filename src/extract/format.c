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
	struct own_marks *next;
	int format;
	struct mark_list hits;
};

struct own_list {
	struct own_marks *first;
};

void marks_init(struct marks *marks, const struct format_set *set, struct arena *arena)
{
	*marks = (struct marks){
		.arena = arena,
		.own = arena_make(arena, struct own_list),
		.areas = arena_alloc(arena, set->formats->len),
	};
}

static void grow(struct mark_list *hits, struct arena *arena)
{
	struct mark_hit *more;

	hits->room = hits->room ? hits->room * 2 : HITS_USUAL;
	more = arena_alloc(arena, hits->room * sizeof *more);
	if (hits->n)
		memcpy(more, hits->v, hits->n * sizeof *more);
	hits->v = more;
}

/* Hits come by their begin, the shorter word first; it is kept behind the longer ones. */
static void keep(struct mark_list *hits, const struct word *word, const struct literal_hit *hit,
	struct arena *arena)
{
	uint32_t at = hits->n;
	struct mark_hit mark = {
		.at = (uint32_t)hit->at,
		.n = (uint32_t)hit->n,
		.mark = word->mark,
		.rank = word->rank,
		.format = word->format,
	};

	if (hits->n == hits->room)
		grow(hits, arena);
	for (; at && hits->v[at - 1].at == mark.at && hits->v[at - 1].n < mark.n; at--)
		hits->v[at] = hits->v[at - 1];
	hits->v[at] = mark;
	hits->n++;
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

	marks->hits.n = 0;
	marks->own->first = NULL;
	marks->text = text; /* the line of a separator is read to its end */
	while (marks->hits.n < HITS_MAX && literal_next(&scan, &hit) && hit.at < marks->text.n) {
		const struct word *word = word_of(set, &hit);

		keep(&marks->hits, word, &hit, marks->arena);
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
	static const unsigned always = 1u << MARK_SIGN,
			      of_generic = always | 1u << MARK_SEPARATOR | 1u << MARK_HEADER |
					   1u << MARK_DELAY | 1u << MARK_FINAL | 1u << MARK_FIELDS;

	return (format == set->generic ? of_generic : always) >> mark & 1;
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
static const struct mark_list *find_own(
	const struct format_set *set, const struct format *format, const struct marks *marks)
{
	struct own_marks *own = arena_make(marks->arena, struct own_marks);
	struct literal_scan scan = literal_scan_of(own_words(set, format), marks->text);
	struct literal_hit hit;

	*own = (struct own_marks){.next = marks->own->first, .format = format->index};
	while (own->hits.n < HITS_MAX && literal_next(&scan, &hit))
		keep(&own->hits, word_of(set, &hit), &hit, marks->arena);
	marks->own->first = own;
	return &own->hits;
}

const struct mark_list *format_marks(const struct format_set *set, const struct format *format,
	enum mark mark, const struct marks *marks)
{
	if (format_mark_is_common(set, format, mark))
		return &marks->hits;
	for (const struct own_marks *own = marks->own->first; own; own = own->next)
		if (own->format == format->index)
			return &own->hits;
	return find_own(set, format, marks);
}

void marks_count_signs(struct marks *marks, size_t end)
{
	for (uint32_t i = 0; i < marks->hits.n; i++) {
		const struct mark_hit *hit = &marks->hits.v[i];

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

/* The first family from `at` on of which there is a sign: few have any. */
static guint next_marked(const struct marks *marks, guint at, guint n)
{
	uint64_t eight = 0;

	while (at < n && !marks->areas[at]) {
		if (n - at >= sizeof eight)
			memcpy(&eight, marks->areas + at, sizeof eight);
		at += n - at >= sizeof eight && !eight ? (guint)sizeof eight : 1;
	}
	return at;
}

const struct format *format_recognise(const struct format_set *set, const struct marks *marks)
{
	const struct format *best = NULL;
	int best_points = 0;

	for (guint i = 0; (i = next_marked(marks, i, set->formats->len)) < set->formats->len; i++) {
		const struct format *format = set->formats->pdata[i];
		int points;

		if (format == set->generic)
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
