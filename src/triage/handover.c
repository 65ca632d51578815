/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/handover.h"

#include <string.h>

#include "base/strhash.h"
#include "base/words.h"
#include "rules/inifile.h"
#include "triage/figures.h"
#include "triage/fill.h"
#include "triage/rowstore.h"

#define FILE_NAME "handover.ini"
#define ASKS "ask-" /* groups of what is asked for on the phone */
#define INSTEAD "instead"
#define REPLY_INDENT "    "
#define NAME_MAX_BYTES 32

const char *const handover_names[HANDOVER_COUNT] = {
	[HANDOVER_RECIPIENT] = "recipient",
	[HANDOVER_ADMIN] = "admin",
	[HANDOVER_SENDER] = "sender",
};

struct handover_texts {
	struct ini *ini;
	const struct knowledge *knowledge;
	GHashTable *asks; /* id of a category -> name of its group */
};

/* --- loading */

static bool take_ask(struct handover_texts *texts, const char *group, GError **error)
{
	static const char *const keys[] = {"categories", "text[]", NULL};
	g_autoptr(GPtrArray) ids = ini_list(texts->ini, group, "categories");

	if (!ini_check_keys(texts->ini, group, keys, error))
		return false;
	for (guint i = 0; i < ids->len; i++) {
		const char *id = ids->pdata[i];

		if (!g_hash_table_contains(texts->asks, id))
			g_hash_table_insert(texts->asks, g_strdup(id), g_strdup(group));
	}
	return true;
}

static bool is_whole(const struct handover_texts *texts, const char *group, const char *const *keys,
	GError **error)
{
	for (; *keys; keys++) {
		g_autofree char *text = ini_text(texts->ini, group, *keys, NULL);

		if (!text)
			return ini_fail(error, texts->ini, group, *keys, _("is missing"));
	}
	return true;
}

static bool take_groups(struct handover_texts *texts, GError **error)
{
	static const char *const head[] = {"title", "opening", NULL};
	static const char *const whole[] = {"title", "opening", "fact.1", "reply", "closing", NULL};
	static const char *const instead[] = {"delay", "forged", "nobody", NULL};
	const struct category *category;
	g_auto(GStrv) groups = ini_groups(texts->ini);

	for (char **group = groups; *group; group++)
		if (g_str_has_prefix(*group, ASKS) && !take_ask(texts, *group, error))
			return false;
	for (int i = 0; (category = category_at(texts->knowledge, i)); i++)
		if (!g_hash_table_contains(texts->asks, category->id))
			return ini_fail(error, texts->ini, INSTEAD, NULL,
				_("no group asks for something about %s"), category->id);
	return is_whole(texts, handover_names[HANDOVER_RECIPIENT], head, error) &&
	       is_whole(texts, handover_names[HANDOVER_ADMIN], whole, error) &&
	       is_whole(texts, handover_names[HANDOVER_SENDER], whole, error) &&
	       is_whole(texts, INSTEAD, instead, error);
}

struct handover_texts *handover_load(
	const char *datadir, const struct knowledge *knowledge, GError **error)
{
	g_autofree char *path = g_build_filename(datadir, FILE_NAME, NULL);
	struct ini *ini = ini_load(path, NULL, error);
	struct handover_texts *texts;

	if (!ini)
		return NULL;
	texts = g_new0(struct handover_texts, 1);
	texts->ini = ini;
	texts->knowledge = knowledge;
	texts->asks = g_hash_table_new_full(strhash, g_str_equal, g_free, g_free);
	if (take_groups(texts, error))
		return texts;
	handover_free(texts);
	return NULL;
}

void handover_free(struct handover_texts *texts)
{
	if (!texts)
		return;
	ini_free(texts->ini);
	g_hash_table_unref(texts->asks);
	g_free(texts);
}

static char *text_of(const struct handover_texts *texts, const char *group, const char *key)
{
	return ini_text(texts->ini, group, key, knowledge_lang(texts->knowledge));
}

char *handover_title(const struct handover_texts *texts, enum handover to)
{
	return text_of(texts, handover_names[to], "title");
}

