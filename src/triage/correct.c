/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/correct.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/file.h"
#include "base/pseudonym.h"
#include "base/text.h"
#include "rules/matchtext.h"
#include "rules/ruletrial.h"
#include "triage/cause.h"
#include "triage/wording.h"

#define FILE_NAME "local.rules"
#define FILE_HEAD \
	"# Your own rules: corrections made with C or `nixie rules correct`. See " \
	"nixie-rules(5).\n"
#define EXAMPLE_MAX 1000 /* bytes */
#define OTHERS_MAX 2     /* examples of other meanings that may hold the words, too */
#define ID_WORDS 4

/* --- the rule's parts */

/* As an item of a list: `;` and `\` are escaped. */
static char *literal_of(const char *run)
{
	GString *out = g_string_new(NULL);

	for (; *run; run++) {
		if (*run == ';' || *run == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *run);
	}
	return g_string_free(out, FALSE);
}

/* What decides stays, even where it looks like an id. */
static char *example_of(const char *diagnostic, const char *words)
{
	struct pseudonyms *names = pseudonyms_new(PSEUDONYM_EXAMPLE);
	GString *out = g_string_new(NULL);
	struct arena *arena = arena_new();
	struct match_text text;
	char *example;

	pseudonyms_keep_text(names, span_of(words));
	pseudonyms_append(names, span_of(diagnostic), out);
	pseudonyms_free(names);
	text = match_text_new((struct span){out->str, out->len}, arena);
	if (text.text.n > EXAMPLE_MAX)
		text.text = text_fit(text.text, EXAMPLE_MAX, NULL);
	example = span_dup(span_trim(text.text));
	g_string_free(out, TRUE);
	arena_free(arena);
	return example;
}

/* local-mailbox-is-closed, with a number behind it when there is one already. */
static char *id_of(const struct rule_set *rules, const char *run)
{
	GString *id = g_string_new("local");
	gsize begin;
	int words = 0;

	for (const char *p = run; *p && words < ID_WORDS; p++) {
		if (!g_ascii_isalnum(*p))
			continue;
		g_string_append_c(id, '-');
		while (g_ascii_isalnum(*p))
			g_string_append_c(id, g_ascii_tolower(*p++));
		words++;
		if (!*p)
			break;
	}
	begin = id->len;
	for (int n = 2; rule_set_find(rules, id->str); n++) {
		g_string_truncate(id, begin);
		g_string_append_printf(id, "-%d", n);
	}
	return g_string_free(id, FALSE);
}

/* --- files */

char *correct_file(const char *const *rule_dirs)
{
	size_t n = 0;

	while (rule_dirs[n])
		n++;
	/* The shipped ones and the machine's are not the user's to write. */
	return n > 2 ? g_build_filename(rule_dirs[n - 1], FILE_NAME, NULL) : NULL;
}

