/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/format.h"

#include "base/errors.h"
#include "rules/inifile.h"
#include "rules/literals.h"

#define HITS_MAX 100000 /* of one text; what follows is left unread */
#define GENERIC "generic"

/* One word of one family. Its index is its id in the set of literals. */
struct word {
	char *literal;
	unsigned short format;
	unsigned char mark, area, rank;
};

struct format_set {
	GPtrArray *formats; /* struct format */
	GArray *words;      /* struct word */
	struct literal_set *literals;
	struct literal_set *phases; /* ids are enum phase */
	const struct format *generic;
	char *hash;
};

/* The keys of a family that hold words. */
static const struct {
	const char *key;
	unsigned char mark, area;
} word_keys[] = {
	{"header", MARK_SIGN, AREA_HEADER},
	{"from", MARK_SIGN, AREA_FROM},
	{"subject", MARK_SIGN, AREA_SUBJECT},
	{"body", MARK_SIGN, AREA_BODY},
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
	{"fields", MARK_FIELDS, AREA_BODY},
};

static const struct {
	const char *name;
	unsigned shape;
} shape_names[] = {
	{"angle-colon", SHAPE_ANGLE_COLON}, {"angle", SHAPE_ANGLE}, {"colon", SHAPE_COLON},
	{"bare", SHAPE_BARE}, {"tail", SHAPE_TAIL}, {"mailto", SHAPE_MAILTO},
	{"named", SHAPE_NAMED},
};

static const char *const layout_names[LAYOUT_COUNT] = {
	[LAYOUT_LIST] = "list",
	[LAYOUT_LABELLED] = "labelled",
	[LAYOUT_TRANSCRIPT] = "transcript",
	[LAYOUT_STRAY] = "stray",
};

static const char *const keys[] = {
	"title", "like", "kind", "need", "priority", "pasted", "category", "layout", "shape", "server", "client",
	"header", "from", "subject", "body", "list", "recipient", "written", "reason", "end",
	"separator", "original-header", "delay", "final", "host", "fields",
	"phase-connect", "phase-helo", "phase-tls", "phase-auth", "phase-mail", "phase-rcpt", "phase-data",
	"phase-eod", NULL,
};

static void format_free(void *data)
{
	struct format *format = data;

	g_free(format->id);
	g_free(format->title);
	g_free(format->category);
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
	g_ptr_array_unref(set->formats);
	g_array_unref(set->words);
	literal_set_free(set->literals);
	literal_set_free(set->phases);
	g_free(set->hash);
	g_free(set);
}

size_t format_set_count(const struct format_set *set)
{
	return set->formats->len;
}

const struct format *format_set_at(const struct format_set *set, size_t index)
{
	return set->formats->pdata[index];
}

const struct format *format_by_id(const struct format_set *set, const char *id)
{
	for (guint i = 0; i < set->formats->len; i++) {
		const struct format *format = set->formats->pdata[i];

		if (strcmp(format->id, id) == 0)
			return format;
	}
	return NULL;
}

const struct format *format_generic(const struct format_set *set)
{
	return set->generic;
}

const char *format_set_hash(const struct format_set *set)
{
	return set->hash;
}

/* --- Loading */

static void add_word(struct format_set *set, struct word word)
{
	literal_set_add(set->literals, span_of(word.literal), set->words->len);
	g_array_append_val(set->words, word);
}

