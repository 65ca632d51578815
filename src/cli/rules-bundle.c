/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie rules bundle: reports that nobody understands, made anonymous, for a bug report. */
#include "base/errors.h"
#include "base/file.h"
#include "base/strhash.h"
#include "base/words.h"
#include "cli/oneshot.h"
#include "cli/rules.h"

/* The mbox that is being written. */
struct bundle {
	struct cli *cli;
	struct file_out *out;
	const GPtrArray *paths;
	unsigned written, different;
	GError *error;
	bool ended;
};

/* A line that begins so would end a message of an mbox (RFC 4155). */
static void put_quoted(GString *out, struct span mail)
{
	struct span rest = mail, line;

	/* The empty line that RFC 4155 has behind a message stands before the next: one that ends
	 * with its header is read as cut short. */
	g_string_append(out, "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n");
	while (span_line(&rest, &line)) {
		size_t quotes = 0;

		while (quotes < line.n && line.p[quotes] == '>')
			quotes++;
		if (g_str_has_prefix(line.p + quotes, "From ") && line.n >= quotes + 5)
			g_string_append_c(out, '>');
		g_string_append_len(out, line.p, (gssize)line.n);
		g_string_append_c(out, '\n');
	}
}

static void on_mail(void *user, size_t index, struct span mail, bool same)
{
	struct bundle *bundle = user;
	g_autoptr(GString) text = g_string_new(NULL);
	const char *path = bundle->paths->pdata[index];

	if (bundle->error)
		return;
	if (!mail.n) {
		cli_say(bundle->cli, _("%s: could not be read, and is left out"), path);
		return;
	}
	if (bundle->written)
		g_string_append_c(text, '\n');
	put_quoted(text, mail);
	file_out_write(bundle->out, (struct span){text->str, text->len}, &bundle->error);
	bundle->written++;
	if (same)
		return;
	bundle->different++;
	cli_say(bundle->cli,
		_("%s: nixie reads it differently without its names; say so in the bug report"),
		path);
}

static void on_end(void *user, const GError *error)
{
	struct bundle *bundle = user;

	bundle->ended = true;
	if (error && !bundle->error)
		bundle->error = g_error_copy(error);
}

static bool write_all(struct bundle *bundle)
{
	const GPtrArray *paths = bundle->paths;

	scrub_start(bundle->cli->spawner, file_datadir(),
		(const char *const *)bundle->cli->rule_dirs, (const char *const *)paths->pdata,
		paths->len, on_mail, on_end, bundle);
	while (!bundle->ended)
		g_main_context_iteration(NULL, TRUE);
	return !bundle->error;
}

/* --- which reports */

static bool are_files(char *const *words)
{
	if (!*words)
		return false;
	for (; *words; words++)
		if (!g_file_test(*words, G_FILE_TEST_IS_REGULAR))
			return false;
	return true;
}

/* The files of the rows that match, each once; what is not understood when nothing else is asked.
 */
static bool add_rows(struct cli *cli, const char *query, GPtrArray *paths, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(strhash, g_str_equal);
	struct filter *filter = cli->options->filter;
	struct row *const *rows;
	size_t n;
	bool partial;

	if (filter_is_empty(filter) && !filter_add(filter, "category", "unclassified", error))
		return false;
	if (!cli_need_session(cli, error) || !cli_load_facts(cli, query, &partial, error))
		return false;
	rows = session_rows(cli->session, &n);
	for (size_t i = 0; i < n; i++) {
		g_autofree char *path = row_path(rows[i]);

		if (g_hash_table_contains(seen, path))
			continue;
		g_hash_table_add(seen, path);
		g_ptr_array_add(paths, g_steal_pointer(&path));
	}
	return true;
}

static bool collect(struct cli *cli, char *const *words, GPtrArray *paths, GError **error)
{
	g_autofree char *query = g_strjoinv(" ", (char **)words);

	for (char **word = (char **)words; *word; word++) {
		bool is_dir = g_file_test(*word, G_FILE_TEST_IS_DIR);

		if (is_dir)
			g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT,
				_("%s is a directory; name the reports in it, as %s/*.eml"), *word,
				*word);
		if (is_dir)
			return false;
		if (oneshot_is_path(*word) && !strchr(*word, ':') &&
			!g_file_test(*word, G_FILE_TEST_EXISTS))
			return oneshot_no_file(*word, error);
	}
	if (!are_files(words))
		return add_rows(cli, query, paths, error);
	for (; *words; words++)
		g_ptr_array_add(paths, g_strdup(*words));
	return cli_need_rules(cli, error);
}

int rules_bundle(struct cli *cli, char *const *words)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	struct bundle bundle = {.cli = cli, .paths = paths};
	GError *error = NULL;

	if (!collect(cli, words, paths, &error))
		return cli_fail(cli, error);
	if (!paths->len) {
		cli_tell_nothing(cli);
		if (!cli->options->quiet)
			cli_say(cli, _("there is no report to collect"));
		return NIXIE_DONE;
	}
	bundle.out = file_out_open(cli->options->output, cli->options->force, &error);
	if (!bundle.out)
		return cli_fail(cli, error);
	if (!write_all(&bundle)) {
		file_out_abandon(bundle.out);
		return cli_fail(cli, bundle.error);
	}
	if (!file_out_commit(bundle.out, &error))
		return cli_fail(cli, error);
	if (!cli->options->quiet)
		cli_say(cli,
			ngettext("%u report, without addresses, hosts, ids and what was sent; read "
				 "them before you pass them on",
				"%u reports, without addresses, hosts, ids and what was sent; read "
				"them before you pass them on",
				bundle.written),
			bundle.written);
	return bundle.different || bundle.written < paths->len ? NIXIE_PARTIAL : NIXIE_DONE;
}
