/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/errors.h"
#include "base/words.h"
#include "store/writer.h"
#include "worker/roles.h"

#define DELTAS_A_FRAME 500

struct writing {
	struct wire *wire;
	struct pack pack; /* deltas that wait: missing, change */
	guint count;
	GArray *changes;  /* struct change */
	GPtrArray *owned; /* what they point into */
};

/* --- what is asked for */

static bool take_changes(struct writing *writing, GVariant *value)
{
	struct unpack unpack;
	size_t n;

	unpack_init(&unpack, value);
	n = unpack_count(&unpack, 5);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		struct change *change = change_unpack(&unpack);

		g_ptr_array_add(writing->owned, change);
		g_array_append_val(writing->changes, *change);
	}
	return unpack_end(&unpack);
}

/* CHANGES frames up to GO. False when the client went away or changed its mind. */
static bool receive_changes(struct writing *writing)
{
	enum wire_kind kind;
	GVariant *value;

	while (wire_receive(writing->wire, &kind, &value)) {
		bool good = kind == WIRE_CHANGES && take_changes(writing, value);

		g_variant_unref(value);
		if (!good)
			return kind == WIRE_GO;
	}
	return false;
}

/* --- what happens */

static void flush(struct writing *writing)
{
	struct pack whole;

	if (!writing->count)
		return;
	pack_init(&whole);
	pack_count(&whole, writing->count);
	pack_join(&whole, &writing->pack);
	wire_send(writing->wire, WIRE_DELTAS, pack_end(&whole));
	pack_clear(&whole);
	writing->count = 0;
}

static void on_progress(void *user, uint64_t done, uint64_t total)
{
	struct writing *writing = user;

	wire_send(
		writing->wire, WIRE_PROGRESS, g_variant_new("(tt)", (guint64)done, (guint64)total));
}

static void on_delta(void *user, const struct change *delta, bool missing)
{
	struct writing *writing = user;

	pack_count(&writing->pack, missing);
	change_pack(&writing->pack, delta);
	if (++writing->count == DELTAS_A_FRAME)
		flush(writing);
}

static void on_applied(void *user, uint64_t entry)
{
	struct writing *writing = user;

	flush(writing);
	wire_send(writing->wire, WIRE_APPLIED, g_variant_new("(t)", (guint64)entry));
}

/* Whatever the client says now, it is CANCEL, or that it is gone. */
static bool on_cancelled(void *user)
{
	struct writing *writing = user;

	return wire_pending(writing->wire, 0);
}

void role_writer(struct wire *wire)
{
	static const struct writer_events events = {
		on_progress, on_delta, on_applied, on_cancelled};
	struct writing writing = {
		.wire = wire,
		.changes = g_array_new(FALSE, FALSE, sizeof(struct change)),
		.owned = g_ptr_array_new(),
	};
	struct writer_request request;
	enum wire_kind kind;
	GVariant *value;
	GError *error = NULL;

	if (!wire_receive(wire, &kind, &value) || kind != WIRE_WRITE ||
		!receive_changes(&writing)) {
		error = g_error_new_literal(
			NIXIE_ERROR, NIXIE_INTERRUPTED, _("stopped; nothing was changed"));
		wire_send_end(wire, error);
		return;
	}
	pack_init(&writing.pack);
	request.store = store_ref_unpack(value);
	g_variant_get_child(value, 1, "^&ay", &request.uuid);
	g_variant_get_child(value, 2, "^&ay", &request.kind);
	g_variant_get_child(value, 3, "^&ay", &request.label);
	request.changes = (const struct change *)(void *)writing.changes->data;
	request.n = writing.changes->len;
	writer_run(&request, &events, &writing, &error);
	flush(&writing);
	wire_send_end(wire, error);
}
