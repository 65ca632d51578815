/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/signs.h"

#include "base/address.h"
#include "extract/layout.h"
#include "rules/lexicon.h"
#include "rules/matchtext.h"
#include "rules/status.h"

bool signs_is_html(const struct reading *reading)
{
	return reading->text && reading->text->mapping == MAP_HTML;
}

bool signs_has_link(const struct reading *reading)
{
	struct span said = reading->body;

	if (!reading->text || !reading->text->decoded)
		return false;
	if (signs_is_html(reading)) /* its text has no addresses of links */
		said = reading->text->decoded->text;
	return span_find_nocase(said, "http") != NULL;
}

bool signs_is_cut_short(const struct reading *reading)
{
	struct span header = reading->parts.message->header, bytes = reading->mail->bytes;

	return header.n && header.p + header.n == bytes.p + bytes.n;
}

bool signs_says_something(const struct reading *reading)
{
	return (reading->text && span_trim(reading->text->text).n) || reading->parts.reports.n ||
	       reading->parts.returned;
}

bool signs_has_case_number(struct span subject)
{
	for (size_t i = 0; i < subject.n; i++) {
		size_t n = i + 1, letters;

		if (subject.p[i] != '[' && subject.p[i] != '(')
			continue;
		while (n < subject.n && (g_ascii_isalpha(subject.p[n]) || subject.p[n] == ' '))
			n++;
		letters = n - i - 1;
		if (n + 1 < subject.n && g_ascii_isdigit(subject.p[n + 1]) &&
			(subject.p[n] == '#' || (subject.p[n] == '-' && letters)))
			return true;
	}
	return false;
}

bool signs_is_conversation(const struct reading *reading)
{
	struct span subject = span_of(reading->report->subject);

	return signs_has_case_number(subject) ||
	       lexicon_begins(reading->extractor->knowledge, LEXICON_ANSWER, subject) ||
	       reading->header.list_id.p || reading->header.list_post.p;
}

bool signs_is_postmaster(const struct reading *reading)
{
	struct span local = address_local(reading->from);

	return span_starts_nocase(local, "postmaster");
}

bool signs_is_unenveloped(const struct reading *reading)
{
	return reading->header.return_path.p && !reading->path.n;
}

bool signs_has_own_path(const struct reading *reading)
{
	struct span path = reading->path, from = reading->from;

	return from.n && path.n == from.n && g_ascii_strncasecmp(path.p, from.p, from.n) == 0;
}

bool signs_is_bait(const struct reading *reading)
{
	struct reply reply;
	struct status status;

	if (!signs_has_link(reading))
		return false;
	return signs_has_own_path(reading) ||
	       !(reply_find(reading->extractor->knowledge, reading->body, &reply) ||
		       status_find(reading->body, &status));
}

bool signs_states_cause(const struct reading *reading)
{
	struct match_text match = match_text_new(reading->body, reading->arena);
	struct rule_subject subject = {.text = match.text};
	struct rule_match rule;

	return rule_match(reading->extractor->rules, &subject, &rule);
}

bool signs_names_others(const struct reading *reading)
{
	for (guint i = 0; i < reading->found->len; i++) {
		const char *address = reading_found(reading, i)->address;

		if (address && !reading_is_own(reading, span_of(address)))
			return true;
	}
	return false;
}

bool signs_quotes_code(const struct reading *reading)
{
	struct span before = SPAN_NONE;

	for (guint i = 0; i < reading->found->len; i++) {
		const struct found *found = reading_found(reading, i);
		const struct passage *said =
			passage_is_empty(&found->near) ? &found->wide : &found->near;
		struct status status;
		struct reply reply;

		/* Many may share what is said. */
		if (passage_is_empty(said) ||
			(said->text.p == before.p && said->text.n == before.n))
			continue;
		before = said->text;
		if (reply_find(reading->extractor->knowledge, said->text, &reply) ||
			(status_find(said->text, &status) && status.v[0] >= 4))
			return true;
	}
	return false;
}

bool signs_returns_own_mail(const struct reading *reading)
{
	const struct original *original = &reading->report->original;
	struct span from = address_find(span_of(original->from));

	return original->present && from.n && reading_is_own(reading, from);
}

bool signs_is_structured(const struct reading *reading)
{
	struct passage answer = layout_answer(reading, format_generic(reading->extractor->formats));
	struct reply reply;

	if (!passage_is_empty(&answer) ||
		(reply_find(reading->extractor->knowledge, reading->body, &reply) &&
			layout_leads_line(reading, reply.at)))
		return true;
	for (guint i = 0; i < reading->found->len; i++) {
		const struct found *found = reading_found(reading, i);

		if (found->source == reading->text && layout_leads_line(reading, found->at))
			return true;
	}
	return false;
}

bool signs_asks(const struct reading *reading)
{
	struct span body = reading->format ? SPAN_NONE : reading->body;

	for (size_t i = 0; i < body.n; i++)
		if (body.p[i] == '?' && (i + 1 == body.n || g_ascii_isspace(body.p[i + 1])))
			return true;
	return false;
}

static bool is_quoted(const struct reading *reading, const struct found *found)
{
	const char *p;

	/* What a mark of a format found may stand at no place of the text. */
	if (found->source != reading->text || !found->at.n)
		return false;
	p = layout_line_begin(reading->body, found->at.p);
	while (p < found->at.p && (*p == ' ' || *p == '\t'))
		p++;
	return *p == '>';
}

bool signs_is_hearsay(const struct reading *reading)
{
	for (guint i = 0; i < reading->found->len; i++)
		if (!is_quoted(reading, reading_found(reading, i)))
			return false;
	return reading->found->len > 0;
}