/* What the file holds; "" for none. NULL with error. */
static char *read_file(const char *file, GError **error)
{
	g_autoptr(GError) why = NULL;
	char *text = NULL;

	if (g_file_get_contents(file, &text, NULL, &why))
		return text;
	if (g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return g_strdup("");
	g_set_error(error, NIXIE_ERROR, NIXIE_IO, "%s: cannot be read: %s", file, why->message);
	return NULL;
}

/* Others who write there wait until the descriptor is closed; -1 with error. */
static int lock_dir(const char *file, GError **error)
{
	g_autofree char *dir = g_path_get_dirname(file);
	int fd = -1;

	if (g_mkdir_with_parents(dir, 0700) == 0)
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	g_set_error(error, NIXIE_ERROR, NIXIE_CANTCREATE, "%s: cannot be written to: %s", dir,
		g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool write_file(const char *file, const char *text, GError **error)
{
	struct file_out *out = file_out_open(file, true, error);

	if (!out)
		return false;
	if (file_out_write(out, span_of(text), error))
		return file_out_commit(out, error);
	file_out_abandon(out);
	return false;
}

static void put_group(
	GString *out, const struct correction *correction, const char *literal, const char *was)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(clock_now());
	g_autofree char *day = g_date_time_format(now, "%Y-%m-%d");

	if (!out->len)
		g_string_append(out, FILE_HEAD);
	else if (out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append_printf(out,
		"\n[%s]\n# %s: it was %s\ncategory=%s\npriority=%d\nliteral=%s\npattern=%s\n"
		"example.1=%s\n",
		correction->id, day, was ? was : "not known", correction->category->id,
		correction->priority, literal, correction->pattern, correction->example);
}

/* --- a correction */

static bool refuse(GError **error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(GError **error, int code, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list arguments;

	va_start(arguments, format);
	why = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, NIXIE_ERROR, code, why);
	return false;
}

/* It has to stand above the rule that decides now. */
static int priority_over(
	const struct correct_ground *ground, const struct wrong_verdict *wrong, struct span text)
{
	const struct rule *now = wrong->rule ? rule_set_find(ground->rules, wrong->rule) : NULL;
	struct rule_match match;
	int priority = RULE_PRIORITY;

	if (now)
		priority = MAX(priority, now->priority);
	if (rule_match_text(ground->rules, text, &match, 1))
		priority = MAX(priority, match.rule->priority);
	return priority;
}

static bool fill(struct correction *correction, const struct correct_ground *ground,
	const struct wrong_verdict *wrong, GError **error)
{
	g_auto(GStrv) runs = wording_runs(correction->words);
	g_autofree char *literal = literal_of(wording_longest(runs));
	GString *draft;

	if (!wording_has_content(wording_longest(runs)))
		return refuse(error, NIXIE_USAGE,
			"the words that shall decide are too few; take some that only such a "
			"report has");
	if (wording_is_lead_in(ground->knowledge, wrong->diagnostic, correction->words))
		return refuse(error, NIXIE_USAGE,
			"many notices begin like this, whatever their reason is; take words of the "
			"reason");
	if (g_strcmp0(wrong->category, correction->category->id) == 0)
		return refuse(error, NIXIE_USAGE, "the verdict is %s already", wrong->category);
	correction->file = correct_file(ground->rule_dirs);
	if (!correction->file)
		return refuse(error, NIXIE_CANTCREATE,
			"there is no directory for your own rules; set HOME or XDG_CONFIG_HOME");
	correction->before = read_file(correction->file, error);
	if (!correction->before)
		return false;
	correction->pattern = wording_pattern(runs);
	correction->example = example_of(wrong->diagnostic, correction->words);
	correction->id = id_of(ground->rules, wording_longest(runs));
	correction->said = wording_folded(wrong->diagnostic);
	correction->cause = g_string_new(NULL);
	cause_append(correction->cause, wrong->diagnostic);
	correction->priority = priority_over(ground, wrong, span_of(correction->said));
	draft = g_string_new(correction->before);
	put_group(draft, correction, literal, wrong->category);
	correction->draft = g_string_free(draft, FALSE);
	return true;
}

/* The rule has to decide this text. */
static bool decides(const struct correction *correction, const struct correct_ground *ground,
	const char *text, GError **error)
{
	const struct rule *rule = rule_set_find(correction->rules, correction->id);
	struct rule_subject subject = rule_subject_of(ground->knowledge, span_of(text));
	struct rule_match match;
	g_autofree char *why = NULL;

	if (rule_match_text(correction->rules, span_of(text), &match, 1) && match.rule == rule)
		return true;
	why = rule_trial_of(correction->rules, &subject, rule).why;
	if (match.rule && match.rule != rule)
		return refuse(
			error, NIXIE_USAGE, "[%s] would still decide: %s", match.rule->id, why);
	return refuse(error, NIXIE_USAGE, "these words do not stand so in what the server said: %s",
		text);
}

/* How many texts that mean something else hold the words, whoever decides them; `*one`: the first.
 */
static unsigned count_others(
	const struct correction *correction, const struct rule *rule, const char **one)
{
	unsigned n = 0;

	for (size_t i = 0; i < rule_set_count(correction->rules); i++) {
		const struct rule *other = rule_set_at(correction->rules, i);

		if (other->category == rule->category)
			continue;
		for (guint e = 0; other->examples && e < other->examples->len; e++) {
			g_autofree char *text = wording_folded(other->examples->pdata[e]);
			struct rule_subject subject = {.text = span_of(text)};
			struct rule_trial trial = rule_trial_of(correction->rules, &subject, rule);

			g_free(trial.why);
			if (trial.outcome < RULE_NO_LITERAL && !n++)
				*one = other->examples->pdata[e];
		}
	}
	return n;
}

/* Words that stand in texts of many meanings tell nothing. */
static bool is_telling(const struct correction *correction, GError **error)
{
	const char *one = NULL;
	unsigned n =
		count_others(correction, rule_set_find(correction->rules, correction->id), &one);

	return n <= OTHERS_MAX || refuse(error, NIXIE_USAGE,
					  "refused, since %u texts that other rules explain hold "
					  "these words, too: %s; "
					  "take more of the words",
					  n, one);
}

static bool is_harmless(const struct correction *correction, GError **error)
{
	g_autoptr(GPtrArray) taken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	const struct rule *rule = rule_set_find(correction->rules, correction->id);
	g_autofree char *what = NULL;

	if (rule_check_taken(correction->rules, rule, taken))
		return true;
	what = g_strdup(((const struct rule_finding *)taken->pdata[0])->text);
	/* What the check advises is for who writes a pattern. */
	if (strrchr(what, ';'))
		*strrchr(what, ';') = '\0';
	return refuse(error, NIXIE_USAGE,
		"refused, since %u text%s that other rules explain would be read wrongly: it %s; "
		"take more of the words",
		taken->len, taken->len == 1 ? "" : "s", what);
}

struct correction *correction_new(const struct correct_ground *ground,
	const struct wrong_verdict *wrong, const struct category *category, const char *words,
	GError **error)
{
	struct correction *correction = g_new0(struct correction, 1);
	g_autoptr(GPtrArray) broken =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_finding_free);
	struct rule_sources sources = {.dirs = ground->rule_dirs, .broken = broken};
	bool good;

	correction->category = category;
	correction->words = g_strdup(words);
	good = fill(correction, ground, wrong, error);
	if (good) {
		sources.draft_path = correction->file;
		sources.draft = correction->draft;
		correction->rules = rule_set_load_from(ground->knowledge, &sources, error);
		good = correction->rules != NULL;
	}
	if (good && !rule_set_find(correction->rules, correction->id)) {
		g_autofree char *line = broken->len ? rule_finding_line(broken->pdata[0]) : NULL;

		good = refuse(error, NIXIE_CONFIG, "%s; mend the file first", line);
	}
	if (good && decides(correction, ground, correction->said, error) &&
		decides(correction, ground, correction->example, error) &&
		is_harmless(correction, error) && is_telling(correction, error))
		return correction;
	correction_free(correction);
	return NULL;
}

void correction_free(struct correction *correction)
{
	if (!correction)
		return;
	rule_set_free(correction->rules);
	g_free(correction->id);
	g_free(correction->file);
	g_free(correction->words);
	g_free(correction->said);
	if (correction->cause)
		g_string_free(correction->cause, TRUE);
	g_free(correction->pattern);
	g_free(correction->example);
	g_free(correction->before);
	g_free(correction->draft);
	g_free(correction);
}

/* Would the rule decide a report of this wording, which `row` has a verdict on? */
static bool changes(const struct correction *correction, const struct row *row)
{
	const struct rule *rule = rule_set_find(correction->rules, correction->id);
	const struct rule *now = row->rule ? rule_set_find(correction->rules, row->rule) : NULL;
	g_autofree char *said = row->cause ? wording_folded(row->cause) : NULL;
	struct rule_subject subject = {.text = span_of(said ? said : "")};
	struct rule_trial trial;

	if (row->category == correction->category || !row->cause ||
		(now && now->priority > correction->priority))
		return false;
	/* Of what decides in the text at hand, a cause may have left out what looks like an id. */
	if (strcmp(row->cause, correction->cause->str) == 0)
		return true;
	trial = rule_trial_of(correction->rules, &subject, rule);
	g_free(trial.why);
	return trial.outcome < RULE_NO_LITERAL;
}

size_t correction_changes(
	const struct correction *correction, struct row *const *rows, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += changes(correction, rows[i]);
	return n;
}

/* --- writing, and taking back */

bool correction_write(const struct correction *correction, GError **error)
{
	int lock = lock_dir(correction->file, error);
	g_autofree char *now = lock >= 0 ? read_file(correction->file, error) : NULL;
	bool done = now != NULL;

	if (done && strcmp(now, correction->before) != 0)
		done = refuse(error, NIXIE_BUSY,
			"%s has just been changed by somebody else; correct again",
			correction->file);
	done = done && write_file(correction->file, correction->draft, error);
	if (lock >= 0)
		close(lock);
	return done;
}

/* From the group's heading up to the next one; the blank line before it goes, too. */
static bool cut_group(GString *text, const char *id)
{
	g_autofree char *head = g_strdup_printf("[%s]", id);
	struct span rest = {text->str, text->len}, line;
	gssize from = -1, to = (gssize)text->len;

	for (const char *begin = rest.p; span_line(&rest, &line); begin = rest.p) {
		if (!line.n || *line.p != '[')
			continue;
		if (from >= 0) {
			to = begin - text->str;
			break;
		}
		if (span_equal_nocase(span_trim(line), head))
			from = begin - text->str;
	}
	if (from < 0)
		return false;
	while (from > 1 && text->str[from - 1] == '\n' && text->str[from - 2] == '\n')
		from--;
	g_string_erase(text, from, to - from);
	return true;
}

bool correction_take_back(const char *file, const char *id, GError **error)
{
	int lock = lock_dir(file, error);
	g_autofree char *before = lock >= 0 ? read_file(file, error) : NULL;
	GString *text = g_string_new(before);
	bool done = before != NULL;

	if (done && !cut_group(text, id))
		done = refuse(error, NIXIE_USAGE, "%s holds no rule [%s]", file, id);
	done = done && write_file(file, text->str, error);
	g_string_free(text, TRUE);
	if (lock >= 0)
		close(lock);
	return done;
}
