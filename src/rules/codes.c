/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * data/codes.tsv. Rows without a phrase are found through one hash table: its key is scope, status
 * and reply in one number; a range of codes stands there once for each of its codes.
 */
#include <stdint.h>

#include "base/digest.h"
#include "base/errors.h"
#include "rules/advice.h"
#include "rules/knowledge-parts.h"
#include "rules/status.h"

#define SCOPE_OTHERS 0x7fff /* any scope that is neither the registry nor one that holds always */
#define SCOPES_ASKED 8
#define REPLY_UNKNOWN 0xfff /* key of rows that count only without a reply */
#define KEY_COLUMNS 4       /* scope to phrase: they name a row, and its translation */

enum column { SCOPE, REPLY, STATUS, PHRASE, CATEGORY, TYPE, WHO, CONFIDENCE, MEANING, COLUMNS };
static const char *const column_names[COLUMNS] = {
	"scope", "reply", "status", "phrase", "category", "type", "who", "confidence", "meaning"};

static void code_free(struct code *code)
{
	g_free(code->key);
	g_free(code->scope);
	g_free(code->phrase);
	g_free(code->meaning);
	g_free(code);
}

static bool fail(GError **error, const char *path, int line, enum column column, struct span value,
	const char *why)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s:%d: %s: \"%.*s\" %s", path, line,
		column_names[column], (int)value.n, value.p ? value.p : "", why);
	return false;
}

/* Cuts a line at its TABs; false unless it has exactly `count` cells. */
static bool split(struct span line, struct span *cells, int count)
{
	for (int i = 0; i < count; i++) {
		const char *tab = line.n ? memchr(line.p, '\t', line.n) : NULL;

		if ((tab == NULL) != (i == count - 1))
			return false;
		cells[i] = tab ? span_make(line.p, tab) : line;
		line = tab ? span_from(line, cells[i].n + 1) : line;
	}
	return true;
}

/* `5.7.1`, or `5.7.606-649` */
static bool read_status(struct span cell, struct code *code)
{
	const char *dash = cell.n ? memchr(cell.p, '-', cell.n) : NULL;
	struct status status;
	uint64_t to;

	if (!status_parse(dash ? span_make(cell.p, dash) : cell, &status))
		return false;
	memcpy(code->status, status.v, sizeof(code->status));
	code->status_to = code->status[2];
	if (!dash)
		return true;
	g_autofree char *last = span_dup(span_make(dash + 1, cell.p + cell.n));
	if (!g_ascii_string_to_unsigned(last, 10, code->status[2], 999, &to, NULL))
		return false;
	code->status_to = (unsigned short)to;
	return true;
}

static bool read_reply(struct span cell, struct code *code)
{
	code->bare = cell.n == 1 && cell.p[0] == '-';
	if (code->bare || !cell.n)
		return true;
	if (cell.n != 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!g_ascii_isdigit(cell.p[i]))
			return false;
		code->reply = code->reply * 10 + (cell.p[i] - '0');
	}
	return true;
}

static bool read_row(const struct knowledge *knowledge, const char *path, const struct span *cells,
	struct code *code, GError **error)
{
	g_autofree char *category = span_dup(cells[CATEGORY]);
	bool none = strcmp(category, "none") == 0;

	code->key = span_dup(span_make(cells[SCOPE].p, cells[KEY_COLUMNS].p - 1));
	code->scope = span_dup(cells[SCOPE]);
	code->phrase = cells[PHRASE].n ? span_dup(cells[PHRASE]) : NULL;
	code->meaning = span_dup(cells[MEANING]);
	code->category = none ? NULL : category_by_id(knowledge, category);
	code->type = none ? -1 : name_index(type_names, TYPE_COUNT, cells[TYPE]);
	code->confidence = name_index(confidence_names, CONFIDENCE_NONE, cells[CONFIDENCE]);
	if (!cells[SCOPE].n)
		return fail(error, path, code->line, SCOPE, cells[SCOPE], "is empty");
	if (!read_reply(cells[REPLY], code))
		return fail(error, path, code->line, REPLY, cells[REPLY],
			"is no reply of three digits, nor -");
	if (cells[STATUS].n && !read_status(cells[STATUS], code))
		return fail(error, path, code->line, STATUS, cells[STATUS],
			"is no code x.y.z, nor x.y.z-z");
	if (!code->reply && !code->status[0] && !code->phrase)
		return fail(error, path, code->line, PHRASE, cells[PHRASE],
			"stands alone: a row needs a key");
	if (!none && !code->category)
		return fail(error, path, code->line, CATEGORY, cells[CATEGORY], "is no category");
	if (none && code->phrase)
		return fail(error, path, code->line, CATEGORY, cells[CATEGORY],
			"cannot stand with a phrase");
	if (!none && code->type < 0)
		return fail(error, path, code->line, TYPE, cells[TYPE], "is no type");
	if (!actors_parse(cells[WHO], &code->who))
		return fail(error, path, code->line, WHO, cells[WHO], "is no list of actors");
	if (code->confidence < 0)
		return fail(
			error, path, code->line, CONFIDENCE, cells[CONFIDENCE], "is no confidence");
	return true;
}

