/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who speaks, and whose blocklist is meant: found by words in the text and by host names. */
#include "rules/advice.h"
#include "rules/knowledge-parts.h"

#define HOST_MAX 255 /* RFC 1035 section 2.3.4 */

static const char *const provider_keys[] = {"title[]", "remote", "text", "always", NULL};
static const char *const blocklist_keys[] = {"title[]", "match", "removal", "note[]", "who", NULL};

static void provider_free(struct provider *provider)
{
	g_free(provider->id);
	g_free(provider->title);
	g_clear_pointer(&provider->remote, g_ptr_array_unref);
	g_clear_pointer(&provider->text, g_ptr_array_unref);
	g_free(provider);
}

static void blocklist_free(struct blocklist *list)
{
	g_free(list->id);
	g_free(list->name);
	g_free(list->title);
	g_free(list->removal);
	g_free(list->note);
	g_clear_pointer(&list->match, g_ptr_array_unref);
	g_free(list);
}

static void add_words(struct literal_set *set, GPtrArray *words, uint32_t id)
{
	for (guint i = 0; i < words->len; i++)
		literal_set_add(set, span_of(g_ptr_array_index(words, i)), id);
}

static void add_hosts(struct knowledge *knowledge, struct provider *provider)
{
	for (guint i = 0; i < provider->remote->len; i++) {
		char *host = g_ascii_strdown(g_ptr_array_index(provider->remote, i), -1);

		if (g_hash_table_contains(knowledge->provider_by_host, host))
			g_free(host); /* the first group counts */
		else
			g_hash_table_insert(knowledge->provider_by_host, host, provider);
	}
}

bool providers_load(
	struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, "providers.ini", NULL);
	g_autoptr(ini_file) ini = ini_load(path, sum, error);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;

	if (!ini)
		return false;
	knowledge->providers = g_ptr_array_new_with_free_func((GDestroyNotify)provider_free);
	knowledge->provider_by_host = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	knowledge->provider_words = literal_set_new();
	for (char **group = groups; *group; group++) {
		struct provider *provider = g_new0(struct provider, 1);
		g_autofree char *always = ini_raw(ini, *group, "always");

		provider->index = (int)knowledge->providers->len;
		provider->id = g_strdup(*group);
		provider->title = ini_text(ini, *group, "title", knowledge->lang);
		provider->remote = ini_list(ini, *group, "remote");
		provider->text = ini_list(ini, *group, "text");
		provider->always = always && strcmp(always, "true") == 0;
		g_ptr_array_add(knowledge->providers, provider);
		add_hosts(knowledge, provider);
		add_words(knowledge->provider_words, provider->text, (uint32_t)provider->index);
		if (!ini_check_keys(ini, *group, provider_keys, error))
			return false;
		if (!provider->title)
			return ini_fail(error, ini, *group, "title", "is missing");
	}
	literal_set_build(knowledge->provider_words);
	return true;
}

bool blocklists_load(
	struct knowledge *knowledge, const char *datadir, GChecksum *sum, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, "blocklists.ini", NULL);
	g_autoptr(ini_file) ini = ini_load(path, sum, error);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;

	if (!ini)
		return false;
	knowledge->blocklists = g_ptr_array_new_with_free_func((GDestroyNotify)blocklist_free);
	knowledge->blocklist_words = literal_set_new();
	for (char **group = groups; *group; group++) {
		struct blocklist *list = g_new0(struct blocklist, 1);
		g_autofree char *who = ini_raw(ini, *group, "who");

		list->id = g_strdup(*group);
		list->name = ini_text(ini, *group, "title", NULL);
		list->title = ini_text(ini, *group, "title", knowledge->lang);
		list->removal = ini_raw(ini, *group, "removal");
		list->note = ini_text(ini, *group, "note", knowledge->lang);
		list->match = ini_list(ini, *group, "match");
		add_words(knowledge->blocklist_words, list->match, knowledge->blocklists->len);
		g_ptr_array_add(knowledge->blocklists, list);
		if (!ini_check_keys(ini, *group, blocklist_keys, error))
			return false;
		if (!list->title || !list->match->len)
			return ini_fail(
				error, ini, *group, list->title ? "match" : "title", "is missing");
		if (who && !actors_parse(span_of(who), &list->who))
			return ini_fail(
				error, ini, *group, "who", "\"%s\" is no list of actors", who);
	}
	literal_set_build(knowledge->blocklist_words);
	return true;
}

