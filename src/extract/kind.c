/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/kind.h"

#include "base/address.h"
#include "extract/language.h"
#include "extract/layout.h"
#include "rules/matchtext.h"
#include "rules/status.h"

#define POINTS_NEEDED 3    /* of general signs, without a part or a family that is sure */
#define POINTS_OF_CODE 2   /* a server's answer beside a recipient */
#define POINTS_OF_RETURN 1 /* mail of the addressee comes back */
#define POINTS_OF_CAUSE 1  /* words of a server, without an answer, beside a recipient */
#define POINTS_OF_DAEMON 1 /* nobody writes from a mail system's own mailbox */

static const struct {
	const char *action;
	int kind;
} actions[] = {
	{"failed", KIND_FAILURE},
	{"failure", KIND_FAILURE},
	{"error", KIND_FAILURE},
	{"expired", KIND_FAILURE},
	{"bounced", KIND_FAILURE},
	{"delayed", KIND_DELAY},
	{"delivered", KIND_DELIVERED},
	{"deliverable", KIND_DELIVERED},
	{"relayed", KIND_RELAYED},
	{"expanded", KIND_EXPANDED},
};

bool kind_is_problem(int kind)
{
	return kind == KIND_FAILURE || kind == KIND_DELAY;
}

/* A letter that says that the message arrived. */
static bool is_receipt(const struct reading *reading)
{
	return reading->format && reading->format->kind == KIND_DELIVERED && !reading->delay;
}

static int by_words(const struct reading *reading)
{
	if (is_receipt(reading))
		return KIND_DELIVERED;
	return reading->delay && !reading->final ? KIND_DELAY : KIND_FAILURE;
}

int kind_of_recipient(const struct reading *reading, const struct found *found)
{
	struct status status;

	if (found->told)
		return found->told - 1;
	if (!found->fields)
		return by_words(reading);
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
		if (span_starts_nocase(found->fields->action, actions[i].action)) {
			if (actions[i].kind == KIND_DELAY && reading->final)
				return KIND_FAILURE; /* OpenSMTPD calls its last report a delay too
						      */
			return actions[i].kind;
		}
	if (status_parse(found->fields->status, &status) && status.v[0] == 2)
		return KIND_DELIVERED;
	return by_words(reading);
}

static bool has_link(const struct reading *reading)
{
	return reading->text && reading->text->decoded &&
	       span_find_nocase(reading->text->decoded->text, "http") != NULL;
}

static bool is_html(const struct reading *reading)
{
	return reading->text && reading->text->mapping == MAP_HTML;
}

/* Nothing follows the header, not even the empty line. */
static bool is_cut_short(const struct reading *reading)
{
	struct span header = reading->parts.message->header, bytes = reading->mail->bytes;

	return header.n && header.p + header.n == bytes.p + bytes.n;
}

/* Something stands in a part for people or for machines. */
static bool says_something(const struct reading *reading)
{
	return (reading->text && span_trim(reading->text->text).n) || reading->parts.reports->len ||
	       reading->parts.returned;
}

/* A receipt, or a refusal that Sieve sends in the form of one. */
static int kind_of_disposition(const struct reading *reading)
{
	struct span value = reading->dsn.disposition;

	if (reading->format && reading->format->kind == KIND_FAILURE &&
		(span_find_nocase(value, "deleted") || span_find_nocase(value, "denied") ||
			span_find_nocase(value, "failed")))
		return KIND_FAILURE;
	return KIND_READ_RECEIPT;
}

/* `[#4711]`, `[Ticket#4711]`, `(OPS-81)`: the number of a case, in brackets. */
static bool has_case_number(struct span subject)
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

/* An answer, a case of a tracker, or mail of a list (RFC 2919): people talk about reports there. */
static bool is_conversation(const struct reading *reading)
{
	return has_case_number(span_of(reading->report->subject)) ||
	       span_starts_nocase(span_of(reading->report->subject), "re:") ||
	       reading->header.list_id.p || reading->header.list_post.p;
}

