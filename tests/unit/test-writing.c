/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both ends of the writer's wire: what no honest one sends changes nothing and ends nothing. */
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/errors.h"
#include "store/lock.h"
#include "worker/client.h"
#include "worker/roles.h"
#include "worker/wire.h"

/* --- the child's end */

void __real_role_writer(struct wire *wire);
void __wrap_role_writer(struct wire *wire);

static GVariant *write_frame(void)
{
	static const struct store_ref none = {"/none", "", NULL};

	return g_variant_new(
		"(@" STORE_TYPE "^ay^ay^ay)", store_ref_pack(&none), "", "tag", "a test");
}

static GVariant *ended(struct pack *pack)
{
	GVariant *value = pack_end(pack);

	pack_clear(pack);
	return value;
}

static GVariant *changes_frame(void)
{
	const char *const tags[] = {"t", NULL};
	const struct change change = {"a@x.example", tags, NULL, NULL, NULL};
	struct pack pack;

	pack_init(&pack);
	pack_count(&pack, 1);
	change_pack(&pack, &change);
	return ended(&pack);
}

/* It promises more than it holds. */
static GVariant *foul_frame(void)
{
	struct pack pack;

	pack_init(&pack);
	pack_count(&pack, 10);
	for (int i = 0; i < 60; i++)
		pack_number(&pack, -1);
	return ended(&pack);
}

static void test_role(void)
{
	static const struct {
		const char *name, *frames; /* w rite, c hanges, f oul changes, g o, x cancel */
		guint32 code;
	} rows[] = {
		{"nobody", "", NIXIE_INTERRUPTED},
		{"no request", "g", NIXIE_INTERRUPTED},
		{"left at once", "w", NIXIE_INTERRUPTED},
		{"left in the middle", "wc", NIXIE_INTERRUPTED},
		{"foul changes", "wcfg", NIXIE_INTERRUPTED},
		{"cancelled", "wcx", NIXIE_INTERRUPTED},
		{"no index", "wccg", NIXIE_NOINPUT},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct wire here, there;
		enum wire_kind kind;
		GVariant *value;
		guint32 code;
		int pair[2];

		g_test_message("%s", rows[i].name);
		g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
		wire_init(&here, pair[0]);
		wire_init(&there, pair[1]);
		for (const char *c = rows[i].frames; *c; c++)
			g_assert_true(*c == 'w'   ? wire_send(&here, WIRE_WRITE, write_frame())
				      : *c == 'c' ? wire_send(&here, WIRE_CHANGES, changes_frame())
				      : *c == 'f' ? wire_send(&here, WIRE_CHANGES, foul_frame())
				      : *c == 'g' ? wire_send(&here, WIRE_GO, NULL)
						  : wire_send(&here, WIRE_CANCEL, NULL));
		g_assert_cmpint(shutdown(pair[0], SHUT_WR), ==, 0);
		__real_role_writer(&there);
		g_assert_true(wire_receive(&here, &kind, &value));
		g_assert_cmpint(kind, ==, WIRE_END);
		g_variant_get(value, "(u^&ay)", &code, NULL);
		g_assert_cmpuint(code, ==, rows[i].code);
		g_variant_unref(value);
		wire_in_clear(&here.in);
		wire_in_clear(&there.in);
		close(pair[0]);
		close(pair[1]);
	}
}

/* --- this program's end */

/* A child that was taken over: a whole delta, frames that no writer sends, and half of a delta. */
void __wrap_role_writer(struct wire *wire)
{
	const char *const tags[] = {"t", NULL};
	const struct change delta = {"a@x.example", tags, NULL, NULL, NULL};
	struct pack pack;

	pack_init(&pack);
	pack_count(&pack, 1);
	pack_count(&pack, 0);
	change_pack(&pack, &delta);
	wire_send(wire, WIRE_DELTAS, ended(&pack));
	wire_send(wire, WIRE_PROGRESS, g_variant_new("(tt)", (guint64)1, (guint64)2));
	wire_send(wire, WIRE_LOOKED, NULL);
	wire_send(wire, WIRE_APPLIED, g_variant_new("(t)", (guint64)7));
	wire_send(wire, WIRE_DELTAS, foul_frame());
	wire_send_end(wire, NULL);
}

static struct {
	unsigned deltas, progress;
	uint64_t entry;
	GMainLoop *loop;
} told;

static void on_progress(void *user, uint64_t done, uint64_t total)
{
	(void)user;
	told.progress += done == 1 && total == 2;
}

static void on_delta(void *user, const struct change *delta, bool missing)
{
	(void)user;
	g_assert_cmpstr(delta->id, ==, "a@x.example");
	g_assert_false(missing);
	told.deltas++;
}

static void on_applied(void *user, uint64_t entry)
{
	(void)user;
	told.entry = entry;
}

static void on_done(void *user, const GError *error)
{
	(void)user;
	g_assert_no_error(error);
	g_main_loop_quit(told.loop);
}

static struct spawner *spawner;

static void test_client(void)
{
	static const struct writer_request request = {
		.store = {"/none", "", NULL}, .kind = "tag", .label = "a test"};

	told.loop = g_main_loop_new(NULL, FALSE);
	writer_start(spawner, &request, on_progress, on_delta, on_applied, on_done, NULL);
	g_main_loop_run(told.loop);
	g_assert_cmpuint(told.deltas, ==, 1);
	g_assert_cmpuint(told.progress, ==, 1);
	g_assert_cmpuint(told.entry, ==, 7);
	/* Who only waits for the end is told nothing else. */
	writer_start(spawner, &request, NULL, NULL, NULL, on_done, NULL);
	g_main_loop_run(told.loop);
	g_assert_cmpuint(told.deltas + told.progress, ==, 2);
	g_main_loop_unref(told.loop);
}

/* --- the status line */

static enum lock_state probed;
enum lock_state __wrap_lock_probe(const char *xapian, char **holder);
enum lock_state __wrap_lock_probe(const char *xapian, char **holder)
{
	(void)xapian;
	if (probed == LOCK_BUSY)
		*holder = g_strdup("notmuch (pid 1)");
	return probed;
}

static void test_lock_state(void)
{
	static const struct {
		enum lock_state state;
		const char *words;
	} rows[] = {
		{LOCK_FREE, "free"},
		{LOCK_BUSY, "busy: notmuch (pid 1)"},
		{LOCK_READ_ONLY, "read-only"},
		{LOCK_MISSING, "missing"},
	};
	g_autofree char *mail = g_dir_make_tmp("nixie-writing-XXXXXX", NULL);
	g_autofree char *xapian = g_build_filename(mail, "xapian", NULL), *none = NULL;

	g_assert_cmpint(g_mkdir(xapian, 0700), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *words = NULL;

		probed = rows[i].state;
		words = writer_lock_state((struct store_ref){mail, "", NULL});
		g_assert_cmpstr(words, ==, rows[i].words);
	}
	g_rmdir(xapian);
	probed = LOCK_FREE;
	none = writer_lock_state((struct store_ref){mail, "", NULL});
	g_assert_cmpstr(none, ==, "missing");
	g_rmdir(mail);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int result;

	spawner = spawner_start(&error);
	g_assert_no_error(error);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/writing/role", test_role);
	g_test_add_func("/writing/client", test_client);
	g_test_add_func("/writing/lock-state", test_lock_state);
	result = g_test_run();
	spawner_stop(spawner);
	return result;
}
