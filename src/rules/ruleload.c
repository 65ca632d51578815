/* SPDX-License-Identifier: GPL-3.0-or-later */
/* *.rules files: strict, since a rule that is silently half read decides wrongly for years. */
#include <stdint.h>

#include "base/errors.h"
#include "base/words.h"
#include "rules/ruleset.h"
#include "rules/status.h"

#define PRIORITY_MAX 99

static const char *const rule_keys[] = {ADVICE_KEYS, "category", "literal", "pattern", "pattern.N",
	"about", "about.N", "about-unless", "unless", "unless.N", "priority", "provider", "phase",
	"class", "reply", "status", "outgoing", "vague", "list", "example.N", "not.N", NULL};

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
		return ini_fail(r->error, r->ini, r->group, "category", _("is missing"));
	r->body->rule.category = category_by_id(r->set->knowledge, id);
	return r->body->rule.category || ini_fail(r->error, r->ini, r->group, "category",
						 _("there is no category \"%s\""), id);
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
				_("is empty and would match anything"));
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

/* What lies in the other directories is looked at now, as their patterns are. */
static bool check_about(const struct reading *r)
{
	const char *unknown;

	if (!r->compile || !r->body->abouts->len)
		return true;
	if (!terms_parse(r->set->terms, r->error))
		return false;
	unknown = rule_about_unknown(r->set, r->body);
	return !unknown ||
	       ini_fail(r->error, r->ini, r->group, "about",
		       _("there is no class of words \"%s\" in %s"), unknown, TERMS_FILE);
}

static bool read_about(const struct reading *r)
{
	g_autoptr(GPtrArray) abouts = ini_numbered(r->ini, r->group, "about");
	g_autoptr(GPtrArray) unless = ini_list(r->ini, r->group, "about-unless");
	g_autofree char *why = NULL;

	for (guint i = 0; !why && i < abouts->len; i++)
		why = rule_about_read(r->set, r->body, g_ptr_array_index(abouts, i));
	if (why)
		return ini_fail(r->error, r->ini, r->group, "about", "%s", why);
	for (guint i = 0; !why && i < unless->len; i++)
		why = rule_about_read_unless(r->set, r->body, g_ptr_array_index(unless, i));
	if (why)
		return ini_fail(r->error, r->ini, r->group, "about-unless", "%s", why);
	if (abouts->len && (r->body->patterns->len || r->body->literals->len))
		return ini_fail(r->error, r->ini, r->group, "about",
			_("stands instead of literal and pattern; make two rules of it"));
	if (abouts->len)
		r->body->rule.confidence = CONFIDENCE_MEDIUM;
	return check_about(r);
}

static bool read_text_keys(const struct reading *r)
{
	g_ptr_array_unref(r->body->literals);
	r->body->literals = ini_list(r->ini, r->group, "literal");
	r->body->literals_written = r->body->literals->len;
	add_case_forms(r->body->literals);
	if (!read_patterns(r, "pattern", r->body->patterns) ||
		!read_patterns(r, "unless", r->body->unless) || !read_about(r))
		return false;
	return r->body->literals->len || r->body->patterns->len || r->body->abouts->len ||
	       ini_fail(r->error, r->ini, r->group, NULL,
		       _("the rule needs a literal or a pattern"));
}

static bool read_providers(const struct reading *r)
{
	g_autoptr(GPtrArray) ids = ini_list(r->ini, r->group, "provider");

	for (guint i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);
		const struct provider *provider = provider_by_id(r->set->knowledge, id);

		if (!provider)
			return ini_fail(r->error, r->ini, r->group, "provider",
				_("\"%s\" is no group of providers.ini"), id);
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
				_("there is no phase \"%s\""), name);
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
				_("\"%s\" is no reply of three digits"), item);
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
				_("\"%s\" is no code x.y.z, nor x.y.z-z"), item);
		memcpy(range.v, status.v, sizeof(range.v));
		rest = status.at.p + status.at.n;
		range.to = *rest == '-' ? (unsigned short)g_ascii_strtoull(rest + 1, NULL, 10)
					: range.v[2];
		if (status.at.p != item || (*rest && *rest != '-') || range.to < range.v[2])
			return ini_fail(r->error, r->ini, r->group, "status",
				_("\"%s\" is no code x.y.z, nor x.y.z-z"), item);
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
			r->error, r->ini, r->group, "class", _("\"%s\" is neither 4 nor 5"), class);
	r->body->class = class[0] - '0';
	return true;
}

static bool read_flag(const struct reading *r, const char *key, bool *flag)
{
	GError *bad = NULL;

	*flag = ini_number(r->ini, r->group, key, 1, 0, &bad) == 1;
	if (bad)
		g_propagate_error(r->error, bad);
	return !bad;
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
			r->error, r->ini, r->group, NULL, _("a rule is named by a-z, 0-9 and -"));
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
	       advice_check_facts(r->ini, r->group, &rule->advice, r->error) && read_category(r) &&
	       read_text_keys(r) && read_priority(r) && read_providers(r) && read_phases(r) &&
	       read_class(r) && read_replies(r) && read_status(r) &&
	       read_flag(r, "outgoing", &r->body->outgoing) && read_flag(r, "vague", &rule->vague);
}

