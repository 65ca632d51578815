/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/commands.h"

#include "base/errors.h"
#include "base/words.h"
#include "triage/group.h"
#include "ui/actions.h"
#include "ui/cells.h"
#include "ui/confirm.h"
#include "ui/correct.h"
#include "ui/dialog-export.h"
#include "ui/find.h"
#include "ui/handover.h"
#include "ui/menu.h"
#include "ui/one-report.h"
#include "ui/prompt.h"
#include "ui/questions.h"
#include "ui/retries.h"
#include "ui/saved.h"
#include "ui/shell.h"
#include "ui/signals.h"
#include "ui/view-address.h"
#include "ui/view-browse.h"
#include "ui/view-group.h"
#include "ui/view-help.h"
#include "ui/view-hops.h"
#include "ui/view-log.h"
#include "ui/view-proposed.h"
#include "ui/view-thread.h"

/* --- find */

static void run_find_next(struct app *app, const char *argument)
{
	(void)argument;
	find_again(app, false);
}

static void run_find_previous(struct app *app, const char *argument)
{
	(void)argument;
	find_again(app, true);
}

/* --- rows */

static void jump_accept(struct app *app, void *user, const char *text)
{
	struct view *view = app_ground(app);
	guint64 row;

	(void)user;
	if (!g_ascii_string_to_unsigned(text, 10, 1, SIZE_MAX, &row, NULL))
		app_complain(app, _("\"%s\" is no row number"), text);
	else if (view->class->jump)
		view->class->jump(view, (size_t)row - 1);
}

void commands_ask_jump(struct app *app, const char *digit)
{
	static const struct prompt_spec spec = {
		.label = N_("Row: "), .title = N_("Row"), .accept = jump_accept};

	prompt_push(app, &spec, NULL, digit);
}

static void run_jump(struct app *app, const char *argument)
{
	if (argument)
		jump_accept(app, NULL, argument);
	else
		commands_ask_jump(app, "");
}

static void run_unmark_all(struct app *app, const char *argument)
{
	(void)argument;
	session_mark_all(app->session, false);
}

/* --- order */

static void sort_by(struct app *app, enum sort_key key)
{
	app->reversed = key == app->sort && !app->reversed;
	app->sort = key;
	session_sort(app->session, app->sort, app->reversed);
	app_say(app, app->reversed ? _("sorted by %s, reversed") : _("sorted by %s"),
		_(sort_names[key]));
}

static void sort_chosen(void *user, int chosen)
{
	sort_by(user, (enum sort_key)chosen);
}

static void run_sort(struct app *app, const char *argument)
{
	struct menu *menu;

	for (int i = 0; argument && i < SORT_COUNT; i++)
		if (!strcmp(argument, sort_names[i])) {
			sort_by(app, (enum sort_key)i);
			return;
		}
	if (argument) {
		app_complain(app, _("there is no order \"%s\""), argument);
		return;
	}
	menu = menu_new(_("Sort by (same again: reverse)"), sort_chosen, app);
	for (int i = 0; i < SORT_COUNT; i++) {
		/* The first letter that no row above has taken. */
		const char *letter = sort_names[i];

		for (int before = 0; before < i; before++)
			if (sort_names[before][0] == *letter)
				letter++;
		menu_add(menu, *letter, _(sort_names[i]), i == (int)app->sort);
	}
	menu_push(app, menu);
}

static void run_reverse(struct app *app, const char *argument)
{
	(void)argument;
	sort_by(app, app->sort);
}

static void run_group(struct app *app, const char *argument)
{
	for (int i = 0; argument && i < GROUP_KEY_COUNT; i++)
		if (!strcmp(argument, group_names[i])) {
			view_group_show(app, (enum group_key)i);
			return;
		}
	if (argument)
		app_complain(app, _("nothing groups by \"%s\""), argument);
	else
		view_group_show(app, GROUP_CATEGORY);
}

/* --- changes */

/* `:tag +x -y` is done at once, a lone sign asks. */
static void run_tag(struct app *app, const char *argument)
{
	if (argument && strlen(argument) > 1)
		actions_tag_now(app, argument);
	else
		actions_tag(app, app_selection(app), argument ? argument : "+");
}

static void run_tag_all(struct app *app, const char *argument)
{
	(void)argument;
	actions_tag_all(app);
}

static void run_undo(struct app *app, const char *argument)
{
	guint64 entry = 0;

	if (argument && !g_ascii_string_to_unsigned(argument, 10, 1, G_MAXUINT64, &entry, NULL))
		app_complain(app, _("\"%s\" is no number of an entry; L lists them"), argument);
	else if (argument || !correct_undo(app))
		actions_undo(app, entry);
}

static void run_redo(struct app *app, const char *argument)
{
	(void)argument;
	actions_redo(app);
}

static void run_repeat(struct app *app, const char *argument)
{
	g_autofree char *words = g_strdup(app->last_words);

	(void)argument;
	if (words)
		app_do_text(app, words);
	else
		app_say(app, _("There is no action to repeat yet."));
}

