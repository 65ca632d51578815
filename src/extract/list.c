/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipients in a list: below a heading (or from the start, where the form of the line is
 * unmistakable) a line for each, followed by what is said of it.
 *
 *	<a@b.example>: host mx.b.example[192.0.2.1] said: 550 ...     Postfix, qmail, Yahoo
 *	    a@b.example                                               Exim, Gmail, Exchange
 *	      SMTP error from remote mail server after RCPT TO: ...
 */
#include "base/address.h"
#include "extract/layout.h"

/* Forms that stand for a recipient wherever they appear; the others only inside the list. */
#define SHAPES_SURE (SHAPE_ANGLE_COLON)
#define FIRST_WITHIN 12 /* lines below its heading a list begins */

/* One line of a list, taken apart. */
struct item {
	struct span address;
	struct span last; /* address of an enumeration; mostly the same */
	struct span rest; /* of the line */
	unsigned shape;
};

struct list {
	struct reading *reading;
	const struct format *format;
	struct span intro;
	guint first;     /* index of the first recipient of this list */
	bool open;       /* a recipient's paragraph is being read */
	bool near_done;  /* its own paragraph has ended */
	bool closed;     /* other paragraphs came: only sure forms count now */
	bool blank;      /* the line before was blank */
	bool attached;   /* the line before belongs to a recipient */
	unsigned others; /* lines since the heading that are no recipients */
	size_t indent;   /* of the first recipient's line */
};

/* `1.`, `2)`, `(3)`: bytes of a number that counts the items, 0 without one. */
static size_t number_length(struct span line)
{
	size_t open = line.n && line.p[0] == '(', n = open;

	while (n < line.n && n < open + 3 && g_ascii_isdigit(line.p[n]))
		n++;
	if (n == open || n == line.n || !strchr(open ? ")" : ".)", line.p[n]))
		return 0;
	return n + 1;
}

static struct span without_bullet(struct span line)
{
	size_t n = 0;

	line = span_trim(line);
	while (n < line.n && line.p[n] && strchr("*->", line.p[n]))
		n++;
	if (!n && line.n > 2 && memcmp(line.p, "\xe2\x80\xa2", 3) == 0)
		n = 3;
	if (!n)
		n = number_length(line);
	return n && n < line.n && (line.p[n] == ' ' || line.p[n] == '\t')
		       ? span_trim(span_from(line, n))
		       : line;
}

/* Behind `)`, where `in` starts with a remark in parentheses. */
static struct span without_remark(struct span in)
{
	const char *close;

	in = span_trim(in);
	close = in.n && in.p[0] == '(' ? memchr(in.p, ')', in.n) : NULL;
	return close ? span_trim(span_make(close + 1, in.p + in.n)) : in;
}

static struct span last_address(struct span first, struct span line)
{
	struct span next;

	while ((next = layout_address_after(first, line.p + line.n)).n)
		first = next;
	return first;
}

static bool read_angle(struct span line, struct item *item)
{
	const char *close = memchr(line.p, '>', line.n);
	struct span rest, behind;

	if (!close)
		return false;
	if (memchr(line.p + 1, '<', (size_t)(close - line.p - 1)))
		return false; /* arrows of a transcript */
	item->address = address_find(span_make(line.p + 1, close));
	if (memchr(line.p, ';', (size_t)(close - line.p))) /* in brackets it ends no address type */
		item->address = address_find(span_make(line.p, close + 1));
	if (!item->address.n)
		return false;
	item->last = last_address(item->address, line);
	if (item->last.p > close) {
		close = item->last.p + item->last.n;
		if (close == line.p + line.n || *close != '>')
			close--;
	}
	rest = span_trim(span_make(close + 1, line.p + line.n));
	behind = without_remark(rest);
	/* The colon may stand behind a remark that goes on in the next line. */
	if (behind.n && (behind.p[0] == ':' || behind.p[0] == '(')) {
		item->shape = SHAPE_ANGLE_COLON;
		item->rest = rest.p[0] == ':' ? span_trim(span_from(rest, 1)) : rest;
	} else {
		item->shape = SHAPE_ANGLE;
		item->rest = rest;
	}
	return true;
}

/* Looks like a person's name, not like a sentence. */
static bool is_name(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (memchr(".!?:;=<>()[]", text.p[i], 12))
			return false;
	return text.n <= 40;
}

/* `Name<mailto:a@b>`, `Name <a@b>`, `Name (a@b)` */
static bool read_named(struct span line, struct item *item)
{
	const char *mark = span_find_nocase(line, "<mailto:");
	char last = line.p[line.n - 1];
	const char *open, *close;

	if (mark) {
		open = mark + 8;
		close = memchr(open, '>', (size_t)(line.p + line.n - open));
		item->shape = SHAPE_MAILTO;
	} else {
		close = last == '>' || last == ')' ? line.p + line.n - 1 : NULL;
		open = close ? memrchr(line.p, last == '>' ? '<' : '(', line.n) : NULL;
		if (!open || !is_name(span_make(line.p, open)))
			return false;
		open++;
		item->shape = SHAPE_NAMED;
	}
	if (!close || address_class(span_trim(span_make(open, close))) == ADDRESS_NONE)
		return false;
	item->address = address_find(span_make(open, close));
	item->last = item->address;
	item->rest = span_trim(span_make(close + 1, line.p + line.n));
	return item->address.n;
}

