/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nixie extract: the engine alone, on files, directories, mboxes and standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/jsonbox.h"
#include "base/mbox.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/cli.h"
#include "cli/namelist.h"
#include "cli/progress.h"

#define BATCH 512 /* paths a job; two jobs are under way, so that the children never wait */

/* One result that waits for its turn. */
struct slot {
	struct report *report;
	char *why;
	bool known;
};

/* Some of the paths, their results in the order given. */
struct batch {
	struct run *run;
	const char *const *paths;
	char **names; /* the paths, where it owns them; NULL else */
	struct slot *slots;
	size_t n, written;
	bool listed; /* as they stand in a list: they may be directories */
	bool ended;
};

struct run {
	struct cli *cli;
	struct pool *pool;
	struct output output;
	struct batch *first; /* the one that is written; the others wait */
	uint64_t done, matched, total;
	bool partial;
	GError *error;
};

static bool is_bounce(const struct report *report)
{
	return report->kind == KIND_FAILURE || report->kind == KIND_DELAY;
}

static void write_failure(struct run *run, const char *file, const char *why)
{
	run->partial = true;
	cli_say(run->cli, "%s", why);
	exporter_failure(run->output.exporter, file, 0, why, run->error ? NULL : &run->error);
}

static void write_gap(struct run *run, const char *file, struct span bytes, struct span skipped)
{
	g_autofree char *why = g_strdup_printf(
		_("%s: %zu bytes from byte %zu on are no JSON object; they were not read"), file,
		skipped.n, (size_t)(skipped.p - bytes.p));

	write_failure(run, file, why);
}

static void write_report(
	struct run *run, const char *file, unsigned index, const struct report *report)
{
	for (size_t i = 0; i < report->warnings.n && report->cut; i++)
		cli_say(run->cli, "%s: %s", file, report->warnings.v[i]);
	run->partial |= report->cut;
	run->matched += is_bounce(report);
	exporter_report(run->output.exporter, file, index, report, NULL, NULL,
		run->error ? NULL : &run->error);
}

/* Writes what is complete from the front of the batch on. */
static void write_ready(struct batch *batch)
{
	for (; batch->written < batch->n && batch->slots[batch->written].known; batch->written++) {
		struct slot *slot = &batch->slots[batch->written];
		const char *file = batch->paths[batch->written];

		if (slot->report)
			write_report(batch->run, file, 0, slot->report);
		else
			write_failure(batch->run, file, slot->why);
		report_free(slot->report);
		g_free(slot->why);
	}
}

static void take_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct batch *batch = user;

	if (error && batch->listed && g_file_test(batch->paths[index], G_FILE_TEST_IS_DIR))
		return;
	batch->slots[index] = (struct slot){report, error ? g_strdup(error->message) : NULL, true};
	batch->run->done++;
	if (batch->run->first == batch)
		write_ready(batch);
}

static void take_error(struct run *run, const GError *error)
{
	if (error && !run->error)
		run->error = g_error_copy(error);
}

static void take_end(void *user, const GError *error)
{
	struct batch *batch = user;

	batch->ended = true;
	take_error(batch->run, error);
}

static void wait_for(const bool *ended)
{
	while (!*ended)
		g_main_context_iteration(NULL, TRUE);
}

/* The messages of an mbox, or the notices of a web hook, one after the other: index counts them. */
struct piece {
	struct run *run;
	const char *file;
	unsigned index;
	size_t at; /* of its first byte in the file */
	bool ended;
};

/* Evidence points into the file. */
static void move_evidence(struct recipient *recipients, size_t n, size_t by)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < recipients[i].evidence_n; k++)
			recipients[i].evidence[k].raw_at += by;
}

static void take_piece(void *user, size_t index, struct report *report, const GError *error)
{
	struct piece *piece = user;

	(void)index;
	if (report) {
		move_evidence(report->recipients, report->recipients_n, piece->at);
		move_evidence(report->others, report->others_n, piece->at);
	}
	if (report)
		write_report(piece->run, piece->file, piece->index, report);
	else
		write_failure(piece->run, piece->file, error->message);
	report_free(report);
	piece->run->done++;
}

static void take_piece_end(void *user, const GError *error)
{
	struct piece *piece = user;

	piece->ended = true;
	take_error(piece->run, error);
}