static void run_delete(struct app *app, const char *argument)
{
	(void)argument;
	app_say(app, "nixie never deletes mail; `+ deleted` tags it.");
}

static void run_export(struct app *app, const char *argument)
{
	(void)argument;
	dialog_export_open(app);
}

/* --- the shell */

static void shell_accept(struct app *app, void *user, const char *text)
{
	(void)user;
	shell_run(app, text, NULL, *text != '\0');
}

static void run_shell(struct app *app, const char *argument)
{
	static const struct prompt_spec spec = {.label = N_("Shell command: "),
		.history = "shell",
		.title = N_("Shell"),
		.accept = shell_accept};

	if (argument)
		shell_accept(app, NULL, argument);
	else
		prompt_push(app, &spec, NULL, "");
}

/* --- the screen */

static void run_cancel(struct app *app, const char *argument)
{
	const struct action_result *action = session_last_action(app->session);
	struct session_counts counts = session_counts(app->session);

	(void)argument;
	if (action && action->running) {
		action_cancel(app->session);
		app_say(app, _("Cancelling ..."));
	} else if (counts.loading && !app->restoring) {
		session_stop(app->session);
		app_say(app, _("Loading was stopped; R asks the index again."));
	} else if (app->found)
		g_clear_pointer(&app->found, g_free);
	else if (session_limit_text(app->session))
		view_browse_widen(app);
	else if (counts.marked)
		session_mark_all(app->session, false);
}

static void run_close(struct app *app, const char *argument)
{
	(void)argument;
	if (app->views->len > 1)
		app_pop(app, app_top(app));
}

static void quit_confirmed(struct app *app, void *user)
{
	(void)user;
	app_quit(app, NIXIE_DONE);
}

static void run_quit(struct app *app, const char *argument)
{
	const struct action_result *action = session_last_action(app->session);
	struct doc *doc;

	(void)argument;
	if (!action || !action->running) {
		app_quit(app, NIXIE_DONE);
		return;
	}
	doc = doc_new(confirm_width(app));
	doc_text(doc, STYLE_NORMAL,
		_("A change is being written. Leaving now stops it: a small one is then not made "
		  "at "
		  "all; "
		  "of one over very many messages, `nixie log` tells how much was made."));
	confirm_push(app, _("Leave nixie?"), doc, quit_confirmed, NULL, NULL);
}

static void run_column(struct app *app, const char *argument)
{
	const char *now = app->options.column ? app->options.column : "none", *next;

	if (argument && !cell_next_choice(argument)) {
		app_complain(app, _("there is no column \"%s\"; it can be ticket, subject, none"),
			argument);
		return;
	}
	for (next = cell_next_choice(now); argument && strcmp(next, argument) != 0;)
		next = cell_next_choice(next);
	app->options.column = next;
	app_say(app, _("column: %s"), _(next));
}

static void run_redraw(struct app *app, const char *argument)
{
	(void)argument;
	term_resize(app->term);
	term_repaint(app->term);
}

static void run_reload(struct app *app, const char *argument)
{
	g_autofree char *query = g_strdup(session_query(app->session));
	g_autoptr(GPtrArray) broken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	GError *error = NULL;
	bool changed;

	(void)argument;
	if (!session_reload_rules(app->session, broken, &changed, &error))
		app_report(app, error);
	app_load(app, query);
	app_tell_broken_rules(app, broken);
}

static void run_history(struct app *app, const char *argument)
{
	const struct row *row = app_current(app);

	(void)argument;
	if (row && row_text(row, ROW_ADDRESS))
		view_address_open(app, row_text(row, ROW_ADDRESS));
	else
		app_say(app,
			row ? _("The report names no address.") : _("There is no report here."));
}

static void run_original(struct app *app, const char *argument)
{
	const struct row *row = app_current(app);

	(void)argument;
	if (row)
		view_thread_open(app, row);
	else
		app_say(app, _("There is no report here."));
}

static void run_hops(struct app *app, const char *argument)
{
	const struct row *row = app_current(app);

	(void)argument;
	if (row)
		view_hops_open(app, row);
	else
		app_say(app, _("There is no report here."));
}

static void run_proposed(struct app *app, const char *argument)
{
	(void)argument;
	view_proposed_open(app);
}

static void run_log(struct app *app, const char *argument)
{
	(void)argument;
	view_log_open(app);
}

static void run_command_line(struct app *app, const char *argument)
{
	(void)argument;
	questions_command(app);
}

static void run_suspend(struct app *app, const char *argument)
{
	(void)argument;
	app_suspend(app);
}

void app_suspend(struct app *app)
{
	if (loop_is_paused(app->loop)) {
		signals_stop();
		return;
	}
	term_leave(app->term);
	signals_stop();
	term_return(app->term);
	loop_want_draw(app->loop, true);
}

/* --- all of them */

