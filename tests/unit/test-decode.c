/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies as text, the way back to the raw bytes, HTML as text. */
#include <glib.h>
#include <gmime/gmime.h>

#include "limits.h"
#include "mail/decode.h"

static struct mail *mail_of(const char *charset, const char *encoding, struct span body,
	GString *file, struct arena *arena)
{
	g_string_append(file, "Subject: a\nContent-Type: text/plain");
	if (charset)
		g_string_append_printf(file, "; charset=\"%s\"", charset);
	if (encoding)
		g_string_append_printf(file, "\nContent-Transfer-Encoding: %s", encoding);
	g_string_append(file, "\n\n");
	g_string_append_len(file, body.p, (gssize)body.n);
	return mail_parse((struct span){file->str, file->len}, arena);
}

#define B64 "base64"
#define QP "quoted-printable"
#define FFFD "\xEF\xBF\xBD"
#define NIHON "\xE6\x97\xA5\xE6\x9C\xAC"
#define IN(s) \
	{ \
		(s), sizeof(s) - 1 \
	}

static const struct {
	const char *charset, *encoding;
	struct span in;
	const char *want, *used;
	bool identity;
} texts[] = {
	/* Nothing to decode */
	{NULL, NULL, IN("plain\r\n"), "plain\r\n", "US-ASCII", true},
	{"us-ascii", "7bit", IN("plain"), "plain", "US-ASCII", true},
	{"utf-8", "8bit", IN("r\xC3\xA9"), "r\xC3\xA9", "UTF-8", true},
	{"iso-8859-1", "binary", IN("plain"), "plain", "windows-1252", true},
	{"iso-2022-jp", "odd", IN("plain"), "plain", "ISO-2022-JP", true},
	{"unicode-1-1-utf-7", NULL, IN("plain"), "plain", "UTF-7", true},
	{"x-no-such", NULL, IN("plain"), "plain", "US-ASCII", true},
	{"../../etc/passwd", NULL, IN("plain"), "plain", "US-ASCII", true},
	{"utf-8", NULL, IN(""), "", "UTF-8", true},
	/* Labels as they are meant */
	{"uft-8", NULL, IN("r\xC3\xA9"), "r\xC3\xA9", "UTF-8", true},
	{"utf8", NULL, IN("r\xC3\xA9"), "r\xC3\xA9", "UTF-8", true},
	{"iso-8859-1", NULL, IN("r\xE9\x93x\x94"), "r\xC3\xA9\xE2\x80\x9Cx\xE2\x80\x9D",
		"windows-1252"},
	{"windows-1251", NULL, IN("\xCE\xF8"), "\xD0\x9E\xD1\x88", "windows-1251"},
	{"cp1251", NULL, IN("\xCE\xF8"), "\xD0\x9E\xD1\x88", "windows-1251"},
	{"koi8-r", NULL, IN("\xEF\xDB"), "\xD0\x9E\xD1\x88", "KOI8-R"},
	{"iso-8859-15", NULL, IN("\xA4"), "\xE2\x82\xAC", "ISO-8859-15"},
	{"gb2312", NULL, IN("\xC8\xD5\xB1\xBE\x82\xA0"), NIHON "\xE5\x81\x81", "GB18030"},
	{"gb18030", NULL, IN("\x81\x30\x81\x34"), "\xC2\x84", "GB18030"},
	{"big5", NULL, IN("\xA4\xE9\xA5\xBB"), NIHON, "Big5"},
	{"ks_c_5601-1987", NULL, IN("\xC7\xD1\x81\x41"), "\xED\x95\x9C\xEA\xB0\x82", "EUC-KR"},
	{"shift_jis", NULL, IN("\x93\xFA\x96\x7B\x87\x40"), NIHON "\xE2\x91\xA0", "Shift_JIS"},
	{"cp932", NULL, IN("\x93\xFA"), "\xE6\x97\xA5", "Shift_JIS"},
	{"euc-jp", NULL, IN("\xC6\xFC\xCB\xDC"), NIHON, "EUC-JP"},
	{"iso-2022-jp", NULL, IN("\x1B$BF|K\\\x1B(B"), NIHON, "ISO-2022-JP"},
	{"iso-2022-jp", NULL, IN("\x1B$BF|K\\\nok \x1B$BF|"), NIHON "\nok \xE6\x97\xA5",
		"ISO-2022-JP"},
	{"iso-2022-jp", NULL, IN("\x1B(I1\x1B(B"), "\xEF\xBD\xB1", "CP50221"},
	{"iso-2022-jp", NULL, IN("\x1B$(O-!\x1B(B"), "\xE2\x91\xA0", "ISO-2022-JP-3"},
	{"cp50221", NULL, IN("\x1B$B-!F|K\\\x1B(B ok"), "\xE2\x91\xA0" NIHON " ok", "CP50221"},
	{"iso-2022-jp-ms", NULL,
		IN("\x0E"
		   "1\x0F\x1B$BF|\nok"),
		"\xEF\xBD\xB1\xE6\x97\xA5\nok", "CP50221"},
	{"hz-gb-2312", NULL, IN("a~{VPND~}~~b ~{VP\nok"),
		"a\xE4\xB8\xAD\xE6\x96\x87~b \xE4\xB8\xAD\nok", "HZ-GB-2312"},
	{"hz", NULL, IN("one ~\nline ~{"), "one line ", "HZ-GB-2312"},
	{"iso-2022-jp", NULL, IN("\xC6\xFC\xCB\xDC"), NIHON, "EUC-JP"},
	{"iso-2022-jp", NULL, IN("\x93\xFA\x96\x7B"), NIHON, "Shift_JIS"},
	{"iso-2022-kr", NULL, IN("\x1B$)C\x0EGQ\x0F"), "\xED\x95\x9C", "ISO-2022-KR"},
	{"unicode-1-1-utf-7", NULL, IN("a +ZeVnLA-"), "a " NIHON, "UTF-7"},
	{"utf-7", NULL, IN("1 + 1 = 2"), "1 + 1 = 2", "US-ASCII", true},
	{"utf-7", NULL, IN("jon+list@far.example"), "jon+list@far.example", "US-ASCII", true},
	{"utf-16", NULL,
		IN("\xFF\xFE"
		   "a\0\xE9\0"),
		"a\xC3\xA9", "UTF-16LE"},
	{"utf-16", NULL, IN("\xFE\xFF\0a\0\xE9"), "a\xC3\xA9", "UTF-16BE"},
	{"utf-16", NULL, IN("a\0b\0"), "ab", "UTF-16LE"},
	{"utf-16", NULL, IN("\0a\0b"), "ab", "UTF-16BE"},
	{"utf-16le", NULL, IN("a\0\x3D\xD8\x00\xDE"), "a\xF0\x9F\x98\x80", "UTF-16LE"},
	{"utf-16", NULL, IN("not at all"), "not at all", "US-ASCII", true},
	{"utf-32", NULL, IN("\0\0\0a"), "a", "UTF-32BE"},
	{"windows-1255", NULL, IN("\xF9\xD1"), "\xEF\xAC\xAA", "windows-1255"},
	{"tis-620", NULL, IN("\xA1"), "\xE0\xB8\x81", "windows-874"},
	{"armscii-8", NULL, IN("\xB2"), "\xD4\xB1", "armscii-8"},
	/* Labels that do not fit, and none */
	{"us-ascii", NULL, IN("r\xC3\xA9"), "r\xC3\xA9", "UTF-8", true},
	{"us-ascii", NULL, IN("r\xE9"), "r\xC3\xA9", "windows-1252"},
	{NULL, NULL, IN("r\xE9 x"), "r\xC3\xA9 x", "windows-1252"},
	{NULL, NULL, IN("r\x81"), "r" FFFD, "windows-1252"},
	{"utf-8", NULL, IN("r\xE9sum\xE9"), "r\xC3\xA9sum\xC3\xA9", "windows-1252"},
	{"shift_jis", NULL, IN("r\xE9 x\xFF\xFF\xA0"), "r\xC3\xA9 x\xC3\xBF\xC3\xBF\xC2\xA0",
		"windows-1252"},
	{NULL, NULL, IN("\xEF\xBB\xBFr"), "r", "UTF-8"},
	{NULL, NULL,
		IN("\xFF\xFE"
		   "a\0"),
		"a", "UTF-16LE"},
	{NULL, NULL, IN("\xFF\xFE\0\0a\0\0\0"), "a", "UTF-32LE"},
	{NULL, NULL, IN("\x1B$BF|K\\\x1B(B"), NIHON, "ISO-2022-JP"},
	{NULL, NULL, IN("\x1B[2J\x1B$x"), "\x1B[2J\x1B$x", "US-ASCII", true},
	/* Damage */
	{"utf-8", NULL, IN(NIHON NIHON NIHON NIHON NIHON "\xFF" NIHON),
		NIHON NIHON NIHON NIHON NIHON FFFD NIHON, "UTF-8"},
	{"utf-8", NULL, IN("r\xC3\xA9 \xE6\x97"), "r\xC3\xA9 ", "UTF-8", true},
	{NULL, NULL, IN("r\xC3\xA9 \xE6\x97"), "r\xC3\xA9 ", "UTF-8", true},
	{"utf-8", NULL, IN("r\xE6\x97"), "r", "UTF-8", true},
	/* Transfer encodings */
	{"utf-8", B64, IN("csOp\r\n"), "r\xC3\xA9", "UTF-8"},
	{"utf-8", B64, IN("csOp"), "r\xC3\xA9", "UTF-8"},
	{NULL, B64, IN("YWI=\n"), "ab", "US-ASCII"},
	{NULL, B64, IN("YQ==\n--\nfooter"), "a", "US-ASCII"},
	{NULL, B64, IN("YWJjZGU"), "abcde", "US-ASCII"},
	{NULL, B64, IN("YWJjZA"), "abcd", "US-ASCII"},
	{NULL, B64, IN("YWJjZ"), "abc", "US-ASCII"},
	{NULL, B64, IN("Not really\nYWJj\n"), "Not really\nYWJj\n", "US-ASCII", true},
	{NULL, B64, IN("YWJj\nZG U=\n"), "abcde", "US-ASCII"},
	{NULL, B64, IN("Not base64: a text\n"), "Not base64: a text\n", "US-ASCII", true},
	{NULL, B64, IN("\n\n"), "", "US-ASCII"},
	{NULL, B64, IN(""), "", "US-ASCII"},
	{"utf-8", QP, IN("r=C3=a9=\nx=3D"), "r\xC3\xA9x=", "UTF-8"},
	{NULL, QP, IN("a=\r\nb=\rc=  \t\nd= e=\n"), "abcd= e", "US-ASCII"},
	{NULL, QP, IN("=4=zz=\r\r\nx=4"), "=4=zzx=4", "US-ASCII"},
	{NULL, QP, IN("end="), "end", "US-ASCII"},
	{"iso-8859-1", QP, IN("r=E9"), "r\xC3\xA9", "windows-1252"},
	{"iso-2022-jp", QP, IN("=1B$BF|K\\=1B(B"), NIHON, "ISO-2022-JP"},
	{NULL, "x-uuencode", IN("begin 644 a\n#0V%T\n`\nend\nrest\n"), "Cat", "US-ASCII"},
	{NULL, "uuencode", IN("text\nbegin 644 a\n%:&5L;&\\`\n`\nend\n"), "hello", "US-ASCII"},
	{NULL, "x-uue", IN("#0V%T\n"), "Cat", "US-ASCII"},
};

