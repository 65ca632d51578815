/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/changeset.h"

#include <string.h>

#include "base/errors.h"
#include "base/strhash.h"

static bool check(const struct change *change, GError **error)
{
	for (const char *const *tag = change->add_tags; tag && *tag; tag++)
		if (!tag_check(*tag, error))
			return false;
	for (const char *const *property = change->add_properties; property && *property;
		property++) {
		if (g_str_has_prefix(*property, "nixie.") && strchr(*property, '='))
			continue;
		g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, "\"%s\" is no property of nixie",
			*property);
		return false;
	}
	return true;
}

static bool contains(const char *const *list, const char *word)
{
	return list && g_strv_contains(list, word);
}

/* What is in `list` and not in `except`, then `more`. */
static const char *const *combine(
	const char *const *list, const char *const *except, const char *const *more)
{
	GPtrArray *all = g_ptr_array_new();

	for (; list && *list; list++)
		if (!contains(except, *list) && !contains(more, *list))
			g_ptr_array_add(all, g_strdup(*list));
	for (; more && *more; more++)
		g_ptr_array_add(all, g_strdup(*more));
	g_ptr_array_add(all, NULL);
	return (const char *const *)g_ptr_array_free(all, FALSE);
}

/* Additions and removals of the result have nothing in common, if those of `first` have not. */
static struct change *merge(const struct change *first, const struct change *later)
{
	g_auto(GStrv) remove_tags = (char **)combine(later->remove_tags, later->add_tags, NULL);
	g_auto(GStrv) remove_properties =
		(char **)combine(later->remove_properties, later->add_properties, NULL);
	const char *const *untag = (const char *const *)remove_tags;
	const char *const *unset = (const char *const *)remove_properties;
	struct change *both = g_new(struct change, 1);

	*both = (struct change){
		.id = g_strdup(later->id),
		.add_tags = combine(first->add_tags, untag, later->add_tags),
		.remove_tags = combine(first->remove_tags, later->add_tags, untag),
		.add_properties = combine(first->add_properties, unset, later->add_properties),
		.remove_properties =
			combine(first->remove_properties, later->add_properties, unset),
	};
	return both;
}

GPtrArray *changeset_new(const struct change *changes, size_t n, GError **error)
{
	g_autoptr(GPtrArray) set = g_ptr_array_new_with_free_func((GDestroyNotify)change_free);
	g_autoptr(GHashTable) places = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	static const struct change none;

	for (size_t i = 0; i < n; i++) {
		gpointer place;

		if (!check(&changes[i], error))
			return NULL;
		if (g_hash_table_lookup_extended(places, changes[i].id, NULL, &place)) {
			gpointer *slot = &set->pdata[GPOINTER_TO_UINT(place)];
			struct change *both = merge(*slot, &changes[i]);

			change_free(*slot);
			*slot = both;
		} else {
			g_hash_table_insert(
				places, g_strdup(changes[i].id), GUINT_TO_POINTER(set->len));
			g_ptr_array_add(set, merge(&none, &changes[i]));
		}
	}
	return g_steal_pointer(&set);
}