static gint64 key_of(int scope, const unsigned short status[3], unsigned detail, int reply)
{
	return (gint64)scope << 48 | (gint64)status[0] << 36 | (gint64)status[1] << 24 |
	       (gint64)detail << 12 | reply;
}

/* 0 for a scope without rows, which is in no key. */
static int scope_number(const struct knowledge *knowledge, const char *scope)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(knowledge->scopes, scope));
}

/* Scopes of code_lookup's last resort: not the registry, not what holds always. */
static bool is_other_scope(const struct knowledge *knowledge, const char *scope)
{
	const struct provider *provider = provider_by_id(knowledge, scope);

	return strcmp(scope, scope_names[SCOPE_RFC]) != 0 &&
	       strcmp(scope, scope_names[SCOPE_SMTP]) != 0 && !(provider && provider->always);
}

/*
 * Which row speaks where two have one key: a single code before a range, then the surer, then the
 * first.
 */
static bool speaks_before(const struct code *a, const struct code *b)
{
	int a_width = a->status_to - a->status[2], b_width = b->status_to - b->status[2];

	return a_width != b_width ? a_width < b_width : a->confidence <= b->confidence;
}

static void insert(struct knowledge *knowledge, gint64 key, struct code *code)
{
	const struct code *before = g_hash_table_lookup(knowledge->code_index, &key);
	gint64 *own;

	if (before && speaks_before(before, code))
		return;
	own = g_new(gint64, 1);
	*own = key;
	g_hash_table_replace(knowledge->code_index, own, code);
}

static void index_row(struct knowledge *knowledge, struct code *code)
{
	int reply = code->bare ? REPLY_UNKNOWN : code->reply;
	int scope = scope_number(knowledge, code->scope);
	bool other = is_other_scope(knowledge, code->scope);

	if (!scope) {
		scope = (int)g_hash_table_size(knowledge->scopes) + 1;
		g_hash_table_insert(knowledge->scopes, code->scope, GINT_TO_POINTER(scope));
	}
	for (unsigned detail = code->status[2]; !code->phrase && detail <= code->status_to;
		detail++) {
		insert(knowledge, key_of(scope, code->status, detail, reply), code);
		if (other)
			insert(knowledge, key_of(SCOPE_OTHERS, code->status, detail, reply), code);
	}
}

static bool check_head(const char *path, int line, const struct span *cells, GError **error)
{
	for (int i = 0; i < COLUMNS; i++)
		if (!span_equal_nocase(cells[i], column_names[i]))
			return fail(error, path, line, (enum column)i, cells[i],
				"stands in the header line instead of this name");
	return true;
}

bool codes_load(struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, "codes.tsv", NULL);
	g_autoptr(GError) cause = NULL;
	g_autofree char *bytes = NULL;
	struct span rest, line, cells[COLUMNS];
	struct digest digest = {0};
	bool head = false;
	gsize n;

	if (!g_file_get_contents(path, &bytes, &n, &cause)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s: cannot be read: %s", path,
			error_cause(cause));
		return false;
	}
	digest_add(&digest, (struct span){bytes, n});
	g_checksum_update(sum, (const guchar *)&digest, sizeof digest);
	knowledge->codes = g_ptr_array_new_with_free_func((GDestroyNotify)code_free);
	knowledge->code_index = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	knowledge->scopes = g_hash_table_new(g_str_hash, g_str_equal);
	rest = (struct span){bytes, n};
	for (int number = 1; span_line(&rest, &line); number++) {
		struct code *code;

		/* A comment is a # and a blank, since `#SMTP#` is a word of servers. */
		if (!line.n || span_starts_nocase(line, "# "))
			continue;
		if (!split(line, cells, COLUMNS))
			return fail(error, path, number, SCOPE, line, "does not have nine columns");
		if (!head) {
			head = true;
			if (!check_head(path, number, cells, error))
				return false;
			continue;
		}
		code = g_new0(struct code, 1);
		code->line = number;
		g_ptr_array_add(knowledge->codes, code);
		if (!read_row(knowledge, path, cells, code, error))
			return false;
		index_row(knowledge, code);
	}
	return true;
}