static void test_texts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct arena *arena = arena_new();
		GString *file = g_string_new(NULL);
		struct mail *mail =
			mail_of(texts[i].charset, texts[i].encoding, texts[i].in, file, arena);
		struct mail_text *text = mail_text_decode(mail->root, 0, arena);
		char *got = span_dup(text->text);

		if (strcmp(got, texts[i].want) != 0 || strcmp(text->charset, texts[i].used) != 0 ||
			text->identity != texts[i].identity)
			g_test_message("row %zu: %s", i, texts[i].charset);
		g_assert_cmpstr(got, ==, texts[i].want);
		g_assert_cmpuint(text->text.n, ==, strlen(got));
		g_assert_cmpstr(text->charset, ==, texts[i].used);
		g_assert_cmpint(text->identity, ==, texts[i].identity);
		g_assert_true(!text->identity || text->text.p == mail->root->body.p);
		g_assert_false(text->cut);
		g_free(got);
		g_string_free(file, TRUE);
		arena_free(arena);
	}
}

static void assert_bytes(struct span got, struct span want)
{
	char *a = g_strndup(got.p, got.n), *b = g_strndup(want.p, want.n);

	g_assert_cmpuint(got.n, ==, want.n);
	g_assert_cmpstr(a, ==, b);
	g_assert_true(memcmp(got.p, want.p, want.n) == 0);
	g_free(a);
	g_free(b);
}

