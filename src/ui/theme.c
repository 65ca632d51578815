/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/theme.h"

#include <string.h>

#include "base/errors.h"
#include "base/words.h"
#include "rules/inifile.h"
#include "ui/named.h"

#define GROUP "colours"
#define FOLDER "themes"
#define COLOUR_MAX 255
#define BRIGHT "bright-"

const char *const style_names[STYLE_COUNT] = {
	[STYLE_NORMAL] = "normal",
	[STYLE_TITLE] = "title",
	[STYLE_HEADING] = "heading",
	[STYLE_RULE] = "rule",
	[STYLE_FOCUS] = "focus",
	[STYLE_CURSOR] = "cursor",
	[STYLE_MARKED] = "marked",
	[STYLE_HARD] = "hard",
	[STYLE_SOFT] = "soft",
	[STYLE_WAIT] = "wait",
	[STYLE_CALM] = "calm",
	[STYLE_UNSURE] = "unsure",
	[STYLE_EVIDENCE] = "evidence",
	[STYLE_FOUND] = "found",
	[STYLE_STRONG] = "strong",
	[STYLE_DIM] = "dim",
	[STYLE_WARNING] = "warning",
	[STYLE_STATUS] = "status",
	[STYLE_INPUT] = "input",
	[STYLE_BAR] = "bar",
};

static const char *const colours[] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

static const struct {
	const char *name;
	unsigned attribute;
} attributes[] = {
	{"bold", LOOK_BOLD},
	{"reverse", LOOK_REVERSE},
	{"underline", LOOK_UNDERLINE},
	{"dim", LOOK_DIM},
};

static bool parse_colour(const char *word, short *colour)
{
	bool bright = g_str_has_prefix(word, BRIGHT);
	guint64 number;

	if (!strcmp(word, "default")) {
		*colour = -1;
		return true;
	}
	if (g_ascii_string_to_unsigned(word, 10, 0, COLOUR_MAX, &number, NULL)) {
		*colour = (short)number;
		return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(colours); i++)
		if (!strcmp(word + (bright ? strlen(BRIGHT) : 0), colours[i])) {
			*colour = (short)(i + (bright ? G_N_ELEMENTS(colours) : 0));
			return true;
		}
	return false;
}

static unsigned parse_attribute(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (!strcmp(word, attributes[i].name))
			return attributes[i].attribute;
	return 0;
}

bool look_parse(const char *text, struct look *look)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
	short *place = &look->foreground; /* where the next colour goes; NULL: there is none left */
	bool said = false, grounded = false, wants_ground = false;

	*look = (struct look){-1, -1, 0};
	for (char **word = words; *word; word++) {
		unsigned attribute = parse_attribute(*word);

		if (!**word)
			continue;
		if (attribute) {
			look->attributes |= attribute;
		} else if (!strcmp(*word, "on") && !grounded) {
			place = &look->background;
			grounded = wants_ground = true;
		} else if (place && parse_colour(*word, place)) {
			place = NULL;
			wants_ground = false;
		} else {
			return false;
		}
		said = true;
	}
	return said && !wants_ground;
}

static int style_by_name(const char *name)
{
	for (int i = 0; i < STYLE_COUNT; i++)
		if (!strcmp(style_names[i], name))
			return i;
	return -1;
}

/* --- files */

static bool read_theme(const char *path, struct theme *theme, GError **error)
{
	g_autoptr(ini_file) ini = ini_load(path, NULL, error);
	const char *known[STYLE_COUNT + 1] = {NULL};

	if (!ini)
		return false;
	memcpy(known, style_names, sizeof style_names);
	if (!ini_check_keys(ini, GROUP, known, error))
		return false;
	for (int i = 0; i < STYLE_COUNT; i++) {
		g_autofree char *value = ini_raw(ini, GROUP, style_names[i]);

		theme->looks[i] = (struct look){-1, -1, 0};
		if (value && !look_parse(value, &theme->looks[i]))
			return ini_fail(
				error, ini, GROUP, style_names[i], _("`%s` is no look"), value);
	}
	return true;
}

/* --- */

static bool change_colours(GKeyFile *config, struct theme *theme, GError **error)
{
	g_auto(GStrv) keys = config ? g_key_file_get_keys(config, GROUP, NULL, NULL) : NULL;

	for (char **key = keys; key && *key; key++) {
		g_autofree char *value = g_key_file_get_value(config, GROUP, *key, NULL);
		int style = style_by_name(*key);

		if (style < 0) {
			const char *names[STYLE_COUNT + 1] = {NULL};
			g_autofree char *all = NULL;

			memcpy(names, style_names, sizeof style_names);
			all = g_strjoinv(", ", (char **)names);
			g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
				_("[colours] %s: nothing on the screen is called so; there are %s"),
				*key, all);
			return false;
		}
		if (!look_parse(value, &theme->looks[style])) {
			g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
				_("[colours] %s: `%s` is no look; write it as `red bold`, "
				  "`white on blue`, `bright-yellow on 236 underline`, or "
				  "`default`"),
				*key, value);
			return false;
		}
	}
	return true;
}

bool theme_load(const char *name, GKeyFile *config, struct theme *theme, GError **error)
{
	g_autofree char *path = named_find(FOLDER, name ? name : "default");
	GError *cause = NULL;

	if (!path) {
		g_auto(GStrv) names = named_all(FOLDER);
		g_autofree char *all = g_strjoinv(", ", names);

		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("[screen] theme: there is no theme `%s`; there are %s"),
			name ? name : "default", *all ? all : _("none in the data"));
		return false;
	}
	if (!read_theme(path, theme, &cause)) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_CONFIG, cause->message);
		g_error_free(cause);
		return false;
	}
	return change_colours(config, theme, error);
}
