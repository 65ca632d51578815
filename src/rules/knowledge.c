/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/knowledge-parts.h"

#include "base/address.h"
#include "base/errors.h"
#include "rules/advice.h"

static const char *const only_words[] = {"explanation", NULL};
static const char *const only_steps[] = {"next.1", NULL};

/* Groups of categories.ini that replace advice instead of naming a category, and what they must
 * say. */
static const struct {
	const char *group;
	const char *const *musts;
} situations[SITUATION_COUNT] = {
	[SITUATION_DELAY] = {"kind-delay",
		(const char *const[]){"who", "retry", "retry.text", "explanation", "next.1", NULL}},
	[SITUATION_DELAY_OVER] = {"delay-over",
		(const char *const[]){"who", "retry.text", "explanation", "next.1", NULL}},
	[SITUATION_FORGED] = {"origin-forged",
		(const char *const[]){"who", "retry", "retry.text", "explanation", "next.1", NULL}},
	[SITUATION_RETRIES_ENDED] = {"retries-ended",
		(const char *const[]){"who", "retry", "retry.text", "explanation", "next.1", NULL}},
	[SITUATION_TEMPORARY] = {"answer-temporary",
		(const char *const[]){"retry", "retry.seconds", "retry.text", NULL}},
	[SITUATION_FORWARDED] = {"forwarded",
		(const char *const[]){"retry", "retry.text", "explanation", "next.1", NULL}},
	[SITUATION_REPLY_ALONE] = {"reply-alone",
		(const char *const[]){"title", "explanation", "next.1", NULL}},
	[SITUATION_CODE_ALONE] = {"code-alone",
		(const char *const[]){"title", "explanation", "next.1", NULL}},
	[SITUATION_DELAY_OURS] = {"delay-ours", (const char *const[]){"who", "next.1", NULL}},
	[SITUATION_ADMIN_FIRST] = {"admin-first", only_steps},
	[SITUATION_DELAY_UNANSWERED] = {"delay-unanswered", only_steps},
	[SITUATION_FORWARDED_NOTE] = {"forwarded-note", only_words},
	[SITUATION_LIST_POST] = {"list-post", only_words},
	[SITUATION_POSTMASTER] = {"postmaster-copy", only_words},
	[SITUATION_OWN_SIDE] = {"own-side", only_words},
	[SITUATION_UNREAD] = {"unread-mailbox", only_words},
};

static const char *const category_keys[] = {
	ADVICE_KEYS, "facts", "finality", "vague", "suppress", NULL};
/* What every category must say. */
static const char *const category_musts[] = {"title", "short", "type", "who", "retry", "retry.text",
	"ses", "explanation", "next.1", NULL};

static void category_free(struct category *category)
{
	g_free(category->id);
	advice_clear(&category->advice);
	g_free(category);
}

static bool read_group(const struct ini *ini, const char *group, const char *lang,
	const char *const *musts, struct advice *advice, GError **error)
{
	if (!ini_check_keys(ini, group, category_keys, error))
		return false;
	for (const char *const *key = musts; *key; key++)
		if (!ini_line(ini, group, *key))
			return ini_fail(error, ini, group, *key, "is missing");
	return advice_read(ini, group, lang, advice, error);
}

static bool read_finality(const struct ini *ini, const char *id, int *finality, GError **error)
{
	g_autofree char *word = ini_raw(ini, id, "finality");

	*finality =
		word ? name_index(finality_names, FINALITY_COUNT, span_of(word)) : FINALITY_UNKNOWN;
	return *finality >= 0 || ini_fail(error, ini, id, "finality", "`%s` is no finality", word);
}

static bool read_suppress(const struct ini *ini, const char *id, int *suppress, GError **error)
{
	static const char *const names[SUPPRESS_COUNT] = {"never", "dead", "repeated"};
	g_autofree char *word = ini_raw(ini, id, "suppress");

	*suppress = word ? name_index(names, SUPPRESS_COUNT, span_of(word)) : SUPPRESS_NEVER;
	return *suppress >= 0 ||
	       ini_fail(error, ini, id, "suppress", "`%s` is none of never, dead, repeated", word);
}

