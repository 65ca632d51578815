/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walk: one pass, with a stack of the multiparts that are open. A body ends where a boundary
 * of any open multipart stands, so a part that was never closed costs nothing but itself. The
 * stack is at most MAIL_DEPTH_MAX high, and each line that begins with `--` is held against each
 * boundary of it: linear in the size, whatever the nesting. Other lines of a body are not read.
 */
#include "mail/mail.h"

#include <glib.h>

#include "mail/field.h"
#include "mail/line.h"

#define STRAY_LINES_MAX 64 /* between two fields */

struct open_multipart {
	struct mail_part *part;
	struct mail_part *last; /* child */
	struct span boundary;
	unsigned children;
};

struct walk {
	struct mail *mail;
	struct lines lines;
	const char *field; /* the furthest one that strays have made us look ahead to */
	bool guessed;
	unsigned fields; /* kept in all */
	struct open_multipart open[MAIL_DEPTH_MAX + 1];
	unsigned opens;
};

/* The fields that decide what a part is, in the order of their names in mail/fields.h; the first
 * of each counts. */
enum content_field { CONTENT_TYPE, CONTENT_ENCODING, CONTENT_DISPOSITION, CONTENT_FIELDS };

static const struct {
	const char *name;
	enum mail_encoding encoding;
} encodings[] = {
	{"base64", MAIL_BASE64},
	{"quoted-printable", MAIL_QUOTED_PRINTABLE},
	{"x-uuencode", MAIL_UUENCODE},
	{"uuencode", MAIL_UUENCODE},
	{"x-uue", MAIL_UUENCODE},
	{"x-uu", MAIL_UUENCODE},
};

/* Types whose body is a message again (RFC 2046 section 5.2.1, RFC 6532 section 3.7). */
static bool holds_message(const struct mail_part *part)
{
	return mail_is(part, "message", "rfc822") || mail_is(part, "message", "global") ||
	       mail_is(part, "message", "news");
}

struct mail_part *mail_skip(const struct mail_part *part)
{
	while (part && !part->next)
		part = part->parent;
	return part ? part->next : NULL;
}

struct mail_part *mail_next(const struct mail_part *part)
{
	return part->child ? part->child : mail_skip(part);
}

/* A boundary ends before blanks (RFC 2046 section 5.1.1). */
static struct span without_blanks_behind(struct span line)
{
	while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
		line.n--;
	return line;
}

/* The open multipart whose boundary this line is, the innermost first; -1 when it is none. */
static int boundary_find(const struct walk *walk, struct span line, bool *closes)
{
	if (line.n < 3 || line.p[0] != '-' || line.p[1] != '-')
		return -1;
	line = without_blanks_behind(span_from(line, 2));
	for (int i = (int)walk->opens - 1; i >= 0; i--) {
		struct span b = walk->open[i].boundary;

		if (line.n < b.n || memcmp(line.p, b.p, b.n) != 0)
			continue;
		*closes = line.n == b.n + 2 && memcmp(line.p + b.n, "--", 2) == 0;
		if (*closes || line.n == b.n)
			return i;
	}
	return -1;
}

/*
 * A line among the fields that is none. `From ` at the top and `>From ` are traces of an mbox;
 * others, such as folds that lost their blank, are passed over when a field follows. Else the line
 * is the first of a body without the empty line before it.
 */
static bool is_stray(struct walk *walk, struct span line, bool first)
{
	struct lines ahead = walk->lines;
	struct span next;
	struct field field;

	if (first)
		return span_starts_nocase(line, "From ");
	if (line.p < walk->field || span_starts_nocase(line, ">From "))
		return true;
	for (unsigned i = 0; i < STRAY_LINES_MAX && lines_next(&ahead, &next); i++) {
		if (!next.n || span_starts_nocase(next, "--"))
			return false;
		if (field_begins(next, &field)) {
			walk->field = next.p;
			return true;
		}
	}
	return false;
}

/* Where the value of a field that counts is kept; NULL for others and repeated ones. */
static struct span *content_slot(
	enum mail_name known, const struct field *field, struct span content[CONTENT_FIELDS])
{
	struct span *slot;

