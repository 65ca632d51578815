/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/kind.h"

#include "base/address.h"
#include "extract/language.h"
#include "extract/layout.h"
#include "extract/signs.h"
#include "rules/lexicon.h"
#include "rules/status.h"

#define POINTS_NEEDED 3    /* of general signs, without a part or a family that is sure */
#define POINTS_OF_CODE 2   /* a server's answer beside a recipient */
#define POINTS_OF_RETURN 1 /* mail of the addressee comes back */
#define POINTS_OF_CAUSE 1  /* words of a server, without an answer, beside a recipient */
#define POINTS_OF_DAEMON 1 /* nobody writes from a mail system's own mailbox */
#define REFUSED (TOLD_TROUBLE | TOLD_FAILURE)
#define OWN_WORDS_MAX 200 /* bytes: `delivered`, and the dots before it */

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

static struct span without_ornaments(struct span said)
{
	while (said.n && !(said.p[0] & 0x80) && !g_ascii_isalnum(said.p[0]))
		said = span_from(said, 1);
	while (said.n && !(said.p[said.n - 1] & 0x80) && !g_ascii_isalnum(said.p[said.n - 1]))
		said.n--;
	return said;
}

/* What is said of the recipient, at least behind it in its line, if it is short; without ornaments.
 */
static struct span own_words(const struct found *found)
{
	struct span said = found->near.text,
		    source = found->source ? found->source->text : SPAN_NONE;
	const char *end = found->at.p + found->at.n;

	if (passage_is_empty(&found->near) && end >= source.p && end < source.p + source.n) {
		struct span rest = span_make(end, source.p + source.n);

		rest.n = MIN(rest.n, OWN_WORDS_MAX + 1);
		span_line(&rest, &said);
	} else if (found->at.p >= said.p && end <= said.p + said.n) {
		said = span_make(end, said.p + said.n);
	}
	return said.n > OWN_WORDS_MAX ? SPAN_NONE : without_ornaments(said);
}

/* What these words alone say of a recipient; by_words() where they are no words for it. */
static int by_outcome(const struct reading *reading, struct span said)
{
	const struct knowledge *knowledge = reading->extractor->knowledge;

	if (lexicon_is(knowledge, LEXICON_ARRIVED, said))
		return KIND_DELIVERED;
	return lexicon_is(knowledge, LEXICON_WAITING, said) ? KIND_DELAY : by_words(reading);
}

/* `Result: delivered` in a line of its own, with no trouble and no refusal in those beside it. */
static int by_labelled_lines(const struct reading *reading, struct span rest)
{
	const int otherwise = by_words(reading);
	struct span line, value;
	int kind = otherwise;
	const char *colon;

	while (span_line(&rest, &line) && (colon = memchr(line.p, ':', line.n))) {
		int told;

		value = without_ornaments(span_make(colon + 1, line.p + line.n));
		if (reply_refuses(value) ||
			format_told(reading->extractor->formats, line) & REFUSED)
			return otherwise;
		told = by_outcome(reading, value);
		kind = told != otherwise ? told : kind;
	}
	return kind;
}

/* What the words say of one recipient among several: `a@b.example ..... delivered`. */
static int by_own_words(const struct reading *reading, const struct found *found)
{
	struct span said = reading->found->len > 1 ? own_words(found) : SPAN_NONE;

	return said.n && memchr(said.p, ':', said.n) ? by_labelled_lines(reading, said)
						     : by_outcome(reading, said);
}

