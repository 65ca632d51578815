/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/settings.h"

#include <string.h>

#include "base/words.h"
#include "store/store.h"
#include "triage/ticket.h"

enum value_type {
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_NUMBER,
	VALUE_FLAG,
	VALUE_CHOICE,
	VALUE_TAG,
	VALUE_ANY_TAG,
	VALUE_PATH,
	VALUE_TEMPLATE
};

/* The master copy. Order: as in the manual. */
static const struct setting_row rows[] = {
	{SET_BOUNCE_QUERY, "mail", "bounce-query", "QUERY", NULL,
		N_("what counts as a bounce when no query is given (default: tag:bounce once "
		   "`scan` "
		   "has run, "
		   "else data/candidates)")},
	{SET_SENT_QUERY, "mail", "sent-query", "QUERY", NULL,
		N_("mail that was sent from here (default: mail from the addresses of notmuch's "
		   "configuration)")},
	{SET_SENT_INDEXED, "mail", "sent-mail-indexed", "auto|true|false", "auto",
		N_("the index holds the mail that was sent from here; auto: when sent-query finds "
		   "any")},
	{SET_OWN_DOMAINS, "mail", "own-domains", "LIST", NULL,
		N_("our own domains (default: those of the addresses of notmuch's configuration)")},
	{SET_OWN_HOSTS, "mail", "own-hosts", "LIST", "",
		N_("mail servers of ours, with all below the names")},
	{SET_TYPE_FROM, "mail", "type-from", "address|smtp", "address",
		N_("hard means: the address is dead, or: the server refused")},
	{SET_LANG, "mail", "lang", "LANG", "", N_("language of messages and explanations")},
	{SET_TICKET_TEMPLATE, "mail", "ticket-template", "TEMPLATE", NULL,
		N_("how the number of a ticket stands in a subject, such as `[desk {number}]` "
		   "(default: data/tickets.txt)")},

	{SET_TAG_BOUNCE, "tags", "tag-bounce", "TAG", "bounce",
		N_("tag that `scan` gives to bounces")},
	{SET_TAG_RETRY, "tags", "tag-retry", "TAG", "retry",
		N_("tag of messages with a recipient to send to again")},
	{SET_TAG_RETRIED, "tags", "tag-retried", "TAG", "retried",
		N_("tag of messages that were sent again")},
	{SET_TAG_SUPPRESS, "tags", "tag-suppress", "TAG", "suppress",
		N_("tag of messages with a recipient on the suppression list")},
	{SET_TAG_DONE, "tags", "tag-done", "TAG", "inbox", N_("tag that `done` takes away")},

	{SET_RESEND_COMMAND, "retry", "resend-command", "COMMAND", "nixie-resend",
		N_("program that sends again what is due, as the screen starts it")},

	{SET_QUIET_DAYS, "suppression", "quiet-days", "DAYS", "7",
		N_("days without a bounce after which an address counts as quiet")},
	{SET_SOFT_WEEK, "suppression", "soft-week", "N", "3",
		N_("soft bounces in 7 days after which suppression is proposed")},
	{SET_SOFT_MONTH, "suppression", "soft-month", "N", "5",
		N_("soft bounces in 30 days after which suppression is proposed")},
	{SET_PROVEN_REPORTS, "suppression", "proven-reports", "N", "1",
		N_("proven hard reports after which suppression is proposed")},
	{SET_HARD_REPORTS, "suppression", "hard-reports", "N", "2",
		N_("unproven hard reports after which suppression is proposed")},

	{SET_INCIDENT_ADDRESSES, "groups", "incident-addresses", "N", "10",
		N_("addresses that one trouble at one server on one day must meet to be an "
		   "incident")},

	{SET_THEME, "screen", "theme", "NAME", "default",
		N_("colours: default, light, high-contrast, mono, or a theme of your own")},
	{SET_KEYS, "screen", "keys", "NAME", "default",
		N_("keys: default, neomutt, vim, or a set of your own; [keys] changes single "
		   "ones")},
	{SET_LAYOUT, "screen", "layout", "auto|right|below|off", "auto",
		N_("where the detail panes stand")},
	{SET_LINES, "screen", "lines", "auto|unicode|ascii", "auto",
		N_("what lines and bars are drawn with; auto: ascii where the locale is not UTF-8, "
		   "on "
		   "the Linux console and on vt100")},
	{SET_PLAIN, "screen", "plain", "true|false", "false",
		N_("for screen readers: one column, no lines, no bars, the row under the cursor "
		   "first")},
	{SET_MOUSE, "screen", "mouse", "true|false", "false",
		N_("a click chooses, a double click opens, the wheel scrolls")},
	{SET_CLIPBOARD, "screen", "clipboard", "true|false", "false",
		N_("what is copied goes to the terminal's clipboard (OSC 52)")},
	{SET_RESTRICTED, "screen", "restricted", "true|false", "false",
		N_("no shell, no pipe, no editor; files are saved in save-directory only")},
	{SET_SAVE_DIRECTORY, "screen", "save-directory", "DIR", NULL,
		N_("where restricted mode saves files (default: $XDG_DATA_HOME/nixie/saved)")},
	{SET_WATCH_SECONDS, "screen", "watch-seconds", "N", "5",
		N_("seconds between two looks for new bounces; 0: only when asked")},
	{SET_COLUMN, "screen", "column", "none|ticket|subject", "none",
		N_("a column more in the list, about the lost message")},

	{SET_JOBS, "limits", "jobs", "N", "0", N_("extractor processes; 0: one a processor core")},
	{.key = NULL},
};

