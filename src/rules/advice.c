/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/advice.h"
#include "base/words.h"

#define RETRY_SECONDS_MAX (30 * 86400)

void advice_unset(struct advice *advice)
{
	*advice = (struct advice){.type = -1, .retry = -1, .retry_seconds = -1};
}

void advice_clear(struct advice *advice)
{
	g_free(advice->title);
	g_free(advice->short_title);
	g_free(advice->explanation);
	g_free(advice->delay);
	g_free(advice->retry_text);
	g_free(advice->ses);
	g_free(advice->ses_soft);
	g_clear_pointer(&advice->next, g_ptr_array_unref);
	advice_unset(advice);
}

void actors_add(struct actors *actors, enum actor actor)
{
	for (unsigned i = 0; i < actors->count; i++)
		if (actors->who[i] == actor)
			return;
	if (actors->count < ACTORS_MAX)
		actors->who[actors->count++] = (unsigned char)actor;
}

bool actors_parse(struct span list, struct actors *actors)
{
	*actors = (struct actors){0};
	while (list.n) {
		const char *semicolon = memchr(list.p, ';', list.n);
		struct span word = semicolon ? span_make(list.p, semicolon) : list;
		int actor = name_index(actor_names, ACTOR_COUNT, span_trim(word));

		if (actor < 0 || actors->count == ACTORS_MAX)
			return false;
		actors->who[actors->count++] = (unsigned char)actor;
		list = span_from(list, word.n + 1);
	}
	return actors->count > 0;
}

/* A word out of a closed set; -1 in `*value` when the key is absent. */
static bool read_word(const struct ini *ini, const char *group, const char *key,
	const char *const *names, int count, int *value, GError **error)
{
	g_autofree char *word = ini_raw(ini, group, key);
	GString *known;

	*value = -1;
	if (!word)
		return true;
	*value = name_index(names, count, span_of(word));
	if (*value >= 0)
		return true;
	known = g_string_new(NULL);
	for (int i = 0; i < count; i++)
		g_string_append_printf(known, "%s%s", i ? ", " : "", names[i]);
	ini_fail(error, ini, group, key, _("\"%s\" is unknown here; it can be %s"), word,
		known->str);
	g_string_free(known, TRUE);
	return false;
}

static bool read_actors(
	const struct ini *ini, const char *group, struct actors *who, GError **error)
{
	g_autofree char *list = ini_raw(ini, group, "who");

	if (!list || actors_parse(span_of(list), who))
		return true;
	return ini_fail(error, ini, group, "who",
		_("\"%s\" is no list of sender, sender-admin, recipient, recipient-admin, nobody"),
		list);
}

static GPtrArray *read_steps(const struct ini *ini, const char *group, const char *lang)
{
	GPtrArray *steps = g_ptr_array_new_with_free_func(g_free);

	for (int i = 1;; i++) {
		g_autofree char *key = g_strdup_printf("next.%d", i);
		char *step = ini_text(ini, group, key, lang);

		if (!step)
			break;
		g_ptr_array_add(steps, step);
	}
	if (steps->len)
		return steps;
	g_ptr_array_unref(steps);
	return NULL;
}

/* A step that is not counted up to, as next.3 without next.2, would be lost without a word. */
static bool steps_are_whole(
	const struct ini *ini, const char *group, const GPtrArray *steps, GError **error)
{
	g_autoptr(GPtrArray) all = ini_numbered(ini, group, "next");
	guint n = steps ? steps->len : 0;

	if (all->len == n)
		return true;
	return ini_fail(error, ini, group, NULL, _("next.%u is missing, but there are %u steps"),
		n + 1, all->len);
}

#define FACT(id, name) (name),
const char *const text_fact_names[TEXT_FACTS + 1] = {
#include "rules/textfact.def"
};

/* What is wrong with the facts of a text: half a sentence, or NULL. */
static char *wrong_fact(const char *text)
{
	for (const char *open = text; (open = strchr(open, '{')); open++) {
		const char *end = strchr(open, '}');
		struct span name;

		if (!end)
			return g_strdup_printf(_("\"%s\" has no closing brace"), open);
		name = span_make(open + 1, end);
		for (const char *bar = open; bar < end; bar++)
			if (*bar == '|') {
				name = span_make(open + 1, bar);
				break;
			}
		if (name_index(text_fact_names, TEXT_FACTS, name) < 0) {
			g_autofree char *all = g_strjoinv(", ", (char **)text_fact_names);

			return g_strdup_printf(_("there is no fact {%.*s}; it can be %s"),
				(int)name.n, name.p, all);
		}
	}
	return NULL;
}

bool advice_check_facts(
	const struct ini *ini, const char *group, const struct advice *advice, GError **error)
{
	const struct {
		const char *key, *text;
	} texts[] = {{"explanation", advice->explanation}, {"delay", advice->delay},
		{"retry.text", advice->retry_text}};
	g_autofree char *why = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (texts[i].text && (why = wrong_fact(texts[i].text)))
			return ini_fail(error, ini, group, texts[i].key, "%s", why);
	for (guint i = 0; advice->next && i < advice->next->len; i++)
		if ((why = wrong_fact(advice->next->pdata[i]))) {
			g_autofree char *key = g_strdup_printf("next.%u", i + 1);

			return ini_fail(error, ini, group, key, "%s", why);
		}
	return true;
}

bool advice_read(const struct ini *ini, const char *group, const char *lang, struct advice *advice,
	GError **error)
{
	GError *bad = NULL;

	advice_unset(advice);
	advice->title = ini_text(ini, group, "title", lang);
	advice->short_title = ini_text(ini, group, "short", lang);
	advice->explanation = ini_text(ini, group, "explanation", lang);
	advice->delay = ini_text(ini, group, "delay", lang);
	advice->next = read_steps(ini, group, lang);
	advice->retry_text = ini_text(ini, group, "retry.text", lang);
	advice->ses = ini_raw(ini, group, "ses");
	advice->ses_soft = ini_raw(ini, group, "ses.soft");
	if (!read_word(ini, group, "type", type_names, TYPE_COUNT, &advice->type, error) ||
		!read_word(ini, group, "retry", retry_names, RETRY_COUNT, &advice->retry, error) ||
		!read_actors(ini, group, &advice->who, error))
		return false;
	if (!steps_are_whole(ini, group, advice->next, error))
		return false;
	advice->retry_seconds =
		ini_number(ini, group, "retry.seconds", RETRY_SECONDS_MAX, -1, &bad);
	if (bad) {
		g_propagate_error(error, bad);
		return false;
	}
	return true;
}
