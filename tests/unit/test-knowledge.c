/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What nixie knows: categories, codes, providers, blocklists; and the text and literals that the
 * rules work on.
 */
#include <glib.h>
#include <glib/gstdio.h>

#include "base/arena.h"
#include "rules/knowledge.h"
#include "rules/lexicon.h"
#include "rules/literals.h"
#include "rules/matchtext.h"
#include "rules/wordbook.h"

static struct knowledge *knowledge;

static char *data_path(const char *name)
{
	return g_build_filename(g_getenv("SRCDIR") ? g_getenv("SRCDIR") : ".", "data", name, NULL);
}

/* categories.md names 28, this one first and that one last. */
static void test_categories(void)
{
	int n = 0;

	for (; category_at(knowledge, n); n++) {
		const struct category *category = category_at(knowledge, n);

		g_assert_cmpint(category->index, ==, n);
		g_assert_true(category_by_id(knowledge, category->id) == category);
		g_assert_nonnull(category->advice.title);
		g_assert_cmpint(category->advice.who.count, >, 0);
		g_assert_cmpint(category->advice.type, >=, 0);
		g_assert_cmpint(category->advice.retry, >=, 0);
		g_assert_true((category->advice.retry == RETRY_AFTER ||
				      category->advice.retry == RETRY_AUTOMATIC) ==
			      (category->advice.retry_seconds >= 0));
	}
	g_assert_cmpint(n, ==, 28);
	g_assert_cmpstr(category_at(knowledge, 0)->id, ==, "no-such-user");
	g_assert_cmpstr(category_at(knowledge, 27)->id, ==, "unclassified");
	g_assert_null(category_at(knowledge, -1));
	g_assert_null(category_by_id(knowledge, "kind-delay"));
	g_assert_cmpint(advice_for(knowledge, SITUATION_DELAY)->who.who[0], ==, ACTOR_NOBODY);
	g_assert_null(advice_for(knowledge, SITUATION_DELAY)->title);
	g_assert_cmpint(advice_for(knowledge, SITUATION_FORGED)->retry, ==, RETRY_NEVER);
}

