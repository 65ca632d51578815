/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text rules: the loader's strictness, who wins, conditions and facts, the check, and the shipped
 * rules themselves.
 */
#include <glib.h>
#include <glib/gstdio.h>

#include "base/arena.h"
#include "rules/rule.h"
#include "rules/ruletrial.h"

static struct knowledge *knowledge;

static const char *source_dir(void)
{
	return g_getenv("SRCDIR") ? g_getenv("SRCDIR") : ".";
}

static struct knowledge *load_knowledge(void)
{
	g_autofree char *data = g_build_filename(source_dir(), "data", NULL);
	g_autoptr(GError) error = NULL;
	struct knowledge *loaded = knowledge_load(data, NULL, &error);

	g_assert_no_error(error);
	return loaded;
}

/* A directory that holds one rules file of this text; remove_dir it. */
static char *make_dir(const char *text)
{
	g_autoptr(GError) error = NULL;
	char *dir = g_dir_make_tmp("nixie-rules-XXXXXX", &error);
	g_autofree char *path = g_build_filename(dir, "t.rules", NULL);

	g_assert_no_error(error);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return dir;
}

static void remove_dir(char *dir)
{
	g_autofree char *path = g_build_filename(dir, "t.rules", NULL);

	g_unlink(path);
	g_rmdir(dir);
	g_free(dir);
}

/* Rules of one text, as the shipped directory. */
static struct rule_set *load(const char *text, GError **error)
{
	char *dir = make_dir(text);
	const char *const dirs[] = {dir, NULL};
	struct rule_set *rules = rule_set_load(knowledge, dirs, NULL, error);

	remove_dir(dir);
	return rules;
}

static struct rule_set *load_good(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct rule_set *rules = load(text, &error);

	g_assert_no_error(error);
	return rules;
}

static GPtrArray *new_findings(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
}

static bool says(const GPtrArray *findings, guint i, const char *words)
{
	g_autofree char *line =
		i < findings->len ? rule_finding_line(findings->pdata[i]) : g_strdup("nothing");

	g_test_message("%s", line);
	return strstr(line, words) != NULL;
}