	if (known < MAIL_CONTENT_TYPE || known > MAIL_CONTENT_DISPOSITION)
		return NULL;
	slot = &content[known - MAIL_CONTENT_TYPE];
	if (slot->p)
		return NULL;
	*slot = field->value;
	return slot;
}

/* Keeps a field for those who ask for it later; NULL where the mail has too many. */
static struct mail_field *field_keep(
	struct walk *walk, struct mail_part *part, enum mail_name known, const struct field *field)
{
	struct mail_field kept = {known, field->name, field->value, walk->lines.at};

	if (walk->fields == MAIL_FIELDS_MAX) {
		part->fields.cut = true;
		return NULL;
	}
	walk->fields++;
	return mail_fields_add(&part->fields, kept, walk->mail->arena);
}

/* A further line of the last field. */
static void value_extend(struct field *last, struct span *value, struct span line)
{
	last->value = span_make(last->value.p, line.p + line.n);
	if (value)
		*value = last->value;
}

/*
 * Reads the header of `part`: sets its span, the start of its body, and the content fields. A field
 * whose value is still empty, or ends with a semicolon, goes on in the next line even where that
 * lost its blank.
 */
static void header_read(
	struct walk *walk, struct mail_part *part, struct span content[CONTENT_FIELDS])
{
	struct lines *lines = &walk->lines;
	const char *begin = lines->at, *end = lines->end, *body = lines->end;
	struct span line, *value = NULL; /* of the last field, if it is one that counts */
	struct field field = {{NULL, 0}, {"-", 1}};
	struct mail_field *kept = NULL; /* the last field, while only folded lines come behind */
	bool closes, open;

	/* Saved from a web hook: JSON, whose first line could pass for a field of an odd name. */
	if (begin == walk->mail->bytes.p && begin < end && strchr("{[", *begin) && *begin) {
		part->header = part->body = span_make(begin, begin);
		return;
	}
	for (bool first = true; lines_next(lines, &line); first = false) {
		if (!line.n) {
			end = line.p;
			body = lines->at;
			break;
		}
		if (!first && (line.p[0] == ' ' || line.p[0] == '\t')) {
			value_extend(&field, value, line);
			if (kept)
				mail_field_extend(kept, line, lines->at);
			continue;
		}
		open = !field.value.n || field.value.p[field.value.n - 1] == ';';
		if (field_begins(line, &field)) {
			enum mail_name name = mail_name_of(field.name);

			kept = field_keep(walk, part, name, &field);
			value = content_slot(name, &field, content);
			continue;
		}
		kept = NULL;
		if (boundary_find(walk, line, &closes) >= 0 ||
			!(open || is_stray(walk, line, first))) {
			lines->at = end = body = line.p;
			break;
		}
		if (open)
			value_extend(&field, value, line);
		if (first)
			begin = lines->at;
	}
	part->header = span_make(begin, MAX(begin, end));
	part->body = span_make(MAX(begin, body), MAX(begin, body));
}

/* `type/subtype`, in lower case; a type alone and rubbish are what they most often mean. */
static void type_read(const struct mail *mail, struct mail_part *part, struct span value)
{
	struct span type, subtype;

	if (!field_type(value, &type, &subtype))
		return;
	part->type = field_lower(type, mail->arena);
	if (subtype.n)
		part->subtype = field_lower(subtype, mail->arena);
	else
		part->subtype = strcmp(part->type, "multipart") == 0 ? "mixed" : "plain";
	if (!subtype.n && strcmp(part->subtype, "plain") == 0)
		part->type = "text";
}

static enum mail_encoding encoding_read(struct span value)
{
	struct span word = field_word(value.p ? value : SPAN_LIT(""));

	for (size_t i = 0; word.n && i < G_N_ELEMENTS(encodings); i++)
		if (span_equal_nocase(word, encodings[i].name))
			return encodings[i].encoding;
	return MAIL_IDENTITY;
}