/* The provider whose domain `host` is or lies under. */
static const struct provider *provider_of_host(const struct knowledge *knowledge, struct span host)
{
	char lower[HOST_MAX + 1];

	host = span_trim(host);
	if (host.n && host.p[host.n - 1] == '.')
		host.n--;
	if (!host.n || host.n > HOST_MAX)
		return NULL;
	for (size_t i = 0; i < host.n; i++)
		lower[i] = g_ascii_tolower(host.p[i]);
	lower[host.n] = '\0';
	for (const char *label = lower; label; label = strchr(label, '.')) {
		const struct provider *provider;

		label += *label == '.';
		provider = g_hash_table_lookup(knowledge->provider_by_host, label);
		if (provider)
			return provider;
	}
	return NULL;
}

/* Does the word begin where one may begin? `LPN_` is not in `ALPN_`. */
static bool begins_word(struct span text, size_t at)
{
	return at == 0 || !g_ascii_isalnum(text.p[at]) || !g_ascii_isalnum(text.p[at - 1]);
}

static const struct provider *provider_of_text(const struct knowledge *knowledge, struct span text)
{
	struct literal_scan scan = literal_scan_of(knowledge->provider_words, text);
	uint32_t best = knowledge->providers->len;
	struct literal_hit hit;

	while (literal_next(&scan, &hit))
		if (hit.id < best && begins_word(text, hit.at))
			best = hit.id;
	return best < knowledge->providers->len ? g_ptr_array_index(knowledge->providers, best)
						: NULL;
}

const struct provider *provider_find(const struct knowledge *knowledge, struct span remote_mta,
	struct span reporting_mta, struct span text)
{
	const struct provider *found = provider_of_host(knowledge, remote_mta);

	if (!found && !remote_mta.n)
		found = provider_of_host(knowledge, reporting_mta);
	if (!found)
		found = provider_of_text(knowledge, text);
	if (!found)
		found = provider_of_host(knowledge, reporting_mta);
	return found;
}

const struct provider *provider_at(const struct knowledge *knowledge, int index)
{
	if (index < 0 || (guint)index >= knowledge->providers->len)
		return NULL;
	return g_ptr_array_index(knowledge->providers, index);
}

const struct provider *provider_by_id(const struct knowledge *knowledge, const char *id)
{
	for (guint i = 0; i < knowledge->providers->len; i++) {
		const struct provider *provider = g_ptr_array_index(knowledge->providers, i);

		if (strcmp(provider->id, id) == 0)
			return provider;
	}
	return NULL;
}

const struct blocklist *blocklist_find(const struct knowledge *knowledge, struct span text)
{
	struct literal_scan scan = literal_scan_of(knowledge->blocklist_words, text);
	struct literal_hit hit, best = {.n = 0};

	while (literal_next(&scan, &hit))
		if (begins_word(text, hit.at) &&
			(hit.n > best.n || (hit.n == best.n && hit.id < best.id)))
			best = hit;
	return best.n ? g_ptr_array_index(knowledge->blocklists, best.id) : NULL;
}

const struct blocklist *blocklist_by_name(const struct knowledge *knowledge, const char *name)
{
	for (guint i = 0; i < knowledge->blocklists->len; i++) {
		const struct blocklist *list = g_ptr_array_index(knowledge->blocklists, i);

		if (g_ascii_strcasecmp(list->name, name) == 0)
			return list;
	}
	return NULL;
}

static void each_of(
	const GPtrArray *texts, void (*each)(void *user, const char *text), void *user)
{
	for (guint i = 0; i < texts->len; i++)
		each(user, g_ptr_array_index(texts, i));
}

void knowledge_each_name(const struct knowledge *knowledge,
	void (*each)(void *user, const char *text), void *user)
{
	for (guint i = 0; i < knowledge->providers->len; i++) {
		const struct provider *provider = g_ptr_array_index(knowledge->providers, i);

		each_of(provider->remote, each, user);
		each_of(provider->text, each, user);
	}
	for (guint i = 0; i < knowledge->blocklists->len; i++) {
		const struct blocklist *list = g_ptr_array_index(knowledge->blocklists, i);

		each_of(list->match, each, user);
	}
}