static void test_errors(void)
{
	static const struct {
		const char *text, *error; /* what follows the path */
	} rows[] = {
		{"[a]\ncategory=no-such-user\nliteral=x\nliteral=y\n",
			":3: [a] literal: the key stands again in line 4"},
		{"[a]\nliteral=x\n[b]\n[a]\n", ":1: [a] the group stands again in line 4"},
		{"\xef\xbb\xbf[a]\n", ":1: a byte order mark"},
		{"[a]\ntitle=\xff\n", ":1: the file is not UTF-8"},
		{"literal=x\n", ":1: a [group] must come before"},
		{"[a]\nliteral\n", ":2: a line is key=value"},
		{"[a\n", ":1: a group is written as [name]"},
		{"[]\n", ":1: a group is written as [name]"},
		{"[a]\ncategory=no-such-user\nliterals=x\n",
			":3: [a] literals: there is no such key"},
		{"[a]\ncategory=no-such-user\nliteral=x\nexample.x=y\n",
			":4: [a] example.x: there is no such key"},
		{"[a]\ncategory=no-such-user\nliteral=x\nexample.0=y\n",
			":4: [a] example.0: there is no such key"},
		{"[a]\ncategory=no-such-user\nliteral=x\nliteral[de]=y\n",
			":4: [a] literal[de]: there is no such key"},
		{"# c\n\n[a]\nliteral=x\n", ":3: [a] category: is missing"},
		{"[a]\ncategory=gone\nliteral=x\n",
			":2: [a] category: there is no category \"gone\""},
		{"[a]\ncategory=no-such-user\n", ":1: [a] the rule needs a literal or a pattern"},
		{"[a]\ncategory=no-such-user\npattern=\n", "[a] pattern: is empty"},
		{"[a]\ncategory=no-such-user\nabout= \n", "[a] about: names no class"},
		{"[a]\ncategory=no-such-user\nabout=b c d e\n",
			"[a] about: names more than 3 classes"},
		{"[a]\ncategory=no-such-user\nliteral=x\nabout=b\n",
			"[a] about: stands instead of"},
		{"[a.b]\ncategory=no-such-user\nliteral=x\n", ":1: [a.b] a rule is named by"},
		{"[a]\ncategory=no-such-user\nliteral=x\npriority=100\n",
			":4: [a] priority: \"100\" is no number from 0 to 99"},
		{"[a]\ncategory=no-such-user\nliteral=x\npriority=-1\n", ":4: [a] priority:"},
		{"[a]\ncategory=no-such-user\nliteral=x\nprovider=acme\n",
			":4: [a] provider: \"acme\" is no group"},
		{"[a]\ncategory=no-such-user\nliteral=x\nphase=rcpt;lunch\n",
			":4: [a] phase: there is no phase \"lunch\""},
		{"[a]\ncategory=no-such-user\nliteral=x\nclass=3\n",
			":4: [a] class: \"3\" is neither"},
		{"[a]\ncategory=no-such-user\nliteral=x\nreply=55\n",
			":4: [a] reply: \"55\" is no reply"},
		{"[a]\ncategory=no-such-user\nliteral=x\nstatus=5.1\n",
			":4: [a] status: \"5.1\" is no code"},
		{"[a]\ncategory=no-such-user\nliteral=x\nstatus=5.7.9-5\n", ":4: [a] status:"},
		{"[a]\ncategory=no-such-user\nliteral=x\ntype=firm\n", ":4: [a] type: \"firm\""},
		{"[a]\ncategory=no-such-user\nliteral=x\nwho=sender;me\n",
			":4: [a] who: \"sender;me\""},
		{"[a]\ncategory=no-such-user\nliteral=x\nnext.1=a\nnext.3=b\n",
			":1: [a] next.2 is missing"},
		{"[a]\ncategory=no-such-user\nliteral=x\nretry=soon\n", ":4: [a] retry: \"soon\""},
		{"[a]\ncategory=no-such-user\nliteral=x\nretry.seconds=many\n",
			":4: [a] retry.seconds: \"many\""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		struct rule_set *rules = load(rows[i].text, &error);

		g_test_message("row %zu: %s", i, rows[i].error);
		g_assert_null(rules);
		g_assert_nonnull(error);
		g_assert_nonnull(strstr(error->message, "t.rules:"));
		if (!strstr(error->message, rows[i].error))
			g_error("\"%s\" does not say \"%s\"", error->message, rows[i].error);
	}
}

/* Rules whose words no shipped phrase holds. */
static const char ranking[] =
	"[short]\ncategory=no-such-user\nliteral=zeppelin\n"
	"[long]\ncategory=mailbox-full\nliteral=zeppelin is lost\n"
	"[b-equal]\ncategory=mailbox-full\nliteral=walrus\n"
	"[a-equal]\ncategory=mailbox-full\nliteral=walrus\n"
	"[high]\ncategory=policy-rejected\npriority=70\nliteral=gone\npattern=zeppelin (is )?gone\n"
	"[excused]\ncategory=spam-rejected\npriority=80\nliteral=zeppelin\nunless=harmless|"
	"gone\npattern=big zeppelin\n"
	"[bare]\ncategory=expired\npattern=^hippo(?:potamus)?$\n"
	"[list]\ncategory=expired\nliteral=\\x20mole;vole\\;hole;  badger  \n"
	"[two]\ncategory=expired\nliteral=otter\npattern.1=otter\npattern.2=otter swims far\n"
	"[otter]\ncategory=mailbox-full\nliteral=otter swims\n"
	"[class]\ncategory=expired\nliteral=gnu\nclass=4\n"
	"[reply]\ncategory=expired\nliteral=ibex\nreply=552;452\n"
	"[status]\ncategory=expired\nliteral=lynx\nstatus=5.2.2;5.7.600-649\n"
	"[phase]\ncategory=expired\nliteral=panda\nphase=rcpt;data\n"
	"[provider]\ncategory=expired\nliteral=quokka\nprovider=google;yahoo\n"
	"[broken]\ncategory=expired\npriority=90\nliteral=skunk\npattern=skunk(\n"
	"[utf]\ncategory=expired\nliteral=\xc3\xbcg\npattern=\xc3\x9c"
	"bertragung|gr\xc3\xbcg\n"
	"[forms]\ncategory=expired\nliteral=\xc3\xa4rger\n"
	"[facts]\ncategory=blocklisted\nliteral=toad\n"
	"pattern=(?<ip>[0-9.]+) is on (?<list>\\w+) see (?<link>\\S+) within (?<seconds>\\d+) "
	"toad(?<token>!)?\n";

static void test_ranking(void)
{
	static const struct {
		const char *text, *rule; /* NULL: none */
		size_t at, n;
	} rows[] = {
		{"the zeppelin sank", "short", 4, 8},
		{"the ZEPPELIN sank", "short", 4, 8},
		{"the zeppelin is lost", "long", 4, 16},
		{"a walrus", "a-equal", 2, 6},
		{"the zeppelin is lost, zeppelin gone", "high", 22, 13},
		{"big zeppelin", "excused", 0, 12},
		{"big zeppelin, harmless", "short", 4, 8},
		{"big zeppelin is gone", "high", 4, 16},
		{"hippo", "bare", 0, 5},
		{"Hippopotamus", "bare", 0, 12},
		{"a hippo", NULL, 0, 0},
		{"a mole", "list", 1, 5},
		{"amole", NULL, 0, 0},
		{"vole;hole", "list", 0, 9},
		{"badger", "list", 0, 6},
		{"the otter swims far", "two", 4, 15},
		{"the otter swims", "otter", 4, 11},
		{"450 gnu", "class", 4, 3},
		{"550 gnu", NULL, 0, 0},
		{"4.0.0 gnu", "class", 6, 3},
		{"550 4.0.0 gnu", NULL, 0, 0},
		{"552 ibex", "reply", 4, 4},
		{"550 ibex", NULL, 0, 0},
		{"ibex", NULL, 0, 0},
		{"5.2.2 lynx", "status", 6, 4},
		{"5.7.600 lynx", "status", 8, 4},
		{"5.7.649 lynx", "status", 8, 4},
		{"5.7.650 lynx", NULL, 0, 0},
		{"4.2.2 lynx", NULL, 0, 0},
		{"panda", NULL, 0, 0},
		{"quokka", NULL, 0, 0},
		{"quokka - gsmtp", "provider", 0, 6},
		{"skunk", NULL, 0, 0},
		{"\xc3\xbc"
		 "bertragung \xc3\xbcg",
			"utf", 0, 12},
		{"viel \xc3\x84RGER", "forms", 5, 6},
		{"viel \xc3\xa4rger", "forms", 5, 6},
		{"viel \xc3\x84rger", "forms", 5, 6},
		{"\xff zeppelin \xc3", "short", 2, 8},
		{"zeppelin@example.com", NULL, 0, 0},
		{"host said: 550 zeppelin -> 550 walrus", "a-equal", 31, 6},
		{"", NULL, 0, 0},
	};
	struct rule_set *rules = load_good(ranking);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct rule_match match;
		bool found = rule_match_text(rules, span_of(rows[i].text), &match, 1);

		g_test_message("row %zu: %s", i, rows[i].rule ? rows[i].rule : "none");
		g_assert_cmpstr(found ? match.rule->id : NULL, ==, rows[i].rule);
		if (found) {
			g_assert_cmpuint(match.at, ==, rows[i].at);
			g_assert_cmpuint(match.n, ==, rows[i].n);
		}
	}
	rule_set_free(rules);
}

