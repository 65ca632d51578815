/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cache's child: it looks up and keeps, so that nobody else waits for SQLite. A LOOKUP frame is
 * answered by FACTS, as far as something is known, and one LOOKED. What KEEP frames bring is
 * committed when nothing has come for a while, or much has. It is not looked at: who asks for it
 * checks what he gets. Whole lists (role_lists.c) lie in a file of their own, opened when one is
 * asked for.
 */
#include <sys/stat.h>

#include "base/words.h"
#include "verdicts/cache.h"
#include "verdicts/lists.h"
#include "worker/reportwire.h"
#include "worker/roles.h"

#define FACTS_BYTES ((gsize)256 << 10) /* then a frame goes */
#define KEPT_MAX ((gsize)16 << 20)     /* bytes that wait for a commit, and how long for more */
#define KEPT_MILLISECONDS 100

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
		const struct pack_place before = pack_place(&facts.pack);
		const struct verdict_key key = {id, path, VERDICT_STAMP_NOW};
		struct span packed;
		struct pack_place part;

		if (!id || !path || !verdicts_get(verdicts, &key, &packed))
			continue;
		pack_count(&facts.pack, i);
		part = pack_begin_part(&facts.pack);
		if (!pack_restore(&facts.pack, packed.p, packed.n)) {
			pack_cut(&facts.pack, before);
			continue;
		}
		pack_end_part(&facts.pack, part);
		if (pack_size(&facts.pack) > FACTS_BYTES)
			facts_flush(&facts);
	}
	facts_flush(&facts);
	pack_clear(&facts.pack);
	wire_send(wire, WIRE_LOOKED, NULL);
}

/* Once: that something in a file turned out to be broken. */
static void tell_harm(struct wire *wire, const char *harmed, bool *told)
{
	const char *path = *told ? NULL : harmed;
	g_autofree char *note =
		path ? g_strdup_printf(_("the cache %s is broken and will be made anew"), path)
		     : NULL;

	*told = *told || path;
	if (note)
		wire_send(wire, WIRE_HELLO, g_variant_new("(^ay)", note));
}

/* Returns how many bytes that were. */
static gsize keep(struct verdicts *verdicts, GVariant *request)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct unpack unpack;

	unpack_init(&unpack, request);
	while (!unpack.bad && !unpack_end(&unpack)) {
		const char *id = unpack_text(&unpack), *path = unpack_text(&unpack);
		struct verdict_key key = {id, path, {0}};
		struct unpack part;

		key.stamp.size = unpack_number(&unpack);
		key.stamp.mtime = unpack_number(&unpack);
		unpack_value(&unpack, &part);
		if (unpack.bad || !id || !path || key.stamp.size < 0)
			continue;
		g_byte_array_set_size(bytes, 0);
		unpack_save(&part, bytes);
		verdicts_put(verdicts, &key, (struct span){(const char *)bytes->data, bytes->len});
	}
	return g_variant_get_size(request);
}

/* --- whole lists */

struct shelf {
	const char *uuid;
	struct lists *lists;
	bool opened; /* it was tried */
};

static struct lists *shelf_lists(struct shelf *shelf, struct wire *wire)
{
	g_autofree char *note = NULL;

	if (!shelf->opened)
		shelf->lists = lists_open(shelf->uuid, &note);
	shelf->opened = true;
	if (note)
		wire_send(wire, WIRE_HELLO, g_variant_new("(^ay)", note));
	return shelf->lists;
}

static void serve_list(
	struct wire *wire, struct shelf *shelf, enum wire_kind kind, GVariant *request)
{
	struct lists *lists = shelf_lists(shelf, wire);

	if (kind == WIRE_FIND)
		list_find(wire, lists, request);
	else if (kind == WIRE_LIST)
		list_tell(wire, lists, request);
	else if (kind == WIRE_SHELVE)
		list_shelve(wire, lists, request);
	else
		list_settle(lists, request);
}

void role_cache(struct wire *wire)
{
	const char *uuid, *rules;
	enum wire_kind kind;
	GVariant *request;
	struct verdicts *verdicts;
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;
	struct shelf shelf = {NULL};
	gsize kept = 0;
	bool told = false, told_lists = false;

	umask(077);
	if (!wire_receive(wire, &kind, &request) || kind != WIRE_CACHE)
		return;
	g_variant_get(request, "(^&ay^&ay)", &uuid, &rules);
	shelf.uuid = uuid;
	verdicts = verdicts_open(uuid, rules, report_wire_version(), &note, &error);
	if (!verdicts) {
		wire_send_end(wire, error);
		return;
	}
	wire_send(wire, WIRE_HELLO, g_variant_new("(^ay)", note ? note : ""));
	while (wire_receive(wire, &kind, &request)) {
		if (kind == WIRE_LOOKUP) {
			look_up(wire, verdicts, request);
			tell_harm(wire, verdicts_harm(verdicts), &told);
		} else if (kind == WIRE_KEEP) {
			kept += keep(verdicts, request);
		} else if (kind == WIRE_FIND || kind == WIRE_LIST || kind == WIRE_SHELVE ||
			   kind == WIRE_LISTED) {
			serve_list(wire, &shelf, kind, request);
			tell_harm(wire, shelf.lists ? lists_harm(shelf.lists) : NULL, &told_lists);
		}
		g_variant_unref(request);
		if (kept <= KEPT_MAX && wire_pending(wire, kept ? KEPT_MILLISECONDS : 0))
			continue;
		verdicts_commit(verdicts);
		kept = 0;
	}
	lists_close(shelf.lists);
	verdicts_close(verdicts);
}