/* `ip;list` */
static bool read_facts(const struct ini *ini, const char *id, unsigned *facts, GError **error)
{
	static const char *const names[] = {"list", "ip", "size", "wait", "new-address"};
	g_autoptr(GPtrArray) words = ini_list(ini, id, "facts");

	for (guint i = 0; i < words->len; i++) {
		int fact = name_index(names, G_N_ELEMENTS(names), span_of(words->pdata[i]));

		if (fact < 0)
			return ini_fail(error, ini, id, "facts", "\"%s\" is no fact",
				(const char *)words->pdata[i]);
		*facts |= 1U << fact;
	}
	return true;
}

static bool category_load(struct knowledge *knowledge, const struct ini *ini, const char *id,
	const char *lang, GError **error)
{
	struct category *category;

	if (!ini_is_id(id))
		return ini_fail(error, ini, id, NULL, "a category is named by a-z, 0-9 and -");
	category = g_new0(struct category, 1);
	category->id = g_strdup(id);
	category->index = (int)knowledge->categories->len;
	g_ptr_array_add(knowledge->categories, category);
	g_hash_table_insert(knowledge->category_by_id, category->id, category);
	if (!read_facts(ini, id, &category->facts, error))
		return false;
	g_autofree char *vague = ini_raw(ini, id, "vague");
	category->vague = vague && strcmp(vague, "true") == 0;
	return read_group(ini, id, lang, category_musts, &category->advice, error) &&
	       read_finality(ini, id, &category->finality, error) &&
	       read_suppress(ini, id, &category->suppress, error);
}

/* The situation that a group is about; SITUATION_COUNT for a category. */
static int situation_of(const char *group)
{
	int i = 0;

	while (i < SITUATION_COUNT && strcmp(situations[i].group, group) != 0)
		i++;
	return i;
}

static bool categories_load(struct knowledge *knowledge, const char *datadir, const char *lang,
	GChecksum *sum, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, "categories.ini", NULL);
	g_autoptr(ini_file) ini = ini_load(path, sum, error);
	g_auto(GStrv) groups = ini ? ini_groups(ini) : NULL;

	if (!ini)
		return false;
	for (char **group = groups; *group; group++) {
		int s = situation_of(*group);
		bool ok = s < SITUATION_COUNT ? read_group(ini, *group, lang, situations[s].musts,
							&knowledge->situations[s], error)
					      : category_load(knowledge, ini, *group, lang, error);

		if (!ok)
			return false;
	}
	for (int s = 0; s < SITUATION_COUNT; s++) {
		const struct advice *advice = &knowledge->situations[s];

		if (advice->retry_text || advice->explanation || advice->next)
			continue;
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s: [%s] is missing", path,
			situations[s].group);
		return false;
	}
	return true;
}

/* data/role-accounts.txt: `unread` or `read`, a TAB, a local part. A texts' extra: without the file
 * nothing is said. */
static void role_accounts_load(struct knowledge *knowledge, const char *datadir)
{
	g_auto(GStrv) lines = knowledge_lines(datadir, "role-accounts.txt", NULL);

	knowledge->roles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (char **line = lines; line && *line; line++) {
		const char *tab = strchr(*line, '\t');
		int role = tab ? name_index(role_names, MAILBOX_ROLES, span_make(*line, tab)) : -1;

		if (role > MAILBOX_PERSON)
			g_hash_table_insert(knowledge->roles, g_ascii_strdown(tab + 1, -1),
				GINT_TO_POINTER(role));
	}
}

enum role_account mailbox_role(const struct knowledge *knowledge, const char *address)
{
	struct span local = address ? address_local(span_of(address)) : SPAN_NONE;
	const char *plus = local.n ? memchr(local.p, '+', local.n) : NULL;
	g_autofree char *name =
		g_ascii_strdown(local.n ? local.p : "", plus ? plus - local.p : (gssize)local.n);

