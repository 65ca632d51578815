/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in a query its error lies. Errors name the token as it was written, between quotes. */
#ifndef NIXIE_TRIAGE_CARET_H
#define NIXIE_TRIAGE_CARET_H

#include <glib.h>

#include "base/text.h"

/* The token of `text` that `message` names; false when it names none that stands there. */
bool caret_find(const char *text, const char *message, struct span *token);
/* The text, and below the token as many `^`: two lines moved in by two blanks. NULL: no token.
 * g_free. */
char *caret_lines(const char *text, const char *message, enum text_flags flags);

#endif
