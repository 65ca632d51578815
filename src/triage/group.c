/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting. One pass gives each row its group; distinct addresses and the commonest of a kind come
 * from sorting small tuples, so that a hundred thousand groups need no table each.
 */
#include "triage/group.h"

#include <stdlib.h>

#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "triage/days.h"
#include "triage/explain.h"

#define BETWEEN "\n" /* the values of several keys */

const char *const group_names[GROUP_KEY_COUNT + 1] = {
	[GROUP_NONE] = "none",
	[GROUP_CATEGORY] = N_("category"),
	[GROUP_ADDRESS] = N_("address"),
	[GROUP_DOMAIN] = N_("domain"),
	[GROUP_STATUS] = N_("status"),
	[GROUP_REPORTING_MTA] = N_("reporting-mta"),
	[GROUP_REMOTE_MTA] = N_("remote-mta"),
	[GROUP_DAY] = N_("day"),
	[GROUP_CAUSE] = N_("cause"),
	[GROUP_WHO] = N_("who"),
	[GROUP_ORIGINAL] = N_("original"),
	[GROUP_TYPE] = N_("type"),
	[GROUP_REMOTE_DOMAIN] = N_("remote-domain"),
	[GROUP_INCIDENT] = N_("incident"),
};

/* --- what is counted by */

struct group_by group_by_key(enum group_key key, unsigned least)
{
	if (key == GROUP_INCIDENT)
		return (struct group_by){
			{GROUP_DAY, GROUP_REMOTE_DOMAIN, GROUP_CATEGORY}, 3, least};
	return (struct group_by){{key}, 1, 0};
}

static bool add_key(struct group_by *by, const char *name, GError **error)
{
	int key = name_index(group_names, GROUP_KEY_COUNT, span_of(name));
	if (key > GROUP_NONE && key != GROUP_INCIDENT && by->n < GROUP_KEYS_MAX) {
		by->keys[by->n++] = (enum group_key)key;
		return true;
	}
	if (by->n == GROUP_KEYS_MAX) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("--by= takes up to %d keys; %s is one too many"), GROUP_KEYS_MAX, name);
		return false;
	}
	g_autofree char *known = g_strjoinv(", ", (char **)&group_names[GROUP_NONE + 1]);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		key == GROUP_INCIDENT ? _("--by=%s goes with no other key; others are %s")
				      : _("--by=%s is not known; it can be %s, or up to three of "
					  "them with commas between"),
		name, known);
	return false;
}

bool group_by_read(const char *text, unsigned least, struct group_by *by, GError **error)
{
	g_auto(GStrv) names = g_strsplit(text, ",", -1);
	if (strcmp(text, group_names[GROUP_INCIDENT]) == 0) {
		*by = group_by_key(GROUP_INCIDENT, least);
		return true;
	}
	*by = (struct group_by){0};
	for (char **name = names; *name; name++)
		if (!add_key(by, g_strstrip(*name), error))
			return false;
	return by->n || add_key(by, "", error);
}

char *group_by_text(const struct group_by *by)
{
	const char *names[GROUP_KEYS_MAX + 1] = {NULL};
	if (by->least)
		return g_strdup(group_names[GROUP_INCIDENT]);
	for (unsigned i = 0; i < by->n; i++)
		names[i] = group_names[by->keys[i]];
	return g_strjoinv(",", (char **)names);
}

/* --- what a row counts under */

struct reader {
	struct group_by by;
	struct day day;
	GString *joined;
};

