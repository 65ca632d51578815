/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lookalike.h"

#include <glib.h>

#include "base/text.h"

/* Letters whose form is that of a Latin one. */
static const char doubles[] = "аԁеһіјӏорԛсѕѵԝхуьАВЕЅІЈКМНОРСТУХ" /* Cyrillic */
			      "αγικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"        /* Greek */
			      "օոսցհյզքք";                       /* Armenian */

/* What a label is made of. */
enum {
	LATIN = 1,
	EAST_ASIAN = 2,
	OTHER = 4,
	DOUBLE = 8,   /* of another script, like a Latin one */
	OWN = 16,     /* of another script, like none */
	DISGUISE = 32 /* another drawing of an ASCII one */
};

static unsigned script_bit(gunichar c)
{
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_COMMON:
	case G_UNICODE_SCRIPT_INHERITED:
		return 0;
	case G_UNICODE_SCRIPT_LATIN:
		return LATIN;
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_BOPOMOFO:
	case G_UNICODE_SCRIPT_HANGUL:
		return EAST_ASIAN;
	default:
		return OTHER;
	}
}

/* Full-width, mathematical and phonetic letters: another drawing of an ASCII one. */
static bool is_disguise(gunichar c)
{
	char text[7] = "";
	g_autofree char *plain = NULL;

	if (c == 0x251 || c == 0x261)
		return true;
	g_unichar_to_utf8(c, text);
	plain = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
	return plain && g_ascii_isalnum(plain[0]) && !plain[1];
}

struct label {
	unsigned bits;
	GUnicodeScript script; /* the one that is neither Latin nor East Asian */
	bool mixed;
};

static void add_letter(struct label *label, gunichar c)
{
	unsigned bit = script_bit(c);

	if (c >= 0x80 && is_disguise(c))
		label->bits |= DISGUISE;
	if (bit == OTHER) {
		GUnicodeScript script = g_unichar_get_script(c);

		label->mixed |= label->bits & OTHER && label->script != script;
		label->script = script;
		/* Cherokee letters are Latin capitals with another sound. */
		bit |= script == G_UNICODE_SCRIPT_CHEROKEE || g_utf8_strchr(doubles, -1, c) ? DOUBLE
											    : OWN;
	}
	label->bits |= bit;
	label->mixed |= label->bits & OTHER && label->bits & (LATIN | EAST_ASIAN);
}

static bool is_suspect(struct span address)
{
	bool doubles_alone = false, own_letters = false;

	for (size_t at = 0; at < address.n;) {
		struct label label = {0};
		int32_t c;

		while (at < address.n && (c = text_next(address, &at)) != '.' && c != '@')
			if (c > 0)
				add_letter(&label, (gunichar)c);
		if (label.mixed || label.bits & DISGUISE)
			return true;
		doubles_alone |= label.bits & DOUBLE && !(label.bits & OWN);
		own_letters |= (label.bits & OWN) != 0;
	}
	return doubles_alone && !own_letters;
}

/* ASCII that ends a word which may be an address. */
static bool is_edge(unsigned char byte)
{
	return byte <= ' ' || byte == 0x7f || strchr("<>()[]\",;:'", byte);
}

struct span lookalike_next(struct span text, size_t *at)
{
	while (*at < text.n) {
		size_t from = *at, to;
		bool wide = false, named = false;

		for (to = from; to < text.n && !is_edge((unsigned char)text.p[to]); to++) {
			wide |= (unsigned char)text.p[to] >= 0x80;
			named |= text.p[to] == '@';
		}
		*at = to + 1;
		if (wide && named) {
			struct span word = {text.p + from, to - from};

			if (is_suspect(word))
				return word;
		}
	}
	return SPAN_NONE;
}
