/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/inifile.h"

#include <sys/stat.h>

#include "base/digest.h"
#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"

#define BOM "\xef\xbb\xbf"

struct ini_entry {
	struct span key, value;
	int line;
};

/* The entries of one group. */
struct ini_range {
	guint first, count;
	int line;
};

void ini_free(struct ini *ini)
{
	if (!ini)
		return;
	g_array_unref(ini->entries);
	g_hash_table_unref(ini->ranges);
	g_ptr_array_unref(ini->groups);
	g_free(ini->bytes);
	g_free(ini->path);
	g_free(ini);
}

static bool same(struct span a, struct span b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static const struct ini_entry *entry_at(const struct ini *ini, guint at)
{
	return &g_array_index(ini->entries, struct ini_entry, at);
}

/* Entries of a group; the count is 0 for one that is not there. */
static const struct ini_entry *entries_of(const struct ini *ini, const char *group, guint *count)
{
	const struct ini_range *range = g_hash_table_lookup(ini->ranges, group);

	*count = range ? range->count : 0;
	return *count ? entry_at(ini, range->first) : NULL;
}

static const struct ini_entry *find(const struct ini *ini, const char *group, struct span key)
{
	guint count;
	const struct ini_entry *entry = entries_of(ini, group, &count);

	for (; count; count--, entry++)
		if (same(entry->key, key))
			return entry;
	return NULL;
}

int ini_line(const struct ini *ini, const char *group, const char *key)
{
	const struct ini_range *range = g_hash_table_lookup(ini->ranges, group);
	const struct ini_entry *entry = key ? find(ini, group, span_of(key)) : NULL;

	if (key)
		return entry ? entry->line : 0;
	return range ? range->line : 0;
}

bool ini_fail(GError **error, const struct ini *ini, const char *group, const char *key,
	const char *format, ...)
{
	g_autoptr(GString) why = g_string_new(NULL);
	int line = ini_line(ini, group, key);
	bool quoted;
	va_list args;

	if (!line)
		line = ini_line(ini, group, NULL);
	va_start(args, format);
	g_string_vprintf(why, format, args);
	va_end(args);
	quoted = g_string_replace(why, "\"\"", "\"", 0) > 0;
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s:%d: [%s] %s%s%s%s", ini->path, line,
		group, key ? key : "", key ? ": " : "", why->str,
		quoted ? _("; values stand without quotation marks") : "");
	return false;
}

static bool fail_at(GError **error, const struct ini *ini, int line, const char *why)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s:%d: %s", ini->path, line, why);
	return false;
}

static bool begin_group(
	struct ini *ini, struct span head, int line, struct ini_range **range, GError **error)
{
	char *name;

	if (head.n < 3 || head.p[head.n - 1] != ']')
		return fail_at(
			error, ini, line, _("a group is written as [name], alone on its line"));
	name = span_dup((struct span){head.p + 1, head.n - 2});
	*range = g_hash_table_lookup(ini->ranges, name);
	if (*range) {
		ini_fail(error, ini, name, NULL,
			_("the group stands again in line %d; give it another name"), line);
		g_free(name);
		return false;
	}
	*range = g_new0(struct ini_range, 1);
	**range = (struct ini_range){.first = ini->entries->len, .line = line};
	g_ptr_array_add(ini->groups, name);
	g_hash_table_insert(ini->ranges, name, *range);
	return true;
}

/* Keys of which a rule may have several. */
static bool may_be_numbered(const char *key)
{
	static const char *const keys[] = {
		"pattern", "unless", "about", "example", "not", "next", NULL};

	return g_strv_contains(keys, key);
}

static bool add_entry(
	struct ini *ini, struct ini_range *range, struct span head, int line, GError **error)
{
	const char *equals = memchr(head.p, '=', head.n);
	struct ini_entry entry = {.line = line};
	const struct ini_entry *before;
	const char *group;

	if (!range)
		return fail_at(error, ini, line, _("a [group] must come before the first key"));
	if (!equals || equals == head.p)
		return fail_at(error, ini, line, _("a line is key=value, [group] or # comment"));
	entry.key = span_trim(span_make(head.p, equals));
	entry.value = span_trim(span_make(equals + 1, head.p + head.n));
	group = g_ptr_array_index(ini->groups, ini->groups->len - 1);
	before = find(ini, group, entry.key);
	if (before) {
		g_autofree char *key = span_dup(entry.key);

		if (!may_be_numbered(key))
			return ini_fail(error, ini, group, key,
				_("the key stands again in line %d; drop one of the two"), line);
		return ini_fail(error, ini, group, key,
			_("the key stands again in line %d; number it (%s.1, %s.2) or drop one"),
			line, key, key);
	}
	g_array_append_val(ini->entries, entry);
	range->count++;
	return true;
}

