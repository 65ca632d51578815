/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/scrub.h"

#include "base/address.h"
#include "extract/formatset.h"
#include "extract/parts.h"
#include "extract/reading.h"
#include "mail/decode.h"

#define NAME_MIN 2     /* bytes of a name that is hidden wherever it stands */
#define SUBJECT_MIN 4  /* of a subject */
#define DAEMON_MIN 4   /* of a word of data/formats that is kept where it names a mailbox */
#define VALUE_MAX 400  /* bytes of a field that nobody knows */
#define ORNAMENT_MAX 6 /* lines between a separator and the returned header */

/* How much is left out. The next is tried when the verdict would not be the same. */
enum depth {
	CUT_RETURNED,  /* of the returned message only the names of fields stay */
	KEEP_ADOPTED,  /* parts of odd types stay that are read for want of a better one */
	KEEP_RETURNED, /* it stays, anonymised: the verdict rests on it */
	DEPTH_COUNT
};

struct scrub {
	struct pseudonyms *names;
	const struct report *report; /* of the original */
	const struct mail_part *returned;
	GPtrArray *read;         /* const struct mail_part: with words for people or machines */
	const char *subjects[2]; /* of the returned message; NULL: too short to hide */
	const char *after_part;  /* id of the text part in which the returned message begins */
	size_t after;            /* there, as an offset in the decoded part */
	enum depth depth;
	unsigned boundaries;
	struct arena *arena;
	GString *out;
};

/* --- text */

static void put_name(struct scrub *s, struct span text)
{
	pseudonyms_append(s->names, text, s->out);
}

/* With the subject of the returned message hidden wherever it is told, as it is or as a form has it
 * (`Order+7`). Each form is looked for again only where its last place has been passed. */
static void put_text(struct scrub *s, struct span text)
{
	const char *next[G_N_ELEMENTS(s->subjects)];

	for (size_t i = 0; i < G_N_ELEMENTS(next); i++)
		next[i] = s->subjects[i] ? span_find(text, s->subjects[i]) : NULL;
	for (;;) {
		struct span found = SPAN_NONE;

		for (size_t i = 0; i < G_N_ELEMENTS(next); i++)
			if (next[i] && (!found.p || next[i] < found.p))
				found = (struct span){next[i], strlen(s->subjects[i])};
		if (!found.p)
			break;
		put_name(s, span_make(text.p, found.p));
		pseudonyms_append_word(s->names, "subject", found, s->out);
		text = span_from(text, (size_t)(found.p - text.p) + found.n);
		for (size_t i = 0; i < G_N_ELEMENTS(next); i++)
			if (next[i] && next[i] < text.p)
				next[i] = span_find(text, s->subjects[i]);
	}
	put_name(s, text);
}

/* --- header fields */

enum value { VALUE_TEXT, VALUE_ADDRESSES, VALUE_SUBJECT, VALUE_SECRET, VALUE_PART };

static const struct {
	const char *name;
	enum value value;
} fields[] = {
	{"from", VALUE_ADDRESSES},
	{"to", VALUE_ADDRESSES},
	{"cc", VALUE_ADDRESSES},
	{"bcc", VALUE_ADDRESSES},
	{"sender", VALUE_ADDRESSES},
	{"reply-to", VALUE_ADDRESSES},
	{"errors-to", VALUE_ADDRESSES},
	{"return-path", VALUE_ADDRESSES},
	{"delivered-to", VALUE_ADDRESSES},
	{"resent-from", VALUE_ADDRESSES},
	{"resent-to", VALUE_ADDRESSES},
	{"subject", VALUE_SUBJECT},
	{"thread-topic", VALUE_SECRET},
	{"thread-index", VALUE_SECRET},
	{"dkim-signature", VALUE_SECRET},
	{"domainkey-signature", VALUE_SECRET},
	{"x-google-dkim-signature", VALUE_SECRET},
	{"arc-seal", VALUE_SECRET},
	{"arc-message-signature", VALUE_SECRET},
	{"arc-authentication-results", VALUE_SECRET},
	{"x-gm-message-state", VALUE_SECRET},
	{"face", VALUE_SECRET},
	{"x-face", VALUE_SECRET},
	{"content-type", VALUE_PART},
	{"content-transfer-encoding", VALUE_PART},
	{"content-disposition", VALUE_PART},
	{"content-id", VALUE_PART},
	{"content-language", VALUE_TEXT},
};

