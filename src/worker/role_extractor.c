/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The child that reads hostile mail: it loads the rules, shuts itself in, and turns mails into
 * reports. A batch lies in a half of the tray for mails; what is too long for it comes as a
 * descriptor. The answers to it go into the other tray at the end, or as frames before when they
 * are many, or slow to come.
 */
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "worker/engine.h"
#include "worker/reportwire.h"
#include "worker/roles.h"
#include "worker/sandbox.h"
#include "worker/tray.h"

#define FLUSH_BYTES ((size_t)1 << 20)
#define FLUSH_MICROSECONDS (G_USEC_PER_SEC / 2)

struct extracting {
	struct wire *wire;
	struct engine engine;
	struct tray mails, answers; /* without bytes: all goes over the socket */
	struct pack pack;           /* answers that wait to be sent together */
	gint64 since;
};

static bool flush(struct extracting *work)
{
	work->since = g_get_monotonic_time();
	return !pack_size(&work->pack) ||
	       wire_send(work->wire, WIRE_REPORTS, pack_end(&work->pack));
}

/* What is left of a batch, to where that half of the tray is its own. */
static bool lay(struct extracting *work, unsigned half)
{
	const struct pack_place sizes = pack_place(&work->pack);

	if (!work->answers.bytes || pack_size(&work->pack) > TRAY_HALF)
		return flush(work);
	pack_move(&work->pack, tray_half(&work->answers, half));
	work->since = g_get_monotonic_time();
	return wire_send(work->wire, WIRE_LAID,
		g_variant_new("(uu)", (guint32)sizes.numbers, (guint32)sizes.texts));
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

static void extract_bytes(struct extracting *work, struct span bytes, bool cut, bool fragment)
{
	struct extractor *extractor = work->engine.extractor;
	struct report *report =
		fragment ? extract_fragment(extractor, bytes) : extract_report(extractor, bytes);
	struct pack_place part;

	if (cut)
		warn_cut(report, "The file is longer than 1 GB; what follows was not read.");
	pack_count(&work->pack, true);
	part = pack_begin_part(&work->pack);
	report_pack(&work->pack, report);
	pack_end_part(&work->pack, part);
	report_free(report);
}

/* False when there is no descriptor. */
static bool extract_fd(struct extracting *work, bool fragment)
{
	g_autoptr(GError) error = NULL;
	int fd = wire_take_fd(&work->wire->in);
	struct file_bytes file;

	if (fd < 0)
		return false;
	if (file_read_fd(fd, &file, &error)) {
		extract_bytes(work, file.bytes, file.cut, fragment);
		file_bytes_clear(&file);
	} else {
		pack_count(&work->pack, false);
		pack_text(&work->pack, error->message);
	}
	close(fd);
	return true;
}

static bool extract_batch(struct extracting *work, GVariant *request)
{
	g_autoptr(GVariant) list = NULL;
	const guint32 *sizes;
	guint32 half;
	gboolean fragment;
	const char *at;
	gsize n;

	g_variant_get(request, "(u@aub)", &half, &list, &fragment);
	sizes = g_variant_get_fixed_array(list, &n, sizeof *sizes);
	at = work->mails.bytes ? tray_half(&work->mails, half) : NULL;
	for (gsize i = 0; i < n; i++) {
		gint64 now = g_get_monotonic_time();

		sandbox_next_message(now);
		if ((pack_size(&work->pack) > FLUSH_BYTES ||
			    now - work->since > FLUSH_MICROSECONDS) &&
			!flush(work))
			return false;
		pack_count(&work->pack, i);
		if (sizes[i] != WIRE_BY_FD) {
			extract_bytes(work, (struct span){at, sizes[i]}, false, fragment);
			at += wire_aligned(sizes[i]);
		} else if (!extract_fd(work, fragment)) {
			return false;
		}
	}
	return lay(work, half);
}

/* Where none were sent, the first descriptors that are here are those of mails. */
static bool take_trays(struct extracting *work)
{
	int mails = wire_take_fd(&work->wire->in), answers = wire_take_fd(&work->wire->in);

	return mails >= 0 && answers >= 0 && tray_take(&work->mails, mails, false) &&
	       tray_take(&work->answers, answers, true);
}

void role_extractor(struct wire *wire)
{
	struct extracting work = {.wire = wire, .since = g_get_monotonic_time()};
	enum wire_kind kind;
	GVariant *request;
	const char *datadir;
	gboolean has_trays;
	g_autofree const char **rule_dirs = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *sandbox = NULL;

	if (!wire_receive(wire, &kind, &request) || kind != WIRE_EXTRACT)
		return;
	g_variant_get(request, "(^&ay^a&ayb)", &datadir, &rule_dirs, &has_trays);
	if (has_trays && !take_trays(&work))
		return;
	if (!engine_load(&work.engine, datadir, rule_dirs, &error)) {
		wire_send_end(wire, error);
		return;
	}
	g_variant_unref(request);
	sandbox = sandbox_enter();
	pack_init(&work.pack);
	if (!wire_send(wire, WIRE_HELLO, g_variant_new("(^ay)", sandbox)))
		return;
	while (wire_receive(wire, &kind, &request) && kind == WIRE_MAILS) {
		bool goes_on = extract_batch(&work, request);

		g_variant_unref(request);
		if (!goes_on)
			return;
	}
}
