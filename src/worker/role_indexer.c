/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The indexer: what is new in a place of mail goes into an index of our own, what is gone leaves
 * it. One 80 KB header or one long file name ends libnotmuch, so the work is done by attempts:
 * where one dies, its file is named and left out, and the next begins behind the last commit, to
 * commit again right before the place where the last one died.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "config.h"

#include "base/errors.h"
#include "base/strhash.h"
#include "base/words.h"
#include "store/indexer.h"
#include "store/mailfiles.h"
#include "worker/attempt.h"
#include "worker/roles.h"

#define COMMIT_EVERY 5000
#define PROGRESS_EVERY 100
#define IDLE SIZE_MAX
/* libnotmuch needs up to a hundred times the size of a mail, and a second for some MB: a large one
 * is indexed in a transaction of its own, and may take so much. */
#define LARGE_FROM ((off_t)2 << 20)
#define LARGE_BYTES ((rlim_t)448 << 20)
#define LARGE_SECONDS 10

struct item {
	char *path;
	bool remove;
	bool skip; /* it ended an attempt */
	bool told; /* it was named as left out */
};

/* What an attempt leaves behind when it dies, in memory that is shared with it. */
struct trace {
	size_t at;        /* item in hand, IDLE: none */
	size_t committed; /* items that are on disk */
};

struct indexing {
	struct wire *client;
	const char *database;
	const char *const *tags;
	struct mail_place *place;
	GArray *items; /* struct item: first what is new, then what is gone, so that moved files
			  keep their tags */
	struct trace *trace;
	size_t fence; /* commit before this one */
};

/* --- what there is to do: an attempt, for it reads the index */

static void send_names(struct wire *wire, GHashTable *known, const GPtrArray *files)
{
	g_autoptr(GPtrArray) gone = NULL;
	struct pack pack;

	pack_init(&pack);
	for (guint i = 0; i < files->len; i++)
		if (!g_hash_table_remove(known, files->pdata[i])) {
			pack_count(&pack, false);
			pack_text(&pack, files->pdata[i]);
		}
	gone = strhash_keys(known);
	for (guint i = 0; i < gone->len; i++) {
		pack_count(&pack, true);
		pack_text(&pack, gone->pdata[i]);
	}
	wire_send(wire, WIRE_ROWS, pack_end(&pack));
	pack_clear(&pack);
}

static bool compare_work(struct wire *wire, void *user, GError **error)
{
	struct indexing *indexing = user;
	GHashTable *known = indexer_known(indexing->database, error);

	if (!known)
		return false;
	send_names(wire, known, indexing->place->files);
	return true;
}

static bool on_compare_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct indexing *indexing = user;
	struct unpack unpack;

	if (kind != WIRE_ROWS)
		return true;
	unpack_init(&unpack, value);
	g_array_set_size(indexing->items, 0);
	while (!unpack_end(&unpack) && !unpack.bad) {
		struct item item = {.remove = unpack_index(&unpack, 2) == 1};

		item.path = unpack_dup(&unpack);
		if (item.path)
			g_array_append_val(indexing->items, item);
	}
	return true;
}

/* --- the work: an attempt */

static struct item *item_at(struct indexing *indexing, size_t i)
{
	return &g_array_index(indexing->items, struct item, i);
}

static void send_skipped(struct wire *wire, const char *path, const char *why)
{
	wire_send(wire, WIRE_SKIPPED, g_variant_new("(^ay^ay)", path, why));
}

static bool commit(struct indexing *indexing, struct indexer **indexer, size_t done, bool again,
	GError **error)
{
	struct indexer *closing = *indexer;

	*indexer = NULL;
	if (!indexer_close(closing, error))
		return false;
	indexing->trace->committed = done;
	if (again)
		*indexer = indexer_open(indexing->database, indexing->place->root, error);
	return !again || *indexer;
}

static bool is_large(const struct item *item)
{
	struct stat st;

	return !item->remove && stat(item->path, &st) == 0 && st.st_size >= LARGE_FROM;
}

/* The attempt ends when it takes more from here on; `large` false: it may take what it needs. */
static void limit_attempt(bool large)
{
	const struct itimerval time = {{0, 0}, {large ? LARGE_SECONDS : 0, 0}};
	struct rlimit data;

	getrlimit(RLIMIT_DATA, &data);
	data.rlim_cur = large ? MIN(LARGE_BYTES, data.rlim_max) : data.rlim_max;
#ifndef NIXIE_SANITIZED
	setrlimit(RLIMIT_DATA, &data);
#endif
	setitimer(ITIMER_PROF, &time, NULL);
}

static bool do_item(struct wire *wire, struct indexing *indexing, struct indexer *indexer,
	struct item *item, GError **error)
{
	g_autofree char *why = NULL;

	if (item->remove)
		return indexer_remove(indexer, item->path, error);
	if (!indexer_add(indexer, item->path, indexing->tags, &why, error))
		return false;
	if (why && !item->told)
		send_skipped(wire, item->path, why);
	return true;
}