static enum value value_of(struct span name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (span_equal_nocase(name, fields[i].name))
			return fields[i].value;
	return VALUE_TEXT;
}

/* Of a person only the address; a daemon, whose address is known, keeps what it calls itself. */
static void put_addresses(struct scrub *s, struct span value)
{
	size_t at = 0, n = 0;
	struct span address;
	bool known = true;

	while ((address = address_next(value, &at)).n)
		known &= pseudonyms_keeps(s->names, address_local(address));
	if (known) {
		put_text(s, value);
		return;
	}
	at = 0;
	while ((address = address_next(value, &at)).n) {
		g_string_append(s->out, n++ ? ", <" : "<");
		put_name(s, address);
		g_string_append_c(s->out, '>');
	}
}

static void put_field(struct scrub *s, struct span name, struct span raw, const char *charset)
{
	struct span value = span_of(mail_field_text(raw, charset, s->arena));

	g_string_append_len(s->out, name.p, (gssize)name.n);
	g_string_append(s->out, ": ");
	switch (value_of(name)) {
	case VALUE_ADDRESSES:
		put_addresses(s, value);
		break;
	case VALUE_SECRET:
		g_string_append(s->out, "...");
		break;
	default:
		if (value.n > VALUE_MAX && !span_equal_nocase(name, "received") &&
			!span_equal_nocase(name, "subject"))
			g_string_append(s->out, "...");
		else
			put_text(s, value);
	}
	g_string_append_c(s->out, '\n');
}

/* What says how the part is written is said anew: it is UTF-8 now. */
static void put_part_field(
	struct scrub *s, struct span name, const struct mail_part *part, const char *boundary)
{
	if (span_equal_nocase(name, "content-transfer-encoding") && !boundary)
		g_string_append(s->out, "Content-Transfer-Encoding: 8bit\n");
	if (!span_equal_nocase(name, "content-type"))
		return;
	g_string_append_printf(s->out, "Content-Type: %s/%s", part->type, part->subtype);
	if (part->report_type)
		g_string_append_printf(s->out, "; report-type=%s", part->report_type);
	if (boundary)
		g_string_append_printf(s->out, "; boundary=\"%s\"", boundary);
	else if (mail_is(part, "text", NULL))
		g_string_append(s->out, "; charset=utf-8");
	g_string_append_c(s->out, '\n');
}

static void put_header(struct scrub *s, const struct mail_part *part, const char *boundary)
{
	struct span name, value;
	size_t at = 0;

	while (mail_field_next(part->header, &at, &name, &value))
		if (value_of(name) == VALUE_PART)
			put_part_field(s, name, part, boundary);
		else
			put_field(s, name, value, part->charset);
	/* A mail that ends with its header is cut short, and is read as such. */
	if (part->body.n || part->parent)
		g_string_append_c(s->out, '\n');
}

/* --- the returned message */

/* Names of fields; the values only of those that say whose message it was. */
static void put_returned_fields(struct scrub *s, struct span header)
{
	static const char *const told[] = {"from", "to", "cc", "message-id", "date", NULL};
	struct span name, value;
	size_t at = 0;

	while (mail_field_next(header, &at, &name, &value)) {
		g_autofree char *low = g_ascii_strdown(name.p, (gssize)name.n);

		if (g_strv_contains(told, low))
			put_field(s, name, value, NULL);
		else
			g_string_append_printf(s->out, "%.*s: ...\n", (int)name.n, name.p);
	}
}

static bool is_field_line(struct span line)
{
	size_t n = 0;

	while (n < line.n && (g_ascii_isalnum(line.p[n]) || line.p[n] == '-'))
		n++;
	return n && n < line.n && line.p[n] == ':';
}

/* As running text: ornament, then the header up to an empty line. */
static void put_returned_text(struct scrub *s, struct span text)
{
	struct span rest = text, line = SPAN_NONE, before = text;
	const char *begin;

	for (int i = 0; i < ORNAMENT_MAX && span_line(&rest, &line); i++) {
		if (is_field_line(line)) {
			rest = before;
			break;
		}
		put_text(s, span_trim(line));
		g_string_append_c(s->out, '\n');
		before = rest;
	}
	begin = rest.p;
	while (span_line(&rest, &line) && span_trim(line).n)
		;
	put_returned_fields(s, span_make(begin, rest.p));
}

