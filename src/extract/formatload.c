/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/errors.h"
#include "extract/formatset.h"
#include "rules/inifile.h"

#define GENERIC "generic"
#define LANGUAGES "languages.ini"

/* The keys of a family that hold words. */
static const struct {
	const char *key;
	unsigned char mark, area;
} word_keys[] = {
	{"header", MARK_SIGN, AREA_HEADER},
	{"from", MARK_SIGN, AREA_FROM},
	{"subject", MARK_SIGN, AREA_SUBJECT},
	{"body", MARK_SIGN, AREA_BODY},
	{"mta", MARK_SIGN, AREA_MTA},
	{"list", MARK_LIST, AREA_BODY},
	{"recipient", MARK_RECIPIENT, AREA_BODY},
	{"written", MARK_WRITTEN, AREA_BODY},
	{"reason", MARK_REASON, AREA_BODY},
	{"end", MARK_END, AREA_BODY},
	{"separator", MARK_SEPARATOR, AREA_BODY},
	{"original-header", MARK_HEADER, AREA_BODY},
	{"delay", MARK_DELAY, AREA_BODY | AREA_SUBJECT},
	{"final", MARK_FINAL, AREA_BODY | AREA_SUBJECT},
	{"host", MARK_HOST, AREA_BODY},
	{"remote", MARK_REMOTE, AREA_BODY},
	{"fields", MARK_FIELDS, AREA_BODY},
	{"stranger", MARK_STRANGER, AREA_BODY},
	{"delivered", MARK_SPARED, AREA_BODY},
	{"addressees", MARK_ADDRESSED, AREA_BODY},
};

static const struct {
	const char *name;
	unsigned shape;
} shape_names[] = {
	{"angle-colon", SHAPE_ANGLE_COLON},
	{"angle", SHAPE_ANGLE},
	{"colon", SHAPE_COLON},
	{"bare", SHAPE_BARE},
	{"tail", SHAPE_TAIL},
	{"mailto", SHAPE_MAILTO},
	{"named", SHAPE_NAMED},
};

static const char *const layout_names[LAYOUT_COUNT] = {
	[LAYOUT_LIST] = "list",
	[LAYOUT_LABELLED] = "labelled",
	[LAYOUT_TRANSCRIPT] = "transcript",
	[LAYOUT_STRAY] = "stray",
};

/* The keys that hold one value, or that other tables here know by name. */
static const char *const plain_keys[] = {"title", "like", "refines", "kind", "need", "priority",
	"pasted", "category", "note", "layout", "shape", "server", "client", "gave-up"};

static void format_free(void *data)
{
	struct format *format = data;

	g_free(format->id);
	g_free(format->title);
	g_free(format->category);
	g_free(format->note);
	g_strfreev(format->server);
	g_strfreev(format->client);
	g_free(format);
}

static void word_clear(void *data)
{
	g_free(((struct word *)data)->literal);
}

void format_set_free(struct format_set *set)
{
	if (!set)
		return;
	for (int i = 0; i < AREA_COUNT; i++)
		literal_set_free(set->areas[i]);
	for (guint i = 0; set->own && i < set->formats->len; i++)
		literal_set_free(set->own[i]);
	g_free(set->own);
	g_ptr_array_unref(set->formats);
	g_array_unref(set->words);
	scan_memo_free(set->memo);
	literal_set_free(set->phases);
	literal_set_free(set->ends);
	language_set_free(set->languages);
	g_free(set);
}

static void load_words(struct format_set *set, const struct ini *ini, const struct format *format)
{
	for (size_t i = 0; i < G_N_ELEMENTS(word_keys); i++) {
		g_autoptr(GPtrArray) list = ini_list(ini, format->id, word_keys[i].key);

		for (guint k = 0; k < list->len; k++) {
			struct word word = {
				.literal = g_strdup(list->pdata[k]),
				.format = (unsigned short)format->index,
				.mark = word_keys[i].mark,
				.area = word_keys[i].area,
				.rank = (unsigned char)MIN(k, 255),
			};

			g_array_append_val(set->words, word);
		}
	}
}

static void load_phases(struct format_set *set, const struct ini *ini, const char *group)
{
	for (unsigned phase = PHASE_NONE + 1; phase < PHASE_COUNT; phase++) {
		g_autofree char *key = g_strconcat("phase-", phase_names[phase], NULL);
		g_autoptr(GPtrArray) list = ini_list(ini, group, key);

		for (guint k = 0; k < list->len; k++)
			literal_set_add(set->phases, span_of(list->pdata[k]), phase);
	}
}

static void load_ends(struct format_set *set, const struct ini *ini, const char *group)
{
	g_autoptr(GPtrArray) list = ini_list(ini, group, "gave-up");

	for (guint k = 0; k < list->len; k++)
		literal_set_add(set->ends, span_of(list->pdata[k]), 0);
}