int kind_of_recipient(const struct reading *reading, const struct found *found)
{
	struct status status;

	if (found->told)
		return found->told - 1;
	if (!found->fields)
		return by_own_words(reading, found);
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

/* Sender or subject are those of a report. */
static bool is_report_by_name(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index];

	return areas & AREA_FROM || (areas & AREA_SUBJECT && !signs_is_conversation(reading));
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
	if (signs_is_postmaster(reading) && !(areas & AREA_HEADER) &&
		lexicon_begins(reading->extractor->knowledge, LEXICON_ANSWER,
			span_of(reading->report->subject)))
		return false;
	if (areas & AREA_FROM)
		return true;
	if (signs_has_case_number(span_of(reading->report->subject)))
		return false;
	if (reading->marks.areas[generic->index] & AREA_HEADER)
		return true;
	return areas & AREA_SUBJECT && areas & AREA_BODY && !signs_is_conversation(reading);
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

/* A mark of those that only programs set, or a mail system's own mailbox: anybody can give himself
 * a name and write a daemon's sentences. */
static bool is_signed(const struct reading *reading, const struct format *generic)
{
	bool own = signs_has_own_path(reading), enveloped = reading->path.n;

	if (reading->marks.areas[generic->index] & AREA_HEADER || reading->header.auto_submitted.p)
		return true;
	/* A daemon has no other envelope sender, but one that a list put there on the way. */
	if (reading_is_daemon(reading))
		return own || !enveloped || !signs_is_html(reading) || !signs_has_link(reading);
	return signs_is_postmaster(reading) && !own;
}

/* A mail that comes back, or what befell somebody's: without the words of a server a link is a
 * bait, and with them it may be told as suspicious, in plain text only. */
static bool is_plain_log(const struct reading *reading)
{
	if (signs_returns_own_mail(reading))
		return true;
	if (reading->header.unsubscribe.p || !signs_names_others(reading))
		return false;
	return signs_quotes_code(reading)
		       ? !signs_is_html(reading) && signs_is_structured(reading) &&
				 !signs_asks(reading)
		       : !signs_has_link(reading);
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
	if (signs_names_others(reading) && signs_quotes_code(reading))
		points += POINTS_OF_CODE;
	else if (areas & AREA_HEADER &&
		 (signs_names_others(reading) || signs_returns_own_mail(reading)) &&
		 signs_states_cause(reading))
		points += POINTS_OF_CAUSE;
	if (signs_returns_own_mail(reading))
		points += POINTS_OF_RETURN;
	return points;
}

/* What a program writes down: an address, and what a server said of it. */
static bool is_log(const struct reading *reading, const struct format *generic)
{
	const unsigned problem = TOLD_FAILURE | TOLD_DELAY;
	struct span subject = span_of(reading->report->subject);

	if (!signs_quotes_code(reading) || !signs_names_others(reading) ||
		signs_is_conversation(reading) || reading->header.unsubscribe.p ||
		signs_has_link(reading) || !signs_is_structured(reading))
		return false;
	if (reading->marks.areas[generic->index] & AREA_HEADER)
		return true;
	return !signs_asks(reading) &&
	       (reading->marks.areas[generic->index] & AREA_SUBJECT ||
		       format_told(reading->extractor->formats, subject) & problem);
}

/* Sender or subject speak for a report; an answer has but the other signs. */
static bool has_name_of_report(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	return areas & (AREA_FROM | AREA_SUBJECT) || !reading->from.n;
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

	return reading->arrived && !(areas & (AREA_SUBJECT | AREA_BODY)) &&
	       !signs_quotes_code(reading) && !signs_states_cause(reading);
}

/* Not merely a letter of the postmaster that speaks of mail. */
static bool is_about_mail(const struct reading *reading, const struct format *generic)
{
	unsigned areas = reading->marks.areas[generic->index] | reading->told;

	return areas & AREA_SUBJECT || reading_is_daemon(reading) ||
	       signs_returns_own_mail(reading);
}

/* Enough general signs: more are needed where no recipient is named. A daemon's letter without an
 * envelope sender may be so short that its subject and the cause are all there is. */
static bool is_told(const struct reading *reading, const struct format *generic, int points)
{
	const unsigned outside = AREA_FROM | AREA_HEADER | AREA_SUBJECT;

	if (signs_names_others(reading))
		return points >= POINTS_NEEDED;
	/* Nobody but a mail system returns a mail without an envelope sender. */
	if (signs_returns_own_mail(reading) && signs_is_unenveloped(reading) &&
		reading->marks.areas[generic->index] & AREA_FROM)
		return true;
	if (!signs_returns_own_mail(reading)) {
		if (!(reading->marks.areas[generic->index] & AREA_FROM) || signs_is_bait(reading))
			return false;
		points = format_points(generic, &reading->marks);
	}
	return (points > POINTS_NEEDED && is_about_mail(reading, generic)) ||
	       ((reading->marks.areas[generic->index] & outside) == outside &&
		       signs_states_cause(reading));
}

/* Somebody's own words above the letter of a mail system, with its header (`-- Original message`).
 */
static bool is_passed_on(const struct reading *reading, const struct format *generic)
{
	return reading->passed_on && reading->marks.areas[generic->index] & AREA_BODY &&
	       (!reading->format || reading->format->kind == KIND_FAILURE) &&
	       !signs_is_conversation(reading) && !reading->header.unsubscribe.p;
}

static bool has_status_part(const struct reading *reading)
{
	const char *type = reading->parts.message->report_type;

	return reading->parts.reports.n || (type && strcmp(type, "delivery-status") == 0);
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
	if (reading->parts.disposition && !reading->parts.reports.n)
		return kind_of_disposition(reading);
	if (of_fields && (reading->parts.reports.n || is_report_by_name(reading, generic)))
		return kind_of_found(reading);
	if (format && format->pasted && reading->found->len)
		return kind_of_found(reading);
	if (is_receipt(reading))
		return KIND_DELIVERED;
	points = points_of(reading, generic);
	if (is_surely_other(reading, generic))
		return format->kind;
	if (format && format->kind != KIND_FAILURE &&
		!(points >= POINTS_NEEDED && signs_names_others(reading) &&
			has_name_of_report(reading, generic)))
		return format->kind;
	if (signs_is_cut_short(reading))
		return points >= POINTS_NEEDED ? by_words(reading) : KIND_NOT_A_BOUNCE;
	if (!signs_says_something(reading))
		return KIND_NOT_A_BOUNCE;
	if (has_status_part(reading))
		return kind_of_found(reading);
	if (tells_of_arrival(reading, generic))
		return reading_is_daemon(reading) && signs_names_others(reading)
			       ? KIND_DELIVERED
			       : KIND_NOT_A_BOUNCE;
	/* Words of a person; a program that sets its report off so names itself as one. */
	if (!format && !(reading->marks.areas[generic->index] & AREA_FROM) &&
		signs_is_hearsay(reading))
		return KIND_NOT_A_BOUNCE;
	if (is_log(reading, generic) || is_passed_on(reading, generic))
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

	if (reading->report->machine || !signs_has_link(reading))
		return false;
	return !(reading->marks.areas[generic->index] & AREA_FROM) ||
	       (signs_has_own_path(reading) && !reading_is_daemon(reading) &&
		       !signs_is_postmaster(reading));
}
