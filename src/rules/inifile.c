/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/inifile.h"

#include "base/errors.h"
#include "base/text.h"

#define BOM "\xef\xbb\xbf"

void ini_free(struct ini *ini)
{
	if (!ini)
		return;
	g_key_file_free(ini->keys);
	g_hash_table_unref(ini->lines);
	g_free(ini->path);
	g_free(ini);
}

static char *place(const char *group, const char *key)
{
	return key ? g_strdup_printf("%s\n%s", group, key) : g_strdup(group);
}

int ini_line(const struct ini *ini, const char *group, const char *key)
{
	g_autofree char *name = place(group, key);

	return GPOINTER_TO_INT(g_hash_table_lookup(ini->lines, name));
}

bool ini_fail(GError **error, const struct ini *ini, const char *group, const char *key,
	const char *format, ...)
{
	g_autofree char *why = NULL;
	int line = ini_line(ini, group, key);
	va_list args;

	if (!line)
		line = ini_line(ini, group, NULL);
	va_start(args, format);
	why = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s:%d: [%s] %s%s%s", ini->path, line, group,
		key ? key : "", key ? ": " : "", why);
	return false;
}

/* Notes where `name` stands; false when it stood there before. */
static bool note(struct ini *ini, char *name, int line, int *before)
{
	*before = GPOINTER_TO_INT(g_hash_table_lookup(ini->lines, name));
	g_hash_table_replace(ini->lines, name, GINT_TO_POINTER(line));
	return *before == 0;
}

/* What GKeyFile would swallow: a group or key that stands twice. */
static bool scan_lines(struct ini *ini, struct span bytes, GError **error)
{
	g_autofree char *group = NULL;
	struct span rest = bytes, line;
	int number = 0, before;

	while (span_line(&rest, &line)) {
		struct span head = span_trim(line);
		const char *end;

		number++;
		if (!head.n || head.p[0] == '#')
			continue;
		if (head.p[0] == '[') {
			end = memchr(head.p, ']', head.n);
			g_free(group);
			group = span_dup(end ? span_make(head.p + 1, end) : span_from(head, 1));
			if (!note(ini, g_strdup(group), number, &before))
				return ini_fail(error, ini, group, NULL,
					"the group stands in line %d already; give it another name", before);
			continue;
		}
		end = memchr(head.p, '=', head.n);
		if (!end || !group)
			continue; /* GKeyFile complains itself */
		g_autofree char *key = span_dup(span_trim(span_make(head.p, end)));
		if (!note(ini, place(group, key), number, &before))
			return ini_fail(error, ini, group, key,
				"the key stands in line %d already; number it (%s.1, %s.2) or drop one",
				before, key, key);
	}
	return true;
}

struct ini *ini_load(const char *path, GChecksum *sum, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *bytes = NULL;
	g_autofree char *base = g_path_get_basename(path);
	struct ini *ini;
	gsize n;

	if (!g_file_get_contents(path, &bytes, &n, &cause)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			"%s: cannot be read: %s", path, cause->message);
		return NULL;
	}
	if (sum) {
		g_checksum_update(sum, (const guchar *)base, (gssize)strlen(base) + 1);
		g_checksum_update(sum, (const guchar *)bytes, (gssize)n);
	}
	if (n >= 3 && memcmp(bytes, BOM, 3) == 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			"%s:1: a byte order mark stands before the first line; save the file without it", path);
		return NULL;
	}
	if (!text_is_utf8((struct span){bytes, n})) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			"%s: is not UTF-8 text; save it in that encoding", path);
		return NULL;
	}
	ini = g_new0(struct ini, 1);
	ini->path = g_strdup(path);
	ini->keys = g_key_file_new();
	ini->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!scan_lines(ini, (struct span){bytes, n}, error)) {
		ini_free(ini);
		return NULL;
	}
	if (!g_key_file_load_from_data(ini->keys, bytes, n, G_KEY_FILE_KEEP_TRANSLATIONS, &cause)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s: %s", path, cause->message);
		ini_free(ini);
		return NULL;
	}
	return ini;
}

