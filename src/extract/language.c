/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/language.h"

#include "rules/inifile.h"
#include "rules/literals.h"

#define TEXT_MAX ((size_t)6000) /* bytes of a text that are looked at */
#define APART_MAX 90            /* folded bytes between the words of one sentence */
#define WHOLE_MAX 3             /* letters of a word that must also end as one */
#define ABJADS 0x0590      /* from here on, scripts that join words or write them without blanks */
#define MARKS_BEGIN 0x200b /* no one sees these: joiners and directions */
#define MARKS_END 0x200f
#define TYPOGRAPHIC_APOSTROPHE 0x2019

enum role { ROLE_DELIVER, ROLE_FAIL, ROLE_LATE, ROLE_UNDELIVERED, ROLE_DAEMON, ROLE_COUNT };

static const char *const role_keys[ROLE_COUNT] = {
	[ROLE_DELIVER] = "deliver",
	[ROLE_FAIL] = "fail",
	[ROLE_LATE] = "late",
	[ROLE_UNDELIVERED] = "undelivered",
	[ROLE_DAEMON] = "daemon",
};

struct word {
	unsigned short language;
	unsigned char role;
	bool begins, ends; /* no letter may touch it there */
};

/* Of one language: where each kind of word stood last (0 is nowhere, else place + 1), and which
 * kinds there are in the whole text, a bit each. */
struct traces {
	uint32_t at[ROLE_COUNT]; /* a text is short, and all are cleared for each */
	unsigned roles;
};

struct language_set {
	struct ini *ini;
	gsize ready;   /* the words below are; most processes never need them */
	GArray *words; /* struct word; its index is the id of the literal */
	struct literal_set *literals;
	guint languages;
	struct traces *traces; /* one a language, for the text that is being read */
};

/* Letters for which others are commonly typed. */
static gunichar plain(gunichar c)
{
	switch (c) {
	case TYPOGRAPHIC_APOSTROPHE:
		return '\'';
	case 0x0131: /* dotless i */
		return 'i';
	case 0x064a: /* Arabic yeh for the Persian one */
		return 0x06cc;
	case 0x0643: /* Arabic kaf for the Persian one */
		return 0x06a9;
	default:
		return c;
	}
}

/* Bytes of the letters at the front that are all of ASCII, or all not. */
static size_t run_length(struct span text, bool ascii)
{
	size_t n = 0;

	while (n < text.n && (text.p[n] > 0) == ascii)
		n++;
	return n;
}

static void fold_other(struct span run, GString *folded)
{
	g_autofree char *valid = g_utf8_make_valid(run.p, (gssize)run.n);
	g_autofree char *apart = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
	g_autofree char *lower = g_utf8_strdown(apart ? apart : valid, -1);

	for (const char *p = lower; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c < 0x80)
			g_string_append_c(folded, (char)c);
		else if (!(c >= MARKS_BEGIN && c <= MARKS_END) &&
			 g_unichar_type(c) != G_UNICODE_NON_SPACING_MARK)
			g_string_append_unichar(folded, plain(c));
	}
}

/* Without accents and the like. Case of ASCII stays: literals are found in either. */
static GString *fold(struct span text)
{
	GString *folded = g_string_sized_new(text.n);

	for (bool ascii = true; text.n; ascii = !ascii) {
		size_t n = run_length(text, ascii);

		if (ascii)
			g_string_append_len(folded, text.p, (gssize)n);
		else if (n)
			fold_other((struct span){text.p, n}, folded);
		text = span_from(text, n);
	}
	return folded;
}

/* --- Loading */

static void add_word(struct language_set *set, const char *literal, enum role role)
{
	g_autoptr(GString) folded = fold(span_of(literal));
	gunichar first = g_utf8_get_char(folded->str);
	struct word word = {
		.language = (unsigned short)set->languages,
		.role = (unsigned char)role,
		.begins = g_unichar_isalnum(first) && first < ABJADS,
	};

	word.ends = word.begins && g_utf8_strlen(folded->str, -1) <= WHOLE_MAX;
	literal_set_add(set->literals, (struct span){folded->str, folded->len}, set->words->len);
	g_array_append_val(set->words, word);
}

static void add_language(struct language_set *set, const char *id)
{
	for (int role = 0; role < ROLE_COUNT; role++) {
		g_autoptr(GPtrArray) list = ini_list(set->ini, id, role_keys[role]);

		for (guint i = 0; i < list->len; i++)
			add_word(set, list->pdata[i], (enum role)role);
	}
	set->languages++;
}

static void build(struct language_set *set)
{
	if (!g_once_init_enter(&set->ready))
		return;
	set->words = g_array_new(FALSE, FALSE, sizeof(struct word));
	set->literals = literal_set_new();
	for (guint i = 0; i < set->ini->groups->len; i++)
		add_language(set, set->ini->groups->pdata[i]);
	literal_set_build(set->literals);
	set->traces = g_new(struct traces, set->languages + 1);
	g_once_init_leave(&set->ready, 1);
}

