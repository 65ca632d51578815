/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-explain.h"

#include <stdlib.h>

#include "rules/status.h"
#include "triage/explain.h"
#include "ui/cells.h"
#include "ui/view-text.h"

#define WIDE 46 /* from here on labels have a column of their own */
#define WIDE_INDENT 16
#define NARROW_INDENT 4
#define FACT_INDENT 14
#define EVIDENCE_BYTES 200 /* of one piece of evidence; all of it stands beside, in the report */
#define BOUNCES_SHOWN 6

void explain_pane_init(struct explain_pane *pane, struct app *app)
{
	pane->app = app;
}

void explain_pane_clear(struct explain_pane *pane)
{
	doc_free(pane->doc);
}

void explain_pane_stale(struct explain_pane *pane)
{
	g_clear_pointer(&pane->doc, doc_free);
}

/* What context found out about this row; the facts alone do not hold it. */
static struct context context_of(const struct row *row)
{
	return (struct context){
		.origin = row->origin,
		.trust = row->trust,
		.who = row->who,
		.type = row->type,
		.state = row->state,
	};
}

static void add_advice(struct doc *doc, const struct explanation *e)
{
	bool wide = doc->width >= WIDE;
	int indent = wide ? WIDE_INDENT : NARROW_INDENT;

	doc_pair(doc, wide ? "Who can fix it" : "Who can fix it:", indent, STYLE_NORMAL,
		e->who_words);
	for (guint i = 0; e->next && i < e->next->len; i++) {
		g_autofree char *label =
			wide ? g_strdup_printf("%-*s%u", indent, i ? "" : "What to do", i + 1)
			     : g_strdup_printf("  %u", i + 1);

		if (!wide && i == 0)
			doc_line(doc, STYLE_STRONG, "What to do:");
		doc_pair(doc, label, indent + (wide ? 2 : 0), STYLE_NORMAL, e->next->pdata[i]);
	}
	doc_pair(doc, "Send it again?", indent, STYLE_NORMAL, e->retry_words);
}

static void add_fact(struct doc *doc, const char *label, const char *value)
{
	g_autofree char *indented = g_strdup_printf("  %s", label);

	if (value && *value)
		doc_pair(doc, indented, doc->width >= WIDE ? FACT_INDENT : NARROW_INDENT,
			STYLE_NORMAL, value);
}

