/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reply codes in running text. Three digits are common in mail; they count at the start of the
 * text, behind a word that announces a reply, behind a colon or an arrow, and wherever an enhanced
 * code of the same class follows.
 */
#include "rules/status.h"

#include <glib.h>

#include "rules/lexicon.h"
#include "rules/words.h"

#define LEADING_CODE_MAX 20 /* `(#5.1.1)  550`: so far in may the reply stand */

static char byte_at(struct span text, size_t at)
{
	return at < text.n ? text.p[at] : ' ';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* 4xx or 5xx at `at`: its value, else 0. */
static inline int read_reply(struct span text, size_t at)
{
	if (at + 3 > text.n || (text.p[at] != '4' && text.p[at] != '5') ||
		!g_ascii_isdigit(text.p[at + 1]) || !g_ascii_isdigit(text.p[at + 2]))
		return 0;
	return (text.p[at] - '0') * 100 + (text.p[at + 1] - '0') * 10 + (text.p[at + 2] - '0');
}

/* The next place from `at` on where a 4 or 5 stands. */
static size_t next_class(struct span text, size_t at)
{
	if (at >= text.n)
		return text.n;
	return (size_t)(span_either(text.p + at, text.p + text.n, '4', '5') - text.p);
}

/* What may stand between a reply and its enhanced code. */
static const bool is_joint[256] = {[' '] = true,
	['-'] = true,
	['#'] = true,
	['('] = true,
	['['] = true,
	['_'] = true,
	[':'] = true,
	['|'] = true};

/* Is there x.y.z of class `class` behind the reply, with nothing but such bytes between? */
static bool code_follows(struct span text, size_t end, int class)
{
	size_t at = end;

	while (at < text.n && at - end < 4 && is_joint[(unsigned char)text.p[at]])
		at++;
	return at > end && at + 5 <= text.n && text.p[at] - '0' == class && text.p[at + 1] == '.' &&
	       g_ascii_isdigit(text.p[at + 2]);
}

static bool may_end(struct span text, size_t end)
{
	char next = byte_at(text, end), after = byte_at(text, end + 1);

	if (next == '.' || next == ',' || next == ':')
		return !g_ascii_isalnum(after) || (next == ':' && g_ascii_isalpha(after));
	if (next == '-')
		return !g_ascii_isdigit(after) || code_follows(text, end, text.p[end - 3] - '0') ||
		       read_reply(text, end + 1);
	if (next == '/')
		return g_ascii_isdigit(after) && byte_at(text, end + 2) == '.'; /* 550/5.1.1 */
	if (next == '_')
		return true;
	return !g_ascii_isalnum(next) && next != '@' && next != '%' && next != '+' && next != '=' &&
	       !(next & 0x80);
}

static bool counts_something(const struct knowledge *knowledge, struct span text, size_t end)
{
	size_t at = end, from;

	while (at < text.n && is_blank(text.p[at]))
		at++;
	from = at;
	while (at < text.n && at - from < WORD_MAX && g_ascii_isalpha(text.p[at]))
		at++;
	return at > end &&
	       lexicon_is(knowledge, LEXICON_COUNTED, (struct span){text.p + from, at - from});
}

/* Skips what may stand between a marker and its code: `said: '550`, `(#550`, `[550`. */
static size_t skip_back(struct span text, size_t at, bool *colon, bool *arrow)
{
	size_t from = at;

	*colon = *arrow = false;
	while (at && from - at < 8 && is_one_of(text.p[at - 1], " \t'\"([#:=;>-")) {
		*colon |= text.p[at - 1] == ':' || text.p[at - 1] == ';' || text.p[at - 1] == '#';
		*arrow |= text.p[at - 1] == '>';
		at--;
	}
	return at;
}

/* `<<< 550` and `>>> 550` of transcripts. */
static bool behind_angles(struct span text, size_t at)
{
	while (at && is_blank(text.p[at - 1]))
		at--;
	return at && text.p[at - 1] == '<';
}

/* Cisco: `5.3.0 - Other mail system problem 550-'...'` */
static bool opens_quote(struct span text, size_t end)
{
	return byte_at(text, end) == '-' && byte_at(text, end + 1) == '\'';
}

/* `Address unknown / 550 No such user`: the same once more, as the server said it. */
static bool behind_stroke(struct span text, size_t at)
{
	return at > 3 && text.p[at - 1] == ' ' && is_one_of(text.p[at - 2], "/|") &&
	       text.p[at - 3] == ' ' && byte_at(text, at + 3) == ' ' &&
	       g_ascii_isalpha(byte_at(text, at + 4));
}

/* `Mailbox unbekannt (550 No such user)`: the same as a server said it. */
static bool opens_bracket(struct span text, size_t at)
{
	return byte_at(text, at - 1) == '(' && is_blank(byte_at(text, at + 3)) &&
	       g_ascii_isalpha(byte_at(text, at + 4));
}

/* `说明:552 Quota exceeded`: such writing knows no blanks. */
static bool behind_foreign_colon(struct span text, size_t at)
{
	return at > 1 && text.p[at - 1] == ':' && text.p[at - 2] & 0x80 &&
	       is_blank(byte_at(text, at + 3)) && g_ascii_isalpha(byte_at(text, at + 4));
}

/* `收件人不存在。 550 No such user`: the sentence before has ended. */
static bool behind_full_stop(struct span text, size_t at)
{
	static const char stop[] = "\xe3\x80\x82";
	const size_t n = sizeof stop - 1;

	while (at && is_blank(text.p[at - 1]))
		at--;
	return at >= n && memcmp(text.p + at - n, stop, n) == 0;
}

/* Is the number at `at` announced as a reply by what stands before it? */
static bool is_announced(const struct knowledge *knowledge, struct span text, size_t at)
{
	bool colon, arrow;
	char before = at ? text.p[at - 1] : ' ';
	size_t back;
	struct span word;

	if (before == '.' || before == '@' || before == '/' || before == '+' || before == ',' ||
		before == '_' || before == '%' || before == '$' || g_ascii_isalnum(before) ||
		(before & 0x80))
		return false;
	back = skip_back(text, at, &colon, &arrow);
	if (back == 0 || behind_angles(text, at) || behind_stroke(text, at) ||
		opens_quote(text, at + 3) || opens_bracket(text, at) ||
		behind_foreign_colon(text, at) || behind_full_stop(text, at))
		return true;
	word = word_before(text, back);
	if (lexicon_is(knowledge, LEXICON_NO_REPLY, word))
		return false;
	if (lexicon_is(knowledge, LEXICON_REPLY, word))
		return true;
	if (lexicon_is(knowledge, LEXICON_REPLY_FILLER, word)) {
		word = word_before(text, (size_t)(word.p - text.p));
		return lexicon_is(knowledge, LEXICON_REPLY, word);
	}
	/*
	 * `host mx.example.net [192.0.2.1]: 550`, `RCPT TO:<a@b>: 550`, `-> 550`; but not
	 * `host:587`
	 */
	return (colon || arrow) && (is_blank(before) || before == '"');
}

/* `5.1.1 550 ...`, `(#5.1.1) 550`: the text begins with the enhanced code. */
static bool behind_leading_code(struct span text, size_t at)
{
	struct status status;
	size_t i = 0;

	if (at == 0 || at > LEADING_CODE_MAX || !status_parse((struct span){text.p, at}, &status))
		return false;
	for (; text.p + i < status.at.p; i++)
		if (!is_one_of(text.p[i], "(#[ "))
			return false;
	for (i += status.at.n; i < at; i++)
		if (!is_one_of(text.p[i], " )].:-'\""))
			return false;
	return is_blank(text.p[at - 1]);
}

bool reply_find(const struct knowledge *knowledge, struct span text, struct reply *reply)
{
	for (size_t at = next_class(text, 0); at + 3 <= text.n; at = next_class(text, at + 1)) {
		char before = at ? text.p[at - 1] : ' ';
		int code = read_reply(text, at);

		if (!code || g_ascii_isalnum(before) || before == '.')
			continue;
		if (!may_end(text, at + 3) || counts_something(knowledge, text, at + 3))
			continue;
		if (code_follows(text, at + 3, code / 100) || is_announced(knowledge, text, at) ||
			behind_leading_code(text, at)) {
			*reply = (struct reply){code, {text.p + at, 3}};
			return true;
		}
	}
	*reply = (struct reply){0, SPAN_NONE};
	return false;
}

#define MTA_NAME_MAX 80

/* amavis: `from MTA(smtp:[127.0.0.1]:10025): 550 ...` */
static bool behind_mta(struct span head)
{
	size_t at = head.n;

	if (!span_ends_nocase(head, "):"))
		return false;
	while (at && head.n - at < MTA_NAME_MAX && head.p[at - 1] != '(')
		at--;
	return at && span_ends_nocase((struct span){head.p, at}, "mta(");
}

/* Does a foreign reply begin at `at`? `*quote` becomes the quote mark that holds it, or 0. */
static bool is_wrapped(const struct knowledge *knowledge, struct span text, size_t at, char *quote)
{
	struct span head = {text.p, at};

	*quote = 0;
	while (head.n && is_one_of(head.p[head.n - 1], " \t'\"")) {
		head.n--;
		if (!is_blank(head.p[head.n]))
			*quote = head.p[head.n];
	}
	if (lexicon_ends(knowledge, LEXICON_QUOTING, head) ||
		(*quote && lexicon_ends(knowledge, LEXICON_QUOTING_MARKS, head)) ||
		behind_mta(head))
		return true;
	/* Amazon SES: `Message expired: unable to deliver in 840 minutes.<421 4.4.2 ...>` */
	if (at && text.p[at - 1] == '<' && code_follows(text, at + 3, text.p[at] - '0')) {
		*quote = '>';
		return true;
	}
	if (!opens_quote(text, at + 3))
		return false;
	*quote = '\'';
	return true;
}

/* Without what the reporting server adds behind the reply that it quotes. */
static struct span without_tail(const struct knowledge *knowledge, struct span reply)
{
	return span_trim(lexicon_before(knowledge, LEXICON_QUOTED, reply));
}

/* Behind this, the reply is that of a sender verification: it speaks of another address. */
static size_t verification_at(const struct knowledge *knowledge, struct span text)
{
	return lexicon_before(knowledge, LEXICON_VERIFYING, text).n;
}

struct span reply_innermost(const struct knowledge *knowledge, struct span text)
{
	struct span inner = text;
	size_t n = verification_at(knowledge, text);
	char quote, inner_quote = 0;
	const char *end;

	for (size_t at = next_class(text, 1); at + 3 <= n; at = next_class(text, at + 1))
		if (read_reply(text, at) && !g_ascii_isalnum(text.p[at - 1]) &&
			may_end(text, at + 3) && is_wrapped(knowledge, text, at, &quote)) {
			inner = span_from(text, at);
			inner_quote = quote;
		}
	if (inner.n == text.n)
		return text;
	/* Words hold apostrophes too, so the last mark is the closing one. */
	if (inner_quote && inner.n > 5 && (end = memrchr(inner.p + 5, inner_quote, inner.n - 5)))
		inner = span_make(inner.p, end);
	if (inner.p >= text.p + 4 && span_ends_nocase(span_make(text.p, inner.p), "led=") &&
		(end = memchr(inner.p, '}', inner.n)))
		inner = span_make(inner.p, end);
	return without_tail(knowledge, inner);
}