/* NULL when that is unknown. */
static const char *value_of(enum group_key key, const struct row *row, struct day *day)
{
	switch (key) {
	case GROUP_CATEGORY:
		return row->category ? row->category->id : NULL;
	case GROUP_ADDRESS:
		return row_text(row, ROW_MAILBOX);
	case GROUP_DOMAIN:
		return row_text(row, ROW_DOMAIN);
	case GROUP_STATUS:
		return row_text(row, ROW_STATUS);
	case GROUP_REPORTING_MTA:
		return row_text(row, ROW_REPORTING_MTA);
	case GROUP_REMOTE_MTA:
		return row_text(row, ROW_REMOTE_MTA);
	case GROUP_REMOTE_DOMAIN:
		return row_text(row, ROW_REMOTE_DOMAIN);
	case GROUP_DAY:
		return row->date ? day_name(day, row->date) : NULL;
	case GROUP_TYPE:
		return type_names[row->type];
	case GROUP_CAUSE:
		return row_text(row, ROW_CAUSE);
	case GROUP_WHO:
		return row->who.count ? actor_names[row->who.who[0]] : NULL;
	case GROUP_ORIGINAL:
		return row_text(row, ROW_ORIGINAL);
	case GROUP_NONE:
	case GROUP_INCIDENT:
	case GROUP_KEY_COUNT:
		break;
	}
	return "all";
}

static void reader_init(struct reader *reader, const struct group_by *by)
{
	*reader = (struct reader){.by = *by, .joined = g_string_new(NULL)};
}

static void reader_clear(struct reader *reader)
{
	g_string_free(reader->joined, TRUE);
}

/* The key of the row's group; NULL: it counts nowhere. Borrowed until the next. */
static const char *read_key(struct reader *reader, const struct row *row)
{
	if (row->unread_facts)
		return NULL;
	if (reader->by.n == 1) {
		const char *value = value_of(reader->by.keys[0], row, &reader->day);
		return value ? value : "";
	}
	g_string_truncate(reader->joined, 0);
	for (unsigned i = 0; i < reader->by.n; i++) {
		const char *value = value_of(reader->by.keys[i], row, &reader->day);
		if (reader->by.least && !value)
			return NULL;
		if (i)
			g_string_append(reader->joined, BETWEEN);
		g_string_append(reader->joined, value ? value : "");
	}
	return reader->joined->str;
}

char **group_values(const struct group_by *by, const struct group *group)
{
	return by->n == 1 ? g_strsplit(group->key, BETWEEN, 1)
			  : g_strsplit(group->key, BETWEEN, (int)by->n);
}

/* --- titles */

static char *title_of_value(
	const struct knowledge *knowledge, enum group_key key, const struct row *row)
{
	struct day day = {0};
	const char *value = value_of(key, row, &day);
	if (!value)
		return g_strdup(key == GROUP_ADDRESS ? "(recipient not found)" : "(unknown)");
	if (key == GROUP_CATEGORY)
		return g_strdup(row->category->advice.title ? row->category->advice.title : value);
	if (key == GROUP_TYPE)
		return g_strdup(severity_words(knowledge, KIND_FAILURE, row->type));
	if (key == GROUP_WHO) {
		struct actors first = {{row->who.who[0]}, 1};
		return actors_words(knowledge, &first);
	}
	if (key == GROUP_ORIGINAL && row_text(row, ROW_SUBJECT) && *row_text(row, ROW_SUBJECT))
		return g_strdup(row_text(row, ROW_SUBJECT));
	return g_strdup(key == GROUP_ADDRESS ? row_text(row, ROW_ADDRESS) : value);
}

static char *title_of(
	const struct knowledge *knowledge, const struct group_by *by, const struct row *row)
{
	char *titles[GROUP_KEYS_MAX + 1] = {NULL};
	for (unsigned i = 0; i < by->n; i++)
		titles[i] = title_of_value(knowledge, by->keys[i], row);
	char *title = g_strjoinv(" / ", titles);
	for (unsigned i = 0; i < by->n; i++)
		g_free(titles[i]);
	return title;
}

/* --- counting */

static void group_free(gpointer data)
{
	struct group *group = data;
	g_free(group->key);
	g_free(group->title);
	g_free(group);
}

/* One thing of a row that is counted within its group; things are the same when the pointers are.
 */
struct tally {
	struct group *group;
	const void *thing;
};

static int compare_tallies(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	if (x->group != y->group)
		return (x->group > y->group) - (x->group < y->group);
	return (x->thing > y->thing) - (x->thing < y->thing);
}