/* --- parts */

static void put_body(struct scrub *s, const struct mail_part *part)
{
	struct span text = mail_text_decode(part, 0, s->arena)->text;
	bool cut = s->depth < KEEP_RETURNED;

	if (cut && part == s->returned) {
		put_returned_text(s, text);
	} else if (cut && s->after_part && strcmp(part->id, s->after_part) == 0 &&
		   s->after < text.n) {
		put_text(s, (struct span){text.p, s->after});
		put_returned_text(s, span_from(text, s->after));
	} else {
		put_text(s, text);
	}
	if (text.n)
		g_string_append_c(s->out, '\n');
}

/* Is there text in it that a verdict may rest on? */
static bool is_readable(const struct scrub *s, const struct mail_part *part)
{
	static const char *const forms[] = {"json", "x-ndjson", "x-www-form-urlencoded"};

	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
		if (mail_is(part, "application", forms[i]))
			return true;
	if (mail_is(part, "text", NULL) || mail_is(part, "message", NULL))
		return true;
	return s->depth >= KEEP_ADOPTED && g_ptr_array_find(s->read, part, NULL);
}

/* Recursion ends at MAIL_DEPTH_MAX. */
static void put_entity(struct scrub *s, const struct mail_part *part)
{
	g_autofree char *boundary = NULL;

	if (part->child && !mail_is(part, "message", NULL))
		boundary = g_strdup_printf("part-%u", ++s->boundaries);
	put_header(s, part, boundary);
	if (!part->child) {
		if (is_readable(s, part))
			put_body(s, part);
		else
			g_string_append(s->out, "(left out)\n");
	} else if (!boundary && part == s->returned && s->depth < KEEP_RETURNED) {
		put_returned_fields(s, part->child->header);
		g_string_append_c(s->out, '\n');
	} else if (!boundary) {
		put_entity(s, part->child);
	} else {
		for (const struct mail_part *child = part->child; child; child = child->next) {
			g_string_append_printf(s->out, "--%s\n", boundary);
			put_entity(s, child);
			g_string_append_c(s->out, '\n');
		}
		g_string_append_printf(s->out, "--%s--\n", boundary);
	}
}

/* --- what is hidden by the report itself */

/* A local part is hidden also where it stands alone: "jane: mailbox full". */
static void hide_recipients(struct scrub *s, const struct recipient *recipients, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct span local = address_local(span_of(recipients[i].address));

		if (local.n >= NAME_MIN)
			pseudonyms_hide(s->names, "name", local);
	}
}

/* What a person is called beside the address: `Jane Doe <jane@corp.example>`. */
static void hide_persons(struct scrub *s, const char *field, bool locals)
{
	struct span text = span_of(field);
	size_t at = 0, begin = 0;
	struct span address;

	while ((address = address_next(text, &at)).n) {
		struct span before = span_make(text.p + begin, address.p);
		g_autofree char *copy = span_dup(before);
		g_auto(GStrv) words = g_strsplit_set(copy, " \t\"'<>()[],;:", -1);

		begin = at;
		if (pseudonyms_keeps(s->names, address_local(address)))
			continue;
		if (locals && address_local(address).n >= NAME_MIN)
			pseudonyms_hide(s->names, "name", address_local(address));
		for (char **word = words; *word; word++)
			if (strlen(*word) >= NAME_MIN)
				pseudonyms_hide(s->names, "name", span_of(*word));
	}
}

static void hide_subject(struct scrub *s)
{
	struct span subject = span_trim(span_of(s->report->original.subject));
	char *form;

	if (subject.n < SUBJECT_MIN)
		return;
	s->subjects[0] = arena_span(s->arena, subject);
	s->subjects[1] = form = arena_span(s->arena, subject);
	g_strdelimit(form, " ", '+');
}

static void note_read(struct scrub *s, const struct part_list *parts)
{
	for (size_t i = 0; i < parts->n; i++)
		g_ptr_array_add(s->read, (void *)parts->v[i]);
}

