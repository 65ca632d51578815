/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was given on the command line: may it be there, can its value be, and what does it say? */
#include <inttypes.h>

#include "base/errors.h"
#include "base/words.h"
#include "cli/option-parts.h"

static bool is_given(const struct options *options, const struct option_row *row)
{
	return options_is_text(row) ? *option_text(options, row) != NULL
				    : *(const gboolean *)((const char *)options + row->offset);
}

/* One of the rows that share a field with `row` is an option of the command. */
static bool is_taken(const struct options *options, const struct option_row *row)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].offset == row->offset && options_takes(options->command, &rows[i]))
			return true;
	return false;
}

static bool refuse(const struct options *options, const char *name, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("--%s is no option of %s; `nixie %s --help` lists the options"), name,
		options->command->name, options->command->name);
	return false;
}

/* What stands before the command is read without knowing it: `nixie --limit=5` opens the screen. */
static bool check_taken(const struct options *options, GError **error)
{
	size_t count;
	const struct option_row *row = options_rows(&count);

	if (options->help || options->version)
		return true;
	for (const struct option_row *end = row + count; row < end; row++)
		if (is_given(options, row) && !is_taken(options, row))
			return refuse(options, row->name, error);
	if (options->command->options & OPT_FILTERS)
		return true;
	for (const struct filter_word *word = filter_words(); word->name; word++)
		if (filter_asks(options->filter, word->name))
			return refuse(options, word->name, error);
	return true;
}

/* Index of `value` among those of `names` that have their bit in `may`, or an error that lists
 * them. */
static int choose(const char *option, const char *value, const char *const *names, int count,
	unsigned may, GError **error)
{
	int index = name_index(names, count, span_of(value));
	GString *known;

	if (index >= 0 && may & 1U << index)
		return index;
	known = g_string_new(NULL);
	for (int i = 0; i < count; i++)
		if (may & 1U << i)
			g_string_append_printf(known, "%s%s", known->len ? ", " : "", names[i]);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("--%s=%s cannot be; it can be %s"), option,
		value, known->str);
	g_string_free(known, TRUE);
	return -1;
}

/* One of a few words that nobody else looks at before they count. */
static bool check_word(const struct option_row *row, const char *value, GError **error)
{
	size_t n;
	const char *const *words = options_words(row, &n);

	return !(g_str_equal(row->name, "exclude") || g_str_equal(row->name, "color")) ||
	       choose(row->name, value, words, (int)n, ~0U, error) >= 0;
}

/* `--output=$FILE` of a script in which FILE is not set. */
static bool check_named(const struct option_row *row, const char *value, GError **error)
{
	if (*value || !(g_str_equal(row->value, "FILE") || g_str_equal(row->value, "PATH") ||
			      g_str_equal(row->value, "DIR")))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("--%s= names nothing; write the name of a file or directory behind it"),
		row->name);
	return false;
}

/* Options whose value is told as N in the table are numbers. */
static bool check_values(const struct options *options, GError **error)
{
	size_t count;
	const struct option_row *row = options_rows(&count);

	for (const struct option_row *end = row + count; row < end; row++) {
		const char *value = options_is_text(row) ? *option_text(options, row) : NULL;
		uint64_t number;

		if (!value)
			continue;
		if (!check_named(row, value, error) || !check_word(row, value, error) ||
			(g_str_equal(row->value, "N") &&
				!options_number(row->name, value, &number, error)))
			return false;
	}
	return true;
}

static bool check_alone(const struct options *options, GError **error)
{
	const char *word = options->args[0] ? options->args[0] : options->query[0];

	if (!(options->command->options & OPT_ALONE) || !word)
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		_("%s takes no words, but there is `%s`; `nixie %s --help` lists the options"),
		options->command->name, word, options->command->name);
	return false;
}

/* `nixie retry -- --address=x`: it would be searched for, and match nothing. */
static bool check_query(const struct options *options, GError **error)
{
	g_autoptr(GPtrArray) names = option_names(options->command);

	for (char *const *word = options->query; *word; word++) {
		g_autofree char *name = g_str_has_prefix(*word, "--")
						? g_strndup(*word + 2, strcspn(*word + 2, "="))
						: NULL;

		if (!name || !g_strv_contains((const char *const *)names->pdata, name))
			continue;
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("`%s` is an option, but stands behind --, where the query is; put it "
			  "before "
			  "the --"),
			*word);
		return false;
	}
	return true;
}

