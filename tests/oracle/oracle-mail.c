/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The span reader against GMime's own parser: for each mail the same parts in the same order, with
 * the same text. Where the two differ on purpose, the table says why; a row that no
 * mail needs any more fails the test, too.
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

static struct known {
	const char *file;
	enum difference what;
	const char *reason;
	unsigned used;
} known[] = {
	{"", DIFFERENT_PARTS, "", 0},
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
	char *type, *text = NULL;

	if (!object)
		return;
	type = g_ascii_strdown(g_mime_content_type_get_mime_type(content), -1);
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

static GArray *own_read(struct span bytes)
{
	struct arena *arena = arena_new();
	GArray *list = seen_new();

	for (const struct mail_part *p = mail_parse(bytes, arena)->root; p; p = mail_next(p)) {
		char *type = g_strdup_printf("%s/%s", p->type, p->subtype);
		struct span text = {NULL, 0};

		if (mail_is(p, "text", NULL))
			text = mail_text_decode(p, SIZE_MAX, arena)->text;
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
		const struct seen *b = i < theirs->len ? &g_array_index(theirs, struct seen, i) : NULL;
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
			(int)MIN(a->n - at, 24), a->text + at, (int)MIN(b->n - at, 24), b->text + at);
		return false;
	}
	return true;
}

static struct known *known_find(const char *path, enum difference what)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (known[i].what == what && g_str_has_suffix(path, known[i].file))
			return &known[i];
	return NULL;
}

struct count {
	unsigned mails, same, known, different;
};

static void compare(const char *path, struct count *count)
{
	GError *error = NULL;
	enum difference what;
	struct known *row;
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
	if (same(own, theirs, &what, &where)) {
		count->same++;
	} else if ((row = known_find(path, what)) && *row->file) {
		count->known++;
		row->used++;
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

static void compare_below(const char *path, struct count *count)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *below = g_build_filename(path, name, NULL);

		if (g_file_test(below, G_FILE_TEST_IS_DIR))
			compare_below(below, count);
		else if (!g_str_has_suffix(name, ".json") && !g_str_has_suffix(name, ".md"))
			compare(below, count);
		g_free(below);
	}
	if (dir)
		g_dir_close(dir);
}

int main(void)
{
	static const char *const places[] = {
		"tests/samples", "data/samples", "../shared/corpus/mail", "../../shared/corpus/mail"};
	const char *srcdir = g_getenv("SRCDIR");
	unsigned failed = 0;

	g_mime_init();
	printf("1..%zu\n", G_N_ELEMENTS(places));
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		char *path = g_build_filename(srcdir ? srcdir : ".", places[i], NULL);
		struct count count = {0};

		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			compare_below(path, &count);
			failed += count.different > 0;
			printf("%sok %zu - %s: %u mails, %u alike, %u known to differ\n",
				count.different ? "not " : "", i + 1, places[i], count.mails, count.same,
				count.known);
		} else {
			printf("ok %zu # SKIP no %s here\n", i + 1, places[i]);
		}
		g_free(path);
	}
	return failed > 0;
}