/* Does `key` fit one entry of an `allowed` table? See ini_check_keys. */
static bool key_fits(const char *key, const char *allowed)
{
	bool translated = g_str_has_suffix(allowed, "[]");
	size_t n = strlen(allowed) - (translated ? 2 : 0);
	const char *rest;

	if (n > 2 && allowed[n - 1] == 'N' && allowed[n - 2] == '.') {
		n--;
		if (strncmp(key, allowed, n) != 0 || key[n] < '1' || key[n] > '9')
			return false;
		rest = key + n + strspn(key + n, "0123456789");
	} else {
		if (strncmp(key, allowed, n) != 0)
			return false;
		rest = key + n;
	}
	return !*rest || (translated && *rest == '[');
}

bool ini_check_keys(const struct ini *ini, const char *group, const char *const *allowed,
	GError **error)
{
	g_auto(GStrv) keys = g_key_file_get_keys(ini->keys, group, NULL, NULL);

	for (char **key = keys; key && *key; key++) {
		const char *const *fit = allowed;

		while (*fit && !key_fits(*key, *fit))
			fit++;
		if (!*fit)
			return ini_fail(error, ini, group, *key, "there is no such key here");
	}
	return true;
}

char *ini_raw(const struct ini *ini, const char *group, const char *key)
{
	char *value = g_key_file_get_value(ini->keys, group, key, NULL);

	return value ? g_strchomp(value) : NULL;
}

char *ini_text(const struct ini *ini, const char *group, const char *key, const char *lang)
{
	/* A NULL locale would mean that of the process. */
	if (lang)
		return g_key_file_get_locale_string(ini->keys, group, key, lang, NULL);
	return g_key_file_get_string(ini->keys, group, key, NULL);
}

GPtrArray *ini_numbered(const struct ini *ini, const char *group, const char *key)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *prefix = g_strconcat(key, ".", NULL);
	g_auto(GStrv) keys = g_key_file_get_keys(ini->keys, group, NULL, NULL);

	for (char **k = keys; k && *k; k++)
		if (strcmp(*k, key) == 0 || (g_str_has_prefix(*k, prefix) && !strchr(*k, '[')))
			g_ptr_array_add(values, ini_raw(ini, group, *k));
	return values;
}

/* Takes the escapes out of one list item; its end is where a bare semicolon stands. */
static const char *list_item(const char *p, GString *item)
{
	while (*p == ' ' || *p == '\t')
		p++;
	size_t solid = 0;

	for (; *p && *p != ';'; p++) {
		if (p[0] == '\\' && (p[1] == ';' || p[1] == '\\')) {
			g_string_append_c(item, *++p);
			solid = item->len;
		} else if (g_str_has_prefix(p, "\\x20")) {
			g_string_append_c(item, ' ');
			p += 3;
			solid = item->len;
		} else {
			g_string_append_c(item, *p);
			if (*p != ' ' && *p != '\t')
				solid = item->len;
		}
	}
	g_string_truncate(item, solid);
	return *p ? p + 1 : NULL;
}

GPtrArray *ini_list(const struct ini *ini, const char *group, const char *key)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *value = ini_raw(ini, group, key);
	const char *p = value;

	while (p) {
		GString *item = g_string_new(NULL);

		p = list_item(p, item);
		if (item->len)
			g_ptr_array_add(items, g_string_free(item, FALSE));
		else
			g_string_free(item, TRUE);
	}
	return items;
}

int ini_number(const struct ini *ini, const char *group, const char *key, int max, int fallback,
	GError **error)
{
	g_autofree char *value = ini_raw(ini, group, key);
	guint64 number;

	if (!value)
		return fallback;
	if (!g_ascii_string_to_unsigned(value, 10, 0, (guint64)max, &number, NULL)) {
		ini_fail(error, ini, group, key, "\"%s\" is no number from 0 to %d", value, max);
		return -1;
	}
	return (int)number;
}

bool ini_is_id(const char *id)
{
	return *id && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id);
}
