/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting. One pass gives each row its group; distinct addresses and the commonest category come
 * from sorting small tuples, so that a hundred thousand groups need no table each.
 */
#include "triage/group.h"

#include <stdlib.h>

#include "base/clock.h"
#include "triage/explain.h"

#define DAY_TEXT 11 /* 2026-07-28 */

const char *const group_names[GROUP_KEY_COUNT] = {
	[GROUP_NONE] = "none",
	[GROUP_CATEGORY] = "category",
	[GROUP_ADDRESS] = "address",
	[GROUP_DOMAIN] = "domain",
	[GROUP_STATUS] = "status",
	[GROUP_REPORTING_MTA] = "reporting-mta",
	[GROUP_REMOTE_MTA] = "remote-mta",
	[GROUP_DAY] = "day",
	[GROUP_TYPE] = "type",
	[GROUP_CAUSE] = "cause",
	[GROUP_WHO] = "who",
};

/* The local day of `time` as text; days change rarely from row to row, so the last one is kept. */
struct day {
	int64_t begin, end;
	char text[DAY_TEXT];
};

static const char *day_of(int64_t time, struct day *day)
{
	if (time >= day->begin && time < day->end)
		return day->text;
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(time);
	if (!when)
		return NULL;
	g_autoptr(GDateTime) begin = g_date_time_new_local(g_date_time_get_year(when),
		g_date_time_get_month(when), g_date_time_get_day_of_month(when), 0, 0, 0);
	g_autoptr(GDateTime) end = g_date_time_add_days(begin, 1);
	day->begin = g_date_time_to_unix(begin);
	day->end = g_date_time_to_unix(end);
	g_snprintf(day->text, sizeof day->text, "%04d-%02d-%02d", g_date_time_get_year(when),
		g_date_time_get_month(when), g_date_time_get_day_of_month(when));
	return day->text;
}

/* What the row counts under; NULL when that is unknown. */
static const char *key_of(enum group_key key, const struct row *row, struct day *day)
{
	switch (key) {
	case GROUP_CATEGORY:
		return row->category ? row->category->id : NULL;
	case GROUP_ADDRESS:
		return row->mailbox;
	case GROUP_DOMAIN:
		return row->domain;
	case GROUP_STATUS:
		return row->status;
	case GROUP_REPORTING_MTA:
		return row->reporting_mta;
	case GROUP_REMOTE_MTA:
		return row->remote_mta;
	case GROUP_DAY:
		return row->date ? day_of(row->date, day) : NULL;
	case GROUP_TYPE:
		return type_names[row->type];
	case GROUP_CAUSE:
		return row->cause;
	case GROUP_WHO:
		return row->who.count ? actor_names[row->who.who[0]] : NULL;
	case GROUP_NONE:
	case GROUP_KEY_COUNT:
		break;
	}
	return "all";
}

static char *title_of(const struct knowledge *knowledge, enum group_key key, const struct row *row,
	const char *value)
{
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
	return g_strdup(key == GROUP_ADDRESS ? row->address : value);
}

static void group_free(gpointer data)
{
	struct group *group = data;
	g_free(group->key);
	g_free(group->title);
	g_free(group);
}

/* A row's place in the count. */
struct tally {
	unsigned group, category;
	const char *mailbox; /* interned */
};

static int by_mailbox(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->mailbox > y->mailbox) - (x->mailbox < y->mailbox);
}

static int by_category(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->category > y->category) - (x->category < y->category);
}

static void count_addresses(struct groups *groups, struct tally *tallies, size_t n)
{
	g_autoptr(GHashTable) all = g_hash_table_new(NULL, NULL);
	qsort(tallies, n, sizeof *tallies, by_mailbox);
	for (size_t i = 0; i < n; i++) {
		struct group *group = groups->groups->pdata[tallies[i].group];
		if (!tallies[i].mailbox)
			continue;
		if (i == 0 || by_mailbox(&tallies[i - 1], &tallies[i]) != 0) {
			group->addresses++;
			g_hash_table_add(all, (gpointer)tallies[i].mailbox);
		}
	}
	groups->addresses = g_hash_table_size(all);
}

static void find_commonest(
	struct session *session, struct groups *groups, struct tally *tallies, size_t n)
{
	qsort(tallies, n, sizeof *tallies, by_category);
	unsigned best_group = UINT_MAX;
	size_t best = 0;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && by_category(&tallies[i], &tallies[end]) == 0; end++)
			;
		if (tallies[i].group != best_group) {
			best_group = tallies[i].group;
			best = 0;
		}
		if (end - i > best && tallies[i].category != UINT_MAX) {
			best = end - i;
			((struct group *)groups->groups->pdata[best_group])->category =
				category_at(session_knowledge(session), (int)tallies[i].category);
		}
	}
}

