/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/target.h"

#include "base/address.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "base/words.h"
#include "rules/inifile.h"
#include "triage/export-parts.h"
#include "triage/nearest.h"

#define ENDING ".ini"

struct target_book {
	GPtrArray *targets; /* struct target* */
	GPtrArray *faults;
};

static const char *const quote_names[TARGET_QUOTES] = {
	[TARGET_PLAIN] = "plain",
	[TARGET_CSV] = "csv",
	[TARGET_JSON] = "json",
	[TARGET_INSIDE] = "inside",
	[TARGET_NUMBER] = "number",
	[TARGET_QUOTED] = "quoted",
};

/* --- one value */

static void put_json(GString *out, const char *value, bool inside)
{
	struct json json;
	gsize from = out->len;

	json_init(&json, out);
	json_string(&json, NULL, inside || *value ? value : NULL);
	if (inside) {
		g_string_erase(out, (gssize)from, 1);
		g_string_truncate(out, out->len - 1);
	}
}

static void put_quoted(GString *out, const char *value)
{
	g_autoptr(GString) clean = g_string_new(NULL);

	export_put_clean(clean, span_of(value), false, 0);
	g_string_append_c(out, '"');
	for (const char *at = clean->str; *at; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *at);
	}
	g_string_append_c(out, '"');
}

void target_put(GString *out, enum target_quote quote, const char *value)
{
	switch (quote) {
	case TARGET_CSV:
		csv_cell(out, value, true);
		break;
	case TARGET_JSON:
	case TARGET_INSIDE:
		put_json(out, value, quote == TARGET_INSIDE);
		break;
	case TARGET_NUMBER:
		g_string_append(
			out, *value && !value[strspn(value, "0123456789")] ? value : "null");
		break;
	case TARGET_QUOTED:
		put_quoted(out, value);
		break;
	case TARGET_PLAIN:
	case TARGET_QUOTES:
		export_put_clean(out, span_of(value), false, 0);
		break;
	}
}

/* --- what can be said */

bool target_takes(const struct target *target, const char *address)
{
	if (!address || address_class(span_of(address)) != ADDRESS_OK)
		return false;
	if (target->first && strchr(target->first, address[0]))
		return false;
	for (const char *at = address; *at; at++) {
		bool letter = g_ascii_isalnum(*at) || *at == '@' || *at == '.' || *at == '-';

		if (*at & 0x80 ? !target->utf8
			       : !letter && target->marks && !strchr(target->marks, *at))
			return false;
	}
	return true;
}

/* --- reading a target */

static void piece_clear(struct target_piece *piece)
{
	g_free(piece->text);
}

static void target_free(struct target *target)
{
	g_free(target->name);
	g_free(target->title);
	g_free(target->load);
	g_free(target->file);
	g_free(target->head);
	g_free(target->foot);
	g_free(target->between);
	g_free(target->columns);
	g_array_unref(target->pieces);
	g_free(target->marks);
	g_free(target->first);
	g_free(target);
}

/* A group that is being read. */
struct draft {
	const struct ini *ini;
	struct target *target;
	GString *text;    /* of the piece that has begun */
	GPtrArray *names; /* of columns, once each */
	enum target_quote quote;
};

static bool read_flag(const struct draft *draft, const char *key, bool *flag, GError **error)
{
	g_autofree char *value = ini_raw(draft->ini, draft->target->name, key);

	if (!value)
		return true;
	*flag = g_str_equal(value, "true");
	return *flag || g_str_equal(value, "false") ||
	       ini_fail(error, draft->ini, draft->target->name, key,
		       _("\"%s\" is neither true nor false"), value);
}

static bool read_quote(const struct draft *draft, const char *key, const char *value,
	enum target_quote *quote, GError **error)
{
	for (int i = 0; i < TARGET_QUOTES; i++)
		if (g_str_equal(quote_names[i], value)) {
			*quote = (enum target_quote)i;
			return true;
		}
	return ini_fail(error, draft->ini, draft->target->name, key,
		_("\"%s\" is no way to quote; known are plain, csv, json, inside, number, quoted"),
		value);
}

static void end_text(struct draft *draft)
{
	struct target_piece piece = {.text = g_strdup(draft->text->str)};

	if (draft->text->len)
		g_array_append_val(draft->target->pieces, piece);
	else
		g_free(piece.text);
	g_string_truncate(draft->text, 0);
}

static bool add_value(struct draft *draft, const char *name, const char *quote, GError **error)
{
	struct target_piece piece = {.quote = draft->quote};
	GError *cause = NULL;
	GArray *columns;

	if (quote && !read_quote(draft, "line", quote, &piece.quote, error))
		return false;
	if (!g_ptr_array_find_with_equal_func(draft->names, name, g_str_equal, &piece.column)) {
		columns = draft->target->once ? summary_columns(name, &cause)
					      : columns_parse(name, &cause);
		if (!columns) {
			ini_fail(error, draft->ini, draft->target->name, "line", "%s",
				cause->message);
			g_error_free(cause);
			return false;
		}
		g_array_unref(columns);
		piece.column = draft->names->len;
		g_ptr_array_add(draft->names, g_strdup(name));
	}
	end_text(draft);
	g_array_append_val(draft->target->pieces, piece);
	return true;
}

