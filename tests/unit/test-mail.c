/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The span reader: structure, fields, parameters, and what hostile mail tries. */
#include <glib.h>

#include "limits.h"
#include "mail/field.h"
#include "mail/line.h"
#include "mail/mail.h"

/*
 * A mail in one line: number, type and body of each part, what is inside a part in parentheses.
 * Line ends are shown as /.
 */
static void shape_add(GString *out, const struct mail_part *part)
{
	if (part->parent && part->parent->child != part)
		g_string_append_c(out, ' ');
	g_string_append_printf(out, "%s=%s/%s", part->id, part->type, part->subtype);
	if (part->child)
		return;
	g_string_append_c(out, '<');
	for (size_t i = 0, end; i < part->body.n; i += MAX(end, 1)) {
		end = line_end(part->body.p + i, part->body.p + part->body.n);
		g_string_append_c(out, end ? '/' : part->body.p[i]);
	}
	g_string_append_c(out, '>');
}

static char *shape(const struct mail *mail)
{
	GString *out = g_string_new(NULL);
	const struct mail_part *next;

	for (const struct mail_part *p = mail->root; p; p = next) {
		next = mail_next(p);
		shape_add(out, p);
		if (p->child)
			g_string_append_c(out, '(');
		for (const struct mail_part *up = p; !p->child && up && !up->next; up = up->parent)
			if (up->parent)
				g_string_append_c(out, ')');
	}
	return g_string_free(out, FALSE);
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

static const struct {
	const char *name, *in, *want;
} structures[] = {
	{"nothing", "", "1=text/plain<>"},
	{"no message", "rubbish\nmore\n", "1=text/plain<rubbish/more/>"},
	{"one part", "Subject: a\n\nbody\n", "1=text/plain<body/>"},
	{"header only", "Subject: a\n", "1=text/plain<>"},
	{"header without an end", "Subject: a", "1=text/plain<>"},
	{"mbox line", "From a Mon Jan  5 10:00:00 2026\nContent-Type: text/html\n\nx",
		"1=text/html<x>"},
	{"mbox line within", "Subject: a\n>From a\nContent-Type: text/html\n\nx", "1=text/html<x>"},
	{"empty lines before", "\n\r\nContent-Type: text/html\n\nx", "1=text/html<x>"},
	{"byte order mark",
		"\xEF\xBB\xBF"
		"Content-Type: text/html\n\nx",
		"1=text/html<x>"},
	{"two parts", MIXED "--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n",
		"=multipart/mixed(1=text/plain<one> 2=text/html<two>)"},
	{"preamble, epilogue", MIXED "before\n--b\n\none\n--b--\nafter\n--b\n\nno part\n",
		"=multipart/mixed(1=text/plain<one>)"},
	{"no closing boundary", MIXED "--b\n\none\n", "=multipart/mixed(1=text/plain<one/>)"},
	{"blanks behind a boundary", MIXED "--b \t\n\none\n--b-- \n",
		"=multipart/mixed(1=text/plain<one>)"},
	{"longer lines are no boundary", MIXED "--bb\n--b\n\none\n--b-x\n--b--x\n-b\n--\n--b--",
		"=multipart/mixed(1=text/plain<one/--b-x/--b--x/-b/-->)"},
	{"empty part", MIXED "--b\n\n--b\n--b--\n",
		"=multipart/mixed(1=text/plain<> 2=text/plain<>)"},
	{"header without its empty line", MIXED "--b\nContent-Type: text/html\n--b--\n",
		"=multipart/mixed(1=text/html<>)"},
	{"body without the empty line", MIXED "--b\nmessage removed\n\nrest\n--b--\n",
		"=multipart/mixed(1=text/plain<message removed//rest>)"},
	{"empty line kept before a boundary", MIXED "--b\n\none\n\n--b--\n",
		"=multipart/mixed(1=text/plain<one/>)"},
	{"outer boundary ends the inner",
		MIXED
		"--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--b\n\ntwo\n"
		"--c\n--b--\n",
		"=multipart/mixed(1=multipart/alternative(1.1=text/plain<one>) "
		"2=text/plain<two/--c>)"},
	{"same boundary inside", MIXED "--b\n" MIXED "--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
		"=multipart/mixed(1=multipart/mixed(1.1=text/plain<one>) 2=text/plain<two>)"},
	{"boundary ending in dashes",
		"Content-Type: multipart/mixed; boundary=\"b--\"\n\n--b--\n\none\n"
		"--b----\nafter\n",
		"=multipart/mixed(1=text/plain<one>)"},
	{"blank at the end of the boundary",
		"Content-Type: multipart/mixed; boundary=\"b \"\n\n--b\n\none\n--b--\n",
		"=multipart/mixed(1=text/plain<one>)"},
	{"boundary that never comes", MIXED "text\n--c\nmore\n", "1=text/plain<text/--c/more/>"},
	{"inner boundary that never comes",
		MIXED "--b\nContent-Type: multipart/related; boundary=c\n\ntext\n--b--\n",
		"=multipart/mixed(1=text/plain<text>)"},
	{"no boundary", "Content-Type: multipart/mixed\n\n--b\n\ntext\n",
		"1=text/plain<--b//text/>"},
	{"empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\ntext\n",
		"1=text/plain<--//text/>"},
	{"wrong boundary",
		MIXED "--c\nContent-Type: text/html\n\none\n--c\nContent-Type: "
		      "text/plain\n\ntwo\n--c--\n",
		"=multipart/mixed(1=text/html<one> 2=text/plain<two>)"},
	{"wrong boundary inside",
		MIXED
		"--b\nContent-Type: multipart/related; boundary=c\n\n--d\ncontent-type: text/html\n"
		"\none\n--d--\n--b\n\ntwo\n--b--\n",
		"=multipart/mixed(1=multipart/related(1.1=text/html<one>) 2=text/plain<two>)"},
	{"unknown multipart", "Content-Type: multipart/mx6d; boundary=b\n\n--b\n\none\n--b--\n",
		"=multipart/mx6d(1=text/plain<one>)"},
	{"multipart alone", "Content-Type: multipart; boundary=b\n\n--b\n\none\n--b--\n",
		"=multipart/mixed(1=text/plain<one>)"},
	{"type alone", "Content-Type: text\n\nx", "1=text/plain<x>"},
	{"odd type alone", "Content-Type: html\n\nx", "1=text/plain<x>"},
	{"broken type", "Content-Type: ;;=/\n\nx", "1=text/plain<x>"},
	{"type with comments", "Content-Type: (a) TEXT (b) / (c) Html (d); x=y\n\nx",
		"1=text/html<x>"},
	{"folded type",
		"Content-Type:\n\tmultipart/mixed;\n\tboundary=\n \"b\"\n\n--b\n\none\n--b--\n",
		"=multipart/mixed(1=text/plain<one>)"},
	{"fold without its blank",
		"Content-Type: multipart/mixed;\nboundary=b\n\n--b\n\none\n--b--\n",
		"=multipart/mixed(1=text/plain<one>)"},
	{"value on the next line", "X-Info:\nZm9v\n\nContent-Type: no field\n",
		"1=text/plain<Content-Type: no field/>"},
	{"strays among fields",
		"Subject: a\ns=selector;\nh=From Date\nContent-Type: text/html\n\nx",
		"1=text/html<x>"},
	{"stray before an empty line", "Subject: a\nremoved\n\nX-A: b\n",
		"1=text/plain<removed//X-A: b/>"},
	{"stray before a boundary",
		MIXED "--b\nX-A: b\nremoved\n--b\nContent-Type: text/html\n\none\n--b--\n",
		"=multipart/mixed(1=text/plain<removed> 2=text/html<one>)"},
	{"first of two types", "Content-Type: text/html\nContent-Type: text/plain\n\nx",
		"1=text/html<x>"},
	{"digest",
		"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: a\n\none\n--b--\n",
		"=multipart/digest(1=message/rfc822(1.1=text/plain<one>))"},
	{"message", MIXED "--b\nContent-Type: message/rfc822\n\nSubject: a\n\none\n--b--\n",
		"=multipart/mixed(1=message/rfc822(1.1=text/plain<one>))"},
	{"message at the root", "Content-Type: message/rfc822\n\nSubject: a\n\none\n",
		"1=message/rfc822(1.1=text/plain<one/>)"},
	{"multipart in a message",
		MIXED
		"--b\nContent-Type: message/global\n\nContent-Type: multipart/mixed; boundary=c\n\n"
		"--c\n\none\n--c\n\ntwo\n--c--\n--b--\n",
		"=multipart/mixed(1=message/global(1=multipart/mixed(1.1=text/plain<one> "
		"1.2=text/plain<two>)))"},
	{"lying multipart in a message",
		MIXED "--b\nContent-Type: message/rfc822\n\nContent-Type: "
		      "multipart/mixed\n\none\n--b--\n",
		"=multipart/mixed(1=message/rfc822(1.1=text/plain<one>))"},
	{"message cut behind its header", MIXED "--b\nContent-Type: message/rfc822\n\n",
		"=multipart/mixed(1=message/rfc822(1.1=text/plain<>))"},
	{"encoded message",
		"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVj",
		"1=message/rfc822<U3ViamVj>"},
	{"leaves of message/*",
		MIXED "--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b\n"
		      "Content-Type: text/rfc822-headers\n\nSubject: a\n--b\n"
		      "Content-Type: message/partial; id=x\n\nSubject: a\n--b--\n",
		"=multipart/mixed(1=message/delivery-status<Action: failed> "
		"2=text/rfc822-headers<Subject: a> 3=message/partial<Subject: a>)"},
};

static void test_structure(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(structures); i++) {
		struct arena *arena = arena_new();
		struct mail *mail = mail_parse(span_of(structures[i].in), arena);
		char *got = shape(mail);

		if (strcmp(got, structures[i].want) != 0)
			g_test_message("%s", structures[i].name);
		g_assert_cmpstr(got, ==, structures[i].want);
		g_assert_false(mail->cut_depth || mail->cut_parts);
		g_free(got);
		arena_free(arena);
	}
}

