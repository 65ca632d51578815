/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one error domain. A code is the exit code that the error leads to (interface.md section 3),
 * so that no caller has to translate.
 */
#ifndef NIXIE_BASE_ERRORS_H
#define NIXIE_BASE_ERRORS_H

#include <glib.h>

enum nixie_error {
	NIXIE_DONE = 0,    /* as a GError: there was nothing to do, as its sentence says */
	NIXIE_MATCHED = 1, /* with --exit-code */
	NIXIE_FORMAT_TOO_OLD = 20,
	NIXIE_FORMAT_TOO_NEW = 21,
	NIXIE_USAGE = 64,   /* usage or bad query */
	NIXIE_PARTIAL = 65, /* done, but some messages were unreadable or cut by a limit */
	NIXIE_NOINPUT = 66, /* no database or input */
	NIXIE_INTERNAL = 70,
	NIXIE_CANTCREATE = 73,
	NIXIE_IO = 74,     /* input/output error, a full disk */
	NIXIE_BUSY = 75,   /* the index is locked or changing */
	NIXIE_CONFIG = 78, /* bad configuration or rules */
	NIXIE_INTERRUPTED = 130,
};

/* What each means, in a phrase; ended by a NULL meaning. The manual is made from it. */
struct exit_code {
	enum nixie_error code;
	const char *meaning;
};
extern const struct exit_code exit_codes[];

GQuark nixie_error_quark(void);
#define NIXIE_ERROR nixie_error_quark()

/* What GLib says of a file, without its name, which it has in the middle: "Is a directory". */
const char *error_cause(const GError *error);

#endif
