/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/result.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/strhash.h"
#include "base/words.h"

#define LINES_A_LOOK 16 /* between two looks at the clock */

/* A line that is not empty. */
struct line_at {
	size_t at, n;
	unsigned number;
	guint next; /* of the same report: its index + 1; 0: none */
};

struct place {
	char *name;
	guint first, last; /* lines */
};

struct result {
	char *path;
	struct file_bytes file;
	struct span rest;  /* not gone through yet */
	unsigned number;   /* of the line before it */
	GArray *lines;     /* struct line_at */
	GArray *places;    /* struct place */
	GHashTable *names; /* name -> place + 1; the names are those of places */
};

static void place_clear(struct place *place)
{
	g_free(place->name);
}

static void forget(struct result *result)
{
	g_hash_table_remove_all(result->names);
	g_array_set_size(result->lines, 0);
	g_array_set_size(result->places, 0);
	result->number = 0;
}

/* What cannot be read twice, such as standard input, is kept. */
static bool read_file(struct result *result, GError **error)
{
	bool is_stdin = g_str_equal(result->path, "-");
	g_autoptr(GError) why = NULL;
	struct file_bytes file = {0};
	int fd;
	bool done;

	if (is_stdin && result->file.bytes.p)
		return true;
	fd = is_stdin ? STDIN_FILENO : open(result->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("cannot read %s: %s"),
			result->path, g_strerror(errno));
		return false;
	}
	done = file_read_fd(fd, &file, &why);
	if (!is_stdin)
		close(fd);
	if (!done) {
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("cannot read %s: %s"),
			result->path, why->message);
		return false;
	}
	file_bytes_clear(&result->file);
	result->file = file;
	return true;
}

bool result_begin(struct result *result, GError **error)
{
	forget(result);
	if (!read_file(result, error))
		return false;
	result->rest = result->file.bytes;
	return true;
}

struct result *result_open(const char *path, GError **error)
{
	struct result *result = g_new0(struct result, 1);

	result->path = g_strdup(path);
	result->lines = g_array_new(FALSE, FALSE, sizeof(struct line_at));
	result->places = g_array_new(FALSE, FALSE, sizeof(struct place));
	g_array_set_clear_func(result->places, (GDestroyNotify)place_clear);
	result->names = g_hash_table_new(strhash, g_str_equal);
	if (result_begin(result, error))
		return result;
	result_free(result);
	return NULL;
}

void result_free(struct result *result)
{
	if (!result)
		return;
	g_hash_table_unref(result->names);
	g_array_unref(result->places);
	g_array_unref(result->lines);
	file_bytes_clear(&result->file);
	g_free(result->path);
	g_free(result);
}

const char *result_path(const struct result *result)
{
	return result->path;
}

bool result_is_cut(const struct result *result)
{
	return result->file.cut;
}

/* --- which lines belong together */

/* The mark of the number that a name ends with; NULL: it ends with none. */
static const char *number_mark(const char *name)
{
	size_t n = strlen(name), digits = 0;

	while (digits < n && g_ascii_isdigit(name[n - digits - 1]))
		digits++;
	return digits && digits < n && strchr("#:", name[n - digits - 1]) ? name + (n - digits - 1)
									  : NULL;
}

unsigned result_cut_place(char *name)
{
	const char *mark = number_mark(name);
	unsigned place;

	if (!mark || *mark != '#')
		return 0;
	place = (unsigned)g_ascii_strtoull(mark + 1, NULL, 10);
	name[mark - name] = '\0';
	return place;
}

/* g_free. */
static char *name_of(const struct result *result, struct span line, unsigned number)
{
	g_autofree char *file = NULL;
	unsigned index;

	if (!fromjson_place(line, &file, &index))
		return result_line_name(result, number);
	return index || number_mark(file) ? g_strdup_printf("%s#%u", file, index)
					  : g_steal_pointer(&file);
}

