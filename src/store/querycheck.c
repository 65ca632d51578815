/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lexer follows notmuch-search-terms(7) and what Xapian's parser does with it: words end at
 * blanks and parentheses, a prefix is a name and a colon, values may be quoted with "" for a quote
 * inside.
 */
#include "store/querycheck.h"

#include <regex.h>

#include "base/errors.h"
#include "base/span.h"
#include "base/text.h"
#include "base/words.h"

enum prefix_flags {
	PREFIX_WORDS = 1 << 0,   /* takes a phrase or a group in parentheses */
	PREFIX_REGEX = 1 << 1,   /* takes /regex/ */
	PREFIX_EMPTY = 1 << 2,   /* "" has a meaning: the top folder */
	PREFIX_NAMED = 1 << 3,   /* takes the name of a saved query */
	PREFIX_PAIR = 1 << 4,    /* takes key=value */
	PREFIX_QUOTED = 1 << 5,  /* the value must be quoted */
	PREFIX_NUMBERS = 1 << 6, /* takes N..M */
};

static const struct prefix {
	const char *name;
	unsigned flags;
} prefixes[] = {
	{"attachment", PREFIX_WORDS},
	{"body", PREFIX_WORDS},
	{"date", 0},
	{"folder", PREFIX_REGEX | PREFIX_EMPTY},
	{"from", PREFIX_WORDS | PREFIX_REGEX},
	{"id", 0},
	{"is", PREFIX_REGEX},
	{"lastmod", PREFIX_NUMBERS},
	{"mid", PREFIX_REGEX},
	{"mimetype", PREFIX_WORDS},
	{"path", PREFIX_REGEX | PREFIX_EMPTY},
	{"property", PREFIX_REGEX | PREFIX_PAIR},
	{"query", PREFIX_NAMED},
	{"sexp", PREFIX_QUOTED},
	{"subject", PREFIX_WORDS | PREFIX_REGEX},
	{"tag", PREFIX_REGEX},
	{"thread", 0},
	{"to", PREFIX_WORDS},
};

const char *query_prefix(size_t i)
{
	return i < G_N_ELEMENTS(prefixes) ? prefixes[i].name : NULL;
}

enum connective { CONNECTIVE_NONE, CONNECTIVE_BINARY, CONNECTIVE_NOT };

struct lexer {
	struct span rest;
	const struct query_names *names;
	bool wants;           /* an operand must come: at the start, behind an operator or `(` */
	struct span last;     /* the operator or parenthesis that wants it */
	const char *open[64]; /* parentheses that are open */
	unsigned depth;
	GError **error;
};

/* --- errors */

static bool bad(struct lexer *lexer, struct span token, const char *why)
{
	g_autofree char *raw = span_dup(token), *shown = text_visible(raw, TEXT_PLAIN);

	g_set_error(lexer->error, NIXIE_ERROR, NIXIE_USAGE, _("bad query at '%s': %s"), shown, why);
	return false;
}

/* --- pieces */

static bool ends_word(char c)
{
	return (unsigned char)c <= ' ' || c == ')';
}

/* From `s` up to the end of its word. */
static struct span word_of(struct span s)
{
	size_t n = 0;

	while (n < s.n && !ends_word(s.p[n]))
		n++;
	return (struct span){s.p, n};
}

/* Xapian begins a phrase or a group inside of a word, too. */
static size_t before_mark(struct span word)
{
	size_t n = 0;

	while (n < word.n && word.p[n] != '"' && word.p[n] != '(')
		n++;
	return n;
}

/*
 * The length of a quoted string at the start of `s`, both quotes with it; 0 when it is open.
 * `doubled`: "" is a quote inside.
 */
static size_t quoted_length(struct span s, bool doubled)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] != '"')
			continue;
		if (doubled && i + 1 < s.n && s.p[i + 1] == '"')
			i++;
		else
			return i + 1;
	}
	return 0;
}

/* `name:` at the start of a word; 0 when there is none. */
static size_t prefix_length(struct span word)
{
	size_t n = 0;

	if (!word.n || !g_ascii_isalpha(*word.p))
		return 0;
	while (n < word.n && (g_ascii_isalnum(word.p[n]) || strchr("_-.", word.p[n])))
		n++;
	return n < word.n && word.p[n] == ':' ? n : 0;
}