/* `{name}` or `{name:quote}` at the begin of `at`: its bytes, else 0. */
static size_t place_size(const char *at, size_t *name_n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	size_t n = 1 + strspn(at + 1, letters);

	*name_n = n - 1;
	if (at[n] == ':')
		n += 1 + strspn(at + n + 1, letters);
	return *name_n && at[n] == '}' ? n + 1 : 0;
}

static bool read_line(struct draft *draft, const char *line, GError **error)
{
	for (const char *at = line; *at;) {
		size_t name_n, n = *at == '{' ? place_size(at, &name_n) : 0;

		if (!n) {
			g_string_append_c(draft->text, *at++);
			continue;
		}
		g_autofree char *name = g_strndup(at + 1, name_n);
		g_autofree char *quote =
			name_n + 2 < n ? g_strndup(at + name_n + 2, n - name_n - 3) : NULL;

		if (!add_value(draft, name, quote, error))
			return false;
		at += n;
	}
	end_text(draft);
	return true;
}

static char *with_end(char *text)
{
	char *whole = text ? g_strconcat(text, "\n", NULL) : NULL;

	g_free(text);
	return whole;
}

static bool read_texts(const struct draft *draft, const char *lang, GError **error)
{
	static const char *const keys[] = {"title[]", "load[]", "file", "per", "permanent", "quote",
		"head", "line", "between", "foot", "marks", "not-first", "utf8", NULL};
	const struct ini *ini = draft->ini;
	struct target *target = draft->target;
	const char *name = target->name;

	if (!ini_is_id(name) || g_str_equal(name, "help"))
		return ini_fail(error, draft->ini, draft->target->name, NULL,
			_("its name is made of small letters, digits and hyphens, and is not "
			  "help"));
	if (!ini_check_keys(ini, name, keys, error))
		return false;
	target->title = ini_text(ini, name, "title", lang);
	target->load = ini_text(ini, name, "load", lang);
	target->file = ini_raw(ini, name, "file");
	target->head = with_end(ini_text(ini, name, "head", NULL));
	target->foot = with_end(ini_text(ini, name, "foot", NULL));
	target->between = ini_text(ini, name, "between", NULL);
	if (!target->between)
		target->between = g_strdup("\n");
	target->marks = ini_raw(ini, name, "marks");
	target->first = ini_raw(ini, name, "not-first");
	if (!target->title)
		target->title = g_strdup(name);
	if (!target->file)
		target->file = g_strdup_printf("bounces-%s.txt", name);
	if (strchr(target->file, '/') || target->file[0] == '.' || !*target->file)
		return ini_fail(error, draft->ini, draft->target->name, "file",
			_("\"%s\" is no name of a file"), target->file);
	return true;
}

static bool read_per(const struct draft *draft, GError **error)
{
	g_autofree char *per = ini_raw(draft->ini, draft->target->name, "per");

	draft->target->once = !per || g_str_equal(per, per_names[PER_ADDRESS]);
	return !per || draft->target->once || g_str_equal(per, per_names[PER_RECIPIENT]) ||
	       ini_fail(error, draft->ini, draft->target->name, "per",
		       _("\"%s\" is neither address nor recipient"), per);
}

static bool read_target(struct draft *draft, const char *lang, GError **error)
{
	struct target *target = draft->target;
	g_autofree char *line = NULL, *quote = NULL;

	target->utf8 = true;
	if (!read_texts(draft, lang, error) || !read_per(draft, error) ||
		!read_flag(draft, "permanent", &target->permanent, error) ||
		!read_flag(draft, "utf8", &target->utf8, error))
		return false;
	quote = ini_raw(draft->ini, target->name, "quote");
	if (quote && !read_quote(draft, "quote", quote, &draft->quote, error))
		return false;
	line = ini_text(draft->ini, target->name, "line", NULL);
	if (!line)
		return ini_fail(error, draft->ini, draft->target->name, "line",
			_("it is missing: what is written of an address"));
	if (!read_line(draft, line, error))
		return false;
	if (!draft->names->len)
		return ini_fail(error, draft->ini, draft->target->name, "line",
			_("it names no value, such as {address}"));
	g_ptr_array_add(draft->names, NULL);
	target->columns = g_strjoinv(",", (char **)draft->names->pdata);
	return true;
}

