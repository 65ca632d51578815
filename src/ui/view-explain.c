/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-explain.h"

#include "base/text.h"
#include "base/words.h"
#include "triage/context.h"
#include "ui/cells.h"
#include "ui/explain-page.h"
#include "ui/look-up.h"

#define EVIDENCE_BYTES 200 /* of one piece of evidence; all of it stands beside, in the report */
#define BOUNCES_SHOWN 6
#define ADDRESS_LINES 3

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

void explain_pane_forget(struct explain_pane *pane)
{
	explain_pane_stale(pane);
	pane->row = NULL;
	pane->details = NULL;
}

/* A remark of the reader of reports, which speaks English. */
static void add_note(const struct page *page, const char *remark)
{
	g_autofree char *note = note_words(page->knowledge, remark);

	page_fact(page, PANE_WARNING, note);
}

/* The beginning of a text on one line, without half a character at its end. */
static char *first_bytes(struct span text)
{
	size_t n = MIN(text.n, EVIDENCE_BYTES);

	while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return g_strdelimit(span_dup((struct span){text.p, n}), "\r\n\t", ' ');
}

static void add_evidence(
	const struct page *page, const struct recipient *recipient, const struct explanation *e)
{
	bool status_told = false;

	page_heading(page, PANE_EVIDENCE);
	if (recipient) {
		for (size_t i = 0; i < recipient->evidence_n; i++) {
			const struct evidence *evidence = &recipient->evidence[i];
			g_autofree char *head = first_bytes(span_of(evidence->text));

			page_put(page, evidence->field, head);
			status_told |= !g_strcmp0(evidence->text, recipient->status);
		}
		if (!status_told)
			page_fact(page, PANE_STATUS, recipient->status);
		if (g_strcmp0(recipient->status, recipient->status_field))
			page_fact(page, PANE_OVERRULED, recipient->status_field);
		page_fact(page, PANE_RULE, recipient->rule);
		if (recipient->ses_type) {
			g_autofree char *pair = g_strdup_printf(
				"%s/%s", recipient->ses_type, recipient->ses_subtype);
			page_fact(page, PANE_SES, pair);
		}
	}
	g_autofree char *confidence = confidence_words(page->knowledge, recipient);
	page_fact(page, PANE_CONFIDENCE, confidence);
	page_fact(page, PANE_CONFLICT, e->conflict);
}

static void add_report(
	const struct page *page, const struct row *row, const struct details *details)
{
	const struct report *report = details->report;
	const struct recipient *recipient = details->recipient;

	page_heading(page, PANE_REPORT);
	if (recipient) {
		page_fact(page, PANE_ANSWER, recipient->diagnostic);
		page_fact(page, PANE_REMOTE_MTA, recipient->remote_mta);
		page_fact(page, PANE_REMOTE_IP, recipient->remote_ip);
		page_fact(page, PANE_OUR_IP, recipient->sending_ip);
		page_fact(page, PANE_BLOCKLIST, recipient->list);
		if (g_strcmp0(recipient->original_address, recipient->address))
			page_fact(page, PANE_SENT_TO, recipient->original_address);
	}
	page_fact(page, PANE_FROM_MTA, report->reporting_mta);
	page_fact(page, PANE_QUEUE_ID, report->queue_id);
	page_fact(page, PANE_FORMAT, report->format);
	page_fact(page, PANE_DATE, report->date);
	page_fact(page, PANE_ORIGIN, word(page->knowledge, WORDS_ORIGIN, (int)row->origin));
	page_fact(page, PANE_TRUST, word(page->knowledge, WORDS_TRUST, (int)row->trust));
	if (row->state != STATE_NONE)
		page_fact(page, PANE_STATE, word(page->knowledge, WORDS_STATE, (int)row->state));
	for (size_t i = 0; i < report->warnings.n; i++)
		add_note(page, report->warnings.v[i]);
}

static void add_original(const struct page *page, const struct original *original)
{
	if (!original->present)
		return;
	doc_blank(page->doc);
	page_heading(page, PANE_ORIGINAL);
	page_fact(page, PANE_SUBJECT, original->subject);
	page_fact(page, PANE_FROM, original->from);
	page_fact(page, PANE_TO, original->to);
	page_fact(page, PANE_DATE, original->date);
	page_put(page, _("Message-ID"), original->id);
}

