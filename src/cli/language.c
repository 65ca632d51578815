/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/language.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "rules/wordbook.h"

/* What --lang says; NULL when it was not given. */
static const char *option_lang(const struct cli *cli)
{
	const GPtrArray *settings = cli->options->settings;
	const char *lang = NULL;

	for (guint i = 0; i + 1 < settings->len; i += 2)
		if (g_str_equal(settings->pdata[i], "lang"))
			lang = settings->pdata[i + 1];
	return lang;
}

static bool is_for_people(const struct options *options)
{
	if (options->format)
		return g_str_equal(options->format, "text");
	return !g_str_equal(options->command->name, "export"); /* CSV when nothing is said */
}

/* The locale without a translation: C and POSIX. */
static bool is_untranslated(const char *lang)
{
	return g_str_equal(lang, "C") || g_str_equal(lang, "POSIX") || g_str_has_prefix(lang, "C.");
}

/* The first of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that there are texts for; NULL: English. */
static const char *locale_language(char *const *languages)
{
	for (const char *const *name = g_get_language_names(); *name; name++) {
		const char *language =
			is_untranslated(*name) ? NULL : wordbook_language(languages, *name);

		if (language)
			return language;
	}
	return NULL;
}

static bool fail(GError **error, const struct cli *cli, const char *asked, char *const *languages)
{
	g_autofree char *there = g_strjoinv(", ", (char **)languages);

	g_set_error(error, NIXIE_ERROR, option_lang(cli) ? NIXIE_USAGE : NIXIE_CONFIG,
		_("lang: there are no texts in the language %s; there are %s"), asked, there);
	return false;
}

bool cli_language(const struct cli *cli, char **lang, GError **error)
{
	const char *asked = option_lang(cli), *language;
	g_auto(GStrv) languages = NULL;

	*lang = NULL;
	if (!asked && !is_for_people(cli->options))
		return true;
	if (!asked)
		asked = config_text(cli->config, SET_LANG);
	if (asked && (!*asked || is_untranslated(asked)))
		asked = NULL;
	if (!asked && option_lang(cli))
		return true;
	languages = wordbook_languages(file_datadir(), error);
	if (!languages)
		return false;
	/* Elsewhere letters with accents would be shown as <U+00E4>. */
	if (!asked && !cli->utf8)
		return true;
	language = asked ? wordbook_language(languages, asked) : locale_language(languages);
	if (!language && asked)
		return fail(error, cli, asked, languages);
	*lang = g_strdup(g_strcmp0(language, "en") == 0 ? NULL : language);
	return true;
}

static void speak(const struct cli *cli, const char *language)
{
	words_use(language);
	spawner_language(cli->spawner, language);
}

/* The last --lang among words of which not all need be options. */
static const char *lang_word(char *const *argv)
{
	const char *lang = NULL;

	for (char *const *word = argv; *word && !g_str_equal(*word, "--"); word++)
		if (g_str_has_prefix(*word, "--lang="))
			lang = *word + strlen("--lang=");
	return lang;
}

void cli_speak_first(const struct cli *cli, char *const *argv)
{
	const char *asked = lang_word(argv);
	g_autofree char *language = NULL;

	if (asked)
		language = is_untranslated(asked) ? NULL : words_find(asked);
	else if (cli->utf8)
		language = words_of_locale();
	speak(cli, language);
}

void cli_speak(const struct cli *cli)
{
	const char *asked = option_lang(cli);
	g_autofree char *language = NULL;

	if (!asked && cli->config)
		asked = config_text(cli->config, SET_LANG);
	if (!asked)
		return;
	language = is_untranslated(asked) ? NULL : words_find(asked);
	speak(cli, language);
}

void cli_speak_results(const struct cli *cli)
{
	if (!option_lang(cli) && !is_for_people(cli->options))
		speak(cli, NULL);
}