/* --- translations */

/* The key columns of a row as they stand in the file, to its meaning. */
static GHashTable *meanings_of(const char *bytes, size_t n)
{
	GHashTable *meanings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	struct span rest = {bytes, n}, line, cells[KEY_COLUMNS + 1];

	while (span_line(&rest, &line))
		if (!span_starts_nocase(line, "# ") && split(line, cells, KEY_COLUMNS + 1))
			g_hash_table_replace(meanings,
				span_dup(span_make(line.p, cells[KEY_COLUMNS].p - 1)),
				span_dup(cells[KEY_COLUMNS]));
	return meanings;
}

static void translate(struct knowledge *knowledge, GHashTable *meanings)
{
	for (guint i = 0; i < knowledge->codes->len; i++) {
		struct code *code = g_ptr_array_index(knowledge->codes, i);
		const char *meaning = g_hash_table_lookup(meanings, code->key);

		if (!meaning || !*meaning)
			continue;
		g_free(code->meaning);
		code->meaning = g_strdup(meaning);
	}
}

bool codes_translate(struct knowledge *knowledge, const char *datadir, GError **error)
{
	g_auto(GStrv) variants = knowledge->lang ? g_get_locale_variants(knowledge->lang) : NULL;

	/* The plainest first, so that de_AT stands over de. */
	for (guint i = variants ? g_strv_length(variants) : 0; i > 0; i--) {
		g_autofree char *name = g_strdup_printf("codes.%s.tsv", variants[i - 1]);
		g_autofree char *path = g_build_filename(datadir, name, NULL);
		g_autoptr(GHashTable) meanings = NULL;
		g_autoptr(GError) cause = NULL;
		g_autofree char *bytes = NULL;
		gsize n;

		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			continue;
		if (!g_file_get_contents(path, &bytes, &n, &cause)) {
			g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s: cannot be read: %s",
				path, error_cause(cause));
			return false;
		}
		meanings = meanings_of(bytes, n);
		translate(knowledge, meanings);
	}
	return true;
}

const struct code *const *knowledge_codes(const struct knowledge *knowledge, size_t *count)
{
	*count = knowledge->codes->len;
	return (const struct code *const *)knowledge->codes->pdata;
}

/* Rows of one scope: with this reply, then without any. */
static const struct code *find(
	const struct knowledge *knowledge, int scope, const unsigned short status[3], int reply)
{
	gint64 key = key_of(scope, status, status[2], reply ? reply : REPLY_UNKNOWN);
	const struct code *code = g_hash_table_lookup(knowledge->code_index, &key);

	if (code || !status[0])
		return code;
	key = key_of(scope, status, status[2], 0);
	return g_hash_table_lookup(knowledge->code_index, &key);
}

static const struct code *find_in(const struct knowledge *knowledge, const int *scopes,
	size_t count, const unsigned short status[3], int reply)
{
	const struct code *code = NULL;

	for (size_t i = 0; i < count && !code; i++)
		code = find(knowledge, scopes[i], status, reply);
	return code;
}

const struct code *code_lookup(const struct knowledge *knowledge, const unsigned short status[3],
	int reply, const struct provider *provider)
{
	static const unsigned short none[3] = {0};
	unsigned short whole[3] = {status[0], status[1], 0};
	int scopes[SCOPES_ASKED], registry[2];
	size_t n = 0, own = 0;
	const struct code *code = NULL;

	if (provider)
		scopes[n++] = registry[own++] = scope_number(knowledge, provider->id);
	for (guint i = 0; i < knowledge->providers->len && n < SCOPES_ASKED - 3; i++) {
		const struct provider *p = g_ptr_array_index(knowledge->providers, i);

		if (p->always)
			scopes[n++] = scope_number(knowledge, p->id);
	}
	scopes[n++] = registry[own++] = scope_number(knowledge, scope_names[SCOPE_RFC]);
	scopes[n++] = scope_number(knowledge, scope_names[SCOPE_SMTP]);
	scopes[n++] = SCOPE_OTHERS;

	if (status[0] && !status_is_vague(status)) {
		code = find_in(knowledge, scopes, n, status, reply);
		if (!code)
			code = find_in(knowledge, registry, own, whole, reply);
	} else if (status[0] && provider) {
		code = find(knowledge, scopes[0], status, reply);
	}
	if (!code && reply)
		code = find_in(knowledge, scopes, n, none, reply);
	if (!code && status[0])
		code = find_in(knowledge, scopes, n, status, reply);
	return code;
}