static bool index_work(struct wire *wire, void *user, GError **error)
{
	struct indexing *indexing = user;
	struct trace *trace = indexing->trace;
	struct indexer *indexer = indexer_open(indexing->database, indexing->place->root, error);
	size_t n = indexing->items->len;

	for (size_t i = trace->committed; indexer && i < n; i++) {
		struct item *item = item_at(indexing, i);
		bool large = !item->skip && is_large(item);

		if ((i == indexing->fence || i - trace->committed >= COMMIT_EVERY || large) &&
			i > trace->committed && !commit(indexing, &indexer, i, true, error))
			return false;
		if (i % PROGRESS_EVERY == 0)
			wire_send(
				wire, WIRE_PROGRESS, g_variant_new("(tt)", (guint64)i, (guint64)n));
		if (item->skip)
			continue;
		trace->at = i;
		if (large)
			limit_attempt(true);
		if (!do_item(wire, indexing, indexer, item, error) ||
			(large && !commit(indexing, &indexer, i + 1, true, error)))
			return false;
		if (large)
			limit_attempt(false);
		trace->at = IDLE;
	}
	if (!indexer || !commit(indexing, &indexer, n, false, error))
		return false;
	wire_send(wire, WIRE_PROGRESS, g_variant_new("(tt)", (guint64)n, (guint64)n));
	return true;
}

static struct item *find_item(struct indexing *indexing, const char *path)
{
	for (size_t i = indexing->trace->committed; i < indexing->items->len; i++)
		if (g_str_equal(item_at(indexing, i)->path, path))
			return item_at(indexing, i);
	return NULL;
}

static bool on_index_frame(void *user, enum wire_kind kind, GVariant *value)
{
	struct indexing *indexing = user;

	/* Repeated after a death, a file is not named twice. */
	if (kind == WIRE_SKIPPED) {
		const char *path;
		struct item *item;

		g_variant_get_child(value, 0, "^&ay", &path);
		item = find_item(indexing, path);
		if (item)
			item->told = true;
	}
	return wire_send(indexing->client, kind, value);
}

/* --- the supervisor */

/*
 * Its limit of memory ends a large one in many ways: then it had the half of it, since what grows
 * is doubled. One that dies with less has another fault.
 */
static bool was_too_large(const struct item *item, const struct attempt_death *death)
{
	return is_large(item) &&
	       ((WIFSIGNALED(death->status) && WTERMSIG(death->status) == SIGPROF) ||
		       death->peak > LARGE_BYTES / 2);
}

static char *reason(const struct item *item, const struct attempt_death *death)
{
	if (was_too_large(item, death))
		return g_strdup_printf(_("indexing it takes libnotmuch more than %d MB or %d "
					 "seconds, so it was left out; `nixie extract` reads it"),
			(int)(LARGE_BYTES >> 20), LARGE_SECONDS);
	if (WIFSIGNALED(death->status))
		return g_strdup_printf(_("it ends libnotmuch (signal %d), so it was left out"),
			WTERMSIG(death->status));
	return g_strdup(_("it ends libnotmuch, so it was left out"));
}

/* True when the file that did it is known, so that going on makes sense. */
static bool learn(struct indexing *indexing, const struct attempt_death *death)
{
	struct trace *trace = indexing->trace;
	g_autofree char *why = NULL;

	if (trace->at == IDLE || (WIFSIGNALED(death->status) && WTERMSIG(death->status) == SIGALRM))
		return false;
	why = reason(item_at(indexing, trace->at), death);
	item_at(indexing, trace->at)->skip = true;
	send_skipped(indexing->client, item_at(indexing, trace->at)->path, why);
	indexing->fence = trace->at;
	trace->at = IDLE;
	return true;
}

static enum attempt run_index(struct indexing *indexing, GError **error)
{
	unsigned failed = 0;

	for (;;) {
		struct attempt_death death = {0, 0};
		enum attempt end = attempt_run(index_work, on_index_frame, indexing, &death, error);

		if (end != ATTEMPT_AGAIN)
			return end;
		if (!learn(indexing, &death) && ++failed == ATTEMPTS_MAX)
			return end;
		g_clear_error(error);
		if (failed)
			attempt_pause(failed);
	}
}

static enum attempt run(struct indexing *indexing, GError **error)
{
	enum attempt end = attempt_run(compare_work, on_compare_frame, indexing, NULL, error);

	for (unsigned failed = 0; end == ATTEMPT_AGAIN && failed < ATTEMPTS_MAX; failed++) {
		g_clear_error(error);
		attempt_pause(failed);
		end = attempt_run(compare_work, on_compare_frame, indexing, NULL, error);
	}
	if (end != ATTEMPT_DONE || (!indexing->items->len && indexer_exists(indexing->database)))
		return end;
	return run_index(indexing, error);
}

void role_indexer(struct wire *wire)
{
	struct indexing indexing = {.client = wire, .fence = IDLE};
	g_autofree const char **tags = NULL;
	g_autofree char *unpacked = NULL;
	const char *mail;
	enum wire_kind kind;
	GVariant *request;
	GError *error = NULL;

	umask(077); /* the index is nixie's own; notmuch's modes are for one that others share */
	if (!wire_receive(wire, &kind, &request) || kind != WIRE_INDEX)
		return;
	g_variant_get(request, "(^&ay^&ay^a&ay)", &mail, &indexing.database, &tags);
	unpacked = g_build_filename(indexing.database, "mail", NULL);
	indexing.tags = tags;
	indexing.trace = mmap(NULL, sizeof *indexing.trace, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (indexing.trace == MAP_FAILED)
		return;
	*indexing.trace = (struct trace){IDLE, 0};
	indexing.items = g_array_new(FALSE, FALSE, sizeof(struct item));
	indexing.place = mail_place_open(mail, unpacked, &error);
	if (!indexing.place || run(&indexing, &error) != ATTEMPT_GONE)
		wire_send_end(wire, error);
}
