/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of filters, and the reader of texts that mix filter words with a notmuch query. A
 * filter word holds for the whole text, so it may only stand where that is what a reader would take
 * it to mean.
 */
#include "triage/filter.h"

#include "base/address.h"
#include "base/errors.h"
#include "triage/nearest.h"
#include "triage/queryterms.h"

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

static bool test_category(const struct row *row, const char *value)
{
	return row->category && strcmp(row->category->id, value) == 0;
}

static bool test_type(const struct row *row, const char *value)
{
	return strcmp(type_names[row->type], value) == 0;
}

static bool test_who(const struct row *row, const char *value)
{
	return row->who.count && strcmp(actor_names[row->who.who[0]], value) == 0;
}

static bool test_kind(const struct row *row, const char *value)
{
	return strcmp(kind_names[row->kind], value) == 0;
}

static const char *get_status(const struct row *row)
{
	return row_text(row, ROW_STATUS);
}

static bool test_status(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_STATUS), value);
}

static const char *get_reply(const struct row *row)
{
	return row_text(row, ROW_REPLY);
}

static bool test_reply(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_REPLY), value);
}

static const char *get_address(const struct row *row)
{
	return row_text(row, ROW_ADDRESS);
}

static bool test_address(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_ADDRESS), value);
}

static const char *get_domain(const struct row *row)
{
	return row_text(row, ROW_DOMAIN);
}

static bool test_domain(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_DOMAIN), value);
}

static bool test_mta(const struct row *row, const char *value)
{
	return matches_host(row_text(row, ROW_REMOTE_MTA), value) ||
	       matches_host(row_text(row, ROW_REPORTING_MTA), value);
}

static const char *get_remote_mta(const struct row *row)
{
	return row_text(row, ROW_REMOTE_MTA);
}

static bool test_remote_mta(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_REMOTE_MTA), value);
}

static const char *get_remote_domain(const struct row *row)
{
	return row_text(row, ROW_REMOTE_DOMAIN);
}

static bool test_remote_domain(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_REMOTE_DOMAIN), value);
}

static const char *get_original(const struct row *row)
{
	return row_text(row, ROW_ORIGINAL);
}

static bool test_original(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_ORIGINAL), value);
}

static const char *get_reporting_mta(const struct row *row)
{
	return row_text(row, ROW_REPORTING_MTA);
}

static bool test_reporting_mta(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_REPORTING_MTA), value);
}

/* The local day, as the group view counts. */
static bool test_day(const struct row *row, const char *value)
{
	g_autoptr(GDateTime) time = row->date ? g_date_time_new_from_unix_local(row->date) : NULL;
	g_autofree char *day = time ? g_date_time_format(time, "%Y-%m-%d") : NULL;
	return matches_pattern(day, value);
}

static const char *get_rule(const struct row *row)
{
	return row_text(row, ROW_RULE);
}

static bool test_rule(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_RULE), value);
}

static const char *get_cause(const struct row *row)
{
	return row_text(row, ROW_CAUSE);
}

static bool test_cause(const struct row *row, const char *value)
{
	return matches_pattern(row_text(row, ROW_CAUSE), value);
}

static bool test_origin(const struct row *row, const char *value)
{
	return strcmp(origin_names[row->origin], value) == 0;
}

static bool test_trust(const struct row *row, const char *value)
{
	return strcmp(trust_names[row->trust], value) == 0;
}

/* A retry that is due is still a retry. */
static bool test_state(const struct row *row, const char *value)
{
	return strcmp(state_names[row->state], value) == 0 ||
	       (row->state == STATE_DUE && strcmp(value, state_names[STATE_RETRY]) == 0);
}

static bool test_confidence(const struct row *row, const char *value)
{
	return strcmp(confidence_names[row->confidence], value) == 0;
}

/* The ids of data/categories.ini; a test keeps the two equal. */
static const char *const category_ids[] = {"no-such-user", "no-such-domain", "bad-address",
	"mailbox-disabled", "mailbox-full", "message-too-big", "attachment-rejected",
	"spam-rejected", "virus-detected", "policy-rejected", "recipient-restricted", "blocklisted",
	"sender-auth-failed", "reverse-dns", "sender-rejected", "login-required", "relay-denied",
	"tls-required", "rate-limited", "greylisted", "remote-server-error", "connection-failed",
	"dns-failure", "mail-loop", "expired", "protocol-error", "suppressed", "unclassified",
	NULL};

