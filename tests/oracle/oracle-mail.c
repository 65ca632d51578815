/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The span reader against GMime's own parser: for each mail the same parts in the same order, with
 * the same text. Where the two differ on purpose, the table says why.
 *
 * Mails: tests/samples, data/samples and, where it lies beside the checkout, ../shared/corpus/mail.
 */
#include <gmime/gmime.h>
#include <stdio.h>

#include "base/file.h"
#include "mail/decode.h"

struct seen {
	char *type;
	char *text; /* NULL for what is no text */
	gsize n;
};

enum difference { DIFFERENT_PARTS, DIFFERENT_TEXT };

#define UTF7_STOPS "GMime gives UTF-7 up as it stands"
#define WINDOWS "ISO-8859-1 is read as Windows-1252, which is what such bytes mean"
#define GUESSED "no charset fits the label: we guess, GMime leaves out what it cannot read"
#define NO_EMPTY_LINE "a body without the empty line before it: GMime drops it"
#define NO_PARTS "a multipart that was cut before its first part: GMime says multipart, we say text"
#define NO_BOUNDARY "the boundary is not the one announced: we take the one that is there"

static const struct known {
	const char *file; /* below its place */
	enum difference what;
	const char *reason;
} known[] = {
	{"structure/wrong-boundary.eml", DIFFERENT_PARTS, NO_BOUNDARY},
	{"line-ends/cr.eml", DIFFERENT_PARTS, "GMime does not take a bare CR for a line end"},
	{"line-ends/mixed.eml", DIFFERENT_TEXT,
		"CRLF and LF mixed: GMime takes one LF too many for the boundary's"},
	{"hostile/empty.eml", DIFFERENT_PARTS, "nothing is an empty text, not no mail"},
	{"hostile/binary-noise.eml", DIFFERENT_PARTS, "noise is a text, not no mail"},
	{"hostile/terminal-escapes.eml", DIFFERENT_TEXT, WINDOWS},
	{"encodings/windows-1252-quotes.eml", DIFFERENT_TEXT, WINDOWS},
	{"encodings/raw-latin1-in-fields.eml", DIFFERENT_TEXT, GUESSED},
	{"encodings/utf7-text.eml", DIFFERENT_TEXT, UTF7_STOPS},

	{"crisp/550_no_such_recipient_variant_7.eml", DIFFERENT_TEXT, GUESSED},
	{"flufl/dsn_15.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/groupwise_02.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/microsoft_01.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/microsoft_04.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/postfix_03.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/postfix_05.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/simple_19.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/simple_31.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"flufl/sina_01.txt", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"mdbp/warning-4.msg", DIFFERENT_TEXT, UTF7_STOPS},
	{"ordinary/lkml-cur-1382298793.002267_2_", DIFFERENT_TEXT, GUESSED},
	{"sisimai/lhost-amazonses-14.eml", DIFFERENT_PARTS, NO_PARTS},
	{"sisimai/lhost-ezweb-04.eml", DIFFERENT_TEXT,
		"EUC-JP under the label of ISO-2022-JP: we read it, GMime leaves it out"},
	{"sisimai/lhost-office365-08.eml", DIFFERENT_PARTS,
		"a fold without its blank before boundary=: GMime loses the parameter"},
	{"sisimai/lhost-office365-10.eml", DIFFERENT_PARTS,
		"a fold without its blank before boundary=: GMime loses the parameter"},
	{"sisimai/lhost-postfix-30.eml", DIFFERENT_TEXT, NO_EMPTY_LINE},
	{"sisimai/lhost-sendgrid-01.eml", DIFFERENT_PARTS, NO_PARTS},
	{"sisimai/not-rb-issue-368-bug.eml", DIFFERENT_TEXT,
		"an mbox of several mails: GMime reads the first"},
	{"sisimai/rfc3464-06.eml", DIFFERENT_PARTS, NO_PARTS},
	{"sisimai/rfc3464-65.eml", DIFFERENT_PARTS, NO_PARTS},
	{"sisimai/rfc3464-66.eml", DIFFERENT_TEXT, WINDOWS},
	{"sisimai/rhost-franceptt-07.eml", DIFFERENT_PARTS, NO_BOUNDARY},
	{"sisimai/rhost-google-06.eml", DIFFERENT_TEXT, GUESSED},
};

static void seen_clear(void *seen)
{
	g_free(((struct seen *)seen)->type);
	g_free(((struct seen *)seen)->text);
}

static void add(GArray *list, char *type, const char *text, gsize n)
{
	struct seen seen = {type, text ? g_memdup2(text, n) : NULL, n};

	g_array_append_val(list, seen);
}

static GArray *seen_new(void)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct seen));

	g_array_set_clear_func(list, seen_clear);
	return list;
}

static void gmime_walk(GMimeObject *object, GArray *list)
{
	GMimeContentType *content = object ? g_mime_object_get_content_type(object) : NULL;
	char *written, *type, *text = NULL;

	if (!object)
		return;
	written = g_mime_content_type_get_mime_type(content);
	type = g_ascii_strdown(written, -1);
	g_free(written);
	if (GMIME_IS_TEXT_PART(object))
		text = g_mime_text_part_get_text((GMimeTextPart *)object);
	add(list, type, GMIME_IS_TEXT_PART(object) && !text ? "" : text, text ? strlen(text) : 0);
	g_free(text);
	if (GMIME_IS_MULTIPART(object)) {
		int n = g_mime_multipart_get_count((GMimeMultipart *)object);

		for (int i = 0; i < n; i++)
			gmime_walk(g_mime_multipart_get_part((GMimeMultipart *)object, i), list);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *message = g_mime_message_part_get_message((GMimeMessagePart *)object);

		if (message)
			gmime_walk(g_mime_message_get_mime_part(message), list);
	}
}

