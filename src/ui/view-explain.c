/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-explain.h"

#include <stdlib.h>

#include "rules/status.h"
#include "rules/wordbook.h"
#include "triage/context.h"
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

/* What is written, and whose words it is told in. */
struct page {
	struct doc *doc;
	const struct knowledge *knowledge;
};

static const char *label_of(const struct page *page, enum pane_label label)
{
	return word(page->knowledge, WORDS_PANE, (int)label);
}

static void add_heading(const struct page *page, enum pane_label label)
{
	doc_line(page->doc, STYLE_STRONG, label_of(page, label));
}

static void add_advice(const struct page *page, const struct explanation *e)
{
	struct doc *doc = page->doc;
	const char *to_do = label_of(page, PANE_WHAT_TO_DO);
	bool wide = doc->width >= WIDE;
	int indent = wide ? WIDE_INDENT : NARROW_INDENT;

	const char *colon = wide ? "{label}" : sentence(page->knowledge, SENTENCE_COLON);
	g_autofree char *who = words_with(colon, label_of(page, PANE_WHO_CAN_FIX));

	doc_pair(doc, who, indent, STYLE_NORMAL, e->who_words);
	for (guint i = 0; e->next && i < e->next->len; i++) {
		g_autofree char *number = g_strdup_printf("%u", i + 1);

		if (!wide && i == 0) {
			g_autofree char *head = words_with(colon, to_do);
			doc_line(doc, STYLE_STRONG, head);
		}
		doc_step(doc, wide && i == 0 ? to_do : "", wide ? indent : 2, number,
			e->next->pdata[i]);
	}
	doc_pair(doc, label_of(page, PANE_SEND_AGAIN), indent, STYLE_NORMAL, e->retry_words);
}

static void put_fact(struct doc *doc, const char *label, const char *value)
{
	g_autofree char *indented = g_strdup_printf("  %s", label);

	if (value && *value)
		doc_pair(doc, indented, doc->width >= WIDE ? FACT_INDENT : NARROW_INDENT,
			STYLE_NORMAL, value);
}

static void add_fact(const struct page *page, enum pane_label label, const char *value)
{
	put_fact(page->doc, label_of(page, label), value);
}

/* A remark of the reader of reports, which speaks English. */
static void add_note(const struct page *page, const char *remark)
{
	g_autofree char *note = note_words(page->knowledge, remark);

	add_fact(page, PANE_WARNING, note);
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
	const struct page *page, const struct recipient *recipient, const struct explanation *e)
{
	bool status_told = false;

	add_heading(page, PANE_EVIDENCE);
	if (recipient) {
		for (size_t i = 0; i < recipient->evidence_n; i++) {
			const struct evidence *evidence = &recipient->evidence[i];
			g_autofree char *head = first_bytes(evidence->text);

			put_fact(page->doc, evidence->field, head);
			status_told |= !g_strcmp0(evidence->text, recipient->status);
		}
		if (!status_told)
			add_fact(page, PANE_STATUS, recipient->status);
		if (g_strcmp0(recipient->status, recipient->status_field))
			add_fact(page, PANE_OVERRULED, recipient->status_field);
		add_fact(page, PANE_RULE, recipient->rule);
		if (recipient->ses_type) {
			g_autofree char *pair = g_strdup_printf(
				"%s/%s", recipient->ses_type, recipient->ses_subtype);
			add_fact(page, PANE_SES, pair);
		}
	}
	add_fact(page, PANE_CONFIDENCE, e->confidence_words);
	add_fact(page, PANE_CONFLICT, e->conflict);
}

static void add_report(
	const struct page *page, const struct row *row, const struct details *details)
{
	const struct report *report = details->report;
	const struct recipient *recipient = details->recipient;

	add_heading(page, PANE_REPORT);
	if (recipient) {
		add_fact(page, PANE_ANSWER, recipient->diagnostic);
		add_fact(page, PANE_REMOTE_MTA, recipient->remote_mta);
		add_fact(page, PANE_REMOTE_IP, recipient->remote_ip);
		add_fact(page, PANE_OUR_IP, recipient->sending_ip);
		add_fact(page, PANE_BLOCKLIST, recipient->list);
		if (g_strcmp0(recipient->original_address, recipient->address))
			add_fact(page, PANE_SENT_TO, recipient->original_address);
	}
	add_fact(page, PANE_FROM_MTA, report->reporting_mta);
	add_fact(page, PANE_QUEUE_ID, report->queue_id);
	add_fact(page, PANE_FORMAT, report->format);
	add_fact(page, PANE_DATE, report->date);
	add_fact(page, PANE_ORIGIN, word(page->knowledge, WORDS_ORIGIN, (int)row->origin));
	add_fact(page, PANE_TRUST, word(page->knowledge, WORDS_TRUST, (int)row->trust));
	if (row->state != STATE_NONE)
		add_fact(page, PANE_STATE, word(page->knowledge, WORDS_STATE, (int)row->state));
	for (size_t i = 0; i < report->warnings.n; i++)
		add_note(page, report->warnings.v[i]);
}

static void add_original(const struct page *page, const struct original *original)
{
	if (!original->present)
		return;
	doc_blank(page->doc);
	add_heading(page, PANE_ORIGINAL);
	add_fact(page, PANE_SUBJECT, original->subject);
	add_fact(page, PANE_FROM, original->from);
	add_fact(page, PANE_TO, original->to);
	add_fact(page, PANE_DATE, original->date);
	put_fact(page->doc, "Message-ID", original->id);
}

