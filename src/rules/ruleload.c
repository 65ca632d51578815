/* SPDX-License-Identifier: GPL-3.0-or-later */
/* *.rules files: strict, since a rule that is silently half read decides wrongly for years. */
#include <stdint.h>

#include "base/errors.h"
#include "rules/ruleset.h"
#include "rules/status.h"

#define PRIORITY_MAX 99

static const char *const rule_keys[] = {ADVICE_KEYS, "category", "literal", "pattern", "pattern.N",
	"unless", "unless.N", "priority", "provider", "phase", "class", "reply", "status", "list",
	"example.N", "not.N", NULL};

/* A group that is being read. */
struct reading {
	struct rule_set *set;
	const struct ini *ini;
	const char *group;
	struct rule_body *body;
	bool compile;
	GError **error;
};

static bool read_category(const struct reading *r)
{
	g_autofree char *id = ini_raw(r->ini, r->group, "category");

	if (!id)
		return ini_fail(r->error, r->ini, r->group, "category", "is missing");
	r->body->rule.category = category_by_id(r->set->knowledge, id);
	return r->body->rule.category ||
	       ini_fail(r->error, r->ini, r->group, "category", "there is no category \"%s\"", id);
}

static bool read_patterns(const struct reading *r, const char *key, GPtrArray *into)
{
	g_autoptr(GPtrArray) sources = ini_numbered(r->ini, r->group, key);

	for (guint i = 0; i < sources->len; i++) {
		struct pattern *pattern = pattern_new(g_ptr_array_index(sources, i));
		g_autoptr(GError) why = NULL;

		g_ptr_array_add(into, pattern);
		if (!*pattern_source(pattern))
			return ini_fail(r->error, r->ini, r->group, key,
				"is empty and would match anything");
		if (r->compile && !pattern_compile(pattern, &why))
			return ini_fail(r->error, r->ini, r->group, key, "%s", why->message);
	}
	return true;
}

/* Literals are found without ASCII case; of other letters the usual forms of a word are added. */
static void add_case_forms(GPtrArray *literals)
{
	for (guint i = 0, n = literals->len; i < n; i++) {
		const char *word = g_ptr_array_index(literals, i);
		g_autofree char *lower = NULL, *first = NULL;
		const char *rest;

		if (g_str_is_ascii(word))
			continue;
		lower = g_utf8_strdown(word, -1);
		rest = g_utf8_next_char(lower);
		first = g_utf8_strup(lower, rest - lower);
		g_ptr_array_add(literals, g_strconcat(first, rest, NULL));
		g_ptr_array_add(literals, g_utf8_strup(word, -1));
		g_ptr_array_add(literals, g_steal_pointer(&lower));
	}
}

static bool read_text_keys(const struct reading *r)
{
	g_ptr_array_unref(r->body->literals);
	r->body->literals = ini_list(r->ini, r->group, "literal");
	add_case_forms(r->body->literals);
	if (!read_patterns(r, "pattern", r->body->patterns) ||
		!read_patterns(r, "unless", r->body->unless))
		return false;
	return r->body->literals->len || r->body->patterns->len ||
	       ini_fail(r->error, r->ini, r->group, NULL, "the rule needs a literal or a pattern");
}

static bool read_providers(const struct reading *r)
{
	g_autoptr(GPtrArray) ids = ini_list(r->ini, r->group, "provider");

	for (guint i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);
		const struct provider *provider = provider_by_id(r->set->knowledge, id);

		if (!provider)
			return ini_fail(r->error, r->ini, r->group, "provider",
				"\"%s\" is no group of providers.ini", id);
		g_ptr_array_add(r->body->providers, (gpointer)provider);
	}
	return true;
}

static bool read_phases(const struct reading *r)
{
	g_autoptr(GPtrArray) names = ini_list(r->ini, r->group, "phase");

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		int phase = name_index(phase_names, PHASE_COUNT, span_of(name));

		if (phase <= PHASE_NONE)
			return ini_fail(r->error, r->ini, r->group, "phase",
				"there is no phase \"%s\"", name);
		r->body->phases |= 1u << phase;
	}
	return true;
}

static bool read_replies(const struct reading *r)
{
	g_autoptr(GPtrArray) items = ini_list(r->ini, r->group, "reply");

	for (guint i = 0; i < items->len; i++) {
		const char *item = g_ptr_array_index(items, i);
		guint64 number;
		int reply;

		if (!g_ascii_string_to_unsigned(item, 10, 200, 699, &number, NULL))
			return ini_fail(r->error, r->ini, r->group, "reply",
				"\"%s\" is no reply of three digits", item);
		reply = (int)number;
		g_array_append_val(r->body->replies, reply);
	}
	return true;
}

