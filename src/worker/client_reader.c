/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/words.h"
#include "worker/job.h"

struct reader_job {
	struct job job;
	reader_info *info;
	reader_batch *batch;
	reader_counts *counts;
	reader_names *names;
	reader_ids *ids;
	reader_letters *letters;
};

static void on_info(struct reader_job *job, GVariant *value)
{
	struct store_info info = {0};
	guint64 revision, count, total;
	gboolean synchronize_flags, writable;
	g_auto(GStrv) own = NULL, exclude = NULL;

	g_variant_get(value, "(^&ayt^&aytt^aay^aaybb)", &info.uuid, &revision, &info.path, &count,
		&total, &own, &exclude, &synchronize_flags, &writable);
	info.revision = revision;
	info.count = count;
	info.total = total;
	info.own_addresses = own;
	info.exclude_tags = exclude;
	info.synchronize_flags = synchronize_flags;
	info.writable = writable;
	if (job->info)
		job->info(job->job.user, &info);
}

static void on_messages(struct reader_job *job, GVariant *value)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	struct unpack unpack;
	size_t n;

	unpack_init(&unpack, value);
	unpack_index(&unpack, INT32_MAX); /* how many rows these stand for; some may be gone */
	n = unpack_count(&unpack, 1);
	for (size_t i = 0; i < n && !unpack.bad; i++)
		g_ptr_array_add(messages, message_unpack(&unpack));
	if (unpack_end(&unpack) && job->batch)
		job->batch(job->job.user, messages);
	else
		g_ptr_array_unref(messages);
}

static void on_counts(struct reader_job *job, GVariant *value)
{
	g_autoptr(GVariant) array = g_variant_get_child_value(value, 0);
	guint64 revision;
	gsize n;
	const int64_t *counts = g_variant_get_fixed_array(array, &n, sizeof *counts);

	g_variant_get_child(value, 1, "t", &revision);
	job->counts(job->job.user, counts, n, revision);
}

static void on_words(struct reader_job *job, GVariant *value)
{
	g_auto(GStrv) tags = NULL, queries = NULL;

	g_variant_get(value, "(^aay^aay)", &tags, &queries);
	job->names(job->job.user, tags, queries);
}

static void on_matches(struct reader_job *job, GVariant *value)
{
	g_auto(GStrv) ids = NULL;

	g_variant_get(value, "(^aay)", &ids);
	job->ids(job->job.user, ids);
}

static void on_post(struct reader_job *job, GVariant *value)
{
	g_autoptr(GPtrArray) letters =
		g_ptr_array_new_with_free_func((GDestroyNotify)letter_head_free);
	struct unpack unpack;
	bool anew;
	size_t n;

	unpack_init(&unpack, value);
	anew = unpack_index(&unpack, 2);
	n = unpack_count(&unpack, 7);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		struct letter_head *letter = g_new0(struct letter_head, 1);

		letter->id = unpack_dup(&unpack);
		letter->date = unpack_number(&unpack);
		letter->subject = unpack_dup(&unpack);
		letter->from = unpack_dup(&unpack);
		letter->to = unpack_dup(&unpack);
		letter->thread = unpack_dup(&unpack);
		g_ptr_array_add(letters, letter);
		unpack.bad = unpack.bad || !letter->id;
	}
	if (unpack_end(&unpack))
		job->letters(job->job.user, anew, letters);
}

static void frame(struct job *base, enum wire_kind kind, GVariant *value)
{
	struct reader_job *job = (struct reader_job *)base;

	if (kind == WIRE_INFO)
		on_info(job, value);
	else if (kind == WIRE_MESSAGES)
		on_messages(job, value);
	else if (kind == WIRE_COUNTS && job->counts)
		on_counts(job, value);
	else if (kind == WIRE_WORDS && job->names)
		on_words(job, value);
	else if (kind == WIRE_MATCHES && job->ids)
		on_matches(job, value);
	else if (kind == WIRE_POST && job->letters)
		on_post(job, value);
}

static const struct job_class reader_class = {
	.role = ROLE_READER,
	.what = N_("the reader"),
	.size = sizeof(struct reader_job),
	.frame = frame,
};

static struct reader_job *reader_job_new(struct spawner *spawner, job_done *done, void *user)
{
	return (struct reader_job *)job_new(&reader_class, spawner, done, user);
}

struct job *reader_start(struct spawner *spawner, const struct reader_request *request,
	reader_info *info, reader_batch *batch, job_done *done, void *user)
{
	struct reader_job *job = reader_job_new(spawner, done, user);
	GVariant *ids = request->ids ? g_variant_new_bytestring_array(request->ids, -1) : NULL;

	job->info = info;
	job->batch = batch;
	job_send(&job->job, WIRE_READ,
		g_variant_new("(@" STORE_TYPE "m^aybbttm@aaybbb)", store_ref_pack(&request->store),
			request->query, request->exclude, request->oldest_first,
			(guint64)request->limit, (guint64)request->offset, ids, request->recipients,
			request->once, request->total));
	return &job->job;
}

struct job *reader_count_start(struct spawner *spawner, struct store_ref store,
	const char *const *queries, reader_counts *counts, job_done *done, void *user)
{
	struct reader_job *job = reader_job_new(spawner, done, user);

	job->counts = counts;
	job_send(&job->job, WIRE_COUNT,
		g_variant_new("(@" STORE_TYPE "^aay)", store_ref_pack(&store), queries));
	return &job->job;
}

struct job *reader_names_start(struct spawner *spawner, struct store_ref store, reader_names *names,
	job_done *done, void *user)
{
	struct reader_job *job = reader_job_new(spawner, done, user);

	job->names = names;
	job_send(&job->job, WIRE_NAMES, g_variant_new("(@" STORE_TYPE ")", store_ref_pack(&store)));
	return &job->job;
}

struct job *reader_ids_start(struct spawner *spawner, const struct reader_request *request,
	reader_ids *ids, job_done *done, void *user)
{
	struct reader_job *job = reader_job_new(spawner, done, user);

	job->ids = ids;
	job_send(&job->job, WIRE_IDS,
		g_variant_new("(@" STORE_TYPE "m^ayb)", store_ref_pack(&request->store),
			request->query, request->exclude));
	return &job->job;
}

struct job *reader_absent_start(struct spawner *spawner, struct store_ref store,
	const char *const *ids, reader_ids *absent, job_done *done, void *user)
{
	struct reader_job *job = reader_job_new(spawner, done, user);

	job->ids = absent;
	job_send(&job->job, WIRE_ABSENT,
		g_variant_new("(@" STORE_TYPE "^aay)", store_ref_pack(&store), ids));
	return &job->job;
}

struct job *reader_letters_start(struct spawner *spawner, struct store_ref store,
	const char *sent_query, reader_letters *letters, job_done *done, void *user)
{
	struct reader_job *job = reader_job_new(spawner, done, user);

	job->letters = letters;
	job_send(&job->job, WIRE_LETTERS,
		g_variant_new("(@" STORE_TYPE "m^ay)", store_ref_pack(&store), sent_query));
	return &job->job;
}