/* Sender or subject are those of a report. */
static bool is_report_by_name(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index];

	return areas & AREA_FROM || (areas & AREA_SUBJECT && !is_conversation(reading));
}

/* A person, too. */
static bool is_postmaster(const struct reading *reading)
{
	struct span local = address_local(address_find(span_of(reading->report->from)));

	return span_starts_nocase(local, "postmaster");
}

/* Not written by a person; or one passed it on, with its subject. */
static bool is_from_machine(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	if (reading->format)
		areas |= reading->marks.areas[reading->format->index];
	/* To many at once; or a postmaster answers in person. */
	if (reading->header.unsubscribe.p && !reading->format && !reading_is_daemon(reading))
		return false;
	if (is_postmaster(reading) && !(areas & AREA_HEADER) &&
		span_starts_nocase(span_of(reading->report->subject), "re:"))
		return false;
	if (areas & AREA_FROM)
		return true;
	if (has_case_number(span_of(reading->report->subject)))
		return false;
	if (reading->marks.areas[generic->index] & AREA_HEADER)
		return true;
	return areas & AREA_SUBJECT && areas & AREA_BODY && !is_conversation(reading);
}

static int kind_of_found(const struct reading *reading)
{
	int best = reading->found->len ? KIND_NOT_A_BOUNCE : by_words(reading);

	for (guint i = 0; i < reading->found->len && best != KIND_FAILURE; i++) {
		int kind = kind_of_recipient(reading, reading_found(reading, i));

		best = MIN(best, kind); /* the order of the kinds is that of their weight */
	}
	return best;
}

/* RFC 5321 section 4.5.5: reports have no envelope sender. */
static bool is_unenveloped(const struct reading *reading)
{
	struct span path = reading->header.return_path;

	return path.p && !address_find(path).n;
}

/* The envelope sender is that of the letter: mail systems send their reports without one. */
static bool has_own_path(const struct reading *reading)
{
	struct span path = address_find(reading->header.return_path);
	struct span from = address_find(span_of(reading->report->from));

	return from.n && path.n == from.n && g_ascii_strncasecmp(path.p, from.p, from.n) == 0;
}

/* A link, and nothing that only a mail system would say. */
static bool is_bait(const struct reading *reading)
{
	struct reply reply;
	struct status status;

	if (!has_link(reading))
		return false;
	return has_own_path(reading) ||
	       !(reply_find(reading->extractor->knowledge, reading->body, &reply) ||
		       status_find(reading->body, &status));
}

/* A rule knows the cause that the text states. */
static bool states_cause(const struct reading *reading)
{
	struct match_text match = match_text_new(reading->body, reading->arena);
	struct rule_subject subject = {.text = match.text};
	struct rule_match rule;

	return rule_match(reading->extractor->rules, &subject, &rule);
}

/* Somebody else than sender and addressee of the mail, which notices name for many reasons. */
static bool names_others(const struct reading *reading)
{
	for (guint i = 0; i < reading->found->len; i++) {
		const char *address = reading_found(reading, i)->address;

		if (address && !reading_is_own(reading, span_of(address)))
			return true;
	}
	return false;
}

/* A reply or an enhanced code of failure is said of a recipient. */
static bool quotes_code(const struct reading *reading)
{
	for (guint i = 0; i < reading->found->len; i++) {
		const struct found *found = reading_found(reading, i);
		const struct passage *said =
			passage_is_empty(&found->near) ? &found->wide : &found->near;
		struct status status;
		struct reply reply;

		if (passage_is_empty(said))
			continue;
		if (reply_find(reading->extractor->knowledge, said->text, &reply) ||
			(status_find(said->text, &status) && status.v[0] >= 4))
			return true;
	}
	return false;
}

/* What comes back was sent by whom the report was sent to. */
static bool returns_own_mail(const struct reading *reading)
{
	const struct original *original = &reading->report->original;
	struct span from = address_find(span_of(original->from));

	return original->present && from.n && reading_is_own(reading, from);
}

