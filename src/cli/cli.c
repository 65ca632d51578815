/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include <langinfo.h>
#include <stdio.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "triage/caret.h"
#include "triage/nothing.h"
#include "triage/queryterms.h"

/* The commands of the table (triage/command.c) and what runs them. */
static const struct {
	const char *name;
	cli_command_run *run;
} runners[] = {
	{"tui", cli_tui},
	{"list", cli_list},
	{"show", cli_show},
	{"stats", cli_stats},
	{"address", cli_address},
	{"tag", cli_tag},
	{"retry", cli_retry},
	{"suppress", cli_suppress},
	{"undo", cli_undo},
	{"redo", cli_redo},
	{"log", cli_log},
	{"export", cli_export},
	{"scan", cli_scan},
	{"extract", cli_extract},
	{"explain", cli_explain},
	{"rules", cli_rules},
	{"views", cli_views},
	{"doctor", cli_doctor},
	{"demo", cli_demo},
};

/* --- words to people */

static void put_stderr(const struct cli *cli, const char *text)
{
	GString *line = g_string_new("nixie: ");

	progress_clear();
	text_visible_append(line, span_of(text), cli->utf8 ? TEXT_PLAIN : TEXT_ASCII);
	g_string_append_c(line, '\n');
	fputs(line->str, stderr);
	g_string_free(line, TRUE);
}

void cli_say(const struct cli *cli, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	put_stderr(cli, text);
	g_free(text);
}

/* The query with a caret below the token that `message` names. */
static void point_at(const struct cli *cli, const char *message)
{
	g_autofree char *lines =
		caret_lines(cli->query, message, cli->utf8 ? TEXT_PLAIN : TEXT_ASCII);

	if (lines)
		fprintf(stderr, "%s\n", lines);
}

int cli_fail(const struct cli *cli, GError *error)
{
	int code = error && error->domain == NIXIE_ERROR ? error->code : NIXIE_INTERNAL;

	if (code == NIXIE_DONE && cli->options->quiet)
		g_clear_error(&error);
	else
		put_stderr(cli,
			error ? error->message
			      : _("something failed without saying what; please report this"));
	if (cli->query && code == NIXIE_USAGE)
		point_at(cli, error->message);
	g_clear_error(&error);
	return code;
}

bool cli_print(const struct cli *cli, struct file_out *out, const char *text, GError **error)
{
	GString *visible = g_string_new(NULL);
	bool done;

	text_visible_append(visible, span_of(text), TEXT_KEEP_LINES | (cli->utf8 ? 0 : TEXT_ASCII));
	done = file_out_write(out, (struct span){visible->str, visible->len}, error);
	g_string_free(visible, TRUE);
	return done;
}

/* --- what commands need, made on demand */

static bool need_data(GError **error)
{
	if (g_file_test(file_datadir(), G_FILE_TEST_IS_DIR))
		return true;
	g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
		_("%s: there is no data; run make install, or set NIXIE_DATADIR to the "
		  "directory data of a checkout"),
		file_datadir());
	return false;
}

bool cli_need_knowledge(struct cli *cli, GError **error)
{
	g_autofree char *lang = NULL;

	if (!need_data(error))
		return false;
	if (!cli->knowledge && cli_language(cli, &lang, error))
		cli->knowledge = knowledge_load(file_datadir(), lang, error);
	return cli->knowledge != NULL;
}

/* Shipped rules, then the machine's, then the user's. */
static char **rule_dirs(void)
{
	GPtrArray *dirs = g_ptr_array_new();
	char *own = file_home_path(FILE_CONFIG, "rules.d", NULL);

	g_ptr_array_add(dirs, g_build_filename(file_datadir(), "rules", NULL));
	g_ptr_array_add(dirs, g_strdup("/etc/nixie/rules.d"));
	if (own)
		g_ptr_array_add(dirs, own);
	g_ptr_array_add(dirs, NULL);
	return (char **)g_ptr_array_free(dirs, FALSE);
}

bool cli_need_sound_rules(struct cli *cli, GPtrArray *broken, GError **error)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	const struct rule_sources sources = {
		.dirs = (const char *const *)cli->rule_dirs, .notes = notes, .broken = broken};

	if (cli->rules)
		return true;
	if (!cli_need_knowledge(cli, error))
		return false;
	cli->rules = rule_set_load_from(cli->knowledge, &sources, error);
	for (unsigned i = 0; i < notes->len && cli->options->verbose; i++)
		cli_say(cli, "%s", (char *)notes->pdata[i]);
	return cli->rules != NULL;
}

static void tell_broken(const struct cli *cli, const GPtrArray *broken)
{
	for (guint i = 0; i < broken->len; i++) {
		g_autofree char *line = rule_finding_line(broken->pdata[i]);

		cli_say(cli, _("left out, since it is broken: %s"), line);
	}
}

bool cli_need_rules(struct cli *cli, GError **error)
{
	g_autoptr(GPtrArray) broken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);

	if (!cli_need_sound_rules(cli, broken, error))
		return false;
	tell_broken(cli, broken);
	return true;
}

#define JOBS_MAX 256

