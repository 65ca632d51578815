/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/delta.h"

#include <string.h>

#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "store/database.h"

#define DOING _("cannot change the index")

notmuch_message_t *delta_find(notmuch_database_t *database, const char *id, GError **error)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status = notmuch_database_find_message(database, id, &message);
	notmuch_bool_t ghost = FALSE;

	if (status != NOTMUCH_STATUS_SUCCESS) {
		database_set_error(database, status, DOING, error);
		return NULL;
	}
	if (!message)
		return NULL;
	status = notmuch_message_get_flag_st(message, NOTMUCH_MESSAGE_FLAG_GHOST, &ghost);
	if (status == NOTMUCH_STATUS_SUCCESS && !ghost)
		return message;
	if (status != NOTMUCH_STATUS_SUCCESS)
		database_set_error(database, status, DOING, error);
	notmuch_message_destroy(message);
	return NULL;
}

notmuch_message_t *delta_find_again(notmuch_database_t *database, const char *id, GError **error)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status = notmuch_database_find_message(database, id, &message);

	if (message)
		return message;
	if (status == NOTMUCH_STATUS_SUCCESS)
		g_set_error(error, NIXIE_ERROR, NIXIE_INTERNAL, "%s: %s", DOING,
			_("a message went while the index was locked"));
	else
		database_set_error(database, status, DOING, error);
	return NULL;
}

/* --- what a message has */

bool property_split(const char *property, char **key, char **stored)
{
	const char *value = strchr(property, '=');

	if (!value || value == property)
		return false;
	*key = g_strndup(property, (size_t)(value - property));
	*stored = value_stored(*key, value + 1);
	return true;
}

/* A set of tags; NULL with error. */
static GHashTable *tags_of(notmuch_database_t *database, notmuch_message_t *message, GError **error)
{
	notmuch_tags_t *tags = notmuch_message_get_tags(message);
	GHashTable *set;

	if (!tags) {
		database_set_error(database, NOTMUCH_STATUS_XAPIAN_EXCEPTION, DOING, error);
		return NULL;
	}
	set = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	for (; notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags))
		g_hash_table_add(set, g_strdup(notmuch_tags_get(tags)));
	notmuch_tags_destroy(tags);
	return set;
}

static bool has_property(notmuch_message_t *message, const char *property)
{
	g_autofree char *key = NULL, *stored = NULL;
	notmuch_message_properties_t *each;
	bool found = false;

	if (!property_split(property, &key, &stored))
		return false;
	each = notmuch_message_get_properties(message, key, TRUE);
	for (; !found && notmuch_message_properties_valid(each);
		notmuch_message_properties_move_to_next(each))
		found = g_str_equal(notmuch_message_properties_value(each), stored);
	notmuch_message_properties_destroy(each);
	return found;
}

/* --- the true delta */

/* Those of `wanted` whose presence in `has` is `present`, each once. */
static const char *const *pick_tags(const char *const *wanted, GHashTable *has, bool present)
{
	GPtrArray *list = g_ptr_array_new();

	for (; *wanted; wanted++)
		if (g_hash_table_contains(has, *wanted) == present) {
			g_ptr_array_add(list, g_strdup(*wanted));
			if (present)
				g_hash_table_remove(has, *wanted);
			else
				g_hash_table_add(has, g_strdup(*wanted));
		}
	g_ptr_array_add(list, NULL);
	return (const char *const *)g_ptr_array_free(list, FALSE);
}

static bool in_list(GPtrArray *list, const char *text)
{
	return g_ptr_array_find_with_equal_func(list, text, g_str_equal, NULL);
}

static const char *const *pick_properties(
	const char *const *wanted, notmuch_message_t *message, bool present)
{
	GPtrArray *list = g_ptr_array_new();

	for (; *wanted; wanted++)
		if (has_property(message, *wanted) == present && !in_list(list, *wanted))
			g_ptr_array_add(list, g_strdup(*wanted));
	g_ptr_array_add(list, NULL);
	return (const char *const *)g_ptr_array_free(list, FALSE);
}