/* Each mail above once more with other line ends. */
static void test_line_ends(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(structures); i++) {
		static const char *const ends[] = {"\r\n", "\r", "\r\r\n"};
		char **lines = g_strsplit(structures[i].in, "\n", -1);

		for (size_t k = 0; k < G_N_ELEMENTS(ends) && !strchr(structures[i].in, '\r'); k++) {
			struct arena *arena = arena_new();
			char *in = g_strjoinv(ends[k], lines);
			char *got = shape(mail_parse(span_of(in), arena));

			if (strcmp(got, structures[i].want) != 0)
				g_test_message("%s, line ends %zu", structures[i].name, k);
			g_assert_cmpstr(got, ==, structures[i].want);
			g_free(got);
			g_free(in);
			arena_free(arena);
		}
		g_strfreev(lines);
	}
}

/* Boundaries are looked for at many places at once: none lies where they are not seen. Dashes
 * within a line are none. */
static void test_boundary_anywhere(void)
{
	static const char *const ends[] = {"\n", "\r\n", "\r", "\r\r\n"};

	for (size_t n = 0; n < 100 * G_N_ELEMENTS(ends); n++) {
		const char *end = ends[n % G_N_ELEMENTS(ends)];
		g_autofree char *body = g_strnfill(n / G_N_ELEMENTS(ends), 'x');
		g_autofree char *in = g_strconcat("Content-Type: multipart/mixed; boundary=b", end,
			end, "--b", end, end, "x", body, "--b", end, "--b", end, end, body, end,
			"--b--", NULL);
		struct arena *arena = arena_new();
		struct mail_part *first = mail_parse(span_of(in), arena)->root->child;

		g_assert_cmpuint(first->body.n, ==, strlen(body) + strlen("x--b"));
		g_assert_nonnull(first->next);
		g_assert_null(first->next->next);
		arena_free(arena);
	}
}

