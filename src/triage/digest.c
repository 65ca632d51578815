/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/digest.h"

#include "rules/wordbook.h"
#include "triage/explain.h"

#define SENTENCES_MAX 3
#define PERCENT_MOST 66 /* from which a cause is most of it, */
#define PERCENT_HALF 45 /* half of it, */
#define PERCENT_PART 20 /* or worth to be called one */

/* --- counting */

/* The part of `text` in `parts`, made when it is new; `index` holds places by pointer. */
static struct digest_part *part_of(GArray *parts, GHashTable *index, const char *text)
{
	gpointer place = g_hash_table_lookup(index, text);
	if (!place) {
		struct digest_part part = {.text = text};
		g_array_append_val(parts, part);
		place = GUINT_TO_POINTER(parts->len);
		g_hash_table_insert(index, (gpointer)text, place);
	}
	return &g_array_index(parts, struct digest_part, GPOINTER_TO_UINT(place) - 1);
}

static gint most_first(gconstpointer a, gconstpointer b)
{
	const struct digest_part *x = a, *y = b;
	if (x->bounces != y->bounces)
		return x->bounces < y->bounces ? 1 : -1;
	return strcmp(x->text, y->text);
}

static void count_cause(struct digest *digest, GHashTable *index, const struct row *row)
{
	if (!row_text(row, ROW_CAUSE))
		return;
	struct digest_part *part = part_of(digest->causes, index, row_text(row, ROW_CAUSE));
	part->status = part->status ? part->status : row_text(row, ROW_STATUS);
	part->category = part->category ? part->category : row->category;
	if (!part->bounces++)
		part->who = row->who;
}

static void count_dates(struct digest *digest, const struct row *row)
{
	if (!row->date)
		return;
	if (!digest->first || row->date < digest->first)
		digest->first = row->date;
	digest->last = MAX(digest->last, row->date);
}

/* Of an address that has not been heard of since. */
static bool speaks_of_death(const struct row *row)
{
	return row->type == TYPE_HARD && row->kind == KIND_FAILURE && !row->passed &&
	       row->origin != ORIGIN_FORGED && row->trust <= TRUST_CONSISTENT;
}

static void count_addresses(struct digest *digest, const GPtrArray *rows)
{
	g_autoptr(GHashTable) all = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) dead = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		if (!row_text(row, ROW_MAILBOX))
			continue;
		g_hash_table_add(all, (gpointer)row_text(row, ROW_MAILBOX));
		if (speaks_of_death(row))
			g_hash_table_add(dead, (gpointer)row_text(row, ROW_MAILBOX));
	}
	digest->addresses = g_hash_table_size(all);
	digest->dead = g_hash_table_size(dead);
}

static void find_commonest_category(struct digest *digest, const GPtrArray *rows)
{
	g_autoptr(GArray) parts = g_array_new(FALSE, TRUE, sizeof(struct digest_part));
	g_autoptr(GHashTable) index = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		if (!row->category)
			continue;
		struct digest_part *part = part_of(parts, index, row->category->id);
		part->category = row->category;
		if (!part->bounces++)
			part->who = row->who;
	}
	g_array_sort(parts, most_first);
	if (parts->len)
		digest->category = g_array_index(parts, struct digest_part, 0);
}

static size_t percent_of(const struct digest *digest, const struct digest_part *part)
{
	return part->bounces * 100 / digest->bounces;
}

/* The commonest ones, with strings of our own: those of the rows go with the next load. */
static void keep_commonest(struct digest *digest, GArray *parts)
{
	g_array_sort(parts, most_first);
	g_array_set_size(parts, MIN(parts->len, DIGEST_PARTS));
	for (guint i = 0; i < parts->len; i++) {
		struct digest_part *part = &g_array_index(parts, struct digest_part, i);
		part->text = g_string_chunk_insert(digest->strings, part->text);
		if (part->status)
			part->status = g_string_chunk_insert(digest->strings, part->status);
	}
}

static void count_rows(struct digest *digest, const GPtrArray *rows)
{
	g_autoptr(GHashTable) causes = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) senders = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) domains = g_hash_table_new(NULL, NULL);
	digest->bounces = rows->len;
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		digest->delays += row->kind == KIND_DELAY;
		count_dates(digest, row);
		count_cause(digest, causes, row);
		if (row_text(row, ROW_SENDER))
			part_of(digest->senders, senders, row_text(row, ROW_SENDER))->bounces++;
		if (row_text(row, ROW_DOMAIN))
			part_of(digest->domains, domains, row_text(row, ROW_DOMAIN))->bounces++;
	}
	keep_commonest(digest, digest->causes);
	keep_commonest(digest, digest->senders);
	keep_commonest(digest, digest->domains);
	count_addresses(digest, rows);
	find_commonest_category(digest, rows);
}