static void extract_bytes(struct run *run, const char *file, struct span bytes)
{
	struct piece piece = {run, file, 0, 0, false};
	const char *name = g_str_equal(file, "-") ? _("standard input") : file;
	struct span message = bytes, skipped = SPAN_NONE;
	bool box = mbox_is(bytes), json = jsonbox_is(bytes), more = true;
	size_t at = 0;

	while (!run->error && more) {
		more = box    ? mbox_next(bytes, &at, &message)
		       : json ? jsonbox_next(bytes, &at, &message, &skipped)
			      : piece.index == 0;
		if (skipped.n)
			write_gap(run, file, bytes, skipped);
		if (!more)
			break;
		piece.at = (size_t)(message.p - bytes.p);
		piece.ended = false;
		pool_extract_bytes(
			run->pool, name, message, false, take_piece, take_piece_end, &piece);
		wait_for(&piece.ended);
		piece.index++;
	}
}

/* Can it hold several messages? */
static bool is_box(void *user, size_t index, struct span mail)
{
	(void)user, (void)index;
	return mbox_is(mail) || jsonbox_is(mail);
}

/*
 * Files below a directory, sorted, hidden ones left out, links not followed. A directory that
 * cannot be read stands for itself, so that it is named like a file that cannot.
 */
static void add_directory(GPtrArray *paths, const char *root)
{
	GQueue todo = G_QUEUE_INIT;

	g_queue_push_tail(&todo, g_strdup(root));
	while (!g_queue_is_empty(&todo)) {
		g_autofree char *directory = g_queue_pop_head(&todo);
		GDir *dir = g_dir_open(directory, 0, NULL);
		GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
		const char *name;

		while (dir && (name = g_dir_read_name(dir)))
			if (name[0] != '.')
				g_ptr_array_add(names, g_strdup(name));
		if (dir)
			g_dir_close(dir);
		else
			g_ptr_array_add(paths, g_strdup(directory));
		g_ptr_array_sort(names, text_order);
		for (unsigned i = 0; i < names->len; i++) {
			char *path = g_build_filename(directory, names->pdata[i], NULL);
			bool link = g_file_test(path, G_FILE_TEST_IS_SYMLINK);

			if (!link && g_file_test(path, G_FILE_TEST_IS_DIR))
				g_queue_push_tail(&todo, path);
			else
				g_ptr_array_add(paths, path);
		}
		g_ptr_array_unref(names);
	}
}

static void extract_box(struct run *run, const char *path)
{
	struct file_bytes file;
	g_autoptr(GError) error = NULL;
	int fd = file_open_mail(path, &error);

	if (fd >= 0 && file_read_fd(fd, &file, &error)) {
		extract_bytes(run, path, file.bytes);
		file_bytes_clear(&file);
	} else {
		write_failure(run, path, error->message);
	}
	if (fd >= 0)
		close(fd);
}

static struct batch *batch_begin(struct run *run, const char *const *paths, size_t n, bool listed)
{
	struct batch *batch = g_new0(struct batch, 1);

	*batch = (struct batch){.run = run, .paths = paths, .n = n, .listed = listed};
	batch->slots = g_new0(struct slot, n);
	pool_look_first(pool_extract(run->pool, paths, n, take_report, take_end, batch), is_box);
	return batch;
}

static void extract_files(struct run *run, const char *const *paths, size_t n, bool listed);

/* A directory, or a box. */
static void extract_several(struct run *run, const char *path, bool listed)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);

	if (!listed || !g_file_test(path, G_FILE_TEST_IS_DIR)) {
		extract_box(run, path);
		return;
	}
	add_directory(files, path);
	run->total += run->total ? files->len : 0;
	extract_files(run, (const char *const *)files->pdata, files->len, false);
	run->done++;
}

static void batch_end(struct run *run, struct batch *batch)
{
	run->first = batch;
	write_ready(batch);
	wait_for(&batch->ended);
	/* What nobody told of holds several; what was told behind it waits for its turn. */
	while (!run->error && batch->written < batch->n) {
		extract_several(run, batch->paths[batch->written++], batch->listed);
		run->first = batch;
		write_ready(batch);
	}
	for (; batch->written < batch->n; batch->written++) { /* after an error */
		report_free(batch->slots[batch->written].report);
		g_free(batch->slots[batch->written].why);
	}
	run->first = NULL;
	g_free(batch->slots);
	g_strfreev(batch->names);
	g_free(batch);
}

static void extract_stdin(struct run *run)
{
	struct file_bytes file;

	if (!file_read_fd(STDIN_FILENO, &file, &run->error))
		return;
	if (file.cut)
		write_failure(run, "-", "standard input is cut after 1 GB");
	extract_bytes(run, "-", file.bytes);
	file_bytes_clear(&file);
}

