/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/ruleset.h"

#include "config.h"

struct rule_body *rule_body_new(const char *id)
{
	struct rule_body *body = g_new0(struct rule_body, 1);

	body->rule.id = g_strdup(id);
	advice_unset(&body->rule.advice);
	body->literals = g_ptr_array_new_with_free_func(g_free);
	body->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
	body->unless = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
	body->abouts = g_array_new(FALSE, FALSE, sizeof(struct rule_about));
	body->providers = g_ptr_array_new();
	body->replies = g_array_new(FALSE, FALSE, sizeof(int));
	body->status = g_array_new(FALSE, FALSE, sizeof(struct status_range));
	return body;
}

void rule_body_free(struct rule_body *body)
{
	if (!body)
		return;
	g_ptr_array_unref(body->literals);
	g_ptr_array_unref(body->patterns);
	g_ptr_array_unref(body->unless);
	g_array_unref(body->abouts);
	g_ptr_array_unref(body->providers);
	g_array_unref(body->replies);
	g_array_unref(body->status);
	g_strfreev(body->phrase);
	g_clear_pointer(&body->rule.examples, g_ptr_array_unref);
	g_clear_pointer(&body->rule.nots, g_ptr_array_unref);
	advice_clear(&body->rule.advice);
	g_free(body->rule.list);
	g_free(body->rule.replaces);
	g_free(body->rule.file);
	g_free(body->rule.id);
	g_free(body);
}

static int by_rank(gconstpointer a, gconstpointer b)
{
	const struct rule *x = *(struct rule *const *)a, *y = *(struct rule *const *)b;

	return x->priority != y->priority ? y->priority - x->priority : strcmp(x->id, y->id);
}

void rule_set_rank(struct rule_set *set)
{
	g_clear_pointer(&set->always, g_free);
	g_clear_pointer(&set->candidates, g_free);
	g_clear_pointer(&set->literals, literal_set_free);
	rule_memo_free(set->memo);
	set->memo = rule_memo_new();
	g_ptr_array_sort(set->bodies, by_rank);
}

void rule_set_prepare(struct rule_set *set)
{
	if (set->literals)
		return;
	set->words = set->bodies->len / RULE_BITS + 1;
	set->always = g_new0(uint64_t, set->words);
	set->candidates = g_new0(uint64_t, set->words);
	set->literals = literal_set_new();
	for (guint i = 0; i < set->bodies->len; i++) {
		const struct rule_body *body = g_ptr_array_index(set->bodies, i);

		if (!body->literals->len)
			bit_set(set->always, i);
		for (guint j = 0; j < body->literals->len; j++)
			literal_set_add(
				set->literals, span_of(g_ptr_array_index(body->literals, j)), i);
	}
	literal_set_build(set->literals);
}

struct rule_set *rule_set_load_from(
	const struct knowledge *knowledge, const struct rule_sources *sources, GError **error)
{
	struct rule_set *set = g_new0(struct rule_set, 1);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	set->knowledge = knowledge;
	set->bodies = g_ptr_array_new_with_free_func((GDestroyNotify)rule_body_free);
	set->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	set->room = pattern_room_new();
	set->terms = terms_new();
	g_checksum_update(sum, (const guchar *)PACKAGE_VERSION, -1);
	g_checksum_update(sum, (const guchar *)knowledge_hash(knowledge), -1);
	if (!rule_phrases_add(set, error) || !rule_sources_load(set, sources, sum, error)) {
		rule_set_free(set);
		return NULL;
	}
	rule_set_rank(set);
	set->hash = g_strdup(g_checksum_get_string(sum));
	return set;
}

struct rule_set *rule_set_load(const struct knowledge *knowledge, const char *const *dirs,
	GPtrArray *notes, GError **error)
{
	const struct rule_sources sources = {.dirs = dirs, .notes = notes};

	return rule_set_load_from(knowledge, &sources, error);
}

void rule_set_free(struct rule_set *set)
{
	if (!set)
		return;
	literal_set_free(set->literals);
	g_free(set->always);
	g_free(set->candidates);
	g_hash_table_unref(set->by_id);
	g_ptr_array_unref(set->bodies);
	pattern_room_free(set->room);
	rule_memo_free(set->memo);
	terms_free(set->terms);
	g_free(set->hash);
	g_free(set);
}

size_t rule_set_count(const struct rule_set *set)
{
	return set->bodies->len;
}

const struct rule *rule_set_at(const struct rule_set *set, size_t index)
{
	return index < set->bodies->len ? g_ptr_array_index(set->bodies, index) : NULL;
}

const struct rule *rule_set_find(const struct rule_set *set, const char *id)
{
	return g_hash_table_lookup(set->by_id, id);
}

const char *rule_set_hash(const struct rule_set *set)
{
	return set->hash;
}