static bool read_status(const struct reading *r)
{
	g_autoptr(GPtrArray) items = ini_list(r->ini, r->group, "status");

	for (guint i = 0; i < items->len; i++) {
		const char *item = g_ptr_array_index(items, i);
		struct status_range range = {.to = 0};
		struct status status;
		const char *rest;

		if (!status_parse(span_of(item), &status))
			return ini_fail(r->error, r->ini, r->group, "status",
				"\"%s\" is no code x.y.z, nor x.y.z-z", item);
		memcpy(range.v, status.v, sizeof(range.v));
		rest = status.at.p + status.at.n;
		range.to = *rest == '-' ? (unsigned short)g_ascii_strtoull(rest + 1, NULL, 10)
					: range.v[2];
		if (status.at.p != item || (*rest && *rest != '-') || range.to < range.v[2])
			return ini_fail(r->error, r->ini, r->group, "status",
				"\"%s\" is no code x.y.z, nor x.y.z-z", item);
		g_array_append_val(r->body->status, range);
	}
	return true;
}

static bool read_class(const struct reading *r)
{
	g_autofree char *class = ini_raw(r->ini, r->group, "class");

	if (!class)
		return true;
	if (strcmp(class, "4") != 0 && strcmp(class, "5") != 0)
		return ini_fail(
			r->error, r->ini, r->group, "class", "\"%s\" is neither 4 nor 5", class);
	r->body->class = class[0] - '0';
	return true;
}

static bool read_priority(const struct reading *r)
{
	GError *bad = NULL;

	r->body->rule.priority =
		ini_number(r->ini, r->group, "priority", PRIORITY_MAX, RULE_PRIORITY, &bad);
	if (bad)
		g_propagate_error(r->error, bad);
	return !bad;
}

static bool read_rule(const struct reading *r)
{
	struct rule *rule = &r->body->rule;

	if (!ini_is_id(r->group))
		return ini_fail(
			r->error, r->ini, r->group, NULL, "a rule is named by a-z, 0-9 and -");
	if (!ini_check_keys(r->ini, r->group, rule_keys, r->error))
		return false;
	rule->file = g_strdup(r->ini->path);
	rule->line = ini_line(r->ini, r->group, NULL);
	rule->confidence = CONFIDENCE_HIGH;
	rule->list = ini_raw(r->ini, r->group, "list");
	rule->examples = ini_numbered(r->ini, r->group, "example");
	rule->nots = ini_numbered(r->ini, r->group, "not");
	return advice_read(r->ini, r->group, knowledge_lang(r->set->knowledge), &rule->advice,
		       r->error) &&
	       read_category(r) && read_text_keys(r) && read_priority(r) && read_providers(r) &&
	       read_phases(r) && read_class(r) && read_replies(r) && read_status(r);
}

/* Puts the rule in, in the place of one that has its name. */
static bool take_in(const struct reading *r, bool shipped, GPtrArray *notes)
{
	struct rule_set *set = r->set;
	struct rule_body *before = g_hash_table_lookup(set->by_id, r->group);

	if (before && shipped)
		return ini_fail(r->error, r->ini, r->group, NULL,
			"the rule stands in %s:%d already", before->rule.file, before->rule.line);
	if (before && notes)
		g_ptr_array_add(notes, g_strdup_printf("%s:%d: [%s] replaces the rule of %s:%d",
					       r->body->rule.file, r->body->rule.line, r->group,
					       before->rule.file, before->rule.line));
	if (before) {
		g_hash_table_remove(set->by_id, r->group);
		g_ptr_array_remove(set->bodies, before);
	}
	g_ptr_array_add(set->bodies, r->body);
	g_hash_table_insert(set->by_id, r->body->rule.id, r->body);
	return true;
}

static bool file_load(struct rule_set *set, const char *path, bool shipped, GChecksum *sum,
	GPtrArray *notes, GError **error)
{
	g_autoptr(ini_file) ini = ini_load(path, sum, error);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;

	if (!ini)
		return false;
	for (char **group = groups; *group; group++) {
		struct reading r = {set, ini, *group, rule_body_new(*group), !shipped, error};

		if (!read_rule(&r) || !take_in(&r, shipped, notes)) {
			rule_body_free(r.body);
			return false;
		}
	}
	return true;
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool rule_dir_load(struct rule_set *set, const char *dir, bool shipped, GChecksum *sum,
	GPtrArray *notes, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) entries = g_dir_open(dir, 0, &cause);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (!entries && !shipped && g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return true;
	if (!entries) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s: cannot be read: %s", dir,
			cause->message);
		return false;
	}
	while ((name = g_dir_read_name(entries)))
		if (g_str_has_suffix(name, ".rules") && name[0] != '.')
			g_ptr_array_add(names, g_build_filename(dir, name, NULL));
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; i < names->len; i++)
		if (!file_load(set, g_ptr_array_index(names, i), shipped, sum, notes, error))
			return false;
	return true;
}
