/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie doctor: what is wrong with the set-up, and what to do about it. `--version` shares its view
 * of the sandbox. */

#include "base/errors.h"

#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"
#include "config.h"
#include "rules/pattern.h"
#include "triage/retry.h"
#include "triage/target.h"
#include "ui/ui.h"
#include <inttypes.h>

/* The examination: findings are printed as they are made; the worst decides the exit code. */
struct doctor {
	struct cli *cli;
	GString *text;
	int code;
};

static void tell(struct doctor *doctor, const char *mark, const char *topic, const char *format,
	va_list args)
{
	g_autofree char *said = g_strdup_vprintf(format, args);
	g_autofree char *visible = text_visible(said, doctor->cli->utf8 ? TEXT_PLAIN : TEXT_ASCII);

	g_string_append_printf(doctor->text, "%-5s %-10s %s\n", mark, topic, visible);
}

static void G_GNUC_PRINTF(3, 4)
	fine(struct doctor *doctor, const char *topic, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(doctor, "ok", topic, format, args);
	va_end(args);
}

static void G_GNUC_PRINTF(3, 4)
	note(struct doctor *doctor, const char *topic, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(doctor, "note", topic, format, args);
	va_end(args);
}

static void bad(struct doctor *doctor, const char *topic, GError *error)
{
	g_autofree char *visible = NULL;

	g_assert(error);
	visible = text_visible(error->message, doctor->cli->utf8 ? TEXT_PLAIN : TEXT_ASCII);
	g_string_append_printf(doctor->text, "%-5s %-10s %s\n", "BAD", topic, visible);
	if (doctor->code == NIXIE_DONE)
		doctor->code = error->domain == NIXIE_ERROR ? error->code : NIXIE_INTERNAL;
	g_clear_error(&error);
}

static void examine_locale(struct doctor *doctor)
{
	if (doctor->cli->utf8)
		fine(doctor, "locale", "UTF-8");
	else
		note(doctor, "locale",
			_("not UTF-8: letters beyond ASCII are shown as <U+XXXX>; set "
			  "LC_ALL=C.UTF-8"));
}

static void examine_terminal(struct doctor *doctor)
{
	const char *term = g_getenv("TERM");
	GError *error = NULL;

	if (ui_check(&error)) {
		fine(doctor, "terminal", "TERM=%s", term ? term : "");
		return;
	}
	note(doctor, "terminal", "%s", error->message);
	g_error_free(error);
}

static void examine_config(struct doctor *doctor)
{
	const char *path = config_path(doctor->cli->config);
	const GPtrArray *faults = viewbook_faults(config_views(doctor->cli->config));

	if (doctor->cli->misconfigured)
		bad(doctor, "config", g_steal_pointer(&doctor->cli->misconfigured));
	else
		fine(doctor, "config", "%s",
			path ? path : _("no file; every setting has its default"));
	for (guint i = 0; i < faults->len; i++)
		bad(doctor, "views",
			g_error_new(NIXIE_ERROR, NIXIE_CONFIG, _("left out: %s"),
				(const char *)faults->pdata[i]));
}

static void examine_screen(struct doctor *doctor)
{
	g_autoptr(GPtrArray) conflicts = NULL;
	GError *error = NULL;

	if (!ui_check_config(doctor->cli->config, &conflicts, &error)) {
		bad(doctor, "screen", error);
		return;
	}
	for (unsigned i = 0; i < conflicts->len; i++)
		note(doctor, "keys", "%s", (char *)conflicts->pdata[i]);
	if (!conflicts->len)
		fine(doctor, "keys", _("no key means two things"));
	fine(doctor, "theme", "%s", config_text(doctor->cli->config, SET_THEME));
}

