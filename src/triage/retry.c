/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/retry.h"

#include <string.h>

#include "base/errors.h"
#include "base/words.h"
#include "triage/rowstore.h"

static bool has_ended(const struct row *row)
{
	return row->who.count && row->who.who[0] != ACTOR_NOBODY;
}

bool retry_program_check(const char *command, GError **error)
{
	g_auto(GStrv) words = NULL;
	g_autofree char *path = NULL;

	if (strpbrk(command, "$`;|&<>()=~") || !g_shell_parse_argv(command, NULL, &words, NULL))
		return true;
	path = g_find_program_in_path(words[0]);
	if (!path)
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("%s, which sends again, is not found in PATH: `make install` puts "
			  "nixie-resend there (contrib/nixie-resend), or name a program in the "
			  "setting resend-command"),
			words[0]);
	return path != NULL;
}

/* As triage/explain chooses, of what a row keeps. */
const struct advice *retry_advice(
	const struct knowledge *knowledge, const struct rule_set *rules, const struct row *row)
{
	const struct rule *rule =
		row_text(row, ROW_RULE) ? rule_set_find(rules, row_text(row, ROW_RULE)) : NULL;
	const struct category *category =
		row->category ? row->category : category_by_id(knowledge, "unclassified");
	const struct advice *advice = category ? &category->advice : NULL;

	if (row->origin == ORIGIN_FORGED)
		return advice_for(knowledge, SITUATION_FORGED);
	if (row->kind == KIND_DELAY)
		return advice_for(knowledge, SITUATION_DELAY);
	if (rule && rule->advice.retry >= 0)
		advice = &rule->advice;
	if (advice && advice->retry == RETRY_AUTOMATIC && has_ended(row))
		return advice_for(knowledge, SITUATION_RETRIES_ENDED);
	if (advice && advice->retry == RETRY_NEVER && category &&
		category->advice.type == TYPE_HARD && row->type == TYPE_SOFT)
		return advice_for(knowledge, SITUATION_TEMPORARY);
	return advice;
}

int64_t retry_due(const struct advice *advice, const struct row *row, int64_t now)
{
	bool waits = advice && (advice->retry == RETRY_AFTER || advice->retry == RETRY_AUTOMATIC) &&
		     advice->retry_seconds > 0;

	return waits ? (int64_t)row->date + advice->retry_seconds : now;
}

static bool is_useless(const struct advice *advice)
{
	return advice && advice->retry != RETRY_AFTER;
}

/* "2 will fail again as they are"; g_free. */
static char *outlook(enum retry retry, size_t n)
{
	switch (retry) {
	case RETRY_NEVER:
		return g_strdup_printf(ngettext("%zu cannot be helped by sending again",
					       "%zu cannot be helped by sending again", n),
			n);
	case RETRY_AFTER_FIX:
		return g_strdup_printf(ngettext("%zu will fail again as it is",
					       "%zu will fail again as they are", n),
			n);
	case RETRY_AUTOMATIC:
		return g_strdup_printf(ngettext("%zu is still sent by the server itself",
					       "%zu are still sent by the server itself", n),
			n);
	default:
		return g_strdup_printf("%zu", n);
	}
}

/* "2 will fail again (no such user): No. This address will ..." */
static char *warning_of(const struct advice *advice, const struct row *row, size_t n)
{
	g_autofree char *words = outlook(advice->retry, n);
	const char *title = row->category ? row->category->advice.short_title : NULL;
	const char *text = advice->retry_text ? advice->retry_text
			   : row->category    ? row->category->advice.retry_text
					      : NULL;

	return g_strdup_printf("%s%s%s%s%s%s", words, title ? " (" : "", title ? title : "",
		title ? ")" : "", text ? ": " : "", text ? text : "");
}

/* Rows of one reason: the first of them, and how many. */
struct reason {
	const struct advice *advice;
	const struct row *row;
	size_t n;
};

static struct reason *reason_for(
	GArray *reasons, const struct advice *advice, const struct row *row)
{
	const struct reason made = {advice, row, 0};

	for (guint i = 0; i < reasons->len; i++) {
		struct reason *reason = &g_array_index(reasons, struct reason, i);

		if (reason->advice == advice && reason->row->category == row->category)
			return reason;
	}
	g_array_append_val(reasons, made);
	return &g_array_index(reasons, struct reason, reasons->len - 1);
}

GPtrArray *retry_warnings(
	const struct knowledge *knowledge, const struct rule_set *rules, const GPtrArray *rows)
{
	GPtrArray *warnings = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) reasons = g_array_new(FALSE, FALSE, sizeof(struct reason));

	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		const struct advice *advice = retry_advice(knowledge, rules, row);

		if (is_useless(advice))
			reason_for(reasons, advice, row)->n++;
	}
	for (guint i = 0; i < reasons->len; i++) {
		const struct reason *reason = &g_array_index(reasons, struct reason, i);

		g_ptr_array_add(warnings, warning_of(reason->advice, reason->row, reason->n));
	}
	return warnings;
}

/* --- how far they have come */

const enum state retry_steps[] = {STATE_DUE, STATE_RETRY, STATE_RETRIED, STATE_BOUNCED_AGAIN,
	STATE_QUIET, STATE_ANSWERED, STATE_COUNT};

void retry_count(struct row *const *rows, size_t n, size_t *counts)
{
	memset(counts, 0, STATE_COUNT * sizeof *counts);
	for (size_t i = 0; i < n; i++) {
		bool waits = rows[i]->state == STATE_RETRY || rows[i]->state == STATE_DUE;
		if (waits || ((const struct row_node *)rows[i])->retried)
			counts[rows[i]->state]++;
	}
}