unsigned cli_jobs(const struct cli *cli)
{
	return (unsigned)config_int(cli->config, SET_JOBS);
}

static struct session *make_session(const struct cli *cli, GError **error)
{
	const struct options *options = cli->options;
	const struct session_setup setup = {
		.spawner = cli->spawner,
		.config = cli->config,
		.rule_dirs = (const char *const *)cli->rule_dirs,
		.store = {options->database, options->config, options->profile},
		.maildir = options->maildir,
		.result = options->from_json,
		.exclude = !options->exclude || !g_str_equal(options->exclude, "false"),
		.jobs = cli_jobs(cli),
		.knowledge = cli->knowledge,
		.rules = cli->rules,
	};

	if (options->from_json && (options->maildir || options->database)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("--from-json and --%s exclude each other: it is one or the other"),
			options->maildir ? "maildir" : "database");
		return NULL;
	}
	return session_new(&setup, error);
}

bool cli_need_session(struct cli *cli, GError **error)
{
	if (!cli->session && cli_need_rules(cli, error))
		cli->session = make_session(cli, error);
	return cli->session;
}

bool cli_begin_session(struct cli *cli, const char *query, GPtrArray *broken, GError **error)
{
	bool equipped = cli->rules;

	cli->session = need_data(error) ? make_session(cli, error) : NULL;
	if (!cli->session)
		return false;
	session_filter(cli->session, cli->options->filter);
	if (!session_load(cli->session, query, error))
		return false;
	return equipped || (cli_need_sound_rules(cli, broken, error) &&
				   session_equip(cli->session, cli->knowledge, cli->rules, error));
}

/* As cli_begin_session, or once more with the session there is. */
static bool begin(struct cli *cli, const char *query, GError **error)
{
	g_autoptr(GPtrArray) broken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	bool done;

	if (cli->session) {
		session_filter(cli->session, cli->options->filter);
		return session_load(cli->session, query, error);
	}
	done = cli_begin_session(cli, query, broken, error);
	if (done)
		tell_broken(cli, broken);
	else /* without rules it is none */
		g_clear_pointer(&cli->session, session_free);
	return done;
}

bool cli_need_store(struct cli *cli, GError **error)
{
	if (!cli->session && need_data(error))
		cli->session = make_session(cli, error);
	return cli->session && session_meet(cli->session, error);
}

char *cli_query_from(const struct cli *cli, char *const *args)
{
	g_autofree char *words = g_strjoinv(" ", (char **)args);
	g_autofree char *query = g_strjoinv(" ", cli->options->query);

	g_autofree char *asked = g_strstrip(g_strjoin(" ", words, query, NULL));

	g_autofree char *here = query_join(cli->message, asked);

	return query_join(cli->view, here);
}

char *cli_query(const struct cli *cli)
{
	return cli_query_from(cli, cli->options->args);
}

static void count_session(void *user, uint64_t *done, uint64_t *total)
{
	struct session_counts counts = session_counts(user);

	*done = counts.read;
	*total = counts.found;
}

void cli_tell_note(struct cli *cli)
{
	const char *notes[] = {session_note(cli->session), session_rebuilt(cli->session)};

	for (size_t i = 0; i < G_N_ELEMENTS(notes) && !cli->options->quiet; i++)
		if (notes[i])
			cli_say(cli, "%s", notes[i]);
}

static bool load(
	struct cli *cli, const char *query, bool with_states, bool *partial, GError **error)
{
	struct progress *progress;
	const GPtrArray *troubles;
	bool done;

	g_free(cli->query);
	cli->query = g_strdup(query);
	if (!begin(cli, query, error))
		return false;
	progress = progress_new(cli, _("reading bounces"), count_session, cli->session);
	done = session_wait(cli->session, error);
	if (done && (with_states || session_asks(cli->session, "state")))
		done = session_wait_contacts(cli->session, error);
	progress_free(progress);
	troubles = session_troubles(cli->session);
	for (unsigned i = 0; i < troubles->len; i++)
		cli_say(cli, "%s", (char *)troubles->pdata[i]);
	cli_tell_note(cli);
	*partial = troubles->len > 0;
	return done;
}

bool cli_load(struct cli *cli, const char *query, bool *partial, GError **error)
{
	return load(cli, query, true, partial, error);
}

bool cli_load_facts(struct cli *cli, const char *query, bool *partial, GError **error)
{
	return load(cli, query, false, partial, error);
}

void cli_tell_nothing(struct cli *cli)
{
	const GPtrArray *lines = session_nothing_wait(cli->session);

	for (unsigned i = 0; i < lines->len && !cli->options->quiet; i++)
		cli_say(cli, "%s%s", i ? "" : _("nothing matched: "), (char *)lines->pdata[i]);
}

/* --- output through an exporter */

bool cli_output_open(struct cli *cli, enum format format, enum per per, bool for_export,
	struct output *output, GError **error)
{
	const struct options *options = cli->options;
	size_t to;
	struct export_options export = {
		.format = format,
		.per = per,
		.columns = options->columns,
		.target = cli->target,
		.csv_raw = options->csv_raw,
		.bom = options->bom,
		.odd = options->odd,
		.include_unverified = options->include_unverified,
		.redact = options->redact,
		.for_export = for_export,
		.texts = true,
		.ascii = !cli->utf8,
	};