static const struct filter_word words[] = {
	{"category", "why it failed", category_ids, test_category},
	{"type", "is the address dead: hard, soft, undetermined", type_names, test_type},
	{"who", "who has to act first", actor_names, test_who},
	{"kind", "what sort of mail it is; failures and delays by default", kind_names, test_kind},
	{"status", "enhanced status code, `5.1.*` allowed", NULL, test_status, get_status},
	{"reply", "reply of the server, `55*` allowed", NULL, test_reply, get_reply},
	{"address", "failed address, `*` allowed", NULL, test_address, get_address},
	{"domain", "domain of the failed address, `*` allowed", NULL, test_domain, get_domain},
	{"mta", "server that refused or reported, with all below the name", NULL, test_mta,
		get_remote_mta},
	{"remote-mta", "server that refused, `*` allowed", NULL, test_remote_mta, get_remote_mta},
	{"remote-domain", "domain of the server that refused, `*` allowed", NULL,
		test_remote_domain, get_remote_domain},
	{"reporting-mta", "server that reported, `*` allowed", NULL, test_reporting_mta,
		get_reporting_mta},
	{"day", "local day of the report, 2026-07-28, `*` allowed", NULL, test_day},
	{"rule", "rule that decided, `*` allowed", NULL, test_rule, get_rule},
	{"cause", "the same wording, as the groups by cause tell it, `*` allowed", NULL, test_cause,
		get_cause},
	{"original-id", "Message-ID of the lost message, `*` allowed", NULL, test_original,
		get_original},
	{"origin", "was the returned message sent from here", origin_names, test_origin},
	{"trust", "how well the report fits what was sent", trust_names, test_trust},
	{"state", "what was marked and what became of it; retry takes due in", state_names,
		test_state},
	{"confidence", "how sure the verdict is", confidence_names, test_confidence},
	{NULL},
};

struct clause {
	size_t word; /* index in `words` */
	char **values;
};

struct filter {
	GArray *clauses; /* struct clause; all must match, one value of each */
};

static void clause_clear(gpointer data)
{
	g_strfreev(((struct clause *)data)->values);
}

struct filter *filter_new(void)
{
	struct filter *filter = g_new0(struct filter, 1);
	filter->clauses = g_array_new(FALSE, TRUE, sizeof(struct clause));
	g_array_set_clear_func(filter->clauses, clause_clear);
	return filter;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	g_array_unref(filter->clauses);
	g_free(filter);
}

const struct filter_word *filter_words(void)
{
	return words;
}

bool filter_is_empty(const struct filter *filter)
{
	return filter->clauses->len == 0;
}

static bool find_word(struct span name, size_t *index)
{
	for (*index = 0; words[*index].name; (*index)++)
		if (name.n == strlen(words[*index].name) &&
			memcmp(name.p, words[*index].name, name.n) == 0)
			return true;
	return false;
}

bool filter_asks(const struct filter *filter, const char *name)
{
	for (guint i = 0; i < filter->clauses->len; i++)
		if (strcmp(words[g_array_index(filter->clauses, struct clause, i).word].name,
			    name) == 0)
			return true;
	return false;
}

const char *filter_value(const struct filter *filter, const char *name)
{
	for (guint i = 0; i < filter->clauses->len; i++) {
		const struct clause *clause = &g_array_index(filter->clauses, struct clause, i);

		if (strcmp(words[clause->word].name, name) == 0)
			return clause->values[0];
	}
	return NULL;
}

static bool clause_matches(const struct clause *clause, const struct row *row)
{
	for (char **value = clause->values; *value; value++)
		if (words[clause->word].test(row, *value))
			return true;
	return false;
}

bool filter_matches(const struct filter *filter, const struct row *row)
{
	for (guint i = 0; i < filter->clauses->len; i++)
		if (!clause_matches(&g_array_index(filter->clauses, struct clause, i), row))
			return false;
	return true;
}

size_t filter_size(const struct filter *filter)
{
	return filter->clauses->len;
}

bool filter_word_matches(const struct filter *filter, size_t i, const struct row *row)
{
	return clause_matches(&g_array_index(filter->clauses, struct clause, i), row);
}

char *filter_word_text(const struct filter *filter, size_t i)
{
	const struct clause *clause = &g_array_index(filter->clauses, struct clause, i);
	g_autofree char *values = g_strjoinv(",", clause->values);
	bool quote = strpbrk(values, " \t()") != NULL;
	return g_strdup_printf(quote ? "%s:\"%s\"" : "%s:%s", words[clause->word].name, values);
}

char *filter_text(const struct filter *filter)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < filter->clauses->len; i++) {
		g_autofree char *word = filter_word_text(filter, i);
		g_string_append_printf(out, "%s%s", i ? " " : "", word);
	}
	return g_string_free(out, FALSE);
}

/* --- adding */

static bool check_value(const struct filter_word *word, const char *value, GError **error)
{
	if (!*value) {
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, "`%s:` says nothing to look for",
			word->name);
		return false;
	}
	if (!word->values || g_strv_contains(word->values, value))
		return true;
	const char *near = nearest_word(value, word->values);
	g_autofree char *all = g_strjoinv(", ", (char **)word->values);
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, "`%s:%s`: there is no %s `%s`; %s%s%s",
		word->name, value, word->name, value, near ? "did you mean `" : "known are ",
		near ? near : all, near ? "`?" : "");
	return false;
}

