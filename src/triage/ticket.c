/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/ticket.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/text.h"
#include "rules/knowledge.h"
#include "rules/pattern.h"

#define CAPTURE "ticket"
#define SUBJECT_MAX 1000 /* bytes that are looked at */

struct ticket_reader {
	GPtrArray *patterns; /* struct pattern*, the first that fits counts */
	struct pattern_room *room;
	struct sight sight;
};

struct ticket_reader *ticket_reader_new(const char *pattern)
{
	struct ticket_reader *reader = g_new0(struct ticket_reader, 1);
	g_auto(GStrv) lines = pattern ? NULL : knowledge_lines(file_datadir(), "tickets.txt", NULL);
	reader->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
	reader->room = pattern_room_new();
	if (pattern)
		g_ptr_array_add(reader->patterns, pattern_new(pattern));
	for (char **line = lines; line && *line; line++)
		g_ptr_array_add(reader->patterns, pattern_new(*line));
	return reader;
}

void ticket_reader_free(struct ticket_reader *reader)
{
	if (!reader)
		return;
	g_ptr_array_unref(reader->patterns);
	pattern_room_free(reader->room);
	g_free(reader);
}

/* Whatever is written so, a number is in it: most subjects have none. */
static bool has_digit(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (g_ascii_isdigit(text.p[i]))
			return true;
	return false;
}

char *ticket_find(struct ticket_reader *reader, const char *subject)
{
	struct span text = span_of(subject), found;
	if (text.n > SUBJECT_MAX || !has_digit(text) || !text_is_utf8(text))
		return NULL;
	sight_set(&reader->sight, text);
	for (guint i = 0; i < reader->patterns->len; i++) {
		struct pattern *pattern = reader->patterns->pdata[i];
		if (!pattern_match(pattern, reader->room, &reader->sight, &found))
			continue;
		struct span ticket = pattern_capture(pattern, reader->room, text, CAPTURE);
		if (ticket.n)
			return span_dup(ticket);
	}
	return NULL;
}

bool ticket_pattern_check(const char *source, GError **error)
{
	struct pattern *pattern = pattern_new(source);
	bool good = pattern_compile(pattern, error);
	g_auto(GStrv) names = good ? pattern_captures(pattern) : NULL;
	pattern_free(pattern);
	if (!good || g_strv_contains((const char *const *)names, CAPTURE))
		return good;
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
		"`%s` does not say what of it is the number: put that into (?<ticket>...)", source);
	return false;
}
