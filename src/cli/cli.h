/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every command gets and shares. A command is a function from its options to an exit code
 * (base/errors.h); what it loads is made on demand and freed at the end.
 */
#ifndef NIXIE_CLI_CLI_H
#define NIXIE_CLI_CLI_H

#include "cli/options.h"
#include "triage/action.h"
#include "triage/session.h"

struct cli {
	const struct options *options;
	struct spawner *spawner; /* borrowed */
	struct config *config;
	GError *misconfigured; /* for doctor: why `config` holds the defaults only */
	struct knowledge *knowledge;
	struct rule_set *rules;
	char **rule_dirs; /* shipped first; NULL-ended */
	struct session *session;
	const struct target *target; /* of `export --for=`; NULL: none */
	const char *view;            /* the query of --view; NULL: none */
	char *message;               /* the query of --message; NULL: none */
	char *query;                 /* what was loaded last; NULL: nothing */
	bool utf8;                   /* the locale's charset */
};

/* Dispatches to the command; `argv` without the program's name. Returns the exit code. */
int cli_run(struct spawner *spawner, char **argv);

/* `nixie: what` on stderr, made visible, one line. */
void cli_say(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for an error; returns its exit code and frees it. */
int cli_fail(const struct cli *cli, GError *error);
/* Text for people on stdout, made visible, lines kept. */
bool cli_print(const struct cli *cli, struct file_out *out, const char *text, GError **error);
/* All that a command has to tell, to --output or stdout: whole or not at all. Returns the exit
 * code. */
int cli_put_out(struct cli *cli, enum format format, const GString *text);

/* On demand; false with error. */
bool cli_need_knowledge(struct cli *cli, GError **error);
bool cli_need_rules(struct cli *cli, GError **error);
/* Broken rules of the user's own are left out and told (struct rule_finding), not an error. */
bool cli_need_sound_rules(struct cli *cli, GPtrArray *broken, GError **error);
/* A session over the index that the options name; not loaded yet. */
bool cli_need_session(struct cli *cli, GError **error);
/* The same, and `query` is being loaded: the index is asked while the rules are read. */
bool cli_begin_session(struct cli *cli, const char *query, GPtrArray *broken, GError **error);
/*
 * A session that knows what the index says of itself (session_store); for commands that read no
 * report: without rules, if none were read before.
 */
bool cli_need_store(struct cli *cli, GError **error);
/*
 * Loads what the filter options and `query` select, with progress on stderr, and names the files
 * that could not be read;
 * `*partial` tells whether there were any.
 */
typedef bool cli_loads(struct cli *cli, const char *query, bool *partial, GError **error);
cli_loads cli_load;
void cli_tell_note(struct cli *cli); /* of the cache and the index, to stderr */
/* The same without states and suggestions, which rest on all letters of the index; with them where
 * a filter asks for a state. */
cli_loads cli_load_facts;
/* Says on stderr why nothing is shown. */
void cli_tell_nothing(struct cli *cli);
unsigned cli_jobs(const struct cli *cli);
/* The query words of the options joined; g_free. */
char *cli_query(const struct cli *cli);
char *cli_query_from(const struct cli *cli, char *const *args);
/* What --message names, which the query is joined with from then on; nothing is done without it. */
bool cli_find_message(struct cli *cli, GError **error);

/* The rows that --sort, --offset and --limit leave of the loaded selection. g_ptr_array_unref; NULL
 * with error. */
GPtrArray *cli_rows(struct cli *cli, GError **error);
/* `show --for=`. */
int cli_handover(struct cli *cli);
/* `nixie show --original` */
int cli_original(struct cli *cli);
/* `nixie show --hops` */
int cli_hops(struct cli *cli);
/* `suppress --proposed`. */
int cli_proposed(struct cli *cli);
/* What is proposed of what the query selects, as far as --only, --offset and --limit ask for it;
 * `*left`: how much they leave. Loads as cli_load(). g_ptr_array_unref; NULL with error. */
GPtrArray *cli_proposals(struct cli *cli, size_t *left, bool *partial, GError **error);
/* What suppress shares: a day, g_free; a line of CSV or TSV (NULL: an empty cell); Message-IDs that
 * are parted by blanks. */
char *cli_day(int64_t time);
void cli_put_cells(GString *out, enum format format, const char *const *cells, size_t n);
struct json;
void cli_put_ids(struct json *json, const char *name, const char *ids);
struct released;
void cli_put_removed(struct json *json, const struct released *off); /* NULL: never */
/* Rows that `query` and the filters select, as `list` writes them. */
int cli_write_rows(struct cli *cli, const char *query);
/* One change on a selection that `load` brings; `words` go to `make`. Returns the exit code. */
typedef struct action *cli_make_action(
	struct cli *cli, GPtrArray *rows, const char *words, GError **error);
int cli_change(struct cli *cli, cli_loads *load, cli_make_action *make, const char *query,
	const char *words);
/* Applies an action and tells what it did; `action` NULL: `error` is why. Returns the exit code. */
int cli_apply(struct cli *cli, struct action *action, GError *error);

/* An exporter over --output, --format, --per, --columns. */
struct output {
	struct file_out *file;
	struct exporter *exporter;
	GString *tail; /* text for people behind the last report */
};
bool cli_output_open(struct cli *cli, enum format fallback, enum per per, bool for_export,
	struct output *output, GError **error);
/* Commits or, when `ok` is false, abandons. Notes go to stderr unless --quiet. */
bool cli_output_close(struct cli *cli, struct output *output, bool ok, GError **error);

/* The commands. */
typedef int cli_command_run(struct cli *cli);
cli_command_run cli_tui, cli_list, cli_show, cli_stats, cli_tag, cli_retry, cli_suppress, cli_undo,
	cli_redo, cli_log, cli_export, cli_scan, cli_extract, cli_explain, cli_rules, cli_doctor,
	cli_demo, cli_version, cli_address, cli_views;

#endif
