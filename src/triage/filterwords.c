/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of filters: what each looks at in a row. */
#include "base/address.h"
#include "base/clock.h"
#include "base/words.h"
#include "store/messageid.h"
#include "triage/filter.h"

#define UNKNOWN "-" /* the value of what the report does not tell */

/* A pattern with `*` and `?`, without ASCII case. */
static bool matches_pattern(const char *text, const char *pattern)
{
	const char *star = NULL, *retry = NULL;
	if (!text)
		return strcmp(pattern, UNKNOWN) == 0;
	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern == '?' || g_ascii_tolower(*pattern) == g_ascii_tolower(*text)) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static bool matches_host(const char *host, const char *pattern)
{
	return host && (domain_is_under(span_of(host), pattern) || matches_pattern(host, pattern));
}

/* --- filters that ask for more than one text or one name of the row */

static bool test_category(const struct row *row, const char *value)
{
	return row->category && strcmp(row->category->id, value) == 0;
}

static bool test_who(const struct row *row, const char *value)
{
	return row->who.count && strcmp(actor_names[row->who.who[0]], value) == 0;
}

static bool test_mta(const struct row *row, const char *value)
{
	return matches_host(row_text(row, ROW_REMOTE_MTA), value) ||
	       matches_host(row_text(row, ROW_REPORTING_MTA), value);
}

static const char *const near_days[] = {"today", "yesterday"}; /* so many days ago */

/* g_free. */
static char *day_text(GDateTime *time)
{
	return g_date_time_format(time, "%Y-%m-%d");
}

/* NULL: it is no such word. g_free. */
static char *near_day(const char *word)
{
	for (int ago = 0; ago < (int)G_N_ELEMENTS(near_days); ago++)
		if (g_ascii_strcasecmp(word, near_days[ago]) == 0) {
			g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(clock_now());
			g_autoptr(GDateTime) then = now ? g_date_time_add_days(now, -ago) : NULL;
			return then ? day_text(then) : NULL;
		}
	return NULL;
}

/* A day or the begin of one: 2026, 2026-07, 2026-07-28. */
static bool is_date(const char *text)
{
	static const char shape[] = "0000-00-00";
	size_t n = strlen(text);

	if (n != 4 && n != 7 && n != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < n; i++)
		if (shape[i] == '0' ? !g_ascii_isdigit(text[i]) : text[i] != shape[i])
			return false;
	return true;
}

/* FROM..TO, of which one may be empty; a day alone is both. g_strfreev. */
static char **split_days(const char *value)
{
	const char *dots = strstr(value, "..");
	g_autofree char *from = g_strndup(value, dots ? (gsize)(dots - value) : strlen(value));
	const char *ends[] = {from, dots ? dots + 2 : value, NULL};
	return g_strdupv((char **)ends);
}

static bool is_end(const char *text)
{
	g_autofree char *near = near_day(text);
	return !*text || near || is_date(text);
}

static bool is_day(const char *value)
{
	g_auto(GStrv) ends = split_days(value);
	if (strcmp(value, UNKNOWN) == 0)
		return true;
	if (strpbrk(value, "*?"))
		return !value[strspn(value, "0123456789-*?")];
	return (*ends[0] || *ends[1]) && is_end(ends[0]) && is_end(ends[1]);
}

/* Below 0: `day` is before `end`, above: behind it; 0: within, as far as `end` tells it. */
static int from_end(const char *day, const char *end)
{
	g_autofree char *near = near_day(end);
	const char *date = near ? near : end;
	return strncmp(day, date, strlen(date));
}

/* The local day, as the group view counts. */
static bool test_day(const struct row *row, const char *value)
{
	g_autoptr(GDateTime) time = row->date ? g_date_time_new_from_unix_local(row->date) : NULL;
	g_autofree char *day = time ? day_text(time) : NULL;
	g_auto(GStrv) ends = NULL;
	if (!day || strpbrk(value, "*?") || strcmp(value, UNKNOWN) == 0)
		return matches_pattern(day, value);
	ends = split_days(value);
	return from_end(day, ends[0]) >= 0 && from_end(day, ends[1]) <= 0;
}

/* A retry that is due is still a retry. */
static bool test_state(const struct row *row, const char *value)
{
	return strcmp(state_names[row->state], value) == 0 ||
	       (row->state == STATE_DUE && strcmp(value, state_names[STATE_RETRY]) == 0);
}

static bool holds(const char *text, const char *value)
{
	return text && span_find_nocase(span_of(text), value);
}

/* A few words of it are enough. */
static bool test_subject(const struct row *row, const char *value)
{
	const char *subject = row_text(row, ROW_SUBJECT);
	return strpbrk(value, "*?") || strcmp(value, UNKNOWN) == 0 ? matches_pattern(subject, value)
								   : holds(subject, value);
}

static bool test_original(const struct row *row, const char *value)
{
	const char *id = row_text(row, ROW_ORIGINAL);
	g_autofree char *kept = message_id_kept(value);
	return matches_pattern(id, value) || g_strcmp0(id, kept) == 0;
}