/* --- facts of a case, beside those of triage/fill */

/* The day alone, whatever the hour: people remember no more. */
static char *day_of(const struct knowledge *knowledge, const char *date)
{
	g_autofree char *day = date && strlen(date) > 19 && date[10] == 'T'
				       ? g_strdup_printf("%.10sT00:00:00Z", date)
				       : NULL;

	return day ? figure_date(knowledge, day) : NULL;
}

/* To the second and with its zone, as logs are searched; "2026-07-28 06:56:01 +09:00". */
static char *time_of(const char *date)
{
	if (!date || strlen(date) <= 19 || date[10] != 'T')
		return g_strdup(date);
	return g_strdup_printf("%.10s %.8s %s", date, date + 11,
		strcmp(date + 19, "Z") == 0 ? "+00:00" : date + 19);
}

static char *id_of(const char *id)
{
	return id && *id ? g_strdup_printf("<%s>", id) : NULL;
}

/* Of the link that {link} names, where it leads: what is read before it is followed. */
static char *host_of_link(const struct handover_case *of)
{
	const struct strings *links = &of->recipient->links;
	const char *link = links->n && !of->report->suspicious ? links->v[0] : NULL;
	const char *host = link ? strstr(link, "://") : NULL;
	size_t n = host ? strcspn(host += 3, "/?#") : 0;
	const char *user = n ? memrchr(host, '@', n) : NULL;

	/* What stands before an @ is there to mislead. */
	if (user) {
		n -= (size_t)(user + 1 - host);
		host = user + 1;
	}
	return n ? g_strndup(host, n) : NULL;
}

/* --- one case put into words */

/* A text under way: the facts that only this module knows, and where the lines go. */
struct letter {
	const struct handover_texts *texts;
	const char *group;
	const struct explanation *explanation;
	struct fill fill;
	GString *out;
};

/* Values of mail never begin a line of their own. */
static void put_line(GString *out, const char *indent, char *text)
{
	for (char *c = text; *c; c++)
		if (g_ascii_iscntrl(*c))
			*c = ' ';
	g_string_append_printf(out, "%s%s\n", indent, g_strstrip(text));
}

/* False when the text came out empty, since what it names is unknown. */
static bool put_text(const struct letter *letter, const char *group, const char *key)
{
	g_autofree char *template = text_of(letter->texts, group, key);
	g_autofree char *text = template ? fill_text(template, &letter->fill) : NULL;

	if (text && *text)
		put_line(letter->out, "", text);
	return template != NULL;
}

static void put_facts(const struct letter *letter)
{
	char key[NAME_MAX_BYTES];

	g_string_append_c(letter->out, '\n');
	for (unsigned i = 1;; i++) {
		g_snprintf(key, sizeof key, "fact.%u", i);
		if (!put_text(letter, letter->group, key))
			return;
	}
}

static void put_reply(const struct letter *letter)
{
	g_autofree char *reply = g_strdup(letter->fill.recipient->diagnostic);

	if (!reply || !*reply)
		return;
	g_string_append_c(letter->out, '\n');
	put_text(letter, letter->group, "reply");
	put_line(letter->out, REPLY_INDENT, reply);
}

static void put_steps(const struct letter *letter)
{
	const struct strings *next = &letter->explanation->next;

	for (size_t i = 0; i < next->n; i++) {
		g_autofree char *step = g_strdup_printf("%zu. %s", i + 1, next->v[i]);

		put_line(letter->out, "", step);
	}
}

static const char *situation_of(const struct handover_case *of)
{
	if (of->context->origin == ORIGIN_FORGED)
		return "forged";
	if (!of->recipient ||
		(of->recipient->kind != KIND_FAILURE && of->recipient->kind != KIND_DELAY))
		return "nobody";
	return NULL;
}

static void put_phone(const struct letter *letter)
{
	const struct recipient *recipient = letter->fill.recipient;
	const char *id = recipient->category ? recipient->category : "unclassified";
	const char *ask = g_hash_table_lookup(letter->texts->asks, id);

	if (recipient->kind == KIND_DELAY) {
		put_text(letter, INSTEAD, "delay");
		return;
	}
	put_text(letter, letter->group, "opening");
	if (ask)
		put_text(letter, ask, "text");
}

