/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scope when no query is given: what `bounce-query` says; by default tag:bounce once `scan` has
 * run on this database, before that the candidates of data/. That a scan has run stands in
 * $XDG_STATE_HOME/nixie/scan/UUID: a line "REVISION RULES", how far it came, and the messages that
 * have to be looked at again, an id a line.
 */
#include <glib/gstdio.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "triage/session-parts.h"

static char *scan_path(const char *uuid, GError **error)
{
	g_autofree char *name = g_build_filename("scan", uuid, NULL);
	return file_home_path(FILE_STATE, name, error);
}

/* g_strfreev; NULL: no scan has run. */
static char **scan_lines(const char *uuid)
{
	g_autofree char *path = scan_path(uuid, NULL);
	g_autofree char *text = NULL;
	if (path && g_file_get_contents(path, &text, NULL, NULL))
		return g_strsplit(text, "\n", -1);
	return NULL;
}

bool scope_is_scanned(const char *uuid)
{
	g_auto(GStrv) lines = scan_lines(uuid);
	return lines != NULL;
}

uint64_t scope_last_scan(const char *uuid, const char *rule_hash, GPtrArray *again)
{
	g_auto(GStrv) lines = scan_lines(uuid);
	char *end = NULL;
	uint64_t revision = lines && *lines ? g_ascii_strtoull(*lines, &end, 10) : 0;
	if (!end || *end != ' ' || strcmp(end + 1, rule_hash) != 0)
		return 0;
	for (char **id = lines + 1; *id; id++)
		if (**id)
			g_ptr_array_add(again, g_strdup(*id));
	return revision;
}

bool scope_record_scan(const char *uuid, uint64_t revision, const char *rule_hash,
	const GPtrArray *again, GError **error)
{
	g_autofree char *path = scan_path(uuid, error);
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_printf(text, "%" G_GUINT64_FORMAT " %s\n", revision, rule_hash);
	for (guint i = 0; i < again->len; i++)
		g_string_append_printf(text, "%s\n", (char *)again->pdata[i]);
	return path && file_own_write(path, (struct span){text->str, text->len}, error);
}

void scope_forget_scan(const char *uuid)
{
	g_autofree char *path = scan_path(uuid, NULL);
	if (path)
		g_unlink(path);
}

char *scope_candidates(GError **error)
{
	g_auto(GStrv) lines = knowledge_lines(file_datadir(), "candidates", error);
	if (lines && lines[0]) {
		g_autofree char *terms = g_strjoinv(" or ", lines);
		return g_strdup_printf("(%s)", terms);
	}
	if (lines)
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("%s/candidates names no query: what may be a bounce is unknown; install "
			  "nixie anew"),
			file_datadir());
	return NULL;
}

char *session_scope(const struct session *session)
{
	const char *set = config_text(session->config, SET_BOUNCE_QUERY);
	if (set)
		return g_strdup(set);
	if (!session->about.known)
		return NULL;
	if (scope_is_scanned(session->about.info.uuid))
		return g_strdup_printf("tag:%s", config_text(session->config, SET_TAG_BOUNCE));
	return g_strdup(session->candidates);
}
