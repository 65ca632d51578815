/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wire: what is sent arrives as it was; what no honest child sends is refused. */
#include <fcntl.h>
#include <glib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/errors.h"
#include "store/store.h"
#include "worker/reportwire.h"
#include "worker/wire.h"

/* --- packs */

static void test_pack(void)
{
	static const int64_t numbers[] = {0, 1, -1, INT32_MAX, INT64_MAX, INT64_MIN, 0x80000000LL};
	static const char *const list[] = {"a", "", "\377\001", NULL};
	g_autoptr(GVariant) value = NULL;
	g_auto(GStrv) back = NULL, none = NULL;
	struct unpack unpack;
	struct pack pack;

	pack_init(&pack);
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		pack_number(&pack, numbers[i]);
	pack_text(&pack, NULL);
	pack_text(&pack, "");
	pack_list(&pack, list);
	pack_list(&pack, NULL);
	pack_count(&pack, 3);
	value = g_variant_ref_sink(pack_end(&pack));
	pack_clear(&pack);
	unpack_init(&unpack, value);
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		g_assert_cmpint(unpack_number(&unpack), ==, numbers[i]);
	g_assert_null(unpack_text(&unpack));
	g_assert_cmpstr(unpack_text(&unpack), ==, "");
	back = unpack_list(&unpack);
	none = unpack_list(&unpack);
	g_assert_cmpuint(g_strv_length(back), ==, 3);
	g_assert_cmpstr(back[2], ==, "\377\001");
	g_assert_cmpuint(g_strv_length(none), ==, 0);
	g_assert_false(unpack_end(&unpack));
	g_assert_cmpuint(unpack_index(&unpack, 4), ==, 3);
	g_assert_true(unpack_end(&unpack));
	g_assert_cmpint(unpack_number(&unpack), ==, 0);
	g_assert_false(unpack_end(&unpack));
}

/* The frame around the arrays grows with them. */
static void test_pack_sizes(void)
{
	static const size_t middles[] = {0, 255, 65535};

	for (size_t i = 0; i < G_N_ELEMENTS(middles); i++)
		for (size_t n = middles[i] < 20 ? 0 : middles[i] - 20; n < middles[i] + 20; n++) {
			g_autofree char *text = g_strnfill(n, 'x');
			g_autoptr(GVariant) value = NULL;
			struct unpack unpack;
			struct pack pack;

			pack_init(&pack);
			if (n)
				pack_text(&pack, text);
			value = g_variant_ref_sink(pack_end(&pack));
			pack_clear(&pack);
			unpack_init(&unpack, value);
			g_assert_false(unpack.bad);
			if (n)
				g_assert_cmpstr(unpack_text(&unpack), ==, text);
			g_assert_true(unpack_end(&unpack));
		}
}

enum read { READ_TEXT, READ_LIST, READ_NUMBER, READ_INDEX, READ_PART, READ_TEXT_OF_PART };

/* As answers lie in a tray: each can be taken out alone, and knows no other's texts. */
static void test_pack_parts(void)
{
	static const char *const texts[] = {"one", NULL, "", "four"};
	int32_t aligned[64];
	char *bytes = (char *)(void *)aligned;
	struct pack_place sizes;
	struct unpack unpack;
	struct pack pack;

	pack_init(&pack);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct pack_place part = pack_begin_part(&pack);

		pack_text(&pack, texts[i]);
		pack_count(&pack, i);
		pack_end_part(&pack, part);
	}
	sizes = pack_place(&pack);
	g_assert_cmpuint(pack_size(&pack), <=, sizeof aligned);
	pack_move(&pack, bytes);
	g_assert_cmpuint(pack_size(&pack), ==, 0);
	pack_clear(&pack);
	unpack_bytes(&unpack, bytes, sizes.numbers, sizes.texts);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct unpack part;

		unpack_value(&unpack, &part);
		g_assert_cmpstr(unpack_text(&part), ==, texts[i]);
		g_assert_cmpuint(unpack_index(&part, 9), ==, i);
		g_assert_true(unpack_end(&part));
	}
	g_assert_true(unpack_end(&unpack));
}

