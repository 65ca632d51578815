/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/viewbook.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "store/querycheck.h"
#include "triage/filter.h"
#include "triage/nearest.h"

struct viewbook {
	GPtrArray *lines;  /* "NAME=QUERY", NULL behind the last */
	GPtrArray *faults; /* char* */
};

struct viewbook *viewbook_new(void)
{
	struct viewbook *book = g_new0(struct viewbook, 1);
	book->lines = g_ptr_array_new_with_free_func(g_free);
	book->faults = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(book->lines, NULL);
	return book;
}

void viewbook_free(struct viewbook *book)
{
	if (!book)
		return;
	g_ptr_array_unref(book->lines);
	g_ptr_array_unref(book->faults);
	g_free(book);
}

char *const *viewbook_lines(const struct viewbook *book)
{
	return (char *const *)book->lines->pdata;
}

const GPtrArray *viewbook_faults(const struct viewbook *book)
{
	return book->faults;
}

/* Where the view stands; the place behind the last when there is none. */
static guint place_of(const struct viewbook *book, const char *name)
{
	size_t n = strlen(name);
	guint i = 0;
	for (const char *line; (line = book->lines->pdata[i]); i++)
		if (strncmp(line, name, n) == 0 && line[n] == '=')
			break;
	return i;
}

const char *viewbook_query(const struct viewbook *book, const char *name)
{
	const char *line = book->lines->pdata[place_of(book, name)];
	return line ? line + strlen(name) + 1 : NULL;
}

const char *viewbook_find(const struct viewbook *book, const char *name, GError **error)
{
	const char *query = viewbook_query(book, name);
	if (query)
		return query;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i + 1 < book->lines->len; i++) {
		const char *line = book->lines->pdata[i];
		g_ptr_array_add(names, g_strndup(line, strcspn(line, "=")));
	}
	g_ptr_array_add(names, NULL);
	const char *near = nearest_word(name, (const char *const *)names->pdata);
	if (near)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("no view is called `%s`; did you mean `%s`?"), name, near);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("no view is called `%s`; `nixie views` lists them"), name);
	return NULL;
}

/* --- checking */

/* Which named queries and headers an index has is not known here. */
static bool is_any(void *user, const char *name)
{
	(void)user;
	(void)name;
	return true;
}

static bool check_query(const char *query, GError **error)
{
	static const struct query_names names = {is_any, is_any, NULL};
	struct filter *filter = filter_new();
	g_autofree char *rest = NULL;
	bool good = filter_parse(filter, query, &rest, error) && query_check(rest, &names, error);
	filter_free(filter);
	return good;
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if (g_ascii_iscntrl(*text))
			return true;
	return false;
}

/* What a line of the file can hold, and still be read as that. */
static bool check_name(const char *name, GError **error)
{
	bool blank = g_ascii_isspace(*name) || (*name && g_ascii_isspace(name[strlen(name) - 1]));
	if (*name && !blank && !strchr("#[", *name) && !strchr(name, '=') && !has_control(name) &&
		text_is_utf8(span_of(name)))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		*name ? _("a view cannot be called `%s`: a name holds no `=` and no control "
			  "characters, and does not begin with `#`, `[` or a blank")
		      : _("a view needs a name%s"),
		name);
	return false;
}

bool viewbook_check(const char *name, const char *query, GError **error)
{
	if (!check_name(name, error))
		return false;
	if (!*query || has_control(query) || !text_is_utf8(span_of(query))) {
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE,
			*query ? _("the query holds control characters")
			       : _("there is nothing to save: no query and no limit"));
		return false;
	}
	return check_query(query, error);
}

void viewbook_read(struct viewbook *book, const struct ini *ini)
{
	g_auto(GStrv) keys = ini_keys(ini, VIEWBOOK_GROUP);
	for (char **key = keys; *key; key++) {
		g_autofree char *query = ini_raw(ini, VIEWBOOK_GROUP, *key);
		g_autoptr(GError) why = NULL, told = NULL;
		if (check_query(g_strstrip(query), &why)) {
			g_ptr_array_insert(book->lines, (gint)book->lines->len - 1,
				g_strdup_printf("%s=%s", *key, query));
			continue;
		}
		ini_fail(&told, ini, VIEWBOOK_GROUP, *key, "%s", why->message);
		g_ptr_array_add(book->faults, g_strdup(told->message));
	}
}

