/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report without what names people, machines and messages, for a bug report: wording, codes and
 * the structure of parts stay, and so does what nixie reads in it. Of the returned message the
 * names of its fields are left.
 */
#ifndef NIXIE_EXTRACT_SCRUB_H
#define NIXIE_EXTRACT_SCRUB_H

#include "base/pseudonym.h"
#include "extract/extract.h"

/*
 * Stand-ins for several reports of one bundle. What nixie's own data names (providers, blocklists,
 * words of servers, roles) is known to everybody and stays. NULL with error.
 */
struct pseudonyms *scrub_names(
	const struct extractor *extractor, const char *datadir, GError **error);
/*
 * `bytes` as text in UTF-8. `*same`: it is read as the original is, that is, with the same kind,
 * and the same category by the same rule for each recipient. g_string_free.
 */
GString *scrub_message(
	struct extractor *extractor, struct pseudonyms *names, struct span bytes, bool *same);

#endif
