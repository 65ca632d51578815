/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drives the children alone, for the tests beside it: one job a run, its answers as JSON lines on
 * stdout, its end as the last one. Changes are read from stdin in the journal's own lines.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/jsonout.h"
#include "store/deltaline.h"
#include "store/journal.h"
#include "worker/client.h"

struct run {
	GMainLoop *loop;
	GString *out;
	struct json json;
	struct job *job;
	struct pool *pool;
	int code;
	guint64 cancel_at; /* progress or messages, 0: never */
	guint64 seen;
};

/* --- answers */

static void end_line(struct run *run)
{
	json_end_object(&run->json);
	g_string_append_c(run->out, '\n');
	fwrite(run->out->str, 1, run->out->len, stdout);
	fflush(stdout);
	g_string_truncate(run->out, 0);
}

static struct json *line(struct run *run, const char *what)
{
	json_init(&run->json, run->out);
	json_begin_object(&run->json, NULL);
	json_string(&run->json, "what", what);
	return &run->json;
}

static void list(struct json *json, const char *key, const char *const *strings)
{
	json_begin_array(json, key);
	for (; strings && *strings; strings++)
		json_string(json, NULL, *strings);
	json_end_array(json);
}

static void maybe_cancel(struct run *run)
{
	if (run->cancel_at && run->seen >= run->cancel_at) {
		run->cancel_at = 0;
		job_cancel(run->job);
	}
}

static void on_done(void *user, const GError *error)
{
	struct run *run = user;
	struct json *json = line(run, "done");

	run->code = error ? error->code : 0;
	json_int(json, "code", run->code);
	json_string(json, "error", error ? error->message : NULL);
	end_line(run);
	g_main_loop_quit(run->loop);
}

static void on_info(void *user, const struct store_info *info)
{
	struct json *json = line(user, "info");

	json_string(json, "uuid", info->uuid);
	json_int(json, "revision", (int64_t)info->revision);
	json_string(json, "path", info->path);
	json_int(json, "count", (int64_t)info->count);
	list(json, "own", (const char *const *)info->own_addresses);
	list(json, "exclude", (const char *const *)info->exclude_tags);
	json_bool(json, "synchronize_flags", info->synchronize_flags);
	json_bool(json, "writable", info->writable);
	end_line(user);
}

static void on_batch(void *user, GPtrArray *messages)
{
	struct run *run = user;

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		struct json *json = line(run, "message");

		json_string(json, "id", message->id);
		json_string(json, "thread", message->thread);
		json_int(json, "date", message->date);
		json_string(json, "from", message->from);
		json_string(json, "subject", message->subject);
		list(json, "tags", (const char *const *)message->tags);
		list(json, "files", (const char *const *)message->files);
		list(json, "properties", (const char *const *)message->properties);
		end_line(run);
	}
	run->seen += messages->len;
	maybe_cancel(run);
	g_ptr_array_unref(messages);
}

static void on_counts(void *user, const int64_t *counts, size_t n, uint64_t revision)
{
	struct json *json = line(user, "counts");

	json_begin_array(json, "counts");
	for (size_t i = 0; i < n; i++)
		json_int(json, NULL, counts[i]);
	json_end_array(json);
	json_int(json, "revision", (int64_t)revision);
	end_line(user);
}

static void on_names(void *user, char **tags, char **queries)
{
	struct json *json = line(user, "names");

	list(json, "tags", (const char *const *)tags);
	list(json, "queries", (const char *const *)queries);
	end_line(user);
}

static void on_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct run *run = user;
	struct json *json = line(run, "report");

	json_int(json, "index", (int64_t)index);
	json_string(json, "kind", report ? kind_names[report->kind] : NULL);
	json_int(json, "recipients", report ? (int64_t)report->recipients_n : -1);
	json_string(json, "subject", report ? report->subject : NULL);
	json_string(json, "error", error ? error->message : NULL);
	end_line(run);
	report_free(report);
	run->seen++;
	maybe_cancel(run);
}

static void on_progress(void *user, uint64_t done, uint64_t total)
{
	struct run *run = user;
	struct json *json = line(run, "progress");

	json_int(json, "done", (int64_t)done);
	json_int(json, "total", (int64_t)total);
	end_line(run);
	run->seen = done;
	maybe_cancel(run);
}