/* Classes of words, from a terms.ini beside the rules. */
static void test_about(void)
{
	static const char terms[] = "[box]\nen=crate\nde=*kiste;karton*\nja=\xe7\xae\xb1\n"
				    "[shut]\nen=shut;nailed up\nde=zu;vernagelt*\nja="
				    "\xe9\x96\x89\n[lorry]\nen=lorry\n";
	static const char good[] = "[shut]\ncategory=mailbox-disabled\nabout=box shut\n"
				   "about-unless=lorry\npriority=40\n"
				   "[known]\ncategory=no-such-user\nliteral=crate is a myth\n";
	static const struct {
		const char *text, *rule, *evidence;
	} rows[] = {
		{"550 the crate is shut", "shut", "crate is shut"},
		{"550 Shut: that CRATE", "shut", "Shut: that CRATE"},
		{"550 your crate was nailed up", "shut", "crate was nailed up"},
		{"550 die Holzkiste ist vernagelter denn je", "shut", "kiste ist vernagelter"},
		{"550 \xe6\x9c\xa8\xe7\xae\xb1\xe9\x96\x89\xe3\x81\x98", "shut",
			"\xe7\xae\xb1\xe9\x96\x89"},
		{"550 the crate is a myth, and shut", "known", "crate is a myth"},
		/* a whole word, of one language, in one sentence, and near */
		{"550 the crates are shut", NULL, NULL},
		{"550 the crate is zu", NULL, NULL},
		{"550 a crate. All is shut", NULL, NULL},
		{"550 a crate; all is shut", NULL, NULL},
		{"550 the crate is of a wood that grows nowhere else in the whole wide world and "
		 "so was shut",
			NULL, NULL},
		/* what speaks against it; names */
		{"550 the lorry with the crate is shut", NULL, NULL},
		{"550 crate.example.com is shut", NULL, NULL},
		{"550 mx.crate is shut", NULL, NULL},
		{"550 shut https://www.example.com/crate", NULL, NULL},
		{"550 shut /etc/crate", NULL, NULL},
		{"550 shut", NULL, NULL},
		{"", NULL, NULL},
	};
	char *shipped = make_dir("[plain]\ncategory=no-such-user\nliteral=walrus\n");
	char *dir = make_dir(good);
	g_autofree char *path = g_build_filename(dir, "terms.ini", NULL);
	const char *const dirs[] = {dir, NULL}, *const own[] = {shipped, dir, NULL};
	g_autoptr(GError) error = NULL;
	struct rule_set *rules;
	struct rule_subject subject = {.text = SPAN_LIT("the crate is shut")};
	struct rule_match match;

	g_assert_true(g_file_set_contents(path, terms, -1, NULL));
	rules = rule_set_load(knowledge, dirs, NULL, &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool found = rule_match_text(rules, span_of(rows[i].text), &match, 1);
		g_autofree char *evidence =
			found ? g_strndup(rows[i].text + match.at, match.n) : NULL;

		g_test_message("row %zu: %s", i, rows[i].text);
		g_assert_cmpstr(found ? match.rule->id : NULL, ==, rows[i].rule);
		g_assert_cmpstr(evidence, ==, rows[i].evidence);
	}
	/* Of boilerplate it says nothing. */
	g_assert_false(rule_match(rules, &subject, &match));
	subject.told = true;
	g_assert_true(rule_match(rules, &subject, &match));
	g_assert_cmpint(match.rule->confidence, ==, CONFIDENCE_MEDIUM);
	rule_set_free(rules);

	/* Of one's own directory, a class that does not exist is told at once. */
	g_assert_true(g_file_set_contents(path, "[box]\nen=crate\n", -1, NULL));
	g_assert_null(rule_set_load(knowledge, own, NULL, &error));
	g_assert_nonnull(strstr(error->message, "there is no class of words \"shut\""));
	g_clear_error(&error);
	g_assert_true(g_file_set_contents(path, "[box]\nen=c*e\n", -1, NULL));
	g_assert_null(rule_set_load(knowledge, own, NULL, &error));
	g_assert_nonnull(strstr(error->message, "terms.ini:2: [box] en: \"c*e\" is no word"));
	g_unlink(path);
	remove_dir(dir);
	remove_dir(shipped);
}