struct language_set *language_set_load(const char *path, GError **error)
{
	static const char *const keys[] = {
		"title", "deliver", "fail", "late", "undelivered", "daemon", NULL};
	g_autoptr(ini_file) ini = ini_load(path, NULL, error);
	struct language_set *set;

	for (guint i = 0; ini && i < ini->groups->len; i++)
		if (!ini_check_keys(ini, ini->groups->pdata[i], keys, error))
			return NULL;
	if (!ini)
		return NULL;
	set = g_new0(struct language_set, 1);
	set->ini = g_steal_pointer(&ini);
	return set;
}

void language_set_free(struct language_set *set)
{
	if (!set)
		return;
	if (set->words)
		g_array_unref(set->words);
	literal_set_free(set->literals);
	g_free(set->traces);
	ini_free(set->ini);
	g_free(set);
}

/* --- Reading */

static bool is_letter_before(const char *begin, const char *at)
{
	const char *before = g_utf8_find_prev_char(begin, at);

	return before && g_unichar_isalnum(g_utf8_get_char(before));
}

static bool fits(const struct word *word, struct span text, const struct literal_hit *hit)
{
	const char *at = text.p + hit->at, *end = at + hit->n;

	if (word->begins && is_letter_before(text.p, at))
		return false;
	return !word->ends || end == text.p + text.n || !g_unichar_isalnum(g_utf8_get_char(end));
}

/* Does a sentence end between the two places? */
static bool ends_sentence(struct span text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		char c = text.p[i], next = i + 1 < text.n ? text.p[i + 1] : '\n';

		if (c == '!' || c == '?' || (c == '.' && g_ascii_isspace(next)) ||
			(c == '\n' && (next == '\n' || next == '\r')))
			return true;
		if (c == '\xe3' && i + 2 < text.n && memcmp(text.p + i, "\u3002", 3) == 0)
			return true;
	}
	return false;
}

static bool is_near(const struct traces *traces, enum role role, size_t sentence, size_t at)
{
	size_t place = traces->at[role];

	return place > sentence && at + 1 - place <= APART_MAX;
}

/* `sentence`: where the first word of it stands. */
static unsigned told_by(struct traces *traces, const struct word *word, size_t sentence, size_t at)
{
	unsigned told = 0;

	traces->at[word->role] = (uint32_t)at + 1;
	traces->roles |= 1u << word->role;
	if (word->role == ROLE_DAEMON)
		return TOLD_DAEMON;
	if (word->role == ROLE_UNDELIVERED)
		return TOLD_FAILURE;
	if (is_near(traces, ROLE_DELIVER, sentence, at) && is_near(traces, ROLE_FAIL, sentence, at))
		told |= TOLD_FAILURE;
	if (is_near(traces, ROLE_DELIVER, sentence, at) && is_near(traces, ROLE_LATE, sentence, at))
		told |= TOLD_DELAY;
	return told;
}

static unsigned told_in_all(const struct traces *traces, guint n)
{
	const unsigned delivery = 1u << ROLE_DELIVER,
		       trouble = 1u << ROLE_FAIL | 1u << ROLE_LATE | 1u << ROLE_UNDELIVERED;
	unsigned told = 0;

	for (guint i = 0; i < n; i++) {
		if (traces[i].roles & delivery)
			told |= TOLD_DELIVERY | (traces[i].roles & trouble ? TOLD_TROUBLE : 0);
	}
	return told;
}

unsigned language_told(struct language_set *set, struct span text)
{
	g_autoptr(GString) folded = NULL;
	struct traces *traces;
	struct literal_scan scan;
	struct literal_hit hit;
	struct span in;
	size_t sentence = 0, last = 0;
	unsigned told = 0;

	if (!text.n)
		return 0;
	build(set);
	traces = memset(set->traces, 0, set->languages * sizeof *traces);
	in = (struct span){text.p, MIN(text.n, TEXT_MAX)};
	if (!span_is_ascii(in) || memchr(in.p, '\0', in.n)) {
		folded = fold(in);
		in = (struct span){folded->str, folded->len};
	}
	scan = literal_scan_of(set->literals, in);
	while (literal_next(&scan, &hit)) {
		const struct word *word = &g_array_index(set->words, struct word, hit.id);

		if (!fits(word, in, &hit))
			continue;
		if (hit.at > last && ends_sentence(in, last, hit.at))
			sentence = hit.at;
		last = hit.at;
		told |= told_by(&traces[word->language], word, sentence, hit.at);
	}
	return told | told_in_all(traces, set->languages);
}