static void check_spans(const struct mail *mail, struct span all)
{
	for (const struct mail_part *p = mail->root; p; p = mail_next(p)) {
		g_assert_true(p->header.p >= all.p && p->body.p >= p->header.p + p->header.n);
		g_assert_true(p->body.p + p->body.n <= all.p + all.n);
		if (p->parent) {
			const struct span *around = &p->parent->body;

			g_assert_true(p->header.p >= around->p);
			g_assert_true(p->body.p + p->body.n <= around->p + around->n);
			g_assert_cmpuint(p->depth, ==, p->parent->depth + 1);
		}
	}
}

static void test_cut_anywhere(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(structures); i++)
		for (size_t n = 0; structures[i].in[n]; n++) {
			struct arena *arena = arena_new();
			char *exact = g_memdup2(structures[i].in, n);
			struct span in = {exact ? exact : "", n};

			check_spans(mail_parse(in, arena), in);
			g_free(exact);
			arena_free(arena);
		}
}

static void test_content(void)
{
	static const char in[] =
		"Subject: a\n"
		"Content-Type: Multipart/Report; Report-Type=\"Delivery-Status\";\n"
		" boundary=\"B\"\n\n"
		"--B\nContent-Type: text/plain; charset=ISO-8859-1; name=\"=?utf-8?q?r=C3=A9?=\"\n"
		"Content-Transfer-Encoding: Quoted-Printable (yes)\n"
		"Content-Disposition: attachment; filename*=utf-8''%c3%a9%20x\n\nbody\n"
		"--B\nContent-Type: application/ms-tnef; name=\"winmail.dat\"\n"
		"content-transfer-encoding : BASE64\n\nAAAA\n--B--\n";
	struct arena *arena = arena_new();
	struct mail *mail = mail_parse(SPAN_LIT(in), arena);
	struct mail_part *text = mail->root->child, *tnef = text->next;

	g_assert_true(mail_is(mail->root, "multipart", "report"));
	g_assert_true(mail_is(mail->root, "multipart", NULL));
	g_assert_false(mail_is(mail->root, "multipart", "mixed"));
	g_assert_cmpstr(mail->root->report_type, ==, "delivery-status");
	g_assert_cmpstr(mail->root->boundary, ==, "B");
	g_assert_cmpuint(mail->parts, ==, 3);
	g_assert_cmpstr(text->charset, ==, "iso-8859-1");
	g_assert_cmpstr(text->filename, ==, "\xC3\xA9 x");
	g_assert_cmpint(text->encoding, ==, MAIL_QUOTED_PRINTABLE);
	g_assert_cmpstr(tnef->filename, ==, "winmail.dat");
	g_assert_cmpint(tnef->encoding, ==, MAIL_BASE64);
	g_assert_null(tnef->charset);
	g_assert_true(mail_skip(mail->root) == NULL && mail_skip(text) == tnef);
	arena_free(arena);
}

