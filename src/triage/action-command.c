/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line that does what an action does: the query where all that is shown is meant, else
 * the messages by id. Where no such line is both right and short, there is none. */
#include "base/strhash.h"
#include "triage/action-parts.h"
#include "triage/queryterms.h"

#define IDS_MAX 50 /* of a command that somebody may want to read */

static bool is_all_shown(struct session *session, const GPtrArray *rows)
{
	size_t n;
	session_rows(session, &n);
	return rows->len == n;
}

/* All that there would be without the limit. */
static bool is_whole(const struct session *session, const GPtrArray *rows)
{
	g_autoptr(GPtrArray) whole = session_limit_text(session) ? session_whole(session) : NULL;
	return whole && rows->len == whole->len;
}

/* Without a query of notmuch the command has the default scope, as the list has. */
static char *shown_query(const struct session *session, bool with_limit)
{
	const char *limit = with_limit ? session_limit_text(session) : NULL;
	g_autofree char *also =
		session->also_filter ? filter_text(session->also_filter) : g_strdup("");
	const char *const words[] = {session_query(session), also, limit ? limit : ""};
	GString *query = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (*words[i])
			g_string_append_printf(query, "%s%s", query->len ? " " : "", words[i]);
	if (!query->len)
		g_string_append(query, "kind:failure,delay");
	return g_string_free(query, FALSE);
}

static void put_id(GString *query, const char *id)
{
	g_autofree char *term = query_of_id(id);
	g_string_append_printf(query, "%s%s", query->len ? " or " : "", term);
}

/* NULL when there are too many. */
static char *id_query(const GPtrArray *rows)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	GString *query = g_string_new(NULL);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		if (g_hash_table_add(seen, row->entry))
			put_id(query, row_id(row));
	}
	return g_string_free(query, g_hash_table_size(seen) > IDS_MAX);
}

static bool is_shown(const struct row_node *node)
{
	return !node->row.hidden_kind && !node->row.copy && !node->row.told_already;
}

/*
 * `--address=` where messages have recipients that are not meant; "" where none has. NULL when the
 * option would take one of those in, or an address cannot stand in it.
 */
static char *address_option(const GPtrArray *rows)
{
	g_autoptr(GHashTable) meant = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) others = g_hash_table_new(strhash, g_str_equal);
	g_autoptr(GHashTable) told = g_hash_table_new(strhash, g_str_equal);
	GString *option = g_string_new(NULL);
	bool partly = false, good = true;
	for (guint i = 0; i < rows->len; i++)
		g_hash_table_add(meant, rows->pdata[i]);
	for (guint i = 0; i < rows->len; i++) {
		const struct row_node *node = rows->pdata[i];
		for (node = entry_rows(node->row.entry); node; node = node->next) {
			if (!is_shown(node) || g_hash_table_contains(meant, node))
				continue;
			partly = true;
			if (row_text(&node->row, ROW_ADDRESS))
				g_hash_table_add(
					others, (gpointer)row_text(&node->row, ROW_ADDRESS));
		}
	}
	for (guint i = 0; partly && i < rows->len; i++) {
		const char *address = row_text((const struct row *)rows->pdata[i], ROW_ADDRESS);
		if (!address || !g_hash_table_add(told, (gpointer)address))
			continue;
		good &= !strpbrk(address, ",*?") && !g_hash_table_contains(others, address);
		g_string_append_printf(option, "%s%s", option->len ? "," : "", address);
	}
	return g_string_free(option, !good);
}

char *action_command(
	struct session *session, const char *verb, const GPtrArray *rows, bool whole_messages)
{
	bool shown = is_all_shown(session, rows), all = shown || is_whole(session, rows);
	g_autofree char *query = all ? shown_query(session, shown) : id_query(rows);
	g_autofree char *addresses = all || whole_messages ? g_strdup("") : address_option(rows);
	if (!query || !addresses || (session->result && !all))
		return NULL;
	if (session->result) {
		g_autofree char *file = g_shell_quote(result_path(session->result));
		g_autofree char *filters = g_shell_quote(query);

		return g_strdup_printf("nixie %s --from-json=%s -- %s", verb, file, filters);
	}
	g_autofree char *quoted = g_shell_quote(query), *option = g_shell_quote(addresses);
	return *addresses ? g_strdup_printf("nixie %s --address=%s -- %s", verb, option, quoted)
			  : g_strdup_printf("nixie %s -- %s", verb, quoted);
}