static void test_codes(void)
{
	static const struct {
		unsigned short status[3];
		int reply;
		const char *provider, *scope, *category; /* scope NULL: nothing known */
	} rows[] = {
		/* Without a provider the helpdesk reading speaks, then the registry. */
		{{5, 1, 1}, 0, NULL, "desk365", "no-such-user"},
		{{5, 1, 3}, 550, NULL, "rfc", "bad-address"},
		{{4, 1, 1}, 450, NULL, "rfc", "no-such-user"},
		{{5, 2, 2}, 552, NULL, "rfc", "mailbox-full"},
		{{5, 1, 10}, 550, NULL, "desk365", "no-such-user"},
		{{5, 1, 10}, 550, "microsoft", "microsoft", "no-such-user"},
		{{5, 4, 1}, 0, NULL, "desk365", "no-such-user"},
		{{5, 4, 1}, 550, NULL, "rfc", "connection-failed"},
		/* The reply decides only when no code does, and before x.0.0. */
		{{0}, 552, NULL, "smtp", "mailbox-full"},
		{{5, 0, 0}, 552, NULL, "smtp", "mailbox-full"},
		{{5, 0, 0}, 0, NULL, "desk365", "unclassified"},
		{{4, 0, 0}, 0, NULL, "rfc", "unclassified"},
		/* Only Microsoft has these, also as ranges. */
		{{5, 7, 606}, 550, NULL, "microsoft", "blocklisted"},
		{{5, 7, 649}, 550, "microsoft", "microsoft", "blocklisted"},
		{{4, 7, 500}, 451, "microsoft", "microsoft", "rate-limited"},
		{{4, 7, 501}, 451, "microsoft", "microsoft", "blocklisted"},
		/* x.y.0 for what nobody knows. */
		{{5, 1, 199}, 0, NULL, "rfc", "no-such-user"},
		{{5, 2, 77}, 550, "apple", "rfc", "mailbox-disabled"},
		/* Mailgun's own. */
		{{0}, 605, NULL, "mailgun", "suppressed"},
		{{0}, 0, NULL, NULL, NULL},
		{{0}, 399, NULL, NULL, NULL},
		{{5, 99, 99}, 0, NULL, NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct provider *provider =
			rows[i].provider ? provider_by_id(knowledge, rows[i].provider) : NULL;
		const struct code *code =
			code_lookup(knowledge, rows[i].status, rows[i].reply, provider);

		g_test_message("%u.%u.%u %d %s", rows[i].status[0], rows[i].status[1],
			rows[i].status[2], rows[i].reply, rows[i].provider ? rows[i].provider : "");
		g_assert_cmpstr(code ? code->scope : NULL, ==, rows[i].scope);
		g_assert_cmpstr(code ? code->category->id : NULL, ==, rows[i].category);
	}
}

/* No line of codes.tsv is lost, and each row without a phrase is found by its own key. */
static void test_all_codes(void)
{
	g_autofree char *path = data_path("codes.tsv");
	g_autofree char *bytes = NULL;
	g_auto(GStrv) lines = NULL;
	size_t count, rows = 0;
	const struct code *const *codes = knowledge_codes(knowledge, &count);

	g_assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
	lines = g_strsplit(bytes, "\n", -1);
	for (char **line = lines; *line; line++)
		rows += **line && !g_str_has_prefix(*line, "# ") &&
			!g_str_has_prefix(*line, "scope\t");
	g_assert_cmpuint(count, ==, rows);
	g_assert_cmpuint(count, >=, 796);
	for (size_t i = 0; i < count; i++) {
		const struct provider *provider = provider_by_id(knowledge, codes[i]->scope);
		const struct code *found;
		unsigned short status[3];

		if (codes[i]->phrase)
			continue;
		/* The last code of a range: the first may have a row of its own. */
		memcpy(status, codes[i]->status, sizeof(status));
		status[2] = codes[i]->status_to;
		found = code_lookup(knowledge, status, codes[i]->reply, provider);
		g_assert_nonnull(found);
		/*
		 * A scope of no provider speaks where neither the registry nor the helpdesk has the
		 * code.
		 */
		if (provider || strcmp(codes[i]->scope, "smtp") == 0)
			g_assert_true(found == codes[i]);
		g_assert_cmpint(found->status[0], ==, codes[i]->status[0]);
	}
}

static void test_provider(void)
{
	static const struct {
		const char *remote, *reporting, *text, *id;
	} rows[] = {
		{"gmail-smtp-in.l.google.com", "", "", "google"},
		{"GMAIL-SMTP-IN.L.GOOGLE.COM.", "", "", "google"},
		{"notgoogle.com", "", "", NULL},
		{"google.com.example.net", "", "", NULL},
		{"mx.example.net", "mail.google.com", "", "google"},
		{"mx.example.net", "mail.google.com", "see postmaster.yahooinc.com", "yahoo"},
		{"", "mail.google.com", "see postmaster.yahooinc.com", "google"},
		{"x-com.mail.protection.outlook.com", "", "", "microsoft"},
		{"a.olc.protection.outlook.com", "", "", "outlook.com"},
		{"", "", "550 5.1.1 unknown x1si2 - gsmtp", "google"},
		{"", "", "LPN_401 refused", "orange-laposte"},
		{"", "", "the ALPN_401 thing", NULL},
		{"", "", "S3140 at prod.outlook.com", "outlook.com"},
		{"", "", "550 unknown", NULL},
		{".", ".", "", NULL},
		{"", "", "", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct provider *provider = provider_find(knowledge, span_of(rows[i].remote),
			span_of(rows[i].reporting), span_of(rows[i].text));

		g_test_message("%s, %s, %s", rows[i].remote, rows[i].reporting, rows[i].text);
		g_assert_cmpstr(provider ? provider->id : NULL, ==, rows[i].id);
	}
	g_assert_null(provider_by_id(knowledge, "rfc"));
	g_assert_true(provider_by_id(knowledge, "desk365")->always);
}

static void test_blocklist(void)
{
	static const struct {
		const char *text, *id;
	} rows[] = {
		{"blocked using zen.spamhaus.org", "spamhaus-zen"},
		{"blocked using sbl-xbl.spamhaus.org", "spamhaus-zen"},
		{"blocked using xbl.spamhaus.org", "spamhaus-xbl"},
		{"see http://www.spamhaus.org/query/pbl?ip=192.0.2.1", "spamhaus-pbl"},
		{"blocked using b.barracudacentral.org", "barracuda"},
		{"listed at BL.SPAMCOP.NET", "spamcop"},
		{"blocked using a list", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct blocklist *list = blocklist_find(knowledge, span_of(rows[i].text));

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(list ? list->id : NULL, ==, rows[i].id);
	}
}

enum { CATEGORIES, PROVIDERS, BLOCKLISTS, CODES, WORDS, LEXICON, DATA_FILES };
static const char *const data_names[DATA_FILES] = {"categories.ini", "providers.ini",
	"blocklists.ini", "codes.tsv", "words.ini", "lexicon.ini"};

/* A copy of the data in a directory of its own, with `from` of one file replaced. */
static char *changed_data(size_t file, const char *from, const char *to)
{
	char *dir = g_dir_make_tmp("nixie-data-XXXXXX", NULL);

	for (size_t f = 0; f < DATA_FILES; f++) {
		g_autofree char *source = data_path(data_names[f]),
				*path = g_build_filename(dir, data_names[f], NULL);
		g_autofree char *bytes = NULL;
		g_autoptr(GString) text = NULL;

		g_assert_true(g_file_get_contents(source, &bytes, NULL, NULL));
		text = g_string_new(bytes);
		if (f == file)
			g_assert_cmpuint(g_string_replace(text, from, to, 1), ==, 1);
		g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
	}
	return dir;
}

static void drop_data(char *dir)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(entries))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		g_unlink(path);
	}
	g_rmdir(dir);
	g_free(dir);
}