struct change *delta_true(notmuch_database_t *database, notmuch_message_t *message,
	const struct change *change, GError **error)
{
	g_autoptr(GHashTable) has = tags_of(database, message, error);
	struct change *delta;

	if (!has)
		return NULL;
	delta = g_new(struct change, 1);
	delta->id = g_strdup(change->id);
	delta->add_tags = pick_tags(change->add_tags, has, false);
	delta->remove_tags = pick_tags(change->remove_tags, has, true);
	delta->add_properties = pick_properties(change->add_properties, message, false);
	delta->remove_properties = pick_properties(change->remove_properties, message, true);
	return delta;
}

/* --- applying */

typedef notmuch_status_t tag_call(notmuch_message_t *message, const char *tag);
typedef notmuch_status_t property_call(
	notmuch_message_t *message, const char *key, const char *value);

static notmuch_status_t each_tag(
	notmuch_message_t *message, const char *const *tags, tag_call *call)
{
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (; *tags && status == NOTMUCH_STATUS_SUCCESS; tags++)
		status = call(message, *tags);
	return status;
}

static notmuch_status_t each_property(
	notmuch_message_t *message, const char *const *properties, property_call *call)
{
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (; *properties && status == NOTMUCH_STATUS_SUCCESS; properties++) {
		g_autofree char *key = NULL, *stored = NULL;

		if (property_split(*properties, &key, &stored))
			status = call(message, key, stored);
	}
	return status;
}

bool delta_apply(notmuch_database_t *database, notmuch_message_t *message,
	const struct change *delta, GError **error)
{
	notmuch_status_t status = notmuch_message_freeze(message);

	if (status == NOTMUCH_STATUS_SUCCESS)
		status = each_tag(message, delta->remove_tags, notmuch_message_remove_tag);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = each_tag(message, delta->add_tags, notmuch_message_add_tag);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_message_thaw(message);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = each_property(
			message, delta->remove_properties, notmuch_message_remove_property);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status =
			each_property(message, delta->add_properties, notmuch_message_add_property);
	if (status != NOTMUCH_STATUS_SUCCESS)
		database_set_error(database, status, DOING, error);
	return status == NOTMUCH_STATUS_SUCCESS;
}

bool delta_keep_values(struct values *values, const struct change *delta, GError **error)
{
	for (const char *const *property = delta->add_properties; *property; property++) {
		g_autofree char *key = NULL, *stored = NULL;

		if (property_split(*property, &key, &stored) &&
			!values_keep(values, stored, *property + strlen(key) + 1, error))
			return false;
	}
	return true;
}

/* --- looking back */

struct tally {
	unsigned before, after;
};

static void count(struct tally *tally, bool applied)
{
	if (applied)
		tally->after++;
	else
		tally->before++;
}

enum presence delta_presence(
	notmuch_database_t *database, const struct change *delta, GError **error)
{
	g_autoptr(GError) why = NULL;
	notmuch_message_t *message = delta_find(database, delta->id, &why);
	g_autoptr(GHashTable) has = message ? tags_of(database, message, &why) : NULL;
	struct tally tally = {0, 0};

	if (has) {
		for (const char *const *tag = delta->add_tags; *tag; tag++)
			count(&tally, g_hash_table_contains(has, *tag));
		for (const char *const *tag = delta->remove_tags; *tag; tag++)
			count(&tally, !g_hash_table_contains(has, *tag));
		for (const char *const *property = delta->add_properties; *property; property++)
			count(&tally, has_property(message, *property));
		for (const char *const *property = delta->remove_properties; *property; property++)
			count(&tally, !has_property(message, *property));
	}
	if (message)
		notmuch_message_destroy(message);
	if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	if (!has)
		return PRESENCE_GONE;
	if (tally.before && tally.after)
		return PRESENCE_MIXED;
	return tally.after ? PRESENCE_AFTER : PRESENCE_BEFORE;
}