static void test_pack_hostile(void)
{
	static const struct {
		const char *name;
		int32_t numbers[3];
		size_t numbers_n;
		const char *texts;
		size_t texts_n;
		enum read read;
	} rows[] = {
		{"nothing there", {0}, 0, "", 0, READ_TEXT},
		{"half a number", {1}, 1, "", 0, READ_NUMBER},
		{"text past the end", {4}, 1, "abc", 4, READ_TEXT},
		{"text without texts", {0}, 1, "", 0, READ_TEXT},
		{"text without NUL", {2}, 1, "abc", 4, READ_TEXT},
		{"negative length", {-2}, 1, "abc", 4, READ_TEXT},
		{"largest length", {INT32_MAX}, 1, "abc", 4, READ_TEXT},
		{"list longer than what follows", {3, -1}, 2, "", 0, READ_LIST},
		{"negative list", {-1}, 1, "", 0, READ_LIST},
		{"NULL in a list", {1, -1}, 2, "", 0, READ_LIST},
		{"index at its limit", {4}, 1, "", 0, READ_INDEX},
		{"negative index", {-1}, 1, "", 0, READ_INDEX},
		{"part past the numbers", {2, 0, -1}, 3, "", 0, READ_PART},
		{"part past the texts", {1, 5, -1}, 3, "abc", 4, READ_PART},
		{"part of less than nothing", {-1, 0, 0}, 3, "", 0, READ_PART},
		{"text past its part", {1, 2, 3}, 3, "abc", 4, READ_TEXT_OF_PART},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_new("(@ai@ay)",
			g_variant_new_fixed_array(G_VARIANT_TYPE_INT32, rows[i].numbers,
				rows[i].numbers_n, sizeof(int32_t)),
			g_variant_new_fixed_array(
				G_VARIANT_TYPE_BYTE, rows[i].texts, rows[i].texts_n, 1)));
		struct unpack unpack, part;

		unpack_init(&unpack, value);
		switch (rows[i].read) {
		case READ_TEXT:
			unpack_text(&unpack);
			break;
		case READ_LIST:
			g_strfreev(unpack_list(&unpack));
			break;
		case READ_NUMBER:
			unpack_number(&unpack);
			break;
		case READ_INDEX:
			unpack_index(&unpack, 4);
			break;
		case READ_PART:
			unpack_value(&unpack, &part);
			g_assert_true(part.bad);
			break;
		case READ_TEXT_OF_PART:
			unpack_value(&unpack, &part);
			unpack_text(&part);
			unpack.bad = part.bad;
			break;
		}
		g_test_message("%s", rows[i].name);
		g_assert_true(unpack.bad);
	}
}

/* --- reports: every field of the table gets a value of its own */

static void fill(const struct field *fields, void *base, struct arena *arena, int *seed)
{
	for (const struct field *field = fields; field->name; field++) {
		char *at = (char *)base + field->offset;

		++*seed;
		switch (field->type) {
		case FIELD_STR:
			*(const char **)(void *)at =
				*seed % 7 ? arena_printf(arena, "%s \377 %d", field->name, *seed)
					  : NULL;
			break;
		case FIELD_INT:
			*(int64_t *)(void *)at = (int64_t)*seed * 0x123456789LL;
			break;
		case FIELD_ENUM:
			*(int *)(void *)at = *seed % field->count;
			break;
		case FIELD_FLAG:
			*(bool *)(void *)at = *seed % 2;
			break;
		case FIELD_LIST: {
			struct strings *list = (struct strings *)(void *)at;

			list->n = (size_t)*seed % 3;
			list->v = arena_alloc(arena, sizeof *list->v * 3);
			for (size_t i = 0; i < list->n; i++)
				list->v[i] = arena_printf(arena, "%s[%zu]", field->name, i);
			break;
		}
		}
	}
}

