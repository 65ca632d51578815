/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line that does what an action does: the query where all that is shown is meant, else
 * the messages by id. */
#include "triage/action-parts.h"

#define IDS_MAX 50 /* of a command that somebody may want to read */

static bool is_all_shown(struct session *session, const GPtrArray *rows)
{
	size_t n;
	session_rows(session, &n);
	return rows->len == n;
}

static char *shown_query(const struct session *session)
{
	const char *text = session_query(session), *limit = session_limit_text(session);
	g_autofree char *also =
		session->also_filter ? filter_text(session->also_filter) : g_strdup("");
	GString *query = g_string_new(*text ? text : session_notmuch_query(session));
	if (*also)
		g_string_append_printf(query, " %s", also);
	if (limit)
		g_string_append_printf(query, " %s", limit);
	return g_string_free(query, FALSE);
}

static bool is_plain_id(const char *id)
{
	return !id[strcspn(id, " \t\"()")];
}

static void put_id(GString *query, const char *id)
{
	g_auto(GStrv) pieces = g_strsplit(id, "\"", -1);
	g_autofree char *quoted = g_strjoinv("\"\"", pieces);
	g_string_append_printf(query, is_plain_id(id) ? "%sid:%s" : "%sid:\"%s\"",
		query->len ? " or " : "", quoted);
}

static char *id_query(const GPtrArray *rows)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	GString *query = g_string_new(NULL);
	for (guint i = 0; i < rows->len && g_hash_table_size(seen) < IDS_MAX; i++) {
		const struct row *row = rows->pdata[i];
		if (g_hash_table_add(seen, row->message))
			put_id(query, row->message->id);
	}
	return g_string_free(query, FALSE);
}

/* Of messages with several recipients only some may be meant. */
static char *address_option(const GPtrArray *rows)
{
	GString *option = g_string_new(NULL);
	for (guint i = 0; i < rows->len; i++) {
		const struct row_node *node = rows->pdata[i];
		bool several = node->entry->rows->next != NULL;
		if (!several || !node->row.address || strpbrk(node->row.address, ",*?"))
			continue;
		g_string_append_printf(option, "%s%s", option->len ? "," : "", node->row.address);
	}
	return g_string_free(option, FALSE);
}

char *action_command(struct session *session, const char *verb, const GPtrArray *rows)
{
	bool all = is_all_shown(session, rows);
	g_autofree char *query = all ? shown_query(session) : id_query(rows);
	g_autofree char *quoted = g_shell_quote(query);
	g_autofree char *addresses = all ? g_strdup("") : address_option(rows);
	if (!*addresses || rows->len > IDS_MAX)
		return g_strdup_printf("nixie %s -- %s", verb, quoted);
	g_autofree char *option = g_shell_quote(addresses);
	return g_strdup_printf("nixie %s --address=%s -- %s", verb, option, quoted);
}