/* The beginning of a text on one line, without half a character at its end. */
static char *first_bytes(const char *text)
{
	char *head = g_strndup(text ? text : "", EVIDENCE_BYTES);
	size_t n = strlen(head);

	while (n == EVIDENCE_BYTES && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		head[--n] = '\0';
	return g_strdelimit(head, "\r\n\t", ' ');
}

static void add_evidence(
	struct doc *doc, const struct recipient *recipient, const struct explanation *e)
{
	bool status_told = false;

	doc_line(doc, STYLE_STRONG, "Evidence");
	if (recipient) {
		for (size_t i = 0; i < recipient->evidence_n; i++) {
			const struct evidence *evidence = &recipient->evidence[i];
			g_autofree char *head = first_bytes(evidence->text);

			add_fact(doc, evidence->field, head);
			status_told |= !g_strcmp0(evidence->text, recipient->status);
		}
		if (!status_told)
			add_fact(doc, "status", recipient->status);
		if (g_strcmp0(recipient->status, recipient->status_field))
			add_fact(doc, "overruled", recipient->status_field);
		add_fact(doc, "rule", recipient->rule);
		add_fact(doc, "conflict", recipient->conflict);
	}
	add_fact(doc, "confidence", e->confidence_words);
}

static void add_report(struct doc *doc, const struct row *row, const struct details *details)
{
	const struct report *report = details->report;
	const struct recipient *recipient = details->recipient;

	doc_line(doc, STYLE_STRONG, "Report");
	if (recipient) {
		add_fact(doc, "answer", recipient->diagnostic);
		add_fact(doc, "remote MTA", recipient->remote_mta);
		add_fact(doc, "remote IP", recipient->remote_ip);
		add_fact(doc, "our IP", recipient->sending_ip);
		add_fact(doc, "blocklist", recipient->list);
		if (g_strcmp0(recipient->original_address, recipient->address))
			add_fact(doc, "sent to", recipient->original_address);
	}
	add_fact(doc, "from MTA", report->reporting_mta);
	add_fact(doc, "queue id", report->queue_id);
	add_fact(doc, "format", report->format);
	add_fact(doc, "date", report->date);
	add_fact(doc, "origin", origin_names[row->origin]);
	add_fact(doc, "trust", trust_names[row->trust]);
	if (row->state != STATE_NONE)
		add_fact(doc, "state", state_names[row->state]);
	for (size_t i = 0; i < report->warnings.n; i++)
		add_fact(doc, "warning", report->warnings.v[i]);
}

static void add_original(struct doc *doc, const struct original *original)
{
	if (!original->present)
		return;
	doc_blank(doc);
	doc_line(doc, STYLE_STRONG, "Original message");
	add_fact(doc, "subject", original->subject);
	add_fact(doc, "from", original->from);
	add_fact(doc, "to", original->to);
	add_fact(doc, "date", original->date);
	add_fact(doc, "Message-ID", original->id);
}

/* Other bounces of the same address in what is loaded, newest first as the list has them. */
static void add_address(struct app *app, struct doc *doc, const struct row *row)
{
	size_t n;
	struct row *const *rows = session_rows(app->session, &n);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *head = NULL;
	unsigned shown = 0;

	if (!row->address || row->bounces_of_address < 2)
		return;
	for (size_t i = 0; i < n && shown < BOUNCES_SHOWN; i++) {
		if (rows[i]->address != row->address && g_strcmp0(rows[i]->address, row->address))
			continue;
		g_string_append(text, text->len ? ", " : "");
		cells_date(rows[i]->date, text);
		if (rows[i]->status)
			g_string_append_printf(text, " %s", rows[i]->status);
		shown++;
	}
	doc_blank(doc);
	head = g_strdup_printf("This address: %u bounces", row->bounces_of_address);
	doc_line(doc, STYLE_STRONG, head);
	doc_pair(doc, "", 2, STYLE_NORMAL, text->str);
}

/* The warnings that came before the final report, which stand in no row of their own. */
static void add_folded(struct app *app, struct doc *doc, const struct row *row)
{
	g_autoptr(GPtrArray) folded = row->folded ? session_folded(app->session, row) : NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; folded && i < folded->len; i++) {
		const struct row *delay = folded->pdata[i];

		g_string_append(text, text->len ? ", " : "");
		cells_date(delay->date, text);
		if (delay->status)
			g_string_append_printf(text, " %s", delay->status);
	}
	if (!text->len)
		return;
	doc_blank(doc);
	doc_line(doc, STYLE_STRONG, "Delay notices before this");
	doc_pair(doc, "", 2, STYLE_NORMAL, text->str);
}

static void add_files(struct doc *doc, const struct row *row)
{
	guint n = row->message->files ? g_strv_length(row->message->files) : 0;
	g_autofree char *label = g_strdup_printf("file %u/%u", row->file + 1, n);

	if (row->file < n)
		add_fact(doc, label, row->message->files[row->file]);
}

static void add_verdict(
	struct app *app, struct doc *doc, const struct row *row, const struct details *details)
{
	struct context context = context_of(row);
	struct explanation *e = explain(session_knowledge(app->session),
		session_rules(app->session), details->report, details->recipient, &context);

	doc_text(doc, STYLE_STRONG, e->title);
	doc_text(doc, severity_style(row->kind, row->type), e->type_words);
	doc_text(doc, STYLE_NORMAL, row_address(row));
	if (e->warning) {
		doc_blank(doc);
		doc_text(doc, STYLE_WARNING, e->warning);
	}
	doc_blank(doc);
	doc_text(doc, STYLE_NORMAL, e->text);
	doc_blank(doc);
	add_advice(doc, e);
	doc_blank(doc);
	add_evidence(doc, details->recipient, e);
	explanation_free(e);
}

static struct doc *make(
	struct app *app, const struct row *row, const struct details *details, int width)
{
	struct doc *doc = doc_new(width);

	if (row->error) {
		doc_line(doc, STYLE_STRONG, "This file cannot be read");
		doc_text(doc, STYLE_NORMAL, row->error);
		add_files(doc, row);
		return doc;
	}
	if (!details || !details->report) {
		doc_line(doc, STYLE_NORMAL, "Reading the report ...");
		return doc;
	}
	add_verdict(app, doc, row, details);
	add_folded(app, doc, row);
	add_address(app, doc, row);
	add_original(doc, &details->report->original);
	doc_blank(doc);
	add_report(doc, row, details);
	add_files(doc, row);
	return doc;
}

void explain_pane_draw(
	struct explain_pane *pane, struct rect area, const struct row *row, int *y, int *x)
{
	const struct details *details;