/* As people write it: #4711, [#4711]. */
static bool test_ticket(const struct row *row, const char *value)
{
	size_t lead = strspn(value, "[#"), n = strcspn(value + lead, "]");
	g_autofree char *number = g_strndup(value + lead, n);
	return matches_pattern(row_text(row, ROW_TICKET), number);
}

static bool test_any(const struct row *row, const char *value)
{
	for (int i = 0; i < ROW_TEXTS; i++)
		if (holds(row_text(row, (enum row_text)i), value))
			return true;
	for (char *const *tag = row_tags(row); tag && *tag; tag++)
		if (holds(*tag, value))
			return true;
	return holds(row_report_subject(row), value) ||
	       (row->category && (holds(row->category->id, value) ||
					 holds(row->category->advice.title, value) ||
					 holds(row->category->advice.short_title, value)));
}

/* --- the table */

/* The ids of data/categories.ini; a test keeps the two equal. */
static const char *const category_ids[] = {"no-such-user", "no-such-domain", "bad-address",
	"mailbox-disabled", "mailbox-full", "message-too-big", "attachment-rejected",
	"spam-rejected", "virus-detected", "policy-rejected", "recipient-restricted", "blocklisted",
	"sender-auth-failed", "reverse-dns", "sender-rejected", "login-required", "relay-denied",
	"tls-required", "rate-limited", "greylisted", "remote-server-error", "connection-failed",
	"dns-failure", "mail-loop", "expired", "protocol-error", "suppressed", "unclassified",
	NULL};

#define NAMED(field, names) \
	.values = (names), \
	.name_of = offsetof(struct row, field) /* NOLINT(bugprone-macro-parentheses): a member */

static const struct filter_word words[] = {
	{"category", N_("why it failed"), .values = category_ids, .test = test_category},
	{"type", N_("is the address dead: hard, soft, undetermined"), NAMED(type, type_names)},
	{"who", N_("who has to act first"), .values = actor_names, .test = test_who},
	{"kind", N_("what sort of mail it is; failures and delays by default"),
		NAMED(kind, kind_names)},
	{"status", N_("enhanced status code, `5.1.*` allowed"), .text = ROW_STATUS},
	{"reply", N_("reply of the server, `55*` allowed"), .text = ROW_REPLY},
	{"address", N_("failed address, `*` allowed"), .text = ROW_ADDRESS},
	{"domain", N_("domain of the failed address, `*` allowed"), .text = ROW_DOMAIN},
	{"mta", N_("server that refused or reported, with all below the name"), .test = test_mta,
		.text = ROW_REMOTE_MTA},
	{"remote-mta", N_("server that refused, `*` allowed"), .text = ROW_REMOTE_MTA},
	{"remote-domain", N_("domain of the server that refused, `*` allowed"),
		.text = ROW_REMOTE_DOMAIN},
	{"reporting-mta", N_("server that reported, `*` allowed"), .text = ROW_REPORTING_MTA},
	{"day", N_("local day: today, yesterday, 2026-07-28, 2026-07-20.."), .test = test_day,
		.makes_sense = is_day, .text = ROW_TEXTS},
	{"rule", N_("rule that decided, `*` allowed"), .text = ROW_RULE},
	{"cause", N_("the same wording, as the groups by cause tell it, `*` allowed"),
		.text = ROW_CAUSE},
	{"original-id", N_("Message-ID of the lost message, `*` allowed"), .test = test_original,
		.text = ROW_ORIGINAL},
	{"original-subject", N_("words in the subject of the lost message, `*` allowed"),
		.test = test_subject, .text = ROW_SUBJECT},
	{"ticket", N_("ticket number in that subject, `*` allowed"), .test = test_ticket,
		.text = ROW_TICKET},
	{"any", N_("words anywhere in the row: addresses, servers, codes, subjects, tags"),
		.test = test_any, .text = ROW_TEXTS},
	{"origin", N_("was the returned message sent from here"), NAMED(origin, origin_names)},
	{"trust", N_("how well the report fits what was sent"), NAMED(trust, trust_names)},
	{"state", N_("what was marked and what became of it; retry takes due in"),
		.values = state_names, .test = test_state},
	{"confidence", N_("how sure the verdict is"), NAMED(confidence, confidence_names)},
	{NULL},
};

const struct filter_word *filter_words(void)
{
	return words;
}

bool filter_word_is(const struct filter_word *word, const struct row *row, const char *value)
{
	if (word->test)
		return word->test(row, value);
	if (word->values)
		return strcmp(word->values[G_STRUCT_MEMBER(unsigned char, row, word->name_of)],
			       value) == 0;
	return matches_pattern(row_text(row, word->text), value);
}

const char *filter_word_value(const struct filter_word *word, const struct row *row)
{
	return word->values || word->text == ROW_TEXTS ? NULL : row_text(row, word->text);
}
