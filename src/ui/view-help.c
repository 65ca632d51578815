/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-help.h"

#include "base/words.h"
#include "triage/filter.h"
#include "ui/view-text.h"

#define KEYS_CELLS 17
#define HELP_CELLS 50
#define CLI_FROM 100 /* cells of the text from which the command line stands beside */

/* What the words and signs on the screen mean, also without colour. */
static const struct {
	const char *word, *meaning;
} words[] = {
	{"HARD", N_("the address will never work as it is")},
	{"SOFT", N_("the address is not at fault, or only for now")},
	{"WAIT", N_("a warning: the mail system still tries")},
	{"NONE", N_("no failure")},
	{"????", N_("not understood")},
	{"5.0.0*", N_("the words of the report overruled this code")},
	{"N", N_("bounces of this address in what is loaded")},
	{N_("> in the margin"), N_("this line of the report decided")},
	{"*", N_("marked")},
	{"+ -", N_("before a date: it came while you looked, or was deleted")},
	{N_("found"), N_("messages that the query finds")},
	{N_("shown"), N_("rows of the list: a report about three recipients has three")},
	{N_("hidden"),
		N_("what is no failure or delay (kind: in a query shows it), and earlier reports "
		   "of one "
		   "failure")},
	{N_("unreadable"), N_("files that are gone, or cannot be read")},
};

/* A prefix is said first, so that it can be told from a single key. */
#define PREFACE \
	N_("Bounced mail (NDR) is mail that a mail system sent back. Each row is one " \
	   "recipient that failed. / finds in this help, q closes it. Keys are set under " \
	   "[keys] of the configuration.")

static bool is_wanted(const char *about, const char *a, const char *b, const char *c)
{
	return !about || !*about || span_find_nocase(span_of(a), about) ||
	       span_find_nocase(span_of(b), about) || (c && span_find_nocase(span_of(c), about));
}

static void add_command(struct app *app, struct doc *doc, const struct ui_command *command)
{
	g_autofree char *keys = keymap_keys(app->keymap, command, false);
	g_autofree char *head = g_strdup_printf("  %s", *keys ? keys : command->name);
	g_autofree char *text = NULL;

	const char *help = _(command->help);

	if (command->cli && doc->width >= CLI_FROM)
		text = g_strdup_printf("%s%*s %s", help,
			MAX(HELP_CELLS - term_cells(app->term, help), 0), "", command->cli);
	else
		text = g_strdup(help);
	doc_pair(doc, head, KEYS_CELLS, STYLE_NORMAL, text);
}

static void add_commands(struct app *app, struct doc *doc, const char *about)
{
	for (const char *const *group = ui_groups; *group; group++) {
		bool headed = false;

		for (const struct ui_command *c = ui_commands; c->name; c++) {
			if (strcmp(c->group, *group) != 0 ||
				!is_wanted(about, c->name, _(c->help), c->cli))
				continue;
			if (!headed) {
				doc_blank(doc);
				doc_line(doc, STYLE_HEADING, _(*group));
			}
			headed = true;
			add_command(app, doc, c);
		}
	}
}

static void add_words(struct doc *doc, const char *about)
{
	bool headed = false;

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *head = g_strdup_printf("  %s", _(words[i].word));

		if (!is_wanted(about, words[i].word, _(words[i].meaning), NULL))
			continue;
		if (!headed) {
			doc_blank(doc);
			doc_line(doc, STYLE_HEADING, _("Words and signs"));
		}
		headed = true;
		doc_pair(doc, head, KEYS_CELLS + 4, STYLE_NORMAL, _(words[i].meaning));
	}
}

static void add_filters(struct doc *doc, const char *about)
{
	bool headed = false;

	for (const struct filter_word *f = filter_words(); f->name; f++) {
		g_autofree char *head = g_strdup_printf("  %s:", f->name);
		g_autofree char *values = f->values ? g_strjoinv(" ", (char **)f->values) : NULL;
		/* Some tell their values themselves. */
		g_autofree char *text = values && !strstr(f->help, f->values[0])
						? g_strdup_printf("%s: %s", _(f->help), values)
						: g_strdup(_(f->help));

		if (!is_wanted(about, f->name, text, NULL))
			continue;
		if (!headed) {
			doc_blank(doc);
			doc_line(doc, STYLE_HEADING,
				_("Filters (in l, T, c and on the command line as --NAME=)"));
		}
		headed = true;
		doc_pair(doc, head, KEYS_CELLS, STYLE_NORMAL, text);
	}
}

void view_help_open(struct app *app, const char *about)
{
	int width = term_rect(app->term).w;
	struct doc *doc = doc_new(width >= 60 ? width - 8 : width - 4);
	g_autofree char *title =
		about && *about ? g_strdup_printf(_("Help: %s"), about) : g_strdup(_("Help"));

	if (!about || !*about)
		doc_text(doc, STYLE_NORMAL, _(PREFACE));
	add_commands(app, doc, about);
	add_words(doc, about);
	add_filters(doc, about);
	if (!doc->lines->len)
		doc_line(doc, STYLE_NORMAL, _("Nothing in the help holds this word."));
	view_text_push(app, title, doc);
}