	options_window(options, SIZE_MAX, &export.window.from, &to);
	export.window.n = to - export.window.from;
	export.window.set = true;
	*output = (struct output){NULL, NULL, NULL};
	if (!options_format(options, FORMATS_ALL, &export.format, error) ||
		!options_per(options, &export.per, error) || !cli_need_rules(cli, error))
		return false;
	output->file = file_out_open(options->output, options->force, error);
	if (!output->file)
		return false;
	output->exporter = exporter_new(cli->knowledge, cli->rules, &export, output->file, error);
	if (!output->exporter) {
		file_out_abandon(output->file);
		return false;
	}
	output->tail = g_string_new(NULL);
	return true;
}

bool cli_output_close(struct cli *cli, struct output *output, bool ok, GError **error)
{
	GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);

	ok = ok && exporter_finish(output->exporter, notes, error) &&
	     cli_print(cli, output->file, output->tail->str, error);
	g_string_free(output->tail, TRUE);
	exporter_free(output->exporter);
	if (ok)
		ok = file_out_commit(output->file, error);
	else
		file_out_abandon(output->file);
	for (unsigned i = 0; i < notes->len && ok && !cli->options->quiet; i++)
		cli_say(cli, "%s", (char *)notes->pdata[i]);
	g_ptr_array_unref(notes);
	return ok;
}

int cli_put_out(struct cli *cli, enum format format, const GString *text)
{
	GError *error = NULL;
	struct file_out *out = file_out_open(cli->options->output, cli->options->force, &error);
	bool done;

	if (!out)
		return cli_fail(cli, error);
	done = format == FORMAT_TEXT
		       ? cli_print(cli, out, text->str, &error)
		       : file_out_write(out, (struct span){text->str, text->len}, &error);
	if (!done)
		file_out_abandon(out);
	return done && file_out_commit(out, &error) ? NIXIE_DONE : cli_fail(cli, error);
}

/* --- dispatch */

static int show_help(struct cli *cli, const struct options *options)
{
	/* `nixie --help` without a command is the list of commands. */
	g_autofree char *help =
		options_help(options->named ? options->command : NULL, options->verbose);
	struct file_out *out = file_out_open(NULL, false, NULL);
	GError *error = NULL;
	bool done = cli_print(cli, out, help, &error);

	return file_out_commit(out, done ? &error : NULL) && done ? NIXIE_DONE
								  : cli_fail(cli, error);
}

/* The doctor says what is wrong with the configuration, and looks on. */
static bool load_config(struct cli *cli, GError **error)
{
	const GPtrArray *settings = cli->options->settings;
	bool doctor = g_str_equal(cli->options->command->name, "doctor");

	cli->config = config_load(NULL, doctor ? &cli->misconfigured : error);
	if (cli->misconfigured)
		cli->config = config_new();
	if (!cli->config || !config_bind(cli->config, error))
		return false;
	for (unsigned i = 0; i + 1 < settings->len; i += 2)
		if (!config_set(cli->config, settings->pdata[i], settings->pdata[i + 1], error))
			return false;
	return (!cli->options->jobs ||
		       config_set(cli->config, "jobs", cli->options->jobs, error)) &&
	       config_confine(cli->config, error);
}

/* --view=NAME */
static bool find_view(struct cli *cli, GError **error)
{
	if (cli->options->view)
		cli->view = viewbook_find(config_views(cli->config), cli->options->view, error);
	return !cli->options->view || cli->view;
}

static int run_command(struct cli *cli)
{
	GError *error = NULL;

	cli_speak(cli);
	if (cli->options->help)
		return show_help(cli, cli->options);
	if (cli->options->version)
		return cli_version(cli);
	if (!load_config(cli, &error))
		return cli_fail(cli, error);
	cli_speak(cli);
	if (cli->options->from_json)
		cli_speak_results(cli); /* what is wrong with a line stands in the result */
	if (!find_view(cli, &error) || !cli_find_message(cli, &error))
		return cli_fail(cli, error);
	for (size_t i = 0; i < G_N_ELEMENTS(runners); i++)
		if (g_str_equal(runners[i].name, cli->options->command->name))
			return runners[i].run(cli);
	g_assert_not_reached();
}

int cli_run(struct spawner *spawner, char **argv)
{
	struct options options;
	struct cli cli = {
		.spawner = spawner,
		.options = &options,
		.rule_dirs = rule_dirs(),
		.utf8 = g_str_equal(nl_langinfo(CODESET), "UTF-8"),
	};
	GError *error = NULL;
	int code;

	cli_speak_first(&cli, argv);
	if (options_read(&options, argv, &error))
		code = run_command(&cli);
	else
		code = cli_fail(&cli, error);
	session_free(cli.session);
	rule_set_free(cli.rules);
	knowledge_free(cli.knowledge);
	config_free(cli.config);
	g_clear_error(&cli.misconfigured);
	g_strfreev(cli.rule_dirs);
	g_free(cli.query);
	g_free(cli.message);
	options_clear(&options);
	return code;
}