/* The words of another family, but not its signs. */
static void take_words(
	struct format_set *set, const struct format *format, const struct format *like)
{
	for (guint i = 0, n = set->words->len; i < n; i++) {
		struct word word = g_array_index(set->words, struct word, i);

		if (word.format != like->index || word.mark == MARK_SIGN)
			continue;
		word.format = (unsigned short)format->index;
		word.literal = g_strdup(word.literal);
		g_array_append_val(set->words, word);
	}
}

static char **load_arrows(
	const struct ini *ini, const char *group, const char *key, char **inherited)
{
	g_autoptr(GPtrArray) list = ini_list(ini, group, key);
	GStrvBuilder *strings;
	char **arrows;

	if (!list->len)
		return g_strdupv(inherited);
	strings = g_strv_builder_new();
	for (guint i = 0; i < list->len; i++)
		g_strv_builder_add(strings, list->pdata[i]);
	arrows = g_strv_builder_end(strings);
	g_strv_builder_unref(strings);
	return arrows;
}

static bool load_shapes(struct format *format, const struct ini *ini, GError **error)
{
	g_autoptr(GPtrArray) list = ini_list(ini, format->id, "shape");

	if (list->len)
		format->shapes = 0;
	for (guint i = 0; i < list->len; i++) {
		unsigned shape = 0;

		for (size_t k = 0; k < G_N_ELEMENTS(shape_names); k++)
			if (strcmp(list->pdata[i], shape_names[k].name) == 0)
				shape = shape_names[k].shape;
		if (!shape)
			return ini_fail(error, ini, format->id, "shape", "there is no shape \"%s\"",
				(char *)list->pdata[i]);
		format->shapes |= shape;
	}
	return true;
}

static bool load_layouts(struct format *format, const struct ini *ini, GError **error)
{
	g_autoptr(GPtrArray) list = ini_list(ini, format->id, "layout");

	if (list->len)
		format->layouts_n = 0;
	for (guint i = 0; i < list->len; i++) {
		int layout = name_index(layout_names, LAYOUT_COUNT, span_of(list->pdata[i]));

		if (layout < 0 || format->layouts_n == LAYOUT_COUNT)
			return ini_fail(error, ini, format->id, "layout",
				"there is no layout \"%s\"", (char *)list->pdata[i]);
		format->layouts[format->layouts_n++] = (unsigned char)layout;
	}
	return true;
}

static bool load_kind(struct format *format, const struct ini *ini, GError **error)
{
	g_autofree char *name = ini_raw(ini, format->id, "kind");

	if (!name)
		return true;
	format->kind = name_index(kind_names, KIND_COUNT, span_of(name));
	return format->kind >= 0 ||
	       ini_fail(error, ini, format->id, "kind", "there is no kind \"%s\"", name);
}