static void put_letter(const struct letter *letter, enum handover to)
{
	if (to == HANDOVER_RECIPIENT) {
		put_phone(letter);
		return;
	}
	put_text(letter, letter->group, "opening");
	if (letter->explanation->warning) {
		g_autofree char *warning = g_strdup(letter->explanation->warning);

		put_line(letter->out, "", warning);
	}
	put_facts(letter);
	put_reply(letter);
	g_string_append_c(letter->out, '\n');
	put_text(letter, letter->group, "closing");
	if (to == HANDOVER_SENDER)
		put_steps(letter);
}

char *handover_text(
	const struct handover_texts *texts, enum handover to, const struct handover_case *of)
{
	const struct recipient nobody = {0};
	const struct recipient *recipient = of->recipient ? of->recipient : &nobody;
	const struct original *original = &of->report->original;
	const char *instead = situation_of(of);
	struct explanation *explanation =
		explain(texts->knowledge, of->rules, of->report, of->recipient, of->context);
	g_autofree char *sent_day = day_of(texts->knowledge, original->date);
	g_autofree char *sent_time = time_of(original->date);
	g_autofree char *report_time = time_of(of->report->date);
	g_autofree char *report_id = id_of(of->report->id);
	g_autofree char *original_id = id_of(original->id);
	g_autofree char *link_host = of->recipient ? host_of_link(of) : NULL;
	g_autofree char *affected = of->affected ? g_strdup_printf("%u", of->affected) : NULL;
	const struct fill_fact facts[] = {{"title", explanation->title},
		{"who", explanation->who_words}, {"sent_day", sent_day}, {"sent_time", sent_time},
		{"report_time", report_time}, {"report_id", report_id},
		{"original_id", original_id}, {"queue_id", of->report->queue_id},
		{"remote_ip", recipient->remote_ip}, {"link_host", link_host},
		{"affected", affected}, {NULL}};
	struct letter letter = {texts, handover_names[to], explanation,
		{texts->knowledge, of->report, recipient, NULL, facts, NULL}, g_string_new(NULL)};

	if (instead)
		put_text(&letter, INSTEAD, instead);
	else
		put_letter(&letter, to);
	explanation_free(explanation);
	return g_string_free(letter.out, FALSE);
}

char *handover_row(const struct handover_texts *texts, enum handover to,
	const struct rule_set *rules, const struct row *row, const struct details *details,
	unsigned affected)
{
	const struct context context = row_context(row);
	const struct handover_case of = {
		rules, details->report, details->recipient, &context, affected};

	return handover_text(texts, to, &of);
}

/* --- how far a cause reaches */

char *handover_cause(const struct row *row)
{
	return g_strdup_printf("%s %c%s", row->category ? row->category->id : "",
		row_text(row, ROW_CAUSE) ? '=' : '-',
		row_text(row, ROW_CAUSE) ? row_text(row, ROW_CAUSE) : "");
}

GHashTable *handover_affected(struct row *const *rows, size_t n)
{
	GHashTable *affected = g_hash_table_new_full(
		strhash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);

	for (size_t i = 0; i < n; i++) {
		g_autofree char *cause =
			row_text(rows[i], ROW_MAILBOX) ? handover_cause(rows[i]) : NULL;
		GHashTable *mailboxes;

		if (!cause)
			continue;
		mailboxes = g_hash_table_lookup(affected, cause);
		if (!mailboxes) {
			mailboxes = g_hash_table_new(strhash, g_str_equal);
			g_hash_table_insert(affected, g_steal_pointer(&cause), mailboxes);
		}
		g_hash_table_add(mailboxes, (gpointer)row_text(rows[i], ROW_MAILBOX));
	}
	return affected;
}

unsigned handover_affected_by(GHashTable *affected, const struct row *row)
{
	g_autofree char *cause = handover_cause(row);
	GHashTable *mailboxes = g_hash_table_lookup(affected, cause);

	return mailboxes ? g_hash_table_size(mailboxes) : 0;
}
