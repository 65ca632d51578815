/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-hops.h"

#include "base/words.h"
#include "rules/wordbook.h"
#include "triage/transit.h"
#include "ui/view-text.h"

static enum style style_of(enum transit_look look)
{
	static const enum style styles[] = {
		[TRANSIT_HEADING] = STYLE_HEADING,
		[TRANSIT_WORDS] = STYLE_STRONG,
		[TRANSIT_PLAIN] = STYLE_NORMAL,
		[TRANSIT_LONGEST] = STYLE_WARNING,
	};

	return styles[look];
}

static struct doc *make(struct app *app, const struct row *row, const void *user, int width)
{
	const struct details *details = session_details(app->session, row);
	const struct reading *reading = session_reading(app->session, row, NULL);
	struct transit *transit;
	g_autoptr(GPtrArray) lines = NULL;
	struct doc *doc;

	(void)user;
	if (!details || !reading)
		return NULL;
	doc = doc_new(width);
	transit = transit_new(reading, details);
	lines = transit_lines(transit, session_knowledge(app->session), doc->width);
	for (guint i = 0; i < lines->len; i++) {
		const struct transit_line *line = lines->pdata[i];

		g_autofree char *text = term_bar_text(app->term, line->text);

		doc_line(doc, style_of(line->look), text);
	}
	transit_free(transit);
	return doc;
}

void view_hops_open(struct app *app, const struct row *row)
{
	if (row_text(row, ROW_ERROR))
		app_complain(app, _("The file cannot be read."));
	else
		view_text_push_later(app,
			word(session_knowledge(app->session), WORDS_WAY, WAY_TITLE), row, make,
			NULL);
}