/* Of some command: which one it is, is not known yet. `list --status=5.1.1` filters. */
static bool takes_value(const struct option_row *rows, size_t count, struct span name)
{
	for (const struct filter_word *word = filter_words(); word->name; word++)
		if (span_equal(name, word->name))
			return true;
	for (size_t i = 0; i < count; i++)
		if (options_is_text(&rows[i]) && span_equal(name, rows[i].name))
			return true;
	return false;
}

/* GLib passes over the value of an option that takes none: `--unset=false` would unset. */
bool options_check_flags(char *const *words, size_t n, GError **error)
{
	size_t count;
	const struct option_row *rows = options_rows(&count);

	for (size_t i = 0; i < n && strcmp(words[i], "--") != 0; i++) {
		const char *equals = strchr(words[i], '=');
		struct span name;

		if (!equals || !g_str_has_prefix(words[i], "--"))
			continue;
		name = span_make(words[i] + 2, equals);
		for (size_t k = 0; k < count; k++) {
			if (!span_equal(name, rows[k].name) || takes_value(rows, count, name))
				continue;
			g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
				_("--%s takes no value, but there is `%s`"), rows[k].name,
				equals + 1);
			return false;
		}
	}
	return true;
}

bool options_check(const struct options *options, GError **error)
{
	return check_taken(options, error) && check_values(options, error) &&
	       check_alone(options, error) && check_query(options, error);
}

/* --- what they say */

bool options_format(
	const struct options *options, unsigned formats, enum format *format, GError **error)
{
	int index = options->format ? choose("format", options->format, format_names, FORMAT_COUNT,
					      formats, error)
				    : (int)*format;
	uint64_t version = 1;

	if (index < 0 ||
		(options->format_version && !options_number("format-version",
						    options->format_version, &version, error)))
		return false;
	*format = (enum format)index;
	if (version == 1)
		return true;
	g_set_error(error, NIXIE_ERROR, version < 1 ? NIXIE_FORMAT_TOO_OLD : NIXIE_FORMAT_TOO_NEW,
		version < 1
			? _("format version %" PRIu64 " is too old: this nixie writes version 1")
			: _("format version %" PRIu64 " is too new: this nixie writes version 1"),
		version);
	return false;
}

bool options_per(const struct options *options, enum per *per, GError **error)
{
	int index = options->per ? choose("per", options->per, per_names, PER_COUNT, ~0U, error)
				 : (int)*per;

	if (index >= 0)
		*per = (enum per)index;
	return index >= 0;
}

bool options_whom(const struct options *options, enum handover *whom, GError **error)
{
	int index = choose("for", options->whom, handover_names, HANDOVER_COUNT, ~0U, error);

	*whom = (enum handover)MAX(index, 0);
	return index >= 0;
}

bool options_number(const char *name, const char *value, uint64_t *number, GError **error)
{
	if (g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT64, number, NULL))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, _("--%s=%s is no number"), name, value);
	return false;
}

void options_window(const struct options *options, size_t count, size_t *from, size_t *to)
{
	uint64_t offset = 0, limit = count;

	if (options->offset)
		options_number("offset", options->offset, &offset, NULL);
	if (options->limit)
		options_number("limit", options->limit, &limit, NULL);
	*from = MIN(offset, count);
	*to = *from + MIN(limit, count - *from);
}

bool options_sort(const struct options *options, enum sort_key *key, bool *reverse, GError **error)
{
	const char *value = options->sort;
	int index;

	*key = SORT_DATE;
	*reverse = false;
	if (!value || g_str_equal(value, "newest-first"))
		return true;
	if (g_str_equal(value, "oldest-first")) {
		*reverse = true;
		return true;
	}
	*reverse = value[0] == '-';
	index = choose("sort", value + *reverse, sort_names, SORT_COUNT, ~0U, error);
	if (index >= 0)
		*key = (enum sort_key)index;
	return index >= 0;
}
