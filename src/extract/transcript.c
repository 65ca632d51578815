/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dialogue of the servers, as sendmail and others print it:
 *
 *	>>> RCPT To:<a@b.example>
 *	<<< 550 5.1.1 <a@b.example>: User unknown
 *	mail.local: unknown user: a                      a remark of a program
 *	550 5.1.1 <a@b.example>... User unknown          sendmail's own conclusion
 *
 * The first refusal after RCPT of a recipient is its reply; what follows a refusal ("503 Need
 *RCPT", "554 no valid recipients") is noise. With pipelining the refusal of RCPT stands below DATA.
 */
#include "base/address.h"
#include "extract/layout.h"
#include "rules/status.h"

#define ANSWERS_MAX 200 /* answers are compared with recipients, each with each */
#define REMARKS_MAX 20  /* lines */

/* A reply of the server, all its lines. */
struct answer {
	struct passage text;
	struct span recipient; /* of the RCPT before it, or named in the reply; empty: none */
	enum phase phase;
	bool own; /* sendmail's own conclusion, not the server's words */
};

struct transcript {
	struct reading *reading;
	const struct format *format;
	GArray *answers;
	struct passage_builder lines;   /* of the reply that is being read */
	struct passage_builder remarks; /* of programs, before the conclusion that they lead to */
	char code[3];
	guint first; /* answer since the last command */
	struct span recipient;
	enum phase phase;
};

/* Commands and the phase they begin; the words a dialogue uses for what is no command too. */
static const struct {
	const char *command;
	enum phase phase;
} commands[] = {
	{"RCPT", PHASE_RCPT},
	{"MAIL", PHASE_MAIL},
	{"DATA", PHASE_DATA},
	{".", PHASE_EOD},
	{"BDAT", PHASE_EOD},
	{"EHLO", PHASE_HELO},
	{"HELO", PHASE_HELO},
	{"LHLO", PHASE_HELO},
	{"STARTTLS", PHASE_TLS},
	{"AUTH", PHASE_AUTH},
	{"(initial greeting)", PHASE_CONNECT},
};

/* The words behind an arrow, which stands first in the line or behind a time. */
static struct span behind_arrow(struct span line, char *const *arrows)
{
	struct span head = {line.p, MIN(line.n, 60)};
	const char *colon = span_find(head, ": ");

	for (; arrows && *arrows; arrows++) {
		const char *at = span_starts_nocase(line, *arrows) ? line.p : NULL;

		if (!at && colon)
			at = span_find(head, *arrows);
		if (at && (at == line.p || (at >= line.p + 2 && at[-1] == ' ' && at[-2] == ':')))
			return span_trim(span_make(at + strlen(*arrows), line.p + line.n));
	}
	return SPAN_NONE;
}

static bool is_refusal(struct span line)
{
	return reply_refuses(line) && (line.n == 3 || !g_ascii_isalnum(line.p[3])) &&
	       memcmp(line.p, "503", 3) != 0;
}

static void reply_end(struct transcript *transcript)
{
	struct answer answer = {
		.text = passage_end(&transcript->lines, transcript->reading->arena),
		.recipient = transcript->recipient,
		.phase = transcript->phase,
	};

	if (answer.text.source)
		g_array_append_val(transcript->answers, answer);
}

static void take_command(struct transcript *transcript, struct span line)
{
	size_t at = 0;

	reply_end(transcript);
	transcript->first = transcript->answers->len;
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (span_starts_nocase(line, commands[i].command))
			transcript->phase = commands[i].phase;
	if (transcript->phase == PHASE_RCPT)
		transcript->recipient = address_next(line, &at);
	else if (transcript->phase == PHASE_MAIL || transcript->phase == PHASE_HELO)
		transcript->recipient = SPAN_NONE;
}

/* DATA has one answer; those before it are to the RCPTs that were sent together with it. */
static void move_to_rcpt(struct transcript *transcript)
{
	for (guint i = transcript->first; i < transcript->answers->len; i++) {
		struct answer *answer = &g_array_index(transcript->answers, struct answer, i);

		if (answer->phase == PHASE_DATA)
			answer->phase = PHASE_RCPT;
	}
}

static void take_reply(struct transcript *transcript, struct span line)
{
	bool more =
		transcript->lines.pieces && line.n >= 3 && memcmp(line.p, transcript->code, 3) == 0;

	if (!more) {
		reply_end(transcript);
		move_to_rcpt(transcript);
	}
	if (!is_refusal(line) && !(transcript->lines.pieces && !g_ascii_isdigit(line.p[0])))
		return;
	if (!transcript->lines.pieces)
		memcpy(transcript->code, line.p, 3);
	passage_add(&transcript->lines, line);
}

/* `550 5.1.1 <a@b>... User unknown`, `554 5.3.0 unknown mailer error 255`, `<a@b>... Deferred: ...`
 */
static bool take_conclusion(struct transcript *transcript, struct span line)
{
	struct answer answer = {.own = true};
	struct span rest = line;
	size_t at = 0;

	while (is_refusal(line) && rest.n &&
		(g_ascii_isdigit(rest.p[0]) || rest.p[0] == '.' || rest.p[0] == ' '))
		rest = span_from(rest, 1);
	answer.recipient = address_next(rest, &at);
	if (answer.recipient.n && answer.recipient.p > rest.p + 1)
		answer.recipient = SPAN_NONE;
	if (!is_refusal(line) && !(answer.recipient.n && span_find(span_from(rest, at), "... ")))
		return false;
	passage_add_first(&transcript->remarks, line);
	answer.text = passage_end(&transcript->remarks, transcript->reading->arena);
	g_array_append_val(transcript->answers, answer);
	return true;
}

static bool remarks_left(const struct transcript *transcript)
{
	return !transcript->remarks.pieces || transcript->remarks.pieces->len < REMARKS_MAX;
}

static void drop_remarks(struct transcript *transcript)
{
	if (transcript->remarks.pieces)
		g_array_set_size(transcript->remarks.pieces, 0);
}

/* `<a@b>` or `a@b: ...`: an item of a list, which no program said. */
static bool begins_with_address(struct span line)
{
	size_t at = 0;
	struct span address = address_next(line, &at);

	return address.n && address.p <= line.p + 1;
}

static void take_line(struct transcript *transcript, struct span line)
{
	struct span words = behind_arrow(line, transcript->format->server);

	if (words.n) {
		take_reply(transcript, words);
		drop_remarks(transcript);
		return;
	}
	words = behind_arrow(line, transcript->format->client);
	if (words.n) {
		take_command(transcript, words);
		drop_remarks(transcript);
		return;
	}
	reply_end(transcript);
	/* A heading, or `... while talking to host:`, begins something new. */
	if (!line.n || line.p[0] == '-' || line.p[line.n - 1] == ':')
		drop_remarks(transcript);
	else if (take_conclusion(transcript, line))
		return;
	else if (begins_with_address(line))
		drop_remarks(transcript);
	else if (remarks_left(transcript))
		passage_add(&transcript->remarks, line);
}

static bool same(struct span address, const char *other)
{
	return other && address.n && span_equal_nocase(address, other);
}

/* How well an answer fits a recipient; 0: not at all. */
static int fit(const struct answer *answer, const struct found *found, bool alone)
{
	if (same(answer->recipient, found->address))
		return answer->own ? 2 : 5;
	if (found->address && !answer->own && span_find_nocase(answer->text.text, found->address))
		return 4;
	if (answer->own)
		return alone && !answer->recipient.n ? 1 : 0;
	if (answer->phase == PHASE_RCPT && answer->recipient.n)
		return 0; /* another recipient's */
	return alone || answer->phase != PHASE_NONE ? 3 : 0;
}

static const struct answer *answer_at(const struct transcript *transcript, guint i)
{
	return &g_array_index(transcript->answers, struct answer, i);
}

/*
 * The answers that may be about a recipient: up to the conclusion on it, from the conclusion on
 * another one. Without a conclusion all may be.
 */
static void find_range(
	const struct transcript *transcript, const struct found *found, guint *from, guint *to)
{
	*from = 0;
	*to = transcript->answers->len;
	for (guint i = 0; i < transcript->answers->len; i++) {
		if (!answer_at(transcript, i)->own)
			continue;
		if (same(answer_at(transcript, i)->recipient, found->address)) {
			*to = i + 1;
			return;
		}
		*from = i + 1;
	}
	*from = 0;
}

static void give(const struct transcript *transcript, struct found *found, bool alone)
{
	const struct answer *best = NULL;
	int best_fit = 0;
	guint from, to;

	find_range(transcript, found, &from, &to);
	for (guint i = from; i < to; i++) {
		int points = fit(answer_at(transcript, i), found, alone);

		if (points > best_fit) {
			best = answer_at(transcript, i);
			best_fit = points;
		}
	}
	if (!best)
		return;
	found->reply = best->text;
	found->phase = best->own ? PHASE_NONE : best->phase;
}

/* Nobody listed them: the recipients are those that the dialogue names. */
static void find_recipients(struct transcript *transcript)
{
	for (guint i = 0; i < transcript->answers->len; i++) {
		struct span address = answer_at(transcript, i)->recipient;

		if (address.n)
			layout_add(transcript->reading, address);
	}
}

void layout_transcript(struct reading *reading, const struct format *format)
{
	struct transcript transcript = {
		.reading = reading,
		.format = format,
		.answers = g_array_new(FALSE, FALSE, sizeof(struct answer)),
		.lines.source = reading->text,
		.remarks.source = reading->text,
	};
	struct span rest = reading->body, line;

	while (transcript.answers->len < ANSWERS_MAX && span_line(&rest, &line))
		take_line(&transcript, span_trim(line));
	reading->lines_cut |= rest.n > 0;
	reply_end(&transcript);
	passage_end(&transcript.remarks, reading->arena);
	if (!reading->found->len)
		find_recipients(&transcript);
	if (transcript.answers->len)
		reading->reply = answer_at(&transcript, 0)->text;
	for (guint i = 0; i < reading->found->len && i < ANSWERS_MAX; i++)
		give(&transcript, reading_found(reading, i), reading->found->len == 1);
	g_array_unref(transcript.answers);
}