/* Files in runs of BATCH, in the order given. */
static void extract_files(struct run *run, const char *const *paths, size_t n, bool listed)
{
	struct batch *before = NULL;

	for (size_t at = 0; at < n && !run->error; at += BATCH) {
		struct batch *batch = batch_begin(run, paths + at, MIN(n - at, BATCH), listed);

		if (before)
			batch_end(run, before);
		before = batch;
	}
	if (before)
		batch_end(run, before);
}

static void extract_all(struct run *run, const GPtrArray *paths)
{
	const char *const *path = (const char *const *)paths->pdata;

	for (size_t at = 0, end; at < paths->len && !run->error; at = end) {
		for (end = at; end < paths->len && !g_str_equal(path[end], "-"); end++)
			;
		extract_files(run, path + at, end - at, true);
		if (end < paths->len && !run->error)
			extract_stdin(run);
		end += end < paths->len;
	}
}

/* The next names, and what is read of them begun; NULL: there are none now. */
static struct batch *batch_take(struct run *run, struct namelist *list, bool wait)
{
	g_auto(GStrv) names = namelist_take(list, BATCH, wait, &run->error);
	struct batch *batch;

	if (!names || !*names)
		return NULL;
	batch = batch_begin(run, (const char *const *)names, g_strv_length(names), true);
	/* cppcheck-suppress AssignmentIntegerToAddress ; g_steal_pointer keeps the type */
	batch->names = g_steal_pointer(&names);
	return batch;
}

/*
 * The names of a list as they come. Before it waits for more, all that was asked is answered and
 * out of the house: at the other end sits a program that waits for it.
 */
static void extract_list(struct run *run, struct namelist *list)
{
	struct batch *before = NULL;

	while (!run->error && !(namelist_ended(list) && !before)) {
		struct batch *batch = batch_take(run, list, !before);

		if (before)
			batch_end(run, before);
		before = batch;
		if (!batch && !run->error)
			exporter_flush(run->output.exporter, &run->error);
	}
	if (before)
		batch_end(run, before);
}

static void add_path(GPtrArray *paths, const char *path)
{
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		add_directory(paths, path);
	else
		g_ptr_array_add(paths, g_strdup(path));
}

/* NULL with error. A list is opened only: it may have no end. */
static GPtrArray *collect_paths(struct cli *cli, struct namelist **list, GError **error)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	char **const sources[] = {cli->options->args, cli->options->query};

	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
		for (char **path = sources[i]; *path; path++)
			add_path(paths, *path);
	if (cli->options->files_from)
		*list = namelist_open(cli->options->files_from, error);
	if (cli->options->files_from ? *list != NULL : *cli->options->args || *cli->options->query)
		return paths;
	g_ptr_array_unref(paths);
	if (!cli->options->files_from)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("extract needs files: name message files, directories or mboxes, or `-` "
			  "for "
			  "standard input"));
	return NULL;
}

/* A report that no extractor survives is there, and so is a list whose files are not. */
static bool is_any_there(const struct options *options)
{
	char **const sources[] = {options->args, options->query};
	bool any = options->files_from != NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
		for (char **path = sources[i]; *path && !any; path++)
			any = g_str_equal(*path, "-") || access(*path, R_OK) == 0;
	return any;
}

static void count_files(void *user, uint64_t *done, uint64_t *total)
{
	const struct run *run = user;

	*done = run->done;
	*total = run->total;
}

int cli_extract(struct cli *cli)
{
	struct run run = {.cli = cli};
	GError *error = NULL;
	struct namelist *list = NULL;
	GPtrArray *paths = collect_paths(cli, &list, &error);
	struct progress *progress;

	if (!paths)
		return cli_fail(cli, error);
	if (!cli_output_open(cli, FORMAT_TEXT, PER_REPORT, false, &run.output, &error)) {
		g_ptr_array_unref(paths);
		namelist_free(list);
		return cli_fail(cli, error);
	}
	run.total = list ? 0 : paths->len;
	run.pool = pool_new(
		cli->spawner, file_datadir(), (const char *const *)cli->rule_dirs, cli_jobs(cli));
	progress = progress_new(cli, _("reading reports"), count_files, &run);
	extract_all(&run, paths);
	if (list)
		extract_list(&run, list);
	progress_free(progress);
	namelist_free(list);
	pool_free(run.pool);
	g_ptr_array_unref(paths);
	if (!cli_output_close(cli, &run.output, run.error == NULL, run.error ? NULL : &run.error))
		return cli_fail(cli, run.error);
	if (run.partial)
		return is_any_there(cli->options) ? NIXIE_PARTIAL : NIXIE_NOINPUT;
	return cli->options->exit_code && run.matched ? NIXIE_MATCHED : NIXIE_DONE;
}