static void test_cut(void)
{
	static const struct {
		const char *charset, *encoding;
		struct span in;
		size_t max;
		const char *want;
	} rows[] = {
		{NULL, NULL, IN("abcdef"), 4, "abcd"},
		{NULL, NULL, IN("abcdef"), 6, NULL},
		{"utf-8", NULL,
			IN("abc\xC3\xA9"
			   "d"),
			4, "abc"},
		{"utf-8", NULL,
			IN("abc\xC3\xA9"
			   "d"),
			5, "abc\xC3\xA9"},
		{"iso-8859-1", NULL, IN("abc\xE9"), 4, "abc"},
		{"utf-8", QP, IN("abc=C3=A9d"), 4, "abc"},
		{NULL, B64, IN("YWJjZGVm"), 4, "abcd"},
		{"utf-16le", NULL, IN("a\0b\0c\0"), 2, "ab"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *arena = arena_new();
		GString *file = g_string_new(NULL);
		struct mail *mail =
			mail_of(rows[i].charset, rows[i].encoding, rows[i].in, file, arena);
		struct mail_text *text = mail_text_decode(mail->root, rows[i].max, arena);
		char *got = span_dup(text->text);

		g_assert_cmpstr(got, ==, rows[i].want ? rows[i].want : rows[i].in.p);
		g_assert_cmpint(text->cut, ==, rows[i].want != NULL);
		g_free(got);
		g_string_free(file, TRUE);
		arena_free(arena);
	}
}

/* NULs are text like other bytes. */
static void test_nul(void)
{
	struct arena *arena = arena_new();
	GString *file = g_string_new(NULL);
	struct mail *mail = mail_of("utf-8", NULL, SPAN_LIT("r\xC3\xA9\0x"), file, arena);
	struct mail_text *text = mail_text_decode(mail->root, 0, arena);

	assert_bytes(text->text, SPAN_LIT("r\xC3\xA9\0x"));
	g_assert_true(text->identity);
	g_string_free(file, TRUE);
	arena_free(arena);
}

/* Damaged UTF-8 is repaired by the chunk; characters between two chunks stay whole. */
static void test_long_damage(void)
{
	struct arena *arena = arena_new();
	GString *file = g_string_new(NULL), *body = g_string_new("\xFF");
	struct mail *mail;
	struct mail_text *text;

	while (body->len < 5000)
		g_string_append(body, NIHON);
	mail = mail_of("utf-8", NULL, (struct span){body->str, body->len}, file, arena);
	text = mail_text_decode(mail->root, 0, arena);
	g_assert_cmpuint(text->text.n, ==, body->len + 2);
	assert_bytes(span_from(text->text, 3), span_from((struct span){body->str, body->len}, 1));
	for (size_t at = 3; at + 6 <= text->text.n; at += 3) {
		struct mail_range raw = mail_text_raw(mail, text, (struct mail_range){at, 6});

		assert_bytes((struct span){file->str + raw.at, raw.n},
			(struct span){text->text.p + at, 6});
	}
	g_string_free(body, TRUE);
	g_string_free(file, TRUE);
	arena_free(arena);
}

static void test_body(void)
{
	struct arena *arena = arena_new();
	GString *file = g_string_new(NULL);
	struct mail *mail = mail_of(NULL, B64, SPAN_LIT("AAEC\r\nAw==\r\n"), file, arena);
	struct span bytes;
	bool cut;

	bytes = mail_body_decode(mail->root, 0, arena, &cut);
	assert_bytes(bytes, SPAN_LIT("\0\1\2\3"));
	g_assert_false(cut);
	bytes = mail_body_decode(mail->root, 3, arena, &cut);
	assert_bytes(bytes, SPAN_LIT("\0\1\2"));
	g_assert_true(cut);
	g_string_free(file, TRUE);
	arena_free(arena);
}

/* --- The way back, by place */

static void test_raw(void)
{
	static const struct {
		const char *charset, *encoding;
		struct span in;
		const char *text; /* whose first place in the decoded text is asked for */
		struct span want; /* the raw bytes, at their first place */
	} rows[] = {
		{NULL, NULL, IN("one two three"), "two", IN("two")},
		{"utf-8", NULL, IN("\xEF\xBB\xBFone two"), "two", IN("two")},
		{"iso-8859-1", NULL, IN("a\xE9z two"), "\xC3\xA9", IN("\xE9")},
		{"iso-8859-1", NULL, IN("a\xE9z two"), "z two", IN("z two")},
		{"shift_jis", NULL, IN("x\x93\xFA\x96\x7By"),
			"\xE6\x9C\xAC"
			"y",
			IN("\x96\x7By")},
		{"utf-16", NULL,
			IN("\xFF\xFE"
			   "a\0b\0c\0"),
			"b", IN("b\0")},
		{"iso-2022-jp", NULL, IN("a\x1B$BF|K\\\x1B(Bz"), "\xE6\x9C\xAC", IN("\x1B$BF|K\\")},
		{"iso-2022-jp", NULL, IN("a\x1B$BF|K\\\x1B(Bz9"), "z", IN("z")},
		{"iso-2022-jp", NULL, IN("a\x1B$BF|\n9\x1B$BK\\\x1B(B"), "9", IN("9")},
		{"utf-7", NULL, IN("a +ZeVnLA- b"), "b", IN("b")},
		{"utf-7", NULL, IN("a +ZeVnLA- b"), "\xE6\x9C\xAC", IN("+ZeVnLA")},
		{NULL, QP, IN("one=20two=3Dthree"), " two=", IN("=20two=3D")},
		{NULL, QP, IN("one t=\r\nwo three"), "two", IN("t=\r\nwo")},
		{NULL, QP, IN("one =\r\ntwo three"), "two", IN("two")},
		{"utf-8", QP, IN("r=C3=A9s"), "\xC3\xA9", IN("=C3=A9")},
		{NULL, B64, IN("YWJj\r\nZGVm\r\nZ2g=\r\n"), "d", IN("ZGVm")},
		{NULL, B64, IN("YWJj\r\nZGVm\r\nZ2g=\r\n"), "cd", IN("YWJj\r\nZGVm")},
		{NULL, B64, IN("YWJj\r\nZGVm\r\nZ2g=\r\n"), "h", IN("Z2g=")},
		{NULL, B64, IN("YWJjZA"), "d", IN("ZA")},
		{NULL, "x-uue", IN("begin 644 a\n#0V%T\n#8V%T\nend\n"), "ca", IN("#8V%T")},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *arena = arena_new();
		GString *file = g_string_new(NULL);
		struct mail *mail =
			mail_of(rows[i].charset, rows[i].encoding, rows[i].in, file, arena);
		struct mail_text *text = mail_text_decode(mail->root, 0, arena);
		const char *place = span_find(text->text, rows[i].text);
		struct mail_range raw;

		g_test_message("row %zu: %s", i, rows[i].text);
		g_assert_nonnull(place);
		raw = mail_text_raw(mail, text,
			(struct mail_range){(size_t)(place - text->text.p), strlen(rows[i].text)});
		assert_bytes((struct span){file->str + raw.at, raw.n}, rows[i].want);
		g_string_free(file, TRUE);
		arena_free(arena);
	}
}

/* Empty ranges, and ranges beyond the text, give a place inside the body. */
static void test_raw_edges(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct arena *arena = arena_new();
		GString *file = g_string_new(NULL);
		struct mail *mail =
			mail_of(texts[i].charset, texts[i].encoding, texts[i].in, file, arena);
		struct mail_text *text = mail_text_decode(mail->root, 0, arena);
		size_t body = (size_t)(mail->root->body.p - file->str);

		for (size_t at = 0; at <= text->text.n + 1; at++)
			for (size_t n = 0; n <= text->text.n + 1; n++) {
				struct mail_range raw =
					mail_text_raw(mail, text, (struct mail_range){at, n});

				g_assert_cmpuint(raw.at, >=, body);
				g_assert_cmpuint(raw.at + raw.n, <=, file->len);
				g_assert_true(n == 0 || at >= text->text.n || raw.n > 0);
			}
		g_string_free(file, TRUE);
		arena_free(arena);
	}
}

