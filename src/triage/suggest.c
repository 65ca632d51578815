/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/suggest.h"

#include "base/address.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/strhash.h"
#include "triage/nearest.h"

#define LOCAL_LEAST 5 /* bytes: shorter names are near each other by chance */
#define DOMAIN_LONG 8 /* above it two slips are allowed */
#define DOMAIN_LEAST 6
#define EDGE 2 /* bytes at either end by which neighbours are found */

/* A mailbox, and others with the same edge. */
struct neighbour {
	struct neighbour *next;
	const char *mailbox;
};

/* A domain that answers. */
struct good_domain {
	const char *name;
	size_t n;
	uint32_t letters;
};

struct suggester {
	struct arena *arena;      /* of neighbours */
	GHashTable *slips;        /* misspelt domain -> the right one */
	GArray *domains;          /* well known ones and those that answered, each once */
	GHashTable *known;        /* the same, and no slip of anything */
	GHashTable *by_edge;      /* what edge_of() says -> struct neighbour* */
	GHashTable *right_domain; /* failed domain -> what it may be, or "" */
	int64_t quiet_since;
};

/* --- what is known */

/* Which letters are in it, a bit each; some share one. */
static uint32_t letters_of(const char *word)
{
	uint32_t letters = 0;
	for (; *word; word++)
		letters |= UINT32_C(1) << (*word & 31);
	return letters;
}

/* Each slip takes one letter away at most, and brings one. */
static bool may_be_near(uint32_t a, uint32_t b, size_t slips)
{
	return (size_t)__builtin_popcount(a & ~b) <= slips &&
	       (size_t)__builtin_popcount(b & ~a) <= slips;
}

static void add_domain(struct suggester *suggester, const char *domain)
{
	if (!g_hash_table_contains(suggester->known, domain)) {
		char *kept = g_strdup(domain);
		const struct good_domain good = {kept, strlen(kept), letters_of(kept)};
		g_hash_table_add(suggester->known, kept);
		g_array_append_val(suggester->domains, good);
	}
}

/* A domain, and after a TAB its slips with blanks between them. */
static void read_domains(struct suggester *suggester)
{
	g_auto(GStrv) lines = knowledge_lines(file_datadir(), "domains.txt", NULL);
	for (char **line = lines; line && *line; line++) {
		g_auto(GStrv) words = g_strsplit_set(*line, "\t ", -1);
		for (char **word = words + (*words != NULL); *words && *word; word++)
			if (**word)
				g_hash_table_insert(
					suggester->slips, g_strdup(*word), g_strdup(*words));
		if (*words && **words)
			add_domain(suggester, *words);
	}
}

/*
 * A domain with the first or the last bytes of a name: one slip in a longer name leaves one of them
 * as it is. Others that come to the same number are neighbours that turn out not to be near.
 */
static gpointer edge_of(struct span local, const char *domain, bool tail)
{
	const char *bytes = tail ? local.p + local.n - EDGE : local.p;
	guint edge = strhash(domain) + tail;
	for (size_t i = 0; i < MIN(local.n, EDGE); i++)
		edge = edge * 33 + (unsigned char)bytes[i];
	return GUINT_TO_POINTER(edge);
}

static void add_edge(struct suggester *suggester, const char *mailbox, bool tail)
{
	struct span all = span_of(mailbox), domain = address_domain(all);
	gpointer edge = edge_of(address_local(all), domain.p, tail);
	struct neighbour *first = g_hash_table_lookup(suggester->by_edge, edge);
	struct neighbour *added = arena_make(suggester->arena, struct neighbour);
	added->mailbox = mailbox;
	if (first) {
		added->next = first->next;
		first->next = added;
	} else {
		g_hash_table_insert(suggester->by_edge, edge, added);
	}
}

/* Was a letter to it never returned? */
static bool took_letter(
	const struct suggester *suggester, const struct contact *contact, GHashTable *returned)
{
	for (const struct contact_mail *mail = returned ? contact->to : NULL; mail;
		mail = mail->next)
		if (mail->date <= suggester->quiet_since &&
			!g_hash_table_contains(returned, mail->id))
			return true;
	return false;
}

void suggester_take(
	struct suggester *suggester, const struct contact *contact, GHashTable *returned)
{
	struct span all = span_of(contact->key), domain = address_domain(all);
	if (!domain.n || (!contact->from && !took_letter(suggester, contact, returned)))
		return;
	add_domain(suggester, domain.p);
	if (address_local(all).n >= LOCAL_LEAST) {
		add_edge(suggester, contact->key, false);
		add_edge(suggester, contact->key, true);
	}
}

