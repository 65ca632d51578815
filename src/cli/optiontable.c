/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of options, and what it is asked. */
#include "base/words.h"
#include "cli/options.h"
#include "triage/group.h"

#define AT(field) offsetof(struct options, field)
#define TEXT G_OPTION_ARG_FILENAME /* bytes as they are: nothing is converted from the locale */
#define FLAG G_OPTION_ARG_NONE

static const struct option_row rows[] = {
	{"config", 0, TEXT, AT(config), OPT_STORE, N_("notmuch configuration to use"), "FILE"},
	{"profile", 0, TEXT, AT(profile), OPT_STORE, N_("notmuch profile to use"), "NAME"},
	{"database", 0, TEXT, AT(database), OPT_STORE, N_("mail root or database directory"),
		"DIR"},
	{"maildir", 0, TEXT, AT(maildir), OPT_STORE,
		N_("a Maildir, MH folder, directory of .eml files or mbox; nixie keeps an index of "
		   "its own"),
		"PATH"},
	{"from-json", 0, TEXT, AT(from_json), OPT_RESULT,
		N_("no index, but the JSON lines that extract or list wrote"), "FILE"},
	{"exclude", 0, TEXT, AT(exclude), OPT_STORE,
		N_("honour search.exclude_tags (default true)"), "true|false"},
	{"limit", 0, TEXT, AT(limit), OPT_WINDOW, N_("at most N rows"), "N"},
	{"offset", 0, TEXT, AT(offset), OPT_WINDOW, N_("leave out the first N rows"), "N"},
	{"sort", 0, TEXT, AT(sort), OPT_SORT,
		N_("date, address, domain, status, category, type, mta; -KEY reverses"), "KEY"},
	{"view", 0, TEXT, AT(view), OPT_FILTERS, N_("what the saved view NAME selects"), "NAME"},
	{"message", 0, TEXT, AT(message), OPT_FILTERS,
		N_("the mail in FILE, or - for standard input, found in the index by its "
		   "Message-ID"),
		"FILE"},
	{"save", 0, TEXT, AT(save), OPT_SAVE, N_("keep the query as the view NAME"), "NAME"},
	{"format", 0, TEXT, AT(format), OPT_FORMAT,
		N_("text, json, json-lines, csv, tsv, text0, addresses"), "FORMAT"},
	{"format-version", 0, TEXT, AT(format_version), OPT_FORMAT,
		N_("version of the machine formats"), "N"},
	{"per", 0, TEXT, AT(per), OPT_EXPORT, N_("a row for each recipient, address or message"),
		"WHAT"},
	{"columns", 0, TEXT, AT(columns), OPT_EXPORT, N_("columns of csv and tsv, comma-separated"),
		"LIST"},
	{"output", 'o', TEXT, AT(output), OPT_OUTPUT,
		N_("write to FILE, whole or not at all (mode 0600)"), "FILE"},
	{"force", 0, FLAG, AT(force), OPT_OUTPUT, N_("replace FILE if it exists"), NULL},
	{"csv-raw", 0, FLAG, AT(csv_raw), OPT_EXPORT,
		N_("leave spreadsheet formulas in CSV cells as they are"), NULL},
	{"bom", 0, FLAG, AT(bom), OPT_EXPORT, N_("begin CSV with a byte order mark (for Excel)"),
		NULL},
	{"odd", 0, FLAG, AT(odd), OPT_EXPORT, N_("also addresses that are no valid mailboxes"),
		NULL},
	{"include-unverified", 0, FLAG, AT(include_unverified), OPT_EXPORT,
		N_("also reports that nothing confirms"), NULL},
	{"redact", 0, FLAG, AT(redact), OPT_EXPORT,
		N_("leave out names, subjects and what stands before the @ of addresses"), NULL},
	{"by", 0, TEXT, AT(by), OPT_BY, N_("what to count by (default category)"), "KEY"},
	{"jobs", 'j', TEXT, AT(jobs), OPT_JOBS, N_("extractor processes (default: one a core)"),
		"N"},
	{"files-from", 0, TEXT, AT(files_from), OPT_FILES_FROM,
		N_("read file names, one a line, from LIST or -"), "LIST"},
	{"as", 0, TEXT, AT(as), OPT_CORRECT, N_("the category that is right"), "CATEGORY"},
	{"words", 0, TEXT, AT(say), OPT_CORRECT,
		N_("the words that shall decide, with ... for what differs"), "WORDS"},
	{"original", 0, FLAG, AT(original), OPT_ORIGINAL,
		N_("the message that each report is about, in its conversation"), NULL},
	{"hops", 0, FLAG, AT(hops), OPT_HOPS,
		N_("the way of each message from server to server, with the delays"), NULL},
	{"for", 0, TEXT, AT(whom), OPT_FOR, N_("words to pass on to recipient, admin or sender"),
		"WHOM"},
	{"for", 0, TEXT, AT(whom), OPT_TARGET,
		N_("write what other software reads; help lists what there is"), "SOFTWARE"},
	{"due", 0, FLAG, AT(due), OPT_RETRY, N_("list what may be sent again by now"), NULL},
	{"sent", 0, FLAG, AT(sent), OPT_RETRY, N_("note that it was sent again, just now"), NULL},
	{"status", 0, FLAG, AT(status), OPT_RETRY, N_("count what became of what was flagged"),
		NULL},
	{"proposed", 0, FLAG, AT(proposed), OPT_PROPOSED,
		N_("list the addresses that should be on it, with their evidence"), NULL},
	{"accept", 0, FLAG, AT(accept), OPT_PROPOSED, N_("do what is proposed, in one step"), NULL},
	{"only", 0, TEXT, AT(only), OPT_PROPOSED,
		N_("of what is proposed: put-on, put-back, take-off, or a reason for it"), "WHAT"},
	{"removed", 0, FLAG, AT(removed), OPT_PROPOSED,
		N_("list the addresses that were taken off, with who and why"), NULL},
	{"note", 0, TEXT, AT(note), OPT_PROPOSED, N_("keep TEXT beside the entry"), "TEXT"},
	{"unset", 0, FLAG, AT(unset), OPT_UNSET, N_("take it off again, or back"), NULL},
	{"list", 0, FLAG, AT(list), OPT_LIST, N_("print it instead"), NULL},
	{"color", 0, TEXT, AT(color), 0,
		N_("colours of the screen (commands print none): auto, always, never"), "WHEN"},
	{"exit-code", 0, FLAG, AT(exit_code), 0, N_("exit 1 when something matched"), NULL},
	{"quiet", 'q', FLAG, AT(quiet), 0, N_("no counts and notes on stderr"), NULL},
	{"verbose", 'v', FLAG, AT(verbose), 0, N_("say more on stderr"), NULL},
	{"help", 'h', FLAG, AT(help), 0, N_("this help"), NULL},
	{"version", 0, FLAG, AT(version), 0, N_("version and what protects the children"), NULL},
};

