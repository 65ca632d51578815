/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/question.h"

#include "rules/status.h"
#include "rules/wordbook.h"

#define REPLY_LEAST 200 /* RFC 5321 section 4.2.1: replies of SMTP begin with 2 to 5 */
#define REPLY_LAST 599
#define GAP " ... " /* between the parts of a phrase */

/* --- whose it is */

static bool ends_word(struct span words, size_t n)
{
	return n == words.n || strchr(" :,", words.p[n]);
}

/* How much of the head of `words` is `name`; 0: it begins otherwise. */
static size_t leads(struct span words, const char *name)
{
	size_t n = strlen(name);

	return n && span_starts_nocase(words, name) && ends_word(words, n) ? n : 0;
}

/* A provider goes by its id, its title, the first word of it, and the names of its domains: gmail,
 * hotmail.com. */
static size_t provider_leads(struct span words, const struct provider *provider)
{
	g_autofree char *first = g_strndup(provider->title, strcspn(provider->title, " ("));
	size_t n = MAX(leads(words, provider->id), leads(words, provider->title));

	n = MAX(n, leads(words, first));
	for (guint i = 0; i < provider->remote->len; i++) {
		const char *host = provider->remote->pdata[i];
		g_autofree char *label = g_strndup(host, strcspn(host, "."));

		n = MAX(n, MAX(leads(words, host), strlen(label) > 2 ? leads(words, label) : 0));
	}
	return n;
}

struct question question_read(const struct knowledge *knowledge, struct span words)
{
	struct question question = {NULL, span_trim(words)};
	size_t longest = 0;
	const struct provider *provider;

	for (int i = 0; i < SCOPE_COUNT; i++) {
		size_t n = leads(question.words, scope_names[i]);

		if (n > longest) {
			longest = n;
			question.scope = scope_names[i];
		}
	}
	for (int i = 0; (provider = provider_at(knowledge, i)); i++) {
		size_t n = provider_leads(question.words, provider);

		if (n > longest) {
			longest = n;
			question.scope = provider->id;
		}
	}
	/* A name alone asks for nothing. */
	if (longest == question.words.n)
		return (struct question){NULL, question.words};
	question.words = span_from(question.words, longest);
	while (question.words.n && longest && strchr(" :,", question.words.p[0]))
		question.words = span_from(question.words, 1);
	return question;
}

/* --- what it is */

static bool has_reply(struct span words, int reply)
{
	char digits[16];
	const char *at;

	g_snprintf(digits, sizeof digits, "%d", reply);
	at = span_find_nocase(words, digits);
	return at && (at == words.p || !g_ascii_isalnum(at[-1])) &&
	       (at + 3 == words.p + words.n || !g_ascii_isalnum(at[3]));
}

/* The next code; a range (4.7.500-699) counts by where it begins. */
static bool next_status(struct span words, struct status *status)
{
	const char *dash = words.n ? memchr(words.p, '-', words.n) : NULL;

	return status_find(words, status) ||
	       (dash && status_parse(span_make(words.p, dash), status));
}

static bool has_status(struct span words, const struct code *row)
{
	struct status status;

	while (next_status(words, &status)) {
		if (status.v[0] == row->status[0] && status.v[1] == row->status[1] &&
			status.v[2] >= row->status[2] && status.v[2] <= row->status_to)
			return true;
		words = span_make(status.at.p + status.at.n, words.p + words.n);
	}
	return false;
}

/* `=words` of a row are the whole text behind the codes. */
static bool has_phrase(struct span words, const char *phrase)
{
	if (phrase[0] == '=') {
		while (words.n > strlen(phrase + 1) && strchr("0123456789. -", words.p[0]))
			words = span_from(words, 1);
		return span_equal_nocase(words, phrase + 1);
	}
	g_auto(GStrv) parts = g_strsplit(phrase, GAP, -1);

	for (char **part = parts; *part; part++) {
		const char *at = span_find_nocase(words, *part);

		if (!at)
			return false;
		words = span_make(at + strlen(*part), words.p + words.n);
	}
	return true;
}

/* How many bytes of `words` the row's own key makes up. */
static size_t covered(struct span words, const struct code *row)
{
	struct status status;
	size_t n = row->reply && has_reply(words, row->reply) ? 4 : 0;

	if (row->status[0] && next_status(words, &status)) {
		const char *end = words.p + words.n, *to = status.at.p + status.at.n;

		while (to < end && (g_ascii_isdigit(*to) || *to == '-'))
			to++; /* a range */
		n += (size_t)(to - status.at.p);
	}
	return n + (row->phrase ? strlen(row->phrase) : 0);
}

/* How far the range of the row is from the one that is asked for; at most 50. */
static size_t width_off(struct span words, const struct code *row)
{
	const char *dash = words.n ? memchr(words.p, '-', words.n) : NULL;
	g_autofree char *last = dash ? span_dup(span_make(dash + 1, words.p + words.n)) : NULL;
	int to = last && g_ascii_isdigit(*last) ? (int)MIN(g_ascii_strtoull(last, NULL, 10), 999)
						: row->status[2];

	return (size_t)MIN(50, abs(row->status_to - to));
}

/* How well the row fits; 0: not at all. All that it has must be there, but a reply beside more
 * telling things. */
static size_t fit(struct span words, const struct code *row)
{
	bool reply = row->reply && has_reply(words, row->reply);
	size_t points = reply ? 10 : 0;

	if (row->status[0] && !has_status(words, row))
		return 0;
	if (row->phrase && !has_phrase(words, row->phrase))
		return 0;
	if (row->reply && !reply && !row->status[0] && !row->phrase)
		return 0;
	if (row->status[0])
		points += 100 - width_off(words, row);
	/* A text that begins with the name of a provider is no question for a row. */
	if (covered(words, row) * 5 < words.n * 3)
		return 0;
	return points + (row->phrase ? 200 + strlen(row->phrase) : 0);
}

/* Without a scope: nothing but the mark or phrase itself, or a number that no SMTP server says. */
static bool speaks_for_itself(struct span words, const struct code *row)
{
	if (row->phrase)
		return !row->status[0] && !row->reply && has_phrase(words, row->phrase) &&
		       words.n <= strlen(row->phrase);
	return row->reply > REPLY_LAST && words.n == 3 && has_reply(words, row->reply);
}

const struct code *question_answer(
	const struct knowledge *knowledge, const struct question *question)
{
	const struct code *best = NULL;
	size_t n, most = 0;
	const struct code *const *rows = knowledge_codes(knowledge, &n);

	for (size_t i = 0; i < n; i++) {
		bool mine = question->scope ? strcmp(rows[i]->scope, question->scope) == 0
					    : speaks_for_itself(question->words, rows[i]);
		size_t points = mine ? fit(question->words, rows[i]) : 0;

		if (!question->scope && best && points && best->category != rows[i]->category)
			return NULL;
		if (points > most) {
			most = points;
			best = rows[i];
		}
	}
	return best;
}

const char *scope_title(const struct knowledge *knowledge, const char *scope)
{
	const struct provider *provider = provider_by_id(knowledge, scope);

	for (int i = 0; i < SCOPE_COUNT; i++)
		if (strcmp(scope_names[i], scope) == 0)
			return word(knowledge, WORDS_SCOPE, i);
	return provider ? provider->title : scope;
}
