/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floor that all others stand on: text made safe, addresses, lines, JSON. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/addresslist.h"
#include "base/arena.h"
#include "base/digest.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/jsonout.h"
#include "base/mbox.h"
#include "base/pseudonym.h"
#include "base/text.h"
#include "limits.h"

static void test_utf8(void)
{
	static const struct {
		struct span text;
		bool is;
	} rows[] = {
		{SPAN_NONE, true},
		{SPAN_LIT("seven b"), true},
		{SPAN_LIT("eight by"), true},
		{SPAN_LIT("b\xc3\xbc"
			  "cher"),
			true},
		{SPAN_LIT("sixteen bytes, \xe2\x82\xac\xf0\x9f\x93\xab and more"), true},
		{SPAN_LIT("eight by\xff"), false},
		{SPAN_LIT("cut off \xe2\x82"), false},
		{SPAN_LIT("\xe2 \x82\xac parted"), false},
		{SPAN_LIT("too long\xc0\xaf"), false},
		{SPAN_LIT("a half \xed\xa0\x80"), false},
		{SPAN_LIT("eight by\0tes"), false},
		{SPAN_LIT("\xc3\xbc\0"), false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("row %zu", i);
		g_assert_cmpint(text_is_utf8(rows[i].text), ==, rows[i].is);
	}
}

/* Any other byte, length or border makes another digest. */
static void test_digest(void)
{
	static const char text[] = "Sixteen bytes and a few more of them.";
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (size_t cut = 0; cut < sizeof text; cut++)
		for (size_t at = cut; at < sizeof text; at++) {
			char changed[sizeof text];
			struct digest digest = {0};

			memcpy(changed, text, sizeof text);
			changed[at] ^= 1;
			digest_add(&digest, (struct span){changed, cut});
			digest_add(&digest, span_from((struct span){changed, sizeof text}, cut));
			g_assert_true(g_hash_table_add(seen,
				g_strdup_printf("%" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x",
					digest.lanes[0], digest.lanes[1])));
		}
}

static void test_visible(void)
{
	static const struct {
		const char *in, *out;
		enum text_flags flags;
		size_t cells;
	} rows[] = {
		{"plain", "plain", TEXT_PLAIN, 5},
		{"\033[2J", "^[[2J", TEXT_PLAIN, 5},
		{"a\tb", "a^Ib", TEXT_PLAIN, 4},
		{"a\tb", "a       b", TEXT_KEEP_LINES, 9},
		{"a\r\nb", "a\nb", TEXT_KEEP_LINES, 1},
		{"a\rb", "a\nb", TEXT_KEEP_LINES, 1},
		{"\x7f", "^?", TEXT_PLAIN, 2},
		{"\xc2\x9b"
		 "31m",
			"\\x9b31m", TEXT_PLAIN, 7},
		{"\x9b", "\\x9b", TEXT_PLAIN, 4},
		{"\xff\xfe", "\\xff\\xfe", TEXT_PLAIN, 8},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80", TEXT_PLAIN, 12},
		{"\xc0\xaf", "\\xc0\\xaf", TEXT_PLAIN, 8},
		{"x\xe2\x80\xae"
		 "y",
			"x<U+202E>y", TEXT_PLAIN, 10},
		{"x\xe2\x80\x8b"
		 "y",
			"x<U+200B>y", TEXT_PLAIN, 10},
		{"\xef\xbb\xbf", "<U+FEFF>", TEXT_PLAIN, 8},
		{"\xf3\xa0\x81\x81", "<U+E0041>", TEXT_PLAIN, 9},
		{"\xee\x80\x80", "<U+E000>", TEXT_PLAIN, 8},
		{"\xe2\x80\xa8", "<U+2028>", TEXT_PLAIN, 8},
		{"e\xcc\x81", "e\xcc\x81", TEXT_PLAIN, 1},
		{"e\xcc\x81\xcc\x81\xcc\x81", "e\xcc\x81\xcc\x81<U+0301>", TEXT_PLAIN, 9},
		{"\xcc\x81", "<U+0301>", TEXT_PLAIN, 8},
		{"\xe6\xbc\xa2", "\xe6\xbc\xa2", TEXT_PLAIN, 2},
		{"\xc3\xa9", "<U+00E9>", TEXT_ASCII, 8},
		/* emoji: heart VS16; woman ZWJ woman ZWJ girl; thumb with a skin tone; keycap 1 */
		{"\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4", TEXT_PLAIN, 1},
		{"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
			"\xf0\x9f\x91\xa9\xf0\x9f\x91\xa9\xf0\x9f\x91\xa7", TEXT_PLAIN, 6},
		{"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", "\xf0\x9f\x91\x8d", TEXT_PLAIN, 2},
		{"1\xef\xb8\x8f\xe2\x83\xa3", "1\xe2\x83\xa3", TEXT_PLAIN, 1},
		/* the same signs where they deceive */
		{"a\xe2\x80\x8d"
		 "b",
			"a<U+200D>b", TEXT_PLAIN, 10},
		{"\xf0\x9f\x91\xa9\xe2\x80\x8d"
		 "b",
			"\xf0\x9f\x91\xa9<U+200D>b", TEXT_PLAIN, 11},
		{"x\xef\xb8\x8f", "x<U+FE0F>", TEXT_PLAIN, 9},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GString *out = g_string_new(NULL);
		size_t cells = text_visible_append(out, span_of(rows[i].in), rows[i].flags);

		g_assert_cmpstr(out->str, ==, rows[i].out);
		g_assert_cmpuint(cells, ==, rows[i].cells);
		g_string_free(out, TRUE);
	}
}

/* Each sign that may be dressed (UTS #51), and what may not: what is passed over, and what shows.
 */
static void test_dressed(void)
{
	static const struct {
		const char *in, *out;
		enum text_flags flags;
	} rows[] = {
		{"\u00a9\ufe0f", "\u00a9", TEXT_PLAIN},
		{"\u00ae\ufe0e", "\u00ae", TEXT_PLAIN},
		{"\u203c\ufe0f", "\u203c", TEXT_PLAIN},
		{"\u2049\ufe0f", "\u2049", TEXT_PLAIN},
		{"\u2122\ufe0f", "\u2122", TEXT_PLAIN},
		{"\u2139\ufe0f", "\u2139", TEXT_PLAIN},
		{"\u3030\ufe0f", "\u3030", TEXT_PLAIN},
		{"\u303d\ufe0f", "\u303d", TEXT_PLAIN},
		{"\u3297\ufe0f", "\u3297", TEXT_PLAIN},
		{"\u3299\ufe0f", "\u3299", TEXT_PLAIN},
		{"\u3298\ufe0f", "\u3298<U+FE0F>", TEXT_PLAIN},
		{"\U00020000\ufe0f", "\U00020000<U+FE0F>", TEXT_PLAIN},
		{"\U0001f44d\U0001f400", "\U0001f44d\U0001f400", TEXT_PLAIN}, /* no skin tone */
		{"\U0001f44d\ufe0f", "<U+1F44D><U+FE0F>", TEXT_ASCII},
		{"#\ufe0f\u20e3", "#\u20e3", TEXT_PLAIN},
		{"*\ufe0f\u20e3", "*\u20e3", TEXT_PLAIN},
		{"!\ufe0f\u20e3", "!<U+FE0F>\u20e3", TEXT_PLAIN},
		{"x\ufe0f\u20e3", "x<U+FE0F>\u20e3", TEXT_PLAIN},
		/* not UTF-8 (RFC 3629 section 3): too long for what they say, a surrogate, too high
		 */
		{"\xe0\x80\x80", "\\xe0\\x80\\x80", TEXT_PLAIN},
		{"\xf0\x80\x80\x80", "\\xf0\\x80\\x80\\x80", TEXT_PLAIN},
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", TEXT_PLAIN},
		/* ends of lines */
		{"a\r\nb", "a\nb", TEXT_KEEP_LINES},
		{"a\r", "a\n", TEXT_KEEP_LINES},
		{"a\rb", "a\nb", TEXT_KEEP_LINES},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = text_visible(rows[i].in, rows[i].flags);

		g_assert_cmpstr(out, ==, rows[i].out);
	}
}

/* Letters and marks that draw nothing, and their neighbours that do. */
static void test_cells(void)
{
	static const struct {
		int32_t c;
		int cells; /* -1: must not be sent */
	} rows[] = {
		{0x034f, -1}, {0x0350, 0}, {0x115e, 2}, {0x115f, -1}, {0x1160, -1}, {0x17b3, 1},
		{0x17b4, -1}, {0x17b5, -1}, {0x17b6, 1}, {0x180a, 1}, {0x180b, -1}, {0x180f, -1},
		{0x1810, 1}, {0x27ff, 1}, {0x2800, -1}, {0x2801, 1}, {0x3163, 2}, {0x3164, -1},
		{0xfdff, 1}, {0xfe00, -1}, {0xfe0f, -1}, {0xfe10, 2}, {0xffa0, -1}, {0xffa1, 1},
		{0x16fe4, -1}, {0x1d158, 1}, {0x1d159, -1}, {0xe00ff, -1}, {0xe0100, -1},
		{0xe01ef, -1}, {0xe01f0, -1}, {0x488, 0}, /* an enclosing mark */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("U+%04X", (unsigned)rows[i].c);
		g_assert_cmpint(text_char_cells(rows[i].c), ==, rows[i].cells);
	}
	/* As long as it is not shown, what draws nothing takes nothing, and a foul byte a cell. */
	g_assert_cmpuint(text_cells(span_of("a\x01\xff\u6f22")), ==, 4);
	for (size_t cells = 0; cells <= 6; cells++) {
		g_autofree char *left = text_padded("a\u6f22", cells);
		g_autofree char *right = text_flush_right("a\u6f22", cells);

		g_assert_cmpuint(text_cells(span_of(left)), ==, MAX(cells, 3));
		g_assert_cmpuint(text_cells(span_of(right)), ==, MAX(cells, 3));
		g_assert_true(
			g_str_has_prefix(left, "a\u6f22") && g_str_has_suffix(right, "a\u6f22"));
	}
}

static void test_middle(void)
{
	static const struct {
		const char *in;
		size_t bytes;
		const char *out;
	} rows[] = {
		{"", 8, ""},
		{"anna@b.example", 14, "anna@b.example"},
		{"anna@b.example", 13, "ann...example"},
		{"anna@b.example", 8, "an..mple"},
		/* No letter is cut in two. */
		{"x\303\274\303\274\303\274@b.example", 16, "x\303\274..@b.example"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = text_middle(rows[i].in, rows[i].bytes);
		g_assert_cmpstr(out, ==, rows[i].out);
	}
}

static void test_quoted(void)
{
	g_autofree char *plain = text_quoted(span_of("x")), *none = text_quoted(SPAN_NONE);
	g_autofree char *quotes = text_quoted(span_of("a \"b\""));

	g_assert_cmpstr(plain, ==, "\"x\"");
	g_assert_cmpstr(none, ==, "\"\"");
	g_assert_cmpstr(quotes, ==, "'a \"b\"'");
}

/* Addresses that look like another are shown by their code points; honest ones are let be. */
static void test_lookalike(void)
{
	static const struct {
		const char *in, *out; /* NULL: as it was */
	} rows[] = {
		{"lea@example.net", NULL},
		{"l\u00e9a@ex\u00e4mple.example", NULL},
		{"v\u0456ctor@example.net", "v<U+0456>ctor@example.net"},
		{"To: <lea@ex\u0430mple.net>, failed", "To: <lea@ex<U+0430>mple.net>, failed"},
		{"\u0441\u043e\u0440\u0430@example.net",
			"<U+0441><U+043E><U+0440><U+0430>@example.net"}, /* doubles alone */
		{"\u043f\u043e\u0447\u0442\u0430@example.net", NULL},    /* a Russian word */
		{"\u043e\u0441\u0430@\u043f\u043e\u0447\u0442\u0430.example", NULL},
		{"j\u03bfnna@example.net", "j<U+03BF>nna@example.net"},
		{"j\u0585nna@example.net", "j<U+0585>nna@example.net"},
		{"\uff4aonna@example.net", "<U+FF4A>onna@example.net"},
		{"\U0001d423onna@example.net", "<U+1D423>onna@example.net"},
		{"\u5c71\u7530taro@\u65e5\u672c\u30c6\u30b9\u30c8.example", NULL},
		{"\u05d9\u05d5\u05e0\u05d4@example.net", NULL},
		{"\u0456\u03b1@example.net", "<U+0456><U+03B1>@example.net"},
		{"no address: v\u0456ctor", NULL},
		{"pri\u0443vet \u043fo lea@example.net", NULL},
		{"a@b.example kim@ex\u0430mple.net c\u0430@d.example",
			"a@b.example kim@ex<U+0430>mple.net c<U+0430>@d.example"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *out = text_visible(rows[i].in, TEXT_PLAIN);

		g_assert_cmpstr(out, ==, rows[i].out ? rows[i].out : rows[i].in);
	}
}

static void test_wrap(void)
{
	static const struct {
		const char *in;
		size_t cells;
		const char *lines; /* one behind the other */
	} rows[] = {
		{"one two three\n\nabcdefghij \u6f22\u6f22\u6f22", 5,
			"one\ntwo\nthree\n\nabcde\nfghij\n\u6f22\u6f22\n\u6f22"},
		/* Wide letters part anywhere, but a comma begins no line, and no bracket ends one.
		 */
		{"ab\u6f22\u5b57\u3001\u6f22\u5b57", 6, "ab\u6f22\n\u5b57\u3001\u6f22\n\u5b57"},
		{"a\u6f22\uff08\u6f22\u5b57", 5, "a\u6f22\n\uff08\u6f22\n\u5b57"},
		/* Nor is a line broken at what is no letter, or before a mark. */
		{"\u6f22\xff\u6f22\u6f22", 4, "\u6f22\xff\n\u6f22\u6f22"},
		{"\u6f22\u6f22\u0301\u6f22", 4, "\u6f22\u6f22\u0301\n\u6f22"},
		{"ab \xff cd", 4, "ab \xff\ncd"},
		/* What is wider than a line has one all the same, and blanks alone are an empty
		   one. */
		{"\u6f22\u6f22", 1, "\u6f22\n\u6f22"},
		{"   ", 2, ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) lines = text_wrap(rows[i].in, rows[i].cells);
		g_autofree char *got = NULL;

		g_ptr_array_add(lines, NULL);
		got = g_strjoinv("\n", (char **)lines->pdata);
		g_assert_cmpstr(got, ==, rows[i].lines);
	}
}

static void test_address_class(void)
{
	static const struct {
		const char *in;
		enum address_class class;
	} rows[] = {
		{"a@example.com", ADDRESS_OK},
		{"a.b+c@example.com", ADDRESS_OK},
		{"o'brien@example.com", ADDRESS_OK},
		{"-rf@example.com", ADDRESS_OK},
		{"=cmd|x@example.com", ADDRESS_OK},
		{"\"a b\"@example.com", ADDRESS_OK},
		{"\"a\\\"b\"@example.com", ADDRESS_OK},
		{"a@[192.0.2.1]", ADDRESS_OK},
		{"a@[IPv6:2001:db8::1]", ADDRESS_OK},
		{"m\xc3\xbcller@b\xc3\xbc"
		 "cher.example",
			ADDRESS_OK},
		{"a b@example.com", ADDRESS_ODD},
		{"a..b@example.com", ADDRESS_ODD},
		{".a@example.com", ADDRESS_ODD},
		{"a@exam_ple.com", ADDRESS_ODD},
		{"a@-example.com", ADDRESS_ODD},
		{"a@example..com", ADDRESS_ODD},
		{"a@example.com.", ADDRESS_ODD},
		{"a@[::::]", ADDRESS_ODD},
		{"a@[PvI]", ADDRESS_ODD},
		{"a@[192.0.2.1.5]", ADDRESS_ODD},
		{"a\n@example.com", ADDRESS_ODD},
		{"a\x1b@example.com", ADDRESS_ODD},
		{"a\xe2\x80\xae@example.com", ADDRESS_ODD},
		{"a\xff@example.com", ADDRESS_ODD},
		{"@example.com", ADDRESS_NONE},
		{"a@", ADDRESS_NONE},
		{"example.com", ADDRESS_NONE},
		{"", ADDRESS_NONE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (address_class(span_of(rows[i].in)) != rows[i].class)
			g_test_message("row %zu: %s", i, rows[i].in);
		g_assert_cmpint(address_class(span_of(rows[i].in)), ==, rows[i].class);
	}
}

/* Whom a field names: never a name or a comment that has the form of an address. */
static void test_address_list(void)
{
	static const struct {
		const char *field, *found;
	} rows[] = {
		{"a@example.com", "a@example.com"},
		{"Ann <a@example.com>, b@example.com", "a@example.com b@example.com"},
		{"\"x@example.com\" <a@example.com>", "a@example.com"},
		{"\"x@example.com, y@example.com\" <a@example.com>, b@example.com",
			"a@example.com b@example.com"},
		{"a@example.com (x@example.com), b@example.com", "a@example.com b@example.com"},
		{"(x@example.com (y@example.com)) a@example.com", "a@example.com"},
		{"x@example.com <a@example.com>", "a@example.com"},
		{"team: a@example.com, b@example.com; c@example.com",
			"a@example.com b@example.com c@example.com"},
		{"a@example.com b@example.com", "a@example.com b@example.com"},
		{"\"a b\"@example.com", "\"a b\"@example.com"},
		{"\"open <a@example.com>, b@example.com", "a@example.com b@example.com"},
		{"(open a@example.com", ""},
		{"<open, b@example.com", "b@example.com"},
		{"undisclosed-recipients:;", ""},
		{"", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) all = g_string_new(NULL);
		struct span field = span_of(rows[i].field), found;

		for (size_t at = 0; (found = address_list_next(field, &at)).n;)
			g_string_append_printf(
				all, "%s%.*s", all->len ? " " : "", (int)found.n, found.p);
		g_assert_cmpstr(all->str, ==, rows[i].found);
	}
}

static void test_address_find(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"rfc822; a@example.com", "a@example.com"},
		{"RFC822;a@example.com", "a@example.com"},
		{"rfc/822; a@example.com", "a@example.com"}, {"<a@example.com>", "a@example.com"},
		{" Ann Example <a@example.com> ", "a@example.com"},
		{"\"<x> Ann\" <a@example.com>", "a@example.com"},
		{"rfc822; <a@example.com>", "a@example.com"}, {"'a@example.com'", "a@example.com"},
		{"mailto:a@example.com", "a@example.com"},
		{"<mailto:a@example.com>", "a@example.com"},
		{"a@example.com (Ann)", "a@example.com"}, {"a@example.com.", "a@example.com"},
		{"\"a b\"@example.com", "\"a b\"@example.com"},
		{"<@relay.example:a@example.com>", "a@example.com"},
		{"user a@example.com, gone", "a@example.com"}, {"rfc822; |/usr/bin/filter", NULL},
		{"[recipient email address]", NULL}, {"undisclosed-recipients:;", NULL},
		{"\xe5\x8f\x91@tea.example", "\xe5\x8f\x91@tea.example"},
		{"kim@tea.example\xe3\x81\xb8\xe3\x81\xae",
			"kim@tea.example"}, /* Japanese goes on */
		{"a@b\xc3\xbc"
		 "cher.example",
			"a@b\xc3\xbc"
			"cher.example"},
		/* what is behind something invisible is another mailbox, which nobody named */
		{"rfc822; vic\xe2\x80\x8btim@example.com", "vic\xe2\x80\x8btim@example.com"},
		{"vic\x1btim@example.com", "vic\x1btim@example.com"},
		{"rfc822; vic;tim@example.com", "vic;tim@example.com"},
		{"<vic;tim@example.com>", "vic;tim@example.com"},
		{"vic\xc0\x80tim@example.com", "vic\xc0\x80tim@example.com"},
		/* nor is what is before it a domain */
		{"ann@exa\xe2\x80\x8dmple.com", "ann@exa\xe2\x80\x8dmple.com"},
		{"<ann@exa\x1bmple.com> x", "ann@exa\x1bmple.com"},
		{"ann@example.com\x1b[0m", "ann@example.com"},
		{"ann@example.com\xe2\x80\x8b", "ann@example.com"},
		{"ann@example.com\xe2\x80\x8b (Ann)", "ann@example.com"},
		{"\xe2\x80\xaa"
		 "ann@example.com",
			"ann@example.com"}, /* of a copy out of a mail client */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct span found = address_find(span_of(rows[i].in));
		g_autofree char *text = found.n ? span_dup(found) : NULL;

		g_assert_cmpstr(text, ==, rows[i].out);
	}
	g_assert_cmpuint(address_find((struct span)SPAN_LIT("vic\0tim@example.com")).n, ==, 0);
	g_assert_cmpuint(address_find((struct span)SPAN_LIT("<vic\0tim@example.com>")).n, ==, 0);
}

static void test_address_next(void)
{
	struct span text =
		span_of("to \xe2\x80\x9c"
			"a@example.com\xe2\x80\x9d, <b.c@example.org>: @ x@ ==d@example.net. "
			"\xe5\x8f\x91\xe7\xbb\x99kim@tea.example");
	static const char *const want[] = {
		"a@example.com", "b.c@example.org", "d@example.net", "kim@tea.example"};
	size_t at = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
		g_autofree char *found = span_dup(address_next(text, &at));

		g_assert_cmpstr(found, ==, want[i]);
	}
	g_assert_cmpuint(address_next(text, &at).n, ==, 0);
}

static void test_host_organisation(void)
{
	static const struct {
		const char *host, *organisation;
	} rows[] = {
		{"mx1.example.org", "example.org"},
		{"example.org.", "example.org"},
		{"a.b.c.example.co.uk", "example.co.uk"},
		{"example.co.uk", "example.co.uk"},
		{"co.uk", "co.uk"},
		{"mx.net.example", "net.example"}, /* no country */
		{"mx.gmx.de", "gmx.de"},
		{"localhost", ""},
		{"192.0.2.1", ""},
		{"", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *found = span_dup(host_organisation(span_of(rows[i].host)));

		g_assert_cmpstr(found ? found : "", ==, rows[i].organisation);
	}
}

static void test_address_key(void)
{
	g_autofree char *key = address_key("Ann@B\xc3\xbc"
					   "cher.Example");

	g_assert_cmpstr(key, ==, "Ann@xn--bcher-kva.example");
	g_assert_true(address_same("ann@example.com", "Ann@EXAMPLE.com"));
	g_assert_false(address_same("ann@example.com", "ann@example.org"));
	g_assert_true(domain_is_under(span_of("mx.Example.com."), "example.com"));
	g_assert_false(domain_is_under(span_of("badexample.com"), "example.com"));
}

static void test_lines(void)
{
	struct span rest = span_of("a\nb\r\nc\rd\n\ne"), line;
	static const char *const want[] = {"a", "b", "c", "d", "", "e"};

	for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
		g_autofree char *text = NULL;

		g_assert_true(span_line(&rest, &line));
		text = span_dup(line);
		g_assert_cmpstr(text, ==, want[i]);
	}
	g_assert_false(span_line(&rest, &line));
}

static void test_json(void)
{
	GString *out = g_string_new(NULL);
	struct json json;

	json_init(&json, out);
	json_begin_object(&json, NULL);
	json_string(&json, "a", "q\" \\ \n \x1b \xc3\xa9 \xf0\x9f\x93\xa7 \xff");
	json_null(&json, "b");
	json_begin_array(&json, "c");
	json_int(&json, NULL, -1);
	json_bool(&json, NULL, true);
	json_end_array(&json);
	json_end_object(&json);
	g_assert_cmpstr(out->str, ==,
		"{\"a\":\"q\\\" \\\\ \\n \\u001b \\u00e9 \\ud83d\\udce7 "
		"\\ufffd\",\"b\":null,\"c\":[-1,true]}");
	g_string_free(out, TRUE);
}

/* One byte that needs an escape, at each place of strings of all lengths. */
static void test_json_places(void)
{
	static const struct {
		char byte;
		const char *escape;
	} cases[] = {
		{'"', "\\\""},
		{'\\', "\\\\"},
		{'\x1f', "\\u001f"},
		{'\x7f', "\\u007f"},
		{'\xff', "\\ufffd"},
		{'~', "~"},
		{' ', " "},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases) * 40 * 40; i++) {
		const size_t which = i / 1600, n = i / 40 % 40 + 1, at = i % 40;
		g_autoptr(GString) out = g_string_new(NULL);
		g_autofree char *text = g_strnfill(n, 'x'), *want = NULL;
		struct json json;

		if (at >= n)
			continue;
		text[at] = cases[which].byte;
		want = g_strdup_printf(
			"\"%.*s%s%s\"", (int)at, text, cases[which].escape, text + at + 1);
		json_init(&json, out);
		json_string(&json, NULL, text);
		g_assert_cmpstr(out->str, ==, want);
	}
}

