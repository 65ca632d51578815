/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/look-up.h"

#include "base/words.h"
#include "rules/status.h"
#include "triage/context.h"
#include "ui/cells.h"
#include "ui/explain-page.h"
#include "ui/view-text.h"

#define WORDS_MAX 1000 /* bytes that are looked up */

char *look_up_words(struct app *app, struct span line)
{
	struct status status = {0};
	struct reply reply = {0};

	line = span_trim(line);
	line.n = MIN(line.n, WORDS_MAX);
	return line.n && (status_find(line, &status) ||
				 reply_find(session_knowledge(app->session), line, &reply))
		       ? span_dup(line)
		       : NULL;
}

/* --- pieces */

static void add_codes(const struct page *page, const struct recipient *recipient)
{
	page_heading(page, PANE_CODE_MEANINGS);
	page_codes(page, recipient->status, recipient->reply);
	doc_blank(page->doc);
}

static void add_why(
	const struct page *page, const struct recipient *recipient, const char *conflict)
{
	page_heading(page, PANE_CODE_WHY);
	page_fact(page, PANE_CATEGORY, recipient->category ? recipient->category : "unclassified");
	page_fact(page, PANE_RULE, recipient->rule);
	page_fact(page, PANE_CONFIDENCE,
		word(page->knowledge, WORDS_CONFIDENCE, recipient->confidence));
	page_fact(page, PANE_CONFLICT, conflict);
}

static void add_command(const struct page *page, const char *words)
{
	g_autofree char *command = g_strdup_printf("nixie explain %s", words);

	doc_blank(page->doc);
	page_heading(page, PANE_SAME_COMMAND);
	doc_pair(page->doc, "", 2, STYLE_NORMAL, command);
}

/* --- the codes of a row */

static void tell_row(const struct page *page, struct app *app, const struct row *row,
	const struct details *details)
{
	const struct recipient *recipient = details->recipient;
	struct context context = row_context(row);
	struct explanation *e = explain(
		page->knowledge, session_rules(app->session), details->report, recipient, &context);

	add_codes(page, recipient);
	add_why(page, recipient, e->conflict);
	page_fact(page, PANE_ANSWER,
		recipient->diagnostic ? recipient->diagnostic : page_label(page, PANE_NOT_QUOTED));
	add_command(page, recipient->status  ? recipient->status
			  : recipient->reply ? recipient->reply
					     : "TEXT");
	explanation_free(e);
}

static void open_row(struct app *app, const struct row *row)
{
	const struct details *details =
		row_text(row, ROW_ERROR) ? NULL : session_details(app->session, row);
	const struct recipient *recipient = details ? details->recipient : NULL;
	struct page page;
	g_autofree char *title = NULL;

	if (!recipient) {
		app_say(app, _("There is no code here."));
		return;
	}
	page = (struct page){
		doc_new(MAX(term_rect(app->term).w - 8, 20)), session_knowledge(app->session)};
	tell_row(&page, app, row, details);
	title = g_strdup_printf(_("Code %s%s%s"), recipient->reply ? recipient->reply : "",
		recipient->reply && recipient->status ? " " : "",
		recipient->status ? recipient->status : "");
	view_text_push(app, title, page.doc);
}

/* --- a line */

static bool says_something(const struct recipient *recipient)
{
	return recipient->status || recipient->reply || recipient->rule;
}

static void tell_words(const struct page *page, struct app *app, const struct report *report)
{
	const struct recipient *recipient = report->recipients;
	/* Who wrote it, and whether it is to be believed, is not asked here. */
	const struct context context = {.origin = ORIGIN_UNKNOWN,
		.trust = TRUST_BARE,
		.who = recipient->who,
		.type = recipient->type};
	struct explanation *e =
		explain(page->knowledge, session_rules(app->session), report, recipient, &context);

	doc_text(page->doc, STYLE_STRONG, e->title);
	doc_text(page->doc, severity_style(recipient->kind, recipient->type), e->type_words);
	doc_blank(page->doc);
	doc_text(page->doc, STYLE_NORMAL, e->text);
	doc_blank(page->doc);
	page_advice(page, e);
	doc_blank(page->doc);
	if (recipient->status || recipient->reply)
		add_codes(page, recipient);
	add_why(page, recipient, e->conflict);
	explanation_free(e);
}

static struct doc *make(struct app *app, const struct row *row, const void *user, int width)
{
	const char *words = user;
	const struct report *report = session_explain(app->session, words);
	const struct page page = {doc_new(width), session_knowledge(app->session)};
	g_autofree char *quoted = g_shell_quote(words);

	(void)row;
	if (!report) {
		doc_free(page.doc);
		return NULL;
	}
	doc_text(page.doc, STYLE_EVIDENCE, words);
	doc_blank(page.doc);
	if (report->recipients_n && says_something(report->recipients))
		tell_words(&page, app, report);
	else
		doc_text(page.doc, STYLE_NORMAL,
			_("There is no code in it, and no rule knows the words."));
	add_command(&page, quoted);
	return page.doc;
}

void look_up_open(struct app *app, const struct row *row, char *words)
{
	if (words)
		view_text_push_later(app, _("This line"), row, make, words);
	else
		open_row(app, row);
}
