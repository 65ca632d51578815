/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie address: everything known about an address. */
#include "triage/address.h"

#include "base/address.h"
#include "base/errors.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"

#define LINE_CELLS 79
#define LABEL_CELLS 18 /* with the two blanks in front */

/* --- text */

static void put_line(GString *out, const struct page_line *line)
{
	g_autofree char *label = text_visible(line->label, TEXT_PLAIN);
	g_autofree char *text = text_visible(line->text, TEXT_PLAIN);
	g_autoptr(GPtrArray) lines = text_wrap(text, LINE_CELLS - LABEL_CELLS);
	size_t cells = text_cells(span_of(label)) + 2;

	if (line->head) {
		g_string_append_printf(out, "%s: %s\n", label, text);
		return;
	}
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "  %s%*s%s\n", i ? "" : label,
			i                     ? LABEL_CELLS - 2
			: cells < LABEL_CELLS ? (int)(LABEL_CELLS - cells)
					      : 1,
			"", (char *)lines->pdata[i]);
}

static void put_text(struct cli *cli, GString *out, const struct address_page *page)
{
	g_autoptr(GPtrArray) lines = address_page_lines(page, cli->knowledge);

	if (out->len)
		g_string_append_c(out, '\n');
	for (guint i = 0; i < lines->len; i++)
		put_line(out, lines->pdata[i]);
}

/* --- JSON */

static void put_time(struct json *json, const char *key, int64_t time)
{
	if (time)
		json_int(json, key, time);
	else
		json_null(json, key);
}

static void put_mail(struct json *json, const char *key, const struct contact_mail *mail)
{
	if (!mail) {
		json_null(json, key);
		return;
	}
	json_begin_object(json, key);
	json_string(json, "id", mail->id);
	json_int(json, "timestamp", mail->date);
	json_string(json, "subject", mail->subject);
	json_string(json, "thread", contact_thread(mail));
	json_end_object(json);
}

static void put_event(struct json *json, const struct event *event)
{
	const struct row *row = event->row;

	json_begin_object(json, NULL);
	json_int(json, "timestamp", event->at);
	json_string(json, "event", event_names[event->kind]);
	json_string(json, "id", event->id);
	json_string(json, "category", row && row->category ? row->category->id : NULL);
	json_string(json, "status", row ? row_text(row, ROW_STATUS) : NULL);
	json_string(json, "type", row ? type_names[row->type] : NULL);
	json_string(json, "trust", row ? trust_names[row->trust] : NULL);
	json_string(json, "state", row ? state_names[row->state] : NULL);
	json_string(json, "subject", event->mail ? event->mail->subject : NULL);
	json_end_object(json);
}

static void put_lists(struct json *json, const struct address_page *page)
{
	json_begin_array(json, "sent_since");
	for (guint i = 0; i < page->later->len; i++)
		put_mail(json, NULL, page->later->pdata[i]);
	json_end_array(json);
	json_begin_array(json, "timeline");
	for (guint i = 0; i < page->events->len; i++)
		put_event(json, &g_array_index(page->events, struct event, i));
	json_end_array(json);
	json_begin_array(json, "originals");
	for (guint i = 0; i < page->originals->len; i++) {
		const struct returned *original =
			&g_array_index(page->originals, struct returned, i);

		json_begin_object(json, NULL);
		json_string(json, "id", original->id);
		json_string(json, "subject", original->subject);
		json_string(json, "thread", original->thread);
		json_end_object(json);
	}
	json_end_array(json);
	json_begin_array(json, "marks");
	for (int state = STATE_NONE + 1; state < STATE_COUNT; state++)
		if (page->states & 1U << state)
			json_string(json, NULL, state_names[state]);
	json_end_array(json);
}

static void put_listed(struct json *json, const struct suppressed *entry)
{
	if (!entry) {
		json_null(json, "suppressed");
		return;
	}
	json_begin_object(json, "suppressed");
	json_string(json, "category", entry->category);
	json_int(json, "timestamp", entry->time);
	json_int(json, "bounces", entry->count);
	json_string(json, "who", entry->who);
	json_string(json, "evidence", entry->ids);
	json_string(json, "note", entry->note);
	json_end_object(json);
}

static void put_json(struct json *json, const struct address_page *page)
{
	json_begin_object(json, NULL);
	json_string(json, "address", page->address);
	json_string(json, "state", condition_names[page->standing.condition]);
	json_string(json, "why", page->why);
	json_string(json, "decided_by", page->standing.by ? page->standing.by->id : NULL);
	json_int(json, "bounces", page->bounces);
	json_int(json, "delays", page->delays);
	json_int(json, "reports", page->reports);
	put_time(json, "first", page->first);
	put_time(json, "last", page->last);
	put_mail(json, "last_mail_from", page->wrote);
	json_string(json, "suggestion", page->suggestion);
	json_string(json, "role", page->role == MAILBOX_PERSON ? NULL : role_names[page->role]);
	put_lists(json, page);
	put_listed(json, page->listed);
	cli_put_removed(json, page->off);
	json_end_object(json);
}

/* --- the command */

/* As the words write them: `Ann <ann@example.org>` is what a mail program shows. */
static char **read_addresses(char *const *words, GError **error)
{
	g_autoptr(GStrvBuilder) addresses = g_strv_builder_new();

	if (!*words)
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_USAGE,
			_("address needs an address, as in `nixie address someone@example.org`"));
	for (char *const *word = words; *word; word++) {
		struct span whole = span_of(*word), found = address_find(whole);
		g_autofree char *inner = span_dup(found);

		if (address_class(whole) == ADDRESS_NONE) {
			g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
				_("`%s` is no address: it needs a name, an @ and a domain"), *word);
			return NULL;
		}
		g_strv_builder_add(addresses,
			address_class(whole) == ADDRESS_ODD && address_class(found) == ADDRESS_OK
				? inner
				: *word);
	}
	return *words ? g_strv_builder_end(addresses) : NULL;
}

static GString *written(struct cli *cli, char *const *addresses, enum format format, bool *any)
{
	GString *text = g_string_new(NULL);
	bool is_json = format != FORMAT_TEXT;
	struct json_list list;

	if (is_json)
		json_list_begin(&list, text, format == FORMAT_JSON_LINES);
	for (; *addresses; addresses++) {
		struct address_page *page = address_page_new(cli->session, *addresses);

		*any = *any || page->events->len;
		if (is_json) {
			put_json(json_list_item(&list), page);
			json_list_item_end(&list);
		} else {
			put_text(cli, text, page);
		}
		address_page_free(page);
	}
	if (is_json)
		json_list_end(&list);
	return text;
}

int cli_address(struct cli *cli)
{
	g_auto(GStrv) addresses = NULL;
	enum format format = FORMAT_TEXT;
	g_autoptr(GString) pages = NULL;
	GError *error = NULL;
	bool partial, any = false;
	int code;

	if (!options_format(cli->options, FORMATS_TEXT_JSON, &format, &error) ||
		!(addresses = read_addresses(
			  cli->options->args[0] ? cli->options->args : cli->options->query,
			  &error)) ||
		!cli_need_session(cli, &error))
		return cli_fail(cli, error);
	for (char *const *address = addresses; *address; address++)
		session_want_contact(cli->session, *address);
	if (!cli_load(cli, "", &partial, &error))
		return cli_fail(cli, error);
	pages = written(cli, addresses, format, &any);
	code = cli_put_out(cli, format, pages);
	if (code != NIXIE_DONE || partial)
		return code != NIXIE_DONE ? code : NIXIE_PARTIAL;
	return cli->options->exit_code && any ? NIXIE_MATCHED : NIXIE_DONE;
}