static void same(const struct field *fields, const void *left, const void *right)
{
	for (const struct field *field = fields; field->name; field++) {
		const char *a = (const char *)left + field->offset,
			   *b = (const char *)right + field->offset;

		g_test_message("%s", field->name);
		switch (field->type) {
		case FIELD_STR:
			g_assert_cmpstr(*(const char *const *)(const void *)a, ==,
				*(const char *const *)(const void *)b);
			break;
		case FIELD_INT:
			g_assert_cmpint(*(const int64_t *)(const void *)a, ==,
				*(const int64_t *)(const void *)b);
			break;
		case FIELD_ENUM:
			g_assert_cmpint(
				*(const int *)(const void *)a, ==, *(const int *)(const void *)b);
			break;
		case FIELD_FLAG:
			g_assert_cmpint(*(const bool *)a, ==, *(const bool *)b);
			break;
		case FIELD_LIST: {
			const struct strings *x = (const struct strings *)(const void *)a;
			const struct strings *y = (const struct strings *)(const void *)b;

			g_assert_cmpuint(x->n, ==, y->n);
			for (size_t i = 0; i < x->n; i++)
				g_assert_cmpstr(x->v[i], ==, y->v[i]);
			break;
		}
		}
	}
}

static struct recipient *recipients(struct arena *arena, size_t n, int *seed)
{
	struct recipient *made = arena_alloc(arena, n * sizeof *made);

	for (size_t i = 0; i < n; i++) {
		fill(recipient_fields, &made[i], arena, seed);
		made[i].who.count = (unsigned char)(i % ACTORS_MAX);
		for (unsigned char k = 0; k < made[i].who.count; k++)
			made[i].who.who[k] = (unsigned char)(ACTOR_COUNT - 1 - k);
		made[i].ses_type = "Permanent";
		made[i].ses_subtype = i % 2 ? "General" : NULL;
		made[i].evidence_n = i % 3;
		made[i].evidence = arena_alloc(arena, 3 * sizeof *made[i].evidence);
		for (size_t k = 0; k < made[i].evidence_n; k++)
			made[i].evidence[k] = (struct evidence){
				"1.2", "status", (uint64_t)k + 5, 6, 7, UINT64_MAX, "5.1.1"};
	}
	return made;
}

static struct report *full_report(void)
{
	struct report *report = report_new();
	int seed = 0;

	fill(report_fields, report, report->arena, &seed);
	fill(original_fields, &report->original, report->arena, &seed);
	report->recipients_n = 4;
	report->recipients = recipients(report->arena, 4, &seed);
	report->others_n = 1;
	report->others = recipients(report->arena, 1, &seed);
	report->recipients_total = 1000000;
	return report;
}

static GVariant *packed(const struct report *report)
{
	struct pack pack;
	GVariant *value;

	pack_init(&pack);
	report_pack(&pack, report);
	value = g_variant_ref_sink(pack_end(&pack));
	pack_clear(&pack);
	return value;
}

static struct report *unpacked(GVariant *value)
{
	struct unpack unpack;
	struct report *report;

	unpack_init(&unpack, value);
	report = report_unpack(&unpack);
	if (report && !unpack_end(&unpack))
		g_clear_pointer(&report, report_free);
	return report;
}

static void same_recipients(const struct recipient *a, const struct recipient *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		same(recipient_fields, &a[i], &b[i]);
		g_assert_cmpuint(a[i].who.count, ==, b[i].who.count);
		g_assert_cmpint(memcmp(a[i].who.who, b[i].who.who, a[i].who.count), ==, 0);
		g_assert_cmpstr(a[i].ses_type, ==, b[i].ses_type);
		g_assert_cmpstr(a[i].ses_subtype, ==, b[i].ses_subtype);
		g_assert_cmpuint(a[i].evidence_n, ==, b[i].evidence_n);
		for (size_t k = 0; k < a[i].evidence_n; k++) {
			g_assert_cmpstr(a[i].evidence[k].field, ==, b[i].evidence[k].field);
			g_assert_cmpstr(a[i].evidence[k].text, ==, b[i].evidence[k].text);
			g_assert_cmpuint(a[i].evidence[k].raw_at, ==, b[i].evidence[k].raw_at);
			g_assert_cmpuint(
				a[i].evidence[k].decoded_n, ==, b[i].evidence[k].decoded_n);
		}
	}
}

static void test_report(void)
{
	struct report *report = full_report(), *back;
	g_autoptr(GVariant) value = packed(report);

	back = unpacked(value);
	g_assert_nonnull(back);
	same(report_fields, report, back);
	same(original_fields, &report->original, &back->original);
	g_assert_cmpuint(back->recipients_n, ==, 4);
	g_assert_cmpuint(back->others_n, ==, 1);
	g_assert_cmpuint(back->recipients_total, ==, 1000000);
	same_recipients(report->recipients, back->recipients, 4);
	same_recipients(report->others, back->others, 1);
	report_free(report);
	report_free(back);
}