/*
 * --- The way back, by chance: what is found must decode, with GMime and iconv alone, to the text
 */

enum tightness {
	EXACT, /* the raw range is the text */
	HOLDS, /* it holds the text, from its shift on */
	LINES, /* whole lines */
};

static const struct {
	const char *label, *iconv;
	enum tightness tightness;
} charsets[] = {
	{"utf-8", "UTF-8", EXACT},
	{"iso-8859-1", "CP1252", EXACT},
	{"windows-1251", "CP1251", EXACT},
	{"koi8-r", "KOI8-R", EXACT},
	{"shift_jis", "CP932", EXACT},
	{"euc-jp", "EUC-JP-MS", EXACT},
	{"gb2312", "GB18030", EXACT},
	{"big5", "CP950", EXACT},
	{"ks_c_5601-1987", "CP949", EXACT},
	{"utf-16le", "UTF-16LE", EXACT},
	{"utf-16be", "UTF-16BE", EXACT},
	{"utf-32be", "UTF-32BE", EXACT},
	{"iso-2022-jp", "ISO-2022-JP", HOLDS},
	{"utf-7", "UTF-7", HOLDS},
	{"windows-1255", "CP1255", LINES},
	{"windows-1258", "CP1258", LINES},
	{"big5-hkscs", "BIG5-HKSCS", LINES},
	{"iso-2022-kr", "ISO-2022-KR", LINES},
};

