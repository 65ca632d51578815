/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The master copy of the two tables of what nixie can do. Help screen, key map, `--help`,
 * completion and the manual are made from them; a thing that is not built has no row.
 */
#include "triage/command.h"

#include <glib.h>

#include "base/words.h"
#include "triage/nearest.h"

const char *const ui_groups[] = {N_("Move"), N_("Find"), N_("Act"), N_("Read"), N_("View"), NULL};

#define LISTS (IN_LIST | IN_GROUPS)
#define BOUNCES (IN_LIST | IN_GROUPS | IN_PANES)
#define ROW (IN_LIST | IN_PANES)

const struct ui_command ui_commands[] = {
	/* clang-format off */
	/* name, argument, keys, contexts, group, help, cli, id */

	{"next", NULL, "j Down", IN_ALL, "Move", N_("next row, or one line down"), NULL, UI_NEXT},
	{"previous", NULL, "k Up", IN_ALL, "Move", N_("previous row, or one line up"), NULL,
		UI_PREVIOUS},
	{"half-down", NULL, "C-d", IN_ALL, "Move", N_("half a page down"), NULL, UI_HALF_DOWN},
	{"half-up", NULL, "C-u", IN_ALL, "Move", N_("half a page up"), NULL, UI_HALF_UP},
	{"page-down", NULL, "C-f PageDown", IN_ALL, "Move", N_("a page down"), NULL, UI_PAGE_DOWN},
	{"page-up", NULL, "C-b PageUp", IN_ALL, "Move", N_("a page up"), NULL, UI_PAGE_UP},
	{"first", NULL, "gg Home", IN_ALL, "Move", N_("first row"), NULL, UI_FIRST},
	{"last", NULL, "G End", IN_ALL, "Move", N_("last row"), NULL, UI_LAST},
	{"jump", NULL, "1 2 3 4 5 6 7 8 9", LISTS, "Move", N_("go to a row by its number"), NULL,
		UI_JUMP},
	{"detail-down", NULL, "Space", IN_ALL, "Move", N_("page the detail pane down"), NULL,
		UI_DETAIL_DOWN},
	{"detail-up", NULL, "b", IN_ALL, "Move", N_("page the detail pane up"), NULL, UI_DETAIL_UP},
	{"left", NULL, "Left", IN_ALL, "Move", N_("show what stands further left"), NULL, UI_LEFT},
	{"right", NULL, "Right", IN_ALL, "Move", N_("show what stands further right"), NULL, UI_RIGHT},
	{"next-pane", NULL, "Tab", BOUNCES, "Move", N_("next pane"), NULL, UI_NEXT_PANE},
	{"previous-pane", NULL, "S-Tab", BOUNCES, "Move", N_("previous pane"), NULL, UI_PREVIOUS_PANE},
	{"previous-recipient", NULL, "(", ROW, "Move", N_("previous recipient of this report"), NULL,
		UI_PREVIOUS_RECIPIENT},
	{"next-recipient", NULL, ")", ROW, "Move", N_("next recipient of this report"), NULL,
		UI_NEXT_RECIPIENT},
	{"previous-file", NULL, "<", ROW, "Move", N_("previous file with this Message-ID"), NULL,
		UI_PREVIOUS_FILE},
	{"next-file", NULL, ">", ROW, "Move", N_("next file with this Message-ID"), NULL, UI_NEXT_FILE},
	{"next-evidence", NULL, "]", ROW, "Move", N_("next words that decided"), NULL,
		UI_NEXT_EVIDENCE},
	{"previous-evidence", NULL, "[", ROW, "Move", N_("previous words that decided"), NULL,
		UI_PREVIOUS_EVIDENCE},

	{"limit", NULL, "l", LISTS | IN_PANES, "Find", N_("show only some of these; empty shows all again"),
		"nixie list FILTERS QUERY", UI_LIMIT},
	{"query", NULL, "c", LISTS | IN_PANES, "Find", N_("change the query, or take a saved one"),
		"nixie QUERY", UI_QUERY},
	{"view", NULL, "'", LISTS | IN_PANES, "Find", N_("go to a saved view"), "nixie --view=NAME", UI_VIEW},
	{"save-view", NULL, "m", LISTS | IN_PANES, "Find", N_("save what is shown as a view"),
		"nixie views --save=NAME QUERY", UI_SAVE_VIEW},
	{"forget-view", NULL, "", LISTS | IN_PANES, "Find", N_("forget a saved view"),
		"nixie views --unset NAME", UI_FORGET_VIEW},
	{"find", NULL, "/", IN_ALL, "Find", N_("find text"), NULL, UI_FIND},
	{"find-next", NULL, "n", IN_ALL, "Find", N_("find the next one"), NULL, UI_FIND_NEXT},
	{"find-previous", NULL, "N", IN_ALL, "Find", N_("find the one before"), NULL, UI_FIND_PREVIOUS},
	{"group", "category", "gc", BOUNCES, "Find", N_("group by category"),
		"nixie stats --by=category QUERY", UI_GROUP},
	{"group", "address", "ga", BOUNCES, "Find", N_("group by address"),
		"nixie stats --by=address QUERY", UI_GROUP},
	{"group", "domain", "gd", BOUNCES, "Find", N_("group by domain"),
		"nixie stats --by=domain QUERY", UI_GROUP},
	{"group", "status", "gs", BOUNCES, "Find", N_("group by status code"),
		"nixie stats --by=status QUERY", UI_GROUP},
	{"group", "reporting-mta", "gm", BOUNCES, "Find", N_("group by the server that reported"),
		"nixie stats --by=reporting-mta QUERY", UI_GROUP},
	{"group", "remote-mta", "gr", BOUNCES, "Find", N_("group by the server that refused"),
		"nixie stats --by=remote-mta QUERY", UI_GROUP},
	{"group", "day", "gy", BOUNCES, "Find", N_("group by day"), "nixie stats --by=day QUERY",
		UI_GROUP},
	{"group", "cause", "gk", BOUNCES, "Find", N_("group by the same wording"),
		"nixie stats --by=cause QUERY", UI_GROUP},
	{"group", "who", "gw", BOUNCES, "Find", N_("group by who has to act first"),
		"nixie stats --by=who QUERY", UI_GROUP},
	{"group", "type", "gh", BOUNCES, "Find", N_("group by hard and soft"),
		"nixie stats --by=type QUERY", UI_GROUP},
	{"group", "original", "go", BOUNCES, "Find", N_("group by the lost message"),
		"nixie stats --by=original QUERY", UI_GROUP},
	{"group", "remote-domain", "gx", BOUNCES, "Find",
		N_("group by the domain of the server that refused"),
		"nixie stats --by=remote-domain QUERY", UI_GROUP},
	{"group", "incident", "gi", BOUNCES, "Find", N_("incidents: one trouble, many addresses, one day"),
		"nixie stats --by=incident QUERY", UI_GROUP},
	{"group", "none", "gn", BOUNCES, "Find", N_("no groups: the list"), "nixie list QUERY", UI_GROUP},
	{"proposed", NULL, "gp", BOUNCES, "Find", N_("who should go on the suppression list, or come off"),
		"nixie suppress --proposed", UI_PROPOSED},
	{"retries", NULL, "gt", BOUNCES, "Find", N_("what was flagged for retry, and what became of it"),
		"nixie retry --status", UI_RETRIES},
	{"sort", NULL, "o", LISTS, "Find", N_("choose the order; the same again reverses it"),
		"nixie list --sort=KEY QUERY", UI_SORT},
	{"reverse", NULL, "", LISTS, "Find", N_("reverse the order"), "nixie list --sort=-KEY QUERY",
		UI_REVERSE},

	{"mark", NULL, "t", LISTS, "Act", N_("mark this row, or take its mark away"), NULL, UI_MARK},
	{"mark-range", NULL, "V", IN_LIST, "Act", N_("mark from here to where you go next"), NULL,
		UI_MARK_RANGE},
	{"mark-query", NULL, "T", IN_LIST, "Act", N_("mark all that match a filter; * marks all"), NULL,
		UI_MARK_QUERY},
	{"unmark-all", NULL, "C-t", LISTS, "Act", N_("take all marks away"), NULL, UI_UNMARK_ALL},
	{"this-row-only", NULL, ";", LISTS, "Act",
		N_("the next action is for this row, not the marks"), NULL, UI_THIS_ROW_ONLY},
	{"retry", NULL, "r", BOUNCES, "Act", N_("flag for retry, or take the flag off"),
		"nixie retry -- QUERY", UI_RETRY},
	{"instead", NULL, "I", ROW, "Act", N_("send the lost message to another address, which is typed"),
		"nixie-resend --instead=ADDRESS=OTHER QUERY", UI_INSTEAD},
	{"suppress", NULL, "S", BOUNCES, "Act", N_("put on the suppression list, or take off"),
		"nixie suppress -- QUERY", UI_SUPPRESS},
	{"done", NULL, "a", BOUNCES, "Act", N_("done: take the inbox tag away, or give it back"),
		"nixie tag -inbox -- QUERY", UI_DONE},
	{"tag", "+", "+", BOUNCES, "Act", N_("add tags"), "nixie tag +TAG -- QUERY", UI_TAG_ADD},
	{"tag", "-", "-", BOUNCES, "Act", N_("remove tags"), "nixie tag -TAG -- QUERY", UI_TAG_REMOVE},
	{"tag-all", NULL, "*", LISTS, "Act", N_("tag everything that is shown, or the whole result"),
		"nixie tag +TAG -- QUERY", UI_TAG_ALL},
	{"undo", NULL, "u", IN_ALL, "Act", N_("undo the last change"), "nixie undo", UI_UNDO},
	{"redo", NULL, "C-r", IN_ALL, "Act", N_("do again what was undone"), "nixie redo", UI_REDO},
	{"repeat", NULL, ".", BOUNCES, "Act", N_("repeat the last action"), NULL, UI_REPEAT},
	{"correct", NULL, "C", ROW, "Act", N_("the verdict is wrong: say what is right"),
		"nixie rules correct --as=CATEGORY QUERY", UI_CORRECT},
	{"export", NULL, "e", BOUNCES, "Act", N_("write the addresses to a file"),
		"nixie export --output=FILE QUERY", UI_EXPORT},
	{"save", NULL, "s", ROW, "Act", N_("save the report file"), NULL, UI_SAVE_RAW},
	{"pipe", NULL, "|", ROW, "Act", N_("pipe the report file into a program"), NULL, UI_PIPE_RAW},
	{"delete", NULL, "d", LISTS | IN_PANES, "Act", N_("deletes nothing: `+ deleted` tags it"),
		NULL, UI_DELETE},

	{"open", NULL, "Enter", IN_ALL, "Read", N_("open the detail panes, the group, the entry"),
		"nixie show QUERY", UI_OPEN},
	{"parts", NULL, "v", ROW, "Read", N_("choose a part of the report"), NULL, UI_PARTS},
	{"headers", NULL, "h", ROW, "Read", N_("all header fields, or the usual ones"), NULL,
		UI_HEADERS},
	{"raw", NULL, "x", ROW, "Read", N_("the bytes of the file, or the decoded part"), NULL, UI_RAW},
	{"wrap", NULL, "W", ROW, "Read", N_("wrap long lines, or not"), NULL, UI_WRAP},
	{"edit", NULL, "E", ROW, "Read", N_("read the file in $PAGER or $EDITOR"), NULL, UI_EDIT_RAW},
	{"look-up", NULL, "K", ROW, "Read", N_("what the code, or the line under the cursor, means"),
		"nixie explain CODE", UI_LOOK_UP},
	{"pass-on", NULL, "p", ROW, "Read", N_("words for the recipient, for their admin, for ours"),
		"nixie show --for=WHOM QUERY", UI_PASS_ON},
	{"hops", NULL, "P", ROW, "Read", N_("the way of the message, and where it waits"),
		"nixie show --hops QUERY", UI_HOPS},
	{"history", NULL, "H", BOUNCES, "Read", N_("everything known about this address"),
		"nixie address ADDRESS", UI_HISTORY},
	{"original", NULL, "M", ROW | IN_ADDRESS, "Read", N_("the lost message, in its conversation"),
		"nixie show --original QUERY", UI_ORIGINAL},
	{"copy", "address", "ya", ROW, "Read", N_("copy the address"), NULL, UI_COPY},
	{"copy", "suggestion", "ys", ROW, "Read", N_("copy the address that may have been meant"), NULL,
		UI_COPY},
	{"copy", "code", "yc", ROW, "Read", N_("copy the codes"), NULL, UI_COPY},
	{"copy", "explanation", "ye", ROW, "Read", N_("copy the explanation"), NULL, UI_COPY},
	{"copy", "message-id", "ym", ROW, "Read", N_("copy the Message-ID"), NULL, UI_COPY},

	{"close", NULL, "q", IN_ALL, "View", N_("close this view or pane"), NULL, UI_CLOSE},
	{"quit", NULL, "Q", IN_ALL, "View", N_("leave nixie"), NULL, UI_QUIT},
	{"cancel", NULL, "Esc C-c", IN_ALL, "View", N_("undo one level: prompt, search, limit, marks"),
		NULL, UI_CANCEL},
	{"layout", NULL, "w", BOUNCES, "View", N_("panes to the right, below, off"), NULL, UI_LAYOUT},
	{"column", NULL, "i", LISTS | IN_PANES, "View",
		N_("a column for the ticket or the subject of the lost message, or none"), NULL, UI_COLUMN},
	{"maximise", NULL, "O", ROW, "View", N_("this pane alone, or all again"), NULL, UI_MAXIMISE},
	{"reload", NULL, "R F5", LISTS | IN_LOG, "View", N_("ask the index again, and read the rules anew"), NULL, UI_RELOAD},
	{"redraw", NULL, "C-l", IN_ALL, "View", N_("draw the screen anew"), NULL, UI_REDRAW},
	{"log", NULL, "L", BOUNCES, "View", N_("what nixie changed, to undo by entry"), "nixie log",
		UI_LOG},
	{"help", NULL, "? F1", IN_ALL, "View", N_("this help"), "nixie --help", UI_HELP},
	{"command", NULL, ":", IN_ALL, "View", N_("type a command by name"), NULL, UI_COMMAND_LINE},
	{"shell", NULL, "!", IN_ALL, "View", N_("run a shell command"), NULL, UI_SHELL},
	{"suspend", NULL, "C-z", IN_ALL, "View", N_("go back to the shell for a while"), NULL,
		UI_SUSPEND},
	{NULL},
	/* clang-format on */
};

