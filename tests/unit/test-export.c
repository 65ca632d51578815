/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is written for other programs: cells, formats, what is left out and told. */
#include <glib.h>
#include <glib/gstdio.h>

#include "base/errors.h"
#include "base/file.h"
#include "triage/export.h"

static struct knowledge *knowledge;
static struct rule_set *rules;
static char *directory;

static void test_csv_cell(void)
{
	static const struct {
		const char *in, *out;
		bool raw, neutralised;
	} rows[] = {
		{"plain", "plain"},
		{"", ""},
		{"a,b", "\"a,b\""},
		{"say \"no\"", "\"say \"\"no\"\"\""},
		{"a\nb", "\"a\nb\""},
		{" blank", "\" blank\""},
		{"=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"", .neutralised = true},
		{"+1", "\"'+1\"", .neutralised = true},
		{"-1", "\"'-1\"", .neutralised = true},
		{"@x", "\"'@x\"", .neutralised = true},
		{"\t=x", "\"'\t=x\"", .neutralised = true},
		{"\r=x", "\"'\r=x\"", .neutralised = true},
		{"  =x", "\"'  =x\"", .neutralised = true},
		{"\xef\xbc\x9d"
		 "1",
			"\"'\xef\xbc\x9d"
			"1\"",
			.neutralised = true},
		{"\xef\xbc\xa0"
		 "x",
			"\"'\xef\xbc\xa0"
			"x\"",
			.neutralised = true},
		{"=1", "=1", .raw = true},
		{"a=b", "a=b"},
		{"a\033[2Jb", "a\xef\xbf\xbd[2Jb"},
		{"a\xff"
		 "b",
			"a\xef\xbf\xbd"
			"b"},
		{"\xc3\xa9", "\xc3\xa9"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		bool neutralised = csv_cell(out, rows[i].in, rows[i].raw);
		g_assert_cmpstr(out->str, ==, rows[i].out);
		g_assert_cmpint(neutralised, ==, rows[i].neutralised);
	}
}

/* --- two reports: one with two recipients, one of whom is odd, and one without a name */

static struct recipient make_recipient(const char *address, bool valid, const char *category)
{
	return (struct recipient){.address = address,
		.valid = valid,
		.kind = KIND_FAILURE,
		.action = "failed",
		.status = "5.1.1",
		.reply = "550",
		.category = category,
		.type = TYPE_HARD,
		.attempts = -1,
		.retry_after = -1,
		.who = {{ACTOR_SENDER}, 1},
		.confidence = CONFIDENCE_HIGH,
		.diagnostic = "550 5.1.1 no such user",
		.finality = FINALITY_REFUSED};
}

static struct report *make_report(const char *id, const char *date, int64_t timestamp)
{
	struct report *report = report_new();
	report->kind = KIND_FAILURE;
	report->id = id;
	report->date = date;
	report->timestamp = timestamp;
	report->recipients = arena_alloc(report->arena, 2 * sizeof(struct recipient));
	report->original.present = true;
	report->original.subject = "=Hello";
	return report;
}

static struct report *first, *second;

static void make_reports(void)
{
	first = make_report("1@example.org", "2026-07-28T06:56:01+09:00", 1785189361);
	first->recipients[0] = make_recipient("neko@cat.example", true, "no-such-user");
	first->recipients[1] = make_recipient("odd one@cat.example", false, "no-such-user");
	first->recipients_n = 2;
	second = make_report("2@example.org", "2026-07-29T06:56:01+09:00", 1785275761);
	second->recipients[0] = make_recipient("Neko@CAT.example", true, "mailbox-full");
	second->recipients[1] = make_recipient(NULL, false, "unclassified");
	second->recipients_n = 2;
}

static const struct context proven[2] = {
	{ORIGIN_OWN, TRUST_PROVEN, {{ACTOR_SENDER}, 1}, TYPE_HARD, STATE_RETRY, NULL},
	{ORIGIN_OWN, TRUST_PROVEN, {{ACTOR_SENDER}, 1}, TYPE_HARD, STATE_NONE, NULL},
};
static const struct context doubtful[2] = {
	{ORIGIN_UNKNOWN, TRUST_CONSISTENT, {{ACTOR_SENDER}, 1}, TYPE_SOFT, STATE_NONE, NULL},
	{ORIGIN_UNKNOWN, TRUST_BARE, {{ACTOR_SENDER}, 1}, TYPE_SOFT, STATE_NONE, NULL},
};

/* What both reports come to; notes joined by " / ". */
static char *export_both(const struct export_options *options, char **notes)
{
	g_autofree char *path = g_build_filename(directory, "out", NULL);
	GError *error = NULL;
	struct file_out *out = file_out_open(path, true, &error);
	g_assert_no_error(error);
	struct exporter *exporter = exporter_new(knowledge, rules, options, out, &error);
	g_assert_no_error(error);
	char *tags[] = {(char *)"inbox", NULL};
	g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
	g_assert_true(exporter_report(exporter, "a.eml", 0, first, proven, tags, NULL));
	g_assert_true(exporter_report(exporter, "b.eml", 0, second, doubtful, NULL, NULL));
	g_assert_true(exporter_finish(exporter, sentences, NULL));
	exporter_free(exporter);
	g_assert_true(file_out_commit(out, NULL));
	g_ptr_array_add(sentences, NULL);
	if (notes)
		*notes = g_strjoinv(" / ", (char **)sentences->pdata);
	g_ptr_array_set_size(sentences, (gint)sentences->len - 1);
	char *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static void test_tables(void)
{
	static const struct {
		struct export_options options;
		const char *out, *notes;
	} rows[] = {
		{{.format = FORMAT_CSV, .columns = "address,status,trust,date"},
			"address,status,trust,date\r\n"
			"neko@cat.example,5.1.1,proven,2026-07-28T06:56:01+09:00\r\n"
			"Neko@CAT.example,5.1.1,consistent,2026-07-29T06:56:01+09:00\r\n"
			",5.1.1,bare,2026-07-29T06:56:01+09:00\r\n",
			"1 of 4 left out: the address is no valid mailbox (--odd)"},
		{{.format = FORMAT_CSV, .columns = "address,subject", .odd = true, .bom = true},
			"\xef\xbb\xbf"
			"address,subject\r\nneko@cat.example,\"'=Hello\"\r\n"
			"odd "
			"one@cat.example,\"'=Hello\"\r\nNeko@CAT.example,\"'=Hello\"\r\n,\"'="
			"Hello\"\r\n",
			"4 cells were neutralised that a spreadsheet would run as a formula "
			"(--csv-raw leaves them as they are)"},
		{{.format = FORMAT_TSV, .columns = "address,subject", .csv_raw = true},
			"address\tsubject\nneko@cat.example\t=Hello\nNeko@CAT.example\t=Hello\n\t="
			"Hello\n",
			"1 of 4 left out: the address is no valid mailbox (--odd)"},
		{{.format = FORMAT_CSV, .columns = "address,state", .for_export = true},
			"address,state\r\nneko@cat.example,retry\r\nNeko@CAT.example,none\r\n",
			"1 of 4 left out: unverified (--include-unverified) / "
			"1 of 4 left out: the address is no valid mailbox (--odd) / 2 recipients "
			"written"},
		{{.format = FORMAT_CSV,
			 .columns = "address",
			 .for_export = true,
			 .proven_only = true},
			"address\r\nneko@cat.example\r\n",
			"2 of 4 left out: unverified (--include-unverified) / "
			"1 of 4 left out: the address is no valid mailbox (--odd) / 1 recipient "
			"written"},
		{{.format = FORMAT_ADDRESSES}, "neko@cat.example\nNeko@CAT.example\n",
			"1 of 4 left out: the address is no valid mailbox (--odd) / "
			"1 of 4 left out: the report names no address"},
		{{.format = FORMAT_TEXT, .per = PER_RECIPIENT, .columns = "status,address"},
			"5.1.1    neko@cat.example\n5.1.1    odd one@cat.example\n5.1.1    "
			"Neko@CAT.example\n5.1.1    -\n",
			""},
		{{.format = FORMAT_CSV,
			 .per = PER_ADDRESS,
			 .columns = "address,bounces,first,last,category"},
			"address,bounces,first,last,category\r\n"
			"Neko@CAT.example,1,2026-07-29T06:56:01+09:00,2026-07-29T06:56:01+09:00,"
			"mailbox-full\r\n"
			"neko@cat.example,1,2026-07-28T06:56:01+09:00,2026-07-28T06:56:01+09:00,no-"
			"such-user\r\n",
			"1 of 4 left out: the address is no valid mailbox (--odd) / "
			"1 of 4 left out: the report names no address"},
		{{.format = FORMAT_CSV,
			 .per = PER_MESSAGE,
			 .columns = "id,bounces,addresses,categories",
			 .odd = true},
			"id,bounces,addresses,categories\r\n"
			"2@example.org,2,Neko@CAT.example,mailbox-full;unclassified\r\n"
			"1@example.org,2,neko@cat.example;odd one@cat.example,no-such-user\r\n",
			""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *notes = NULL, *text = export_both(&rows[i].options, &notes);
		g_assert_cmpstr(text, ==, rows[i].out);
		g_assert_cmpstr(notes, ==, rows[i].notes);
	}
}

/* The key order is part of the contract. */
static void test_json_keys(void)
{
	static const char *const order[] = {"\"schema\":1,", "\"file\":\"a.eml\",", "\"index\":0,",
		"\"id\":\"1@example.org\",", "\"kind\":\"failure\",",
		"\"date\":", "\"timestamp\":1785189361,", "\"origin\":\"own\",",
		"\"trust\":\"proven\",", "\"format\":null,", "\"reporting_mta\":null,",
		"\"queue_id\":null,", "\"arrival\":null,", "\"tags\":[\"inbox\"],",
		"\"original\":{\"id\":null,", "\"recipients\":[{\"address\":\"neko@cat.example\",",
		"\"valid\":true,", "\"original_address\":null,", "\"display\":null,", "\"kind\":\"failure\",",
		"\"action\":\"failed\",", "\"status\":\"5.1.1\",", "\"status_field\":null,",
		"\"reply\":\"550\",", "\"codes\":[],", "\"phase\":null,",
		"\"diagnostic\":", "\"remote_mta\":null,", "\"remote_ip\":null,",
		"\"sending_ip\":null,", "\"list\":null,", "\"token\":null,", "\"links\":[],",
		"\"attempts\":null,", "\"last_attempt\":null,", "\"will_retry_until\":null,",
		"\"category\":\"no-such-user\",", "\"type\":\"hard\",", "\"finality\":\"refused\",",
		"\"who\":[\"sender\"],", "\"ses\":null,", "\"rule\":null,",
		"\"confidence\":\"high\",", "\"conflict\":null,", "\"evidence\":[],",
		"\"title\":", "\"explanation\":", "\"next\":[",
		"\"retry\":{\"when\":\"never\",\"seconds\":null,\"text\":", "\"state\":\"retry\",",
		"\"suggestion\":null}", "\"others\":[],", "\"warnings\":[]}\n"};
	const struct export_options options = {.format = FORMAT_JSON_LINES, .texts = true};
	g_autofree char *text = export_both(&options, NULL);
	const char *at = text;
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
		const char *found = strstr(at, order[i]);
		if (!found)
			g_error("%s is missing or out of place", order[i]);
		at = found + strlen(order[i]);
	}
}

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;
	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void test_json_shapes(void)
{
	static const struct {
		struct export_options options;
		unsigned lines;
		const char *start, *end;
	} rows[] = {
		{{.format = FORMAT_JSON_LINES}, 2, "{\"schema\":1,", "\"warnings\":[]}\n"},
		{{.format = FORMAT_JSON}, 1, "[{\"schema\":1,", "\"warnings\":[]}]\n"},
		{{.format = FORMAT_JSON_LINES, .per = PER_RECIPIENT}, 4, "{\"schema\":1,",
			"\"suggestion\":null}\n"},
		{{.format = FORMAT_JSON_LINES, .per = PER_ADDRESS}, 3,
			"{\"schema\":1,\"address\":", "}\n"},
		{{.format = FORMAT_JSON_LINES, .per = PER_MESSAGE}, 2,
			"{\"schema\":1,\"id\":", "}\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = export_both(&rows[i].options, NULL);
		g_assert_cmpuint(count_lines(text), ==, rows[i].lines);
		g_assert_true(g_str_has_prefix(text, rows[i].start));
		g_assert_true(g_str_has_suffix(text, rows[i].end));
		/* Texts were not asked for; a sum has its own columns. */
		g_assert_cmpint(
			strstr(text, "\"title\"") != NULL, ==, rows[i].options.per == PER_ADDRESS);
	}
}

/* Nothing at all is still a document. */
static void test_empty(void)
{
	static const struct {
		enum format format;
		const char *out;
	} rows[] = {
		{FORMAT_JSON, "[]\n"},
		{FORMAT_JSON_LINES, ""},
		{FORMAT_ADDRESSES, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_build_filename(directory, "empty", NULL), *text = NULL;
		const struct export_options options = {.format = rows[i].format};
		struct file_out *out = file_out_open(path, true, NULL);
		struct exporter *exporter = exporter_new(knowledge, rules, &options, out, NULL);
		g_assert_true(exporter_finish(exporter, NULL, NULL));
		exporter_free(exporter);
		g_assert_true(file_out_commit(out, NULL));
		g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
		g_assert_cmpstr(text, ==, rows[i].out);
	}
}

static void test_picked(void)
{
	static const struct export_pick by_hand[] = {{1, true}};
	const struct export_options options = {
		.format = FORMAT_CSV, .columns = "status,trust", .for_export = true};
	g_autofree char *path = g_build_filename(directory, "picked", NULL), *text = NULL;
	struct file_out *out = file_out_open(path, true, NULL);
	struct exporter *exporter = exporter_new(knowledge, rules, &options, out, NULL);
	g_assert_true(
		exporter_picked(exporter, "b.eml", 0, second, doubtful, NULL, by_hand, 1, NULL));
	g_assert_true(exporter_finish(exporter, NULL, NULL));
	exporter_free(exporter);
	g_assert_true(file_out_commit(out, NULL));
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "status,trust\r\n5.1.1,bare\r\n");
}

static void test_columns(void)
{
	static const struct {
		struct export_options options;
		const char *named;
	} rows[] = {
		{{.format = FORMAT_CSV, .columns = "adress"}, "address"},
		{{.format = FORMAT_CSV, .columns = ","}, "--columns"},
		{{.format = FORMAT_JSON, .columns = "address"}, "--format=csv"},
		{{.format = FORMAT_ADDRESSES, .columns = "status"}, "--format=csv"},
		{{.format = FORMAT_CSV, .per = PER_ADDRESS, .columns = "bounce"}, "bounce"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(exporter_new(knowledge, rules, &rows[i].options, NULL, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_USAGE);
		g_assert_nonnull(strstr(error->message, rows[i].named));
	}
	/* Each name that is offered is taken. */
	g_auto(GStrv) names = export_column_names();
	g_autofree char *all = g_strjoinv(",", names);
	const struct export_options options = {.format = FORMAT_CSV, .columns = all};
	g_autofree char *text = export_both(&options, NULL);
	g_assert_true(g_str_has_prefix(text, all));
}

/* A report for people: the verdict first, and nothing that could steer a terminal. */
static void test_text(void)
{
	const struct export_options options = {.format = FORMAT_TEXT};
	first->recipients[0].diagnostic = "550 \033[31mred\xe2\x80\xae";
	g_autofree char *text = export_both(&options, NULL);
	g_assert_true(g_str_has_prefix(text, "Address does not exist: neko@cat.example\n"));
	g_assert_nonnull(strstr(text, "(recipient not found)"));
	g_assert_nonnull(strstr(text, "^[[31mred<U+202E>"));
	for (const char *c = text; *c; c++)
		g_assert_true((unsigned char)*c >= 0x20 || *c == '\n');
	first->recipients[0].diagnostic = "550 5.1.1 no such user";
}

int main(int argc, char **argv)
{
	g_autofree char *dir = g_build_filename(file_datadir(), "rules", NULL);
	const char *dirs[] = {dir, NULL};
	static const char *const files[] = {"out", "empty", "picked"};
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	directory = g_dir_make_tmp("nixie-export-XXXXXX", NULL);
	knowledge = knowledge_load(file_datadir(), NULL, NULL);
	rules = rule_set_load(knowledge, dirs, NULL, NULL);
	g_assert_true(knowledge && rules);
	make_reports();
	g_test_add_func("/export/csv-cell", test_csv_cell);
	g_test_add_func("/export/tables", test_tables);
	g_test_add_func("/export/json-keys", test_json_keys);
	g_test_add_func("/export/json-shapes", test_json_shapes);
	g_test_add_func("/export/empty", test_empty);
	g_test_add_func("/export/picked", test_picked);
	g_test_add_func("/export/columns", test_columns);
	g_test_add_func("/export/text", test_text);
	int status = g_test_run();
	report_free(first);
	report_free(second);
	rule_set_free(rules);
	knowledge_free(knowledge);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(directory, files[i], NULL);
		g_unlink(path);
	}
	g_rmdir(directory);
	g_free(directory);
	return status;
}