/* Calls `found` with each group and thing, and how often they stand together. */
static void count_tallies(struct tally *tallies, size_t n,
	void (*found)(struct group *group, const void *thing, size_t n))
{
	qsort(tallies, n, sizeof *tallies, compare_tallies);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && compare_tallies(&tallies[i], &tallies[end]) == 0;
			end++)
			;
		if (tallies[i].thing)
			found(tallies[i].group, tallies[i].thing, end - i);
	}
}

static void found_address(struct group *group, const void *mailbox, size_t n)
{
	(void)mailbox;
	(void)n;
	group->addresses++;
}

static void found_category(struct group *group, const void *thing, size_t n)
{
	const struct category *category = thing;
	if (n < group->of_category || (n == group->of_category && group->category &&
					      group->category->index < category->index))
		return;
	group->category = category;
	group->of_category = n;
}

static void found_cause(struct group *group, const void *thing, size_t n)
{
	const char *cause = thing;
	if (n < group->of_cause ||
		(n == group->of_cause && group->cause && strcmp(group->cause, cause) < 0))
		return;
	group->cause = cause;
	group->of_cause = n;
}

static void count_row(struct group *group, const struct row *row)
{
	group->bounces++;
	group->marked += row->marked;
	if (row->kind == KIND_DELAY)
		group->delays++;
	else
		group->by_type[row->type]++;
	if (!row->date)
		return;
	if (!group->first || row->date < group->first)
		group->first = row->date;
	if (!group->last || row->date > group->last)
		group->last = row->date;
}

/* The group of `key`, made when it is new. */
static struct group *group_of(
	struct session *session, struct groups *groups, const char *key, const struct row *row)
{
	struct group *group = g_hash_table_lookup(groups->index, key);
	if (group)
		return group;
	group = g_new0(struct group, 1);
	group->key = g_strdup(key);
	group->title = title_of(session_knowledge(session), &groups->by, row);
	g_hash_table_insert(groups->index, group->key, group);
	g_ptr_array_add(groups->groups, group);
	return group;
}

static gint most_first(gconstpointer a, gconstpointer b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;
	if (x->bounces != y->bounces)
		return x->bounces < y->bounces ? 1 : -1;
	return g_strcmp0(x->key, y->key);
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;
	return g_strcmp0(y->key, x->key);
}

static size_t count_distinct(const struct tally *tallies, size_t n)
{
	g_autoptr(GHashTable) all = g_hash_table_new(NULL, NULL);
	for (size_t i = 0; i < n; i++)
		if (tallies[i].thing)
			g_hash_table_add(all, (gpointer)tallies[i].thing);
	return g_hash_table_size(all);
}

/* Groups of too few addresses are none. */
static void drop_small(struct groups *groups)
{
	groups->bounces = groups->addresses = 0;
	for (guint i = groups->groups->len; i-- > 0;) {
		const struct group *group = groups->groups->pdata[i];
		if (group->addresses >= groups->by.least) {
			groups->bounces += group->bounces;
			groups->addresses += group->addresses;
			continue;
		}
		g_hash_table_remove(groups->index, group->key);
		g_ptr_array_remove_index_fast(groups->groups, i);
	}
}

struct groups *groups_new(struct session *session, struct group_by by)
{
	struct groups *groups = g_new0(struct groups, 1);
	struct reader reader;
	size_t n, counted = 0;
	struct row *const *rows = session_rows(session, &n);
	g_autofree struct tally *mailboxes = g_new(struct tally, n + 1);
	g_autofree struct tally *categories = g_new(struct tally, n + 1);
	groups->by = by;
	groups->groups = g_ptr_array_new_with_free_func(group_free);
	groups->index = g_hash_table_new(strhash, g_str_equal);
	reader_init(&reader, &by);
	for (size_t i = 0; i < n; i++) {
		const char *key = read_key(&reader, rows[i]);
		if (!key)
			continue;
		struct group *group = group_of(session, groups, key, rows[i]);
		count_row(group, rows[i]);
		mailboxes[counted] = (struct tally){group, row_text(rows[i], ROW_MAILBOX)};
		categories[counted++] = (struct tally){group, rows[i]->category};
	}
	reader_clear(&reader);
	groups->bounces = counted;
	groups->addresses = count_distinct(mailboxes, counted);
	count_tallies(mailboxes, counted, found_address);
	count_tallies(categories, counted, found_category);
	if (by.least)
		drop_small(groups);
	g_ptr_array_sort(
		groups->groups, by.n == 1 && by.keys[0] == GROUP_DAY ? newest_first : most_first);
	return groups;
}

