/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows counted by what they have in common: the group view, `nixie stats`, incidents. */
#ifndef NIXIE_TRIAGE_GROUP_H
#define NIXIE_TRIAGE_GROUP_H

#include "triage/session.h"

enum group_key {
	GROUP_NONE,
	GROUP_CATEGORY,
	GROUP_ADDRESS,
	GROUP_DOMAIN,
	GROUP_STATUS,
	GROUP_REPORTING_MTA,
	GROUP_REMOTE_MTA,
	GROUP_DAY,
	GROUP_CAUSE,
	GROUP_WHO,
	GROUP_ORIGINAL,
	GROUP_TYPE,
	GROUP_REMOTE_DOMAIN,
	GROUP_INCIDENT, /* day, remote domain and category together */
	GROUP_KEY_COUNT
};
/* "none", "category", ... as in --by=; NULL-ended. */
extern const char *const group_names[GROUP_KEY_COUNT + 1];

#define GROUP_KEYS_MAX 3

/* What is counted by: up to three keys, at least one. */
struct group_by {
	enum group_key keys[GROUP_KEYS_MAX];
	unsigned n;
	unsigned least; /* incidents: addresses that make one, with all keys known; else 0 */
};
/* `least` is for GROUP_INCIDENT (setting incident-addresses). */
struct group_by group_by_key(enum group_key key, unsigned least);
/* From "domain" or "domain,category"; NIXIE_USAGE. */
bool group_by_read(const char *text, unsigned least, struct group_by *by, GError **error);
/* Back as text, g_free. */
char *group_by_text(const struct group_by *by);

struct group {
	char *key;   /* its value, "" unknown; of several keys with LF between */
	char *title; /* for people */
	size_t bounces, addresses, marked;
	size_t by_type[TYPE_COUNT], delays; /* delays are of no type */
	int64_t first, last;                /* 0: no date is known */
	const struct category *category;    /* the commonest, NULL none */
	size_t of_category;                 /* bounces */
	/* groups_examine(): the commonest wording, borrowed until the next load; NULL none. */
	const char *cause;
	size_t of_cause, in_incidents; /* bounces */
};
struct groups {
	struct group_by by;
	GPtrArray *groups; /* struct group*, most bounces first (days: newest first) */
	GHashTable *index; /* key -> struct group* */
	size_t bounces, addresses;
};
struct groups *groups_new(struct session *session, struct group_by by);
void groups_free(struct groups *groups); /* NULL is legal */
/* Finds the commonest wording of each group, and how many of its bounces belong to `incidents`
 * (groups by GROUP_INCIDENT). */
void groups_examine(struct session *session, struct groups *groups, const struct groups *incidents);

/* The values of the keys, in their order; g_strfreev. */
char **group_values(const struct group_by *by, const struct group *group);
/* The filter text that shows one group alone: `category:mailbox-full`. NULL where none exists.
 * g_free. */
char *group_filter_text(const struct group_by *by, const struct group *group);
/* The key of a group within another: `by` has one key more. g_free. */
char *group_key_within(const struct group *group, const char *value);
/* The rows of the group, as the session shows them now. g_ptr_array_unref. */
GPtrArray *group_rows(
	struct session *session, const struct group_by *by, const struct group *group);
/* Those of the groups that rows of these belong to, in the order of the groups: struct group*.
 * g_ptr_array_unref. */
GPtrArray *groups_of_rows(const struct groups *groups, const GPtrArray *rows);

#endif
