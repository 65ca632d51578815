/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/notice.h"

#include "rules/inifile.h"
#include "rules/knowledge.h"

#define CLASS "class."
#define TEXT_MAX 8192

static const char *const fact_keys[NOTICE_FACTS] = {
	[NOTICE_ADDRESS] = "address",
	[NOTICE_ACTION] = "action",
	[NOTICE_STATUS] = "status",
	[NOTICE_REPLY] = "reply",
	[NOTICE_WORDS] = "words",
	[NOTICE_CLASS] = "class",
	[NOTICE_ATTEMPTS] = "attempts",
	[NOTICE_REMOTE_MTA] = "remote-mta",
	[NOTICE_REMOTE_IP] = "remote-ip",
	[NOTICE_LAST_ATTEMPT] = "last-attempt",
	[NOTICE_REPORTING_MTA] = "reporting-mta",
	[NOTICE_DATE] = "date",
	[NOTICE_ORIGINAL_ID] = "original-id",
	[NOTICE_ORIGINAL_FROM] = "original-from",
	[NOTICE_ORIGINAL_TO] = "original-to",
	[NOTICE_ORIGINAL_SUBJECT] = "original-subject",
	[NOTICE_ORIGINAL_DATE] = "original-date",
	[NOTICE_KIND] = "kind",
};

/* --- loading */

static void service_free(void *data)
{
	struct notice_service *service = data;

	for (int fact = 0; fact < NOTICE_FACTS; fact++)
		if (service->facts[fact])
			g_ptr_array_unref(service->facts[fact]);
	g_clear_pointer(&service->recipients, g_ptr_array_unref);
	g_clear_pointer(&service->inside, g_ptr_array_unref);
	g_clear_pointer(&service->kinds, g_hash_table_unref);
	g_clear_pointer(&service->classes, g_hash_table_unref);
	g_free(service->id);
	g_free(service->title);
	g_free(service);
}

static void read_facts(struct notice_service *service, const struct ini *ini)
{
	for (int fact = 0; fact < NOTICE_FACTS; fact++) {
		g_autoptr(GPtrArray) list = ini_list(ini, service->id, fact_keys[fact]);

		service->facts[fact] = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
		for (guint i = 0; i < list->len; i++)
			g_ptr_array_add(service->facts[fact], g_strsplit(list->pdata[i], "+", -1));
	}
}

static void read_kinds(struct notice_service *service, const struct ini *ini)
{
	service->kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
		g_autoptr(GPtrArray) list = ini_list(ini, service->id, kind_names[kind]);

		for (guint i = 0; i < list->len; i++)
			g_hash_table_insert(service->kinds, g_strdup(list->pdata[i]),
				GUINT_TO_POINTER(kind + 1));
	}
}

static void read_classes(struct notice_service *service, const struct ini *ini)
{
	g_auto(GStrv) keys = ini_keys(ini, service->id);

	service->classes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (char **key = keys; *key; key++)
		if (g_str_has_prefix(*key, CLASS))
			g_hash_table_insert(service->classes, g_strdup(*key + strlen(CLASS)),
				ini_raw(ini, service->id, *key));
}

static bool check_keys(const struct ini *ini, const char *group, GError **error)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();

	for (int fact = 0; fact < NOTICE_FACTS; fact++)
		g_ptr_array_add(keys, (char *)fact_keys[fact]);
	for (unsigned kind = 0; kind < KIND_COUNT; kind++)
		g_ptr_array_add(keys, (char *)kind_names[kind]);
	g_ptr_array_add(keys, "title");
	g_ptr_array_add(keys, "inside");
	g_ptr_array_add(keys, "recipients");
	g_ptr_array_add(keys, CLASS "N");
	g_ptr_array_add(keys, NULL);
	return ini_check_keys(ini, group, (const char *const *)keys->pdata, error);
}