/* NULL with error. */
static struct target *target_new(
	const struct ini *ini, const char *group, const char *lang, GError **error)
{
	struct target *target = g_new0(struct target, 1);
	struct draft draft = {.ini = ini,
		.target = target,
		.text = g_string_new(NULL),
		.names = g_ptr_array_new_with_free_func(g_free)};

	target->name = g_strdup(group);
	target->pieces = g_array_new(FALSE, TRUE, sizeof(struct target_piece));
	g_array_set_clear_func(target->pieces, (GDestroyNotify)piece_clear);
	if (!read_target(&draft, lang, error))
		g_clear_pointer(&target, target_free);
	g_string_free(draft.text, TRUE);
	g_ptr_array_unref(draft.names);
	return target;
}

/* --- the book */

static struct target *named(const struct target_book *book, const char *name, guint *at)
{
	for (guint i = 0; i < book->targets->len; i++) {
		struct target *target = book->targets->pdata[i];

		if (g_str_equal(target->name, name)) {
			if (at)
				*at = i;
			return target;
		}
	}
	return NULL;
}

static void take(struct target_book *book, struct target *target)
{
	guint at;

	if (named(book, target->name, &at))
		g_ptr_array_remove_index(book->targets, at);
	g_ptr_array_add(book->targets, target);
}

/* True when all is well, or `faults` has taken what is not. */
static bool note(GPtrArray *faults, GError *cause, GError **error)
{
	if (faults) {
		g_ptr_array_add(faults, g_strdup(cause->message));
		g_error_free(cause);
		return true;
	}
	g_propagate_error(error, cause);
	return false;
}

static bool read_file(struct target_book *book, const char *path, const char *lang,
	GPtrArray *faults, GError **error)
{
	GError *cause = NULL;
	g_autoptr(ini_file) ini = ini_load(path, NULL, &cause);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;

	if (!ini)
		return note(faults, cause, error);
	for (char **group = groups; *group; group++) {
		struct target *target = target_new(ini, *group, lang, &cause);

		if (target)
			take(book, target);
		else if (!note(faults, g_steal_pointer(&cause), error))
			return false;
	}
	return true;
}

static bool read_directory(struct target_book *book, const char *directory, const char *lang,
	GPtrArray *faults, GError **error)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	bool good = true;

	while (dir && (name = g_dir_read_name(dir)))
		if (name[0] != '.' && g_str_has_suffix(name, ENDING))
			g_ptr_array_add(paths, g_build_filename(directory, name, NULL));
	if (dir)
		g_dir_close(dir);
	g_ptr_array_sort(paths, text_order);
	for (guint i = 0; i < paths->len && good; i++)
		good = read_file(book, paths->pdata[i], lang, faults, error);
	return good;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp((*(struct target *const *)a)->name, (*(struct target *const *)b)->name);
}

struct target_book *target_book_load(const char *lang, GError **error)
{
	struct target_book *book = g_new0(struct target_book, 1);
	g_autofree char *shipped = g_build_filename(file_datadir(), "exports", NULL);
	g_autofree char *own = file_home_path(FILE_CONFIG, "exports", NULL);

	book->targets = g_ptr_array_new_with_free_func((GDestroyNotify)target_free);
	book->faults = g_ptr_array_new_with_free_func(g_free);
	if (!read_directory(book, shipped, lang, NULL, error)) {
		target_book_free(book);
		return NULL;
	}
	read_directory(book, "/etc/nixie/exports", lang, book->faults, NULL);
	if (own)
		read_directory(book, own, lang, book->faults, NULL);
	g_ptr_array_sort(book->targets, by_name);
	return book;
}

void target_book_free(struct target_book *book)
{
	if (!book)
		return;
	g_ptr_array_unref(book->targets);
	g_ptr_array_unref(book->faults);
	g_free(book);
}

const GPtrArray *target_book_list(const struct target_book *book)
{
	return book->targets;
}

const GPtrArray *target_book_faults(const struct target_book *book)
{
	return book->faults;
}

/* Sets the fault of a group of this name, if there is one. */
static bool is_broken(const struct target_book *book, const char *name, GError **error)
{
	g_autofree char *group = g_strdup_printf(": [%s]", name);

	for (guint i = 0; i < book->faults->len; i++)
		if (strstr(book->faults->pdata[i], group)) {
			g_set_error_literal(
				error, NIXIE_ERROR, NIXIE_CONFIG, book->faults->pdata[i]);
			return true;
		}
	return false;
}

const struct target *target_book_find(
	const struct target_book *book, const char *name, GError **error)
{
	const struct target *target = named(book, name, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *known = NULL;
	const char *near;

	if (is_broken(book, name, error))
		return NULL;
	if (target)
		return target;
	for (guint i = 0; i < book->targets->len; i++)
		g_ptr_array_add(names, ((struct target *)book->targets->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	near = nearest_word(name, (const char *const *)names->pdata);
	known = g_strjoinv(", ", (char **)names->pdata);
	if (near)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("--for=%s: nothing is called so; did you mean `%s`? `nixie export "
			  "--for=help` tells of each"),
			name, near);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("--for=%s: nothing is called so; there are %s. `nixie export --for=help` "
			  "tells of each"),
			name, known);
	return NULL;
}
