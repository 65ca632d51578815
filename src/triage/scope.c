/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scope when no query is given: what `bounce-query` says; by default tag:bounce once `scan` has
 * run on this database, before that the candidates of data/. That a scan has run stands in
 * $XDG_STATE_HOME/nixie/scan/UUID, with the revision it reached.
 */
#include <glib/gstdio.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "triage/session-parts.h"

/* The one line of the file: "REVISION RULES". */
static char *scan_path(const char *uuid, GError **error)
{
	g_autofree char *name = g_build_filename("scan", uuid, NULL);
	return file_home_path(FILE_STATE, name, error);
}

static char *scan_line(const char *uuid)
{
	g_autofree char *path = scan_path(uuid, NULL);
	char *line = NULL;
	if (path && g_file_get_contents(path, &line, NULL, NULL))
		return g_strchomp(line);
	return NULL;
}

bool scope_is_scanned(const char *uuid)
{
	g_autofree char *line = scan_line(uuid);
	return line != NULL;
}

uint64_t scope_last_scan(const char *uuid, const char *rule_hash)
{
	g_autofree char *line = scan_line(uuid);
	char *end = NULL;
	uint64_t revision = line ? g_ascii_strtoull(line, &end, 10) : 0;
	return end && *end == ' ' && strcmp(end + 1, rule_hash) == 0 ? revision : 0;
}

bool scope_record_scan(const char *uuid, uint64_t revision, const char *rule_hash, GError **error)
{
	g_autofree char *path = scan_path(uuid, error);
	g_autofree char *line = g_strdup_printf("%" G_GUINT64_FORMAT " %s\n", revision, rule_hash);
	return path && file_own_write(path, span_of(line), error);
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
