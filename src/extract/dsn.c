/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/dsn.h"

#include <stddef.h>

#include "base/address.h"

/* The fields that matter; all others are passed over. */
enum scope { SCOPE_REPORT, SCOPE_RECIPIENT };
static const struct {
	struct span name;
	enum scope scope;
	size_t offset;
} fields[] = {
	{SPAN_INIT("final-recipient"), SCOPE_RECIPIENT, offsetof(struct dsn_recipient, final)},
	{SPAN_INIT("original-recipient"), SCOPE_RECIPIENT,
		offsetof(struct dsn_recipient, original)},
	{SPAN_INIT("x-actual-recipient"), SCOPE_RECIPIENT, offsetof(struct dsn_recipient, actual)},
	{SPAN_INIT("action"), SCOPE_RECIPIENT, offsetof(struct dsn_recipient, action)},
	{SPAN_INIT("status"), SCOPE_RECIPIENT, offsetof(struct dsn_recipient, status)},
	{SPAN_INIT("diagnostic-code"), SCOPE_RECIPIENT, offsetof(struct dsn_recipient, diagnostic)},
	{SPAN_INIT("x-supplementary-info"), SCOPE_RECIPIENT,
		offsetof(struct dsn_recipient, supplement)},
	{SPAN_INIT("x400-supplementary-info"), SCOPE_RECIPIENT,
		offsetof(struct dsn_recipient, supplement)},
	{SPAN_INIT("remote-mta"), SCOPE_RECIPIENT, offsetof(struct dsn_recipient, remote_mta)},
	{SPAN_INIT("last-attempt-date"), SCOPE_RECIPIENT,
		offsetof(struct dsn_recipient, last_attempt)},
	{SPAN_INIT("will-retry-until"), SCOPE_RECIPIENT,
		offsetof(struct dsn_recipient, will_retry_until)},
	{SPAN_INIT("reporting-mta"), SCOPE_REPORT, offsetof(struct dsn, reporting_mta)},
	{SPAN_INIT("reporting-ua"), SCOPE_REPORT, offsetof(struct dsn, reporting_mta)},
	{SPAN_INIT("arrival-date"), SCOPE_REPORT, offsetof(struct dsn, arrival)},
	{SPAN_INIT("original-envelope-id"), SCOPE_REPORT, offsetof(struct dsn, envelope_id)},
	{SPAN_INIT("x-postfix-queue-id"), SCOPE_REPORT, offsetof(struct dsn, queue_id)},
	{SPAN_INIT("x-original-message-id"), SCOPE_REPORT, offsetof(struct dsn, original_id)},
	{SPAN_INIT("original-message-id"), SCOPE_REPORT, offsetof(struct dsn, original_id)},
	{SPAN_INIT("disposition"), SCOPE_REPORT, offsetof(struct dsn, disposition)},
};
#define FIELD_FINAL 0
#define FIELD_DIAGNOSTIC 5

/* State of one reading. */
struct reader {
	struct dsn *dsn;
	const struct source *source;
	struct dsn_recipient block;
	bool open; /* the block has a recipient field */
	struct span
		*value;  /* of the field whose lines are being read, NULL: of none that matters */
	bool diagnostic; /* it is the diagnostic, whose lines may stray */
	bool blank;      /* a blank line came before */
	bool prose;
};