static char *param_lower(const struct params *params, const char *name, struct arena *arena)
{
	char *text = params_get(params, name, arena);

	for (char *c = text; c && *c; c++)
		*c = ascii_lower(*c);
	return text;
}

/* Names are written after RFC 2231 or, against the rule but often, RFC 2047 or raw. */
static char *filename_read(struct span disposition, const struct params *type, struct arena *arena)
{
	const struct params params = params_of(disposition);
	char *name = params_get(&params, "filename", arena);

	if (!name)
		name = params_get(type, "name", arena);
	return name ? mail_field_text(span_of(name), NULL, arena) : NULL;
}

static void content_read(
	const struct mail *mail, struct mail_part *part, const struct span content[CONTENT_FIELDS])
{
	struct arena *arena = mail->arena;
	const struct params params = params_of(content[CONTENT_TYPE]);
	bool digest = part->parent && mail_is(part->parent, "multipart", "digest");

	part->type = digest ? "message" : "text";
	part->subtype = digest ? "rfc822" : "plain";
	part->encoding = encoding_read(content[CONTENT_ENCODING]);
	part->filename = filename_read(content[CONTENT_DISPOSITION], &params, arena);
	if (!content[CONTENT_TYPE].n)
		return;
	type_read(mail, part, content[CONTENT_TYPE]);
	part->charset = param_lower(&params, "charset", arena);
	if (!mail_is(part, "multipart", NULL))
		return;
	part->report_type = param_lower(&params, "report-type", arena);
	part->boundary = params_get(&params, "boundary", arena);
	if (part->boundary && !span_trim(span_of(part->boundary)).n)
		part->boundary = NULL;
}

/* The number behind that of the part above. */
static const char *id_below(const char *above, unsigned nth, struct arena *arena)
{
	char digits[3 * sizeof nth], *at = digits + sizeof digits;
	struct span head = span_of(above);
	size_t n;
	char *id;

	for (; nth; nth /= 10)
		*--at = (char)('0' + nth % 10);
	n = (size_t)(digits + sizeof digits - at);
	id = arena_alloc(arena, head.n + n + 2);
	if (head.n) {
		memcpy(id, head.p, head.n);
		id[head.n++] = '.';
	}
	memcpy(id + head.n, at, n);
	return id;
}

/*
 * IMAP numbers parts, not the multipart that a message consists of: that one bears the message's
 * own number.
 */
static const char *part_id(const struct mail_part *part, unsigned nth, struct arena *arena)
{
	const char *above = part->parent ? part->parent->id : "";

	if (part->parent && mail_is(part->parent, "multipart", NULL))
		return id_below(above, nth, arena);
	if (mail_is(part, "multipart", NULL))
		return above;
	return *above ? id_below(above, 1, arena) : "1";
}

/* A multipart whose boundary never came is what its reader sees: text. */
static void part_end(const struct walk *walk, struct mail_part *part, const char *end)
{
	part->body = span_make(part->body.p, MAX(part->body.p, end));
	if (part->child || !mail_is(part, "multipart", NULL) || part->depth == MAIL_DEPTH_MAX)
		return;
	part->type = "text";
	part->subtype = "plain";
	part->boundary = NULL;
	if (!part->parent || !mail_is(part->parent, "multipart", NULL))
		part->id = part_id(part, 1, walk->mail->arena);
}

/* Reads one header and what it makes of the part; returns it. */
static struct mail_part *part_read(struct walk *walk, struct mail_part *parent, unsigned nth)
{
	struct mail *mail = walk->mail;
	struct mail_part *part = arena_make(mail->arena, struct mail_part);
	struct span content[CONTENT_FIELDS] = {{NULL, 0}};

	mail->parts++;
	part->parent = parent;
	part->depth = parent ? parent->depth + 1 : 0;
	header_read(walk, part, content);
	content_read(mail, part, content);
	part->id = part_id(part, nth, mail->arena);
	return part;
}

/* Opens a part and, while it is a message, the message inside. Returns the innermost one. */
static struct mail_part *part_open(struct walk *walk, struct open_multipart *in)
{
	struct mail *mail = walk->mail;
	struct mail_part *part = part_read(walk, in ? in->part : NULL, in ? ++in->children : 1);