static void test_subject(void)
{
	struct rule_set *rules = load_good(ranking);
	struct rule_subject subject = {.text = SPAN_LIT("panda"), .phase = PHASE_DATA};
	struct rule_match match, all[3];

	g_assert_true(rule_match(rules, &subject, &match));
	subject.phase = PHASE_MAIL;
	g_assert_false(rule_match(rules, &subject, &match));
	subject = (struct rule_subject){
		.text = SPAN_LIT("quokka"), .provider = provider_by_id(knowledge, "yahoo")};
	g_assert_true(rule_match(rules, &subject, &match));
	subject.provider = provider_by_id(knowledge, "apple");
	g_assert_false(rule_match(rules, &subject, &match));

	/* Best first, cut at the caller's room. */
	subject = (struct rule_subject){
		.text = SPAN_LIT("the zeppelin is lost, zeppelin gone, walrus")};
	g_assert_cmpuint(rule_match_all(rules, &subject, all, 3), ==, 3);
	g_assert_cmpstr(all[0].rule->id, ==, "high");
	g_assert_cmpstr(all[1].rule->id, ==, "long");
	g_assert_cmpstr(all[2].rule->id, ==, "short");
	g_assert_cmpuint(rule_match_all(rules, &subject, all, 1), ==, 1);
	g_assert_cmpstr(all[0].rule->id, ==, "high");
	g_assert_cmpuint(rule_match_all(rules, &subject, all, 0), ==, 0);
	rule_set_free(rules);
}

static void test_facts(void)
{
	static const char text[] =
		"a@example.com \xff 192.0.2.1 is on Heap see lists.example/x within 300 toad";
	static const char *const want[FACT_COUNT] = {[FACT_IP] = "192.0.2.1",
		[FACT_LIST] = "Heap",
		[FACT_LINK] = "lists.example/x",
		[FACT_SECONDS] = "300"};
	struct rule_set *rules = load_good(ranking);
	struct rule_subject subject = {.text = span_of(text)};
	struct rule_match match;

	g_assert_true(rule_match(rules, &subject, &match));
	g_assert_cmpstr(match.rule->id, ==, "facts");
	for (int i = 0; i < FACT_COUNT; i++) {
		g_autofree char *fact = match.fact[i].p ? span_dup(match.fact[i]) : NULL;

		g_assert_cmpstr(fact, ==, want[i]);
		/* Of the caller's text, not of a copy. */
		g_assert_true(!match.fact[i].p ||
			      (match.fact[i].p >= text && match.fact[i].p < text + sizeof(text)));
	}
	rule_set_free(rules);
}

static void test_overrides(void)
{
	struct rule_set *rules =
		load_good("[a]\ncategory=relay-denied\nliteral=x1\nwho=sender-admin;sender\n"
			  "type=hard\nretry=after\nretry.seconds=60\ntitle=T\nexplanation="
			  "one\\ntwo \\\\ \\q\nnext.1=N1\nnext.2=N2\n"
			  "list=heap\npriority=7\nexample.1=x1\nexample.2=x1 y\nnot.1=z\n");
	const struct rule *rule = rule_set_find(rules, "a");

	g_assert_cmpstr(rule->category->id, ==, "relay-denied");
	g_assert_cmpint(rule->advice.who.count, ==, 2);
	g_assert_cmpint(rule->advice.who.who[0], ==, ACTOR_SENDER_ADMIN);
	g_assert_cmpint(rule->advice.type, ==, TYPE_HARD);
	g_assert_cmpint(rule->advice.retry, ==, RETRY_AFTER);
	g_assert_cmpint(rule->advice.retry_seconds, ==, 60);
	g_assert_cmpstr(rule->advice.title, ==, "T");
	g_assert_cmpstr(rule->advice.explanation, ==, "one\ntwo \\ \\q");
	g_assert_null(rule->advice.retry_text);
	g_assert_cmpuint(rule->advice.next->len, ==, 2);
	g_assert_cmpstr(rule->list, ==, "heap");
	g_assert_cmpint(rule->priority, ==, 7);
	g_assert_cmpuint(rule->examples->len, ==, 2);
	g_assert_cmpuint(rule->nots->len, ==, 1);
	g_assert_cmpint(rule->line, ==, 1);
	rule_set_free(rules);
}

/*
 * A rule of a later directory takes the place of its namesake, and its patterns are compiled at
 * once.
 */