static void (*const runs[UI_COMMAND_COUNT])(struct app *app, const char *argument) = {
	[UI_FIND] = find_ask,
	[UI_FIND_NEXT] = run_find_next,
	[UI_FIND_PREVIOUS] = run_find_previous,
	[UI_LIMIT] = questions_limit,
	[UI_QUERY] = questions_query,
	[UI_VIEW] = saved_go,
	[UI_SAVE_VIEW] = saved_keep,
	[UI_FORGET_VIEW] = saved_forget,
	[UI_GROUP] = run_group,
	[UI_SORT] = run_sort,
	[UI_REVERSE] = run_reverse,
	[UI_JUMP] = run_jump,
	[UI_MARK_QUERY] = questions_mark,
	[UI_UNMARK_ALL] = run_unmark_all,
	[UI_CANCEL] = run_cancel,
	[UI_REPEAT] = run_repeat,
	[UI_RETRY] = actions_retry,
	[UI_SUPPRESS] = actions_suppress,
	[UI_INSTEAD] = retries_instead,
	[UI_DONE] = actions_done,
	[UI_TAG_ADD] = run_tag,
	[UI_TAG_REMOVE] = run_tag,
	[UI_TAG_ALL] = run_tag_all,
	[UI_UNDO] = run_undo,
	[UI_REDO] = run_redo,
	[UI_EXPORT] = run_export,
	[UI_SAVE_RAW] = one_report_save,
	[UI_PIPE_RAW] = one_report_pipe,
	[UI_EDIT_RAW] = one_report_edit,
	[UI_COPY] = one_report_copy,
	[UI_CLOSE] = run_close,
	[UI_QUIT] = run_quit,
	[UI_RELOAD] = run_reload,
	[UI_REDRAW] = run_redraw,
	[UI_COLUMN] = run_column,
	[UI_HELP] = view_help_open,
	[UI_COMMAND_LINE] = run_command_line,
	[UI_SHELL] = run_shell,
	[UI_SUSPEND] = run_suspend,
	[UI_CORRECT] = correct_ask,
	[UI_PASS_ON] = handover_ask,
	[UI_DELETE] = run_delete,
	[UI_LOG] = run_log,
	[UI_PROPOSED] = run_proposed,
	[UI_RETRIES] = retries_ask,
	[UI_HOPS] = run_hops,
	[UI_HISTORY] = run_history,
	[UI_ORIGINAL] = run_original,
};

/* What leads out of nixie, and what is said instead in restricted mode. */
static const char *const refusals[UI_COMMAND_COUNT] = {
	[UI_INSTEAD] = N_("other programs are not run in restricted mode"),
	[UI_PIPE_RAW] = N_("other programs are not run in restricted mode"),
	[UI_EDIT_RAW] = N_("pagers and editors are not run in restricted mode; the panes show all"),
	[UI_SHELL] = N_("the shell is not opened in restricted mode"),
	[UI_SUSPEND] = N_("there is no way back to the shell in restricted mode; Q leaves nixie"),
};

/* What needs an index, and what is said instead where a file of results takes its place. */
static const char *const without_index[UI_COMMAND_COUNT] = {
	[UI_RETRY] = N_("a flag for retry is kept in an index; these are lines of a file"),
	[UI_INSTEAD] = N_("the lost message lies in an index; these are lines of a file"),
	[UI_SUPPRESS] = N_("the suppression list belongs to an index; these are lines of a file"),
	[UI_DONE] = N_("tags are kept in an index; these are lines of a file"),
	[UI_TAG_ADD] = N_("tags are kept in an index; these are lines of a file"),
	[UI_TAG_REMOVE] = N_("tags are kept in an index; these are lines of a file"),
	[UI_TAG_ALL] = N_("tags are kept in an index; these are lines of a file"),
	[UI_UNDO] = N_("nothing can be changed here, so there is nothing to undo"),
	[UI_REDO] = N_("nothing can be changed here, so there is nothing to do again"),
	[UI_REPEAT] = N_("nothing can be changed here, so there is nothing to repeat"),
	[UI_LOG] = N_("the log of changes belongs to an index; these are lines of a file"),
	[UI_PROPOSED] = N_("what is proposed rests on an index; these are lines of a file"),
	[UI_RETRIES] = N_("what was sent again is kept in an index; these are lines of a file"),
	[UI_MARK_QUERY] =
		N_("marking by query asks an index; limit with l, then mark what is shown"),
	[UI_HOPS] = N_("the way of a message is read from the mail; these are lines of a file"),
	[UI_HISTORY] = N_("letters lie in an index; these are lines of a file, which ga groups by "
			  "address"),
	[UI_ORIGINAL] = N_("the lost message lies in an index; these are lines of a file"),
};

const char *commands_refusal(const struct app *app, const struct ui_command *command)
{
	const char *why = app->options.restricted ? refusals[command->id] : NULL;

	if (!why && session_result(app->session))
		why = without_index[command->id];
	return why ? _(why) : NULL;
}

void commands_run(struct app *app, const struct ui_command *command, const char *argument)
{
	const char *refusal = commands_refusal(app, command);

	if (refusal)
		app_complain(app, "%s", refusal);
	else if (runs[command->id])
		runs[command->id](app, argument);
	else
		app_say(app, _("%s does nothing here."), command->name);
	app_redraw(app);
}
