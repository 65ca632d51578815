/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal interface: what main and the commands call. */
#ifndef NIXIE_UI_UI_H
#define NIXIE_UI_UI_H

#include "triage/session.h"

struct ui_options {
	const char *theme; /* a name of data/themes; NULL: default. NO_COLOR makes it mono */
	const char *keys;  /* a name of data/keys; NULL: default */
	const char
		*layout; /* "right", "below", "off"; NULL: what the size of the terminal suggests */
	const GPtrArray *broken_rules; /* struct rule_finding: left out of the rules; may be NULL */
	enum sort_key sort;
	bool reversed;
	const char *column; /* about the lost message: "ticket", "subject"; NULL: none */
	bool no_colour;     /* as NO_COLOR */
	bool colour;        /* whatever NO_COLOR says */
	const char *lines;  /* "auto", "unicode", "ascii"; NULL: auto */
	bool mouse;
	bool plain;      /* for screen readers: one column, the row under the cursor first */
	bool restricted; /* no shell, no pipe, no editor, no stopping */
	bool clipboard;  /* what is copied goes to the terminal's clipboard (OSC 52) */
};

/*
 * Can a screen be opened here: terminals on both sides, a TERM that can place the cursor? Writes
 * nothing to the terminal; NIXIE_USAGE with a sentence when not. For a look before any other work
 * is done.
 */
bool ui_check(GError **error);
/*
 * Looks over what the configuration says of keys and colours. NIXIE_CONFIG when the screen could
 * not be opened with it. `*conflicts` takes sentences (char*) about keys that cannot be reached or
 * mean two things; g_ptr_array_unref.
 */
bool ui_check_config(const struct config *config, GPtrArray **conflicts, GError **error);

/*
 * Shows what the session loads, and runs until the user leaves. Returns the exit code; an error is
 * set when the screen could not be opened. The terminal is as it was when this returns.
 */
int ui_run(struct session *session, const struct ui_options *options, GError **error);

#endif