static void add_line(struct result *result, struct span line)
{
	const struct line_at at = {
		(size_t)(line.p - result->file.bytes.p), line.n, result->number, 0};
	guint number = result->lines->len;
	g_autofree char *name = name_of(result, line, result->number);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(result->names, name));

	g_array_append_val(result->lines, at);
	if (known) {
		struct place *place = &g_array_index(result->places, struct place, known - 1);

		g_array_index(result->lines, struct line_at, place->last).next = number + 1;
		place->last = number;
	} else {
		const struct place place = {g_steal_pointer(&name), number, number};

		g_array_append_val(result->places, place);
		g_hash_table_insert(
			result->names, place.name, GUINT_TO_POINTER(result->places->len));
	}
}

static bool is_blank(struct span line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != ' ' && line.p[i] != '\t')
			return false;
	return true;
}

bool result_scan(struct result *result, int64_t microseconds)
{
	int64_t end = g_get_monotonic_time() + microseconds;
	struct span line;

	for (unsigned i = 1; span_line(&result->rest, &line); i++) {
		result->number++;
		if (!is_blank(line))
			add_line(result, line);
		if (i % LINES_A_LOOK == 0 && g_get_monotonic_time() >= end)
			return result->rest.n > 0;
	}
	return false;
}

size_t result_count(const struct result *result)
{
	return result->places->len;
}

const char *result_name(const struct result *result, size_t place)
{
	return g_array_index(result->places, struct place, place).name;
}

/* --- reading */

static bool read_line(const struct result *result, const struct line_at *at, struct fromjson *from,
	GError **error)
{
	return fromjson_add(from, (struct span){result->file.bytes.p + at->at, at->n}, error);
}

void result_read(struct result *result, const struct knowledge *knowledge, size_t place,
	struct fromjson *from, result_fault *fault, void *user)
{
	guint next = g_array_index(result->places, struct place, place).first + 1;

	fromjson_init(from, knowledge);
	while (next) {
		const struct line_at *at = &g_array_index(result->lines, struct line_at, next - 1);
		g_autoptr(GError) error = NULL;

		if (!read_line(result, at, from, &error) && fault)
			fault(user, at->number, error);
		next = at->next;
	}
}

char *result_line_name(const struct result *result, unsigned number)
{
	return g_strdup_printf("%s:%u", result->path, number);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
	unsigned one = ((const struct line_at *)a)->number;
	unsigned other = ((const struct line_at *)b)->number;

	return (one > other) - (one < other);
}

/* The line of that name (result_line_name); NULL: there is none. */
static const struct line_at *line_named(const struct result *result, const char *name)
{
	const char *colon = strrchr(name, ':');
	struct line_at wanted = {0};
	uint64_t number;
	guint at;

	if (!colon || strlen(result->path) != (size_t)(colon - name) ||
		strncmp(name, result->path, (size_t)(colon - name)) != 0 ||
		!g_ascii_string_to_unsigned(colon + 1, 10, 1, UINT_MAX, &number, NULL))
		return NULL;
	wanted.number = (unsigned)number;
	return g_array_binary_search(result->lines, &wanted, by_number, &at)
		       ? &g_array_index(result->lines, struct line_at, at)
		       : NULL;
}

/* Why a line was left out. */
static void line_fault(const struct result *result, const struct line_at *at,
	const struct knowledge *knowledge, GError **why)
{
	struct fromjson from;

	fromjson_init(&from, knowledge);
	read_line(result, at, &from, why);
	fromjson_clear(&from);
}

static void keep_first(void *user, unsigned line, const GError *error)
{
	GError **kept = user;

	(void)line;
	if (!*kept)
		*kept = g_error_copy(error);
}

struct report *result_report(
	struct result *result, const struct knowledge *knowledge, const char *name, GError **error)
{
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(result->names, name));
	const struct line_at *line = known ? NULL : line_named(result, name);
	g_autoptr(GError) why = NULL;
	struct report *report = NULL;
	struct fromjson from;

	if (line)
		line_fault(result, line, knowledge, &why);
	if (known) {
		result_read(result, knowledge, known - 1, &from, keep_first, &why);
		report = fromjson_end(&from);
		if (!why && from.failure)
			g_set_error_literal(&why, NIXIE_ERROR, NIXIE_PARTIAL, from.failure);
		fromjson_clear(&from);
	}
	if (report)
		return report;
	g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL, "%s",
		why ? why->message : "the result does not tell of it");
	return NULL;
}
