/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/layout.h"

#include "base/address.h"
#include "base/text.h"
#include "extract/spared.h"
#include "rules/status.h"

#define WIDE_COLON "\uff1a"
#define REMARK_MAX 200 /* bytes in parentheses behind an address of an enumeration */

/* --- Where the returned message begins */

static bool is_line_start(struct span text, size_t at)
{
	return at == 0 || text.p[at - 1] == '\n' || text.p[at - 1] == '\r';
}

static size_t line_start(struct span text, size_t at)
{
	while (!is_line_start(text, at))
		at--;
	return at;
}

static size_t line_after(struct span text, size_t at)
{
	struct span rest = span_from(text, at), line;

	return span_line(&rest, &line) ? (size_t)(rest.p - text.p) : text.n;
}

/* RFC 5322 section 3.6: a line that stands in every mail's header, and nowhere else in this form.
 */
static bool is_header_line(struct span line)
{
	static const char *const names[] = {"From:", "To:", "Cc:", "Subject:", "Date:",
		"Message-ID:", "Sender:", "Reply-To:", "In-Reply-To:", "References:", "User-Agent:",
		"X-Mailer:", "Content-Type:", "Content-Transfer-Encoding:"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (span_starts_nocase(line, names[i]))
			return true;
	return false;
}

/* The lines of the same header above the one that begins at `start`; folded ones go along. */
static size_t header_start(struct span text, size_t start)
{
	for (size_t at = start; at > 0;) {
		size_t end = at - 1, from;
		struct span line;

		if (end > 0 && text.p[end] == '\n' && text.p[end - 1] == '\r')
			end--;
		from = line_start(text, end);
		line = span_make(text.p + from, text.p + end);
		if (is_header_line(line))
			start = from;
		else if (!line.n || !strchr(" \t", line.p[0]) || !span_trim(line).n)
			break;
		at = from;
	}
	return start;
}

static const struct mark_list *marks_of(
	const struct reading *reading, const struct format *format, enum mark mark)
{
	return format_marks(reading->extractor->formats, format, mark, &reading->marks);
}

/* Does the returned message begin here? Where, when it does. */
static bool is_cut(struct span text, const struct mark_hit *hit, size_t *start)
{
	if (hit->mark == MARK_HEADER) {
		if (!is_line_start(text, hit->at))
			return false;
		*start = header_start(text, hit->at);
		return true;
	}
	if (hit->mark != MARK_SEPARATOR || !format_begins_line(text, hit->at))
		return false;
	*start = line_start(text, hit->at);
	return true;
}

/* The first word of the family with which it begins; NULL when there is none. */
static const struct mark_hit *first_cut(
	const struct reading *reading, const struct format *format, size_t *start)
{
	const struct mark_list *hits = marks_of(reading, format, MARK_SEPARATOR);

	for (uint32_t i = 0; i < hits->n; i++) {
		const struct mark_hit *hit = &hits->v[i];

		if (hit->format == format->index && is_cut(reading->text->text, hit, start))
			return hit;
	}
	return NULL;
}

/* Of two at one place the longer one counts, then that of the family. */
static bool is_before(const struct mark_hit *a, const struct mark_hit *b)
{
	return a->at != b->at ? a->at < b->at : a->n >= b->n;
}

void layout_cut(struct reading *reading)
{
	struct span text = reading->text->text;
	size_t start, own_start;
	const struct mark_hit *hit = first_cut(
				      reading, format_generic(reading->extractor->formats), &start),
			      *own = reading->format
					     ? first_cut(reading, reading->format, &own_start)
					     : NULL;

	if (own && (!hit || is_before(own, hit))) {
		hit = own;
		start = own_start;
	}
	reading->body = text;
	reading->after = SPAN_NONE;
	if (!hit)
		return;
	reading->body.n = start;
	reading->after =
		span_from(text, hit->mark == MARK_HEADER ? start : line_after(text, hit->at));
}

/* --- Marks and places */

const struct mark_hit *layout_mark(const struct reading *reading, const struct format *format,
	enum mark mark, size_t *index, size_t end)
{
	const struct mark_list *hits = marks_of(reading, format, mark);

	for (; *index < hits->n; ++*index) {
		const struct mark_hit *hit = &hits->v[*index];

		if (hit->at >= end)
			return NULL;
		if (hit->mark == mark && hit->format == format->index) {
			++*index;
			return hit;
		}
	}
	return NULL;
}

/* The index, for layout_mark(), of the first one at or behind `at`. */
static size_t index_from(
	const struct reading *reading, const struct format *format, enum mark mark, size_t at)
{
	const struct mark_list *hits = marks_of(reading, format, mark);
	size_t low = 0, high = hits->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (hits->v[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct mark_hit *layout_mark_in(const struct reading *reading, const struct format *format,
	enum mark mark, struct span span)
{
	size_t at = (size_t)(span.p - reading->text->text.p);
	size_t index = index_from(reading, format, mark, at);

	return layout_mark(reading, format, mark, &index, at + span.n);
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	return p;
}

struct span layout_paragraph(const char *from, const char *end)
{
	struct span rest, line;
	const char *last;

	from = skip_blanks(from, MIN(end, from + LAYOUT_NEAR_MAX));
	last = from;
	rest = span_make(from, MIN(end, from + LAYOUT_NEAR_MAX));
	while (span_line(&rest, &line) && span_trim(line).n)
		last = line.p + line.n;
	return span_trim(span_make(from, last));
}

const char *layout_line_begin(struct span body, const char *at)
{
	const char *low = at - body.p > LAYOUT_NEAR_MAX ? at - LAYOUT_NEAR_MAX : body.p;

	const char *lf = memrchr(low, '\n', (size_t)(at - low));

	if (lf)
		low = lf + 1;
	lf = memrchr(low, '\r', (size_t)(at - low));
	return lf ? lf + 1 : low;
}

struct span layout_paragraph_around(struct span body, const char *at)
{
	const char *from = layout_line_begin(body, at), *before;

	/* Upwards line by line, as far as they hold something and leave room for what follows. */
	while (from > body.p && at - from < LAYOUT_NEAR_MAX / 2) {
		before = layout_line_begin(body, from - 1);
		if (!span_trim(span_make(before, from)).n)
			break;
		from = before;
	}
	return layout_paragraph(from, body.p + body.n);
}

/* Blanks, brackets, colons, arrows and bullets of other scripts, and marks that no one sees. */
static size_t sign_length(const char *p, const char *end)
{
	size_t at = 0;
	int32_t c = text_next(span_make(p, end), &at);

	return c < 0 || g_unichar_isalnum((gunichar)c) || g_unichar_ismark((gunichar)c) ? 0 : at;
}

/* Bytes of blanks and ornament at `p`; 0 when something is said there. */
static size_t ornament_length(const char *p, const char *end)
{
	if (!*p)
		return 0;
	if (strchr(" \t\r\n\"'<:[(=*-", *p))
		return 1;
	return *p & 0x80 ? sign_length(p, end) : 0;
}

bool layout_is_ornament(struct span text)
{
	const char *end = text.p + text.n;
	size_t n;

	for (const char *p = text.p; p < end; p += n) {
		n = *p && strchr(">)],;.|", *p) ? 1 : ornament_length(p, end);
		if (!n)
			return false;
	}
	return true;
}

struct span layout_address_at(const char *from, const char *end)
{
	const char *p = from;
	struct span found;
	size_t at = 0, n;
	int lines = 0;

	while (p < end && (n = ornament_length(p, end))) {
		if (*p == '\n' && ++lines > 2)
			return SPAN_NONE;
		p += n;
	}
	if (p > from && p < end && p[-1] == '"')
		p--; /* perhaps of a quoted local part */
	found = address_next(span_make(p, MIN(end, p + 400)), &at);
	return found.n && found.p - p <= 1 ? found : SPAN_NONE;
}

/* What joins two addresses of one enumeration; letters stand between blanks. */
static const struct span joints[] = {SPAN_INIT(","), SPAN_INIT(";"), SPAN_INIT("&"),
	SPAN_INIT("\u3001"), SPAN_INIT("\uff0c"), SPAN_INIT("\uff1b"), SPAN_INIT("\u060c"),
	SPAN_INIT("and"), SPAN_INIT("und"), SPAN_INIT("et"), SPAN_INIT("y"), SPAN_INIT("e"),
	SPAN_INIT("en"), SPAN_INIT("och"), SPAN_INIT("og"), SPAN_INIT("ja"), SPAN_INIT("ve"),
	SPAN_INIT("i"), SPAN_INIT("oraz"), SPAN_INIT("a"), SPAN_INIT("\u00e9s"),
	SPAN_INIT("\u0219i"), SPAN_INIT("si"), SPAN_INIT("\u0438"), SPAN_INIT("\u0442\u0430"),
	SPAN_INIT("\u03ba\u03b1\u03b9"), SPAN_INIT("\u3068"), SPAN_INIT("\u548c"),
	SPAN_INIT("\ubc0f"), SPAN_INIT("v\u00e0")};

/* Bytes of a joint at `p`, 0 without one. */
static size_t joint_length(const char *p, const char *end)
{
	for (size_t i = 0; i < G_N_ELEMENTS(joints); i++) {
		const struct span joint = joints[i];

		if ((size_t)(end - p) > joint.n && !((*p ^ *joint.p) & 0xdf) &&
			span_same_nocase((struct span){p, joint.n}, joint) &&
			(!g_ascii_isalpha(*joint.p) || strchr(" \t\r\n", p[joint.n])))
			return joint.n;
	}
	return 0;
}

struct span layout_address_after(struct span address, const char *end)
{
	const char *p = address.p + address.n;
	size_t n, joined = 0;

	while (p < end && *p && strchr(">)]\"' \t\r\n", *p))
		p++;
	if (p < end && *p == '(') { /* a remark */
		const char *close = memchr(p, ')', (size_t)MIN(end - p, REMARK_MAX));

		p = close ? skip_blanks(close + 1, end) : end;
	}
	while (p < end && (n = joint_length(p, end))) { /* `, and` */
		joined += n;
		p = skip_blanks(p + n, end);
	}
	return joined ? layout_address_at(p, end) : SPAN_NONE;
}

struct passage layout_remark(const struct reading *reading, struct span address, struct span next)
{
	struct span between = span_make(address.p + address.n, next.p);
	const char *open = memchr(between.p, '(', between.n);
	const char *close = open ? memrchr(open, ')', (size_t)(next.p - open)) : NULL;

	return close ? passage_of(reading->text, span_trim(span_make(open + 1, close)))
		     : PASSAGE_NONE;
}

struct found *layout_add(struct reading *reading, struct span address)
{
	const char *text = arena_span(reading->arena, address);
	struct found found = {.address = text, .source = reading->text, .at = address};
	guint n = reading->found->len;

	/* Only a window: the final list is made unique through a hash table. */
	for (guint i = n > 64 ? n - 64 : 0; i < n; i++)
		if (span_equal_nocase(address, reading_found(reading, i)->address))
			return reading_found(reading, i);
	g_array_append_val(reading->found, found);
	return reading_found(reading, reading->found->len - 1);
}

/* --- Reasons behind a label */

/* What a reason mark leads to: the rest of its line and paragraph, or the next one. */
static struct passage reason_at(
	const struct reading *reading, const struct mark_hit *hit, const char *end)
{
	const char *from = reading->text->text.p + hit->at;

	/* `#550` is a label and the beginning of the reason. */
	if (*from != '#')
		from += hit->n;
	while (from < end && strchr(" \t:-", *from))
		from++;
	if ((size_t)(end - from) > strlen(WIDE_COLON) &&
		memcmp(from, WIDE_COLON, strlen(WIDE_COLON)) == 0)
		from += strlen(WIDE_COLON);
	return passage_of(reading->text, layout_paragraph(from, end));
}

/* A reply from the server is worth more than words without one. */
static bool is_better(
	const struct knowledge *knowledge, const struct passage *a, const struct passage *b)
{
	struct reply reply;

	return reply_find(knowledge, a->text, &reply) && !reply_find(knowledge, b->text, &reply);
}

/* `550 5.7.1 Blocked because of ...`: a server says it, and its answer began before. */
static bool is_within_answer(const struct reading *reading, const struct mark_hit *hit)
{
	const char *at = reading->text->text.p + hit->at;
	struct span before = span_make(layout_line_begin(reading->body, at), at);
	struct reply reply;

	return reply_find(reading->extractor->knowledge, before, &reply);
}

/* The best labelled reason between two places: one with a reply, else that of the word that stands
 * first in its list. */
static struct passage reason_between(
	const struct reading *reading, const struct format *format, size_t from, size_t to)
{
	const struct knowledge *knowledge = reading->extractor->knowledge;
	const char *end = reading->text->text.p + to;
	const struct mark_hit *best = NULL, *hit;
	struct passage reason = PASSAGE_NONE;
	size_t index = index_from(reading, format, MARK_REASON, from);

	while ((hit = layout_mark(reading, format, MARK_REASON, &index, to))) {
		struct passage next = reason_at(reading, hit, end);

		if (is_within_answer(reading, hit))
			continue;
		if (best && !is_better(knowledge, &next, &reason) &&
			(hit->rank >= best->rank || is_better(knowledge, &reason, &next)))
			continue;
		best = hit;
		reason = next;
	}
	return reason;
}

static size_t place(const struct reading *reading, const char *p)
{
	return (size_t)(p - reading->text->text.p);
}

/* Where reasons end at the latest: at a mark that says so. */
static size_t reasons_end(const struct reading *reading, const struct format *format, size_t from)
{
	size_t index = index_from(reading, format, MARK_END, from),
	       body_end = place(reading, reading->body.p + reading->body.n);
	const struct mark_hit *hit = layout_mark(reading, format, MARK_END, &index, body_end);

	return hit ? hit->at : body_end;
}

void layout_reasons(struct reading *reading, const struct format *format)
{
	const struct knowledge *knowledge = reading->extractor->knowledge;
	size_t n = reading->found->len, to = 0;
	struct passage shared = PASSAGE_NONE;

	for (size_t i = n; i-- > 0;) {
		struct found *found = reading_found(reading, i);
		size_t from = place(reading, found->at.p + found->at.n);
		struct passage reason;

		if (found->source != reading->text || found->fields)
			continue;
		if (!to)
			to = reasons_end(reading, format, from);
		reason = reason_between(reading, format, from, to);
		if (!passage_is_empty(&reason) && !is_better(knowledge, &found->near, &reason)) {
			found->near = reason;
			found->bare = false;
		} else if (passage_is_empty(&found->near)) {
			found->near = shared;
		}
		shared = found->near;
		to = place(reading, found->at.p);
	}
	if (!n || !to)
		return;
	shared = reason_between(reading, format, 0, to);
	for (size_t i = 0; i < n && shared.source; i++) {
		struct found *found = reading_found(reading, i);

		if (passage_is_empty(&found->near) || found->bare ||
			is_better(knowledge, &shared, &found->near))
			found->near = shared;
	}
}

struct passage layout_answer(const struct reading *reading, const struct format *format)
{
	size_t end = place(reading, reading->body.p + reading->body.n);
	struct passage reason = reason_between(reading, format, 0, end);
	struct reply reply;

	return reply_find(reading->extractor->knowledge, reason.text, &reply) ? reason
									      : PASSAGE_NONE;
}

static int by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->at.p < y->at.p ? -1 : x->at.p > y->at.p;
}

/* What follows are guesses, which need not be made where somebody is named. */
static bool is_last_sure(const struct format *format, unsigned i)
{
	return i + 1 == format->layouts_n || format->layouts[i + 1] == LAYOUT_STRAY;
}

bool layout_read(struct reading *reading, const struct format *format)
{
	static void (*const readers[LAYOUT_COUNT])(struct reading *, const struct format *) = {
		[LAYOUT_LIST] = layout_list,
		[LAYOUT_LABELLED] = layout_labelled,
		[LAYOUT_TRANSCRIPT] = layout_transcript,
		[LAYOUT_STRAY] = layout_stray,
	};
	g_autoptr(GArray) aside = g_array_new(FALSE, FALSE, sizeof(struct found));

	for (unsigned i = 0; i < format->layouts_n; i++) {
		readers[format->layouts[i]](reading, format);
		spared_drop(reading, format);
		if (format->layouts[i] != LAYOUT_STRAY)
			spared_set_aside(reading, format, aside);
		if (reading->found->len || !is_last_sure(format, i))
			continue;
		g_array_append_vals(reading->found, aside->data, aside->len);
		g_array_set_size(aside, 0);
	}
	if (reading->found->len > 1)
		g_array_sort(reading->found, by_place);
	layout_reasons(reading, format);
	return reading->found->len;
}
