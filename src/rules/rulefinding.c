/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "rules/ruleset.h"

static struct rule_finding *finding_new(
	const char *file, int line, const char *rule, const char *kind, char *text)
{
	struct rule_finding *finding = g_new0(struct rule_finding, 1);

	finding->file = g_strdup(file);
	finding->line = line;
	finding->rule = g_strdup(rule);
	finding->kind = kind;
	finding->text = text;
	return finding;
}

struct rule_finding *rule_finding_new(
	const char *file, int line, const char *rule, const char *kind, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return finding_new(file, line, rule, kind, text);
}

struct rule_finding *rule_finding_of(
	const struct rule *rule, const char *kind, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return finding_new(rule->file, rule->line, rule->id, kind, text);
}

/* The loader writes `FILE:LINE: [RULE] why`; each part may be missing, and FILE may hold colons. */
struct rule_finding *rule_finding_of_error(const char *file, const GError *error)
{
	const char *rest = error->message, *end;
	g_autofree char *rule = NULL;
	int line = 0;

	if (g_str_has_prefix(rest, file) && rest[strlen(file)] == ':') {
		rest += strlen(file) + 1;
		line = (int)strtol(rest, (char **)&end, 10);
		rest = *end == ':' && line ? end + 1 : rest;
		rest += strspn(rest, " ");
	}
	end = *rest == '[' ? strchr(rest, ']') : NULL;
	if (end) {
		rule = g_strndup(rest + 1, (gsize)(end - rest - 1));
		rest = end + 1 + strspn(end + 1, " ");
	}
	return finding_new(file, line, rule, "broken", g_strdup(rest));
}

void rule_finding_free(struct rule_finding *finding)
{
	if (!finding)
		return;
	g_free(finding->file);
	g_free(finding->rule);
	g_free(finding->text);
	g_free(finding);
}

char *rule_finding_line(const struct rule_finding *finding)
{
	GString *out = g_string_new(finding->file ? finding->file : "codes.tsv");

	if (finding->line)
		g_string_append_printf(out, ":%d", finding->line);
	g_string_append(out, ": ");
	if (finding->rule)
		g_string_append_printf(out, "[%s] ", finding->rule);
	if (finding->is_note)
		g_string_append(out, "note: ");
	g_string_append(out, finding->text);
	return g_string_free(out, FALSE);
}