static void load_words(struct format_set *set, const struct ini *ini, const struct format *format)
{
	for (size_t i = 0; i < G_N_ELEMENTS(word_keys); i++) {
		g_autoptr(GPtrArray) list = ini_list(ini, format->id, word_keys[i].key);

		for (guint k = 0; k < list->len; k++)
			add_word(set, (struct word){
				.literal = g_strdup(list->pdata[k]),
				.format = (unsigned short)format->index,
				.mark = word_keys[i].mark,
				.area = word_keys[i].area,
				.rank = (unsigned char)MIN(k, 255),
			});
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

/* The words of another family, but not its signs. */
static void take_words(struct format_set *set, const struct format *format, const struct format *like)
{
	for (guint i = 0, n = set->words->len; i < n; i++) {
		struct word word = g_array_index(set->words, struct word, i);

		if (word.format != like->index || word.mark == MARK_SIGN)
			continue;
		word.format = (unsigned short)format->index;
		word.literal = g_strdup(word.literal);
		add_word(set, word);
	}
}

static char **load_arrows(const struct ini *ini, const char *group, const char *key, char **inherited)
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
			return ini_fail(error, ini, format->id, "layout", "there is no layout \"%s\"",
				(char *)list->pdata[i]);
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
	return format->kind >= 0 || ini_fail(error, ini, format->id, "kind", "there is no kind \"%s\"", name);
}

static bool load_format(struct format_set *set, const struct ini *ini, const char *id, GError **error)
{
	struct format *format = g_new0(struct format, 1);
	g_autofree char *like_id = ini_raw(ini, id, "like");
	const struct format *like = like_id ? format_by_id(set, like_id) : NULL;
	bool known = format_by_id(set, id);
	int pasted;

	format->index = (int)set->formats->len;
	format->id = g_strdup(id);
	g_ptr_array_add(set->formats, format);
	if (!ini_is_id(id) || known)
		return ini_fail(error, ini, id, NULL, known ? "this family exists already" : "a name is [a-z0-9-]+");
	if (like_id && !like)
		return ini_fail(error, ini, id, "like", "\"%s\" is no family above this one", like_id);
	if (like) {
		format->kind = like->kind;
		format->shapes = like->shapes;
		memcpy(format->layouts, like->layouts, sizeof format->layouts);
		format->layouts_n = like->layouts_n;
	}
	format->title = ini_text(ini, id, "title", NULL);
	format->category = ini_raw(ini, id, "category");
	format->server = load_arrows(ini, id, "server", like ? like->server : NULL);
	format->client = load_arrows(ini, id, "client", like ? like->client : NULL);
	format->need = ini_number(ini, id, "need", 99, 2, error);
	format->priority = format->need < 0 ? -1 : ini_number(ini, id, "priority", 99, 50, error);
	pasted = format->priority < 0 ? -1 : ini_number(ini, id, "pasted", 1, 0, error);
	format->pasted = pasted == 1;
	if (pasted < 0 || !load_kind(format, ini, error) || !load_shapes(format, ini, error) ||
		!load_layouts(format, ini, error) || !ini_check_keys(ini, id, keys, error))
		return false;
	load_words(set, ini, format);
	load_phases(set, ini, id);
	if (like)
		take_words(set, format, like);
	return true;
}

static bool load_file(struct format_set *set, const char *path, GChecksum *sum, GError **error)
{
	g_autoptr(ini_file) ini = ini_load(path, sum, error);

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
	g_autoptr(GDir) handle = g_dir_open(dir, 0, error);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (!handle)
		return NULL;
	while ((name = g_dir_read_name(handle)))
		if (g_str_has_suffix(name, ".format") && name[0] != '.')
			g_ptr_array_add(names, g_build_filename(dir, name, NULL));
	g_ptr_array_sort(names, by_name);
	return g_steal_pointer(&names);
}

static bool load_all(struct format_set *set, const char *dir, GError **error)
{
	g_autoptr(GPtrArray) names = file_names(dir, error);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	if (!names)
		return false;
	for (guint i = 0; i < names->len; i++)
		if (!load_file(set, names->pdata[i], sum, error))
			return false;
	set->generic = format_by_id(set, GENERIC);
	if (!set->generic) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			"%s: there is no family [%s]: the data are not whole; install nixie again", dir, GENERIC);
		return false;
	}
	literal_set_build(set->literals);
	literal_set_build(set->phases);
	set->hash = g_strdup(g_checksum_get_string(sum));
	return true;
}

struct format_set *format_set_load(const char *dir, GError **error)
{
	struct format_set *set = g_new0(struct format_set, 1);

	set->formats = g_ptr_array_new_with_free_func(format_free);
	set->words = g_array_new(FALSE, FALSE, sizeof(struct word));
	g_array_set_clear_func(set->words, word_clear);
	set->literals = literal_set_new();
	set->phases = literal_set_new();
	if (load_all(set, dir, error))
		return set;
	format_set_free(set);
	return NULL;
}

/* --- Recognition */

