/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/wordbook.h"

#include "rules/inifile.h"
#include "rules/knowledge-parts.h"

#define FILE_NAME "words.ini"
#define ENGLISH "en"
#define NOTES "note"

static const char *const severity_names[SEVERITY_COUNT] = {
	[TYPE_HARD] = "hard",
	[TYPE_SOFT] = "soft",
	[TYPE_UNDETERMINED] = "undetermined",
	[SEVERITY_WAIT] = "wait",
	[SEVERITY_NONE] = "none",
	[SEVERITY_DEAD] = "dead",
	[SEVERITY_PASSES] = "passes",
	[SEVERITY_CHANGE] = "change",
	[SEVERITY_UNSURE] = "unsure",
	[SEVERITY_OVER] = "over",
};

#define SENTENCE(id, key) [SENTENCE_##id] = (key),
static const char *const sentence_names[SENTENCE_COUNT] = {
#include "rules/wordbook.def"
};

#define SHOW(id, key) [SHOW_##id] = (key),
static const char *const show_names[SHOW_COUNT] = {
#include "rules/wordbook.def"
};

#define PANE(id, key) [PANE_##id] = (key),
static const char *const pane_names[PANE_COUNT] = {
#include "rules/wordbook.def"
};

#define PAGE(id, key) [PAGE_##id] = (key),
static const char *const page_names[PAGE_COUNT] = {
#include "rules/wordbook.def"
};

#define WAY(id, key) [WAY_##id] = (key),
static const char *const way_names[WAY_COUNT] = {
#include "rules/wordbook.def"
};

#define DIGEST(id, key) [DIGEST_##id] = (key),
static const char *const digest_names[DIGEST_COUNT] = {
#include "rules/wordbook.def"
};

static const char *const why_names[WHY_COUNT] = {
	[WHY_NO_REPORT] = "no-report",
	[WHY_UNRELIABLE] = "unreliable",
	[WHY_OLD_DELAY] = "old-delay",
	[WHY_HARD] = "hard",
	[WHY_SOFT] = "soft",
	[WHY_DELAYED] = "delayed",
	[WHY_SENT] = "sent",
	[WHY_ANSWERED] = "answered",
	[WHY_QUIET] = "quiet",
};

static const char *const subject_names[] = {"0", "1", "2", "3", "4", "5", "6", "7"};

static const char *const month_names[] = {
	"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};

static const char *const unit_names[UNIT_COUNT] = {
	[UNIT_DAY] = "day",
	[UNIT_HOUR] = "hour",
	[UNIT_MINUTE] = "minute",
	[UNIT_SECOND] = "second",
};

static const char *const size_names[SIZE_COUNT] = {
	[SIZE_KILO] = "kilo",
	[SIZE_MEGA] = "mega",
	[SIZE_GIGA] = "giga",
};

static const struct {
	const char *group;
	const char *const *names;
	int count;
} sets[WORD_SETS] = {
	[WORDS_SEVERITY] = {"severity", severity_names, SEVERITY_COUNT},
	[WORDS_ACTOR] = {"actor", actor_names, ACTOR_COUNT},
	[WORDS_ACTOR_SHORT] = {"actor-short", actor_names, ACTOR_COUNT},
	[WORDS_KIND_TITLE] = {"kind-title", kind_names, KIND_COUNT},
	[WORDS_KIND_TEXT] = {"kind-text", kind_names, KIND_COUNT},
	[WORDS_CONFIDENCE] = {"confidence", confidence_names, CONFIDENCE_COUNT},
	[WORDS_CONFIDENCE_WHY] = {"confidence-why", confidence_names, CONFIDENCE_COUNT},
	[WORDS_FINALITY] = {"finality", finality_names, FINALITY_COUNT},
	[WORDS_ORIGIN] = {"origin", origin_names, ORIGIN_COUNT},
	[WORDS_TRUST] = {"trust", trust_names, TRUST_COUNT},
	[WORDS_TRUST_WHY] = {"trust-why", trust_names, TRUST_COUNT},
	[WORDS_STATE] = {"state", state_names, STATE_COUNT},
	[WORDS_CONDITION] = {"condition", condition_names, CONDITION_COUNT},
	[WORDS_CONDITION_WHY] = {"condition-why", why_names, WHY_COUNT},
	[WORDS_EVENT] = {"event", event_names, EVENT_COUNT},
	[WORDS_ROLE] = {"role", role_names, MAILBOX_ROLES},
	[WORDS_TRACE] = {"trace", trace_names, TRACE_COUNT},
	[WORDS_PAGE] = {"page", page_names, PAGE_COUNT},
	[WORDS_WAY] = {"way", way_names, WAY_COUNT},
	[WORDS_DIGEST] = {"digest", digest_names, DIGEST_COUNT},
	[WORDS_SENTENCE] = {"sentence", sentence_names, SENTENCE_COUNT},
	[WORDS_SHOW] = {"show", show_names, SHOW_COUNT},
	[WORDS_PANE] = {"pane", pane_names, PANE_COUNT},
	[WORDS_SCOPE] = {"scope", scope_names, SCOPE_COUNT},
	[WORDS_SUBJECT] = {"subject", subject_names, G_N_ELEMENTS(subject_names)},
	[WORDS_MONTH] = {"month", month_names, G_N_ELEMENTS(month_names)},
	[WORDS_ONE_UNIT] = {"one-unit", unit_names, UNIT_COUNT},
	[WORDS_UNITS] = {"units", unit_names, UNIT_COUNT},
	[WORDS_SIZE] = {"size", size_names, SIZE_COUNT},
};

static struct ini *open_book(const char *datadir, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, FILE_NAME, NULL);

	return ini_load(path, NULL, error);
}