/* Characters by turns; a charset takes those that it has. */
static const char *const alphabets[] = {
	"abcdefghij 0123456789.,:;<>@-+=/&~\\\"'",
	"\xC3\xA4\xC3\xA9\xC3\xB1\xE2\x82\xAC",
	"\xD0\x9E\xD1\x88\xD0\xB8\xD0\xB1\xD0\xBA\xD0\xB0",
	NIHON "\xE8\xAA\x9E\xE3\x82\xA2\xE3\x81\x82",
	"\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
	"\xED\x95\x9C\xEA\xB8\x80",
};

static char *random_text(const char *iconv, bool crlf)
{
	GString *out = g_string_new(NULL);
	unsigned lines = (unsigned)g_test_rand_int_range(1, 60);

	while (lines--) {
		unsigned n = (unsigned)g_test_rand_int_range(0, 90);
		const char *alphabet = alphabets[0];

		while (n--) {
			char one[8] = "";
			char *there;
			const char *c;

			if (g_test_rand_int_range(0, 6) == 0)
				alphabet = alphabets[g_test_rand_int_range(
					0, G_N_ELEMENTS(alphabets))];
			c = g_utf8_offset_to_pointer(alphabet,
				g_test_rand_int_range(0, (gint32)g_utf8_strlen(alphabet, -1)));
			memcpy(one, c, (size_t)(g_utf8_next_char(c) - c));
			there = g_convert(one, -1, iconv, "UTF-8", NULL, NULL, NULL);
			g_string_append(out, there ? one : "x");
			g_free(there);
		}
		g_string_append(out, crlf && g_test_rand_bit() ? "\r\n" : "\n");
	}
	return g_string_free(out, FALSE);
}