static bool check_keys(const struct ini *ini, const char *group, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(plain_keys); i++)
		g_ptr_array_add(keys, g_strdup(plain_keys[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(word_keys); i++)
		g_ptr_array_add(keys, g_strdup(word_keys[i].key));
	for (unsigned phase = PHASE_NONE + 1; phase < PHASE_COUNT; phase++)
		g_ptr_array_add(keys, g_strconcat("phase-", phase_names[phase], NULL));
	g_ptr_array_add(keys, NULL);
	return ini_check_keys(ini, group, (const char *const *)keys->pdata, error);
}

static const struct format *by_id(const struct format_set *set, const char *id)
{
	for (guint i = 0; i < set->formats->len; i++) {
		const struct format *format = set->formats->pdata[i];

		if (strcmp(format->id, id) == 0)
			return format;
	}
	return NULL;
}

static bool load_format(
	struct format_set *set, const struct ini *ini, const char *id, GError **error)
{
	struct format *format = g_new0(struct format, 1);
	g_autofree char *like_id = ini_raw(ini, id, "like");
	g_autofree char *base_id = ini_raw(ini, id, "refines");
	const struct format *base = base_id ? by_id(set, base_id) : NULL;
	const struct format *like = like_id ? by_id(set, like_id) : base;
	bool known = by_id(set, id);
	int pasted;

	format->index = (int)set->formats->len;
	format->id = g_strdup(id);
	g_ptr_array_add(set->formats, format);
	if (!ini_is_id(id) || known)
		return ini_fail(error, ini, id, NULL,
			known ? "this family exists already" : "a name is [a-z0-9-]+");
	if (like_id && !like)
		return ini_fail(
			error, ini, id, "like", "\"%s\" is no family above this one", like_id);
	if (base_id && !base)
		return ini_fail(
			error, ini, id, "refines", "\"%s\" is no family above this one", base_id);
	format->refines = base ? base->index : -1;
	if (like) {
		format->kind = like->kind;
		format->shapes = like->shapes;
		memcpy(format->layouts, like->layouts, sizeof format->layouts);
		format->layouts_n = like->layouts_n;
	}
	format->title = ini_text(ini, id, "title", NULL);
	format->note = ini_text(ini, id, "note", NULL);
	format->category = ini_raw(ini, id, "category");
	if (format->category && !category_by_id(set->knowledge, format->category))
		return ini_fail(error, ini, id, "category", "there is no category \"%s\"",
			format->category);
	format->server = load_arrows(ini, id, "server", like ? like->server : NULL);
	format->client = load_arrows(ini, id, "client", like ? like->client : NULL);
	format->need = ini_number(ini, id, "need", 99, 2, error);
	format->priority = format->need < 0 ? -1 : ini_number(ini, id, "priority", 99, 50, error);
	pasted = format->priority < 0 ? -1 : ini_number(ini, id, "pasted", 1, 0, error);
	format->pasted = pasted == 1;
	if (pasted < 0 || !load_kind(format, ini, error) || !load_shapes(format, ini, error) ||
		!load_layouts(format, ini, error) || !check_keys(ini, id, error))
		return false;
	load_words(set, ini, format);
	load_phases(set, ini, id);
	load_ends(set, ini, id);
	if (like)
		take_words(set, format, like);
	return true;
}

static bool load_file(struct format_set *set, const char *path, GError **error)
{
	g_autoptr(ini_file) ini = ini_load(path, NULL, error);

	for (guint i = 0; ini && i < ini->groups->len; i++)
		if (!load_format(set, ini, ini->groups->pdata[i], error))
			return false;
	return ini != NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The *.format files of a directory, in the order of their names. */
static GPtrArray *file_names(const char *dir, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) handle = g_dir_open(dir, 0, &cause);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (!handle) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s: cannot be read: %s", dir,
			error_cause(cause));
		return NULL;
	}
	while ((name = g_dir_read_name(handle)))
		if (g_str_has_suffix(name, ".format") && name[0] != '.')
			g_ptr_array_add(names, g_build_filename(dir, name, NULL));
	g_ptr_array_sort(names, by_name);
	return g_steal_pointer(&names);
}

static void build_areas(struct format_set *set)
{
	for (guint k = 0; k < set->words->len; k++) {
		const struct word *word = &g_array_index(set->words, struct word, k);
		unsigned areas = word->area;

		if (!format_mark_is_common(
			    set, set->formats->pdata[word->format], (enum mark)word->mark))
			areas &= ~(unsigned)AREA_BODY;
		for (int i = 0; i < AREA_COUNT; i++)
			if (areas & 1u << i)
				literal_set_add(set->areas[i], span_of(word->literal), k);
	}
	for (int i = 0; i < AREA_COUNT; i++)
		literal_set_build(set->areas[i]);
	set->own = g_new0(struct literal_set *, set->formats->len);
}

static bool load_all(struct format_set *set, const char *dir, GError **error)
{
	g_autoptr(GPtrArray) names = file_names(dir, error);
	g_autofree char *languages = g_build_filename(dir, LANGUAGES, NULL);

	if (!names)
		return false;
	for (guint i = 0; i < names->len; i++)
		if (!load_file(set, names->pdata[i], error))
			return false;
	set->generic = by_id(set, GENERIC);
	if (!set->generic) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			"%s: there is no family [%s]: the data are not whole; install nixie again",
			dir, GENERIC);
		return false;
	}
	build_areas(set);
	literal_set_build(set->phases);
	literal_set_build(set->ends);
	set->languages = language_set_load(languages, error);
	return set->languages;
}

bool format_set_sum(const char *dir, GChecksum *sum, GError **error)
{
	g_autoptr(GPtrArray) names = file_names(dir, error);
	g_autofree char *languages = g_build_filename(dir, LANGUAGES, NULL);

	for (guint i = 0; names && i < names->len; i++)
		if (!ini_sum(names->pdata[i], sum, error))
			return false;
	return names && ini_sum(languages, sum, error);
}

struct format_set *format_set_load(
	const char *dir, const struct knowledge *knowledge, GError **error)
{
	struct format_set *set = g_new0(struct format_set, 1);

	set->knowledge = knowledge;
	set->memo = scan_memo_new();

	set->formats = g_ptr_array_new_with_free_func(format_free);
	set->words = g_array_new(FALSE, FALSE, sizeof(struct word));
	g_array_set_clear_func(set->words, word_clear);
	for (int i = 0; i < AREA_COUNT; i++)
		set->areas[i] = literal_set_new();
	set->phases = literal_set_new();
	set->ends = literal_set_new();
	if (load_all(set, dir, error))
		return set;
	format_set_free(set);
	return NULL;
}
