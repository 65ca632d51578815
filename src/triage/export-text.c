/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One report for people (`nixie show`, `nixie extract`, `nixie explain`): the verdict first, the
 * facts below. */
#include "base/text.h"
#include "rules/wordbook.h"
#include "triage/export-parts.h"

#define LINE_CELLS 79
#define LABEL_CELLS 16 /* with the two blanks in front */

/* Where the text goes, and whose words it is told in. */
struct sheet {
	GString *out;
	const struct knowledge *knowledge;
};

/* --- lines */

/* "  Label       " in LABEL_CELLS cells. */
static void put_label(GString *out, const char *label)
{
	size_t cells = 2 + text_cells(span_of(label));
	g_string_append_printf(
		out, "  %s%*s", label, cells < LABEL_CELLS ? (int)(LABEL_CELLS - cells) : 1, "");
}

/* The label and the text, further lines of the text under its first. */
static void put_under(GString *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	g_autofree char *visible = text_visible(text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(visible, LINE_CELLS - LABEL_CELLS);
	for (guint i = 0; i < lines->len; i++) {
		put_label(out, i ? "" : label);
		g_string_append_printf(out, "%s\n", (const char *)lines->pdata[i]);
	}
}

static const char *label_of(const struct sheet *sheet, enum show_label label)
{
	return word(sheet->knowledge, WORDS_SHOW, (int)label);
}

static void put_labelled(const struct sheet *sheet, enum show_label label, const char *text)
{
	put_under(sheet->out, label_of(sheet, label), text);
}

/* The same for what belongs to the label before. */
static void put_inner(const struct sheet *sheet, const char *label, const char *text)
{
	g_autofree char *indented = g_strconcat("  ", label, NULL);
	put_under(sheet->out, indented, text);
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

static void put_steps(const struct sheet *sheet, const struct strings *next)
{
	for (size_t i = 0; i < next->n; i++) {
		g_autofree char *visible = text_visible(next->v[i], TEXT_PLAIN);
		g_autoptr(GPtrArray) lines = text_wrap(visible, LINE_CELLS - LABEL_CELLS - 3);
		for (guint line = 0; line < lines->len; line++) {
			g_autofree char *number = g_strdup_printf("%zu.", i + 1);
			put_label(sheet->out, i || line ? "" : label_of(sheet, SHOW_WHAT_TO_DO));
			g_string_append_printf(sheet->out, "%-3s%s\n", line ? "" : number,
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

static void put_codes(const struct sheet *sheet, const struct recipient *recipient)
{
	const char *status = recipient->status, *field = recipient->status_field;
	g_autofree char *codes = join(status, " ", recipient->reply);
	g_autofree char *said =
		words_with(sentence(sheet->knowledge, SENTENCE_STATUS_FIELD), field ? field : "");
	g_autofree char *all = status && field && strcmp(status, field) != 0
				       ? g_strdup_printf("%s (%s)", codes, said)
				       : g_strdup(codes);
	put_labelled(sheet, SHOW_CODES, all);
}

static void put_server(const struct sheet *sheet, const struct recipient *recipient)
{
	g_autofree char *ip =
		recipient->remote_ip ? g_strdup_printf("[%s]", recipient->remote_ip) : NULL;
	g_autofree char *server = join(recipient->remote_mta, " ", ip);
	put_labelled(
		sheet, recipient->kind == KIND_DELAY ? SHOW_DELAYED_BY : SHOW_REFUSED_BY, server);
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
static void put_evidence(const struct sheet *sheet, const struct recipient *recipient)
{
	g_autoptr(GString) words = g_string_new(NULL);
	for (size_t i = 0; i < recipient->evidence_n; i++) {
		g_autofree char *text = one_line(recipient->evidence[i].text);
		g_string_append_printf(words, "%s\"%s\"", i ? ", " : "", text);
	}
	put_labelled(sheet, SHOW_EVIDENCE, words->str);
}

static void put_verdict(const struct sheet *sheet, const struct record *record,
	const struct explanation *explanation)
{
	const struct recipient *recipient = record->recipient;
	g_autoptr(GString) verdict = g_string_new(recipient->category ? recipient->category : "-");
	g_string_append_printf(
		verdict, ", %s", word(sheet->knowledge, WORDS_FINALITY, recipient->finality));
	if (recipient->ses_type) {
		g_autofree char *types =
			g_strdup_printf("%s/%s", recipient->ses_type, recipient->ses_subtype);
		g_autofree char *ses = words_colon(sheet->knowledge, "SES", types);
		g_string_append_printf(verdict, " (%s)", ses);
	}
	put_labelled(sheet, SHOW_CATEGORY, verdict->str);
	put_labelled(sheet, SHOW_RULE, recipient->rule);
	g_autofree char *confidence = confidence_words(sheet->knowledge, recipient);
	put_labelled(sheet, SHOW_CONFIDENCE, confidence);
	put_labelled(sheet, SHOW_CONFLICT, explanation->conflict);
}

/* --- a recipient, a report */

static void put_recipient(const struct sheet *sheet, struct record *record)
{
	GString *out = sheet->out;
	const struct recipient *recipient = record->recipient;
	const struct explanation *explanation = record_explanation(record);
	/* A code or a reply alone, as `explain` takes it, is about nobody. */
	const char *nobody = record->file ? sentence(sheet->knowledge, SENTENCE_NOBODY) : NULL;
	g_autofree char *address =
		text_visible(recipient->address ? recipient->address : nobody, TEXT_PLAIN);
	g_autofree char *head = *address
					? words_colon(sheet->knowledge, explanation->title, address)
					: g_strdup(explanation->title);
	g_string_append_printf(out, "%s\n", head);
	put_paragraph(out, explanation->text);
	if (explanation->warning)
		put_labelled(sheet, SHOW_CAREFUL, explanation->warning);
	put_labelled(sheet, SHOW_HOW_BAD, explanation->type_words);
	put_labelled(sheet, SHOW_WHO_ACTS, explanation->who_words);
	put_steps(sheet, &explanation->next);
	put_labelled(sheet, SHOW_SEND_AGAIN, explanation->retry_words);
	if (record->context->state != STATE_NONE)
		put_labelled(sheet, SHOW_STATE,
			word(sheet->knowledge, WORDS_STATE, (int)record->context->state));
	g_string_append_c(out, '\n');
	put_codes(sheet, recipient);
	put_labelled(sheet, SHOW_SERVER_SAID, recipient->diagnostic);
	put_server(sheet, recipient);
	put_evidence(sheet, recipient);
	put_verdict(sheet, record, explanation);
}

/* "2026-07-28T06:56:01+09:00" for people: with the zone as it was written. */
static void put_date(const struct sheet *sheet, const char *label, const char *date)
{
	g_autofree char *shown =
		date && strlen(date) > 19 && date[10] == 'T'
			? g_strdup_printf("%.10s %.8s %s", date, date + 11, date + 19)
			: g_strdup(date);
	put_under(sheet->out, label, shown);
}

static void put_trust(const struct sheet *sheet, const struct context *context)
{
	const struct knowledge *knowledge = sheet->knowledge;
	g_autofree char *why =
		words_colon(knowledge, word(knowledge, WORDS_TRUST, (int)context->trust),
			word(knowledge, WORDS_TRUST_WHY, (int)context->trust));
	g_autofree char *trust = g_strdup_printf(
		"%s (%s)", why, word(knowledge, WORDS_ORIGIN, (int)context->origin));
	put_labelled(sheet, SHOW_TRUST, trust);
}

static void put_report(const struct sheet *sheet, const struct record *record)
{
	const struct report *report = record->report;
	const struct original *original = &report->original;
	g_autofree char *place = record->index
					 ? g_strdup_printf("%s#%u", record->file, record->index)
					 : g_strdup(record->file);
	put_labelled(sheet, SHOW_REPORTED_BY, report->reporting_mta);
	put_date(sheet, label_of(sheet, SHOW_REPORTED_ON), report->date);
	if (original->present) {
		put_labelled(sheet, SHOW_LOST_MESSAGE, original->subject);
		g_autofree char *sent = g_strconcat("  ", label_of(sheet, SHOW_SENT_ON), NULL);
		put_date(sheet, sent, original->date);
		put_inner(sheet, "Message-ID", original->id);
	}
	if (record->file)
		put_trust(sheet, record->context);
	put_labelled(sheet, SHOW_FILE, place);
	for (size_t i = 0; i < report->warnings.n; i++) {
		g_autofree char *note = note_words(sheet->knowledge, report->warnings.v[i]);
		put_labelled(sheet, SHOW_NOTE, note);
	}
}

static void put_others(const struct sheet *sheet, const struct report *report)
{
	g_autoptr(GString) words = g_string_new(NULL);
	for (size_t i = 0; i < report->others_n; i++)
		g_string_append_printf(words, "%s%s (%s)", i ? ", " : "",
			report->others[i].address ? report->others[i].address : "?",
			word(sheet->knowledge, WORDS_KIND_TITLE, report->others[i].kind));
	put_labelled(sheet, SHOW_NOT_FAILED, words->str);
}

void export_text_report(struct exporter *exporter, struct record *record,
	const struct context *contexts, const struct export_pick *picked, size_t n)
{
	GString *out = exporter->buffer;
	const struct sheet sheet = {out, exporter->knowledge};
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
		put_recipient(&sheet, &one);
		record_clear(&one);
	}
	if (shown == 0) {
		const struct explanation *explanation = record_explanation(record);
		g_string_append_printf(out, "%s\n", explanation->title);
		put_paragraph(out, explanation->text);
		if (explanation->warning)
			put_labelled(&sheet, SHOW_CAREFUL, explanation->warning);
		put_labelled(&sheet, SHOW_SUBJECT, report->subject);
	}
	put_others(&sheet, report);
	put_report(&sheet, record);
}
