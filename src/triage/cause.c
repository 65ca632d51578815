/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/cause.h"

#include "base/address.h"
#include "base/form.h"

#define CODE_WORDS \
	3 /* words at the front in which a three-digit number is a reply, as behind a colon */
#define ID_MIN 8        /* bytes from which letters mixed with digits are an id */
#define PREFACE_MAX 400 /* bytes before the server's answer */

static bool is_reply(struct span word, bool expected)
{
	return expected && word.n == 3 && form_of(word) == FORM_DIGITS && strchr("245", word.p[0]);
}

/* `QUEUE.Expired`: words of a program, of which a group shall tell more than that they are some. */
static bool ends_in_word(struct span name)
{
	bool upper = false, lower = false;
	for (size_t i = name.n; i-- > 0 && name.p[i] != '.';) {
		upper |= g_ascii_isupper(name.p[i]);
		lower |= g_ascii_islower(name.p[i]);
	}
	return upper && lower;
}

static bool is_id(struct span word)
{
	unsigned form = form_of(word);
	bool ascii = true;
	for (size_t i = 0; i < word.n; i++)
		ascii &= !(word.p[i] & 0x80);
	return ascii && word.n >= ID_MIN && (form & FORM_DIGITS) && (form & FORM_LETTERS);
}

/* What stands for the word; NULL: the word itself, its digits masked. */
static const char *mask_for(struct span word)
{
	if (memchr(word.p, '@', word.n))
		return "<address>";
	if (span_starts_nocase(word, "http://") || span_starts_nocase(word, "https://"))
		return "<link>";
	if (ip_version(word))
		return "<ip>";
	if (form_is_host(word) && !ends_in_word(word))
		return "<host>";
	if (is_id(word))
		return "<id>";
	return NULL;
}

static void put_masked(GString *out, struct span word)
{
	bool number = false;
	for (size_t i = 0; i < word.n; i++) {
		bool digit = g_ascii_isdigit(word.p[i]);
		if (!digit)
			g_string_append_c(out, word.p[i]);
		else if (!number)
			g_string_append_c(out, '#');
		number = digit;
	}
}

/* Quotes and brackets around a word are no part of it: "<a@b.example>:" is an address. */
static void put_word(GString *out, struct span word, bool code_expected)
{
	static const char wrapping[] = "<>()[]{}\"'`,;:!?.";
	struct span core = word;
	while (core.n && strchr(wrapping, core.p[0]))
		core = span_from(core, 1);
	while (core.n && strchr(wrapping, core.p[core.n - 1]))
		core.n--;
	if (core.n == 0) {
		g_string_append_len(out, word.p, (gssize)word.n);
		return;
	}
	bool code = form_is_status(core) || is_reply(core, code_expected);
	const char *mask = code ? NULL : mask_for(core);
	if (mask) {
		g_string_append(out, mask);
		return;
	}
	const char *close = memchr(core.p, ']', core.n);
	mask = close ? mask_for(span_make(core.p, close)) : NULL;
	if (mask) { /* [192.0.2.1]:25 */
		g_string_append(out, mask);
		return;
	}
	const char *equals = memchr(core.p, '=', core.n);
	mask = equals ? mask_for(span_make(equals + 1, core.p + core.n)) : NULL;
	if (mask) { /* name=mx.example.org */
		g_string_append_len(out, core.p, equals + 1 - core.p);
		g_string_append(out, mask);
		return;
	}
	g_string_append_len(out, word.p, core.p - word.p);
	if (code)
		g_string_append_len(out, core.p, (gssize)core.n);
	else
		put_masked(out, core);
	g_string_append_len(out, core.p + core.n, word.p + word.n - (core.p + core.n));
}

/* Words end at blanks and before brackets; "550-5.1.1" is a reply and a status in one word. */
static struct span next_word(struct span *rest)
{
	static const char blanks[] = " \t\r\n";
	*rest = span_trim(*rest);
	struct span word = {rest->p, 0};
	while (word.n < rest->n && !strchr(word.n ? " \t\r\n[(<" : blanks, rest->p[word.n]))
		word.n++;
	if (word.n > 4 && word.p[3] == '-' && is_reply((struct span){word.p, 3}, true) &&
		g_ascii_isdigit(word.p[4]))
		word.n = 3;
	*rest = span_from(*rest, word.n);
	if (rest->n && *rest->p == '-')
		*rest = span_from(*rest, 1);
	return word;
}

/*
 * What the server answered, without what the reporter put before it ("host mx.example.org said:"):
 * from the first reply that a status of its class follows, or that stands behind a colon.
 */
static struct span answer_in(struct span text)
{
	struct span rest = {text.p, MIN(text.n, PREFACE_MAX)}, reply = SPAN_NONE, word;
	bool colon = true;
	while ((word = next_word(&rest)).n) {
		if (reply.n && form_is_status(word) && word.p[0] == reply.p[0])
			return span_make(reply.p, text.p + text.n);
		reply = is_reply(word, true) ? word : SPAN_NONE;
		if (reply.n && colon)
			return span_make(reply.p, text.p + text.n);
		colon = word.p[word.n - 1] == ':';
	}
	return text;
}

/* Where the limit cut within brackets, what stands in them goes; and no bracket is left open at the
 * end. */
static void close_end(GString *out, gsize start, bool cut)
{
	static const char pairs[][2] = {{'(', ')'}, {'[', ']'}, {'{', '}'}};
	for (size_t i = 0; cut && i < G_N_ELEMENTS(pairs); i++) {
		const char *open = strrchr(out->str + start, pairs[i][0]);
		if (open > out->str + start && !strchr(open, pairs[i][1]))
			g_string_truncate(out, (gsize)(open - out->str));
	}
	while (out->len > start && strchr(" ([{<", out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
}

void cause_append(GString *out, const char *diagnostic)
{
	struct span rest = answer_in(span_of(diagnostic)), word;
	gsize start = out->len;
	bool colon = false;
	unsigned place = 0;
	while (out->len - start < CAUSE_MAX && (word = next_word(&rest)).n) {
		if (place)
			g_string_append_c(out, ' ');
		put_word(out, word, colon || place < CODE_WORDS);
		colon = word.p[word.n - 1] == ':';
		place++;
	}
	close_end(out, start, rest.n > 0);
}

const char *cause_words(const char *cause)
{
	struct span rest = span_of(cause), word;
	const char *at = cause;
	while ((word = next_word(&rest)).n) {
		if (!form_is_status(word) && !is_reply(word, at == cause))
			return word.p;
		at = rest.p;
	}
	return cause;
}