static void test_arena(void)
{
	struct arena *arena = arena_new();
	char *first = arena_str(arena, "first");
	char *large = arena_alloc(arena, 3 << 20);

	for (unsigned i = 0; i < 10000; i++)
		g_assert_cmpint(arena_printf(arena, "%u", i)[0], !=, 0);
	g_assert_cmpstr(first, ==, "first");
	g_assert_cmpint(large[(3 << 20) - 1], ==, 0);
	arena_free(arena);
}

static bool write_text(const char *path, const char *text, bool force, GError **error)
{
	struct file_out *out = file_out_open(path, force, error);

	if (!out)
		return false;
	if (!file_out_write(out, span_of(text), error)) {
		file_out_abandon(out);
		return false;
	}
	return file_out_commit(out, error);
}

static void test_file_out(void)
{
	g_autofree char *directory = g_dir_make_tmp("nixie-base-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "out.csv", NULL);
	g_autofree char *link = g_build_filename(directory, "link", NULL);
	g_autofree char *content = NULL;
	GError *error = NULL;
	GStatBuf st;

	g_assert_true(write_text(path, "one", false, &error));
	g_assert_no_error(error);
	g_stat(path, &st);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	g_assert_false(write_text(path, "two", false, &error));
	g_assert_error(error, NIXIE_ERROR, NIXIE_CANTCREATE);
	g_clear_error(&error);
	g_assert_true(write_text(path, "three", true, NULL));
	g_file_get_contents(path, &content, NULL, NULL);
	g_assert_cmpstr(content, ==, "three");

	g_assert_cmpint(symlink("out.csv", link), ==, 0);
	g_assert_false(write_text(link, "four", true, NULL)); /* a link is never written through */
	g_assert_cmpint(file_open_mail(link, NULL), ==, -1);
	g_assert_cmpint(file_open_mail(directory, NULL), ==, -1);
	g_unlink(link);
	g_unlink(path);
	g_assert_cmpint(g_rmdir(directory), ==, 0); /* no temporary is left */
}

/* In one read where that is safe; what is no file is not read, nor robbed of what is in it. */
static void test_take(void)
{
	enum { ROOM = 16384 };
	static const struct {
		size_t size;
		bool at_once;
	} rows[] = {{1, true}, {4095, true}, {4097, true}, {ROOM - 1, true}, {ROOM + 1, false},
		{0, false}, {4096, false}, {8192, false}, {ROOM, false}};
	g_autofree char *directory = g_dir_make_tmp("nixie-base-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "mail", NULL);
	const char *const no_files[] = {directory, path, "/dev/null", "/dev/zero", "/dev/tty"};
	char room[ROOM], bytes[ROOM + 1], left[8];
	struct file_stamp stamp, named;
	size_t n;
	int fd, pipe_end;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct file_bytes whole;

		g_assert_true(g_file_set_contents(path, bytes, (gssize)rows[i].size, NULL));
		g_assert_true(file_take_mail(path, room, ROOM, &n, &fd, &stamp, NULL));
		g_assert_cmpint(stamp.size, ==, (int64_t)rows[i].size);
		g_assert_true(file_stamp(path, &named) && named.mtime == stamp.mtime);
		g_assert_cmpint(fd < 0, ==, rows[i].at_once);
		if (fd < 0) {
			g_assert_true(n == rows[i].size && memcmp(room, bytes, n) == 0);
			continue;
		}
		g_assert_true(file_read_fd(fd, &whole, NULL));
		g_assert_cmpuint(whole.bytes.n, ==, rows[i].size);
		g_assert_true(!rows[i].size || memcmp(whole.bytes.p, bytes, rows[i].size) == 0);
		file_bytes_clear(&whole);
		close(fd);
	}
	g_unlink(path);
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	pipe_end = open(path, O_RDWR | O_NONBLOCK);
	g_assert_cmpint(write(pipe_end, "theirs", 6), ==, 6);
	for (size_t i = 0; i < G_N_ELEMENTS(no_files); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(file_take_mail(no_files[i], room, ROOM, &n, &fd, NULL, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_PARTIAL);
		g_assert_cmpint(fd, ==, -1);
	}
	g_assert_cmpint(read(pipe_end, left, sizeof left), ==, 6);
	close(pipe_end);
	g_unlink(path);
	g_assert_cmpint(g_rmdir(directory), ==, 0);
}

static void test_mbox(void)
{
	struct span box = span_of("From a Mon Jan  5 10:00:00 2026\nSubject: 1\n\nFrom here on "
				  "text\nx\n\nFrom b Tue Jan  6 10:00:00 2026\nSubject: 2\n\ny\n");
	struct span single = span_of("From a Mon\nSubject: 1\n\ntext\nFrom the top\n"), message;
	size_t at = 0;

	g_assert_true(mbox_is(box));
	g_assert_false(mbox_is(single));
	g_assert_true(mbox_next(box, &at, &message));
	g_assert_true(
		span_starts_nocase(message, "From a Mon Jan  5 10:00:00 2026\nSubject: 1\n\n"));
	g_assert_true(mbox_next(box, &at, &message));
	g_assert_true(span_ends_nocase(message, "\ny\n"));
	g_assert_true(!mbox_next(box, &at, &message));
}

/* Names that are replaced, in each style; what stands in `kept` stays. */
static void test_pseudonyms(void)
{
	static const struct {
		const char *text, *gap, *example, *counted;
	} rows[] = {
		{"550 5.1.1 <jane@corp.example>: gone", "550 5.1.1 <...>: gone",
			"550 5.1.1 <user@example.com>: gone",
			"550 5.1.1 <user1@site1.example>: gone"},
		{"host mx1.corp.example[192.0.2.7] said", "host ...[...] said",
			"host host.example[192.0.2.1] said",
			"host host1.site1.example[198.18.0.2] said"},
		{"by mx1.corp.example and corp.example.", "by ... and ....",
			"by host.example and host.example.",
			"by host1.site1.example and site1.example."},
		{"mx7.list.test says list.test", "... says list.test",
			"host.example says list.test", "host1.list.test says list.test"},
		{"by 2001:db8:a05:27e7:b0:a29:949a", "by ...", NULL, NULL},
		{"2001:db8::7:25 or 192.0.2.7:25", "... or ...:...", "2001:db8::1 or 192.0.2.1:25",
			"2001:2::1 or 198.18.0.2:25"},
		{"mailer-daemon@a.b.co.uk", "...", "mailer-daemon@example.com",
			"mailer-daemon@host1.site1.example"},
		{"roses-owner@b.example", "...", "user@example.com", "user1-owner@site1.example"},
		{"to=a@b.example, c@b.example, A@B.example", "..., ..., ...",
			"user@example.com, user@example.com, user@example.com", NULL},
		{"limit 25 MB in 2026 (5.7.26)", "limit ... MB in ... (5.7.26)",
			"limit 25 MB in 2026 (5.7.26)", "limit 25 MB in 2026 (5.7.26)"},
		{"Recipient.Not.Found; no such user.", "Recipient.Not.Found; no such user.",
			"Recipient.Not.Found; no such user.", "Recipient.Not.Found; no such user."},
		{"\xff\x80 \xc3\xa4 @ a@ @b", NULL, NULL, NULL},
	};
	static const char *const kept[] = {
		"-owner", "list.test", "mailer-daemon", "recipient.not.found"};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *wanted[] = {rows[i].gap, rows[i].example, rows[i].counted};

		for (int style = PSEUDONYM_GAP; style <= PSEUDONYM_COUNTED; style++) {
			struct pseudonyms *names = pseudonyms_new((enum pseudonym_style)style);
			g_autoptr(GString) out = g_string_new(NULL);

			for (size_t k = 0; k < G_N_ELEMENTS(kept); k++)
				pseudonyms_keep(names, span_of(kept[k]));
			pseudonyms_append(names, span_of(rows[i].text), out);
			if (wanted[style])
				g_assert_cmpstr(out->str, ==, wanted[style]);
			pseudonyms_free(names);
		}
	}
}

/* A mail that names many, all in one place of a table whose hash is known. */
static void test_pseudonyms_alike(void)
{
	struct pseudonyms *names = pseudonyms_new(PSEUDONYM_COUNTED);
	g_autoptr(GString) out = g_string_new(NULL), text = g_string_new(NULL);
	double begin = limits_now();

	for (unsigned i = 0; i < 60000; i++) {
		g_autofree char *name = limits_alike(i);

		g_string_append_printf(text, "x@%s.example ", name);
	}
	pseudonyms_append(names, (struct span){text->str, text->len}, out);
	g_assert_true(g_str_has_suffix(out->str, "@site60000.example "));
	g_assert_cmpfloat(limits_now() - begin, <, HOSTILE_SECONDS);
	pseudonyms_free(names);
}

/* The same name gets the same stand-in, another another; an id keeps its form. */
static void test_pseudonyms_map(void)
{
	struct pseudonyms *names = pseudonyms_new(PSEUDONYM_COUNTED);
	g_autoptr(GString) out = g_string_new(NULL), id = g_string_new(NULL);
	static const char queue[] = "1a2BcD-0003xy-7Q";

	pseudonyms_append(names, SPAN_LIT("ann@x.example bob@x.example ann@X.example"), out);
	g_assert_cmpstr(
		out->str, ==, "user1@site1.example user2@site1.example user1@site1.example");
	g_string_truncate(out, 0);
	pseudonyms_append_word(names, "subject", SPAN_LIT("Hello "), out);
	pseudonyms_append_word(names, "subject", SPAN_LIT(" hello"), out);
	g_assert_cmpstr(out->str, ==, "subject1subject1");
	pseudonyms_append(names, SPAN_LIT(queue), id);
	g_assert_cmpuint(id->len, ==, strlen(queue));
	g_assert_cmpstr(id->str, !=, queue);
	for (size_t i = 0; i < id->len; i++) {
		g_assert_cmpint(!!g_ascii_isdigit(id->str[i]), ==, !!g_ascii_isdigit(queue[i]));
		g_assert_cmpint(!!g_ascii_isupper(id->str[i]), ==, !!g_ascii_isupper(queue[i]));
	}
	for (int i = 0; i < 100; i++) {
		g_autofree char *number = g_strdup_printf("1778572%d", 100 + i);

		g_string_truncate(id, 0);
		pseudonyms_append(names, span_of(number), id);
		g_assert_cmpuint(id->len, ==, 10);
		g_assert_cmpint(id->str[0], !=, '0');
	}
	pseudonyms_free(names);
}

/* As many labels as a mail may hold take no longer than other text. */
static void test_pseudonyms_long(void)
{
	struct pseudonyms *names = pseudonyms_new(PSEUDONYM_COUNTED);
	g_autoptr(GString) text = g_string_new("@"), out = g_string_new(NULL);

	for (int i = 0; i < 500000; i++)
		g_string_append(text, "a.");
	g_string_append(text, "example");
	pseudonyms_append(names, (struct span){text->str, text->len}, out);
	g_assert_cmpstr(out->str, ==, "@host1.site1.example");
	pseudonyms_free(names);
}

/* Against the plain way: each place. */
static void test_find(void)
{
	for (int round = 0; round < 2000; round++) {
		char text[64], needle[8];
		size_t n = (size_t)g_test_rand_int_range(0, sizeof text), at = 0;
		size_t length = (size_t)g_test_rand_int_range(1, 6);
		const char *found;

		for (size_t i = 0; i < n; i++)
			text[i] = "aAbB@`"[g_test_rand_int_range(0, 6)];
		for (size_t i = 0; i < length; i++)
			needle[i] = "aAbB@`"[g_test_rand_int_range(0, 6)];
		needle[length] = '\0';
		while (at + length <= n && g_ascii_strncasecmp(text + at, needle, length) != 0)
			at++;
		found = span_find_nocase((struct span){text, n}, needle);
		g_assert_true(found == (at + length <= n ? text + at : NULL));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/pseudonyms", test_pseudonyms);
	g_test_add_func("/base/pseudonyms-alike", test_pseudonyms_alike);
	g_test_add_func("/base/pseudonyms-map", test_pseudonyms_map);
	g_test_add_func("/base/pseudonyms-long", test_pseudonyms_long);
	g_test_add_func("/base/text/visible", test_visible);
	g_test_add_func("/base/text/dressed", test_dressed);
	g_test_add_func("/base/text/cells", test_cells);
	g_test_add_func("/base/text/middle", test_middle);
	g_test_add_func("/base/text/quoted", test_quoted);
	g_test_add_func("/text/utf8", test_utf8);
	g_test_add_func("/digest", test_digest);
	g_test_add_func("/base/text/wrap", test_wrap);
	g_test_add_func("/base/address/class", test_address_class);
	g_test_add_func("/base/lookalike", test_lookalike);
	g_test_add_func("/base/address/list", test_address_list);
	g_test_add_func("/base/address/find", test_address_find);
	g_test_add_func("/base/address/next", test_address_next);
	g_test_add_func("/base/address/key", test_address_key);
	g_test_add_func("/base/host-organisation", test_host_organisation);
	g_test_add_func("/base/span/lines", test_lines);
	g_test_add_func("/base/json", test_json);
	g_test_add_func("/base/json-places", test_json_places);
	g_test_add_func("/base/arena", test_arena);
	g_test_add_func("/base/take", test_take);
	g_test_add_func("/base/mbox", test_mbox);
	g_test_add_func("/base/file/out", test_file_out);
	g_test_add_func("/base/span/find", test_find);
	return g_test_run();
}