static void examine_resending(struct doctor *doctor)
{
	const char *program = config_text(doctor->cli->config, SET_RESEND_COMMAND);
	GError *error = NULL;

	if (!program)
		note(doctor, "resend", _("resend-command names no program: gt sends nothing"));
	else if (retry_program_check(program, &error))
		fine(doctor, "resend", "%s", program);
	else
		note(doctor, "resend", "%s", error->message);
	g_clear_error(&error);
}

static void examine_rules(struct doctor *doctor)
{
	g_autoptr(GPtrArray) broken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	GError *error = NULL;

	if (!cli_need_sound_rules(doctor->cli, broken, &error)) {
		bad(doctor, "rules", error);
		return;
	}
	for (guint i = 0; i < broken->len; i++) {
		g_autofree char *line = rule_finding_line(broken->pdata[i]);

		bad(doctor, "rules",
			g_error_new(NIXIE_ERROR, NIXIE_CONFIG, _("left out: %s"), line));
	}
	fine(doctor, "rules", _("%zu, from %s and rules.d%s"), rule_set_count(doctor->cli->rules),
		file_datadir(),
		pattern_has_jit() ? "" : _("; PCRE2 has no JIT here, so they are slow"));
}

static void examine_exports(struct doctor *doctor)
{
	GError *error = NULL;
	struct target_book *book = target_book_load(NULL, &error);
	const GPtrArray *faults = book ? target_book_faults(book) : NULL;

	if (!book) {
		bad(doctor, "exports", error);
		return;
	}
	for (guint i = 0; i < faults->len; i++)
		bad(doctor, "exports",
			g_error_new(NIXIE_ERROR, NIXIE_CONFIG, _("left out: %s"),
				(const char *)faults->pdata[i]));
	fine(doctor, "exports", _("for %u programs; `nixie export --for=help` lists them"),
		target_book_list(book)->len);
	target_book_free(book);
}

/* "" when the kernel offers nothing, NULL with error when no child can work at all. */
static char *sandbox_of(struct cli *cli, GError **error)
{
	struct pool *pool =
		pool_new(cli->spawner, file_datadir(), (const char *const *)cli->rule_dirs, 1);
	char *active = g_strdup(pool_sandbox(pool));

	if (pool_broken(pool)) {
		g_clear_pointer(&active, g_free);
		g_propagate_error(error, g_error_copy(pool_broken(pool)));
	}
	pool_free(pool);
	return active;
}

static void examine_sandbox(struct doctor *doctor)
{
	GError *error = NULL;
	g_autofree char *active = sandbox_of(doctor->cli, &error);

	if (!active)
		bad(doctor, "sandbox", error);
	else if (*active)
		fine(doctor, "sandbox", _("reports are read by children under %s"), active);
	else
		note(doctor, "sandbox",
			_("this kernel offers neither seccomp nor Landlock: reports are read by "
			  "plain children"));
}

struct counted {
	int64_t all, scope;
	bool ended;
	GError *error;
};

static void take_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct counted *counted = user;

	(void)revision;
	counted->all = n > 0 ? counts[0] : -1;
	counted->scope = n > 1 ? counts[1] : -1;
}

static void take_end(void *user, const GError *error)
{
	struct counted *counted = user;

	counted->ended = true;
	if (error)
		counted->error = g_error_copy(error);
}

#define SCOPE_SHOWN 300

/* The query itself, wrapped. On a fresh index it is some hundred terms that hide what else is told.
 */
static void put_scope(struct doctor *doctor, const char *scope)
{
	if (strlen(scope) > SCOPE_SHOWN && !doctor->cli->options->verbose) {
		g_string_append_printf(doctor->text, "%-16s %s\n", "",
			_("what data/candidates takes for a bounce (--verbose prints it)"));
		return;
	}
	g_autofree char *visible = text_visible(scope, doctor->cli->utf8 ? TEXT_PLAIN : TEXT_ASCII);
	g_autoptr(GPtrArray) lines = text_wrap(visible, 60);

	for (unsigned i = 0; i < lines->len; i++)
		g_string_append_printf(doctor->text, "%-16s %s\n", "", (char *)lines->pdata[i]);
}

