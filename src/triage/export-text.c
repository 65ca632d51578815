/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One report for people (`nixie show`, `nixie extract`, `nixie explain`): the verdict first, the
 * facts below. */
#include "base/text.h"
#include "triage/export-parts.h"

#define LINE_CELLS 79
#define LABEL_CELLS 16 /* with the two blanks in front */

/* --- lines */

/* "  Label       text", further lines of the text under its first. */
static void put_labelled(GString *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, LINE_CELLS - LABEL_CELLS);
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "  %-*s%s\n", LABEL_CELLS - 2, i ? "" : label,
			(const char *)lines->pdata[i]);
}

static void put_paragraph(GString *out, const char *text)
{
	if (!text || !*text)
		return;
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, LINE_CELLS - 2);
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "  %s\n", (const char *)lines->pdata[i]);
	g_string_append_c(out, '\n');
}

static void put_steps(GString *out, const GPtrArray *next)
{
	for (guint i = 0; i < next->len; i++) {
		g_autofree char *visible = text_visible(next->pdata[i], TEXT_PLAIN);
		g_autoptr(GPtrArray) lines = text_wrap(visible, LINE_CELLS - LABEL_CELLS - 3);
		for (guint line = 0; line < lines->len; line++) {
			g_autofree char *number = g_strdup_printf("%u.", i + 1);
			g_string_append_printf(out, "  %-*s%-3s%s\n", LABEL_CELLS - 2,
				i || line ? "" : "What to do", line ? "" : number,
				(const char *)lines->pdata[line]);
		}
	}
}

/* --- facts */

static char *join(const char *a, const char *between, const char *b)
{
	if (!a || !*a)
		return g_strdup(b);
	return b && *b ? g_strconcat(a, between, b, NULL) : g_strdup(a);
}

static void put_codes(GString *out, const struct recipient *recipient)
{
	const char *status = recipient->status, *field = recipient->status_field;
	g_autofree char *codes = join(status, " ", recipient->reply);
	g_autofree char *all =
		status && field && strcmp(status, field) != 0
			? g_strdup_printf("%s (the Status field says %s)", codes, field)
			: g_strdup(codes);
	put_labelled(out, "Codes", all);
}

static void put_server(GString *out, const struct recipient *recipient)
{
	g_autofree char *ip =
		recipient->remote_ip ? g_strdup_printf("[%s]", recipient->remote_ip) : NULL;
	g_autofree char *server = join(recipient->remote_mta, " ", ip);
	put_labelled(out, "Refused by", server);
}

/* Lines of the report were broken where it suited the server. */
static char *one_line(const char *text)
{
	GString *line = g_string_new(NULL);
	bool blank = false;
	for (const char *c = text; *c; c++) {
		bool space = g_ascii_isspace(*c);
		if (blank && !space && line->len)
			g_string_append_c(line, ' ');
		if (!space)
			g_string_append_c(line, *c);
		blank = space;
	}
	return g_string_free(line, FALSE);
}

/* "5.1.1" and "User unknown": the words themselves, in one line; where they stand is in the JSON.
 */
static void put_evidence(GString *out, const struct recipient *recipient)
{
	g_autoptr(GString) words = g_string_new(NULL);
	for (size_t i = 0; i < recipient->evidence_n; i++) {
		g_autofree char *text = one_line(recipient->evidence[i].text);
		g_string_append_printf(words, "%s\"%s\"", i ? ", " : "", text);
	}
	put_labelled(out, "Evidence", words->str);
}

static void put_verdict(
	GString *out, const struct record *record, const struct explanation *explanation)
{
	const struct recipient *recipient = record->recipient;
	g_autofree char *verdict =
		g_strdup_printf("%s, %s", recipient->category ? recipient->category : "-",
			finality_names[recipient->finality]);
	put_labelled(out, "Category", verdict);
	put_labelled(out, "Rule", recipient->rule);
	put_labelled(out, "Confidence", explanation->confidence_words);
}

/* --- a recipient, a report */