/* The commonest wording; where there are too many of them, the commonest category. */
static void find_top(struct digest *digest)
{
	const struct digest_part *cause =
		digest->causes->len ? &g_array_index(digest->causes, struct digest_part, 0) : NULL;
	if (cause && (!digest->category.category || percent_of(digest, cause) >= PERCENT_PART))
		digest->top = cause;
	else if (digest->category.category)
		digest->top = &digest->category;
}

/* --- incidents */

struct groups *incidents_new(struct session *session)
{
	int least = config_int(session_config(session), SET_INCIDENT_ADDRESSES);
	return groups_new(session, group_by_key(GROUP_INCIDENT, (unsigned)MAX(least, 1)));
}

/* --- words */

/* `text` with its `{name}` filled in; takes `text`. g_free. */
static char *fill(char *text, const char *name, const char *value)
{
	GString *out = g_string_new(text);
	g_string_replace(out, name, value, 1);
	g_free(text);
	return g_string_free(out, FALSE);
}

static char *fill_number(char *text, const char *name, size_t value)
{
	g_autofree char *digits = g_strdup_printf("%zu", value);
	return fill(text, name, digits);
}

static char *start(const struct knowledge *knowledge, enum digest_words id)
{
	return g_strdup(word(knowledge, WORDS_DIGEST, (int)id));
}

char *incident_words(const struct knowledge *knowledge, const struct group *incident)
{
	struct group_by by = group_by_key(GROUP_INCIDENT, 1);
	g_auto(GStrv) values = group_values(&by, incident);
	const struct category *category = category_by_id(knowledge, values[2]);
	char *text = start(knowledge, DIGEST_INCIDENT);
	text = fill_number(text, "{n}", incident->addresses);
	text = fill(text, "{domain}", values[1]);
	text = fill(text, "{day}", values[0]);
	return fill(text, "{what}", category ? category->advice.title : values[2]);
}

/* How much of it is one cause, and which. */
static char *cause_words(const struct knowledge *knowledge, const struct digest *digest)
{
	const struct digest_part *top = digest->top;
	size_t percent = percent_of(digest, top);
	enum digest_words id = digest->bounces == 1                        ? DIGEST_ONE
			       : percent < PERCENT_PART                    ? DIGEST_NONE
			       : top == &digest->category                  ? DIGEST_SORT
			       : top->bounces == 2 && digest->bounces == 2 ? DIGEST_BOTH
			       : top->bounces == digest->bounces           ? DIGEST_ALL
			       : percent >= PERCENT_MOST                   ? DIGEST_MOST
			       : percent >= PERCENT_HALF                   ? DIGEST_HALF
									   : DIGEST_PART;
	char *text = start(knowledge, id);
	text = fill_number(text, "{n}", top->bounces);
	text = fill_number(text, "{all}", digest->bounces);
	return fill(text, "{what}", top->category ? top->category->advice.title : top->text);
}

static char *dead_words(const struct knowledge *knowledge, const struct digest *digest)
{
	char *text = start(knowledge, digest->addresses == 1 ? DIGEST_DEAD_ONE : DIGEST_DEAD);
	text = fill_number(text, "{n}", digest->dead);
	return fill_number(text, "{all}", digest->addresses);
}

static void say(struct digest *digest, char *text)
{
	if (digest->sentences->len < SENTENCES_MAX)
		g_ptr_array_add(digest->sentences, text);
	else
		g_free(text);
}

static void find_words(const struct knowledge *knowledge, struct digest *digest)
{
	if (digest->top)
		say(digest, cause_words(knowledge, digest));
	if (digest->incidents->len)
		say(digest, incident_words(knowledge, digest->incidents->pdata[0]));
	if (digest->dead)
		say(digest, dead_words(knowledge, digest));
	if (digest->delays)
		say(digest, fill_number(start(knowledge, DIGEST_DELAYS), "{n}", digest->delays));
}

struct digest *digest_new(
	struct session *session, const GPtrArray *rows, const struct groups *incidents)
{
	struct digest *digest = g_new0(struct digest, 1);
	digest->causes = g_array_new(FALSE, TRUE, sizeof(struct digest_part));
	digest->senders = g_array_new(FALSE, TRUE, sizeof(struct digest_part));
	digest->domains = g_array_new(FALSE, TRUE, sizeof(struct digest_part));
	digest->strings = g_string_chunk_new(256);
	digest->incidents = groups_of_rows(incidents, rows);
	digest->sentences = g_ptr_array_new_with_free_func(g_free);
	count_rows(digest, rows);
	find_top(digest);
	find_words(session_knowledge(session), digest);
	return digest;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	g_array_unref(digest->causes);
	g_array_unref(digest->senders);
	g_array_unref(digest->domains);
	g_string_chunk_free(digest->strings);
	g_ptr_array_unref(digest->incidents);
	g_ptr_array_unref(digest->sentences);
	g_free(digest);
}