	if (!in)
		mail->root = part;
	else if (in->last)
		in->last->next = part;
	else
		in->part->child = part;
	if (in)
		in->last = part;
	for (;;) {
		bool multipart = part->boundary != NULL;

		if (!multipart && (!holds_message(part) || part->encoding != MAIL_IDENTITY))
			return part;
		if (part->depth == MAIL_DEPTH_MAX) {
			mail->cut_depth = true;
			return part;
		}
		if (multipart) {
			walk->open[walk->opens++] = (struct open_multipart){.part = part,
				.boundary = without_blanks_behind(span_of(part->boundary))};
			return part;
		}
		if (mail->parts == MAIL_PARTS_MAX) {
			mail->cut_parts = true;
			return part;
		}
		part->child = part_read(walk, part, 1);
		part = part->child;
	}
}

/*
 * The innermost multipart ends, and its boundary never came: gateways that rename hosts do that.
 * Takes the first line that looks like one and goes back to the start of the body; once a mail, so
 * that the walk stays linear.
 */
static bool boundary_guess(struct walk *walk, const char *stop)
{
	struct open_multipart *in = &walk->open[walk->opens - 1];
	struct lines lines = lines_of(span_make(in->part->body.p, stop));
	struct span line, next;

	if (in->children || walk->guessed)
		return false;
	walk->guessed = true;
	while (lines_next_dashed(&lines, &line)) {
		struct lines ahead = lines;

		if (line.n < 3 || !lines_next(&ahead, &next) ||
			!span_starts_nocase(next, "Content-"))
			continue;
		in->boundary = without_blanks_behind(span_from(line, 2));
		in->part->boundary = arena_span(walk->mail->arena, in->boundary);
		walk->lines.at = in->part->body.p;
		return in->boundary.n > 0;
	}
	return false;
}

/*
 * Where the first header begins: behind a byte order mark and empty lines, if a header follows
 * them.
 */
static const char *mail_begin(struct span bytes)
{
	struct lines lines = lines_of(bytes);
	struct span line;
	struct field field;

	if (bytes.n > 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0)
		lines.at += 3;
	while (lines_next(&lines, &line))
		if (line.n)
			return field_begins(line, &field) || span_starts_nocase(line, "From ")
				       ? line.p
				       : bytes.p;
	return bytes.p;
}

struct mail *mail_parse(struct span bytes, struct arena *arena)
{
	struct mail *mail = arena_make(arena, struct mail);
	struct walk walk = {.mail = mail};
	struct mail_part *part;
	struct span line;
	const char *body; /* of the last part; the line end before a boundary belongs to that */
	bool closes;

	if (!bytes.p)
		bytes = SPAN_LIT("");
	mail->bytes = bytes;
	mail->arena = arena;
	walk.lines = lines_of(bytes);
	walk.lines.at = walk.field = mail_begin(bytes);
	part = part_open(&walk, NULL);
	body = walk.lines.at;
	while (walk.opens) {
		bool more = lines_next_dashed(&walk.lines, &line);
		int hit = more ? boundary_find(&walk, line, &closes) : -1;
		struct open_multipart *in;

		if ((!more || hit >= 0) && hit + 1 < (int)walk.opens &&
			boundary_guess(&walk, more ? line.p : walk.lines.end)) {
			body = walk.lines.at;
			continue;
		}
		if (!more)
			break;
		if (hit < 0)
			continue;
		if (!closes && mail->parts == MAIL_PARTS_MAX) {
			mail->cut_parts = true;
			break;
		}
		in = &walk.open[hit];
		for (; part != in->part; part = part->parent)
			part_end(&walk, part, line_end_before(body, line.p));
		walk.opens = (unsigned)hit + !closes;
		if (!closes) {
			part = part_open(&walk, in);
			body = walk.lines.at;
		}
	}
	for (; part; part = part->parent)
		part_end(&walk, part, bytes.p + bytes.n);
	return mail;
}