static enum connective connective_of(struct span word)
{
	static const char *const binary[] = {"and", "or", "xor"};

	for (size_t i = 0; i < G_N_ELEMENTS(binary); i++)
		if (span_equal_nocase(word, binary[i]))
			return CONNECTIVE_BINARY;
	return span_equal_nocase(word, "not") ? CONNECTIVE_NOT : CONNECTIVE_NONE;
}

static void took_operand(struct lexer *lexer, size_t n)
{
	lexer->rest = span_from(lexer->rest, n);
	lexer->wants = false;
}

/* --- values */

static bool check_regex(struct lexer *lexer, struct span token, struct span value)
{
	g_autofree char *pattern = NULL;
	regex_t regex;
	int broken;

	if (value.n < 2 || value.p[value.n - 1] != '/')
		return bad(lexer, token, _("the regular expression has no closing /"));
	pattern = span_dup((struct span){value.p + 1, value.n - 2});
	broken = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
	if (!broken) {
		regfree(&regex);
		return true;
	}
	return bad(lexer, token, _("the regular expression is broken"));
}

static bool is_numbers(struct span value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!g_ascii_isdigit(value.p[i]) && value.p[i] != '.')
			return false;
	return true;
}

static bool check_value(struct lexer *lexer, const struct prefix *prefix, struct span token,
	struct span value, bool quoted)
{
	if (!value.n && !(quoted && (prefix->flags & PREFIX_EMPTY)))
		return bad(lexer, token, _("a value must follow the colon"));
	if ((prefix->flags & PREFIX_REGEX) && value.n && *value.p == '/')
		return check_regex(lexer, token, value);
	if ((prefix->flags & PREFIX_PAIR) && !memchr(value.p, '=', value.n))
		return bad(lexer, token, _("a property is asked for as property:KEY=VALUE"));
	if ((prefix->flags & PREFIX_NUMBERS) && !is_numbers(value))
		return bad(lexer, token,
			_("revisions are asked for as lastmod:FIRST..LAST, in numbers"));
	if ((prefix->flags & PREFIX_QUOTED) && !quoted)
		return bad(lexer, token, _("an s-expression must stand in double quotes"));
	if (prefix->flags & PREFIX_NAMED) {
		g_autofree char *name = span_dup(value);

		if (!lexer->names || !lexer->names->has_query ||
			!lexer->names->has_query(lexer->names->user, name))
			return bad(lexer, token,
				_("there is no saved query of that name; notmuch config list shows "
				  "them"));
	}
	return true;
}

/* Behind `prefix:`: a quoted value, a group, or the rest of the word. */
static bool take_value(struct lexer *lexer, const struct prefix *prefix, size_t colon)
{
	struct span at = span_from(lexer->rest, colon + 1), word = word_of(at);
	struct span token = {lexer->rest.p, colon + 1 + word.n};
	size_t n;

	if (at.n && *at.p == '(' && (prefix->flags & PREFIX_WORDS)) {
		lexer->rest = at; /* the group is read as any other */
		return true;
	}
	if (!at.n || *at.p != '"') {
		if ((prefix->flags & PREFIX_WORDS) && !(at.n && *at.p == '/'))
			token.n = colon + 1 + before_mark(word);
		word.n = token.n - colon - 1;
		if (!check_value(lexer, prefix, token, word, false))
			return false;
		took_operand(lexer, token.n);
		return true;
	}
	n = quoted_length(at, !(prefix->flags & PREFIX_WORDS));
	if (!n)
		return bad(lexer, token, _("the quote is not closed"));
	token.n = colon + 1 + n;
	if (!check_value(lexer, prefix, token, (struct span){at.p + 1, n - 2}, true))
		return false;
	took_operand(lexer, token.n);
	return true;
}

static const struct prefix *find_prefix(struct lexer *lexer, struct span name)
{
	static const struct prefix header = {"", PREFIX_WORDS};
	g_autofree char *text = span_dup(name);

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_str_equal(prefixes[i].name, text))
			return &prefixes[i];
	if (lexer->names && lexer->names->has_prefix &&
		lexer->names->has_prefix(lexer->names->user, text))
		return &header;
	return NULL;
}