void marks_init(struct marks *marks, const struct format_set *set)
{
	*marks = (struct marks){
		.hits = g_array_new(FALSE, FALSE, sizeof(struct mark_hit)),
		.areas = g_new0(unsigned char, set->formats->len),
	};
}

void marks_clear(struct marks *marks)
{
	g_array_unref(marks->hits);
	g_free(marks->areas);
}

static int by_place(const void *a, const void *b)
{
	const struct mark_hit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->n < y->n ? 1 : x->n > y->n ? -1 : 0; /* the longer word first */
}

static void note(struct marks *marks, const struct word *word, enum area area, const struct literal_hit *hit)
{
	struct mark_hit mark = {
		.at = (uint32_t)hit->at,
		.n = (uint32_t)hit->n,
		.mark = word->mark,
		.rank = word->rank,
		.format = word->format,
	};

	if (area == AREA_BODY)
		g_array_append_val(marks->hits, mark);
	else if (word->mark == MARK_SIGN)
		marks->areas[word->format] |= (unsigned char)area;
	else if (word->mark == MARK_DELAY)
		marks->delay = true;
	else if (word->mark == MARK_FINAL)
		marks->final = true;
}

/* Only ornaments stand between the start of the line and `at`. */
bool format_begins_line(struct span text, size_t at)
{
	while (at > 0 && text.p[at - 1] != '\n' && text.p[at - 1] != '\r')
		if (!strchr(" \t-=_*>|#", text.p[--at]))
			return false;
	return true;
}

/* The returned message begins here, for reports of any family. */
static bool is_cut(const struct format_set *set, const struct word *word, struct span text, size_t at)
{
	if (word->format != set->generic->index)
		return false;
	if (word->mark == MARK_HEADER)
		return at == 0 || text.p[at - 1] == '\n' || text.p[at - 1] == '\r';
	return word->mark == MARK_SEPARATOR && format_begins_line(text, at);
}

void format_scan(const struct format_set *set, enum area area, struct span text, struct marks *marks)
{
	struct literal_scan scan = literal_scan_of(set->literals, text);
	struct literal_hit hit;

	if (area == AREA_BODY)
		g_array_set_size(marks->hits, 0);
	while (marks->hits->len < HITS_MAX && literal_next(&scan, &hit)) {
		const struct word *word = &g_array_index(set->words, struct word, hit.id);

		if (!(word->area & area))
			continue;
		note(marks, word, area, &hit);
		if (area == AREA_BODY && is_cut(set, word, text, hit.at))
			break;
	}
	if (area == AREA_BODY)
		g_array_sort(marks->hits, by_place);
}

void marks_count_signs(struct marks *marks, size_t end)
{
	for (guint i = 0; i < marks->hits->len; i++) {
		const struct mark_hit *hit = &g_array_index(marks->hits, struct mark_hit, i);

		if (hit->at >= end)
			return;
		if (hit->mark == MARK_SIGN)
			marks->areas[hit->format] |= AREA_BODY;
	}
}

int format_points(const struct format *format, const struct marks *marks)
{
	unsigned areas = marks->areas[format->index];

	return (areas & AREA_BODY ? 2 : 0) + (areas & AREA_HEADER ? 1 : 0) + (areas & AREA_FROM ? 1 : 0) +
		(areas & AREA_SUBJECT ? 1 : 0);
}

const struct format *format_recognise(const struct format_set *set, const struct marks *marks)
{
	const struct format *best = NULL;
	int best_points = 0;

	for (guint i = 0; i < set->formats->len; i++) {
		const struct format *format = set->formats->pdata[i];
		int points;

		if (!marks->areas[i] || format == set->generic)
			continue;
		points = format_points(format, marks);
		if (points < format->need)
			continue;
		if (!best || points > best_points || (points == best_points && format->priority > best->priority)) {
			best = format;
			best_points = points;
		}
	}
	return best;
}

enum phase format_phase(const struct format_set *set, struct span diagnostic)
{
	struct literal_scan scan = literal_scan_of(set->phases, diagnostic);
	struct literal_hit hit;
	enum phase phase = PHASE_NONE;

	/* The last one: "in reply to ..." ends the sentence. */
	while (literal_next(&scan, &hit))
		phase = (enum phase)hit.id;
	return phase;
}