static void on_delta(void *user, const struct change *delta, bool missing)
{
	struct json *json = line(user, "delta");
	g_autoptr(GString) lines = g_string_new(NULL);

	delta_append(lines, delta, &delta_marks);
	json_string(json, "id", delta->id);
	json_bool(json, "missing", missing);
	json_string(json, "lines", lines->str);
	end_line(user);
}

static void on_applied(void *user, uint64_t entry)
{
	struct json *json = line(user, "applied");

	json_int(json, "entry", (int64_t)entry);
	end_line(user);
}

/* --- what a run does */

struct setup {
	struct spawner *spawner;
	struct store_ref store;
	struct run *run;
	char **args; /* of the command, NULL-ended */
};

static gboolean no_exclude, oldest;
static gint64 limit, offset, cancel_at, jobs;
static char *database, *config, *uuid, *kind;

static struct job *read_query(const struct setup *setup)
{
	struct reader_request request = {setup->store, setup->args[0], !no_exclude, oldest,
		(uint64_t)limit, (uint64_t)offset, NULL};

	return reader_start(setup->spawner, &request, on_info, on_batch, on_done, setup->run);
}

static struct job *read_ids(const struct setup *setup)
{
	struct reader_request request = {
		.store = setup->store, .ids = (const char *const *)setup->args};

	return reader_start(setup->spawner, &request, on_info, on_batch, on_done, setup->run);
}

static struct job *count(const struct setup *setup)
{
	return reader_count_start(setup->spawner, setup->store, (const char *const *)setup->args,
		on_counts, on_done, setup->run);
}

static struct job *names(const struct setup *setup)
{
	return reader_names_start(setup->spawner, setup->store, on_names, on_done, setup->run);
}

/* Changes from stdin. */
static GPtrArray *read_changes(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char buf[65536];
	size_t got;

	while ((got = fread(buf, 1, sizeof buf, stdin)) > 0)
		g_string_append_len(text, buf, (gssize)got);
	return delta_read((struct span){text->str, text->len}, &delta_marks);
}

static struct job *write_changes(const struct setup *setup, GPtrArray *changes, const char *as)
{
	g_autoptr(GArray) flat = g_array_new(FALSE, FALSE, sizeof(struct change));
	struct writer_request request = {
		.store = setup->store, .uuid = uuid, .kind = as, .label = "a test"};
	struct job *job;

	for (guint i = 0; i < changes->len; i++)
		g_array_append_vals(flat, changes->pdata[i], 1);
	request.changes = (const struct change *)(void *)flat->data;
	request.n = flat->len;
	job = writer_start(
		setup->spawner, &request, on_progress, on_delta, on_applied, on_done, setup->run);
	g_ptr_array_unref(changes);
	return job;
}

static struct job *write_stdin(const struct setup *setup)
{
	return write_changes(setup, read_changes(), kind ? kind : "tag");
}

/* undo N, redo N: what was asked for last, turned round, or once more. */
static struct job *undo(const struct setup *setup)
{
	struct journal *journal = journal_read(uuid, NULL);
	uint64_t number = g_ascii_strtoull(setup->args[0], NULL, 10);
	const struct journal_entry *entry = journal_find(journal, number);
	g_autofree char *as =
		g_strdup_printf("%s %s", setup->args[1] ? "redo" : "undo", setup->args[0]);
	GPtrArray *changes =
		setup->args[1] ? journal_deltas(journal, entry) : journal_inverse(journal, entry);

	journal_free(journal);
	return write_changes(setup, changes, as);
}

static struct job *show_journal(const struct setup *setup)
{
	struct journal *journal = journal_read(uuid, NULL);

	for (guint i = 0; i < journal->entries->len; i++) {
		static const char *const states[] = {"pending", "committed", "aborted"};
		const struct journal_entry *entry = journal->entries->pdata[i];
		struct json *json = line(setup->run, "entry");

		json_int(json, "number", (int64_t)entry->number);
		json_string(json, "kind", entry->kind);
		json_string(json, "state", states[entry->state]);
		json_int(json, "messages", (int64_t)entry->messages);
		json_int(json, "batches", entry->batches);
		json_bool(json, "undone", entry->undone_by != 0);
		end_line(setup->run);
	}
	journal_free(journal);
	return NULL;
}