static void test_replacing(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	char *first = make_dir("[a]\ncategory=no-such-user\nliteral=zeppelin\n");
	char *second = make_dir("[a]\ncategory=mailbox-full\nliteral=zeppelin\n");
	char *broken = make_dir("[b]\ncategory=mailbox-full\npattern=(\n");
	const char *const dirs[] = {first, "/nonexistent/rules.d", second, NULL};
	const char *const bad[] = {first, broken, NULL};
	struct rule_set *alone, *rules = rule_set_load(knowledge, dirs, notes, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(rule_set_find(rules, "a")->category->id, ==, "mailbox-full");
	g_assert_cmpuint(notes->len, ==, 1);
	g_assert_nonnull(
		strstr(g_ptr_array_index(notes, 0), "t.rules:1: [a] replaces the rule of "));
	alone = load_good("[a]\ncategory=no-such-user\nliteral=zeppelin\n");
	g_assert_cmpuint(rule_set_count(alone), ==, rule_set_count(rules));
	g_assert_cmpstr(rule_set_hash(alone), !=, rule_set_hash(rules));
	rule_set_free(alone);
	rule_set_free(rules);

	g_assert_null(rule_set_load(knowledge, bad, NULL, &error));
	g_assert_nonnull(strstr(error->message, "[b] pattern: missing closing parenthesis"));
	remove_dir(first);
	remove_dir(second);
	remove_dir(broken);
}

/* At the same priority your own rule decides, however short; a higher shipped one still wins. */
static void test_own_first(void)
{
	g_autoptr(GError) error = NULL;
	char *shipped = make_dir("[a]\ncategory=no-such-user\nliteral=zeppelin is lost\n"
				 "[high]\ncategory=expired\nliteral=walrus\npriority=60\n");
	char *own = make_dir("[z]\ncategory=mailbox-full\nliteral=zeppelin\n"
			     "[y]\ncategory=mailbox-full\nliteral=walrus\n");
	const char *const dirs[] = {shipped, own, NULL};
	struct rule_set *rules = rule_set_load(knowledge, dirs, NULL, &error);
	struct rule_match match;

	g_assert_no_error(error);
	g_assert_cmpuint(rule_match_text(rules, SPAN_LIT("zeppelin is lost"), &match, 1), ==, 1);
	g_assert_cmpstr(match.rule->id, ==, "z");
	g_assert_cmpint(match.rule->place, ==, 1);
	g_assert_cmpuint(rule_match_text(rules, SPAN_LIT("a walrus"), &match, 1), ==, 1);
	g_assert_cmpstr(match.rule->id, ==, "high");
	rule_set_free(rules);
	remove_dir(shipped);
	remove_dir(own);
}

/* What is broken of your own is left out, rule by rule; what is shipped is never. */
static void test_broken(void)
{
	static const struct {
		const char *text;
		int line;
		const char *rule, *why; /* of the finding */
		size_t left;
	} rows[] = {
		{"[good]\ncategory=expired\nliteral=zeppelin\n\n[bad]\ncategory=gone\n", 6, "bad",
			"category: there is no category \"gone\"", 1},
		{"[bad]\ncategory=expired\npattern=(\n[good]\ncategory=expired\nliteral=x\n", 3,
			"bad", "pattern: missing closing parenthesis", 1},
		{"[good]\ncategory=expired\nliteral=zeppelin\nliteral=y\n", 3, "good",
			"literal: the key stands again in line 4", 0},
		{"\xef\xbb\xbf[good]\n", 1, NULL, "a byte order mark", 0},
	};
	char *shipped = make_dir("[a]\ncategory=no-such-user\nliteral=walrus\n");
	const char *dirs[] = {shipped, NULL, NULL};
	struct rule_set *alone = rule_set_load(knowledge, dirs, NULL, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) broken =
			g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
		struct rule_sources sources = {.dirs = dirs, .broken = broken};
		char *own = make_dir(rows[i].text);
		const struct rule_finding *finding;
		struct rule_set *rules;

		dirs[1] = own;
		g_assert_null(rule_set_load(knowledge, dirs, NULL, NULL));
		rules = rule_set_load_from(knowledge, &sources, NULL);
		g_assert_nonnull(rules);
		g_assert_cmpuint(rule_set_count(rules) - rule_set_count(alone), ==, rows[i].left);
		g_assert_cmpuint(broken->len, ==, 1);
		finding = broken->pdata[0];
		g_assert_true(g_str_has_prefix(finding->file, own));
		g_assert_cmpint(finding->line, ==, rows[i].line);
		g_assert_cmpstr(finding->rule, ==, rows[i].rule);
		g_assert_true(g_str_has_prefix(finding->text, rows[i].why));
		g_assert_cmpstr(rule_set_hash(rules), !=, rule_set_hash(alone));
		rule_set_free(rules);
		dirs[1] = NULL;
		remove_dir(own);
	}
	rule_set_free(alone);
	remove_dir(shipped);
}

