/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows counted by what they have in common: the group view, `nixie stats`, the day histogram. */
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
	GROUP_TYPE,
	GROUP_CAUSE,
	GROUP_WHO,
	GROUP_KEY_COUNT
};
extern const char *const group_names[GROUP_KEY_COUNT]; /* "none", "category", ... as in --by= */

struct group {
	char *key;   /* as a filter value */
	char *title; /* for people */
	size_t bounces, addresses;
	size_t by_type[TYPE_COUNT], delays;
	int64_t first, last;
	const struct category *category; /* the commonest */
};
struct groups {
	GPtrArray *groups; /* struct group*, most bounces first (days: newest first) */
	size_t bounces, addresses;
};
struct groups *groups_new(struct session *session, enum group_key key);
void groups_free(struct groups *groups);
/* The filter text that shows one group alone: `category:mailbox-full`. NULL where none exists (the
 * empty value). g_free. */
char *group_filter_text(enum group_key key, const struct group *group);
/* Does the row belong to the group? */
bool group_has(enum group_key key, const struct group *group, const struct row *row);
/* Bounces a day, `days` ending today (local time); `group` NULL: all rows. */
void group_histogram(struct session *session, enum group_key key, const struct group *group,
	unsigned *counts, size_t days);

#endif
