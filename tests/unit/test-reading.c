/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail read part by part: what is shown, where it comes from, and that a mangled answer is
 * refused. */
#include <glib.h>

#include "worker/reading.h"
#include "worker/wire.h"

#define REPORT \
	"From: daemon@example.org\nSubject: =?utf-8?q?Zur=C3=BCck?=\n folded\nContent-Type: " \
	"multipart/report; boundary=b\n\n" \
	"--b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: " \
	"quoted-printable\n\ngr=FC=DFe\n" \
	"--b\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n" \
	"--b\nContent-Type: text/html\n\n<p>a&amp;b</p>\n" \
	"--b\nContent-Type: image/png; name=x.png\nContent-Transfer-Encoding: " \
	"base64\n\niVBORw0KGgoAAAANSUhEUg==\n--b--\n"

static struct reading *round_trip(const char *mail, const char *part)
{
	struct reading *made = reading_make(span_of(mail), part);
	g_autoptr(GVariant) value = g_variant_ref_sink(reading_pack(made));
	struct reading *back = reading_unpack(value);

	g_assert_true(g_variant_is_of_type(value, G_VARIANT_TYPE(wire_types[WIRE_READING])));
	g_assert_nonnull(back);
	reading_free(made);
	return back;
}

static void test_parts(void)
{
	static const struct {
		const char *mail, *ask, *part, *text;
		guint parts;
	} cases[] = {
		{"Subject: x\n\nhello\n", NULL, "1", "hello\n", 1},
		{"Subject: x\n\nhello\n", "7.7", "1", "hello\n", 1},
		{"", NULL, "1", "", 1},
		{REPORT, NULL, "1", "gr\303\274\303\237e", 4},
		{REPORT, "2", "2", "Status: 5.1.1", 4},
		{REPORT, "3", "3", "a&b\n\n", 4},
		{REPORT, "4", "4", NULL, 4},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct reading *reading = round_trip(cases[i].mail, cases[i].ask);

		g_test_message("case %zu", i);
		g_assert_cmpuint(reading->parts->len, ==, cases[i].parts);
		g_assert_cmpstr(reading->part, ==, cases[i].part);
		g_assert_cmpstr(reading->text, ==, cases[i].text);
		reading_free(reading);
	}
}

static void test_whole(void)
{
	struct reading *reading = round_trip(REPORT, "3");
	const struct reading_part *part = reading->parts->pdata[3];

	g_assert_cmpstr(part->type, ==, "image/png");
	g_assert_cmpstr(part->filename, ==, "x.png");
	g_assert_cmpint(strncmp(REPORT + part->raw_at, "iVBOR", 5), ==, 0);
	g_assert_nonnull(strstr(reading->header, "Subject: Zur\303\274ck folded\n"));
	/* The b of the text stands behind `<p>a&amp;` in the source. */
	g_assert_nonnull(reading->origin);
	g_assert_cmpuint(reading->origin[2], ==, strlen("<p>a&amp;"));
	reading_free(reading);
}

static void test_returned(void)
{
#define HOP "Received: by mx.example; 5 Nov 2026 09:30:01 +0100\n"
	static const struct {
		const char *mail, *ask, *header;
	} cases[] = {
		{REPORT, NULL, NULL},
		{"Content-Type: multipart/report; boundary=b\n\n"
		 "--b\n\ntext\n--b\nContent-Type: text/rfc822-headers\n\n" HOP "Subject: x\n\n"
		 "--b--\n",
			NULL, HOP "Subject: x\n"},
		{"Content-Type: multipart/mixed; boundary=b\n\n"
		 "--b\n\ntext\n--b\nContent-Type: message/rfc822\n\n" HOP
		 "Subject: =?utf-8?q?=C3=BC?=\n\nbody\n--b--\n",
			"2", HOP "Subject: \303\274\n"},
		{"Subject: failure\n\nHi.\n--- Below is a copy.\n\nReturn-Path: <a@example>\n" HOP
		 "Subject: x\n\nReceived: no field\n",
			NULL, HOP "Subject: x\n"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct reading *reading = round_trip(cases[i].mail, cases[i].ask);

		g_test_message("case %zu", i);
		g_assert_cmpstr(reading->returned, ==, cases[i].header);
		reading_free(reading);
	}
}

/* Bytes that a child may send which a mail has taken over. */
static void test_mangled(void)
{
	struct reading *made = reading_make(span_of(REPORT), "3");
	g_autoptr(GVariant) good = NULL, bad = NULL;

	made->origin[0] = made->origin[1] + 1;
	bad = g_variant_ref_sink(reading_pack(made));
	g_assert_null(reading_unpack(bad));
	made->origin[0] = 0;
	good = g_variant_ref_sink(reading_pack(made));
	for (gsize n = 0; n < g_variant_get_size(good); n += 7) {
		g_autoptr(GBytes) cut = g_bytes_new(g_variant_get_data(good), n);
		g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_new_from_bytes(
			G_VARIANT_TYPE(wire_types[WIRE_READING]), cut, FALSE));

		reading_free(reading_unpack(value));
	}
	reading_free(made);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reading/parts", test_parts);
	g_test_add_func("/reading/whole", test_whole);
	g_test_add_func("/reading/returned", test_returned);
	g_test_add_func("/reading/mangled", test_mangled);
	return g_test_run();
}
