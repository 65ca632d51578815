/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of a server that shall decide: which of them are proposed, and the pattern they make.
 */
#ifndef NIXIE_EXTRACT_WORDING_H
#define NIXIE_EXTRACT_WORDING_H

#include <glib.h>
#include <stdbool.h>

#include "extract/format.h"

#define WORDING_GAP "..." /* in the words: anything between */

/*
 * The words that give the reason, as nixie would put them: without codes, without the sentence that
 * a notice begins with in any language ("could not be delivered"), and with WORDING_GAP for all
 * that differs from message to message. Where a reply is nothing but a token (E-4417), that. ""
 * when nothing is left to tell such a report by. g_free.
 */
char *wording_propose(const struct knowledge *knowledge, const struct format_set *formats,
	const char *diagnostic);
/* Are these words only what notices begin with, whatever their reason is? */
bool wording_is_lead_in(const struct knowledge *knowledge, const struct format_set *formats,
	const char *diagnostic, const char *words);
/* Does a word stand in it that can tell one report from another? */
bool wording_has_content(const char *words);

/* The runs between gaps, as the texts of rules are folded. g_strfreev. */
char **wording_runs(const char *words);
const char *wording_longest(char *const *runs); /* "" for none */
char *wording_pattern(char *const *runs);       /* of one run at least; g_free */
/* A text as rules see it. g_free. */
char *wording_folded(const char *text);

#endif
