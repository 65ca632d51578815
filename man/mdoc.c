/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mdoc.h"

#include <string.h>

/* A word that mdoc would take for a macro or for punctuation. */
static bool is_special(const char *text)
{
	size_t n = strlen(text);

	if (n == 1)
		return strchr(".,:;()[]?!|", *text) != NULL;
	return (n == 2 || n == 3) && g_ascii_isupper(text[0]) && g_ascii_islower(text[1]);
}

static void put_escaped(GString *out, char letter)
{
	if (letter == '\\')
		g_string_append(out, "\\e");
	else if (letter == '-')
		g_string_append(out, "\\-");
	else
		g_string_append_c(out, letter);
}

void mdoc_word(GString *out, const char *text)
{
	bool quoted = !*text || strpbrk(text, " \"");

	if (is_special(text))
		g_string_append(out, "\\&");
	if (quoted)
		g_string_append_c(out, '"');
	for (; *text; text++)
		if (*text == '"')
			g_string_append(out, "\\(dq");
		else
			put_escaped(out, *text);
	if (quoted)
		g_string_append_c(out, '"');
}

/* Does the sentence end here, so that what follows the blank begins a line? */
static bool ends_sentence(const char *from, const char *at)
{
	return at > from && strchr(".?!", *at) && at[1] == ' ' &&
	       (g_ascii_isupper(at[2]) || at[2] == '-' || at[2] == '`') &&
	       !(at > from + 1 && at[-2] == '.');
}

void mdoc_text(GString *out, const char *text)
{
	bool bold = false;

	for (const char *at = text; *at; at++) {
		bool begins = at == text || out->str[out->len - 1] == '\n';

		if (begins && strchr(".'", *at))
			g_string_append(out, "\\&");
		if (*at == '`') {
			g_string_append(out, bold ? "\\fR" : "\\fB");
			bold = !bold;
		} else {
			put_escaped(out, *at);
		}
		if (ends_sentence(text, at)) {
			g_string_append_c(out, '\n');
			at++;
		}
	}
	g_string_append_c(out, '\n');
}

void mdoc_phrase(GString *out, const char *phrase)
{
	size_t n = strlen(phrase);
	g_autofree char *sentence =
		g_strconcat(phrase, n && strchr(".?!", phrase[n - 1]) ? "" : ".", NULL);

	*sentence = g_ascii_toupper(*sentence);
	mdoc_text(out, sentence);
}

void mdoc_words(GString *out, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		g_string_append(out, i ? " , " : ".Cm ");
		mdoc_word(out, words[i]);
	}
	if (n)
		g_string_append(out, " .\n");
}

/* --- the arguments of a command */

static void put_option(GString *out, const char *word)
{
	const char *equals = strchr(word, '=');
	g_autofree char *name = equals ? g_strndup(word, (size_t)(equals - word)) : g_strdup(word);

	g_string_append(out, " Fl ");
	mdoc_word(out, name + 1);
	if (!equals)
		return;
	g_string_append(out, " Ns = Ns Ar ");
	mdoc_word(out, equals + 1);
}

static void put_token(GString *out, const char *word)
{
	bool ends = g_str_has_suffix(word, "...");
	g_autofree char *bare = g_strndup(word, strlen(word) - (ends ? 3 : 0));

	if (g_str_has_prefix(bare, "--")) {
		put_option(out, bare);
	} else {
		g_string_append(out, g_ascii_islower(*bare) ? " Cm " : " Ar ");
		mdoc_word(out, bare);
	}
	if (ends)
		g_string_append(out, " ...");
}

/* Brackets and bars stand alone then. */
static char *spaced(const char *arguments)
{
	GString *out = g_string_new(NULL);

	for (; *arguments; arguments++)
		if (strchr("[]|", *arguments))
			g_string_append_printf(out, " %c ", *arguments);
		else
			g_string_append_c(out, *arguments);
	return g_string_free(out, FALSE);
}

void mdoc_synopsis(GString *out, const char *arguments)
{
	g_autofree char *apart = spaced(arguments);
	g_auto(GStrv) words = g_strsplit(apart, " ", -1);

	for (char **word = words; *word; word++)
		if (strcmp(*word, "[") == 0)
			g_string_append(out, " Oo");
		else if (strcmp(*word, "]") == 0)
			g_string_append(out, " Oc");
		else if (strcmp(*word, "|") == 0)
			g_string_append(out, " |");
		else if (**word)
			put_token(out, *word);
}
