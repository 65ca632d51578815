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

/* setlocale(3): the first of them that is set is the one that counts. */
static const char *ctype_asked(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *name = g_getenv(names[i]);

		if (name && *name)
			return name;
	}
	return "C";
}

void words_locale(void)
{
	const char *codeset = strchr(ctype_asked(), '.');

	if (setlocale(LC_ALL, "") || !codeset)
		return;
	codeset++;
	if (g_ascii_strncasecmp(codeset, "UTF-8", 5) == 0 ||
		g_ascii_strncasecmp(codeset, "utf8", 4) == 0)
		setlocale(LC_CTYPE, "C.UTF-8");
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