/* How a value is checked: by setting, as the rows above are for people. */
static const struct {
	enum value_type type;
	int max;
} checks[SET_COUNT] = {
	[SET_BOUNCE_QUERY] = {VALUE_TEXT},
	[SET_SENT_QUERY] = {VALUE_TEXT},
	[SET_SENT_INDEXED] = {VALUE_CHOICE},
	[SET_OWN_DOMAINS] = {VALUE_LIST},
	[SET_OWN_HOSTS] = {VALUE_LIST},
	[SET_TYPE_FROM] = {VALUE_CHOICE},
	[SET_LANG] = {VALUE_TEXT},
	[SET_TICKET_TEMPLATE] = {VALUE_TEMPLATE},
	[SET_TAG_BOUNCE] = {VALUE_TAG},
	[SET_TAG_RETRY] = {VALUE_TAG},
	[SET_TAG_RETRIED] = {VALUE_TAG},
	[SET_TAG_SUPPRESS] = {VALUE_TAG},
	[SET_TAG_DONE] = {VALUE_ANY_TAG},
	[SET_RESEND_COMMAND] = {VALUE_TEXT},
	[SET_QUIET_DAYS] = {VALUE_NUMBER, .max = 3650},
	[SET_SOFT_WEEK] = {VALUE_NUMBER, .max = 1000000},
	[SET_SOFT_MONTH] = {VALUE_NUMBER, .max = 1000000},
	[SET_PROVEN_REPORTS] = {VALUE_NUMBER, .max = 1000000},
	[SET_HARD_REPORTS] = {VALUE_NUMBER, .max = 1000000},
	[SET_INCIDENT_ADDRESSES] = {VALUE_NUMBER, .max = 1000000},
	[SET_THEME] = {VALUE_TEXT}, /* the themes are data: ui/theme knows them */
	[SET_KEYS] = {VALUE_TEXT},  /* so are these: ui/keymap */
	[SET_LAYOUT] = {VALUE_CHOICE},
	[SET_LINES] = {VALUE_CHOICE},
	[SET_PLAIN] = {VALUE_FLAG},
	[SET_MOUSE] = {VALUE_FLAG},
	[SET_CLIPBOARD] = {VALUE_FLAG},
	[SET_RESTRICTED] = {VALUE_FLAG},
	[SET_SAVE_DIRECTORY] = {VALUE_PATH},
	[SET_WATCH_SECONDS] = {VALUE_NUMBER, .max = 86400},
	[SET_COLUMN] = {VALUE_CHOICE},
	[SET_JOBS] = {VALUE_NUMBER, .max = 256},
};

G_STATIC_ASSERT(G_N_ELEMENTS(rows) == SET_COUNT + 1);

const struct setting_row *setting_rows(void)
{
	return rows;
}

const struct setting_row *setting_row_of(enum setting setting)
{
	const struct setting_row *row = rows;
	while (row->key && row->setting != setting)
		row++;
	return row;
}

/* Names of nixie's own tags: what notmuch-tag takes, without a slash, and none that renames files
 * (interface.md section 4). */
static char *tag_trouble(const char *value, bool ours)
{
	g_autoptr(GError) error = NULL;
	if (!tag_check(value, &error))
		return g_strdup(error->message);
	if (ours && tag_renames_files(value))
		return g_strdup_printf(
			_("`%s` stands for a Maildir flag; setting it would rename files"), value);
	if (ours && strchr(value, '/'))
		return g_strdup_printf(_("`%s` holds a slash"), value);
	return NULL;
}

static char *template_trouble(const char *value)
{
	g_autoptr(GError) error = NULL;
	return ticket_template_check(value, &error) ? NULL : g_strdup(error->message);
}

/* The words that it can be are those that people read in the help. */
static char *choice_trouble(enum setting setting, const char *value)
{
	g_auto(GStrv) words = g_strsplit(setting_row_of(setting)->value_name, "|", -1);
	g_autofree char *all = g_strjoinv(", ", words);
	return g_strv_contains((const char *const *)words, value)
		       ? NULL
		       : g_strdup_printf(_("`%s` is not known; it can be %s"), value, all);
}

char *setting_trouble(enum setting setting, const char *value)
{
	uint64_t number;
	switch (checks[setting].type) {
	case VALUE_NUMBER:
		if (g_ascii_string_to_unsigned(
			    value, 10, 0, (guint64)checks[setting].max, &number, NULL))
			return NULL;
		return g_strdup_printf(
			_("`%s` is no number between 0 and %d"), value, checks[setting].max);
	case VALUE_FLAG:
		if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
			return NULL;
		return g_strdup_printf(_("`%s` is neither true nor false"), value);
	case VALUE_CHOICE:
		return choice_trouble(setting, value);
	case VALUE_TAG:
	case VALUE_ANY_TAG:
		return tag_trouble(value, checks[setting].type == VALUE_TAG);
	case VALUE_TEMPLATE:
		return template_trouble(value);
	case VALUE_PATH:
		return g_path_is_absolute(value)
			       ? NULL
			       : g_strdup_printf(_("`%s` does not begin with a slash"), value);
	case VALUE_TEXT:
	case VALUE_LIST:
		break;
	}
	return NULL;
}

bool setting_is_flag(enum setting setting)
{
	return checks[setting].type == VALUE_FLAG;
}