/* Other bounces of the same address in what is loaded, newest first as the list has them. */
static void add_address(struct app *app, const struct page *page, const struct row *row)
{
	size_t n;
	struct row *const *rows = session_rows(app->session, &n);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *head = NULL, *count = NULL;
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
	doc_blank(page->doc);
	count = g_strdup_printf("%u", row->bounces_of_address);
	head = words_with(label_of(page, PANE_THIS_ADDRESS), count);
	doc_line(page->doc, STYLE_STRONG, head);
	doc_pair(page->doc, "", 2, STYLE_NORMAL, text->str);
}

/* The warnings that came before the final report, which stand in no row of their own. */
static void add_folded(struct app *app, const struct page *page, const struct row *row)
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
	doc_blank(page->doc);
	add_heading(page, PANE_DELAYS);
	doc_pair(page->doc, "", 2, STYLE_NORMAL, text->str);
}

static void add_files(const struct page *page, const struct row *row)
{
	guint n = row->message->files ? g_strv_length(row->message->files) : 0;
	g_autofree char *label =
		g_strdup_printf("%s %u/%u", label_of(page, PANE_FILE), row->file + 1, n);

	if (row->file < n)
		put_fact(page->doc, label, row->message->files[row->file]);
}

static void add_verdict(struct app *app, const struct page *page, const struct row *row,
	const struct details *details)
{
	struct context context = row_context(row);
	struct doc *doc = page->doc;
	struct explanation *e = explain(page->knowledge, session_rules(app->session),
		details->report, details->recipient, &context);

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
	add_advice(page, e);
	doc_blank(doc);
	add_evidence(page, details->recipient, e);
	explanation_free(e);
}

static struct doc *make(
	struct app *app, const struct row *row, const struct details *details, int width)
{
	struct doc *doc = doc_new(width);
	const struct page page = {doc, session_knowledge(app->session)};

	if (row->gone) {
		doc_text(doc, STYLE_WARNING, label_of(&page, PANE_GONE));
		doc_blank(doc);
	}
	if (row->error) {
		add_heading(&page, PANE_UNREADABLE);
		doc_text(doc, STYLE_NORMAL, row->error);
		add_files(&page, row);
		return doc;
	}
	if (!details || !details->report) {
		doc_line(doc, STYLE_NORMAL, label_of(&page, PANE_READING));
		return doc;
	}
	add_verdict(app, &page, row, details);
	add_folded(app, &page, row);
	add_address(app, &page, row);
	add_original(&page, &details->report->original);
	doc_blank(doc);
	add_report(&page, row, details);
	add_files(&page, row);
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
	const struct page page = {doc, session_knowledge(app->session)};
	const struct details *details = session_details(app->session, row);
	char *text;

	if (details && details->report)
		add_verdict(app, &page, row, details);
	text = doc_plain(doc);
	doc_free(doc);
	return text;
}

/* --- K: the code */

static void add_codes(struct app *app, struct doc *doc, const char *status, const char *reply)
{
	size_t n;
	const struct knowledge *knowledge = session_knowledge(app->session);
	const struct code *const *codes = knowledge_codes(knowledge, &n);
	struct status wanted = {0};
	int number = reply ? atoi(reply) : 0;
	bool has_status = status && status_parse(span_of(status), &wanted);

	for (size_t i = 0; i < n; i++) {
		const struct code *code = codes[i];
		bool same_status = has_status && !memcmp(code->status, wanted.v, sizeof wanted.v);
		bool same_reply = !code->status[0] && number && code->reply == number;
		const char *meaning = code->meaning ? code->meaning : "";
		g_autofree char *text = NULL;

		if (code->phrase || !(same_status || same_reply))
			continue;
		text = code->category
			       ? words_colon(knowledge, meaning, code->category->advice.title)
			       : g_strdup(meaning);
		doc_pair(doc, code->scope ? code->scope : "", 14, STYLE_NORMAL, text);
	}
}

void explain_look_up(struct app *app, const struct row *row)
{
	const struct details *details = session_details(app->session, row);
	const struct recipient *recipient = details ? details->recipient : NULL;
	struct doc *doc = doc_new(MAX(term_rect(app->term).w - 8, 20));
	const struct page page = {doc, session_knowledge(app->session)};
	g_autofree char *title = NULL, *command = NULL;

	if (!recipient) {
		doc_free(doc);
		app_say(app, "There is no code here.");
		return;
	}
	struct context context = row_context(row);
	struct explanation *e = explain(
		page.knowledge, session_rules(app->session), details->report, recipient, &context);
	title = g_strdup_printf("Code %s%s%s", recipient->reply ? recipient->reply : "",
		recipient->reply && recipient->status ? " " : "",
		recipient->status ? recipient->status : "");
	add_heading(&page, PANE_CODE_MEANINGS);
	add_codes(app, doc, recipient->status, recipient->reply);
	doc_blank(doc);
	add_heading(&page, PANE_CODE_WHY);
	add_fact(&page, PANE_CATEGORY, recipient->category ? recipient->category : "unclassified");
	add_fact(&page, PANE_RULE, recipient->rule);
	add_fact(&page, PANE_CONFIDENCE,
		word(page.knowledge, WORDS_CONFIDENCE, recipient->confidence));
	add_fact(&page, PANE_CONFLICT, e->conflict);
	add_fact(&page, PANE_ANSWER,
		recipient->diagnostic ? recipient->diagnostic : label_of(&page, PANE_NOT_QUOTED));
	doc_blank(doc);
	add_heading(&page, PANE_SAME_COMMAND);
	command = g_strdup_printf("nixie explain %s", recipient->status  ? recipient->status
						      : recipient->reply ? recipient->reply
									 : "TEXT");
	doc_pair(doc, "", 2, STYLE_NORMAL, command);
	explanation_free(e);
	view_text_push(app, title, doc);
}