static bool add_clause(GArray *clauses, size_t word, struct span list, GError **error)
{
	g_autofree char *text = g_strndup(list.p, list.n);
	struct clause clause = {word, g_strsplit(text, ",", -1)};
	bool good = clause.values[0] || check_value(&words[word], "", error);
	for (char **value = clause.values; good && *value; value++)
		good = check_value(&words[word], g_strstrip(*value), error);
	if (good)
		g_array_append_val(clauses, clause);
	else
		clause_clear(&clause);
	return good;
}

bool filter_add(struct filter *filter, const char *name, const char *values, GError **error)
{
	size_t word;
	if (!find_word(span_of(name), &word)) {
		const char *names[G_N_ELEMENTS(words)];
		for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
			names[i] = words[i].name;
		const char *near = nearest_word(name, names);
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE, "no filter is called `%s`%s%s%s", name,
			near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
		return false;
	}
	return add_clause(filter->clauses, word, span_of(values), error);
}

/* --- texts that mix filters and a query */

/* Is it `name:value` of a filter, perhaps with a sign in front? */
static bool is_filter(const struct token *token, size_t *word, struct span *value, bool *negated)
{
	struct span at = token->at;
	*negated = at.n && *at.p == '-';
	if (at.n && (*at.p == '-' || *at.p == '+'))
		at = span_from(at, 1);
	const char *colon = token->type == TOKEN_WORD && at.n ? memchr(at.p, ':', at.n) : NULL;
	if (!colon || !find_word(span_make(at.p, colon), word))
		return false;
	*value = span_make(colon + 1, at.p + at.n);
	if (value->n >= 2 && value->p[0] == '"' && value->p[value->n - 1] == '"')
		*value = (struct span){value->p + 1, value->n - 2};
	return true;
}

static bool refuse(const struct token *token, const char *why, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
		"`%.*s` cannot stand %s: a filter holds for the whole query; %s",
		(int)MIN(token->at.n, 100), token->at.p, why,
		"put the rest of the query in parentheses, or give several values with a comma");
	return false;
}

static bool take_filters(GArray *tokens, GArray *clauses, GError **error)
{
	const struct token *part = query_parting(tokens);
	for (guint i = 0; i < tokens->len; i++) {
		struct token *token = &g_array_index(tokens, struct token, i);
		struct span value;
		size_t word;
		bool negated;
		if (!is_filter(token, &word, &value, &negated))
			continue;
		if (token->depth)
			return refuse(token, "in parentheses", error);
		if (negated || (i && query_is_operator(token - 1, "not")))
			return refuse(token, "under `not`", error);
		if (part) {
			g_autofree char *why =
				g_strdup_printf("beside `%.*s`", (int)part->at.n, part->at.p);
			return refuse(token, why, error);
		}
		if (!add_clause(clauses, word, value, error))
			return false;
		token->removed = true;
	}
	return true;
}

/*
 * Filters and the `and`s beside them, as one run: gone, but for one `and` where something stands on
 * both sides. An `and` that touches no filter stays for the index to judge.
 */
static void drop_ands(GArray *tokens)
{
	for (guint i = 0, end; i < tokens->len; i = end + 1) {
		bool has_filter = false, keep;
		for (end = i; end < tokens->len; end++) {
			const struct token *token = &g_array_index(tokens, struct token, end);
			if (!token->removed && (token->depth || !query_is_operator(token, "and")))
				break;
			has_filter = has_filter || token->removed;
		}
		keep = i > 0 && end < tokens->len;
		for (guint k = i; has_filter && k < end; k++) {
			struct token *token = &g_array_index(tokens, struct token, k);
			if (!token->removed && keep)
				keep = false;
			else
				token->removed = true;
		}
	}
}

/* What is left of the text, byte for byte but for the tokens taken out and the blanks behind them.
 */
static char *text_without(const char *text, const GArray *tokens)
{
	GString *rest = g_string_new(NULL);
	const char *from = text;
	for (guint i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		if (!token->removed)
			continue;
		g_string_append_len(rest, from, token->at.p - from);
		for (from = token->at.p + token->at.n; g_ascii_isspace(*from);)
			from++;
	}
	g_string_append(rest, from);
	return g_strstrip(g_string_free(rest, FALSE));
}

bool filter_parse(struct filter *filter, const char *text, char **query, GError **error)
{
	g_autoptr(GArray) tokens = query_tokens(text);
	g_autoptr(GArray) clauses = g_array_new(FALSE, TRUE, sizeof(struct clause));
	if (!take_filters(tokens, clauses, error)) {
		for (guint i = 0; i < clauses->len; i++)
			clause_clear(&g_array_index(clauses, struct clause, i));
		return false;
	}
	if (clauses->len) {
		drop_ands(tokens);
		g_array_append_vals(filter->clauses, clauses->data, clauses->len);
	}
	*query = text_without(text, tokens);
	return true;
}