static const bool is_name_byte[256] = {['-'] = true,
	['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['_'] = true,
	['a' ... 'z'] = true};

/* The length of a field's name at the start of a line, 0 where there is none; `*value` takes the
 * rest. */
static size_t field_name(struct span line, struct span *value)
{
	size_t n = 0, colon;

	while (n < line.n && is_name_byte[(unsigned char)line.p[n]])
		n++;
	for (colon = n; colon < line.n && (line.p[colon] == ' ' || line.p[colon] == '\t');)
		colon++;
	if (!n || colon == line.n || line.p[colon] != ':')
		return 0;
	*value = span_trim(span_from(line, colon + 1));
	return n;
}

static int find_field(struct span name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (name.n == fields[i].name.n && span_same_nocase(name, fields[i].name))
			return (int)i;
	return -1;
}

static void block_end(struct reader *reader)
{
	GArray *recipients = reader->dsn->recipients;

	if (reader->open) {
		if (recipients->len < DSN_RECIPIENTS_MAX)
			g_array_append_val(recipients, reader->block);
		else
			reader->dsn->more++;
	}
	reader->block = (struct dsn_recipient){.source = reader->source};
	reader->open = false;
	reader->value = NULL;
}

static void take_field(struct reader *reader, int field, struct span value)
{
	void *owner =
		fields[field].scope == SCOPE_REPORT ? (void *)reader->dsn : (void *)&reader->block;
	struct span *slot = (struct span *)((char *)owner + fields[field].offset);

	if (field == FIELD_FINAL && reader->block.final.n)
		block_end(reader);
	if (fields[field].scope == SCOPE_RECIPIENT && slot == &reader->block.original && slot->n)
		block_end(reader);
	if (field == FIELD_FINAL || slot == &reader->block.original)
		reader->open = true;
	reader->diagnostic = field == FIELD_DIAGNOSTIC;
	/* The first one counts: a second Diagnostic-Code or Reporting-MTA is another server's. */
	reader->value = slot->n ? NULL : slot;
	if (reader->value)
		*slot = value.n ? value : (struct span){value.p, 0};
}

static bool is_reply_line(struct span line)
{
	return line.n > 3 && g_ascii_isdigit(line.p[0]) && g_ascii_isdigit(line.p[1]) &&
	       g_ascii_isdigit(line.p[2]) && (line.p[3] == ' ' || line.p[3] == '-');
}

/* A line that is no field: it belongs to the value above, or to nothing. */
static void take_other(struct reader *reader, struct span line)
{
	bool indented = line.p[0] == ' ' || line.p[0] == '\t';
	bool stray =
		reader->diagnostic && !reader->prose && (is_reply_line(line) || !reader->blank);

	if (!reader->value || (reader->blank && !stray) || (!indented && !stray))
		return;
	if (!reader->value->n)
		reader->value->p = line.p;
	reader->value->n = (size_t)(line.p + line.n - reader->value->p);
	reader->blank = false;
}

static void take_line(struct reader *reader, struct span line)
{
	struct span value;
	size_t n = field_name(line, &value);
	int field = n ? find_field((struct span){line.p, n}) : -1;

	if (!n || (field < 0 && reader->prose)) {
		take_other(reader, line);
		return;
	}
	/* `550-5.1.1 Note: ...` in a stray line is no field; names of fields hold no digits first.
	 */
	if (reader->diagnostic && is_reply_line(line)) {
		take_other(reader, line);
		return;
	}
	if (reader->blank)
		block_end(reader);
	reader->blank = false;
	reader->value = NULL;
	reader->diagnostic = false;
	if (field >= 0)
		take_field(reader, field, value);
}

void dsn_read(struct dsn *dsn, const struct source *source, struct span text, bool prose)
{
	struct reader reader = {.dsn = dsn, .source = source, .prose = prose};
	struct span line;

	if (!dsn->recipients)
		dsn->recipients = g_array_new(FALSE, FALSE, sizeof(struct dsn_recipient));
	reader.block.source = source;
	while (span_line(&text, &line)) {
		struct span trimmed = span_trim(line);

		if (!trimmed.n) {
			reader.blank = true;
			continue;
		}
		line.n = (size_t)(trimmed.p + trimmed.n - line.p);
		take_line(&reader, line);
	}
	block_end(&reader);
}

void dsn_clear(struct dsn *dsn)
{
	if (dsn->recipients)
		g_array_unref(dsn->recipients);
	dsn->recipients = NULL;
}

/* --- Values */

struct span dsn_typed(struct span value, struct span *type)
{
	const char *semicolon = value.n ? memchr(value.p, ';', value.n) : NULL;
	struct span word = SPAN_NONE;

	if (semicolon && semicolon - value.p <= 40) {
		word = span_trim(span_make(value.p, semicolon));
		for (size_t i = 0; i < word.n; i++)
			if (!g_ascii_isalnum(word.p[i]) && !strchr("-_/+", word.p[i]))
				word.n = 0;
	}
	if (type)
		*type = word;
	return word.n ? span_trim(span_make(semicolon + 1, value.p + value.n)) : value;
}

static int octal(char c)
{
	return c >= '0' && c <= '7' ? c - '0' : -1;
}

/* `\x{41}` of RFC 6533 or `\320` of Exim at `at`: appends what is meant, returns the bytes read, 0
 * when it is neither. */
static size_t read_escape(struct span in, size_t at, GString *out)
{
	const char *p = in.p + at;
	size_t left = in.n - at;

	if (left >= 5 && p[1] == 'x' && p[2] == '{') {
		gunichar c = 0;
		size_t i = 3;

		for (; i < left && i < 10 && g_ascii_isxdigit(p[i]); i++)
			c = c * 16 + (gunichar)g_ascii_xdigit_value(p[i]);
		if (i == left || p[i] != '}' || i == 3 || !g_unichar_validate(c) || !c)
			return 0;
		g_string_append_unichar(out, c);
		return i + 1;
	}
	if (left >= 4 && p[1] >= '2' && p[1] <= '3' && octal(p[2]) >= 0 && octal(p[3]) >= 0) {
		g_string_append_c(out, (char)(octal(p[1]) * 64 + octal(p[2]) * 8 + octal(p[3])));
		return 4;
	}
	return 0;
}

static const char *unescape(struct span in, struct arena *arena)
{
	GString *out;
	const char *text;

	out = g_string_sized_new(in.n);
	for (size_t at = 0; at < in.n;) {
		size_t n = in.p[at] == '\\' ? read_escape(in, at, out) : 0;

		if (!n)
			g_string_append_c(out, in.p[at]);
		at += n ? n : 1;
	}
	text = arena_span(arena, (struct span){out->str, out->len});
	g_string_free(out, TRUE);
	return text;
}

const char *dsn_address(struct span value, struct arena *arena)
{
	struct span address = dsn_typed(value, NULL), found;

	if (!address.n || address.p[0] == '|')
		return NULL;
	/* With its type, of which address_find() takes off one: `rfc822;jonna;id@b.example`. */
	if (memchr(value.p, '\\', value.n))
		value = span_of(unescape(value, arena));
	found = address_find(value);
	return found.n ? arena_span(arena, found) : NULL;
}

static const bool ends_host[256] = {['\0'] = true,
	[' '] = true,
	['\t'] = true,
	['\r'] = true,
	['\n'] = true,
	['('] = true,
	[';'] = true};

struct span dsn_host(struct span value)
{
	struct span host = dsn_typed(value, NULL);
	size_t n = 0;

	while (n < host.n && !ends_host[(unsigned char)host.p[n]])
		n++;
	host.n = n;
	if (host.n && host.p[host.n - 1] == '.')
		host.n--;
	return host;
}
