/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of everything nixie can do: commands of the command line and actions of the screen.
 * Help, `--help`, key map, manual and completion are made from it (command.c is the master copy).
 */
#ifndef NIXIE_TRIAGE_COMMAND_H
#define NIXIE_TRIAGE_COMMAND_H

#include <stdbool.h>

/* Where a key works. */
enum key_context {
	IN_LIST = 1 << 0,
	IN_GROUPS = 1 << 1,
	IN_EXPLANATION = 1 << 2,
	IN_REPORT = 1 << 3,
	IN_HELP = 1 << 4,
	IN_ADDRESS = 1 << 5,
	IN_LOG = 1 << 6,
	IN_PANES = IN_EXPLANATION | IN_REPORT,
	IN_ALL = 0xff,
};

/*
 * A thing the screen does. One name may stand in several rows that differ in what their keys give
 * it: "gc" is `group category`.
 */
struct ui_command {
	const char *name;     /* for `:` and key bindings: "next", "retry" */
	const char *argument; /* of the keys of this row; NULL: it asks, or takes none */
	const char *keys; /* default keys, blank-separated: "j Down", "gg Home", "C-d"; may be "" */
	unsigned contexts;
	const char *group; /* heading of the help screen, one of ui_groups */
	const char *help;  /* one line */
	const char *cli;   /* the command that does the same, NULL for pure movement */
	int id;            /* enum ui_command_id */
};
enum ui_command_id {
	UI_NEXT,
	UI_PREVIOUS,
	UI_HALF_DOWN,
	UI_HALF_UP,
	UI_PAGE_DOWN,
	UI_PAGE_UP,
	UI_FIRST,
	UI_LAST,
	UI_DETAIL_DOWN,
	UI_DETAIL_UP,
	UI_OPEN,
	UI_NEXT_PANE,
	UI_PREVIOUS_PANE,
	UI_MAXIMISE,
	UI_CLOSE,
	UI_QUIT,
	UI_PREVIOUS_RECIPIENT,
	UI_NEXT_RECIPIENT,
	UI_PREVIOUS_FILE,
	UI_NEXT_FILE,
	UI_NEXT_EVIDENCE,
	UI_PREVIOUS_EVIDENCE,
	UI_FIND,
	UI_FIND_NEXT,
	UI_FIND_PREVIOUS,
	UI_LIMIT,
	UI_QUERY,
	UI_VIEW,
	UI_SAVE_VIEW,
	UI_FORGET_VIEW,
	UI_GROUP,
	UI_SORT,
	UI_REVERSE,
	UI_MARK,
	UI_MARK_RANGE,
	UI_MARK_QUERY,
	UI_UNMARK_ALL,
	UI_THIS_ROW_ONLY,
	UI_CANCEL,
	UI_REPEAT,
	UI_RETRY,
	UI_INSTEAD,
	UI_SUPPRESS,
	UI_DONE,
	UI_TAG_ADD,
	UI_TAG_REMOVE,
	UI_TAG_ALL,
	UI_UNDO,
	UI_REDO,
	UI_EXPORT,
	UI_SAVE_RAW,
	UI_PIPE_RAW,
	UI_EDIT_RAW,
	UI_COPY,
	UI_LOOK_UP,
	UI_CORRECT,
	UI_PASS_ON,
	UI_HOPS,
	UI_HISTORY,
	UI_ORIGINAL,
	UI_PARTS,
	UI_HEADERS,
	UI_RAW,
	UI_WRAP,
	UI_LAYOUT,
	UI_COLUMN,
	UI_RELOAD,
	UI_REDRAW,
	UI_HELP,
	UI_COMMAND_LINE,
	UI_SHELL,
	UI_SUSPEND,
	UI_DELETE,
	UI_LOG,
	UI_PROPOSED,
	UI_RETRIES,
	UI_LEFT,
	UI_RIGHT,
	UI_JUMP,
	UI_COMMAND_COUNT
};
extern const struct ui_command ui_commands[]; /* ends with name NULL */
extern const char *const ui_groups[];         /* in the order of the help screen, NULL-ended */
/* The row of `name`, the one without argument first; NULL when there is none. */
const struct ui_command *ui_command_by_name(const char *name);

/* A command of the command line. `run` is in cli/; main.c dispatches. */
struct cli_command {
	const char *name;
	const char *arguments; /* "[FILTERS] [QUERY]" */
	const char *help;      /* one line */
	const char *paragraph; /* for --help and the manual */
	unsigned options;      /* which common options it takes: enum cli_options */
};
enum cli_options {
	OPT_FILTERS = 1 << 0, /* --category= and the like */
	OPT_FORMAT = 1 << 1,  /* --format, --format-version, --columns */
	OPT_STORE = 1 << 2,   /* --profile, --maildir, --exclude */
	OPT_SORT = 1 << 3,    /* --sort */
	OPT_OUTPUT = 1 << 4,  /* --output, --force */
	OPT_EXPORT = 1 << 5,  /* --per, --csv-raw, --bom, --odd, --include-unverified, --redact */
	OPT_UNSET = 1 << 6,   /* --unset */
	OPT_BY = 1 << 7,      /* --by */
	OPT_JOBS = 1 << 8,    /* --jobs */
	OPT_LIST = 1 << 9,    /* --list */
	OPT_FILES_FROM = 1 << 10, /* --files-from */
	OPT_WINDOW = 1 << 11,     /* --limit, --offset */
	OPT_ALONE = 1 << 12,      /* no words besides options */
	OPT_CORRECT = 1 << 13,    /* --as, --words */
	OPT_FOR = 1 << 14,        /* --for */
	OPT_ORIGINAL = 1 << 15,   /* --original */
	OPT_RETRY = 1 << 16,      /* --due, --sent, --status */
	OPT_PROPOSED = 1 << 17,   /* --proposed, --accept, --only, --removed, --note */
	OPT_HOPS = 1 << 18,       /* --hops */
	OPT_SAVE = 1 << 19,       /* --save */
	OPT_TARGET = 1 << 20,     /* --for */
	OPT_RESULT = 1 << 21,     /* --from-json */
};
extern const struct cli_command cli_commands[]; /* ends with name NULL */
const struct cli_command *cli_command_by_name(const char *name);
/* The nearest name by edit distance, for "did you mean"; NULL when none is near. */
const char *command_nearest(const char *word);

#endif
