/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/words.h"

#include <locale.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "nixie"
#define ENGLISH "en"

const char *words_dir(void)
{
	const char *set = g_getenv("NIXIE_LOCALEDIR");

	return set && *set ? set : NIXIE_LOCALEDIR_INSTALLED;
}

static bool has_catalogue(const char *language)
{
	g_autofree char *path =
		g_build_filename(words_dir(), language, "LC_MESSAGES", DOMAIN ".mo", NULL);

	return access(path, R_OK) == 0;
}

static bool is_untranslated(const char *name)
{
	return g_str_equal(name, "C") || g_str_equal(name, "POSIX") || g_str_has_prefix(name, "C.");
}

char *words_of_locale(void)
{
	for (const char *const *name = g_get_language_names(); *name; name++) {
		if (strchr(*name, '/') || is_untranslated(*name))
			continue;
		if (g_str_equal(*name, ENGLISH))
			return NULL;
		if (has_catalogue(*name))
			return g_strdup(*name);
	}
	return NULL;
}

char *words_find(const char *asked)
{
	g_auto(GStrv) variants = strchr(asked, '/') ? NULL : g_get_locale_variants(asked);

	for (char **variant = variants; variant && *variant; variant++)
		if (has_catalogue(*variant))
			return g_strdup(*variant);
	return NULL;
}

void words_use(const char *language)
{
	const char *now = setlocale(LC_MESSAGES, NULL);

	g_setenv("LANGUAGE", language ? language : ENGLISH, TRUE);
	/* In the locales without a language LANGUAGE is not looked at. */
	if (language && (!now || g_str_equal(now, "C") || g_str_equal(now, "POSIX")))
		setlocale(LC_MESSAGES, "C.UTF-8");
	bindtextdomain(DOMAIN, words_dir());
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
	gettext("");
	dgettext("libc", ""); /* the words of strerror(), too */
}