static void test_fields(void)
{
	static const char header[] =
		"Received: one\nSubject : a\n folded\n\tline\nX-Empty:\nreceived:two \n"
		"no field\nreceived:\n three\r\n";
	static const struct {
		const char *name;
		unsigned nth;
		const char *want;
	} rows[] = {
		{"received", 0, "one"},
		{"Received", 1, "two"},
		{"RECEIVED", 2, "three"},
		{"Received", 3, NULL},
		{"subject", 0, "a\n folded\n\tline"},
		{"X-Empty", 0, ""},
		{"X-Emp", 0, NULL},
		{"", 0, NULL},
	};
	struct span name, value;
	size_t at = 0, n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool found = mail_field(SPAN_LIT(header), rows[i].name, rows[i].nth, &value);
		char *got = found ? span_dup(value) : NULL;

		g_assert_cmpstr(got, ==, rows[i].want);
		g_assert_true(found || (!value.p && !value.n));
		g_free(got);
	}
	while (mail_field_next(SPAN_LIT(header), &at, &name, &value)) {
		g_assert_true(name.p >= header && value.p + value.n <= header + sizeof header - 1);
		n++;
	}
	g_assert_cmpuint(n, ==, 5);
}

static void test_params(void)
{
	static const struct {
		const char *value, *name, *want;
	} rows[] = {
		{"text/plain; charset=utf-8", "charset", "utf-8"},
		{"text/plain; CHARSET = \"utf-8\" ; a=b", "charset", "utf-8"},
		{"text/plain;charset=utf-8;format=flowed", "format", "flowed"},
		{"text/plain; charset=utf-8 format=flowed", "format", "flowed"},
		{"text/plain charset=utf-8", "charset", "utf-8"},
		{"text/plain; (a; charset=x) charset=(b)y", "charset", "y"},
		{"text/plain; charset=\"a\\\"b\\\\c\"", "charset", "a\"b\\c"},
		{"text/plain; charset=\"never ends", "charset", "never ends"},
		{"text/plain; charset=\"never ends\n; x=y", "x", "y"},
		{"text/plain; charset=", "charset", ""},
		{"text/plain; charset", "charset", NULL},
		{"text/plain; xcharset=a; charsetx=b", "charset", NULL},
		{"text/plain; charset=a; charset=b", "charset", "a"},
		{"text/plain; ; ;; charset=a", "charset", "a"},
		{"text/plain; =x; \"q\"=y; charset=a", "charset", "a"},
		{"multipart/mixed; boundary==_b?x/y=:z", "boundary", "=_b?x/y=:z"},
		{"multipart/mixed; boundary=\"a\r\n b\"", "boundary", "a b"},
		{"a/b; name*=utf-8'de'%c3%a4%20b", "name", "\xC3\xA4 b"},
		{"a/b; name*=iso-8859-1''%e4", "name", "\xC3\xA4"},
		{"a/b; name*=%e4", "name", "\xC3\xA4"},
		{"a/b; name*0=one; name*1=\" two\"", "name", "one two"},
		{"a/b; name*1*=%20two; name*0*=utf-8''one; name*2=three", "name", "one twothree"},
		{"a/b; name*0=one; name*2=three", "name", "one"},
		{"a/b; name*1=two", "name", ""},
		{"a/b; name*0*=shift_jis''%83; name*1*=%4c", "name", "\xE3\x82\xAD"},
		{"a/b; name*=utf-8''%zz%4", "name", "%zz%4"},
		{"a/b; name*x=y", "name", NULL},
		{"", "name", NULL},
		{"name=x", "name", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *arena = arena_new();
		const struct params params = params_of(span_of(rows[i].value));
		char *got = params_get(&params, rows[i].name, arena);

		if (g_strcmp0(got, rows[i].want) != 0)
			g_test_message("%s", rows[i].value);
		g_assert_cmpstr(got, ==, rows[i].want);
		arena_free(arena);
	}
}

static void test_field_text(void)
{
	static const struct {
		const char *value, *charset, *want;
	} rows[] = {
		{"plain", NULL, "plain"},
		{"  a\n  b\r\n\tc  ", NULL, "a b c"},
		{"=?utf-8?Q?r=C3=A9sum=C3=A9_1?=", NULL, "r\xC3\xA9sum\xC3\xA9 1"},
		{"=?UTF-8?b?w6k=?= x", NULL, "\xC3\xA9 x"},
		{"=?utf-8?b?w6kx?= =?utf-8?b?w6?=", NULL,
			"\xC3\xA9"
			"1"},
		{"a =?utf-8?q?b?= =?utf-8?q?c?= d", NULL, "a bc d"},
		{"=?utf-8?q?=C3=A4?=\n =?iso-8859-1?q?=E4?=", NULL, "\xC3\xA4\xC3\xA4"},
		{"=?utf-8?q?=E3=83?= =?utf-8?q?=8B?=", NULL, "\xE3\x83\x8B"},
		{"=?utf-8?q?a?=b=?utf-8?q?c?=", NULL, "abc"},
		{"=?utf-8*en?q?a?=", NULL, "a"},
		{"=?uft-8?q?=C3=A9?=", NULL, "\xC3\xA9"},
		{"=?x-nothing?q?=C3=A9?=", NULL, "\xC3\xA9"},
		{"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", NULL, "\xE6\x97\xA5\xE6\x9C\xAC"},
		{"=?utf-8?q?two words?=", NULL, "two words"},
		{"=?utf-8?q?what? yes?=", NULL, "what? yes"},
		{"=?utf-8?q?never ends =?utf-8?q?b?=", NULL, "=?utf-8?q?never ends b"},
		{"=?utf-8?x?b?=", NULL, "=?utf-8?x?b?="},
		{"=?utf-8?q?", NULL, "=?utf-8?q?"},
		{"=?", NULL, "=?"},
		{"=??q?x?=", NULL, "=??q?x?="},
		{"=?utf-8?q?a=0Ab=00c?=", NULL, "a b c"},
		{"r\xC3\xA9", NULL, "r\xC3\xA9"},
		{"r\xE9", NULL, "r\xC3\xA9"},
		{"\xCE\xE4", "windows-1251", "\xD0\x9E\xD0\xB4"},
		{"\x1B$BF|K\\\x1B(B", NULL, "\xE6\x97\xA5\xE6\x9C\xAC"},
		{"\xE9 =?utf-8?q?b?=", NULL, "\xC3\xA9 b"},
		{"\xF6\xAC\x8A\xA5 beyond Unicode", NULL,
			"\xC3\xB6\xC2\xAC\xC5\xA0\xC2\xA5 beyond Unicode"},
		{"", NULL, ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *arena = arena_new();
		char *got = mail_field_text(span_of(rows[i].value), rows[i].charset, arena);

		if (strcmp(got, rows[i].want) != 0)
			g_test_message("%s", rows[i].value);
		g_assert_cmpstr(got, ==, rows[i].want);
		arena_free(arena);
	}
}

/* The header of a multipart is read by the charset of its first part. */
static void test_header_text(void)
{
	static const char in[] =
		"Subject: \xCE\xE4\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
		"Content-Type: text/plain; charset=windows-1251\n\nx\n--b--\n";
	struct arena *arena = arena_new();
	struct mail *mail = mail_parse(SPAN_LIT(in), arena);

	g_assert_cmpstr(mail_header_text(mail->root, "subject", arena), ==, "\xD0\x9E\xD0\xB4");
	g_assert_null(mail_header_text(mail->root, "from", arena));
	arena_free(arena);
}

static void repeat(GString *out, const char *s, size_t times)
{
	while (times--)
		g_string_append(out, s);
}

/* Everything a caller would ask, on mails made to be slow. All of them together take a moment. */
static void exercise(GString *in)
{
	struct arena *arena = arena_new();
	struct span bytes = {in->str, in->len};
	struct mail *mail = mail_parse(bytes, arena);
	unsigned n = 0;

	check_spans(mail, bytes);
	for (struct mail_part *p = mail->root; p && n < 200; p = mail_next(p), n++) {
		mail_header_text(p, "Subject", arena);
		mail_header_text(p, "X-Missing", arena);
	}
	g_assert_cmpuint(mail->parts, <=, MAIL_PARTS_MAX);
	arena_free(arena);
}

static void test_hostile(void)
{
	static const struct {
		const char *name, *head, *unit, *tail;
		size_t times;
	} rows[] = {
		{"parentheses in a type", "Content-Type: ", "(", "\n\n", 500000},
		{"parentheses and words", "Content-Type: text/plain; ", "(a;", "\n\n", 500000},
		{"open quotes", "Content-Type: text/plain; ", "a=\"\\\n ", "\n\n", 200000},
		{"parameters", "Content-Type: text/plain", ";a=b", "\n\n", 300000},
		{"pieces", "Content-Type: text/plain", ";name*1=b", "\n\n", 300000},
		{"semicolons", "Content-Type: text/plain", ";", "\n\n", 1000000},
		{"fields", "", "Subject-Not: a\n", "\n", 100000},
		{"folds", "Subject: a", "\n b", "\n\n", 300000},
		{"words", "Subject: ", "=?utf-8?q?a?= ", "\n\n", 100000},
		{"words in nothing", "Subject: ", "=?x-no?q?=E9?= ", "\n\n", 20000},
		{"words that never end", "Subject: ", "=?utf-8?q?a ", "\n\n", 200000},
		{"signs of words", "Subject: ", "=?", "\n\n", 500000},
		{"strays", "Subject: a\n", "stray\n", "\n", 300000},
		{"strays and fields", "", "A: b\nstray\nstray\n", "\n", 100000},
		{"line feeds", "Subject: a\n\n", "\n", "", 3000000},
		{"carriage returns", "Subject: a\r\r", "\r", "", 3000000},
		{"bare CR lines", MIXED, "a line of some length\r", "", 200000},
		{"short CR lines", "A: b\r", "C: d\r", "\r", 300000},
		{"dashes", MIXED, "--\n", "", 1000000},
		{"boundaries", MIXED, "--b\n", "", 500000},
		{"closing boundaries", MIXED, "--b--\n", "", 500000},
		{"parts", MIXED, "--b\n\nx\n", "--b--\n", 100000},
		{"nested, same boundary", "", MIXED "--b\n", "", 10000},
		{"nested, no boundary", "", "Content-Type: multipart/mixed\n\n", "", 10000},
		{"nested messages", "", "Content-Type: message/rfc822\n\n", "", 200000},
		{"lying multiparts", MIXED,
			"--b\nContent-Type: multipart/mixed; boundary=c\n\n--d\nX: y\n", "", 20000},
		{"one long line", "Subject: a\n\n", "aaaaaaaaaaaaaaaa", "", 1000000},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GString *in = g_string_new(rows[i].head);
		double before = limits_now(), took;

		repeat(in, rows[i].unit, rows[i].times);
		g_string_append(in, rows[i].tail);
		exercise(in);
		g_string_free(in, TRUE);
		took = limits_now() - before;
		if (took > HOSTILE_SECONDS)
			g_test_message("%s: %.1f s", rows[i].name, took);
		g_assert_cmpfloat(took, <=, HOSTILE_SECONDS);
	}
}

/* 10,000 multiparts in each other, each with a boundary of its own. */
static void test_nesting(void)
{
	GString *in = g_string_new(NULL);
	struct arena *arena = arena_new();
	double before = limits_now();
	struct mail *mail;
	unsigned depth = 0;

	for (unsigned i = 0; i < 10000; i++)
		g_string_append_printf(
			in, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
	g_string_append(in, "\nleaf\n");
	for (unsigned i = 10000; i-- > 0;)
		g_string_append_printf(in, "--b%u--\n", i);
	mail = mail_parse((struct span){in->str, in->len}, arena);
	for (const struct mail_part *p = mail->root; p; p = mail_next(p))
		depth = MAX(depth, p->depth);
	g_assert_cmpuint(depth, ==, MAIL_DEPTH_MAX);
	g_assert_true(mail->cut_depth);
	g_assert_false(mail->cut_parts);
	g_assert_cmpfloat(limits_now() - before, <=, HOSTILE_SECONDS);
	arena_free(arena);
	g_string_free(in, TRUE);
}

static void test_part_limit(void)
{
	GString *in = g_string_new(MIXED);
	struct arena *arena = arena_new();
	struct mail *mail;
	const struct mail_part *last = NULL;

	repeat(in, "--b\n\nx\n", MAIL_PARTS_MAX + 5);
	mail = mail_parse((struct span){in->str, in->len}, arena);
	for (const struct mail_part *p = mail->root; p; p = mail_next(p))
		last = p;
	g_assert_true(mail->cut_parts);
	g_assert_cmpuint(mail->parts, ==, MAIL_PARTS_MAX);
	g_assert_true(last->body.p + last->body.n == in->str + in->len);
	arena_free(arena);
	g_string_free(in, TRUE);
}

/* The walk finds the same fields as somebody who reads the header alone. */
static void test_walked_fields(void)
{
	static const char *const headers[] = {
		"From: a@example.org\nTo: b@example.org\n\nbody",
		"From: a@example.org\r\nSubject: one\r\n two\r\n\tthree \r\n\r\nbody",
		"From a@example.org Mon\nSubject:\n  folded\nReceived: x\nreceived: y\n\n",
		"Subject: one\nlost its blank\n no fold of it\nTo: b@example.org\n\n",
		"Content-Type: text/plain;\ncharset=utf-8\n name=x\nX: y\n\n",
		"X:\nY:z\n\n",
		" : no name\nX : y\n",
		"",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
		struct arena *arena = arena_new();
		const struct mail *mail = mail_parse(span_of(headers[i]), arena);
		const struct mail_fields *walked = &mail->root->fields;
		struct mail_fields read = mail_fields_read(mail->root->header, arena);

		g_assert_cmpuint(walked->n, ==, read.n);
		for (size_t k = 0; k < read.n; k++) {
			const struct mail_field *a = &walked->v[k], *b = &read.v[k];

			g_assert_true(a->known == b->known && a->name.p == b->name.p &&
				      a->value.n == b->value.n && a->end == b->end);
			g_assert_true(!a->value.n || a->value.p == b->value.p);
		}
		arena_free(arena);
	}
}

/* Far too many fields cost no more than those that are read. */
static void test_many_fields(void)
{
	g_autoptr(GString) header = g_string_new("To: b@example.org\n");
	struct arena *arena = arena_new();
	const struct mail *mail;

	for (int i = 0; i < 3 * MAIL_FIELDS_MAX; i++)
		g_string_append(header, "X:\n");
	mail = mail_parse((struct span){header->str, header->len}, arena);
	g_assert_cmpuint(mail->root->fields.n, ==, MAIL_FIELDS_MAX);
	g_assert_nonnull(mail_fields_first(&mail->root->fields, MAIL_TO));
	g_assert_null(mail_fields_first(&mail->root->fields, MAIL_CC));
	g_assert_cmpuint(mail->root->header.n, ==, header->len);
	arena_free(arena);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/structure", test_structure);
	g_test_add_func("/mail/line-ends", test_line_ends);
	g_test_add_func("/mail/boundary-anywhere", test_boundary_anywhere);
	g_test_add_func("/mail/cut-anywhere", test_cut_anywhere);
	g_test_add_func("/mail/content", test_content);
	g_test_add_func("/mail/fields", test_fields);
	g_test_add_func("/mail/params", test_params);
	g_test_add_func("/mail/field-text", test_field_text);
	g_test_add_func("/mail/header-text", test_header_text);
	g_test_add_func("/mail/hostile", test_hostile);
	g_test_add_func("/mail/nesting", test_nesting);
	g_test_add_func("/mail/part-limit", test_part_limit);
	g_test_add_func("/mail/walked-fields", test_walked_fields);
	g_test_add_func("/mail/many-fields", test_many_fields);
	return g_test_run();
}
