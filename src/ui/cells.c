/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cells.h"

#include <string.h>

#include "base/clock.h"
#include "base/words.h"
#include "triage/explain.h"

#define UNKNOWN "-"

void cells_date(int64_t date, GString *out)
{
	g_autoptr(GDateTime) then = date > 0 ? g_date_time_new_from_unix_local(date) : NULL;
	g_autofree char *text = NULL;
	int64_t age = clock_now() - date;

	if (!then)
		return;
	text = g_date_time_format(
		then, age > 360 * 86400 || age < -86400 ? "%Y-%m-%d" : "%m-%d %H:%M");
	g_string_append(out, text);
}

GDateTime *cells_now(void)
{
	return g_date_time_new_from_unix_local(clock_now());
}

const char *row_address(const struct row *row)
{
	if (row_text(row, ROW_ERROR))
		return _("(cannot be read)");
	if (row->unread_facts)
		return "...";
	return row_text(row, ROW_ADDRESS) ? row_text(row, ROW_ADDRESS) : _("(recipient not found)");
}

static bool is_failure(const struct row *row)
{
	return row->kind == KIND_FAILURE || row->kind == KIND_DELAY;
}

static void text_date(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	cells_date(row->date, out);
}

static void text_status(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	if (row->unread_facts || row_text(row, ROW_ERROR))
		return;
	if (row_text(row, ROW_STATUS))
		g_string_append_printf(
			out, "%s%s", row_text(row, ROW_STATUS), row->status_overruled ? "*" : "");
	else
		g_string_append(out, row_text(row, ROW_REPLY) ? row_text(row, ROW_REPLY)
				     : is_failure(row)        ? "??"
							      : "--");
}

static void text_category(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	if (row_text(row, ROW_ERROR))
		g_string_append(out, _("unreadable"));
	else if (row->unread_facts)
		return;
	else if (!is_failure(row))
		g_string_append(out, kind_names[row->kind]);
	else
		g_string_append(
			out, row->category ? row->category->advice.short_title : _("unknown"));
}

static void text_severity(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	if (!row->unread_facts)
		g_string_append(out,
			row_text(row, ROW_ERROR) ? "????" : severity_word(row->kind, row->type));
}

static void text_address(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	g_string_append(out, row_address(row));
}

static void text_bounces(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	if (row->bounces_of_address)
		g_string_append_printf(out, "%u", row->bounces_of_address);
}

static void text_reporting_mta(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	g_string_append(
		out, row_text(row, ROW_REPORTING_MTA) ? row_text(row, ROW_REPORTING_MTA) : UNKNOWN);
}

static void text_remote_mta(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	g_string_append(
		out, row_text(row, ROW_REMOTE_MTA) ? row_text(row, ROW_REMOTE_MTA) : UNKNOWN);
}

/* The scope's own tag is on every row and says nothing; what nixie sets comes first. */
static void text_tags(struct app *app, const struct row *row, GString *out)
{
	const struct config *config = session_config(app->session);
	const char *first[] = {config_text(config, SET_TAG_RETRY),
		config_text(config, SET_TAG_SUPPRESS), config_text(config, SET_TAG_RETRIED)};
	const char *bounce = config_text(config, SET_TAG_BOUNCE);
	char *const *tags = row_tags(row);

	for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
		if (first[i] && g_strv_contains((const char *const *)tags, first[i]))
			g_string_append_printf(out, "%s%s", out->len ? " " : "", first[i]);
	for (char *const *tag = tags; *tag; tag++) {
		bool told = !g_strcmp0(*tag, bounce);

		for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
			told |= !g_strcmp0(*tag, first[i]);
		if (!told)
			g_string_append_printf(out, "%s%s", out->len ? " " : "", *tag);
	}
}

static void text_ticket(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	g_string_append(out, row_text(row, ROW_TICKET) ? row_text(row, ROW_TICKET) : "");
}

static void text_subject(struct app *app, const struct row *row, GString *out)
{
	(void)app;
	g_string_append(out, row_text(row, ROW_SUBJECT) ? row_text(row, ROW_SUBJECT) : "");
}

enum style severity_style(int kind, int type)
{
	if (kind == KIND_DELAY)
		return STYLE_WAIT;
	if (kind != KIND_FAILURE)
		return STYLE_CALM;
	return type == TYPE_HARD ? STYLE_HARD : type == TYPE_SOFT ? STYLE_SOFT : STYLE_UNSURE;
}

static enum style style_severity(const struct row *row)
{
	return row_text(row, ROW_ERROR) ? STYLE_UNSURE : severity_style(row->kind, row->type);
}

const struct cell_column cell_columns[] = {
	{N_("DATE"), 11, 0, 64, CELL_LEFT, text_date, NULL},
	{N_("STATUS"), 8, 0, 30, CELL_LEFT, text_status, NULL},
	{N_("CATEGORY"), 13, 0, 56, CELL_LEFT, text_category, NULL},
	{"SEV", 4, 0, 20, CELL_LEFT, text_severity, style_severity},
	{N_("RECIPIENT"), 0, 7, 0, CELL_LEFT, text_address, NULL},
	{"N", 3, 0, 64, CELL_RIGHT, text_bounces, NULL},
	{N_("REPORTING MTA"), 20, 0, 120, CELL_LEFT, text_reporting_mta, NULL},
	{N_("REMOTE MTA"), 20, 0, 120, CELL_LEFT, text_remote_mta, NULL},
	{N_("TICKET"), 9, 0, 60, CELL_LEFT, text_ticket, NULL, "ticket"},
	{N_("SUBJECT"), 0, 5, 60, CELL_LEFT, text_subject, NULL, "subject"},
	{N_("TAGS"), 0, 3, 72, CELL_LEFT, text_tags, NULL},
	{NULL},
};

const char *cell_next_choice(const char *choice)
{
	static const char *const choices[] = {N_("none"), N_("ticket"), N_("subject")};

	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
		if (!g_strcmp0(choices[i], choice))
			return choices[(i + 1) % G_N_ELEMENTS(choices)];
	return NULL;
}

static bool is_shown(const struct cell_column *column, int width, const char *choice)
{
	return width + 2 >= column->from && (!column->choice || !g_strcmp0(column->choice, choice));
}

void cell_widths(int width, const char *choice, int widths[CELL_COLUMNS_MAX])
{
	int left = width, shares = 0, all, whole;

	for (int i = 0; cell_columns[i].title; i++) {
		bool shown = is_shown(&cell_columns[i], width, choice);

		widths[i] = shown ? cell_columns[i].cells : 0;
		if (shown && widths[i])
			left -= widths[i] + 1;
		if (shown && !widths[i]) {
			shares += cell_columns[i].share;
			left--;
		}
	}
	left++; /* no blank behind the last column */
	whole = left;
	all = MAX(shares, 10); /* a lone one takes what there is */
	for (int i = 0; cell_columns[i].title; i++) {
		if (!is_shown(&cell_columns[i], width, choice) || cell_columns[i].cells)
			continue;
		widths[i] = shares == cell_columns[i].share ? left
							    : whole * cell_columns[i].share / all;
		shares -= cell_columns[i].share;
		left -= widths[i];
	}
}
