/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/retries.h"

#include "base/address.h"
#include "base/errors.h"
#include "base/words.h"
#include "triage/queryterms.h"
#include "triage/retry.h"
#include "ui/menu.h"
#include "ui/prompt.h"
#include "ui/shell.h"
#include "ui/view-browse.h"

#define SEND "send"

static void show(struct app *app, enum state step)
{
	g_autofree char *limit = g_strdup_printf("state:%s", state_names[step]);

	view_browse_narrow(app, limit);
}

/* Which index it is goes along: the program asks nixie and notmuch, too. */
static void add_variable(GString *command, const char *name, const char *value)
{
	g_autofree char *quoted = value && *value ? g_shell_quote(value) : NULL;

	if (quoted)
		g_string_append_printf(command, "%s=%s ", name, quoted);
}

/* Starts the program that sends, with `words` behind its name; it asks before it sends anything. */
static void hand_over(struct app *app, const char *words)
{
	const struct store_ref store = session_store_ref(app->session);
	const char *program = config_text(session_config(app->session), SET_RESEND_COMMAND);
	g_autoptr(GString) command = g_string_new("env ");
	g_autofree char *query = g_strdup(session_query(app->session));
	GError *error = NULL;

	if (!program) {
		app_say(app, _("The setting resend-command names no program that sends."));
		return;
	}
	if (!app->options.restricted && !retry_program_check(program, &error)) {
		app_report(app, error);
		return;
	}
	add_variable(command, "NOTMUCH_CONFIG", store.config);
	add_variable(command, "NOTMUCH_PROFILE", store.profile);
	add_variable(command, "NOTMUCH_DATABASE", store.database);
	g_string_append_printf(command, "%s%s", program, words);
	shell_run(app, command->str, NULL, true);
	if (!app->options.restricted)
		app_load(app, query);
}

static void chosen(void *user, int item)
{
	if (retry_steps[item] == STATE_COUNT)
		hand_over(user, "");
	else
		show(user, retry_steps[item]);
}

static void ask(struct app *app)
{
	static const char keys[] = "dwsbnax";
	static const char *const titles[STATE_COUNT] = {
		[STATE_DUE] = N_("due now"),
		[STATE_RETRY] = N_("waiting until they are due"),
		[STATE_RETRIED] = N_("sent again, nothing heard yet"),
		[STATE_BOUNCED_AGAIN] = N_("sent again, and bounced again"),
		[STATE_QUIET] = N_("sent again, no bounce since"),
		[STATE_ANSWERED] = N_("sent again, and answered"),
	};
	struct menu *menu = menu_new(_("Retries"), chosen, app);
	g_autofree char *send = NULL;
	size_t counts[STATE_COUNT], i = 0;

	session_count_retries(app->session, counts);
	for (; retry_steps[i] != STATE_COUNT; i++) {
		g_autofree char *text = g_strdup_printf(
			"%5zu  %s", counts[retry_steps[i]], _(titles[retry_steps[i]]));

		menu_add(menu, keys[i], text, i == 0);
	}
	send = g_strdup_printf("%7s%s", "", _("send what is due again (asks first)"));
	menu_add(menu, keys[i], send, false);
	menu_push(app, menu);
}

void retries_ask(struct app *app, const char *what)
{
	for (const enum state *step = retry_steps; what && *step != STATE_COUNT; step++)
		if (!strcmp(what, state_names[*step])) {
			show(app, *step);
			return;
		}
	if (!what)
		ask(app);
	else if (!strcmp(what, SEND))
		hand_over(app, "");
	else
		app_complain(app, _("\"%s\" is no step of a retry"), what);
}

/* --- to another address */

/* The bounce that is meant, for as long as the address is typed. */
struct instead {
	char *id, *old, *suggestion;
};

static void instead_free(gpointer data)
{
	struct instead *instead = data;

	g_free(instead->id);
	g_free(instead->old);
	g_free(instead->suggestion);
	g_free(instead);
}

/* What stands behind the name of the program; g_free. */
static char *instead_words(const struct instead *instead, const char *address)
{
	g_autofree char *query = query_of_id(instead->id);
	g_autofree char *pair = g_strdup_printf("%s=%s", instead->old, address);
	g_autofree char *quoted_pair = g_shell_quote(pair), *quoted = g_shell_quote(query);

	return g_strdup_printf(" --instead=%s -- %s", quoted_pair, quoted);
}

static bool instead_check(struct app *app, void *user, const char *text, GError **error)
{
	const struct instead *instead = user;

	(void)app;
	if (address_class(span_of(text)) == ADDRESS_OK && !address_same(text, instead->old))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		address_same(text, instead->old) ? _("`%s` is the address that failed")
						 : _("`%s` is no whole mail address"),
		text);
	return false;
}

static void instead_effect(struct app *app, void *user, const char *text, struct doc *doc)
{
	const struct instead *instead = user;
	g_autofree char *words = instead_words(instead, *text ? text : "ADDRESS");
	g_autofree char *command = g_strdup_printf("nixie-resend%s", words);

	(void)app;
	doc_pair(doc, _("Instead of"), 12, STYLE_NORMAL, instead->old);
	if (instead->suggestion)
		doc_pair(doc, _("Perhaps"), 12, STYLE_NORMAL, instead->suggestion);
	doc_text(doc, STYLE_NORMAL,
		_("The program shows what it would send, and asks, before anything leaves."));
	doc_pair(doc, _("Same:"), 12, STYLE_DIM, command);
}

static void instead_accept(struct app *app, void *user, const char *text)
{
	g_autofree char *words = *text ? instead_words(user, text) : NULL;

	if (words)
		hand_over(app, words);
	else
		app_say(app, _("Nothing was sent."));
}

static void instead_complete(struct app *app, void *user, const char *word, GPtrArray *out)
{
	const struct instead *instead = user;

	(void)app;
	if (instead->suggestion && g_str_has_prefix(instead->suggestion, word))
		g_ptr_array_add(out, g_strdup(instead->suggestion));
}

void retries_instead(struct app *app, const char *address)
{
	static const struct prompt_spec spec = {
		.label = N_("Send to: "),
		.title = N_("Send the lost message to another address"),
		.accept = instead_accept,
		.effect = instead_effect,
		.check = instead_check,
		.complete = instead_complete,
		.free = instead_free,
	};
	const struct row *row = app_current(app);
	const char *old = row ? row_text(row, ROW_ADDRESS) : NULL;
	struct instead *instead;

	if (!old || !row_text(row, ROW_ORIGINAL)) {
		app_say(app, !row   ? _("There is no report here.")
			     : !old ? _("The report names no address.")
				    : _("The report does not name the message."));
		return;
	}
	instead = g_new0(struct instead, 1);
	instead->id = g_strdup(row_id(row));
	instead->old = g_strdup(old);
	instead->suggestion = g_strdup(row_text(row, ROW_SUGGESTION));
	prompt_push(app, &spec, instead, address);
}
