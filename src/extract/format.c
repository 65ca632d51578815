/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/formatset.h"

#define HITS_MAX 100000 /* of one text; what follows is left unread */
#define HITS_USUAL 64

const struct format *format_generic(const struct format_set *set)
{
	return set->generic;
}

unsigned format_told(const struct format_set *set, struct span text)
{
	return language_told(set->languages, text);
}

const char *format_set_hash(const struct format_set *set)
{
	return set->hash;
}

void marks_init(struct marks *marks, const struct format_set *set)
{
	*marks = (struct marks){
		.hits = g_array_sized_new(FALSE, FALSE, sizeof(struct mark_hit), HITS_USUAL),
		.areas = g_new0(unsigned char, set->formats->len),
	};
}

void marks_clear(struct marks *marks)
{
	g_array_unref(marks->hits);
	g_free(marks->areas);
}

/* Hits come by their begin, the shorter word first; it is kept behind the longer ones. */
static void keep(struct marks *marks, const struct mark_hit *mark)
{
	guint at = marks->hits->len;

	while (at) {
		const struct mark_hit *before =
			&g_array_index(marks->hits, struct mark_hit, at - 1);

		if (before->at != mark->at || before->n >= mark->n)
			break;
		at--;
	}
	g_array_insert_vals(marks->hits, at, mark, 1);
}

static void note(
	struct marks *marks, const struct word *word, enum area area, const struct literal_hit *hit)
{
	struct mark_hit mark = {
		.at = (uint32_t)hit->at,
		.n = (uint32_t)hit->n,
		.mark = word->mark,
		.rank = word->rank,
		.format = word->format,
	};

	if (area == AREA_BODY)
		keep(marks, &mark);
	else if (word->mark == MARK_SIGN)
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

void format_scan(
	const struct format_set *set, enum area area, struct span text, struct marks *marks)
{
	struct literal_scan scan = literal_scan_of(set->areas[__builtin_ctz(area)], text);
	struct literal_hit hit;
	size_t stop = text.n; /* the line of a separator is read to its end */

	if (area == AREA_BODY)
		g_array_set_size(marks->hits, 0);
	while (marks->hits->len < HITS_MAX && literal_next(&scan, &hit)) {
		const struct word *word = &g_array_index(set->words, struct word, hit.id);

		if (hit.at >= stop)
			break;
		note(marks, word, area, &hit);
		if (area == AREA_BODY && stop == text.n && is_cut(set, word, text, hit.at))
			stop = line_end(text, hit.at);
	}
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
