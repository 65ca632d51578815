/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for other software, as its target (triage/target.h) wants them. */
#include "base/address.h"
#include "base/words.h"
#include "triage/export-parts.h"
#include "triage/target.h"

#define NAMED_MAX 20 /* addresses that a note names */

void export_target_head(struct exporter *exporter)
{
	const char *head = exporter->options.target->head;

	if (head)
		g_string_append(exporter->buffer, head);
}

/* An address that is none is unknown: it is not ours to pass on. */
static const char *value_of(const struct exporter *exporter, char *const *values, guint at)
{
	const struct column *column = &g_array_index(exporter->columns, struct column, at);
	const char *value = values[at] ? values[at] : "";

	return column->is_address && address_class(span_of(value)) != ADDRESS_OK ? "" : value;
}

void export_target_values(struct exporter *exporter, char *const *values)
{
	const struct target *target = exporter->options.target;
	GString *out = exporter->buffer;

	if (exporter->begun)
		g_string_append(out, target->between);
	exporter->begun = true;
	for (guint i = 0; i < target->pieces->len; i++) {
		const struct target_piece *piece =
			&g_array_index(target->pieces, struct target_piece, i);

		if (piece->text)
			g_string_append(out, piece->text);
		else
			target_put(out, piece->quote, value_of(exporter, values, piece->column));
	}
}

void export_target_row(struct exporter *exporter, struct record *record)
{
	const GArray *columns = exporter->columns;
	g_auto(GStrv) values = g_new0(char *, columns->len + 1);

	for (guint i = 0; i < columns->len; i++) {
		const struct column *column = &g_array_index(columns, struct column, i);

		g_string_truncate(exporter->cell, 0);
		column_put(column, record, exporter->cell);
		values[i] = g_strdup(exporter->cell->str);
	}
	export_target_values(exporter, values);
}

void export_target_foot(struct exporter *exporter)
{
	const char *foot = exporter->options.target->foot;

	if (exporter->begun)
		g_string_append_c(exporter->buffer, '\n');
	if (foot)
		g_string_append(exporter->buffer, foot);
}

bool export_target_refuses(struct exporter *exporter, const char *address)
{
	const struct target *target = exporter->options.target;

	if (target_takes(target, address))
		return false;
	exporter->unsaid++;
	if (!exporter->unsaid_names)
		exporter->unsaid_names = g_ptr_array_new_with_free_func(g_free);
	if (exporter->unsaid_names->len < NAMED_MAX &&
		!g_ptr_array_find_with_equal_func(
			exporter->unsaid_names, address, g_str_equal, NULL))
		g_ptr_array_add(exporter->unsaid_names, g_strdup(address));
	return true;
}

void export_target_notes(const struct exporter *exporter, GPtrArray *notes)
{
	g_autoptr(GString) names = g_string_new(NULL);

	if (!exporter->unsaid)
		return;
	for (guint i = 0; i < exporter->unsaid_names->len; i++)
		g_string_append_printf(
			names, "%s%s", i ? "  " : "", (char *)exporter->unsaid_names->pdata[i]);
	if (exporter->unsaid_names->len == NAMED_MAX)
		g_string_append(names, _("  and perhaps more"));
	g_ptr_array_add(
		notes, g_strdup_printf(_("%zu of %zu left out: %s has no way to write them: %s"),
			       exporter->unsaid, exporter->offered, exporter->options.target->name,
			       names->str));
}