/* The text in a charset, line by line: senders begin each in the initial state. */
static GString *encode_charset(const char *text, const char *iconv)
{
	GString *out = g_string_new(NULL);
	char **lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		char *whole = g_strconcat(*line, line[1] ? "\n" : "", NULL);
		gsize n;
		char *there = g_convert(whole, -1, iconv, "UTF-8", NULL, &n, NULL);

		g_assert_nonnull(there);
		g_string_append_len(out, there, (gssize)n);
		g_free(there);
		g_free(whole);
	}
	g_strfreev(lines);
	return out;
}

static GString *encode_transfer(const GString *in, GMimeContentEncoding encoding)
{
	GMimeEncoding state;
	GString *out = g_string_new(NULL);

	if (encoding == GMIME_CONTENT_ENCODING_DEFAULT)
		return g_string_append_len(out, in->str, (gssize)in->len);
	g_mime_encoding_init_encode(&state, encoding);
	g_string_set_size(out, g_mime_encoding_outlen(&state, in->len));
	g_string_set_size(out, g_mime_encoding_flush(&state, in->str, in->len, out->str));
	return out;
}

static GString *decode_transfer(struct span in, GMimeContentEncoding encoding)
{
	GMimeEncoding state;
	GString *out = g_string_new(NULL);

	if (encoding == GMIME_CONTENT_ENCODING_DEFAULT)
		return g_string_append_len(out, in.p, (gssize)in.n);
	g_mime_encoding_init_decode(&state, encoding);
	g_string_set_size(out, g_mime_encoding_outlen(&state, in.n));
	g_string_set_size(out, g_mime_encoding_flush(&state, in.p, in.n, out->str));
	return out;
}

/*
 * Does `bytes`, without at most three bytes at either end (of a quartet that was cut), read as text
 * that holds `want`?
 */
static bool reads_as(
	const GString *bytes, const char *iconv, struct span want, bool trim, bool exact)
{
	const gsize most = trim ? 3 : 0;

	for (gsize head = 0; head <= most; head++)
		for (gsize tail = 0; tail <= most && head + tail <= bytes->len; tail++) {
			gsize n;
			char *text = g_convert(bytes->str + head,
				(gssize)(bytes->len - head - tail), "UTF-8", iconv, NULL, &n, NULL);
			bool found = text && (exact ? n == want.n && memcmp(text, want.p, n) == 0
						    : memmem(text, n, want.p, want.n) != NULL);

			g_free(text);
			if (found)
				return true;
		}
	return false;
}