/* The options that are one of a few words. */
static const char *const booleans[] = {"true", "false"};
static const char *const whens[] = {"auto", "always", "never"};
static const struct {
	const char *option, *value;
	const char *const *words;
	size_t count;
} choices[] = {
	{"exclude", "true|false", booleans, G_N_ELEMENTS(booleans)},
	{"color", "WHEN", whens, G_N_ELEMENTS(whens)},
	{"format", "FORMAT", format_names, FORMAT_COUNT},
	{"per", "WHAT", per_names, PER_COUNT},
	{"sort", "KEY", sort_names, SORT_COUNT},
	{"by", "KEY", group_names + GROUP_NONE + 1, GROUP_KEY_COUNT - GROUP_NONE - 1},
	{"for", "WHOM", handover_names, HANDOVER_COUNT},
};

const struct option_row *options_rows(size_t *count)
{
	*count = G_N_ELEMENTS(rows);
	return rows;
}

bool options_takes(const struct cli_command *command, const struct option_row *row)
{
	return !command || !row->takers || (command->options & row->takers);
}

bool options_is_text(const struct option_row *row)
{
	return row->type == TEXT;
}

const char *const *options_words(const struct option_row *row, size_t *count)
{
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++)
		if (g_str_equal(choices[i].option, row->name) &&
			g_strcmp0(choices[i].value, row->value) == 0) {
			*count = choices[i].count;
			return choices[i].words;
		}
	*count = 0;
	return NULL;
}
