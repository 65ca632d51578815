/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes from a child that its mail has taken over: as frames of the wire, and as a report that
 * a cache kept. What is no honest frame is refused; what is taken is taken whole.
 */
#include "extract/extract.h"
#include "shipped.h"
#include "worker/reading.h"
#include "worker/reportwire.h"
#include "worker/wire.h"

#define FRAMES 64 /* looked at in each input, so that a run stays short */

/* What is unpacked once packs and unpacks to the same bytes. */
static void check_whole(const struct report *report)
{
	struct pack pack, again;
	g_autoptr(GByteArray) first = g_byte_array_new(), second = g_byte_array_new();
	g_autoptr(GVariant) value = NULL;
	struct unpack unpack;
	struct report *back;

	pack_init(&pack);
	pack_init(&again);
	report_pack(&pack, report);
	value = g_variant_ref_sink(pack_end(&pack));
	unpack_init(&unpack, value);
	back = report_unpack(&unpack);
	g_assert_true(back && unpack_end(&unpack));
	report_pack(&pack, report);
	pack_save(&pack, first);
	report_pack(&again, back);
	pack_save(&again, second);
	g_assert_true(first->len == second->len && !memcmp(first->data, second->data, first->len));
	report_free(back);
	pack_clear(&pack);
	pack_clear(&again);
}

static void check_pack(struct unpack *unpack)
{
	struct unpack once_more = *unpack;
	struct report *report = report_unpack(unpack);
	struct message *message = message_unpack(&once_more);
	struct change *change;

	if (report)
		check_whole(report);
	report_free(report);
	message_free(message);
	change = change_unpack(&once_more);
	change_free(change);
}

static void check_frame(enum wire_kind kind, GVariant *value)
{
	struct unpack unpack;
	struct reading *reading;
	g_autoptr(GError) error = NULL;

	g_assert_cmpstr(g_variant_get_type_string(value), ==, wire_types[kind]);
	if (g_str_equal(wire_types[kind], PACK_TYPE)) {
		unpack_init(&unpack, value);
		check_pack(&unpack);
	}
	if (kind == WIRE_READING) {
		reading = reading_unpack(value);
		reading_free(reading);
	}
	if (kind == WIRE_END)
		g_assert_true(wire_end_error(value, &error) == (error != NULL));
}

static void check_kept(struct span bytes)
{
	struct pack pack;
	struct unpack unpack;

	pack_init(&pack);
	if (pack_restore(&pack, bytes.p, bytes.n)) {
		unpack_tail(&unpack, &pack, (struct pack_place){0, 0});
		check_pack(&unpack);
	}
	pack_clear(&pack);
}

/* Honest frames: what children say of two small samples. */
void own_seeds(void (*each)(const void *bytes, size_t size, void *user), void *user)
{
	static const char *const samples[] = {
		"data/samples/postfix-three-of-four.eml", "data/samples/vacation.eml"};

	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *path = source_path(samples[i]), *mail = NULL;
		g_autoptr(GByteArray) kept = g_byte_array_new();
		g_autoptr(GBytes) facts = NULL, read = NULL;
		struct reading *reading;
		struct report *report;
		struct pack pack;
		gsize n;

		if (!g_file_get_contents(path, &mail, &n, NULL))
			g_error("%s is not there", path);
		report = extract_report(shipped_extractor(), (struct span){mail, n});
		pack_init(&pack);
		report_pack(&pack, report);
		facts = wire_frame(WIRE_FACTS, pack_end(&pack));
		each(g_bytes_get_data(facts, NULL), g_bytes_get_size(facts), user);
		report_pack(&pack, report);
		pack_save(&pack, kept);
		each(kept->data, kept->len, user);
		reading = reading_make((struct span){mail, n}, NULL);
		read = wire_frame(WIRE_READING, reading_pack(reading));
		each(g_bytes_get_data(read, NULL), g_bytes_get_size(read), user);
		reading_free(reading);
		report_free(report);
		pack_clear(&pack);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_in in;
	enum wire_kind kind;
	GVariant *value;

	wire_in_init(&in, false);
	g_byte_array_append(in.bytes, data, (guint)size);
	for (unsigned n = 0; n < FRAMES && wire_next(&in, &kind, &value) == WIRE_FRAME; n++) {
		check_frame(kind, value);
		g_variant_unref(value);
	}
	wire_in_clear(&in);
	check_kept((struct span){(const char *)data, size});
	return 0;
}
