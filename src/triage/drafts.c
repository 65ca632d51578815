/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/drafts.h"

#include "base/strhash.h"
#include "base/text.h"

/* The last word on a tag or property. */
struct word {
	char *key; /* "#tag" or "=property" */
	enum change_list list;
};

struct draft {
	char *id;
	GArray *words;                  /* struct word, in the order they were first named */
	GHashTable *where;              /* key -> its index in `words` + 1 */
	GPtrArray *lists[CHANGE_LISTS]; /* const char*, NULL-ended, made on demand */
};

struct drafts {
	GPtrArray *drafts; /* struct draft* */
	GHashTable *by_id;
	GArray *changes; /* struct change, made on demand */
};

static void word_clear(gpointer data)
{
	g_free(((struct word *)data)->key);
}

static void draft_free(gpointer data)
{
	struct draft *draft = data;
	for (int list = 0; list < CHANGE_LISTS; list++)
		g_ptr_array_unref(draft->lists[list]);
	g_hash_table_unref(draft->where);
	g_array_unref(draft->words);
	g_free(draft->id);
	g_free(draft);
}

struct drafts *drafts_new(void)
{
	struct drafts *set = g_new0(struct drafts, 1);
	set->drafts = g_ptr_array_new_with_free_func(draft_free);
	set->by_id = g_hash_table_new(strhash, g_str_equal);
	set->changes = g_array_new(FALSE, FALSE, sizeof(struct change));
	return set;
}

void drafts_free(struct drafts *set)
{
	if (!set)
		return;
	g_ptr_array_unref(set->drafts);
	g_hash_table_unref(set->by_id);
	g_array_unref(set->changes);
	g_free(set);
}

static struct draft *draft_of(struct drafts *set, const char *id)
{
	struct draft *draft = g_hash_table_lookup(set->by_id, id);
	if (draft)
		return draft;
	draft = g_new0(struct draft, 1);
	draft->id = g_strdup(id);
	for (int list = 0; list < CHANGE_LISTS; list++)
		draft->lists[list] = g_ptr_array_new();
	draft->words = g_array_new(FALSE, FALSE, sizeof(struct word));
	g_array_set_clear_func(draft->words, word_clear);
	draft->where = g_hash_table_new(strhash, g_str_equal);
	g_ptr_array_add(set->drafts, draft);
	g_hash_table_insert(set->by_id, draft->id, draft);
	return draft;
}

void drafts_put(struct drafts *set, const char *id, enum change_list list, const char *value)
{
	struct draft *draft = draft_of(set, id);
	bool tag = list == ADD_TAG || list == REMOVE_TAG;
	struct word word = {g_strconcat(tag ? "#" : "=", value, NULL), list};
	guint stands = GPOINTER_TO_UINT(g_hash_table_lookup(draft->where, word.key));
	if (stands) {
		g_array_index(draft->words, struct word, stands - 1).list = list;
		g_free(word.key);
		return;
	}
	g_array_append_val(draft->words, word);
	g_hash_table_insert(draft->where, word.key, GUINT_TO_POINTER(draft->words->len));
}

static void put_list(
	struct drafts *set, const char *id, enum change_list list, const char *const *values)
{
	for (; values && *values; values++)
		drafts_put(set, id, list, *values);
}

void drafts_put_all(struct drafts *set, const GPtrArray *changes)
{
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = changes->pdata[i];
		put_list(set, change->id, REMOVE_TAG, change->remove_tags);
		put_list(set, change->id, ADD_TAG, change->add_tags);
		put_list(set, change->id, REMOVE_PROPERTY, change->remove_properties);
		put_list(set, change->id, ADD_PROPERTY, change->add_properties);
	}
}

static void make_lists(struct draft *draft)
{
	for (int list = 0; list < CHANGE_LISTS; list++)
		g_ptr_array_set_size(draft->lists[list], 0);
	for (guint i = 0; i < draft->words->len; i++) {
		const struct word *word = &g_array_index(draft->words, struct word, i);
		g_ptr_array_add(draft->lists[word->list], word->key + 1);
	}
	for (int list = 0; list < CHANGE_LISTS; list++)
		g_ptr_array_add(draft->lists[list], NULL);
}

static const char *const *vector(const struct draft *draft, enum change_list list)
{
	return (const char *const *)draft->lists[list]->pdata;
}

const struct change *drafts_changes(struct drafts *set, size_t *n)
{
	g_array_set_size(set->changes, 0);
	for (guint i = 0; i < set->drafts->len; i++) {
		struct draft *draft = set->drafts->pdata[i];
		make_lists(draft);
		const struct change change = {
			.id = draft->id,
			.add_tags = vector(draft, ADD_TAG),
			.remove_tags = vector(draft, REMOVE_TAG),
			.add_properties = vector(draft, ADD_PROPERTY),
			.remove_properties = vector(draft, REMOVE_PROPERTY),
		};
		if (change_count(&change))
			g_array_append_val(set->changes, change);
	}
	*n = set->changes->len;
	return (const struct change *)(void *)set->changes->data;
}

static size_t length(const char *const *list)
{
	return list ? g_strv_length((char **)list) : 0;
}

size_t change_count(const struct change *change)
{
	return length(change->add_tags) + length(change->remove_tags) +
	       length(change->add_properties) + length(change->remove_properties);
}

/* --- on a message */

static GHashTable *set_of(const char *const *words)
{
	GHashTable *set = g_hash_table_new(strhash, g_str_equal);
	for (; words && *words; words++)
		g_hash_table_add(set, (gpointer)*words);
	return set;
}

char **words_changed(char *const *words, const char *const *add, const char *const *remove)
{
	g_autoptr(GHashTable) leaving = set_of(remove), wanted = set_of(add);
	GPtrArray *result = g_ptr_array_new();
	for (; *words; words++) {
		if (g_hash_table_contains(leaving, *words))
			continue;
		g_hash_table_remove(wanted, *words);
		g_ptr_array_add(result, *words);
	}
	for (; add && *add; add++)
		if (g_hash_table_remove(wanted, *add))
			g_ptr_array_add(result, (gpointer)*add);
	g_ptr_array_sort(result, text_order);
	g_ptr_array_add(result, NULL);
	return (char **)g_ptr_array_free(result, FALSE);
}