static struct job *show_lock(const struct setup *setup)
{
	g_autofree char *state = writer_lock_state(setup->store);
	struct json *json = line(setup->run, "lock");

	json_string(json, "state", state);
	end_line(setup->run);
	return NULL;
}

static void on_skipped(void *user, const char *path, const char *why)
{
	struct json *json = line(user, "skipped");

	json_string(json, "file", path);
	json_string(json, "why", why);
	end_line(user);
}

/* index MAIL TAG... */
static struct job *index_mail(const struct setup *setup)
{
	struct indexer_request request = {
		setup->args[0], database, (const char *const *)setup->args + 1};

	return indexer_start(
		setup->spawner, &request, on_progress, on_skipped, on_done, setup->run);
}

static struct job *extract(const struct setup *setup)
{
	g_autofree char *rules = g_build_filename(file_datadir(), "rules", NULL);

	setup->run->pool = pool_new(
		setup->spawner, file_datadir(), (const char *const[]){rules, NULL}, (unsigned)jobs);
	return pool_extract(setup->run->pool, (const char *const *)setup->args,
		g_strv_length(setup->args), on_report, on_done, setup->run);
}

static struct job *sandbox(const struct setup *setup)
{
	struct job *job = extract(setup);
	struct json *json = line(setup->run, "sandbox");

	json_string(json, "active", pool_sandbox(setup->run->pool));
	end_line(setup->run);
	return job;
}

static const struct {
	const char *name;
	struct job *(*start)(const struct setup *setup);
} commands[] = {
	{"read", read_query},
	{"ids", read_ids},
	{"count", count},
	{"names", names},
	{"write", write_stdin},
	{"undo", undo},
	{"journal", show_journal},
	{"index", index_mail},
	{"lock", show_lock},
	{"extract", extract},
	{"sandbox", sandbox},
};

static const GOptionEntry options[] = {
	{"database", 0, 0, G_OPTION_ARG_FILENAME, &database, NULL, NULL},
	{"config", 0, 0, G_OPTION_ARG_STRING, &config, NULL, NULL},
	{"limit", 0, 0, G_OPTION_ARG_INT64, &limit, NULL, NULL},
	{"offset", 0, 0, G_OPTION_ARG_INT64, &offset, NULL, NULL},
	{"oldest", 0, 0, G_OPTION_ARG_NONE, &oldest, NULL, NULL},
	{"no-exclude", 0, 0, G_OPTION_ARG_NONE, &no_exclude, NULL, NULL},
	{"cancel-at", 0, 0, G_OPTION_ARG_INT64, &cancel_at, NULL, NULL},
	{"jobs", 0, 0, G_OPTION_ARG_INT64, &jobs, NULL, NULL},
	{"uuid", 0, 0, G_OPTION_ARG_STRING, &uuid, NULL, NULL},
	{"kind", 0, 0, G_OPTION_ARG_STRING, &kind, NULL, NULL},
	{NULL, 0, 0, 0, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new("COMMAND [ARG...]");
	g_autoptr(GError) error = NULL;
	struct run run = {.out = g_string_new(NULL)};
	struct setup setup = {.spawner = spawner_start(&error), .run = &run};

	g_option_context_add_main_entries(context, options, NULL);
	if (!setup.spawner || !g_option_context_parse(context, &argc, &argv, &error) || argc < 2) {
		fprintf(stderr, "driver: %s\n", error ? error->message : "no command");
		return NIXIE_USAGE;
	}
	run.loop = g_main_loop_new(NULL, FALSE);
	run.cancel_at = (guint64)cancel_at;
	setup.store = (struct store_ref){.database = database, .config = config};
	setup.args = argv + 2;
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (g_str_equal(argv[1], commands[i].name))
			run.job = commands[i].start(&setup);
	if (run.job)
		g_main_loop_run(run.loop);
	pool_free(run.pool);
	g_main_loop_unref(run.loop);
	g_string_free(run.out, TRUE);
	spawner_stop(setup.spawner);
	return run.code;
}