/* Texts in another language, English where one is missing, and what a loader must refuse. */
static void test_loading(void)
{
	static const struct {
		size_t file;
		const char *from, *to, *error; /* error NULL: loads */
	} rows[] = {
		{CATEGORIES, "[no-such-user]\n", "[no-such-user]\ntitle[eo]=Adreso mankas\n", NULL},
		{CATEGORIES, "# SPDX", "type=hard\n# SPDX",
			"categories.ini:1: a [group] must come before the first key"},
		{CATEGORIES, "type=hard\n", "type=firm\n",
			"[no-such-user] type: \"firm\" is unknown"},
		{CATEGORIES, "ses=Permanent/General\n", "", "[no-such-user] ses: is missing"},
		{CATEGORIES, "[kind-delay]", "[kind-late]", "[kind-late] title: is missing"},
		{PROVIDERS, "remote=", "remotes=", "remotes: there is no such key"},
		{BLOCKLISTS, "[spamcop]\n", "[spamcop]\nwho=me\n", "[spamcop] who: \"me\""},
		{CODES, "\tno-such-user\t", "\tno-user\t", "category: \"no-user\" is no category"},
		{CODES, "rfc\t\t5.1.1\t", "rfc\t\t5.1\t", "status: \"5.1\" is no code"},
		{CODES, "rfc\t\t5.1.1\t", "rfc\t55\t5.1.1\t", "reply: \"55\" is no reply"},
		{CODES, "rfc\t\t5.1.1\t\t", "rfc\t\t\t\t", "stands alone"},
		{CODES, "rfc\t\t5.1.1\t", "rfc\t\t5.1.1\t\t", "does not have nine columns"},
		{CODES, "scope\treply", "reply\tscope",
			"scope: \"reply\" stands in the header line"},
		{WORDS, "\nhard=", "\nhart=", "[severity] hart: there is no such key"},
		{WORDS, "\nsender=the sender\n", "\n", "[actor] sender: is missing"},
		{LEXICON, "[attempt]", "[attempts]", "[attempts] is no class of words"},
		{LEXICON, "fr=heure*", "fr=he*ure", "[hour] fr: \"he*ure\" is no word"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *dir = changed_data(rows[i].file, rows[i].from, rows[i].to);
		g_autoptr(GError) error = NULL;
		struct knowledge *loaded = knowledge_load(dir, "eo_XX.UTF-8", &error);

		g_test_message("%s", rows[i].to);
		if (rows[i].error) {
			g_assert_null(loaded);
			g_assert_nonnull(error);
			if (!strstr(error->message, rows[i].error))
				g_error("\"%s\" does not say \"%s\"", error->message,
					rows[i].error);
		} else {
			g_assert_no_error(error);
			g_assert_cmpstr(category_at(loaded, 0)->advice.title, ==, "Adreso mankas");
			g_assert_cmpstr(category_at(loaded, 1)->advice.title, ==,
				category_at(knowledge, 1)->advice.title);
		}
		knowledge_free(loaded);
		drop_data(dir);
	}
}

/* Facts that were found by other rules are found anew; other words for them change nothing. */
static void test_hash(void)
{
	static const struct {
		size_t file;
		const char *from, *to;
		bool same;
	} rows[] = {
		{CATEGORIES, "[no-such-user]\n", "[no-such-user]\ntitle[eo] = Adreso mankas\n",
			true},
		{WORDS, "\nhard=", "\nhard[eo]=daŭra (HARD)\nhard=", true},
		{CATEGORIES, "type=hard\n", "type=soft\n", false},
		{PROVIDERS, "always=true", "always=false", false},
		{BLOCKLISTS, "[spamcop]\n", "[spamcop]\nwho=nobody\n", false},
		{CODES, "\tno-such-user\t", "\tbad-address\t", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *dir = changed_data(rows[i].file, rows[i].from, rows[i].to);
		g_autoptr(GError) error = NULL;
		struct knowledge *loaded = knowledge_load(dir, "eo", &error);

		g_assert_no_error(error);
		g_test_message("%s", rows[i].to);
		g_assert_true(g_str_equal(knowledge_hash(loaded), knowledge_hash(knowledge)) ==
			      rows[i].same);
		knowledge_free(loaded);
		drop_data(dir);
	}
}

/* The language asked for, the one it descends from, English: text by text, meaning by meaning. */
static void test_language(void)
{
	static const struct {
		const char *lang, *severity, *title, *meaning;
	} rows[] = {
		{"eo", "daŭra (HARD)", "Plena", "Mankas"},
		{"eo_XX.UTF-8", "daŭra (HARD)", "Plena", "Mankas tie"},
		{"eo_YY", "daŭra (HARD)", "Plena", "Mankas"},
		{"ia", "permanent (HARD)", NULL, NULL},
		{NULL, "permanent (HARD)", NULL, NULL},
	};
	static const unsigned short status[3] = {5, 1, 1};
	const struct code *english = code_lookup(knowledge, status, 0, NULL);
	const struct blocklist *list;
	char *dir = changed_data(WORDS, "\nhard=", "\nhard[eo]=daŭra (HARD)\nhard=");
	g_autofree char *general = g_build_filename(dir, "codes.eo.tsv", NULL),
			*special = g_build_filename(dir, "codes.eo_XX.tsv", NULL),
			*lists = g_build_filename(dir, data_names[BLOCKLISTS], NULL);
	g_autofree char *rows_general =
		g_strdup_printf("# a comment\nscope\treply\tstatus\tphrase\tmeaning\n%s\tMankas\n"
				"rfc\t\t9.9.9\t\tgone since\nbroken line\n",
			english->key);
	g_autofree char *rows_special = g_strdup_printf("%s\tMankas tie\n", english->key);

	g_assert_true(g_file_set_contents(general, rows_general, -1, NULL));
	g_assert_true(g_file_set_contents(special, rows_special, -1, NULL));
	g_assert_true(g_file_set_contents(
		lists, "[full]\ntitle=Full\ntitle[eo]=Plena\nmatch=full.example\n", -1, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		struct knowledge *loaded = knowledge_load(dir, rows[i].lang, &error);
		const struct code *code;

		g_assert_no_error(error);
		code = code_lookup(loaded, status, 0, NULL);
		g_assert_cmpstr(word(loaded, WORDS_SEVERITY, TYPE_HARD), ==, rows[i].severity);
		g_assert_cmpstr(word(loaded, WORDS_SEVERITY, TYPE_SOFT), ==,
			word(knowledge, WORDS_SEVERITY, TYPE_SOFT));
		g_assert_cmpstr(
			code->meaning, ==, rows[i].meaning ? rows[i].meaning : english->meaning);
		list = blocklist_find(loaded, SPAN_LIT("see full.example"));
		g_assert_cmpstr(list->title, ==, rows[i].title ? rows[i].title : "Full");
		g_assert_true(blocklist_by_name(loaded, "Full") == list);
		g_assert_null(blocklist_by_name(loaded, "Plena"));
		knowledge_free(loaded);
	}
	drop_data(dir);
}

/* Reports hold their remarks in English; they are told in the language of the reader. */
static void test_notes(void)
{
	static const struct {
		const char *remark, *told;
	} rows[] = {
		{"The report names 12 more.", "12 pliaj."},
		{"The report names  more.", " pliaj."},
		{"The report names 12 more", "The report names 12 more"},
		{"The report names", "The report names"},
		{" more.", " more."},
		{"Too long.", "Tro longa."},
		{"Too long. ", "Too long. "},
		{"Only English.", "Only English."},
		{"", ""},
	};
	char *dir = changed_data(WORDS, "[note]\n",
		"[note]\na=The report names {count} more.\na[eo]={count} pliaj.\n"
		"b=Too long.\nb[eo]=Tro longa.\nc=Only English.\n");
	struct knowledge *loaded = knowledge_load(dir, "eo", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *told = note_words(loaded, rows[i].remark);
		g_autofree char *english = note_words(knowledge, rows[i].remark);

		g_assert_cmpstr(told, ==, rows[i].told);
		g_assert_cmpstr(english, ==, rows[i].remark);
	}
	knowledge_free(loaded);
	drop_data(dir);
}

static void test_languages(void)
{
	static const struct {
		const char *lang, *found;
	} rows[] = {
		{"de", "de"},
		{"de_AT.UTF-8", "de"},
		{"de_DE@euro", "de"},
		{"en_GB", "en"},
		{"xx", NULL},
		{"deutsch", NULL},
		{"d", NULL},
		{"", NULL},
		{"C", NULL},
	};
	g_autofree char *dir = data_path(".");
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) languages = wordbook_languages(dir, &error);

	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(wordbook_language(languages, rows[i].lang), ==, rows[i].found);
	g_assert_null(wordbook_languages("no/such/place", &error));
	g_assert_nonnull(error);
}

static void test_lines(void)
{
	g_autofree char *dir = data_path(".");
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = knowledge_lines(dir, "candidates", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(g_strv_length(lines), >, 5);
	for (char **line = lines; *line; line++)
		g_assert_true(**line && **line != '#' && **line != ' ');
	g_assert_null(knowledge_lines(dir, "nothing", &error));
	g_assert_nonnull(error);
}

static void test_matchtext(void)
{
	static const struct {
		const char *source, *text;
	} rows[] = {
		{"plain", "plain"},
		{"  a\t b\r\n  c  ", "a b c"},
		{"\xe2\x80\x98"
		 "a\xe2\x80\x99 \xe2\x80\x9c"
		 "b\xe2\x80\x9d",
			"'a' \"b\""},
		{"a \xe2\x80\x93 b \xe2\x80\x94 c", "a - b - c"},
		{"a\xc2\xa0"
		 "b",
			"a b"},
		{"a\xe3\x80\x80"
		 "b",
			"a b"},
		{"a\xc2\xad"
		 "b",
			"ab"},
		{"a\xe2\x80\x8b"
		 "b",
			"ab"},
		{"a\xe2\x80\xa6", "a..."},
		{"\xc3\xa4\xe6\xbc\xa2", "\xc3\xa4\xe6\xbc\xa2"},
		{"a\xff"
		 "b\xc3",
			"a?b?"},
		{"a\x01\x7f"
		 "b",
			"a b"},
		{"550-5.1.1 The account that you\n550-5.1.1 tried does\n550 5.1.1 not exist",
			"550-5.1.1 The account that you tried does not exist"},
		{"550-5.1.1 one 550-5.1.1 two 550 5.1.1 three", "550-5.1.1 one two three"},
		{"550-one\n550-two\n550 three", "550-one two three"},
		{"smtp;550-one 550 two", "smtp;550-one two"},
		{"550-one\n550 two\n550 three", "550-one two 550 three"},
		{"550-5.1.1 one 550-5.7.1 two", "550-5.1.1 one 550-5.7.1 two"},
		{"550-one 551-two 552 three", "550-one 551-two 552 three"},
		{"550 5.1.1 a 550 5.1.1 b", "550 5.1.1 a 550 5.1.1 b"},
		{"a-550-one x550-two", "a-550-one x550-two"},
		{"", ""},
		{"   ", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct arena *arena = arena_new();
		struct match_text text = match_text_new(span_of(rows[i].source), arena);
		g_autofree char *found = span_dup(text.text);

		g_assert_cmpstr(found, ==, rows[i].text);
		g_assert_false(text.cut);
		for (size_t j = 0; j < text.text.n; j++) {
			char c = text.text.p[j];

			g_assert_cmpuint(match_origin(&text, j), <=, match_origin(&text, j + 1));
			g_assert_cmpuint(match_origin(&text, j), <, strlen(rows[i].source));
			/* What was not folded stands at its origin. */
			if (g_ascii_isalnum(c))
				g_assert_true(rows[i].source[match_origin(&text, j)] == c);
		}
		g_assert_cmpuint(match_origin(&text, text.text.n), <=, strlen(rows[i].source));
		arena_free(arena);
	}
}

/* The limit cuts between characters. */
static void test_matchtext_limit(void)
{
	for (size_t shift = 0; shift < 4; shift++) {
		g_autoptr(GString) source = g_string_new("xxxx");
		struct arena *arena = arena_new();
		struct match_text text;

		g_string_truncate(source, shift);
		while (source->len < MATCH_TEXT_MAX + 10)
			g_string_append(source, "\xe6\xbc\xa2");
		text = match_text_new((struct span){source->str, source->len}, arena);
		g_assert_true(text.cut);
		g_assert_cmpuint(text.text.n, <=, MATCH_TEXT_MAX);
		g_assert_cmpuint(text.text.n, >, MATCH_TEXT_MAX - 3);
		g_assert_cmpuint((text.text.n - shift) % 3, ==, 0);
		arena_free(arena);
	}
}

static uint32_t random_next(uint32_t *state)
{
	return *state = *state * 1664525 + 1013904223;
}

static char *random_text(uint32_t *state, size_t n)
{
	char *text = g_malloc(n + 1);

	/* Letters at the ends of the alphabet, and what stands beside them in both cases. */
	for (size_t i = 0; i < n; i++)
		text[i] = "aAzZ@`[{\xc3"[(random_next(state) >> 16) % (i % 7 ? 4 : 9)];
	text[n] = '\0';
	return text;
}

/* Against the plain way: each literal at each place. */
static void test_literals(void)
{
	uint32_t state = 1;

	for (int round = 0; round < 200; round++) {
		struct literal_set *set = literal_set_new();
		g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
		g_autofree char *bytes = random_text(&state, random_next(&state) >> 20 & 63);
		struct span text = span_of(bytes);
		struct literal_scan scan;
		struct literal_hit hit;
		size_t hits = 0, expected = 0, before = 0;

		for (uint32_t i = 0; i < 20; i++) {
			size_t n = 1 + (random_next(&state) >> 20) % (i % 2 ? 6 : 24);
			char *word = random_text(&state, n);

			/* Long ones stand in the text, but for the case of their letters. */
			if (i % 2 == 0 && n <= text.n)
				memcpy(word, bytes + (random_next(&state) >> 20) % (text.n - n + 1),
					n);
			for (size_t at = 0; at < n; at += 2)
				word[at] = g_ascii_toupper(word[at]);
			g_ptr_array_add(words, word);
			literal_set_add(set, span_of(word), i);
		}
		literal_set_build(set);
		for (scan = literal_scan_of(set, text); literal_next(&scan, &hit); hits++) {
			const char *word = g_ptr_array_index(words, hit.id);

			g_assert_cmpuint(hit.n, ==, strlen(word));
			g_assert_cmpint(g_ascii_strncasecmp(bytes + hit.at, word, hit.n), ==, 0);
			g_assert_cmpuint(hit.at, >=, before);
			before = hit.at;
		}
		for (guint i = 0; i < words->len; i++)
			for (size_t at = 0; at < text.n; at++)
				expected += span_starts_nocase(
					span_from(text, at), g_ptr_array_index(words, i));
		g_assert_cmpuint(hits, ==, expected);
		literal_set_free(set);
	}
}

static void test_empty_literals(void)
{
	struct literal_set *set = literal_set_new();
	struct literal_scan scan;
	struct literal_hit hit;

	literal_set_add(set, SPAN_LIT(""), 0);
	literal_set_build(set);
	scan = literal_scan_of(set, SPAN_LIT("abc"));
	g_assert_false(literal_next(&scan, &hit));
	scan = literal_scan_of(set, SPAN_NONE);
	g_assert_false(literal_next(&scan, &hit));
	literal_set_free(set);
	literal_set_free(NULL);
}

/* Words stand alone but where the file lets letters touch them. */
static void test_lexicon(void)
{
	static const struct {
		enum lexicon_class class;
		const char *text;
		bool is, in;
	} rows[] = {
		{LEXICON_ATTEMPT, "Attempts", true, true},
		{LEXICON_ATTEMPT, "Zustellversuche", true, true},
		{LEXICON_ATTEMPT, "ПОПЫТКИ", true, true},
		{LEXICON_ATTEMPT, "entries", false, false},
		{LEXICON_ATTEMPT, "after two tries", false, true},
		{LEXICON_HOUR, "Stunden", true, true},
		{LEXICON_HOUR, "hourly", false, false},
		{LEXICON_HOUR, "", false, false},
		{LEXICON_HOUR, "\xc3", false, false},
		{LEXICON_OF_MESSAGE, "Size=", true, true},
		{LEXICON_OF_MESSAGE, "(size=12)", false, true},
		{LEXICON_NEW_ADDRESS, "please use", false, true},
		{LEXICON_NEW_ADDRESS, "the user", false, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct span text = span_of(rows[i].text);

		g_test_message("%s", rows[i].text);
		g_assert_true(lexicon_is(knowledge, rows[i].class, text) == rows[i].is);
		g_assert_true(lexicon_in(knowledge, rows[i].class, text) == rows[i].in);
	}
	g_assert_cmpuint(
		lexicon_begins(knowledge, LEXICON_DAEMON, SPAN_LIT("MAILER-DAEMON")), ==, 13);
	g_assert_cmpuint(lexicon_begins(knowledge, LEXICON_DAEMON, SPAN_LIT("daemon")), ==, 0);
	g_assert_cmpuint(lexicon_ends(knowledge, LEXICON_QUOTING, SPAN_LIT("it said:")), ==, 5);
	g_assert_cmpuint(
		lexicon_behind(knowledge, LEXICON_ASKED_IP, SPAN_LIT("[lastattemptedip=::1]")).n,
		==, 4);
}

int main(int argc, char **argv)
{
	g_autofree char *dir = NULL;
	g_autoptr(GError) error = NULL;
	int failed;

	g_test_init(&argc, &argv, NULL);
	dir = data_path(".");
	knowledge = knowledge_load(dir, NULL, &error);
	g_assert_no_error(error);
	g_test_add_func("/knowledge/categories", test_categories);
	g_test_add_func("/knowledge/codes", test_codes);
	g_test_add_func("/knowledge/all-codes", test_all_codes);
	g_test_add_func("/knowledge/provider", test_provider);
	g_test_add_func("/knowledge/blocklist", test_blocklist);
	g_test_add_func("/knowledge/lexicon", test_lexicon);
	g_test_add_func("/knowledge/loading", test_loading);
	g_test_add_func("/knowledge/hash", test_hash);
	g_test_add_func("/knowledge/language", test_language);
	g_test_add_func("/knowledge/notes", test_notes);
	g_test_add_func("/knowledge/languages", test_languages);
	g_test_add_func("/knowledge/lines", test_lines);
	g_test_add_func("/matchtext/rows", test_matchtext);
	g_test_add_func("/matchtext/limit", test_matchtext_limit);
	g_test_add_func("/literals/random", test_literals);
	g_test_add_func("/literals/empty", test_empty_literals);
	failed = g_test_run();
	knowledge_free(knowledge);
	return failed;
}
