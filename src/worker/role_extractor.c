/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The child that reads hostile mail: it loads the rules, shuts itself in, and turns descriptors
 * into reports. The answer to FILES is one or more REPORTS, each a count and so many of: place in
 * the batch, whether it is a report, then the report or the reason why there is none.
 */
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "worker/engine.h"
#include "worker/reportwire.h"
#include "worker/roles.h"
#include "worker/sandbox.h"

#define FLUSH_BYTES ((size_t)1 << 20)
#define FLUSH_MICROSECONDS (G_USEC_PER_SEC / 2)

/* Answers that wait to be sent together. */
struct answers {
	struct wire *wire;
	struct pack pack;
	size_t count;
	gint64 since;
};

static bool flush(struct answers *answers)
{
	struct pack whole;
	bool sent;

	if (!answers->count)
		return true;
	/* The count goes first, but is known last. */
	pack_init(&whole);
	pack_count(&whole, answers->count);
	pack_join(&whole, &answers->pack);
	sent = wire_send(answers->wire, WIRE_REPORTS, pack_end(&whole));
	pack_clear(&whole);
	answers->count = 0;
	answers->since = g_get_monotonic_time();
	return sent;
}

static void warn_cut(struct report *report, const char *sentence)
{
	struct strings *warnings = &report->warnings;
	const char **more = arena_alloc(report->arena, (warnings->n + 1) * sizeof *more);

	if (warnings->n)
		memcpy(more, warnings->v, warnings->n * sizeof *more);
	more[warnings->n] = arena_str(report->arena, sentence);
	*warnings = (struct strings){more, warnings->n + 1};
	report->cut = true;
}

static void extract_file(struct engine *engine, int fd, bool fragment, struct pack *pack)
{
	g_autoptr(GError) error = NULL;
	struct file_bytes bytes;
	struct report *report;

	if (!file_read_fd(fd, &bytes, &error)) {
		pack_count(pack, false);
		pack_text(pack, error->message);
		return;
	}
	report = fragment ? extract_fragment(engine->extractor, bytes.bytes)
			  : extract_report(engine->extractor, bytes.bytes);
	if (bytes.cut)
		warn_cut(report, "The file is longer than 1 GB; what follows was not read.");
	pack_count(pack, true);
	report_pack(pack, report);
	report_free(report);
	file_bytes_clear(&bytes);
}

static bool extract_batch(struct engine *engine, struct answers *answers, GVariant *request)
{
	guint32 n;
	gboolean fragment;

	g_variant_get(request, "(ub)", &n, &fragment);
	for (guint32 i = 0; i < n; i++) {
		int fd = wire_take_fd(&answers->wire->in);

		if (fd < 0)
			return false;
		sandbox_next_message();
		pack_count(&answers->pack, i);
		extract_file(engine, fd, fragment, &answers->pack);
		answers->count++;
		close(fd);
		if ((pack_size(&answers->pack) > FLUSH_BYTES ||
			    g_get_monotonic_time() - answers->since > FLUSH_MICROSECONDS) &&
			!flush(answers))
			return false;
	}
	return flush(answers);
}

void role_extractor(struct wire *wire)
{
	struct answers answers = {.wire = wire, .since = g_get_monotonic_time()};
	struct engine engine = {0};
	enum wire_kind kind;
	GVariant *request;
	const char *datadir;
	g_autofree const char **rule_dirs = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *sandbox = NULL;

	if (!wire_receive(wire, &kind, &request) || kind != WIRE_EXTRACT)
		return;
	g_variant_get(request, "(^&ay^a&ay)", &datadir, &rule_dirs);
	if (!engine_load(&engine, datadir, rule_dirs, &error)) {
		wire_send_end(wire, error);
		return;
	}
	g_variant_unref(request);
	sandbox = sandbox_enter();
	pack_init(&answers.pack);
	if (!wire_send(wire, WIRE_HELLO, g_variant_new("(^ay)", sandbox)))
		return;
	while (wire_receive(wire, &kind, &request) && kind == WIRE_FILES) {
		bool goes_on = extract_batch(&engine, &answers, request);

		g_variant_unref(request);
		if (!goes_on)
			return;
	}
}
