/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/wording.h"

#include "base/pseudonym.h"
#include "base/text.h"
#include "extract/language.h"
#include "rules/matchtext.h"
#include "rules/status.h"

#define WORDS_MAX 160   /* bytes that are proposed */
#define SENTENCE_MIN 24 /* a shorter sentence takes the next one along */
#define LETTERS_MIN 4   /* of a word that tells something */
#define SIGNS_MIN 2     /* the same in a script that writes words without blanks */
#define GAP_CHARS 200   /* that a gap may span */

/* --- texts */

char *wording_folded(const char *text)
{
	struct arena *arena = arena_new();
	char *folded = span_dup(match_text_new(span_of(text), arena).text);

	arena_free(arena);
	return folded;
}

/* Codes at the front say nothing of the wording. */
static struct span without_codes(struct span text)
{
	for (;;) {
		size_t n = 0;

		text = span_trim(text);
		while (n < text.n && (g_ascii_isdigit(text.p[n]) || strchr(".-#", text.p[n])))
			n++;
		if (!n || (n < text.n && text.p[n] != ' ' && text.p[n] != ':'))
			return text;
		text = span_from(text, n + (n < text.n && text.p[n] == ':'));
	}
}

/* Gaps with what hangs on them (`<...>:`), several as one; none at either end. */
static char *tidy_gaps(struct span text)
{
	g_auto(GStrv) words = NULL;
	g_autofree char *copy = span_dup(text);
	GString *out = g_string_new(NULL);
	bool gap = false;

	words = g_strsplit(copy, " ", -1);
	for (char **word = words; *word; word++) {
		if (strstr(*word, WORDING_GAP)) {
			gap = true;
		} else if (**word) {
			if (out->len)
				g_string_append(out, gap ? " " WORDING_GAP " " : " ");
			g_string_append(out, *word);
			gap = false;
		}
	}
	return g_string_free(out, FALSE);
}

/* Is this a script whose words stand side by side without blanks, or take endings freely? */
static bool is_blankless(gunichar c)
{
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_BOPOMOFO:
	case G_UNICODE_SCRIPT_HANGUL:
	case G_UNICODE_SCRIPT_THAI:
	case G_UNICODE_SCRIPT_LAO:
	case G_UNICODE_SCRIPT_KHMER:
	case G_UNICODE_SCRIPT_MYANMAR:
	case G_UNICODE_SCRIPT_TIBETAN:
		return true;
	default:
		return false;
	}
}

bool wording_has_content(const char *words)
{
	int letters = 0, signs = 0;

	for (const char *p = words; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		letters = g_unichar_isalnum(c) || (letters && (c == '-' || c == '_')) ? letters + 1
										      : 0;
		signs = letters && is_blankless(c) ? signs + 1 : 0;
		if (letters >= LETTERS_MIN || signs >= SIGNS_MIN)
			return true;
	}
	return false;
}

/* --- sentences */

enum { STRONG = 1, WEAK };

/* What ends in front of `p`: a sentence, or a clause. `*n`: bytes of the mark. */
static int end_at(const char *p, const char *begin, size_t *n)
{
	static const char *const wide[] = {"\u3002", "\uff01", "\uff1f"};
	bool last;

	for (size_t i = 0; i < G_N_ELEMENTS(wide); i++)
		if (g_str_has_prefix(p, wide[i])) {
			*n = strlen(wide[i]);
			return STRONG;
		}
	*n = 1;
	last = !p[1] || p[1] == ' ';
	if (!last || !strchr(".;!?:,", *p) || (p > begin && p[-1] == '.'))
		return 0;
	return *p == ':' || *p == ',' ? WEAK : STRONG;
}

static bool is_told(const struct format_set *formats, struct span text)
{
	return format_told(formats, text) & (TOLD_FAILURE | TOLD_DELAY);
}

/* Cuts what is too long behind a word. */
static char *fitting(struct span text)
{
	struct span fit = text_fit(text, WORDS_MAX, NULL);
	size_t n = fit.n;

	if (n < text.n) {
		while (n && fit.p[n - 1] != ' ')
			n--;
		fit.n = n ? n : fit.n; /* without blanks any letter may be the last */
	}
	return tidy_gaps(fit);
}

/* Sentences and clauses of a masked text, one after the other. */
struct clauses {
	const char *begin, *at;
};

static struct span next_clause(struct clauses *clauses, int *end)
{
	const char *from = clauses->at, *p = from;
	size_t n = 0;

	for (*end = 0; *p && !(*end = end_at(p, clauses->begin, &n)); p++)
		;
	clauses->at = *p ? p + n : p;
	return span_trim(span_make(from, p));
}

/* The first words that are `told`, or are not: clauses of one sentence, and short sentences. */
static char *take_words(const struct format_set *formats, const char *text, bool told)
{
	struct clauses clauses = {text, text};
	struct span taken = SPAN_NONE;
	int end = 0, before = WEAK;

	while (*clauses.at) {
		struct span clause = next_clause(&clauses, &end);
		g_autofree char *tidy = tidy_gaps(clause);

		if (!clause.n)
			continue;
		if (is_told(formats, clause) != told) {
			if (taken.p)
				break;
			continue;
		}
		if (taken.p && before == STRONG && taken.n >= SENTENCE_MIN)
			break;
		if (taken.p || wording_has_content(tidy))
			taken = span_make(taken.p ? taken.p : clause.p, clause.p + clause.n);
		before = end;
	}
	return taken.p ? fitting(taken) : g_strdup("");
}