static void count_row(struct group *group, const struct row *row)
{
	group->bounces++;
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

/* The group of `value`, made when it is new. */
static unsigned group_index(struct session *session, struct groups *groups, GHashTable *known,
	enum group_key key, const struct row *row, const char *value)
{
	const char *name = value ? value : "";
	gpointer found;
	if (g_hash_table_lookup_extended(known, name, NULL, &found))
		return GPOINTER_TO_UINT(found);
	struct group *group = g_new0(struct group, 1);
	group->key = g_strdup(name);
	group->title = title_of(session_knowledge(session), key, row, value);
	g_hash_table_insert(known, group->key, GUINT_TO_POINTER(groups->groups->len));
	g_ptr_array_add(groups->groups, group);
	return groups->groups->len - 1;
}

struct groups *groups_new(struct session *session, enum group_key key)
{
	struct groups *groups = g_new0(struct groups, 1);
	groups->groups = g_ptr_array_new_with_free_func(group_free);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	size_t n, counted = 0;
	struct row *const *rows = session_rows(session, &n);
	g_autofree struct tally *tallies = g_new(struct tally, n + 1);
	struct day day = {0};
	for (size_t i = 0; i < n; i++) {
		const struct row *row = rows[i];
		if (row->unread_facts)
			continue;
		unsigned at = group_index(session, groups, known, key, row, key_of(key, row, &day));
		count_row(groups->groups->pdata[at], row);
		tallies[counted++] = (struct tally){at,
			row->category ? (unsigned)row->category->index : UINT_MAX, row->mailbox};
	}
	groups->bounces = counted;
	count_addresses(groups, tallies, counted);
	find_commonest(session, groups, tallies, counted);
	g_ptr_array_sort(groups->groups, key == GROUP_DAY ? newest_first : most_first);
	return groups;
}

void groups_free(struct groups *groups)
{
	if (!groups)
		return;
	g_ptr_array_unref(groups->groups);
	g_free(groups);
}

bool group_has(enum group_key key, const struct group *group, const struct row *row)
{
	struct day day = {0};
	const char *value = row->unread_facts ? NULL : key_of(key, row, &day);
	return !row->unread_facts && strcmp(group->key, value ? value : "") == 0;
}

char *group_filter_text(enum group_key key, const struct group *group)
{
	g_autofree char *value = NULL;
	if (key == GROUP_NONE || !*group->key)
		return NULL;
	/* A wording has signs that a filter would take for its own; `?` stands for any of them. */
	value = key == GROUP_CAUSE ? g_strdelimit(g_strdup(group->key), "\",*?", '?')
				   : g_strdup(group->key);
	if (key != GROUP_CAUSE && strpbrk(value, "\",*?"))
		return NULL;
	bool quote = strpbrk(value, " \t()") != NULL;
	return g_strdup_printf(quote ? "%s:\"%s\"" : "%s:%s", group_names[key], value);
}

void group_histogram(struct session *session, enum group_key key, const struct group *group,
	unsigned *counts, size_t days)
{
	size_t n;
	struct row *const *rows = session_rows(session, &n);
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(clock_now());
	g_autofree int64_t *begins =
		g_new(int64_t, days + 1); /* begins[i]: midnight before day i */
	for (size_t i = 0; i <= days; i++) {
		g_autoptr(GDateTime) day = g_date_time_add_days(now, (int)(i + 1) - (int)days);
		g_autoptr(GDateTime) midnight = g_date_time_new_local(g_date_time_get_year(day),
			g_date_time_get_month(day), g_date_time_get_day_of_month(day), 0, 0, 0);
		begins[i] = g_date_time_to_unix(midnight);
	}
	memset(counts, 0, days * sizeof *counts);
	for (size_t i = 0; i < n; i++) {
		if (rows[i]->unread_facts || rows[i]->date < begins[0] ||
			rows[i]->date >= begins[days] || (group && !group_has(key, group, rows[i])))
			continue;
		size_t day = (size_t)((rows[i]->date - begins[0]) / 86400);
		while (day > 0 && (day >= days || rows[i]->date < begins[day]))
			day--;
		while (day + 1 < days && rows[i]->date >= begins[day + 1])
			day++;
		counts[day]++;
	}
}