static bool check_group(const struct ini *ini, enum word_set set, GError **error)
{
	g_autoptr(GPtrArray) allowed = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; i < sets[set].count; i++)
		g_ptr_array_add(allowed, g_strconcat(sets[set].names[i], "[]", NULL));
	g_ptr_array_add(allowed, NULL);
	return ini_check_keys(ini, sets[set].group, (const char *const *)allowed->pdata, error);
}

/* English and translation of each note; no set, since any number of them may stand there. */
static char **load_notes(const struct ini *ini, const char *lang)
{
	g_auto(GStrv) keys = ini_keys(ini, NOTES);
	GPtrArray *notes = g_ptr_array_new();

	for (char **key = keys; lang && *key; key++) {
		if (strchr(*key, '['))
			continue;
		g_ptr_array_add(notes, ini_text(ini, NOTES, *key, NULL));
		g_ptr_array_add(notes, ini_text(ini, NOTES, *key, lang));
	}
	g_ptr_array_add(notes, NULL);
	return (char **)g_ptr_array_free(notes, FALSE);
}

bool wordbook_load(struct knowledge *knowledge, const char *datadir, GError **error)
{
	g_autoptr(ini_file) ini = open_book(datadir, error);

	for (int set = 0; ini && set < WORD_SETS; set++) {
		char **words = g_new0(char *, (size_t)sets[set].count + 1);

		knowledge->words[set] = words;
		if (!check_group(ini, (enum word_set)set, error))
			return false;
		for (int i = 0; i < sets[set].count; i++) {
			words[i] =
				ini_text(ini, sets[set].group, sets[set].names[i], knowledge->lang);
			if (!words[i])
				return ini_fail(error, ini, sets[set].group, sets[set].names[i],
					"is missing");
		}
	}
	if (ini)
		knowledge->notes = load_notes(ini, knowledge->lang);
	return ini != NULL;
}

void wordbook_clear(struct knowledge *knowledge)
{
	for (int set = 0; set < WORD_SETS; set++)
		g_clear_pointer(&knowledge->words[set], g_strfreev);
	g_clear_pointer(&knowledge->notes, g_strfreev);
}

const char *word(const struct knowledge *knowledge, enum word_set set, int id)
{
	g_assert(id >= 0 && id < sets[set].count);
	return knowledge->words[set][id];
}

const char *sentence(const struct knowledge *knowledge, enum sentence id)
{
	return word(knowledge, WORDS_SENTENCE, (int)id);
}

char *words_with(const char *text, const char *value)
{
	const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;

	if (!close)
		return g_strdup(text);
	return g_strdup_printf("%.*s%s%s", (int)(open - text), text, value, close + 1);
}

char *words_colon(const struct knowledge *knowledge, const char *head, const char *rest)
{
	g_autofree char *with_colon = words_with(sentence(knowledge, SENTENCE_COLON), head);

	return g_strdup_printf("%s %s", with_colon, rest);
}

/* What stands in `text` where `template` has its `{name}`; false when they differ elsewhere. */
static bool find_value(const char *template, const char *text, struct span *value)
{
	const char *open = strchr(template, '{'), *close = open ? strchr(open, '}') : NULL;
	size_t head, tail, n = strlen(text);

	*value = SPAN_NONE;
	if (!close)
		return strcmp(template, text) == 0;
	head = (size_t)(open - template);
	tail = strlen(close + 1);
	if (n < head + tail || strncmp(template, text, head) != 0 ||
		strcmp(close + 1, text + n - tail) != 0)
		return false;
	*value = (struct span){text + head, n - head - tail};
	return true;
}

char *note_words(const struct knowledge *knowledge, const char *remark)
{
	struct span value;

	for (char **note = knowledge->notes; *note; note += 2)
		if (find_value(note[0], remark, &value)) {
			g_autofree char *put = span_dup(value);
			return words_with(note[1], put);
		}
	return g_strdup(remark);
}

/* --- the languages */

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds the `de` of `key[de]`. */
static void add_language(GPtrArray *languages, const char *key)
{
	const char *open = strchr(key, '[');
	g_autofree char *language = NULL;

	if (!open || !g_str_has_suffix(key, "]"))
		return;
	language = g_strndup(open + 1, strlen(open + 1) - 1);
	if (!g_ptr_array_find_with_equal_func(languages, language, g_str_equal, NULL))
		g_ptr_array_add(languages, g_steal_pointer(&language));
}

char **wordbook_languages(const char *datadir, GError **error)
{
	g_autoptr(ini_file) ini = open_book(datadir, error);
	g_autoptr(GPtrArray) languages = g_ptr_array_new();

	if (!ini)
		return NULL;
	g_ptr_array_add(languages, g_strdup(ENGLISH));
	for (int set = 0; set < WORD_SETS; set++) {
		g_auto(GStrv) keys = ini_keys(ini, sets[set].group);

		for (char **key = keys; *key; key++)
			add_language(languages, *key);
	}
	g_ptr_array_sort(languages, by_name);
	g_ptr_array_add(languages, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&languages), FALSE);
}

const char *wordbook_language(char *const *languages, const char *lang)
{
	g_auto(GStrv) variants = g_get_locale_variants(lang);

	for (char **variant = variants; *variant; variant++)
		for (char *const *language = languages; *language; language++)
			if (strcmp(*language, *variant) == 0)
				return *language;
	return NULL;
}