/* Files beside the directories come last, and so does a text that is on no disk. */
static void test_files(void)
{
	char *shipped = make_dir("[a]\ncategory=no-such-user\nliteral=walrus\nexample.1=walrus\n");
	char *own = make_dir("[b]\ncategory=expired\nliteral=zeppelin\n");
	g_autofree char *path = g_build_filename(own, "t.rules", NULL);
	const char *const dirs[] = {shipped, own, NULL}, *const one[] = {shipped, NULL};
	const char *const files[] = {path, path, NULL};
	static const char text[] = "[c]\ncategory=expired\nliteral=walrus\nexample.1=walrus\n";
	const struct {
		struct rule_sources sources;
		bool extended;
		const char *there, *gone;
	} rows[] = {
		{{.dirs = dirs}, false, "b", "c"},
		{{.dirs = dirs}, true, "c", "d"},
		{{.dirs = one, .files = files}, false, "b", "c"},
		{{.dirs = one}, true, "c", "b"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		struct rule_set *rules = rule_set_load_from(knowledge, &rows[i].sources, &error);

		g_assert_no_error(error);
		if (rows[i].extended) {
			struct rule_match match;

			g_assert_true(rule_set_extend(rules, path, text, &error));
			g_assert_true(rule_match_text(rules, SPAN_LIT("walrus"), &match, 1));
			g_assert_cmpstr(match.rule->id, ==, "c");
		}
		g_assert_nonnull(rule_set_find(rules, rows[i].there));
		g_assert_null(rule_set_find(rules, rows[i].gone));
		g_assert_cmpint(rule_set_find(rules, rows[i].there)->place, ==, 1);
		rule_set_free(rules);
	}
	remove_dir(shipped);
	remove_dir(own);
}

/* Texts of other rules that a new one takes are told as its fault. */
static void test_taken(void)
{
	char *shipped = make_dir("[a]\ncategory=no-such-user\nliteral=walrus\nexample.1=walrus\n"
				 "[b]\ncategory=expired\nliteral=walrus two\npriority=60\n"
				 "example.1=walrus two\n");
	char *own = make_dir("[mine]\ncategory=expired\nliteral=walrus\nexample.1=a walrus\n");
	const char *const dirs[] = {shipped, own, NULL};
	struct rule_set *rules = rule_set_load(knowledge, dirs, NULL, NULL);
	g_autoptr(GPtrArray) taken = new_findings(), all = new_findings();

	g_assert_false(rule_check_taken(rules, rule_set_find(rules, "mine"), taken));
	g_assert_cmpuint(taken->len, ==, 1);
	g_assert_true(says(taken, 0, "[mine] takes example.1 of [a], which"));
	g_assert_true(says(taken, 0, "which means no-such-user: walrus"));
	g_assert_true(rule_check_taken(rules, rule_set_find(rules, "b"), taken));
	g_assert_false(rule_set_check(rules, NULL, all));
	g_assert_cmpuint(all->len, ==, 2); /* and [a] is never reached */
	rule_set_free(rules);
	remove_dir(shipped);
	remove_dir(own);
}

/* Why a rule decides, and why the others do not. */
static void test_trials(void)
{
	static const char text[] =
		"[wins]\ncategory=expired\nliteral=walrus\npriority=60\n"
		"[low]\ncategory=expired\nliteral=walrus\npriority=10\n"
		"[longer]\ncategory=expired\nliteral=grey walrus\npriority=59\n"
		"[excused]\ncategory=expired\nliteral=walrus\nunless=grey\n"
		"[class]\ncategory=expired\nliteral=walrus\nclass=4\n"
		"[phase]\ncategory=expired\nliteral=walrus\nphase=data;eod\n"
		"[provider]\ncategory=expired\nliteral=walrus\nprovider=yahoo\n"
		"[reply]\ncategory=expired\nliteral=walrus\nreply=554;553\n"
		"[status]\ncategory=expired\nliteral=walrus\nstatus=5.2.1-3\n"
		"[word]\ncategory=expired\nliteral=zeppelin;balloon\n"
		"[pattern]\ncategory=expired\nliteral=walrus\npattern=walrus gone\n";
	static const struct {
		const char *rule;
		enum rule_outcome outcome;
		const char *why;
	} rows[] = {
		{"wins", RULE_DECIDES, "no better rule"},
		{"low", RULE_LOWER_PRIORITY, "priority 10 against 60 of [wins]"},
		{"longer", RULE_LOWER_PRIORITY, "priority 59 against 60"},
		{"excused", RULE_EXCUSED, "unless= found \"grey\""},
		{"class", RULE_OTHER_CLASS, "it holds for class 4 only, this is class 5"},
		{"phase", RULE_OTHER_PHASE,
			"it holds for phase data, eod only, and the phase is not told"},
		{"provider", RULE_OTHER_PROVIDER,
			"it holds for provider yahoo only, this is no provider that is known"},
		{"reply", RULE_OTHER_REPLY, "it holds for reply 554, 553 only, this is 550"},
		{"status", RULE_OTHER_STATUS, "it holds for code 5.2.1-3 only, this is 5.1.1"},
		{"word", RULE_NO_LITERAL, "none of its literals stands in the text: \"zeppelin\""},
		{"pattern", RULE_NO_PATTERN, "the literal \"walrus\" is there, but no pattern"},
	};
	struct rule_set *rules = load_good(text);
	struct rule_subject subject =
		rule_subject_of(knowledge, SPAN_LIT("550 5.1.1 a grey walrus"));
	GArray *all = rule_trials(rules, &subject);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct rule_trial trial =
			rule_trial_of(rules, &subject, rule_set_find(rules, rows[i].rule));
		g_autofree char *why = trial.why;

		g_test_message("%s: %s", rows[i].rule, why);
		g_assert_cmpint(trial.outcome, ==, rows[i].outcome);
		g_assert_nonnull(strstr(why, rows[i].why));
	}
	g_assert_cmpuint(all->len, ==, 9);
	g_assert_cmpstr(g_array_index(all, struct rule_trial, 0).match.rule->id, ==, "wins");
	g_assert_cmpstr(g_array_index(all, struct rule_trial, 1).match.rule->id, ==, "longer");
	g_assert_cmpstr(g_array_index(all, struct rule_trial, 2).match.rule->id, ==, "low");
	g_array_unref(all);
	rule_set_free(rules);
}