/* A mark of those that only programs set, or a mail system's own mailbox: anybody can give himself
 * a name and write a daemon's sentences. */
static bool is_signed(const struct reading *reading, const struct format *generic)
{
	bool own = has_own_path(reading), enveloped = address_find(reading->header.return_path).n;

	if (reading->marks.areas[generic->index] & AREA_HEADER || reading->header.auto_submitted.p)
		return true;
	/* A daemon has no other envelope sender, but one that a list put there on the way. */
	if (reading_is_daemon(reading))
		return own || !enveloped || !is_html(reading) || !has_link(reading);
	return is_postmaster(reading) && !own;
}

/* The answer of a server or an address leads its line, perhaps behind a label: a person tells it
 * within a sentence. */
static bool is_structured(const struct reading *reading)
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

/* A program asks nothing: who does is a person that tells of an answer, unless a whole report is
 * passed on. */
static bool asks(const struct reading *reading)
{
	struct span body = reading->format ? SPAN_NONE : reading->body;

	for (size_t i = 0; i < body.n; i++)
		if (body.p[i] == '?' && (i + 1 == body.n || g_ascii_isspace(body.p[i + 1])))
			return true;
	return false;
}

/* A mail that comes back, or what befell somebody's: without the words of a server a link is a
 * bait, and with them it may be told as suspicious, in plain text only. */
static bool is_plain_log(const struct reading *reading)
{
	if (returns_own_mail(reading))
		return true;
	if (reading->header.unsubscribe.p || !names_others(reading))
		return false;
	return quotes_code(reading) ? !is_html(reading) && is_structured(reading) && !asks(reading)
				    : !has_link(reading);
}

/* General signs; with those that only the words of languages and no words at all tell. */
static int points_of(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index] | reading->told;
	int points = format_points_in(areas);

	if (points > POINTS_NEEDED + 1 || !(areas & AREA_FROM))
		return points;
	if (reading_is_daemon(reading) && areas & AREA_HEADER)
		points += POINTS_OF_DAEMON;
	if (names_others(reading) && quotes_code(reading))
		points += POINTS_OF_CODE;
	else if (areas & AREA_HEADER && (names_others(reading) || returns_own_mail(reading)) &&
		 states_cause(reading))
		points += POINTS_OF_CAUSE;
	if (returns_own_mail(reading))
		points += POINTS_OF_RETURN;
	return points;
}

/* What a program writes down: an address, and what a server said of it. */
static bool is_log(const struct reading *reading, const struct format *generic)
{
	const unsigned problem = TOLD_FAILURE | TOLD_DELAY;
	struct span subject = span_of(reading->report->subject);

	if (!quotes_code(reading) || !names_others(reading) || is_conversation(reading) ||
		reading->header.unsubscribe.p || has_link(reading) || !is_structured(reading))
		return false;
	if (reading->marks.areas[generic->index] & AREA_HEADER)
		return true;
	return !asks(reading) &&
	       (reading->marks.areas[generic->index] & AREA_SUBJECT ||
		       format_told(reading->extractor->formats, subject) & problem);
}

/* Sender or subject speak for a report; an answer has but the other signs. */
static bool has_name_of_report(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	return areas & (AREA_FROM | AREA_SUBJECT) ||
	       !address_find(span_of(reading->report->from)).n;
}

/* Its own signs tell that it is something else, whatever it quotes. */
static bool is_surely_other(const struct reading *reading, const struct format *generic)
{
	const struct format *format = reading->format;
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	if (!format || (format->kind != KIND_NOT_A_BOUNCE && format->kind != KIND_CHALLENGE &&
			       format->kind != KIND_REPORT && format->kind != KIND_COMPLAINT))
		return false;
	return format_points(format, &reading->marks) >= POINTS_NEEDED || !(areas & AREA_FROM) ||
	       !(areas & (AREA_SUBJECT | AREA_BODY));
}