#define SELECTS (OPT_STORE | OPT_FILTERS)

const struct cli_command cli_commands[] = {
	{"tui", "[FILTERS] [QUERY]", N_("look through bounces on the screen"),
		N_("Opens the terminal interface over the bounces that match. This is what nixie "
		   "does "
		   "without a command. With no QUERY it shows what the setting bounce-query "
		   "selects."),
		SELECTS | OPT_RESULT | OPT_SORT | OPT_JOBS},
	{"list", "[FILTERS] [QUERY]", N_("one row per failed recipient"),
		N_("Prints one row for each recipient that failed or is delayed, newest report "
		   "first: "
		   "date, status, category, severity, address, subject of the lost message."),
		SELECTS | OPT_RESULT | OPT_SORT | OPT_WINDOW | OPT_FORMAT | OPT_OUTPUT |
			OPT_EXPORT | OPT_JOBS},
	{"show", "[--for=WHOM] [--original] [--hops] [FILTERS] [QUERY]",
		N_("why each bounce failed, who acts, what to do"),
		N_("Prints the verdict, the explanation in plain words, the words of the report "
		   "that "
		   "decided, and the facts of each matching bounce. --for prints words to pass on "
		   "instead: for the recipient on the phone, for the mail admin of the other side, "
		   "or "
		   "for the mail admin of the sender, one text a cause. --original prints the "
		   "message "
		   "that each report is about instead, in its conversation, with all that did not "
		   "arrive. --hops prints the way of that message from server to server instead, "
		   "with the time it lay at each, and where a delayed one waits."),
		SELECTS | OPT_RESULT | OPT_FOR | OPT_ORIGINAL | OPT_HOPS | OPT_SORT | OPT_WINDOW |
			OPT_FORMAT | OPT_OUTPUT | OPT_EXPORT | OPT_JOBS},
	{"stats", "[--by=KEY] [FILTERS] [QUERY]", N_("counts with bars"),
		N_("Counts bounces and addresses by category, type, status, address, domain, "
		   "reporting-mta, remote-mta, remote-domain, day, who, cause, original or "
		   "incident, "
		   "or by up to three of these with commas between. Two reports have the same "
		   "cause "
		   "when their wording is the same but for numbers, names and addresses. An "
		   "incident "
		   "is one category at one server's domain on one day that met many addresses."),
		SELECTS | OPT_RESULT | OPT_WINDOW | OPT_BY | OPT_FORMAT | OPT_OUTPUT | OPT_JOBS},
	{"address", "ADDRESS...", N_("everything known about an address"),
		N_("Prints what the reports and the letters of the index tell of an address: "
		   "whether "
		   "it is dead, failing, recovering or alive again, and why; its bounces, delays "
		   "and "
		   "later successes; the last mail from it; the messages that came back, with "
		   "their "
		   "threads; marks; and the address that may have been meant."),
		OPT_STORE | OPT_FORMAT | OPT_OUTPUT | OPT_JOBS},
	{"tag", "+TAG -TAG [FILTERS] -- QUERY", N_("tag the matching messages"),
		N_("Adds and removes tags as notmuch-tag(1) does, on the messages behind the "
		   "matching "
		   "bounces. It is one step for `nixie undo`."),
		SELECTS | OPT_WINDOW | OPT_JOBS},
	{"retry", "[--unset | --due | --sent | --status] [FILTERS] -- QUERY",
		N_("flag recipients for retry"),
		N_("Flags each matching recipient to be sent to again: the message gets the retry "
		   "tag, and "
		   "the property nixie.retry names the recipient. nixie itself sends nothing. "
		   "--due "
		   "lists what may be sent again by now, --sent notes that it was, and --status "
		   "counts what became of it."),
		SELECTS | OPT_SORT | OPT_WINDOW | OPT_UNSET | OPT_RETRY | OPT_FORMAT | OPT_OUTPUT |
			OPT_EXPORT | OPT_JOBS},
	{"suppress",
		"[--unset | --list | --removed | --proposed | --accept] [--only=WHAT] "
		"[--note=TEXT] "
		"[FILTERS] -- QUERY",
		N_("put recipients on the suppression list"),
		N_("Puts the matching recipients on the suppression list, or takes them off. "
		   "--list prints the list, --removed who was taken off it. --proposed prints the "
		   "addresses that should go on it, go back, or come off, each with what speaks "
		   "for it; --accept does that in one step, all of it or what --only, --address "
		   "and --limit leave. Addresses are never put there or taken off unasked."),
		SELECTS | OPT_WINDOW | OPT_UNSET | OPT_LIST | OPT_PROPOSED | OPT_FORMAT |
			OPT_OUTPUT | OPT_JOBS},
	{"undo", "[ENTRY]", N_("undo the last change, or that of one entry"),
		N_("Takes back what the entry of the journal changed. What others changed since is "
		   "left "
		   "as it is and listed."),
		OPT_STORE},
	{"redo", "", N_("do again what was undone last"),
		N_("Makes the change again that `nixie undo` took back last."),
		OPT_STORE | OPT_ALONE},
	{"log", "", N_("what nixie changed"),
		N_("Lists the journal: each change with its number, date, and the messages it "
		   "met."),
		OPT_STORE | OPT_ALONE | OPT_WINDOW | OPT_FORMAT | OPT_OUTPUT},
	{"export", "[--for=SOFTWARE] [FILTERS] [QUERY]",
		N_("affected addresses, to a file or stdout"),
		N_("Writes the affected addresses as CSV, TSV, JSON, JSON lines or bare addresses. "
		   "Only "
		   "reports whose returned message is known or fits are exported; "
		   "--include-unverified "
		   "takes the others in as well. With --redact it holds no subjects, no names, and "
		   "of each "
		   "address a number and the domain. --for writes what other software reads, such "
		   "as "
		   "an access map of Postfix or a removal list of Mailman; --for=help tells of "
		   "each."),
		SELECTS | OPT_RESULT | OPT_TARGET | OPT_SORT | OPT_WINDOW | OPT_FORMAT |
			OPT_OUTPUT | OPT_EXPORT | OPT_JOBS},
	{"scan", "[QUERY]", N_("classify what is new, store the verdicts as tags and properties"),
		N_("Classifies the messages that came since the last scan, tags the bounces, and "
		   "stores "
		   "category, status, type and address as message properties. Made for the "
		   "post-new hook of notmuch. A file that cannot be read is named, what is stored "
		   "of "
		   "it stays, and the next scan looks at it again."),
		OPT_STORE | OPT_JOBS},
	{"extract", "FILE...", N_("the engine alone, on files"),
		N_("Reads message files, directories, mboxes, or `-` for standard input, and "
		   "prints "
		   "what it "
		   "finds in each. No index is touched."),
		OPT_FORMAT | OPT_OUTPUT | OPT_EXPORT | OPT_JOBS | OPT_FILES_FROM},
	{"explain", "CODE|TEXT|FILE|-", N_("plain words for a code, a reply, or a report"),
		N_("Says in plain words what a status code, a server's reply, a pasted piece of a "
		   "report, "
		   "or a report file means, who must act, and what to do. Needs no mailbox."),
		OPT_FORMAT | OPT_OUTPUT},
	{"views", "[--save=NAME [FILTERS] [QUERY] | --unset NAME]",
		N_("saved views: list, keep, forget"),
		N_("Lists the saved views of the configuration. --save keeps a query, with its "
		   "filters, under a name; --unset forgets it. All other lines of the "
		   "configuration "
		   "stay as they are. --view=NAME of the other commands takes a view up again."),
		OPT_FILTERS | OPT_FORMAT | OPT_OUTPUT | OPT_UNSET | OPT_SAVE},
	{"rules",
		"[check [FILE...] | list | test FILE|TEXT|- [--rule=ID] | correct --as=CATEGORY "
		"[--words=WORDS] FILE|TEXT|QUERY | correct --unset ID | "
		"bundle [--output=FILE] [FILE...|QUERY]]",
		N_("check the rules, or say which one decides"),
		N_("check reads all rules, or says what is wrong in FILE as if it were one of "
		   "yours: "
		   "every example, rules that are never reached, slow patterns. list prints them. "
		   "test says which rule decides a report or a line of text, by which words, which "
		   "would have been next and why each lost, and what the codes alone would say; "
		   "--rule asks about one of them. correct writes a rule of your own from the "
		   "words "
		   "of "
		   "a report whose verdict is wrong, with names and addresses taken out; it is "
		   "refused "
		   "when a text that another rule explains would be read wrongly. bundle collects "
		   "reports, those that nobody understands when nothing else is asked, as one mbox "
		   "for "
		   "a bug report: names, addresses, hosts, ids and what was sent are taken out, "
		   "wording "
		   "and structure stay. It sends nothing."),
		SELECTS | OPT_FORMAT | OPT_OUTPUT | OPT_UNSET | OPT_CORRECT | OPT_JOBS},
	{"doctor", "", N_("what is wrong with the set-up"),
		N_("Looks at the database, the queries and their counts, the configuration, the "
		   "locale, "
		   "the terminal, files that notmuch refused, and the sandbox."),
		OPT_STORE | OPT_ALONE},
	{"demo", "[--list]", N_("try nixie on a throw-away mailbox"),
		N_("Indexes the shipped sample reports in a temporary directory and opens them on "
		   "the "
		   "screen; --list prints them instead."),
		OPT_LIST | OPT_ALONE},
	{NULL},
};

const struct ui_command *ui_command_by_name(const char *name)
{
	const struct ui_command *found = NULL;
	for (const struct ui_command *command = ui_commands; command->name; command++) {
		if (strcmp(command->name, name) != 0)
			continue;
		if (!command->argument)
			return command;
		if (!found)
			found = command;
	}
	return found;
}

const struct cli_command *cli_command_by_name(const char *name)
{
	for (const struct cli_command *command = cli_commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

const char *command_nearest(const char *word)
{
	const char *names[G_N_ELEMENTS(cli_commands)];
	for (size_t i = 0; i < G_N_ELEMENTS(cli_commands); i++)
		names[i] = cli_commands[i].name;
	return nearest_word(word, names);
}