/* Puts the rule in, in the place of one that has its name. */
static bool take_in(const struct reading *r, GPtrArray *notes)
{
	struct rule_set *set = r->set;
	struct rule *rule = &r->body->rule;
	struct rule_body *before = g_hash_table_lookup(set->by_id, r->group);

	if (before && !rule->place)
		return ini_fail(r->error, r->ini, r->group, NULL,
			_("the rule stands in %s:%d already"), before->rule.file,
			before->rule.line);
	if (before) {
		rule->replaces = g_strdup_printf("%s:%d", before->rule.file, before->rule.line);
		if (notes)
			g_ptr_array_add(
				notes, g_strdup_printf(_("%s:%d: [%s] replaces the rule of %s"),
					       rule->file, rule->line, r->group, rule->replaces));
		g_hash_table_remove(set->by_id, r->group);
		g_ptr_array_remove(set->bodies, before);
	}
	g_ptr_array_add(set->bodies, r->body);
	g_hash_table_insert(set->by_id, rule->id, r->body);
	return true;
}

static bool read_group(struct rule_set *set, const struct ini *ini, const char *group, int place,
	GPtrArray *notes, GError **error)
{
	struct reading r = {set, ini, group, rule_body_new(group), place > 0, error};

	r.body->rule.place = place;
	if (read_rule(&r) && take_in(&r, notes))
		return true;
	rule_body_free(r.body);
	return false;
}

bool rule_set_extend(struct rule_set *set, const char *path, const char *text, GError **error)
{
	g_autoptr(ini_file) ini = ini_read(path, span_of(text), NULL, error);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;
	bool done = ini != NULL;

	for (char **group = groups; done && *group; group++)
		done = read_group(set, ini, *group, set->last_place, NULL, error);
	rule_set_rank(set);
	return done;
}

/* --- files */

struct loading {
	struct rule_set *set;
	const struct rule_sources *sources;
	GChecksum *sum;
	GHashTable *seen; /* canonical paths of the files that were read */
	int place;        /* of the directory that is being read */
};

/* What is broken is left out where the caller wants to hear of it; else it is the error. */
static bool leave_out(const struct loading *loading, const char *path, GError *why, GError **error)
{
	if (!loading->place || !loading->sources->broken) {
		g_propagate_error(error, why);
		return false;
	}
	g_ptr_array_add(loading->sources->broken, rule_finding_of_error(path, why));
	g_error_free(why);
	return true;
}

static bool file_load(const struct loading *loading, const char *path, GError **error)
{
	GError *why = NULL;
	g_autoptr(ini_file) ini = NULL;
	g_auto(GStrv) groups = NULL;

	if (!g_hash_table_add(loading->seen, g_canonicalize_filename(path, NULL)))
		return true;
	ini = ini_load(path, loading->sum, &why);
	if (!ini)
		return leave_out(loading, path, why, error);
	groups = ini_groups(ini);
	for (char **group = groups; *group; group++)
		if (!read_group(loading->set, ini, *group, loading->place, loading->sources->notes,
			    &why) &&
			!leave_out(loading, path, g_steal_pointer(&why), error))
			return false;
	return true;
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Paths of the rule files of a directory, by name; NULL with error. */
static GPtrArray *list_dir(const struct loading *loading, const char *dir, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) entries = g_dir_open(dir, 0, &cause);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (!entries &&
		(!loading->place || !g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, _("%s: cannot be read: %s"), dir,
			error_cause(cause));
		g_ptr_array_unref(paths);
		return NULL;
	}
	while (entries && (name = g_dir_read_name(entries)))
		if (g_str_has_suffix(name, ".rules") && name[0] != '.')
			g_ptr_array_add(paths, g_build_filename(dir, name, NULL));
	g_ptr_array_sort(paths, by_name);
	return paths;
}

static bool dir_load(const struct loading *loading, const char *dir, GError **error)
{
	GError *why = NULL;
	g_autoptr(GPtrArray) paths = list_dir(loading, dir, &why);

	if (!paths)
		return leave_out(loading, dir, why, error);
	for (guint i = 0; i < paths->len; i++)
		if (!file_load(loading, paths->pdata[i], error))
			return false;
	return true;
}

/* The classes of words of all places come first: a rule may name those of any. */
static bool terms_add_all(const struct loading *loading, GError **error)
{
	for (int place = 0; loading->sources->dirs[place]; place++) {
		g_autofree char *path =
			g_build_filename(loading->sources->dirs[place], TERMS_FILE, NULL);
		const struct loading here = {.sources = loading->sources, .place = place};
		GError *why = NULL;

		if (g_file_test(path, G_FILE_TEST_EXISTS) &&
			(!terms_add(loading->set->terms, path, loading->sum, &why) ||
				(place && !terms_parse(loading->set->terms, &why))) &&
			!leave_out(&here, path, why, error))
			return false;
	}
	return true;
}

bool rule_sources_load(
	struct rule_set *set, const struct rule_sources *sources, GChecksum *sum, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct loading loading = {set, sources, sum, seen, 0};
	bool ok = terms_add_all(&loading, error);

	for (; ok && sources->dirs[loading.place]; loading.place++)
		ok = dir_load(&loading, sources->dirs[loading.place], error);
	set->last_place = loading.place = MAX(loading.place - 1, 1);
	for (const char *const *file = sources->files; ok && file && *file; file++)
		ok = file_load(&loading, *file, error);
	return ok;
}
