/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/explain-page.h"

#include <stdlib.h>

#include "rules/status.h"

#define WIDE 46 /* from here on labels have a column of their own */
#define WIDE_INDENT 16
#define NARROW_INDENT 4
#define FACT_INDENT 14

const char *page_label(const struct page *page, enum pane_label label)
{
	return word(page->knowledge, WORDS_PANE, (int)label);
}

void page_heading(const struct page *page, enum pane_label label)
{
	doc_line(page->doc, STYLE_STRONG, page_label(page, label));
}

void page_advice(const struct page *page, const struct explanation *e)
{
	struct doc *doc = page->doc;
	const char *to_do = page_label(page, PANE_WHAT_TO_DO);
	bool wide = doc->width >= WIDE;
	int indent = wide ? WIDE_INDENT : NARROW_INDENT;

	const char *colon = wide ? "{label}" : sentence(page->knowledge, SENTENCE_COLON);
	g_autofree char *who = words_with(colon, page_label(page, PANE_WHO_CAN_FIX));

	doc_pair(doc, who, indent, STYLE_NORMAL, e->who_words);
	for (size_t i = 0; i < e->next.n; i++) {
		g_autofree char *number = g_strdup_printf("%zu", i + 1);

		if (!wide && i == 0) {
			g_autofree char *head = words_with(colon, to_do);
			doc_line(doc, STYLE_STRONG, head);
		}
		doc_step(doc, wide && i == 0 ? to_do : "", wide ? indent : 2, number, e->next.v[i]);
	}
	doc_pair(doc, page_label(page, PANE_SEND_AGAIN), indent, STYLE_NORMAL, e->retry_words);
}

void page_put(const struct page *page, const char *label, const char *value)
{
	struct doc *doc = page->doc;
	g_autofree char *indented = g_strdup_printf("  %s", label);

	if (value && *value)
		doc_pair(doc, indented, doc->width >= WIDE ? FACT_INDENT : NARROW_INDENT,
			STYLE_NORMAL, value);
}

void page_fact(const struct page *page, enum pane_label label, const char *value)
{
	page_put(page, page_label(page, label), value);
}

void page_codes(const struct page *page, const char *status, const char *reply)
{
	size_t n;
	const struct knowledge *knowledge = page->knowledge;
	const struct code *const *codes = knowledge_codes(knowledge, &n);
	struct status wanted = {0};
	int number = reply ? (int)g_ascii_strtoll(reply, NULL, 10) : 0;
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
		doc_pair(page->doc, code->scope ? code->scope : "", 14, STYLE_NORMAL, text);
	}
}