void groups_free(struct groups *groups)
{
	if (!groups)
		return;
	g_ptr_array_unref(groups->groups);
	g_hash_table_unref(groups->index);
	g_free(groups);
}

void groups_examine(struct session *session, struct groups *groups, const struct groups *incidents)
{
	struct reader reader, incident;
	size_t n, counted = 0;
	struct row *const *rows = session_rows(session, &n);
	g_autofree struct tally *causes = g_new(struct tally, n + 1);
	reader_init(&reader, &groups->by);
	reader_init(&incident, &incidents->by);
	for (size_t i = 0; i < n; i++) {
		const char *key = read_key(&reader, rows[i]);
		struct group *group = key ? g_hash_table_lookup(groups->index, key) : NULL;
		const char *of = group ? read_key(&incident, rows[i]) : NULL;
		if (!group)
			continue;
		group->in_incidents += of && g_hash_table_contains(incidents->index, of);
		causes[counted++] = (struct tally){group, row_text(rows[i], ROW_CAUSE)};
	}
	count_tallies(causes, counted, found_cause);
	reader_clear(&reader);
	reader_clear(&incident);
}

/* --- one group */

/* A value as filters take it, g_free; NULL when there is no filter for it. */
static char *filter_value_of(enum group_key key, const char *value)
{
	if (*value) /* a filter takes these signs for its own; `?` stands for any of them */
		return g_strdelimit(g_strdup(value), "\",*?", '?');
	return key == GROUP_CATEGORY || key == GROUP_WHO ? NULL : g_strdup("-");
}

char *group_filter_text(const struct group_by *by, const struct group *group)
{
	g_auto(GStrv) values = group_values(by, group);
	g_autoptr(GString) out = g_string_new(NULL);
	for (unsigned i = 0; i < by->n && by->keys[0] != GROUP_NONE; i++) {
		g_autofree char *value = filter_value_of(by->keys[i], values[i] ? values[i] : "");
		const char *name = group_names[by->keys[i]];
		if (!value)
			return NULL;
		if (by->keys[i] == GROUP_ORIGINAL)
			name = "original-id"; /* --original is an option of `show` */
		g_string_append_printf(out, strpbrk(value, " \t()") ? "%s%s:\"%s\"" : "%s%s:%s",
			i ? " " : "", name, value);
	}
	return out->len ? g_strdup(out->str) : NULL;
}

char *group_key_within(const struct group *group, const char *value)
{
	return g_strconcat(group->key, BETWEEN, value, NULL);
}

GPtrArray *group_rows(struct session *session, const struct group_by *by, const struct group *group)
{
	GPtrArray *found = g_ptr_array_new();
	struct reader reader;
	size_t n;
	struct row *const *rows = session_rows(session, &n);
	reader_init(&reader, by);
	for (size_t i = 0; i < n; i++) {
		const char *key = read_key(&reader, rows[i]);
		if (key && strcmp(key, group->key) == 0)
			g_ptr_array_add(found, rows[i]);
	}
	reader_clear(&reader);
	return found;
}

GPtrArray *groups_of_rows(const struct groups *groups, const GPtrArray *rows)
{
	g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);
	GPtrArray *found = g_ptr_array_new();
	struct reader reader;
	reader_init(&reader, &groups->by);
	for (guint i = 0; groups->groups->len && i < rows->len; i++) {
		const char *key = read_key(&reader, rows->pdata[i]);
		gpointer group = key ? g_hash_table_lookup(groups->index, key) : NULL;
		if (group)
			g_hash_table_add(met, group);
	}
	reader_clear(&reader);
	for (guint i = 0; i < groups->groups->len; i++)
		if (g_hash_table_contains(met, groups->groups->pdata[i]))
			g_ptr_array_add(found, groups->groups->pdata[i]);
	return found;
}