struct suggester *suggester_new(int64_t quiet_since)
{
	struct suggester *suggester = g_new0(struct suggester, 1);
	suggester->quiet_since = quiet_since;
	suggester->slips = g_hash_table_new_full(strhash, g_str_equal, g_free, g_free);
	suggester->domains = g_array_new(FALSE, FALSE, sizeof(struct good_domain));
	suggester->known = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	suggester->arena = arena_new();
	suggester->by_edge = g_hash_table_new(NULL, NULL);
	suggester->right_domain = g_hash_table_new_full(strhash, g_str_equal, g_free, g_free);
	read_domains(suggester);
	return suggester;
}

void suggester_free(struct suggester *suggester)
{
	if (!suggester)
		return;
	g_hash_table_unref(suggester->slips);
	g_array_unref(suggester->domains);
	g_hash_table_unref(suggester->known);
	g_hash_table_unref(suggester->by_edge);
	arena_free(suggester->arena);
	g_hash_table_unref(suggester->right_domain);
	g_free(suggester);
}

/* --- a slip in the domain */

/* Does nothing answer there? Of a domain whose server answered, the name is right. */
static bool leads_nowhere(const struct category *category)
{
	static const char *const names[] = {"no-such-domain", "dns-failure", "connection-failed",
		"expired", "bad-address", NULL};
	return category && g_strv_contains(names, category->id);
}

/* The one domain that is nearest, within what its length allows; NULL when there are two. */
static const char *nearest_domain(const struct suggester *suggester, const char *domain)
{
	size_t length = strlen(domain);
	uint32_t letters = letters_of(domain);
	size_t best = (length > DOMAIN_LONG ? 2 : 1) + 1;
	const char *found = NULL;
	for (guint i = 0; length >= DOMAIN_LEAST && i < suggester->domains->len; i++) {
		const struct good_domain *other =
			&g_array_index(suggester->domains, struct good_domain, i);
		size_t apart = other->n > length ? other->n - length : length - other->n;
		if (apart > best || !may_be_near(letters, other->letters, best))
			continue;
		size_t distance = edit_distance_within(domain, other->name, best);
		if (distance < best) {
			best = distance;
			found = other->name;
		} else if (distance == best) {
			found = NULL;
		}
	}
	return found;
}

static const char *right_domain(
	struct suggester *suggester, const char *domain, const struct category *category)
{
	const char *slip = g_hash_table_lookup(suggester->slips, domain);
	if (g_hash_table_contains(suggester->known, domain))
		return NULL;
	if (slip || !leads_nowhere(category))
		return slip;
	const char *found = g_hash_table_lookup(suggester->right_domain, domain);
	if (!found) {
		found = nearest_domain(suggester, domain);
		g_hash_table_insert(
			suggester->right_domain, g_strdup(domain), g_strdup(found ? found : ""));
	}
	return found && *found ? found : NULL;
}

/* --- a slip in the name */

static bool is_same_domain(const char *mailbox, const char *domain)
{
	return strcmp(address_domain(span_of(mailbox)).p, domain) == 0;
}

/* The one mailbox of the domain that is a slip away; NULL when there are several. */
static const char *nearest_mailbox(const struct suggester *suggester, const char *mailbox)
{
	struct span all = span_of(mailbox), local = address_local(all);
	const char *domain = address_domain(all).p, *found = NULL;
	for (int tail = 0; tail < 2; tail++) {
		gpointer edge = edge_of(local, domain, tail);
		for (const struct neighbour *near = g_hash_table_lookup(suggester->by_edge, edge);
			near; near = near->next) {
			const char *other = near->mailbox;
			if (other == found || !is_same_domain(other, domain))
				continue;
			size_t distance = edit_distance_within(mailbox, other, 1);
			if (distance == 0 || (distance == 1 && found))
				return NULL;
			if (distance == 1)
				found = other;
		}
	}
	return found;
}

static bool names_nobody(const struct category *category)
{
	static const char *const names[] = {
		"no-such-user", "bad-address", "mailbox-disabled", NULL};
	return category && g_strv_contains(names, category->id);
}

char *suggester_find(
	struct suggester *suggester, const char *mailbox, const struct category *category)
{
	struct span all = span_of(mailbox), local = address_local(all),
		    domain = address_domain(all);
	if (!domain.n || !local.n)
		return NULL;
	const char *right = right_domain(suggester, domain.p, category);
	if (right)
		return g_strdup_printf("%.*s@%s", (int)local.n, local.p, right);
	return names_nobody(category) && local.n >= LOCAL_LEAST
		       ? g_strdup(nearest_mailbox(suggester, mailbox))
		       : NULL;
}