/* The longest word of a reply that is all token: no address, host or number. */
static char *longest_token(struct span text)
{
	g_autofree char *copy = span_dup(text);
	g_auto(GStrv) words = g_strsplit_set(copy, " \t\n()<>[]\"'", -1);
	const char *best = "";

	for (char **word = words; *word; word++) {
		size_t n = strlen(*word), letters = 0;

		while (n && strchr(".,;:", (*word)[n - 1]))
			(*word)[--n] = '\0';
		for (size_t i = 0; i < n; i++)
			letters += g_ascii_isalpha((*word)[i]) != 0;
		if (letters && !strpbrk(*word, "@.:/=") && n > strlen(best) &&
			wording_has_content(*word))
			best = *word;
	}
	return g_strdup(best);
}

/* The reply, folded and masked; prose is what no server's code stands before. */
static char *masked_reply(
	const struct knowledge *knowledge, const char *diagnostic, char **token, bool *is_prose)
{
	g_autofree char *folded = wording_folded(diagnostic);
	struct pseudonyms *names = pseudonyms_new(PSEUDONYM_GAP);
	struct span inner = reply_innermost(knowledge, span_of(folded));
	GString *plain = g_string_new(NULL);
	struct reply reply;

	*is_prose = !reply_find(knowledge, inner, &reply);
	inner = without_codes(inner);
	*token = *is_prose ? g_strdup("") : longest_token(inner);
	pseudonyms_append(names, inner, plain);
	pseudonyms_free(names);
	return g_string_free(plain, FALSE);
}

char *wording_propose(
	const struct knowledge *knowledge, const struct format_set *formats, const char *diagnostic)
{
	bool is_prose;
	g_autofree char *token = NULL,
			*plain = masked_reply(knowledge, diagnostic, &token, &is_prose);
	char *words = take_words(formats, plain, false);

	if (!*words && !is_prose) {
		g_free(words);
		words = take_words(formats, plain, true);
	}
	if (!*words) {
		g_free(words);
		words = g_steal_pointer(&token);
	}
	return words;
}

/* Does a clause that only tells of the failure begin with the words? */
static bool begins_told(const struct format_set *formats, const char *text, const char *words)
{
	struct clauses clauses = {text, text};
	int end;

	while (*clauses.at) {
		struct span clause = next_clause(&clauses, &end);
		g_autofree char *tidy = tidy_gaps(clause);
		g_autofree char *low = g_utf8_strdown(tidy, -1);

		if (g_str_has_prefix(low, words) && is_told(formats, clause))
			return true;
	}
	return false;
}

bool wording_is_lead_in(const struct knowledge *knowledge, const struct format_set *formats,
	const char *diagnostic, const char *words)
{
	bool is_prose;
	g_autofree char *token = NULL,
			*plain = masked_reply(knowledge, diagnostic, &token, &is_prose);
	g_autofree char *folded = wording_folded(words);
	g_autofree char *tidy = tidy_gaps(span_of(folded));
	g_autofree char *low = g_utf8_strdown(tidy, -1);

	return is_prose && (is_told(formats, span_of(folded)) || begins_told(formats, plain, low));
}

/* --- the pattern */

char **wording_runs(const char *words)
{
	g_autofree char *folded = wording_folded(words);
	g_auto(GStrv) parts = g_strsplit(folded, WORDING_GAP, -1);
	GPtrArray *runs = g_ptr_array_new();

	for (char **part = parts; *part; part++)
		if (*g_strstrip(*part))
			g_ptr_array_add(runs, g_strdup(*part));
	g_ptr_array_add(runs, NULL);
	return (char **)g_ptr_array_free(runs, FALSE);
}

const char *wording_longest(char *const *runs)
{
	const char *longest = "";

	for (; *runs; runs++)
		if (strlen(*runs) > strlen(longest))
			longest = *runs;
	return longest;
}

/* Words end where other signs begin, but not inside a text without blanks. */
static const char *edge(const char *at)
{
	gunichar c = g_utf8_get_char(at);

	return (g_unichar_isalnum(c) || c == '_') && !is_blankless(c) ? "\\b" : "";
}

static void put_run(GString *pattern, const char *run)
{
	g_autofree char *escaped = g_regex_escape_string(run, -1);

	g_string_append_printf(
		pattern, "%s%s%s", edge(run), escaped, edge(g_utf8_prev_char(run + strlen(run))));
}

/* Each gap ends at the first place where what follows stands: one step a byte, however many. */
char *wording_pattern(char *const *runs)
{
	GString *pattern = g_string_new(NULL);

	put_run(pattern, runs[0]);
	for (runs++; *runs; runs++) {
		g_string_append_printf(pattern, "(?>.{0,%d}?", GAP_CHARS);
		put_run(pattern, *runs);
		g_string_append_c(pattern, ')');
	}
	return g_string_free(pattern, FALSE);
}
