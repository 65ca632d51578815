/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/save.h"

#include <string.h>

#include "base/words.h"
#include "ui/prompt.h"

/* What is asked about. */
struct saving {
	const char *what;
	save_write *write;
	void *user;
};

char *save_path(const char *typed)
{
	g_autofree char *text = g_strstrip(g_strdup(typed));

	if (g_str_has_prefix(text, "~/"))
		return g_build_filename(g_get_home_dir(), text + 2, NULL);
	/* What writes files takes a lone dash for standard output. */
	return strcmp(text, "-") ? g_steal_pointer(&text) : g_strdup("./-");
}

void save_to(
	struct app *app, const char *what, const char *typed, save_write *write, const void *user)
{
	g_autofree char *path = save_path(typed);
	GError *error = NULL;

	if (!*path)
		app_say(app, _("Nothing was saved: there is no name."));
	else if (write(path, user, &error))
		app_say(app, _("Saved %s as %s."), what, path);
	else
		app_report(app, error);
}

static void accept(struct app *app, void *user, const char *text)
{
	const struct saving *saving = user;

	save_to(app, saving->what, text, saving->write, saving->user);
}

static void saving_free(gpointer data)
{
	struct saving *saving = data;

	g_free(saving->user);
	g_free(saving);
}

void save_ask(struct app *app, const char *what, const char *name, save_write *write, void *user)
{
	static const struct prompt_spec spec = {.label = N_("Save as: "),
		.history = "file",
		.title = N_("Save"),
		.accept = accept,
		.free = saving_free};
	const struct saving saving = {what, write, user};

	prompt_push(app, &spec, g_memdup2(&saving, sizeof saving), name);
}
