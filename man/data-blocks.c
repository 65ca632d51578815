/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Categories, the words of results, and what codes mean, from data/. */
#include <string.h>

#include "blocks.h"
#include "mdoc.h"
#include "rules/status.h"
#include "rules/wordbook.h"
#include "triage/fill.h"

/* `lead` and a text without a report, with the words that stand in for facts; nothing where nothing
 * is left of it. */
static void put_text(
	GString *out, const char *lead, const struct knowledge *knowledge, const char *template)
{
	static const struct report report;
	static const struct recipient recipient;
	const struct fill fill = {
		.knowledge = knowledge, .report = &report, .recipient = &recipient};
	g_autofree char *text = fill_text(template, &fill);

	if (!*text)
		return;
	g_string_append(out, lead);
	mdoc_text(out, text);
}

/* "the sender, then the recipient". */
static void put_actors(GString *out, const struct knowledge *knowledge, const struct actors *actors)
{
	for (unsigned i = 0; i < actors->count; i++)
		g_string_append_printf(out, "%s%s", i ? ", then " : "",
			word(knowledge, WORDS_ACTOR, actors->who[i]));
}

/* --- categories */

static void put_category(
	GString *out, const struct category *category, const struct knowledge *knowledge)
{
	const struct advice *advice = &category->advice;

	g_string_append_printf(out, ".It Cm %s\n", category->id);
	mdoc_phrase(out, advice->title);
	g_string_append_printf(out, "Type\n.Cm %s ;\nwho acts first: ", type_names[advice->type]);
	put_actors(out, knowledge, &advice->who);
	g_string_append(out, ".\n.Pp\n");
	put_text(out, "", knowledge, advice->explanation);
	g_string_append(out, ".Bl -enum -compact\n");
	for (guint i = 0; advice->next && i < advice->next->len; i++)
		put_text(out, ".It\n", knowledge, advice->next->pdata[i]);
	g_string_append(out, ".El\n.Pp\nSend again?\n");
	put_text(out, "", knowledge, advice->retry_text);
}

static bool put_categories(GString *out, const char *argument, const struct source *source)
{
	const struct knowledge *knowledge = source->knowledge;
	const struct category *category;

	(void)argument;
	for (int i = 0; (category = category_at(knowledge, i)); i++)
		put_category(out, category, knowledge);
	return true;
}

static bool put_category_names(GString *out, const char *argument, const struct source *source)
{
	const struct knowledge *knowledge = source->knowledge;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const struct category *category;

	(void)argument;
	for (int i = 0; (category = category_at(knowledge, i)); i++)
		g_ptr_array_add(names, category->id);
	mdoc_words(out, (const char *const *)names->pdata, names->len);
	return true;
}

/* --- what the words of results mean, as the program itself tells it */

static const struct {
	const char *set;
	const char *const *names;
	enum word_set words;
} sets[] = {
	{"kind", kind_names, WORDS_KIND_TEXT},
	{"type", type_names, WORDS_SEVERITY},
	{"who", actor_names, WORDS_ACTOR},
	{"confidence", confidence_names, WORDS_CONFIDENCE_WHY},
	{"origin", origin_names, WORDS_ORIGIN},
	{"trust", trust_names, WORDS_TRUST_WHY},
	{"state", state_names, WORDS_STATE},
	{"trace", trace_names, WORDS_TRACE},
	{"event", event_names, WORDS_EVENT},
	{"condition", condition_names, WORDS_CONDITION},
};

static bool put_meanings(GString *out, const char *name, const struct source *source)
{
	const struct knowledge *knowledge = source->knowledge;
	size_t i = 0;

	while (i < G_N_ELEMENTS(sets) && strcmp(sets[i].set, name) != 0)
		i++;
	for (int id = 0; i < G_N_ELEMENTS(sets) && sets[i].names[id]; id++) {
		g_string_append(out, ".It Cm ");
		mdoc_word(out, sets[i].names[id]);
		g_string_append_c(out, '\n');
		mdoc_phrase(out, word(knowledge, sets[i].words, id));
	}
	return i < G_N_ELEMENTS(sets);
}

/* --- codes */

/* "550 5.1.1", "5.7.606-649", "4.4.7 without a reply". */
static char *code_label(const struct code *code)
{
	char status[STATUS_TEXT];
	GString *label = g_string_new(NULL);

	if (code->reply)
		g_string_append_printf(label, "%d", code->reply);
	if (code->status[0])
		g_string_append_printf(
			label, "%s%s", label->len ? " " : "", status_text(code->status, status));
	if (code->status[0] && code->status_to > code->status[2])
		g_string_append_printf(label, "-%d", code->status_to);
	if (code->bare)
		g_string_append(label, " without a reply");
	return g_string_free(label, FALSE);
}

static void put_code(GString *out, const struct code *code, const struct knowledge *knowledge)
{
	g_autofree char *label = code_label(code);

	g_string_append(out, ".It");
	if (*label) {
		g_string_append(out, " Li ");
		mdoc_word(out, label);
	}
	if (code->phrase) {
		g_string_append(out, " Dq ");
		mdoc_word(out, code->phrase);
	}
	g_string_append_c(out, '\n');
	mdoc_phrase(out, code->meaning);
	if (!code->category)
		return;
	g_string_append_printf(out, ".Cm %s ,\n%s; ", code->category->id, type_names[code->type]);
	put_actors(out, knowledge, &code->who);
	g_string_append(out, ".\n");
}

static const char *scope_title(const struct knowledge *knowledge, const char *scope)
{
	const struct provider *provider = provider_by_id(knowledge, scope);
	int known = name_index(scope_names, SCOPE_COUNT, span_of(scope));

	if (provider)
		return provider->title;
	return known >= 0 ? word(knowledge, WORDS_SCOPE, known) : scope;
}

/* A list for each scope, in the order of the file. */
static bool put_codes(GString *out, const char *argument, const struct source *source)
{
	const struct knowledge *knowledge = source->knowledge;
	size_t n;
	const struct code *const *codes = knowledge_codes(knowledge, &n);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	(void)argument;
	for (size_t i = 0; i < n; i++) {
		const char *scope = codes[i]->scope;

		if (!g_hash_table_add(seen, (char *)scope))
			continue;
		g_string_append(out, ".Ss ");
		mdoc_word(out, scope_title(knowledge, scope));
		g_string_append(out, "\n.Bl -tag -width 12n\n");
		for (size_t j = i; j < n; j++)
			if (strcmp(codes[j]->scope, scope) == 0)
				put_code(out, codes[j], knowledge);
		g_string_append(out, ".El\n");
	}
	return true;
}

const struct block data_blocks[] = {
	{"categories", put_categories},
	{"category-names", put_category_names},
	{"meanings", put_meanings},
	{"codes", put_codes},
	{NULL},
};