	return (enum role_account)GPOINTER_TO_INT(g_hash_table_lookup(knowledge->roles, name));
}

bool mailbox_is_unread(const struct knowledge *knowledge, const char *address)
{
	return mailbox_role(knowledge, address) == MAILBOX_UNREAD;
}

struct knowledge *knowledge_load(const char *datadir, const char *lang, GError **error)
{
	struct knowledge *knowledge = g_new0(struct knowledge, 1);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	knowledge->lang = g_strdup(lang);
	for (int s = 0; s < SITUATION_COUNT; s++)
		advice_unset(&knowledge->situations[s]);
	knowledge->categories = g_ptr_array_new_with_free_func((GDestroyNotify)category_free);
	knowledge->category_by_id = g_hash_table_new(g_str_hash, g_str_equal);
	role_accounts_load(knowledge, datadir);
	if (!categories_load(knowledge, datadir, lang, sum, error) ||
		!providers_load(knowledge, datadir, sum, error) ||
		!blocklists_load(knowledge, datadir, sum, error) ||
		!lexicon_load(knowledge, datadir, sum, error) ||
		!codes_load(knowledge, datadir, sum, error) ||
		!codes_translate(knowledge, datadir, error) ||
		!wordbook_load(knowledge, datadir, error)) {
		knowledge_free(knowledge);
		return NULL;
	}
	knowledge->hash = g_strdup(g_checksum_get_string(sum));
	return knowledge;
}

void knowledge_free(struct knowledge *knowledge)
{
	if (!knowledge)
		return;
	g_clear_pointer(&knowledge->code_index, g_hash_table_unref);
	g_clear_pointer(&knowledge->scopes, g_hash_table_unref);
	g_clear_pointer(&knowledge->codes, g_ptr_array_unref);
	g_clear_pointer(&knowledge->provider_by_host, g_hash_table_unref);
	g_clear_pointer(&knowledge->providers, g_ptr_array_unref);
	literal_set_free(knowledge->provider_words);
	g_clear_pointer(&knowledge->blocklists, g_ptr_array_unref);
	literal_set_free(knowledge->blocklist_words);
	g_hash_table_unref(knowledge->category_by_id);
	g_hash_table_unref(knowledge->roles);
	g_ptr_array_unref(knowledge->categories);
	for (int s = 0; s < SITUATION_COUNT; s++)
		advice_clear(&knowledge->situations[s]);
	lexicon_clear(knowledge);
	wordbook_clear(knowledge);
	g_free(knowledge->hash);
	g_free(knowledge->lang);
	g_free(knowledge);
}

const char *knowledge_lang(const struct knowledge *knowledge)
{
	return knowledge->lang;
}

const char *knowledge_hash(const struct knowledge *knowledge)
{
	return knowledge->hash;
}

const struct category *category_by_id(const struct knowledge *knowledge, const char *id)
{
	return g_hash_table_lookup(knowledge->category_by_id, id);
}

const struct category *category_at(const struct knowledge *knowledge, int index)
{
	if (index < 0 || (guint)index >= knowledge->categories->len)
		return NULL;
	return g_ptr_array_index(knowledge->categories, index);
}

const struct advice *advice_for(const struct knowledge *knowledge, enum situation situation)
{
	return &knowledge->situations[situation];
}

char **knowledge_lines(const char *datadir, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, name, NULL);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	g_autofree char *bytes = NULL;
	struct span rest, line;
	gsize n;

	if (!g_file_get_contents(path, &bytes, &n, &cause)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG, "%s: cannot be read: %s", path,
			error_cause(cause));
		return NULL;
	}
	rest = (struct span){bytes, n};
	while (span_line(&rest, &line)) {
		struct span item = span_trim(line);

		if (item.n && item.p[0] != '#')
			g_ptr_array_add(lines, span_dup(item));
	}
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}