static bool read_service(
	GPtrArray *services, const struct ini *ini, const char *group, GError **error)
{
	struct notice_service *service = g_new0(struct notice_service, 1);

	g_ptr_array_add(services, service);
	service->id = g_strdup(group);
	service->title = ini_text(ini, group, "title", NULL);
	service->recipients = ini_list(ini, group, "recipients");
	service->inside = ini_list(ini, group, "inside");
	read_facts(service, ini);
	read_kinds(service, ini);
	read_classes(service, ini);
	if (!ini_is_id(group))
		return ini_fail(error, ini, group, NULL, "a name is [a-z0-9-]+");
	if (!service->inside->len &&
		(!service->facts[NOTICE_KIND]->len || !service->facts[NOTICE_ADDRESS]->len))
		return ini_fail(error, ini, group, "kind", "kind and address are needed");
	return check_keys(ini, group, error);
}

GPtrArray *notice_services_load(const char *path, GError **error)
{
	g_autoptr(ini_file) ini = ini_load(path, NULL, error);
	g_autoptr(GPtrArray) services = g_ptr_array_new_with_free_func(service_free);

	if (!ini)
		return NULL;
	for (guint i = 0; i < ini->groups->len; i++)
		if (!read_service(services, ini, ini->groups->pdata[i], error))
			return NULL;
	return g_steal_pointer(&services);
}

/* --- paths */

/* Of a list its first value; NULL for an empty one. */
static const json_t *first_of(const json_t *value)
{
	return json_is_array(value) ? json_array_get(value, 0) : value;
}

const json_t *notice_value(const json_t *event, const json_t *at, const char *path)
{
	if (*path == '/') {
		at = event;
		path++;
	}
	if (strcmp(path, ".") == 0)
		return at;
	while (at && *path) {
		size_t n = strcspn(path, ".");
		g_autofree char *key = g_strndup(path, n);

		at = json_object_get(first_of(at), key);
		path += path[n] ? n + 1 : n;
	}
	return at;
}

static bool add_text(GString *out, const json_t *value, const char *between)
{
	g_autofree char *number = NULL;
	const char *text = json_string_value(value);

	if (json_is_integer(value))
		text = number = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		text = number = g_strdup_printf("%.0f", json_real_value(value));
	if (!text || !*text || out->len > TEXT_MAX)
		return false;
	g_string_append_printf(out, "%s%s", out->len ? between : "", text);
	return true;
}

static bool add_value(GString *out, const json_t *value, const char *between)
{
	const json_t *item;
	bool any = false;
	size_t i;

	if (!json_is_array(value))
		return add_text(out, value, between);
	json_array_foreach(value, i, item) any |= add_text(out, item, any ? ", " : between);
	return any;
}

const char *notice_text(const struct notice_service *service, enum notice_fact fact,
	const json_t *event, const json_t *at, struct arena *arena)
{
	const GPtrArray *alternatives = service->facts[fact];
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < alternatives->len && !out->len; i++) {
		char **paths = alternatives->pdata[i];

		if (!add_value(out, notice_value(event, at, paths[0]), ""))
			continue;
		for (char **more = paths + 1; *more; more++)
			add_value(out, notice_value(event, at, *more), "/");
	}
	return out->len ? arena_str(arena, out->str) : NULL;
}

static int kind_of_value(const struct notice_service *service, const char *value)
{
	const char *slash = strchr(value, '/');
	g_autofree char *any = NULL;
	guint kind = GPOINTER_TO_UINT(g_hash_table_lookup(service->kinds, value));

	if (!kind && slash) {
		any = g_strdup_printf("%.*s/*", (int)(slash - value), value);
		kind = GPOINTER_TO_UINT(g_hash_table_lookup(service->kinds, any));
	}
	return (int)kind - 1;
}

int notice_kind(const struct notice_service *service, const json_t *event, struct arena *arena)
{
	GPtrArray *alternatives = service->facts[NOTICE_KIND];
	int kind = -1;

	/* Each by itself: a value that means nothing here leaves it to the next. */
	for (guint i = 0; i < alternatives->len && kind < 0; i++) {
		GPtrArray one = {&alternatives->pdata[i], 1};
		struct notice_service only = {.facts = {[NOTICE_KIND] = &one}};
		const char *value = notice_text(&only, NOTICE_KIND, event, event, arena);

		if (value)
			kind = kind_of_value(service, value);
	}
	return kind;
}