/* Ranges of a text, drawn, read as they are there. */
static void check_ranges(
	size_t c, GMimeContentEncoding encoding, const char *name, const char *want)
{
	struct arena *arena = arena_new();
	GString *file = g_string_new(NULL);
	GString *there = encode_charset(want, charsets[c].iconv);
	GString *body = encode_transfer(there, encoding);
	struct mail *mail =
		mail_of(charsets[c].label, name, (struct span){body->str, body->len}, file, arena);
	struct mail_text *text = mail_text_decode(mail->root, 0, arena);
	char *got = span_dup(text->text);

	g_test_message("%s, %s", charsets[c].label, name);
	g_assert_true(strcmp(got, want) == 0);
	for (unsigned i = 0; i < 40 && text->text.n; i++) {
		const char *end = text->text.p + text->text.n;
		const char *p = text->text.p + g_test_rand_int_range(0, (gint32)text->text.n);
		const char *q = p + g_test_rand_int_range(1, 60);
		struct mail_range raw;
		struct span range;
		GString *bytes;

		q = MIN(q, end);
		while (((unsigned char)*p & 0xC0) == 0x80)
			p--;
		while (q < end && ((unsigned char)*q & 0xC0) == 0x80)
			q++;
		range = span_make(p, q);
		raw = mail_text_raw(
			mail, text, (struct mail_range){(size_t)(p - text->text.p), range.n});
		bytes = decode_transfer((struct span){file->str + raw.at, raw.n}, encoding);
		if (charsets[c].tightness == LINES) {
			/* A shift or a header of the charset may stand before the range. */
			g_assert_cmpuint(raw.n, >, 0);
			g_assert_true(reads_as(bytes, charsets[c].iconv, range, true, false));
		} else {
			bool quartets = encoding == GMIME_CONTENT_ENCODING_BASE64;

			g_assert_true(reads_as(bytes, charsets[c].iconv, range, quartets,
				charsets[c].tightness == EXACT && !quartets));
			g_assert_true(
				charsets[c].tightness != EXACT || bytes->len <= range.n * 4 + 4);
		}
		g_string_free(bytes, TRUE);
	}
	g_free(got);
	g_string_free(there, TRUE);
	g_string_free(body, TRUE);
	g_string_free(file, TRUE);
	arena_free(arena);
}

static void test_raw_random(void)
{
	static const struct {
		GMimeContentEncoding encoding;
		const char *name;
	} encodings[] = {
		{GMIME_CONTENT_ENCODING_DEFAULT, "8bit"},
		{GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, QP},
		{GMIME_CONTENT_ENCODING_BASE64, B64},
	};

	for (size_t c = 0; c < G_N_ELEMENTS(charsets); c++)
		for (size_t e = 0; e < G_N_ELEMENTS(encodings); e++) {
			/* In UTF-16 it begins with what it becomes. */
			check_ranges(c, encodings[e].encoding, encodings[e].name, "\n");
			for (unsigned round = 0; round < 6; round++) {
				/* GMime writes CRLF as LF in quoted-printable. */
				g_autofree char *text = random_text(charsets[c].iconv,
					encodings[e].encoding !=
						GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);

				check_ranges(c, encodings[e].encoding, encodings[e].name, text);
			}
		}
}

/* --- HTML */

static void test_html(void)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"  a \n\t b  ", "a b"},
		{"<p>one</p><p>two</p>", "one\n\ntwo\n\n"},
		{"one<br>two<BR/>three", "one\ntwo\nthree"},
		{"one<br><br><br>two", "one\n\ntwo"},
		{"<div>one</div><div><div>two</div></div>", "one\ntwo\n"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n\n"},
		{"<ul><li>a<li>b</ul>c", "a\nb\n\nc"},
		{"a<b>b</b><i>c</i> <u>d</u>", "abc d"},
		{"<pre>a  b\n c</pre>d  e", "a  b\n c\n\nd e"},
		{"<pre>a\r\n\r\nb</pre>", "a\n\nb\n\n"},
		{"<head><title>t</title><style>p {}</style></head>x", "x"},
		{"<script>if (a<b) x('</p>')</SCRIPT>y", "y"},
		{"<script>never ends", "never ends"},
		{"a<!-- <p> -->b<!--c", "ab<!--c"},
		{"<!DOCTYPE html><?xml?>x", "x"},
		{"<a href=\"x>y\" title='>'>t</a>", "t"},
		{"<a href=\"x>t", "t"},
		{"a < b > c <3 <", "a < b > c <3 <"},
		{"tell <jon@far.example>: gone", "tell <jon@far.example>: gone"},
		{"<a@b=c>x", "x"},
		{"&lt;jon&#64;far.example&gt;", "<jon@far.example>"},
		{"&amp;amp; &eacute;&Eacute;&#233;&#xE9;&#XE9;",
			"&amp; \xC3\xA9\xC3\x89\xC3\xA9\xC3\xA9\xC3\xA9"},
		{"a&nbsp;b&rsquo;s", "a\xC2\xA0"
				     "b\xE2\x80\x99s"},
		{"&#146;&#0;&#xD800;&#x110000;&#99999999999;", "\xE2\x80\x99" FFFD FFFD FFFD FFFD},
		{"&nothing; & &; &# &#; &#x; &ampx &lt", "&nothing; & &; &# &#; &#x; &ampx <"},
		{"caf\xC3\xA9", "caf\xC3\xA9"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *arena = arena_new();
		size_t n = strlen(rows[i].in);
		struct mail_html html = mail_html_text((struct span){rows[i].in, n}, arena);
		char *got = span_dup(html.text);

		g_assert_cmpstr(got, ==, rows[i].want);
		g_assert_cmpuint(html.origin[html.text.n], ==, n);
		for (size_t k = 0; k < html.text.n; k++) {
			char c = html.text.p[k], source = rows[i].in[html.origin[k]];

			g_assert_cmpuint(html.origin[k], <=, html.origin[k + 1]);
			g_assert_true(c == source || source == '&' ||
				      (g_ascii_isspace(c) && strchr("< \r\t\n", source)));
		}
		g_free(got);
		arena_free(arena);
	}
}