static void examine_queries(struct doctor *doctor)
{
	g_autofree char *scope = session_scope(doctor->cli->session);
	const char *const queries[] = {"*", scope, NULL};
	struct counted counted = {-1, -1, false, NULL};

	reader_count_start(doctor->cli->spawner, session_store_ref(doctor->cli->session), queries,
		take_counts, take_end, &counted);
	while (!counted.ended)
		g_main_context_iteration(NULL, TRUE);
	if (counted.error) {
		bad(doctor, "query", counted.error);
		return;
	}
	if (counted.scope < 0)
		bad(doctor, "query",
			g_error_new(NIXIE_ERROR, NIXIE_USAGE,
				_("notmuch refuses the default scope; look at bounce-query:")));
	else
		fine(doctor, "query",
			_("%" PRId64 " of %" PRId64 " messages are in the default scope, which is"),
			counted.scope, counted.all);
	put_scope(doctor, scope);
}

static void examine_database(struct doctor *doctor)
{
	struct cli *cli = doctor->cli;
	GError *error = NULL;
	g_autofree char *lock = NULL;
	const struct store_info *store;
	const GPtrArray *troubles;

	if (!cli_need_store(cli, &error)) {
		bad(doctor, "database", error);
		return;
	}
	store = session_store(cli->session);
	fine(doctor, "database",
		store->writable ? _("%s, uuid %s, revision %" PRIu64)
				: _("%s, uuid %s, revision %" PRIu64 ", read-only"),
		store->path, store->uuid, store->revision);
	lock = writer_lock_state(session_store_ref(cli->session));
	fine(doctor, "lock", "%s", lock);
	if (!store->own_addresses || !store->own_addresses[0])
		note(doctor, "own",
			_("no own address is known: set own-domains, or user.primary_email of "
			  "notmuch"));
	examine_queries(doctor);
	if (session_rebuilt(cli->session))
		note(doctor, "suppress", "%s", session_rebuilt(cli->session));
	if (session_note(cli->session))
		note(doctor, "cache", "%s", session_note(cli->session));
	troubles = session_troubles(cli->session);
	for (unsigned i = 0; i < troubles->len; i++)
		note(doctor, "file", "%s", (char *)troubles->pdata[i]);
}

int cli_doctor(struct cli *cli)
{
	struct doctor doctor = {cli, g_string_new(NULL), NIXIE_DONE};
	GError *error = NULL;
	struct file_out *out = file_out_open(NULL, false, &error);
	bool done;

	examine_locale(&doctor);
	examine_terminal(&doctor);
	examine_config(&doctor);
	examine_screen(&doctor);
	examine_rules(&doctor);
	examine_exports(&doctor);
	examine_sandbox(&doctor);
	examine_resending(&doctor);
	examine_database(&doctor);
	done = file_out_write(out, (struct span){doctor.text->str, doctor.text->len}, &error);
	g_string_free(doctor.text, TRUE);
	if (!file_out_commit(out, done ? &error : NULL) || !done)
		return cli_fail(cli, error);
	return doctor.code;
}

int cli_version(struct cli *cli)
{
	g_autofree char *active = sandbox_of(cli, NULL);
	const char *sandbox =
		!active   ? _("unknown (the rules cannot be loaded, see nixie doctor)")
		: *active ? active
			  : _("nothing (the kernel offers neither seccomp nor Landlock)");
	g_autofree char *text = g_strdup_printf(
		_("nixie %s\nreports are read by children under: %s\npatterns run with: %s\n"),
		PACKAGE_VERSION, sandbox, pattern_has_jit() ? "JIT" : _("no JIT"));
	GError *error = NULL;
	struct file_out *out = file_out_open(NULL, false, &error);
	bool done = cli_print(cli, out, text, &error);

	return file_out_commit(out, done ? &error : NULL) && done ? NIXIE_DONE
								  : cli_fail(cli, error);
}