/*
 * A report with any of its numbers changed is either refused or whole: no crash, no read outside.
 */
static void test_report_mangled(void)
{
	struct report *report = full_report();
	g_autoptr(GVariant) value = packed(report);
	gsize size = g_variant_get_size(value);
	g_autoptr(GRand) random = g_rand_new_with_seed(3464);
	unsigned refused = 0;

	for (int round = 0; round < 20000; round++) {
		char *bytes = g_memdup2(g_variant_get_data(value), size);
		g_autoptr(GVariant) mangled = NULL;

		for (int changes = g_rand_int_range(random, 1, 4); changes-- > 0;)
			bytes[g_rand_int_range(random, 0, (gint32)size)] =
				(char)g_rand_int_range(random, 0, 256);
		mangled = g_variant_ref_sink(g_variant_new_from_data(
			G_VARIANT_TYPE(PACK_TYPE), bytes, size, FALSE, g_free, bytes));
		if (g_variant_is_normal_form(mangled)) {
			struct report *back = unpacked(mangled);

			refused += !back;
			report_free(back);
		}
	}
	g_assert_cmpuint(refused, >, 100);
	report_free(report);
}

static void test_message_and_change(void)
{
	const struct message message = {"id@x.example", NULL, -5, "\303\244 <a@b.example>", "",
		(char *[]){"inbox", "unread", NULL}, (char *[]){"/a b\nc", NULL}, (char *[]){NULL}};
	const struct change change = {"id@x.example", (const char *[]){"t", NULL}, NULL, NULL,
		(const char *[]){"k=v", NULL}};
	g_autoptr(GVariant) value = NULL;
	struct message *message_back;
	struct change *change_back;
	struct unpack unpack;
	struct pack pack;

	pack_init(&pack);
	message_pack(&pack, &message);
	change_pack(&pack, &change);
	value = g_variant_ref_sink(pack_end(&pack));
	pack_clear(&pack);
	unpack_init(&unpack, value);
	message_back = message_unpack(&unpack);
	change_back = change_unpack(&unpack);
	g_assert_true(unpack_end(&unpack));
	g_assert_cmpstr(message_back->id, ==, message.id);
	g_assert_null(message_back->thread);
	g_assert_cmpint(message_back->date, ==, -5);
	g_assert_cmpstr(message_back->files[0], ==, "/a b\nc");
	g_assert_cmpuint(g_strv_length(message_back->tags), ==, 2);
	g_assert_cmpstr(change_back->add_tags[0], ==, "t");
	g_assert_cmpstr(change_back->remove_properties[0], ==, "k=v");
	g_assert_null(change_back->remove_tags[0]);
	message_free(message_back);
	change_free(change_back);
}

/* --- frames */

static void feed(struct wire_in *in, const void *bytes, size_t n)
{
	g_byte_array_append(in->bytes, bytes, (guint)n);
}

/* Byte by byte: nothing comes before the whole is there. */
static void test_frames(void)
{
	g_autoptr(GBytes) one =
		wire_frame(WIRE_PROGRESS, g_variant_new("(tt)", (guint64)3, (guint64)9));
	g_autoptr(GBytes) two = wire_frame(WIRE_GO, NULL);
	struct wire_in in;
	enum wire_kind kind;
	GVariant *value;
	gsize n;
	const char *bytes = g_bytes_get_data(one, &n);
	guint64 done, total;

	wire_in_init(&in, false);
	for (gsize i = 0; i < n; i++) {
		g_assert_cmpint(wire_next(&in, &kind, &value), ==, WIRE_NEED_MORE);
		feed(&in, bytes + i, 1);
	}
	feed(&in, g_bytes_get_data(two, NULL), g_bytes_get_size(two));
	g_assert_cmpint(wire_next(&in, &kind, &value), ==, WIRE_FRAME);
	g_assert_cmpint(kind, ==, WIRE_PROGRESS);
	g_variant_get(value, "(tt)", &done, &total);
	g_assert_cmpuint(done, ==, 3);
	g_assert_cmpuint(total, ==, 9);
	g_variant_unref(value);
	g_assert_cmpint(wire_next(&in, &kind, &value), ==, WIRE_FRAME);
	g_assert_cmpint(kind, ==, WIRE_GO);
	g_variant_unref(value);
	g_assert_cmpint(wire_next(&in, &kind, &value), ==, WIRE_NEED_MORE);
	wire_in_clear(&in);
}