/* With NULs, which GLib does not take for UTF-8. */
static bool is_utf8(struct span s)
{
	const char *at = s.p, *end = s.p + s.n;

	while (at < end && !g_utf8_validate_len(at, (gsize)(end - at), &at) && *at == '\0')
		at++;
	return at == end;
}

static void test_hostile(void)
{
	static const struct {
		const char *header, *unit;
		size_t times;
	} rows[] = {
		{"", "<", 1000000},
		{"", "<a", 500000},
		{"", "<a =\"", 200000},
		{"", "<a x=\">\" ", 100000},
		{"", "<a x='", 200000},
		{"", "<!--", 250000},
		{"", "<script>", 120000},
		{"", "<title><style>", 70000},
		{"", "<p>", 300000},
		{"", "<pre>\n", 160000},
		{"", "&", 1000000},
		{"", "&#", 500000},
		{"", "&#9", 300000},
		{"", "&ne", 300000},
		{"", "<@", 500000},
		{"Content-Transfer-Encoding: base64\n", "A", 1000000},
		{"Content-Transfer-Encoding: base64\n", "\n", 1000000},
		{"Content-Transfer-Encoding: base64\n", "=", 1000000},
		{"Content-Transfer-Encoding: quoted-printable\n", "=", 1000000},
		{"Content-Transfer-Encoding: quoted-printable\n", "= ", 500000},
		{"Content-Transfer-Encoding: quoted-printable\n", "=\n", 500000},
		{"Content-Transfer-Encoding: x-uuencode\n", "begin \n", 200000},
		{"Content-Type: text/plain; charset=iso-2022-jp\n", "\x1B$B", 300000},
		{"Content-Type: text/plain; charset=iso-2022-jp\n", "\x1B$B\n", 250000},
		{"Content-Type: text/plain; charset=utf-7\n", "+AGE", 250000},
		{"Content-Type: text/plain; charset=utf-8\n", "\xFF", 1000000},
		{"Content-Type: text/plain; charset=shift_jis\n", "\x93\xFA\xFF", 300000},
		{"Content-Type: text/plain; charset=x-none\n", "\x81", 1000000},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *arena = arena_new();
		GString *in = g_string_new(rows[i].header);
		double before = limits_now(), took;
		struct mail *mail;
		struct mail_text *text;
		struct mail_html html;

		g_string_append_c(in, '\n');
		for (size_t k = 0; k < rows[i].times; k++)
			g_string_append(in, rows[i].unit);
		mail = mail_parse((struct span){in->str, in->len}, arena);
		text = mail_text_decode(mail->root, 0, arena);
		if (!is_utf8(text->text))
			g_error("row %zu %s%s: no UTF-8", i, rows[i].header, rows[i].unit);
		for (size_t at = 0; at < text->text.n; at += text->text.n / 500 + 1) {
			struct mail_range raw =
				mail_text_raw(mail, text, (struct mail_range){at, 30});

			g_assert_cmpuint(raw.at + raw.n, <=, in->len);
		}
		html = mail_html_text(text->text, arena);
		g_assert_cmpuint(html.text.n, <=, text->text.n);
		took = limits_now() - before;
		if (took > HOSTILE_SECONDS)
			g_test_message("row %zu %s: %.1f s", i, rows[i].unit, took);
		g_assert_cmpfloat(took, <=, HOSTILE_SECONDS);
		g_string_free(in, TRUE);
		arena_free(arena);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/decode/texts", test_texts);
	g_test_add_func("/decode/cut", test_cut);
	g_test_add_func("/decode/nul", test_nul);
	g_test_add_func("/decode/long-damage", test_long_damage);
	g_test_add_func("/decode/body", test_body);
	g_test_add_func("/decode/raw", test_raw);
	g_test_add_func("/decode/raw-edges", test_raw_edges);
	g_test_add_func("/decode/raw-random", test_raw_random);
	g_test_add_func("/decode/html", test_html);
	g_test_add_func("/decode/hostile", test_hostile);
	return g_test_run();
}
