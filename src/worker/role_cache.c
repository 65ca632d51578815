/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cache's child: it looks up and keeps, so that nobody else waits for SQLite. A LOOKUP frame is
 * answered by FACTS, as far as something is known, and one LOOKED. KEEP frames are committed
 * together when nothing else is waiting.
 */
#include <sys/stat.h>

#include "verdicts/cache.h"
#include "worker/reportwire.h"
#include "worker/roles.h"

#define FACTS_BYTES ((gsize)256 << 10) /* then a frame goes */

/* Answers behind each other: the place of a key, then its report, in bounds of its own. */
struct facts {
	struct wire *wire;
	struct pack pack;
};

static void facts_flush(struct facts *facts)
{
	if (pack_size(&facts->pack))
		wire_send(facts->wire, WIRE_FACTS, pack_end(&facts->pack));
}

static void look_up(struct wire *wire, struct verdicts *verdicts, GVariant *request)
{
	struct facts facts = {.wire = wire};
	struct unpack unpack;
	size_t n;

	unpack_init(&unpack, request);
	n = unpack_count(&unpack, 2);
	pack_init(&facts.pack);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		const char *id = unpack_text(&unpack), *path = unpack_text(&unpack);
		struct verdict_key key;
		g_autoptr(GBytes) packed = NULL;

		if (!id || !path || !verdict_key_of(&key, id, path) ||
			!(packed = verdicts_get(verdicts, &key)))
			continue;
		pack_count(&facts.pack, i);
		pack_value(&facts.pack, packed);
		if (pack_size(&facts.pack) > FACTS_BYTES)
			facts_flush(&facts);
	}
	facts_flush(&facts);
	pack_clear(&facts.pack);
	wire_send(wire, WIRE_LOOKED, NULL);
}

static void keep(struct verdicts *verdicts, GVariant *request)
{
	const char *id, *path;
	g_autoptr(GVariant) value = NULL;
	g_autoptr(GBytes) packed = NULL;
	struct verdict_key key;
	struct unpack unpack;
	struct report *report;

	g_variant_get(request, "(^&ay^&ay@" PACK_TYPE ")", &id, &path, &value);
	unpack_init(&unpack, value);
	report = report_unpack(&unpack);
	packed = g_variant_get_data_as_bytes(value);
	if (report && verdict_key_of(&key, id, path))
		verdicts_put(verdicts, &key, report, packed);
	report_free(report);
}

void role_cache(struct wire *wire)
{
	const char *uuid, *rules;
	enum wire_kind kind;
	GVariant *request;
	struct verdicts *verdicts;
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;

	umask(077);
	if (!wire_receive(wire, &kind, &request) || kind != WIRE_CACHE)
		return;
	g_variant_get(request, "(^&ay^&ay)", &uuid, &rules);
	verdicts = verdicts_open(uuid, rules, report_wire_version(), &note, &error);
	if (!verdicts) {
		wire_send_end(wire, error);
		return;
	}
	wire_send(wire, WIRE_HELLO, g_variant_new("(^ay)", note ? note : ""));
	while (wire_receive(wire, &kind, &request)) {
		if (kind == WIRE_LOOKUP)
			look_up(wire, verdicts, request);
		else if (kind == WIRE_KEEP)
			keep(verdicts, request);
		g_variant_unref(request);
		if (!wire_pending(wire))
			verdicts_commit(verdicts);
	}
	verdicts_close(verdicts);
}