/* --- writing */

/* The key of `key=value`; SPAN_NONE: the line is none. */
static struct span key_of(struct span line)
{
	const char *equals = line.n && *line.p != '#' ? memchr(line.p, '=', line.n) : NULL;
	return equals ? span_trim(span_make(line.p, equals)) : SPAN_NONE;
}

/* Where the line goes: over the one of that name, else behind the last of its group. */
struct slot {
	const char *from, *to;
	bool has_group;
};

static struct slot find_slot(const char *text, const char *name)
{
	struct span rest = span_of(text), line;
	const char *end = text + strlen(text);
	struct slot slot = {end, end, false};
	bool inside = false;
	while (rest.n) {
		const char *begin = rest.p;
		span_line(&rest, &line);
		struct span head = span_trim(line);
		if (head.n && *head.p == '[') {
			inside = span_equal(head, "[" VIEWBOOK_GROUP "]");
			if (inside)
				slot = (struct slot){rest.p, rest.p, true};
		} else if (inside && key_of(head).n) {
			slot.from = slot.to = rest.p;
			if (span_equal(key_of(head), name))
				return (struct slot){begin, rest.p, true};
		}
	}
	return slot;
}

char *viewbook_edit(const char *text, const char *name, const char *query)
{
	struct slot slot = find_slot(text, name);
	GString *out = g_string_new_len(text, slot.from - text);
	if (query && out->len && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	if (query && !slot.has_group)
		g_string_append_printf(out, "%s[%s]\n", out->len ? "\n" : "", VIEWBOOK_GROUP);
	if (query)
		g_string_append_printf(out, "%s=%s\n", name, query);
	g_string_append(out, slot.to);
	return g_string_free(out, FALSE);
}

/* The user's own file; a link leads to where it really stands. g_free. */
static char *own_path(GError **error)
{
	g_autofree char *path = file_home_path(FILE_CONFIG, "config", error);
	char *real = path ? realpath(path, NULL) : NULL;
	return real ? real : g_steal_pointer(&path);
}

/* What the file is to hold, from what it holds now, or `read`, where there is none yet. g_free. */
static char *edited_file(
	const char *path, const char *read, const char *name, const char *query, GError **error)
{
	bool own = g_file_test(path, G_FILE_TEST_EXISTS);
	g_autofree char *text = NULL;
	gsize n = 0;
	if ((own || read) && !g_file_get_contents(own ? path : read, &text, &n, error))
		return NULL;
	if (text && strlen(text) != n) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("%s holds a NUL character; take it out first"), own ? path : read);
		return NULL;
	}
	g_autofree char *edited = viewbook_edit(text ? text : "", name, query);
	struct ini *ini = ini_read(path, span_of(edited), NULL, error);
	ini_free(ini); /* a file that does not read well is not written */
	return ini ? g_steal_pointer(&edited) : NULL;
}

/* It is read again under a lock: what others wrote there since stays. */
static bool edit_file(const char *read, const char *name, const char *query, GError **error)
{
	g_autofree char *path = own_path(error);
	int lock = path ? file_own_lock(path, error) : -1;
	if (lock < 0)
		return false;
	g_autofree char *edited = edited_file(path, read, name, query, error);
	bool done = edited && file_own_write(path, span_of(edited), error);
	close(lock);
	return done;
}

bool viewbook_put(struct viewbook *book, const char *path, const char *name, const char *query,
	GError **error)
{
	guint at = place_of(book, name);
	bool known = at + 1 < book->lines->len;
	if (query ? !viewbook_check(name, query, error) : !viewbook_find(book, name, error))
		return false;
	if (!edit_file(path, name, query, error))
		return false;
	if (known)
		g_ptr_array_remove_index(book->lines, at);
	if (query)
		g_ptr_array_insert(book->lines, (gint)at, g_strdup_printf("%s=%s", name, query));
	return true;
}