static bool parse(struct ini *ini, GError **error)
{
	struct span rest = {ini->bytes, ini->n}, line;
	struct ini_range *range = NULL;

	if (ini->n >= 3 && memcmp(ini->bytes, BOM, 3) == 0)
		return fail_at(error, ini, 1,
			_("a byte order mark stands before the first line; save the file without "
			  "it"));
	if (!text_is_utf8(rest))
		return fail_at(
			error, ini, 1, _("the file is not UTF-8 text; save it in that encoding"));
	for (int number = 1; span_line(&rest, &line); number++) {
		struct span head = span_trim(line);

		if (!head.n || head.p[0] == '#')
			continue;
		if (head.p[0] == '[' ? !begin_group(ini, head, number, &range, error)
				     : !add_entry(ini, range, head, number, error))
			return false;
	}
	return true;
}

static char *contents(const char *path, gsize *n, GError **error)
{
	g_autoptr(GError) cause = NULL;
	char *bytes = NULL;
	struct stat st;

	/* A pipe would be waited for, a device read for ever. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("%s: cannot be read: it is no regular file"), path);
		return NULL;
	}
	if (!g_file_get_contents(path, &bytes, n, &cause))
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, _("%s: cannot be read: %s"), path,
			error_cause(cause));
	return bytes;
}

struct ini *ini_load(const char *path, GChecksum *sum, GError **error)
{
	gsize n;
	g_autofree char *bytes = contents(path, &n, error);

	return bytes ? ini_read(path, (struct span){bytes, n}, sum, error) : NULL;
}

/* key[de]=text */
static bool is_translation(struct span line)
{
	const char *equals = line.n ? memchr(line.p, '=', line.n) : NULL;
	struct span key = equals ? span_trim(span_make(line.p, equals)) : SPAN_NONE;

	return key.n && key.p[key.n - 1] == ']' && key.p[0] != '[' && key.p[0] != '#';
}

/* What a file says of facts; its translations, three quarters of some, decide nothing. */
static void sum_facts(GChecksum *sum, struct span text)
{
	struct digest digest = {0};
	struct span line;

	while (span_line(&text, &line))
		if (!is_translation(line))
			digest_add(&digest, line);
	g_checksum_update(sum, (const guchar *)&digest, sizeof digest);
}

static void sum_file(GChecksum *sum, const char *path, struct span text)
{
	g_autofree char *base = g_path_get_basename(path);

	g_checksum_update(sum, (const guchar *)base, (gssize)strlen(base) + 1);
	sum_facts(sum, text);
}

bool ini_sum(const char *path, GChecksum *sum, GError **error)
{
	gsize n;
	g_autofree char *bytes = contents(path, &n, error);

	if (bytes)
		sum_file(sum, path, (struct span){bytes, n});
	return bytes;
}

struct ini *ini_read(const char *path, struct span text, GChecksum *sum, GError **error)
{
	struct ini *ini = g_new0(struct ini, 1);

	ini->path = g_strdup(path);
	ini->entries = g_array_new(FALSE, FALSE, sizeof(struct ini_entry));
	ini->groups = g_ptr_array_new_with_free_func(g_free);
	ini->ranges = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	ini->bytes = span_dup(text);
	ini->n = text.n;
	if (sum)
		sum_file(sum, path, text);
	if (!parse(ini, error)) {
		ini_free(ini);
		return NULL;
	}
	return ini;
}

char **ini_groups(const struct ini *ini)
{
	char **groups = g_new0(char *, ini->groups->len + 1);

	for (guint i = 0; i < ini->groups->len; i++)
		groups[i] = g_strdup(g_ptr_array_index(ini->groups, i));
	return groups;
}

char **ini_keys(const struct ini *ini, const char *group)
{
	guint count;
	const struct ini_entry *entry = entries_of(ini, group, &count);
	char **keys = g_new0(char *, count + 1);

	for (guint i = 0; i < count; i++)
		keys[i] = span_dup(entry[i].key);
	return keys;
}

/* Does `key` go on behind `head` as `.1`, `.2`, ...? Then `*rest` is what follows the number. */
static bool is_numbered(struct span key, struct span head, struct span *rest)
{
	size_t at = head.n + 1;

	if (key.n <= at || memcmp(key.p, head.p, head.n) != 0 || key.p[head.n] != '.' ||
		key.p[at] < '1' || key.p[at] > '9')
		return false;
	while (at < key.n && g_ascii_isdigit(key.p[at]))
		at++;
	*rest = span_from(key, at);
	return true;
}

/* Does `key` fit one entry of an `allowed` table? See ini_check_keys. */
static bool key_fits(struct span key, struct span allowed)
{
	bool translated = allowed.n > 2 && memcmp(allowed.p + allowed.n - 2, "[]", 2) == 0;
	struct span rest;

	if (translated)
		allowed.n -= 2;
	if (allowed.n > 2 && memcmp(allowed.p + allowed.n - 2, ".N", 2) == 0) {
		allowed.n -= 2;
		if (!is_numbered(key, allowed, &rest))
			return false;
	} else {
		if (key.n < allowed.n || memcmp(key.p, allowed.p, allowed.n) != 0)
			return false;
		rest = span_from(key, allowed.n);
	}
	return !rest.n || (translated && rest.p[0] == '[');
}

bool ini_check_keys(
	const struct ini *ini, const char *group, const char *const *allowed, GError **error)
{
	guint count;
	const struct ini_entry *entry = entries_of(ini, group, &count);

	for (; count; count--, entry++) {
		const char *const *fit = allowed;

		/* The first byte tells most apart. */
		while (*fit && (**fit != *entry->key.p || !key_fits(entry->key, span_of(*fit))))
			fit++;
		if (!*fit) {
			g_autofree char *key = span_dup(entry->key);

			return ini_fail(error, ini, group, key, _("there is no such key here"));
		}
	}
	return true;
}

char *ini_raw(const struct ini *ini, const char *group, const char *key)
{
	const struct ini_entry *entry = find(ini, group, span_of(key));

	return entry ? span_dup(entry->value) : NULL;
}

/* A text with its escapes taken out; an unknown one stays as it is. */
static char *unescape(struct span value)
{
	char *text = g_malloc(value.n + 1), *out = text;

	for (size_t i = 0; i < value.n; i++) {
		static const char names[] = "nts\\", bytes[] = "\n\t \\";
		const char *name = NULL;

		if (value.p[i] == '\\' && i + 1 < value.n)
			name = memchr(names, value.p[i + 1], sizeof(names) - 1);
		*out++ = name ? bytes[name - names] : value.p[i];
		i += name != NULL;
	}
	*out = '\0';
	return text;
}

static const struct ini_entry *find_translated(
	const struct ini *ini, const char *group, const char *key, const char *lang)
{
	g_autofree char *name = g_strconcat(key, "[", lang, "]", NULL);

	return find(ini, group, span_of(name));
}

char *ini_text(const struct ini *ini, const char *group, const char *key, const char *lang)
{
	bool plain = !lang || !strpbrk(lang, "_.@"); /* nothing to fall back to */
	g_auto(GStrv) variants = plain ? NULL : g_get_locale_variants(lang);
	const struct ini_entry *entry =
		plain && lang ? find_translated(ini, group, key, lang) : NULL;

	for (char **variant = variants; variant && *variant && !entry; variant++)
		entry = find_translated(ini, group, key, *variant);
	if (!entry)
		entry = find(ini, group, span_of(key));
	return entry ? unescape(entry->value) : NULL;
}

GPtrArray *ini_numbered(const struct ini *ini, const char *group, const char *key)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
	struct span head = span_of(key), rest;
	guint count;
	const struct ini_entry *entry = entries_of(ini, group, &count);

	for (; count; count--, entry++)
		if (same(entry->key, head) || (is_numbered(entry->key, head, &rest) && !rest.n))
			g_ptr_array_add(values, span_dup(entry->value));
	return values;
}