static bool read_plain(struct span line, struct item *item)
{
	bool quoted = line.p[0] == '"' || line.p[0] == '\'';
	size_t at = 0;
	struct span rest;

	item->address = address_next(line, &at);
	if (!item->address.n || item->address.p > line.p + quoted)
		return false;
	item->last = last_address(item->address, line);
	if (item->last.p > item->address.p)
		at = (size_t)(item->last.p + item->last.n - line.p);
	rest = span_from(line, at);
	if (quoted && rest.n && rest.p[0] == line.p[0] && item->address.p > line.p)
		rest = span_from(rest, 1);
	rest = span_trim(rest);
	item->rest = rest;
	item->shape = !rest.n ? SHAPE_BARE : rest.p[0] == ':' ? SHAPE_COLON : SHAPE_TAIL;
	if (item->shape == SHAPE_COLON)
		item->rest = span_trim(span_from(rest, 1));
	else if (rest.n && (rest.p[0] == ',' || rest.p[0] == ';') && rest.n == 1)
		item->shape = SHAPE_BARE;
	return true;
}

/* Takes a line apart; false when it names no recipient in one of the forms allowed. */
static bool read_item(struct span line, unsigned shapes, struct item *item)
{
	bool ok;

	line = without_bullet(line);
	if (!line.n || !memchr(line.p, '@', line.n))
		return false;
	ok = line.p[0] == '<' ? read_angle(line, item) : read_plain(line, item);
	if (!ok || (item->shape == SHAPE_TAIL && span_find_nocase(line, "<mailto:")))
		ok = read_named(line, item);
	/* `a@b <a@b>` and `a@b (a@b)` */
	if (ok && item->shape == SHAPE_TAIL && (item->rest.p[0] == '<' || item->rest.p[0] == '(')) {
		struct span again = address_find(item->rest);

		if (again.n == item->address.n && memcmp(again.p, item->address.p, again.n) == 0)
			item->shape = SHAPE_BARE;
	}
	return ok && (item->shape & shapes);
}

/*
 * `a@b on 21/04/2026 10:00`: when the server gave up, which is no reason (Exchange 5.5 to 2003, in
 * any language): digits, and no word that is longer than `AM` or `on`.
 */
static bool is_time(struct span rest)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < rest.n; i++) {
		bool letter = g_ascii_isalpha(rest.p[i]) || rest.p[i] & 0x80;

		letters = letter ? letters + 1 : 0;
		digits += g_ascii_isdigit(rest.p[i]);
		if (letters > 3 ||
			!(letter || g_ascii_isdigit(rest.p[i]) || strchr(" \t/.:,+-", rest.p[i])))
			return false;
	}
	return digits >= 6;
}

static struct found *current(const struct list *list)
{
	return list->open ? reading_found(list->reading, list->reading->found->len - 1) : NULL;
}

static void extend(struct passage *passage, const struct source *source, struct span line)
{
	if (!passage->source)
		*passage = passage_of(source, span_trim(line));
	else
		passage->text.n = (size_t)(line.p + line.n - passage->text.p);
}

/* `(expanded from <a@b>)`, `generated from a@b`: what the sender wrote. */
static void find_written(struct list *list, struct found *found, struct span line)
{
	struct reading *reading = list->reading;
	const struct mark_hit *hit = layout_mark_in(reading, list->format, MARK_WRITTEN, line);
	struct span address;

	if (!hit || found->written)
		return;
	address = layout_address_at(
		reading->text->text.p + hit->at + hit->n, reading->body.p + reading->body.n);
	if (address.n)
		found->written = arena_span(reading->arena, address);
}

/* Those of an enumeration share what is said of the last one. */
static void begin(struct list *list, const struct item *item, struct span line)
{
	struct reading *reading = list->reading;
	struct span address = item->address;
	guint n = reading->found->len;
	struct found *found = layout_add(reading, address);

	while (address.p < item->last.p) {
		struct span next = layout_address_after(address, line.p + line.n);

		found->intro = passage_of(reading->text, list->intro);
		if (passage_is_empty(&found->near))
			found->near = layout_remark(reading, address, next);
		address = next;
		n = reading->found->len;
		found = layout_add(reading, address);
	}
	list->open = reading->found->len > n;
	if (!list->open)
		return;
	list->near_done = false;
	found->intro = passage_of(reading->text, list->intro);
	if (item->rest.n && !is_time(item->rest))
		extend(&found->near, reading->text, item->rest);
	find_written(list, found, line);
}

static bool same_as_current(const struct list *list, struct span address)
{
	const struct found *found = current(list);

	return found && span_equal_nocase(address, found->address);
}

