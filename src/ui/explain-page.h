/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of an explanation as lines of a doc: for the pane, and for what K tells. Inside src/ui
 * only. */
#ifndef NIXIE_UI_EXPLAIN_PAGE_H
#define NIXIE_UI_EXPLAIN_PAGE_H

#include "rules/wordbook.h"
#include "triage/explain.h"
#include "ui/doc.h"

/* What is written, and whose words it is told in. */
struct page {
	struct doc *doc;
	const struct knowledge *knowledge;
};

const char *page_label(const struct page *page, enum pane_label label);
void page_heading(const struct page *page, enum pane_label label);
/* "  label  value"; an unknown or empty value adds nothing. */
void page_fact(const struct page *page, enum pane_label label, const char *value);
void page_put(const struct page *page, const char *label, const char *value);
/* Who acts, what to do, whether to send again. */
void page_advice(const struct page *page, const struct explanation *e);
/* What the tables say of a code. */
void page_codes(const struct page *page, const char *status, const char *reply);

#endif