/* A mail system's letter that tells of delivering and of nothing else. */
static bool tells_of_arrival(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	return reading->arrived && !(areas & (AREA_SUBJECT | AREA_BODY)) && !quotes_code(reading) &&
	       !states_cause(reading);
}

/* Not merely a letter of the postmaster that speaks of mail. */
static bool is_about_mail(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	return areas & AREA_SUBJECT || reading_is_daemon(reading) || returns_own_mail(reading);
}

/* Enough general signs: more are needed where no recipient is named. A daemon's letter without an
 * envelope sender may be so short that its subject and the cause are all there is. */
static bool is_told(const struct reading *reading, const struct format *generic, int points)
{
	const unsigned outside = AREA_FROM | AREA_HEADER | AREA_SUBJECT;

	if (names_others(reading))
		return points >= POINTS_NEEDED;
	/* Nobody but a mail system returns a mail without an envelope sender. */
	if (returns_own_mail(reading) && is_unenveloped(reading) &&
		reading->marks.areas[generic->index] & AREA_FROM)
		return true;
	if (!returns_own_mail(reading)) {
		if (!(reading->marks.areas[generic->index] & AREA_FROM) || is_bait(reading))
			return false;
		points = format_points(generic, &reading->marks);
	}
	return (points > POINTS_NEEDED && is_about_mail(reading, generic)) ||
	       ((reading->marks.areas[generic->index] & outside) == outside &&
		       states_cause(reading));
}

static bool has_status_part(const struct reading *reading)
{
	const char *type = reading->parts.message->report_type;

	return reading->parts.reports->len || (type && strcmp(type, "delivery-status") == 0);
}

int kind_of_message(const struct reading *reading)
{
	const struct format_set *formats = reading->extractor->formats;
	const struct format *format = reading->format;
	bool of_fields = reading->found->len && reading_found(reading, 0)->fields;
	const struct format *generic = format_generic(formats);
	int points;

	if (reading->parts.feedback)
		return KIND_COMPLAINT;
	if (reading->parts.disposition && !reading->parts.reports->len)
		return kind_of_disposition(reading);
	if (of_fields && (reading->parts.reports->len || is_report_by_name(reading, generic)))
		return kind_of_found(reading);
	if (format && format->pasted && reading->found->len)
		return kind_of_found(reading);
	if (is_receipt(reading))
		return KIND_DELIVERED;
	points = points_of(reading, generic);
	if (is_surely_other(reading, generic))
		return format->kind;
	if (format && format->kind != KIND_FAILURE &&
		!(points >= POINTS_NEEDED && names_others(reading) &&
			has_name_of_report(reading, generic)))
		return format->kind;
	if (is_cut_short(reading))
		return points >= POINTS_NEEDED ? by_words(reading) : KIND_NOT_A_BOUNCE;
	if (!says_something(reading))
		return KIND_NOT_A_BOUNCE;
	if (has_status_part(reading))
		return kind_of_found(reading);
	if (tells_of_arrival(reading, generic))
		return reading_is_daemon(reading) && names_others(reading) ? KIND_DELIVERED
									   : KIND_NOT_A_BOUNCE;
	if (is_log(reading, generic))
		return kind_of_found(reading);
	if (!is_signed(reading, generic) && !is_plain_log(reading))
		return KIND_NOT_A_BOUNCE;
	return is_from_machine(reading, generic) && (format || is_told(reading, generic, points))
		       ? kind_of_found(reading)
		       : KIND_NOT_A_BOUNCE;
}

bool kind_is_suspicious(const struct reading *reading)
{
	const struct format *generic = format_generic(reading->extractor->formats);

	if (reading->report->machine || !has_link(reading))
		return false;
	return !(reading->marks.areas[generic->index] & AREA_FROM) ||
	       (has_own_path(reading) && !reading_is_daemon(reading) && !is_postmaster(reading));
}
