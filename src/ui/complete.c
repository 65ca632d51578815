/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/complete.h"

#include <string.h>

#include "base/strhash.h"
#include "base/text.h"
#include "store/querycheck.h"
#include "ui/prompt.h"

#define VALUES_MAX 200

/* Values of the rows that are shown, each once, in the order of the alphabet. */
static void add_row_values(struct app *app, const struct filter_word *filter, const char *word,
	const char *head, GPtrArray *out)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(strhash, g_str_equal);
	g_autoptr(GPtrArray) values = g_ptr_array_new();
	const char *begun = word + strlen(head);
	size_t n;
	struct row *const *rows = session_rows(app->session, &n);

	for (size_t i = 0; i < n && values->len < VALUES_MAX; i++) {
		const char *value = rows[i]->unread_facts || row_text(rows[i], ROW_ERROR)
					    ? NULL
					    : filter_word_value(filter, rows[i]);

		if (value && g_ascii_strncasecmp(value, begun, strlen(begun)) == 0 &&
			!strpbrk(value, " \t\",()") && g_hash_table_add(seen, (gpointer)value))
			g_ptr_array_add(values, (gpointer)value);
	}
	g_ptr_array_sort(values, text_order);
	for (guint i = 0; i < values->len; i++)
		g_ptr_array_add(out, g_strconcat(head, values->pdata[i], NULL));
}

void complete_filter(struct app *app, void *user, const char *word, GPtrArray *out)
{
	const char *colon = strchr(word, ':');

	(void)user;
	for (const struct filter_word *f = filter_words(); f->name; f++) {
		g_autofree char *head = g_strdup_printf("%s:", f->name);

		if (!colon && g_str_has_prefix(head, word))
			g_ptr_array_add(out, g_steal_pointer(&head));
		else if (colon && g_str_has_prefix(word, head)) {
			/* The last of several values is the one being typed. */
			const char *comma = strrchr(word, ',');
			g_autofree char *before =
				g_strndup(word, (gsize)((comma ? comma : colon) + 1 - word));

			if (f->values)
				prompt_complete_from(out, word, before, f->values);
			else
				add_row_values(app, f, word, before, out);
		}
	}
}

/* --- notmuch's own */

static const char *const dates[] = {
	"today", "yesterday..", "7d..", "30d..", "this_month..", "last_month", "this_year..", NULL};
static const char *const types[] = {"multipart/report", "message/delivery-status", "message/rfc822",
	"text/rfc822-headers", NULL};
static const char *const properties[] = {"nixie.category=", "nixie.status=", "nixie.type=",
	"nixie.address=", "nixie.retry=", "nixie.retried=", "nixie.suppress=", NULL};

/* Prefixes with a few usual values. */
static const struct {
	const char *head;
	const char *const *values;
} usual[] = {{"date:", dates}, {"mimetype:", types}, {"property:", properties}};

static void add_prefixes(const char *word, GPtrArray *out)
{
	const char *name;

	for (size_t i = 0; (name = query_prefix(i)); i++) {
		g_autofree char *head = g_strconcat(name, ":", NULL);

		if (g_str_has_prefix(head, word))
			g_ptr_array_add(out, g_steal_pointer(&head));
	}
}

static void add_named_queries(struct app *app, const char *word, GPtrArray *out)
{
	char *const *named = session_named_queries(app->session);

	for (; named && *named; named++) {
		g_autofree char *whole =
			g_strdup_printf("query:%.*s", (int)strcspn(*named, "="), *named);

		if (g_str_has_prefix(whole, word))
			g_ptr_array_add(out, g_steal_pointer(&whole));
	}
}

/* What may stand in front of a word: a parenthesis, a sign. */
static size_t lead_of(const char *word)
{
	return strspn(word, "(+-");
}

void complete_query(struct app *app, void *user, const char *word, GPtrArray *out)
{
	size_t lead = lead_of(word);
	const char *bare = word + lead;
	const char *const *tags = (const char *const *)session_tags(app->session);

	if (g_str_has_prefix(bare, "query:"))
		add_named_queries(app, bare, out);
	else if (g_str_has_prefix(bare, "tag:"))
		prompt_complete_from(out, bare, "tag:", tags);
	else if (g_str_has_prefix(bare, "is:"))
		prompt_complete_from(out, bare, "is:", tags);
	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
		if (g_str_has_prefix(bare, usual[i].head))
			prompt_complete_from(out, bare, usual[i].head, usual[i].values);
	if (!strchr(bare, ':'))
		add_prefixes(bare, out);
	complete_filter(app, user, bare, out);
	for (guint i = 0; lead && i < out->len; i++) {
		char *whole = g_strdup_printf("%.*s%s", (int)lead, word, (char *)out->pdata[i]);

		g_free(out->pdata[i]);
		out->pdata[i] = whole;
	}
}