static GArray *gmime_read(struct span bytes)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.p, bytes.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GArray *list = seen_new();
	GMimeMessage *message;

	if (span_starts_nocase(bytes, "From "))
		g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
	message = g_mime_parser_construct_message(parser, NULL);
	if (message) {
		gmime_walk(g_mime_message_get_mime_part(message), list);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
	return list;
}

/*
 * What a message/rfc822 part that ends with its own header consists of: an empty part, for GMime
 * none.
 */
static bool is_nothing(const struct mail_part *part)
{
	return part->parent && mail_is(part->parent, "message", NULL) && !part->header.n &&
	       !part->body.n;
}

static GArray *own_read(struct span bytes)
{
	struct arena *arena = arena_new();
	GArray *list = seen_new();

	for (const struct mail_part *p = mail_parse(bytes, arena)->root; p; p = mail_next(p)) {
		char *type = g_strdup_printf("%s/%s", p->type, p->subtype);
		struct span text = {NULL, 0};

		if (mail_is(p, "text", NULL))
			text = mail_text_decode(p, SIZE_MAX, arena)->text;
		if (is_nothing(p)) {
			g_free(type);
			continue;
		}
		if (text.n) /* g_mime_text_part_get_text() ends at a NUL */
			text.n = strnlen(text.p, text.n);
		add(list, type, text.n ? text.p : mail_is(p, "text", NULL) ? "" : NULL, text.n);
	}
	arena_free(arena);
	return list;
}

/* True, or what differs first, to be freed. */
static bool same(const GArray *own, const GArray *theirs, enum difference *what, char **where)
{
	for (guint i = 0; i < MAX(own->len, theirs->len); i++) {
		const struct seen *a = i < own->len ? &g_array_index(own, struct seen, i) : NULL;
		const struct seen *b =
			i < theirs->len ? &g_array_index(theirs, struct seen, i) : NULL;
		gsize at = 0;

		*what = DIFFERENT_PARTS;
		if (!a || !b || strcmp(a->type, b->type) != 0) {
			*where = g_strdup_printf("part %u: %s, GMime: %s", i, a ? a->type : "none",
				b ? b->type : "none");
			return false;
		}
		*what = DIFFERENT_TEXT;
		if (!a->text || (a->n == b->n && memcmp(a->text, b->text, a->n) == 0))
			continue;
		while (at < a->n && at < b->n && a->text[at] == b->text[at])
			at++;
		*where = g_strdup_printf("part %u, byte %zu: '%.*s', GMime: '%.*s'", i, at,
			(int)MIN(a->n - at, 24), a->text + at, (int)MIN(b->n - at, 24),
			b->text + at);
		return false;
	}
	return true;
}

static const struct known *known_find(const char *file, enum difference a, enum difference b)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if ((known[i].what == a || known[i].what == b) && strcmp(file, known[i].file) == 0)
			return &known[i];
	return NULL;
}

struct count {
	unsigned mails, same, known, different;
};

/* Not a mail, but lies among them. */
static bool is_about_mails(const char *name)
{
	static const char *const ends[] = {"README", ".py", ".tsv", ".json", ".md"};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		if (g_str_has_suffix(name, ends[i]))
			return true;
	return false;
}

/* `file` is the end of `path`. */
static void compare(const char *path, const char *file, struct count *count)
{
	GError *error = NULL;
	enum difference what;
	bool alike;
	char *bytes, *where = NULL;
	GArray *own, *theirs;
	gsize n;

	if (!g_file_get_contents(path, &bytes, &n, &error)) {
		printf("# %s\n", error->message);
		g_error_free(error);
		count->different++;
		return;
	}
	own = own_read((struct span){bytes, n});
	theirs = gmime_read((struct span){bytes, n});
	count->mails++;
	alike = same(own, theirs, &what, &where);
	if (alike && known_find(file, DIFFERENT_PARTS, DIFFERENT_TEXT)) {
		count->different++;
		printf("# %s: is alike now, its row can go\n", path);
	} else if (alike) {
		count->same++;
	} else if (known_find(file, what, what)) {
		count->known++;
	} else {
		char *shown = g_strescape(where, NULL);

		count->different++;
		printf("# %s: %s\n", path, shown);
		g_free(shown);
	}
	g_free(where);
	g_array_unref(own);
	g_array_unref(theirs);
	g_free(bytes);
}

static void compare_below(const char *path, size_t place, struct count *count)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *below = g_build_filename(path, name, NULL);

		if (g_file_test(below, G_FILE_TEST_IS_DIR))
			compare_below(below, place, count);
		else if (!is_about_mails(name))
			compare(below, below + place, count);
		g_free(below);
	}
	if (dir)
		g_dir_close(dir);
}

int main(void)
{
	static const char *const places[] = {"tests/samples", "data/samples",
		"../shared/corpus/mail"};
	const char *srcdir = g_getenv("SRCDIR");
	unsigned failed = 0;

	g_mime_init();
	printf("1..%zu\n", G_N_ELEMENTS(places));
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		char *path = g_build_filename(srcdir ? srcdir : ".", places[i], NULL);
		struct count count = {0};

		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			compare_below(path, strlen(path) + 1, &count);
			failed += count.different > 0;
			printf("%sok %zu - %s: %u mails, %u alike, %u known to differ\n",
				count.different ? "not " : "", i + 1, places[i], count.mails,
				count.same, count.known);
		} else {
			printf("ok %zu # SKIP no %s here\n", i + 1, places[i]);
		}
		g_free(path);
	}
	return failed > 0;
}
