/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What changes the index: tag, done, retry, suppress, undo, redo. An action is a change set built
 * from rows; its effect can be told before it is applied; applying it is one journal entry and one
 * undo step.
 */
#ifndef NIXIE_TRIAGE_ACTION_H
#define NIXIE_TRIAGE_ACTION_H

#include "triage/session.h"

struct action;

/* Tag words as notmuch-tag takes them ("+retry -inbox"). Errors name the word. Rows are GPtrArray
 * of struct row* (borrowed). */
struct action *action_tag(
	struct session *session, GPtrArray *rows, const char *words, GError **error);
struct action *action_done(
	struct session *session, GPtrArray *rows, bool on, GError **error); /* -inbox */
struct action *action_retry(struct session *session, GPtrArray *rows, bool on,
	GError **error); /* tag + nixie.retry property */
/* It was sent again just now: the flag gives way to nixie.retried. */
struct action *action_retried(struct session *session, GPtrArray *rows, GError **error);
struct action *action_suppress(struct session *session, GPtrArray *rows, bool on, GError **error);
/* What is proposed for the suppression list, as one step: GPtrArray of struct proposal*. */
struct action *action_accept(struct session *session, GPtrArray *proposals, GError **error);
/* What the suppression list keeps beside the entry; NULL or "": nothing. */
void action_note(struct action *action, const char *note);
/*
 * Did a writer end before it wrote how its change came out? Then undo and redo first wait for a
 * writer that finds out.
 */
bool action_is_unsettled(const struct session *session);
/* The newest entry of this session that is not undone, else (`any`) of the journal; entry 0. */
struct action *action_undo(struct session *session, uint64_t entry, bool any, GError **error);
struct action *action_redo(struct session *session, GError **error);
void action_free(struct action *action);

struct action_effect {
	size_t messages, recipients;
	GPtrArray *lines; /* "+retry: 1 new, 1 has it", "Files: no rename", warnings such as "3 of
			     these cannot work again as they are" */
	GPtrArray *warnings; /* why it may be of no use, a sentence each; told before it is done */
	char *command;       /* the equal command line */
};
const struct action_effect *action_effect(const struct action *action);

/* Starts it; SESSION_DONE follows with session_last_action. Consumes `action`. */
bool action_apply(struct session *session, struct action *action, GError **error);
void action_cancel(struct session *session);
struct action_result {
	const GError *error; /* NULL: done */
	uint64_t entry;      /* journal entry, 0: nothing changed */
	size_t changed, unchanged, missing,
		left; /* messages; left: undo met later changes by others */
	const GPtrArray
		*rest; /* char*: what an undo or redo left, a line a message; NULL: nothing */
	char *words;   /* "Flagged 2 recipients for retry. u undoes it." */
	uint64_t progress, total;
	bool running;
};
const struct action_result *session_last_action(const struct session *session);
/* Runs the main context until it ended (commands). */
bool action_wait(struct session *session, GError **error);

/*
 * The equal command line: `verb` ("tag +retry", "export --format=csv"), then what selects the rows,
 * or their messages with all recipients. g_free; NULL when no command line means just these rows.
 */
char *action_command(
	struct session *session, const char *verb, const GPtrArray *rows, bool whole_messages);

#endif