/* May a line of this form begin a recipient here? */
static bool is_in_place(const struct list *list, const struct item *item, size_t indent)
{
	if (same_as_current(list, item->address))
		return false;
	if (list->first == list->reading->found->len)
		return list->others < FIRST_WITHIN || item->shape & SHAPES_SURE;
	if (indent > list->indent)
		return false;
	return item->shape & SHAPES_SURE || (!list->closed && (list->blank || list->attached));
}

static void take_other(struct list *list, struct span line, size_t indent)
{
	struct found *found = current(list);

	list->others++;
	if (list->blank && !list->attached && indent <= list->indent)
		list->closed = true;
	list->attached = list->attached && !list->blank && indent > list->indent;
	if (!found)
		return;
	if (!list->near_done)
		extend(&found->near, list->reading->text, line);
	else
		extend(&found->wide, list->reading->text, line);
	find_written(list, found, line);
}

static void take_line(struct list *list, struct span line, unsigned shapes)
{
	struct span trimmed = span_trim(line);
	size_t indent = trimmed.n ? (size_t)(trimmed.p - line.p) : 0;
	struct item item;

	if (!trimmed.n) {
		/* A blank line ends what is said of a recipient, but only if something was said. */
		if (list->open && !passage_is_empty(&current(list)->near))
			list->near_done = true;
		list->blank = true;
		return;
	}
	if (read_item(trimmed, shapes, &item) && is_in_place(list, &item, indent)) {
		if (list->first == list->reading->found->len) {
			list->indent = indent;
			list->closed = false; /* a row of headings may stand above */
		}
		begin(list, &item, trimmed);
		list->attached = true;
	} else {
		take_other(list, trimmed, indent);
	}
	list->blank = false;
}

static void read_list(struct reading *reading, const struct format *format, struct span region,
	struct span intro, unsigned shapes)
{
	struct list list = {
		.reading = reading,
		.format = format,
		.intro = intro,
		.first = reading->found->len,
	};
	struct span line;

	while (span_line(&region, &line)) {
		if (layout_mark_in(reading, format, MARK_END, line))
			break;
		take_line(&list, line, shapes);
	}
}

/* Where lines are looked at that may have no end. */
static struct span near_of(struct span body, const char *from)
{
	return span_make(from, MIN(body.p + body.n, from + LAYOUT_NEAR_MAX));
}

/* Behind a heading: the rest of its line when an address stands there, else the next line. */
static struct span region_below(struct span body, const char *from)
{
	struct span near = near_of(body, from), line = SPAN_NONE;
	const char *end = body.p + body.n;

	span_line(&near, &line);
	while (line.n && strchr(" \t:", line.p[0]))
		line = span_from(line, 1);
	return span_make(line.n && memchr(line.p, '@', line.n) ? line.p : near.p, end);
}

/*
 * Does a further heading begin a list? Its words may as well stand within what is said of a
 * recipient (`ask the recipient`, `a@b.example - recipient unknown`): then neither a colon nor an
 * address follows, and the sentence goes on, or an address stands before.
 */
static bool begins_list(const struct reading *reading, const struct mark_hit *hit)
{
	const char *from = reading->text->text.p + hit->at + hit->n;
	const char *begin = layout_line_begin(reading->body, from);
	struct span near = near_of(reading->body, from), line;

	if (!span_line(&near, &line))
		return false;
	line = span_trim(line);
	if (line.n && (line.p[line.n - 1] == ':' || memchr(line.p, '@', line.n)))
		return true;
	return !memchr(line.p, ' ', line.n) && !memchr(begin, '@', (size_t)(from - begin));
}

/* The next heading, or NULL. */
static const struct mark_hit *next_list(
	const struct reading *reading, const struct format *format, size_t *index, size_t limit)
{
	const struct mark_hit *hit;

	while ((hit = layout_mark(reading, format, MARK_LIST, index, limit)) &&
		!begins_list(reading, hit))
		;
	return hit;
}

void layout_list(struct reading *reading, const struct format *format)
{
	const struct mark_hit *hit, *next;
	const char *text = reading->text->text.p, *end = reading->body.p + reading->body.n;
	size_t index = 0, limit = (size_t)(end - text);
	unsigned sure = format->shapes & SHAPES_SURE;

	hit = layout_mark(reading, format, MARK_LIST, &index, limit);
	if (!hit) {
		if (sure)
			read_list(reading, format, reading->body, SPAN_NONE, sure);
		return;
	}
	for (; hit; hit = next) {
		const char *heading = text + hit->at, *from = heading + hit->n;
		struct span region = region_below(reading->body, from);

		/* Headings may overlap or stand in one sentence: the last of a line counts. */
		while ((next = next_list(reading, format, &index, limit)) &&
			text + next->at < region.p)
			from = text + next->at + next->n;
		region = region_below(reading->body, from);
		if (next && text + next->at >= region.p)
			region.n = (size_t)(text + next->at - region.p);
		if (region.n)
			read_list(reading, format, region,
				layout_paragraph_around(reading->body, heading), format->shapes);
	}
}