static void test_hash(void)
{
	static const char text[] = "[a]\ncategory=no-such-user\nliteral=zeppelin\n";
	struct rule_set *one = load_good(text), *same = load_good(text), *other = load_good("#\n");

	g_assert_cmpuint(strlen(rule_set_hash(one)), ==, 64);
	g_assert_cmpstr(rule_set_hash(one), ==, rule_set_hash(same));
	g_assert_cmpstr(rule_set_hash(one), !=, rule_set_hash(other));
	rule_set_free(one);
	rule_set_free(same);
	rule_set_free(other);
}

/* What the check must find, each once. */
static void test_check(void)
{
	static const struct {
		const char *rule, *finding; /* NULL: clean */
	} rows[] = {
		{"[a]\ncategory=expired\nliteral=zeppelin\nexample.1=a zeppelin\n", NULL},
		{"[a]\ncategory=expired\nliteral=zeppelin\nphase=data\nprovider=yahoo\nexample.1=a "
		 "zeppelin\n",
			NULL},
		{"[a]\ncategory=expired\nliteral=zeppelin\n", "has no example"},
		{"[a]\ncategory=expired\nliteral=zeppelin\nexample.1=a balloon\n",
			"example.1 is matched by no rule: a balloon"},
		{"[a]\ncategory=expired\nliteral=zeppelin\nexample.1=a zeppelin\nnot.1=zeppelins\n",
			"not.1 is matched: zeppelins"},
		{"[a]\ncategory=expired\npattern=zeppelin\nexample.1=a zeppelin\n",
			"has no literal"},
		{"[a]\ncategory=expired\nliteral=ze\nexample.1=a zeppelin\n",
			"literal: \"ze\" is too short"},
		{"[a]\ncategory=expired\nliteral=zeppelin\npattern=(?<size>zeppelin)\nexample.1=a "
		 "zeppelin\n",
			"there is no fact <size>"},
		{"[a]\ncategory=expired\nliteral=zeppelin\npattern=(a+)+b|zeppelin\nexample.1=a "
		 "zeppelin\n",
			"is slow"},
		{"[a]\ncategory=expired\nliteral=zeppelin\npattern=zeppelin\\C\nexample.1=a "
		 "zeppelin\n",
			"\\C is disabled"},
		{"[a]\ncategory=expired\nliteral=zeppelin\nunless=(\nexample.1=a zeppelin\n",
			"missing closing parenthesis at character 2"},
		{"[a]\ncategory=expired\nliteral=zeppelin;gone  away\nexample.1=a zeppelin\n",
			"write \"gone away\""},
		{"[a]\ncategory=expired\nliteral=zeppelin;to=bob@\nexample.1=a zeppelin\n",
			"write \"xx=xxx@\""},
		{"[a]\ncategory=expired\nliteral=zeppelin\npattern=(?:big |small )*zeppelins "
		 "gone\nexample.1=zeppelins gone\n",
			"grow with the square of the text"},
	};
	struct rule_set *rules;
	g_autoptr(GPtrArray) findings = new_findings();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool clean;

		g_ptr_array_set_size(findings, 0);
		rules = load_good(rows[i].rule);
		clean = rule_set_check(rules, NULL, findings);
		g_test_message("%s", rows[i].rule);
		g_assert_cmpint(clean, ==, rows[i].finding == NULL);
		g_assert_true(clean || says(findings, 0, rows[i].finding));
		rule_set_free(rules);
	}
	g_ptr_array_set_size(findings, 0);
	rules = load_good(
		"[a]\ncategory=expired\nliteral=zeppelin\nexample.1=a zeppelin\npriority=1\n"
		"[b]\ncategory=no-such-user\nliteral=zepp\nexample.1=zepp\n");
	g_assert_false(rule_set_check(rules, NULL, findings));
	g_assert_cmpuint(findings->len, ==, 2);
	g_assert_true(
		says(findings, 0, "example.1 is decided by [b] (priority 1 against 50 of [b])"));
	g_assert_true(says(findings, 1, "is never reached: [b]"));
	rule_set_free(rules);
}

/*
 * No text may take long or read out of bounds; the longest runs, odd bytes, and every byte there
 * is.
 */