static void test_frames_hostile(void)
{
	static const struct {
		const char *name;
		uint32_t header[2];
		const char *body;
	} rows[] = {
		{"no such kind", {WIRE_KIND_COUNT, 0}, ""},
		{"over the limit", {WIRE_REPORTS, WIRE_FRAME_MAX + 1}, ""},
		{"wrong size for its type", {WIRE_PROGRESS, 3}, "abc"},
		{"text without its end", {WIRE_HELLO, 3}, "abc"},
		{"offsets outside", {WIRE_REPORTS, 4}, "\1\1\1\377"},
		{"half a number", {WIRE_REPORTS, 4}, "\1\1\1\3"},
		{"numbers that are too many", {WIRE_REPORTS, 6}, "\1\1\1\1a\10"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct wire_in in;
		enum wire_kind kind;
		GVariant *value = NULL;

		wire_in_init(&in, false);
		feed(&in, rows[i].header, sizeof rows[i].header);
		feed(&in, rows[i].body, strlen(rows[i].body));
		g_test_message("%s", rows[i].name);
		if (rows[i].header[0] == WIRE_REPORTS && rows[i].header[1] <= WIRE_FRAME_MAX) {
			/* A pack is looked at when it is unpacked. */
			struct unpack unpack;

			g_assert_cmpint(wire_next(&in, &kind, &value), ==, WIRE_FRAME);
			unpack_init(&unpack, value);
			g_assert_true(unpack.bad);
			g_variant_unref(value);
		} else if (rows[i].header[0] == WIRE_HELLO) {
			/* A byte array needs no NUL to be normal; reading it as text gives "". */
			const char *text;

			g_assert_cmpint(wire_next(&in, &kind, &value), ==, WIRE_FRAME);
			g_variant_get(value, "(^&ay)", &text);
			g_assert_cmpstr(text, ==, "");
			g_variant_unref(value);
		} else {
			g_assert_cmpint(wire_next(&in, &kind, &value), ==, WIRE_BAD);
		}
		wire_in_clear(&in);
	}
}

static void test_types(void)
{
	for (int kind = 0; kind < WIRE_KIND_COUNT; kind++)
		g_assert_true(g_variant_type_string_is_valid(wire_types[kind]));
}

static void test_end(void)
{
	g_autoptr(GError) sent =
		g_error_new_literal(NIXIE_ERROR, NIXIE_BUSY, "the index is locked");
	g_autoptr(GError) got = NULL;
	g_autoptr(GVariant) value = NULL;
	struct wire from, to;
	enum wire_kind kind;
	int pair[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
	wire_init(&from, pair[0]);
	wire_init(&to, pair[1]);
	g_assert_true(wire_send_end(&from, sent));
	g_assert_true(wire_pending(&to, 0));
	g_assert_true(wire_receive(&to, &kind, &value));
	g_assert_cmpint(kind, ==, WIRE_END);
	g_assert_true(wire_end_error(value, &got));
	g_assert_error(got, NIXIE_ERROR, NIXIE_BUSY);
	g_assert_cmpstr(got->message, ==, sent->message);
	close(pair[0]);
	g_assert_false(wire_receive(&to, &kind, &value));
	close(pair[1]);
	wire_in_clear(&from.in);
	wire_in_clear(&to.in);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pack/values", test_pack);
	g_test_add_func("/pack/sizes", test_pack_sizes);
	g_test_add_func("/pack/parts", test_pack_parts);
	g_test_add_func("/pack/hostile", test_pack_hostile);
	g_test_add_func("/report/whole", test_report);
	g_test_add_func("/report/mangled", test_report_mangled);
	g_test_add_func("/message-and-change", test_message_and_change);
	g_test_add_func("/wire/frames", test_frames);
	g_test_add_func("/wire/frames-hostile", test_frames_hostile);
	g_test_add_func("/wire/types", test_types);
	g_test_add_func("/wire/end", test_end);
	return g_test_run();
}