	if (!row) {
		explain_pane_stale(pane);
		pane->row = NULL;
		return;
	}
	details = row->error ? NULL : session_details(pane->app->session, row);
	if (row != pane->row)
		pane->scroll = (struct scroll){0};
	if (row != pane->row || details != pane->details || !pane->doc ||
		pane->doc->width != area.w) {
		doc_free(pane->doc);
		pane->doc = make(pane->app, row, details, area.w);
	}
	pane->row = row;
	pane->details = details;
	scroll_fit(&pane->scroll, pane->doc->lines->len, area.h);
	doc_draw(pane->doc, pane->app->term, area, &pane->scroll, pane->app->found);
	*y = area.y + (int)(pane->scroll.cursor - pane->scroll.top);
	*x = area.x;
}

bool explain_pane_command(struct explain_pane *pane, int command)
{
	return scroll_command(&pane->scroll, command);
}

void explain_pane_search(struct explain_pane *pane, const char *text, bool back, bool again)
{
	size_t n = pane->doc ? pane->doc->lines->len : 0;
	gssize line;

	if (!n)
		return;
	line = doc_find(pane->doc, text,
		again ? (pane->scroll.cursor + (back ? n - 1 : 1)) % n : pane->scroll.cursor, back);
	if (line < 0)
		app_complain(pane->app, "the explanation does not hold \"%s\"", text);
	else
		scroll_to(&pane->scroll, (size_t)line);
}

char *explain_pane_plain(struct app *app, const struct row *row)
{
	struct doc *doc = doc_new(72);
	const struct details *details = session_details(app->session, row);
	char *text;

	if (details && details->report)
		add_verdict(app, doc, row, details);
	text = doc_plain(doc);
	doc_free(doc);
	return text;
}

/* --- K: the code */

static void add_codes(struct app *app, struct doc *doc, const char *status, const char *reply)
{
	size_t n;
	const struct code *const *codes = knowledge_codes(session_knowledge(app->session), &n);
	struct status wanted = {0};
	int number = reply ? atoi(reply) : 0;
	bool has_status = status && status_parse(span_of(status), &wanted);

	for (size_t i = 0; i < n; i++) {
		const struct code *code = codes[i];
		bool same_status = has_status && !memcmp(code->status, wanted.v, sizeof wanted.v);
		bool same_reply = !code->status[0] && number && code->reply == number;
		g_autofree char *text = NULL;

		if (code->phrase || !(same_status || same_reply))
			continue;
		text = g_strdup_printf("%s%s%s", code->meaning ? code->meaning : "",
			code->category ? ": " : "",
			code->category ? code->category->advice.title : "");
		doc_pair(doc, code->scope ? code->scope : "", 14, STYLE_NORMAL, text);
	}
}

void explain_look_up(struct app *app, const struct row *row)
{
	const struct details *details = session_details(app->session, row);
	const struct recipient *recipient = details ? details->recipient : NULL;
	struct doc *doc = doc_new(MAX(term_rect(app->term).w - 8, 20));
	g_autofree char *title = NULL, *command = NULL;

	if (!recipient) {
		doc_free(doc);
		app_say(app, "There is no code here.");
		return;
	}
	title = g_strdup_printf("Code %s%s%s", recipient->reply ? recipient->reply : "",
		recipient->reply && recipient->status ? " " : "",
		recipient->status ? recipient->status : "");
	doc_line(doc, STYLE_STRONG, "What this code means, by who uses it");
	add_codes(app, doc, recipient->status, recipient->reply);
	doc_blank(doc);
	doc_line(doc, STYLE_STRONG, "Why this verdict");
	doc_pair(doc, "  category", 14, STYLE_NORMAL,
		recipient->category ? recipient->category : "unclassified");
	doc_pair(doc, "  rule", 14, STYLE_NORMAL, recipient->rule ? recipient->rule : "none");
	doc_pair(doc, "  confidence", 14, STYLE_NORMAL, confidence_names[recipient->confidence]);
	if (recipient->conflict)
		doc_pair(doc, "  conflict", 14, STYLE_NORMAL, recipient->conflict);
	doc_pair(doc, "  answer", 14, STYLE_NORMAL,
		recipient->diagnostic ? recipient->diagnostic : "none is quoted");
	doc_blank(doc);
	doc_line(doc, STYLE_STRONG, "Same on the command line");
	command = g_strdup_printf("nixie explain %s", recipient->status  ? recipient->status
						      : recipient->reply ? recipient->reply
									 : "TEXT");
	doc_pair(doc, "", 2, STYLE_NORMAL, command);
	view_text_push(app, title, doc);
}