/* Takes the next item of a list, its escapes taken out, from `*at` on. */
static void list_item(struct span value, size_t *at, GString *item)
{
	size_t solid = 0;

	while (*at < value.n && (value.p[*at] == ' ' || value.p[*at] == '\t'))
		(*at)++;
	for (; *at < value.n && value.p[*at] != ';'; (*at)++) {
		struct span rest = span_from(value, *at);

		if (rest.n > 1 && rest.p[0] == '\\' && (rest.p[1] == ';' || rest.p[1] == '\\')) {
			g_string_append_c(item, rest.p[1]);
			(*at)++;
			solid = item->len;
		} else if (rest.n > 3 && memcmp(rest.p, "\\x20", 4) == 0) {
			g_string_append_c(item, ' ');
			*at += 3;
			solid = item->len;
		} else {
			g_string_append_c(item, rest.p[0]);
			if (rest.p[0] != ' ' && rest.p[0] != '\t')
				solid = item->len;
		}
	}
	(*at)++;
	g_string_truncate(item, solid);
}

GPtrArray *ini_list(const struct ini *ini, const char *group, const char *key)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	const struct ini_entry *entry = find(ini, group, span_of(key));
	g_autoptr(GString) item = g_string_new(NULL);

	for (size_t at = 0; entry && at < entry->value.n;) {
		g_string_truncate(item, 0);
		list_item(entry->value, &at, item);
		if (item->len)
			g_ptr_array_add(items, g_strndup(item->str, item->len));
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
		ini_fail(error, ini, group, key, _("\"%s\" is no number from 0 to %d"), value, max);
		return -1;
	}
	return (int)number;
}

bool ini_is_id(const char *id)
{
	return *id && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id);
}