static void test_hostile(void)
{
	static const char *const units[] = {"a", "@", "a@", "\xff", "\xc3\xa4", "550 ", "5.1.1 ",
		"550-", "-> 550 ", "said: 550 '", "<", "zeppelin ", "\xe2\x80", "\x01", ". ",
		"mta(", "AUP#In-"};
	g_autofree char *dir = g_build_filename(source_dir(), "data", "rules", NULL);
	const char *const dirs[] = {dir, NULL};
	struct rule_set *rules = rule_set_load(knowledge, dirs, NULL, NULL);

	for (size_t i = 0; i <= G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		struct rule_match match;
		struct arena *arena = arena_new();
		gint64 start = g_get_monotonic_time();

		for (int c = 0; i == G_N_ELEMENTS(units) && c < 256; c++)
			g_string_append_c(text, (char)c);
		while (i < G_N_ELEMENTS(units) && text->len < 100000)
			g_string_append(text, units[i]);
		rule_match_text(rules, (struct span){text->str, text->len}, &match, 1);
		rule_match_text(rules,
			match_text_new((struct span){text->str, text->len}, arena).text, &match, 1);
		arena_free(arena);
		/* Milliseconds; seconds would mean that something grows with the square. */
		g_assert_cmpint(g_get_monotonic_time() - start, <, 2 * G_USEC_PER_SEC);
	}
	rule_set_free(rules);
}

static void test_shipped(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) findings = new_findings();
	g_autofree char *dir = g_build_filename(source_dir(), "data", "rules", NULL);
	const char *const dirs[] = {dir, NULL};
	struct rule_set *rules = rule_set_load(knowledge, dirs, NULL, &error);
	bool clean;

	g_assert_no_error(error);
	clean = rule_set_check(rules, NULL, findings);
	for (guint i = 0; i < findings->len; i++) {
		g_autofree char *line = rule_finding_line(g_ptr_array_index(findings, i));

		g_test_message("%s", line);
	}
	g_assert_true(clean);
	rule_set_free(rules);
}

/* Every phrase row is a rule, and the phrase alone is found by it. */
static void test_phrases(void)
{
	struct rule_set *rules = load_good("#\n");
	size_t count, phrases = 0;
	const struct code *const *codes = knowledge_codes(knowledge, &count);
	struct rule_match all[64];

	for (size_t i = 0; i < count; i++) {
		g_autofree char *text = NULL;
		struct rule_subject subject = {.reply = codes[i]->reply};
		size_t n, m = 0;

		if (!codes[i]->phrase)
			continue;
		phrases++;
		text = g_strdup(codes[i]->phrase + (codes[i]->phrase[0] == '='));
		subject.text = span_of(text);
		memcpy(subject.status, codes[i]->status, sizeof(subject.status));
		n = rule_match_all(rules, &subject, all, G_N_ELEMENTS(all));
		while (m < n && all[m].rule->code != codes[i])
			m++;
		if (m == n)
			g_error("codes.tsv:%d: \"%s\" is not found by itself", codes[i]->line,
				codes[i]->phrase);
		g_assert_true(all[m].rule->category == codes[i]->category);
	}
	g_assert_cmpuint(phrases, >, 400);
	g_assert_cmpuint(phrases, ==, rule_set_count(rules));
	rule_set_free(rules);
}

static void test_phrase_form(void)
{
	static const struct {
		const char *text, *rule; /* NULL: none */
	} rows[] = {
		{"see S3140 for more", "code:outlook.com:s3140"},
		{"see XS3140 for more", NULL},
		{"see S31407 for more", NULL},
		{"[S3140]", "code:outlook.com:s3140"},
		{"AUP#In-1000", "code:spectrum:aup-in-1000"},
		{"DNS Error: we looked, NXDOMAIN", "code:google:dns-error-nxdomain"},
		{"NXDOMAIN, DNS Error", NULL},
	};
	struct rule_set *rules = load_good("#\n");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct rule_match match;
		bool found = rule_match_text(rules, span_of(rows[i].text), &match, 1);

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(found ? match.rule->id : NULL, ==, rows[i].rule);
	}
	g_assert_cmpint(
		rule_set_find(rules, "code:outlook.com:s3140")->priority, ==, RULE_PRIORITY_TOKEN);
	g_assert_cmpint(
		rule_set_find(rules, "code:google:nosuchuser")->priority, ==, RULE_PRIORITY_PHRASE);
	rule_set_free(rules);
}

int main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	knowledge = load_knowledge();
	g_test_add_func("/rules/errors", test_errors);
	g_test_add_func("/rules/ranking", test_ranking);
	g_test_add_func("/rules/about", test_about);
	g_test_add_func("/rules/subject", test_subject);
	g_test_add_func("/rules/facts", test_facts);
	g_test_add_func("/rules/overrides", test_overrides);
	g_test_add_func("/rules/replacing", test_replacing);
	g_test_add_func("/rules/own-first", test_own_first);
	g_test_add_func("/rules/broken", test_broken);
	g_test_add_func("/rules/files", test_files);
	g_test_add_func("/rules/taken", test_taken);
	g_test_add_func("/rules/trials", test_trials);
	g_test_add_func("/rules/hash", test_hash);
	g_test_add_func("/rules/check", test_check);
	g_test_add_func("/rules/hostile", test_hostile);
	g_test_add_func("/rules/shipped", test_shipped);
	g_test_add_func("/rules/phrases", test_phrases);
	g_test_add_func("/rules/phrase-form", test_phrase_form);
	failed = g_test_run();
	knowledge_free(knowledge);
	return failed;
}
