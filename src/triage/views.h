/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved views: those of the configuration ([views]), then the named queries of notmuch, with what
 * each would find now. */
#ifndef NIXIE_TRIAGE_VIEWS_H
#define NIXIE_TRIAGE_VIEWS_H

#include "triage/session.h"

struct saved_view {
	char *name;
	char *query;     /* as session_load takes it */
	bool is_named;   /* a named query of notmuch */
	int64_t matches; /* messages in the index, or `rows`; -1 unknown */
	bool rows;       /* `matches` counts rows: the view filters what is loaded now */
	bool filtered;   /* of the messages, filters will show a part */
};

/* struct saved_view, borrowed until the next call. Counts are asked for; SESSION_DETAILS follows
 * when they, or the named queries, are there. */
const GPtrArray *session_views(struct session *session);
/* Messages of the default scope; -1 unknown. After session_views. */
int64_t session_scope_count(const struct session *session);
/* What is shown now, as one query: filters of the command line, limit and query. g_free. */
char *session_view_text(const struct session *session);
/* What is known may be old: the next call asks again. */
void session_views_stale(struct session *session);

#endif