static void put_recipient(GString *out, struct record *record)
{
	const struct recipient *recipient = record->recipient;
	const struct explanation *explanation = record_explanation(record);
	/* A code or a reply alone, as `explain` takes it, is about nobody. */
	const char *nobody = record->file ? "(recipient not found)" : NULL;
	g_autofree char *address =
		text_visible(recipient->address ? recipient->address : nobody, TEXT_PLAIN);
	g_string_append_printf(out, "%s%s%s\n", explanation->title, *address ? ": " : "", address);
	put_paragraph(out, explanation->text);
	if (explanation->warning)
		put_labelled(out, "Careful", explanation->warning);
	put_labelled(out, "How bad", explanation->type_words);
	put_labelled(out, "Who acts", explanation->who_words);
	put_steps(out, explanation->next);
	put_labelled(out, "Send again?", explanation->retry_words);
	put_labelled(out, "State", state_texts[record->context->state]);
	g_string_append_c(out, '\n');
	put_codes(out, recipient);
	put_labelled(out, "Server said", recipient->diagnostic);
	put_server(out, recipient);
	put_evidence(out, recipient);
	put_verdict(out, record, explanation);
}

/* "2026-07-28T06:56:01+09:00" for people: with the zone as it was written. */
static void put_date(GString *out, const char *label, const char *date)
{
	g_autofree char *shown =
		date && strlen(date) > 19 && date[10] == 'T'
			? g_strdup_printf("%.10s %.8s %s", date, date + 11, date + 19)
			: g_strdup(date);
	put_labelled(out, label, shown);
}

static void put_trust(GString *out, const struct context *context)
{
	static const char *const words[TRUST_COUNT] = {
		[TRUST_PROVEN] = "it returns a message that was sent from here",
		[TRUST_CONSISTENT] = "what it returns fits mail from here",
		[TRUST_BARE] = "nothing in it could be checked",
		[TRUST_CONTRADICTED] = "what it says does not fit what it returns",
	};
	g_autofree char *trust = g_strdup_printf("%s: %s (origin %s)", trust_names[context->trust],
		words[context->trust], origin_names[context->origin]);
	put_labelled(out, "Trust", trust);
}

static void put_report(GString *out, const struct record *record)
{
	const struct report *report = record->report;
	const struct original *original = &report->original;
	put_labelled(out, "Reported by", report->reporting_mta);
	put_date(out, "Reported on", report->date);
	if (original->present) {
		put_labelled(out, "Lost message", original->subject);
		put_date(out, "  sent on", original->date);
		put_labelled(out, "  Message-ID", original->id);
	}
	if (record->file)
		put_trust(out, record->context);
	put_labelled(out, "File", record->file);
	for (size_t i = 0; i < report->warnings.n; i++)
		put_labelled(out, "Note", report->warnings.v[i]);
}

static void put_others(GString *out, const struct report *report)
{
	g_autoptr(GString) words = g_string_new(NULL);
	for (size_t i = 0; i < report->others_n; i++)
		g_string_append_printf(words, "%s%s (%s)", i ? ", " : "",
			report->others[i].address ? report->others[i].address : "?",
			kind_names[report->others[i].kind]);
	put_labelled(out, "Not failed", words->str);
}

void export_text_report(struct exporter *exporter, struct record *record,
	const struct context *contexts, const struct export_pick *picked, size_t n)
{
	GString *out = exporter->buffer;
	const struct report *report = record->report;
	if (exporter->begun)
		g_string_append_c(out, '\n');
	exporter->begun = true;
	size_t shown = 0;
	for (size_t i = 0; i < n; i++) {
		if (picked[i].recipient >= report->recipients_n)
			continue;
		struct record one = *record;
		one.recipient = &report->recipients[picked[i].recipient];
		one.context = &contexts[picked[i].recipient];
		if (shown++)
			g_string_append_c(out, '\n');
		put_recipient(out, &one);
		record_clear(&one);
	}
	if (shown == 0) {
		const struct explanation *explanation = record_explanation(record);
		g_string_append_printf(out, "%s\n", explanation->title);
		put_paragraph(out, explanation->text);
		if (explanation->warning)
			put_labelled(out, "Careful", explanation->warning);
		put_labelled(out, "Subject", report->subject);
	}
	put_others(out, report);
	put_report(out, record);
}
