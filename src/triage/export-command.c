/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line that writes what an export of chosen rows writes. Rows that were marked go out
 * whatever the rules say; a command line has no marks, and can lift a rule for all rows only.
 */
#include <string.h>

#include "rules/knowledge.h"
#include "triage/action.h"
#include "triage/export.h"
#include "triage/session.h"
#include "triage/target.h"

static bool is_verified(const struct session *session, const struct row *row)
{
	return row->trust == TRUST_PROVEN ||
	       (row->trust == TRUST_CONSISTENT && !session_sent_indexed(session));
}

struct export_rulings export_rulings(
	struct session *session, const GPtrArray *rows, const struct export_options *options)
{
	struct export_rulings rulings = {0};
	bool permanent =
		options->target && options->target->permanent && !session_asks(session, "type");

	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];

		struct export_ruling *ruling = NULL;

		if (!options->include_unverified && !is_verified(session, row))
			ruling = &rulings.unverified;
		else if (permanent && row->type != TYPE_HARD)
			ruling = &rulings.passing;
		if (ruling)
			*(row->marked ? &ruling->marked : &ruling->out) += 1;
	}
	return rulings;
}

/* A shell reads `~/` outside of quotes only. */
static char *quote_path(const char *typed)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
	bool home = g_str_has_prefix(typed, "~/");
	const char *tail = home ? typed + 2 : typed;
	g_autofree char *quoted =
		*tail && strspn(tail, plain) == strlen(tail) ? g_strdup(tail) : g_shell_quote(tail);

	return g_strconcat(home ? "~/" : "", quoted, NULL);
}

/* A rule can neither be lifted nor left: some rows go out against it, and others do not. */
static bool is_split(const struct export_ruling *ruling)
{
	return ruling->marked && ruling->out;
}

char *export_command(struct session *session, const GPtrArray *rows,
	const struct export_options *options, const char *path)
{
	const struct export_rulings rulings = export_rulings(session, rows, options);
	g_autoptr(GString) verb = g_string_new("export");
	g_autofree char *file = quote_path(path), *types = g_strjoinv(",", (char **)type_names);
	/* The titles that go into the file are those that the screen shows. */
	const char *lang = knowledge_lang(session_knowledge(session));

	if (is_split(&rulings.unverified) || is_split(&rulings.passing))
		return NULL;
	if (lang)
		g_string_append_printf(verb, " --lang=%s", lang);
	if (options->target)
		g_string_append_printf(verb, " --for=%s", options->target->name);
	else
		g_string_append_printf(verb, " --format=%s --per=%s", format_names[options->format],
			per_names[options->per]);
	if (rulings.passing.marked)
		g_string_append_printf(verb, " --type=%s", types);
	if (options->columns)
		g_string_append_printf(verb, " --columns=%s", options->columns);
	if (options->csv_raw && options->format == FORMAT_CSV)
		g_string_append(verb, " --csv-raw");
	if (options->include_unverified || rulings.unverified.marked)
		g_string_append(verb, " --include-unverified");
	if (options->redact)
		g_string_append(verb, " --redact");
	g_string_append_printf(verb, " --output %s", file);
	return action_command(session, verb->str, rows, false);
}