/* Other bounces of the same address in what is loaded, newest first as the list has them. */
static void add_address(struct app *app, const struct page *page, const struct row *row)
{
	size_t n;
	struct row *const *rows = session_rows(app->session, &n);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *head = NULL, *count = NULL;
	unsigned shown = 0;

	if (!row_text(row, ROW_ADDRESS) || row->bounces_of_address < 2)
		return;
	for (size_t i = 0; i < n && shown < BOUNCES_SHOWN; i++) {
		if (row_text(rows[i], ROW_ADDRESS) != row_text(row, ROW_ADDRESS) &&
			g_strcmp0(row_text(rows[i], ROW_ADDRESS), row_text(row, ROW_ADDRESS)))
			continue;
		g_string_append(text, text->len ? ", " : "");
		cells_date(rows[i]->date, text);
		if (row_text(rows[i], ROW_STATUS))
			g_string_append_printf(text, " %s", row_text(rows[i], ROW_STATUS));
		shown++;
	}
	doc_blank(page->doc);
	count = g_strdup_printf("%u", row->bounces_of_address);
	head = words_with(page_label(page, PANE_THIS_ADDRESS), count);
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
		if (row_text(delay, ROW_STATUS))
			g_string_append_printf(text, " %s", row_text(delay, ROW_STATUS));
	}
	if (!text->len)
		return;
	doc_blank(page->doc);
	page_heading(page, PANE_DELAYS);
	doc_pair(page->doc, "", 2, STYLE_NORMAL, text->str);
}

static void add_files(const struct page *page, const struct row *row)
{
	unsigned n = row_files(row);
	g_autofree char *path = n ? row_path(row) : NULL;
	g_autofree char *label =
		g_strdup_printf("%s %u/%u", page_label(page, PANE_FILE), row->file + 1, n);

	if (path)
		page_put(page, label, path);
}

/* "key p has the words"; NULL when no key has them. g_free. */
static char *pass_on_words(const struct app *app, const struct page *page)
{
	g_autofree char *key = keymap_keys(app->keymap, ui_command_by_name("pass-on"), true);

	return *key ? words_with(sentence(page->knowledge, SENTENCE_PASS_ON_KEY), key) : NULL;
}

static void add_verdict(struct app *app, const struct page *page, const struct row *row,
	const struct details *details)
{
	g_autofree char *pass_on = pass_on_words(app, page);
	/* The whole one stands in the report, and on its own page. */
	g_autofree char *address =
		text_middle(row_address(row), (size_t)MAX(page->doc->width, 8) * ADDRESS_LINES);
	struct context context = row_context(row);
	struct doc *doc = page->doc;
	struct explanation *e;

	context.pass_on = pass_on;
	e = explain(page->knowledge, session_rules(app->session), details->report,
		details->recipient, &context);
	doc_text(doc, STYLE_STRONG, e->title);
	doc_text(doc, severity_style(row->kind, row->type), e->type_words);
	doc_text(doc, STYLE_NORMAL, address);
	if (e->warning) {
		doc_blank(doc);
		doc_text(doc, STYLE_WARNING, e->warning);
	}
	doc_blank(doc);
	doc_text(doc, STYLE_NORMAL, e->text);
	doc_blank(doc);
	page_advice(page, e);
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
		doc_text(doc, STYLE_WARNING, page_label(&page, PANE_GONE));
		doc_blank(doc);
	}
	if (row_text(row, ROW_ERROR)) {
		page_heading(&page, PANE_UNREADABLE);
		doc_text(doc, STYLE_NORMAL, row_text(row, ROW_ERROR));
		add_files(&page, row);
		return doc;
	}
	if (!details || !details->report) {
		if (!row->gone)
			doc_line(doc, STYLE_NORMAL, page_label(&page, PANE_READING));
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
		explain_pane_forget(pane);
		return;
	}
	details = row_text(row, ROW_ERROR) ? NULL : session_details(pane->app->session, row);
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
		app_complain(pane->app, _("the explanation does not hold \"%s\""), text);
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

char *explain_pane_words(const struct explain_pane *pane)
{
	const struct doc_line *line;

	if (!pane->doc || pane->scroll.cursor >= pane->doc->lines->len)
		return NULL;
	line = pane->doc->lines->pdata[pane->scroll.cursor];
	return look_up_words(pane->app, span_of(line->text));
}