static bool take_unknown(struct lexer *lexer, struct span word, struct span name)
{
	g_autofree char *lower = g_ascii_strdown(name.p, (gssize)name.n), *why = NULL;

	if (find_prefix(lexer, span_of(lower)))
		why = g_strdup_printf(_("prefixes are written in lower case: %s:"), lower);
	else
		why = g_strdup_printf(_("%s: is no search prefix; to search for the text, put it "
					"in double quotes"),
			lower);
	return bad(lexer, word, why);
}

/* --- tokens */

static bool take_connective(struct lexer *lexer, struct span word, enum connective kind)
{
	bool after_not = lexer->last.n && connective_of(lexer->last) == CONNECTIVE_NOT;

	if (lexer->wants && (kind == CONNECTIVE_BINARY || after_not))
		return bad(
			lexer, word, _("nothing stands before it; in double quotes it is a word"));
	lexer->rest = span_from(lexer->rest, word.n);
	lexer->wants = true;
	lexer->last = word;
	return true;
}

static bool take_word(struct lexer *lexer)
{
	struct span word = word_of(lexer->rest);
	size_t colon = prefix_length(word), n = before_mark(word);
	const struct prefix *prefix;
	enum connective kind;

	kind = connective_of((struct span){word.p, n});
	if (kind != CONNECTIVE_NONE)
		return take_connective(lexer, (struct span){word.p, n}, kind);
	if (colon) {
		prefix = find_prefix(lexer, (struct span){word.p, colon});
		return prefix ? take_value(lexer, prefix, colon)
			      : take_unknown(lexer, word, (struct span){word.p, colon});
	}
	took_operand(lexer, MAX(n, 1));
	return true;
}

static bool take_quote(struct lexer *lexer)
{
	size_t n = quoted_length(lexer->rest, false);

	if (!n)
		return bad(lexer, lexer->rest, _("the quote is not closed"));
	took_operand(lexer, n);
	return true;
}

static bool take_open(struct lexer *lexer)
{
	struct span token = {lexer->rest.p, 1};

	if (lexer->depth == G_N_ELEMENTS(lexer->open))
		return bad(lexer, token, _("parentheses are nested too deeply"));
	lexer->open[lexer->depth++] = token.p;
	lexer->rest = span_from(lexer->rest, 1);
	lexer->wants = true;
	lexer->last = token;
	return true;
}

static bool take_close(struct lexer *lexer)
{
	struct span token = {lexer->rest.p, 1};

	if (!lexer->depth)
		return bad(lexer, token, _("no parenthesis is open here"));
	if (lexer->wants)
		return bad(lexer, span_make(lexer->last.p, token.p + 1),
			_("something must stand between"));
	lexer->depth--;
	took_operand(lexer, 1);
	return true;
}

static bool take_token(struct lexer *lexer)
{
	switch (*lexer->rest.p) {
	case '(':
		return take_open(lexer);
	case ')':
		return take_close(lexer);
	case '"':
		return take_quote(lexer);
	case '+':
	case '-':
		/* A sign belongs to what follows it; alone it says nothing, and is passed over. */
		lexer->rest = span_from(lexer->rest, 1);
		return true;
	default:
		return take_word(lexer);
	}
}

bool query_check(const char *query, const struct query_names *names, GError **error)
{
	struct lexer lexer = {.rest = span_trim(span_of(query)), .names = names, .error = error};

	if (!lexer.rest.n)
		return true;
	if (!text_is_utf8(lexer.rest))
		return bad(&lexer, lexer.rest, _("it is not valid UTF-8"));
	lexer.wants = true;
	for (;;) {
		while (lexer.rest.n && (unsigned char)*lexer.rest.p <= ' ')
			lexer.rest = span_from(lexer.rest, 1);
		if (!lexer.rest.n)
			break;
		if (!take_token(&lexer))
			return false;
	}
	if (lexer.depth)
		return bad(&lexer, span_make(lexer.open[lexer.depth - 1], lexer.rest.p),
			_("the parenthesis is not closed"));
	if (lexer.wants && lexer.last.n)
		return bad(&lexer, lexer.last, _("something must follow it"));
	return true;
}
