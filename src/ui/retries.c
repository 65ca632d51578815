/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/retries.h"

#include "triage/retry.h"
#include "ui/menu.h"
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

static void send_due(struct app *app)
{
	const struct store_ref store = session_store_ref(app->session);
	const char *program = config_text(session_config(app->session), SET_RESEND_COMMAND);
	g_autoptr(GString) command = g_string_new("env ");
	g_autofree char *query = g_strdup(session_query(app->session));
	GError *error = NULL;

	if (!program) {
		app_say(app, "The setting resend-command names no program that sends.");
		return;
	}
	if (!app->options.restricted && !retry_program_check(program, &error)) {
		app_report(app, error);
		return;
	}
	add_variable(command, "NOTMUCH_CONFIG", store.config);
	add_variable(command, "NOTMUCH_PROFILE", store.profile);
	add_variable(command, "NOTMUCH_DATABASE", store.database);
	g_string_append(command, program);
	shell_run(app, command->str, NULL, true);
	if (!app->options.restricted)
		app_load(app, query);
}

static void chosen(void *user, int item)
{
	if (retry_steps[item] == STATE_COUNT)
		send_due(user);
	else
		show(user, retry_steps[item]);
}

static void ask(struct app *app)
{
	static const char keys[] = "dwsbnax";
	static const char *const titles[STATE_COUNT] = {
		[STATE_DUE] = "due now",
		[STATE_RETRY] = "waiting until they are due",
		[STATE_RETRIED] = "sent again, nothing heard yet",
		[STATE_BOUNCED_AGAIN] = "sent again, and bounced again",
		[STATE_QUIET] = "sent again, no bounce since",
		[STATE_ANSWERED] = "sent again, and answered",
	};
	struct menu *menu = menu_new("Retries", chosen, app);
	size_t counts[STATE_COUNT], i = 0;

	session_count_retries(app->session, counts);
	for (; retry_steps[i] != STATE_COUNT; i++) {
		g_autofree char *text =
			g_strdup_printf("%5zu  %s", counts[retry_steps[i]], titles[retry_steps[i]]);

		menu_add(menu, keys[i], text, i == 0);
	}
	menu_add(menu, keys[i], "       send what is due again (asks first)", false);
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
		send_due(app);
	else
		app_complain(app, "\"%s\" is no step of a retry", what);
}