/* Where in which part the returned message begins, when a text brings it along. */
static void find_returned(struct scrub *s, struct extractor *extractor, const struct mail *mail)
{
	struct report *report = report_new();
	struct reading reading;

	reading_init(&reading, extractor, report, mail);
	reading_message(&reading, mail->root);
	s->returned = reading.parts.returned;
	note_read(s, &reading.parts.texts);
	note_read(s, &reading.parts.reports);
	if (reading.after.n && reading.text && reading.text->part) {
		size_t at = (size_t)(reading.after.p - reading.text->text.p);

		if (at <= reading.text->text.n) {
			s->after_part = arena_str(s->arena, reading.text->part);
			s->after =
				reading.text->map ? reading.text->map[at] : reading.text->base + at;
		}
	}
	reading_clear(&reading);
	report_free(report);
}

static bool reads_the_same(const struct report *a, const struct report *b)
{
	if (a->kind != b->kind || a->recipients_n != b->recipients_n)
		return false;
	for (size_t i = 0; i < a->recipients_n; i++)
		if (g_strcmp0(a->recipients[i].category, b->recipients[i].category) != 0 ||
			g_strcmp0(a->recipients[i].rule, b->recipients[i].rule) != 0)
			return false;
	return true;
}

GString *scrub_message(
	struct extractor *extractor, struct pseudonyms *names, struct span bytes, bool *same)
{
	struct report *report = extract_report(extractor, bytes), *again;
	struct scrub s = {.names = names, .report = report, .arena = report->arena};
	const struct mail *mail = mail_parse(bytes, s.arena);

	s.out = g_string_sized_new(bytes.n);
	s.read = g_ptr_array_new();
	pseudonyms_reveal(names);
	hide_recipients(&s, report->recipients, report->recipients_n);
	hide_recipients(&s, report->others, report->others_n);
	hide_persons(&s, report->original.from, true);
	hide_persons(&s, report->original.to, true);
	hide_persons(&s, report->original.cc, true);
	hide_persons(&s, report->to, false);
	hide_persons(&s, report->from, false);
	hide_subject(&s);
	find_returned(&s, extractor, mail);
	for (*same = false; !*same && s.depth < DEPTH_COUNT; s.depth++) {
		g_string_truncate(s.out, 0);
		s.boundaries = 0;
		put_entity(&s, mail->root);
		again = extract_report(extractor, (struct span){s.out->str, s.out->len});
		*same = reads_the_same(report, again);
		report_free(again);
	}
	g_ptr_array_unref(s.read);
	report_free(report);
	return s.out;
}

/* --- what everybody knows */

static void keep_text(void *user, const char *text)
{
	pseudonyms_keep_text(user, span_of(text));
}

static bool keep_lines(
	struct pseudonyms *names, const char *datadir, const char *file, GError **error)
{
	g_auto(GStrv) lines = knowledge_lines(datadir, file, error);

	for (char **line = lines; line && *line; line++) {
		g_auto(GStrv) words = g_strsplit_set(*line, "\t ", -1);

		for (char **word = words; *word; word++)
			if (**word)
				pseudonyms_keep(names, span_of(*word));
	}
	return lines != NULL;
}

/* What a mail system calls itself in From, `mailserver` or `bounce@`, is no name of somebody. */
static void keep_daemon(struct pseudonyms *names, const struct word *word)
{
	struct span text = span_of(word->literal);

	if (text.n && text.p[text.n - 1] == '@')
		text.n--;
	if (word->area & AREA_FROM && text.n >= DAEMON_MIN && !memchr(text.p, '@', text.n))
		pseudonyms_keep(names, text);
}

struct pseudonyms *scrub_names(
	const struct extractor *extractor, const char *datadir, GError **error)
{
	struct pseudonyms *names = pseudonyms_new(PSEUDONYM_COUNTED);
	const GArray *words = extractor->formats->words;

	knowledge_each_name(extractor->knowledge, keep_text, names);
	rule_set_each_word(extractor->rules, keep_text, names);
	for (guint i = 0; i < words->len; i++) {
		const struct word *word = &g_array_index(words, struct word, i);

		keep_text(names, word->literal);
		keep_daemon(names, word);
	}
	if (keep_lines(names, datadir, "domains.txt", error) &&
		keep_lines(names, datadir, "role-accounts.txt", error))
		return names;
	pseudonyms_free(names);
	return NULL;
}
