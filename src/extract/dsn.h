/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blocks of fields of RFC 3464 (and RFC 6533, and RFC 8098 for what Sieve sends), read as
 * leniently as real reports demand: blanks before the colon, everything in one block, blocks
 * without a recipient, answers whose further lines are not indented, fields pasted into running
 * text.
 */
#ifndef NIXIE_EXTRACT_DSN_H
#define NIXIE_EXTRACT_DSN_H

#include "extract/source.h"

/* Values as they stand, all in the text of `source`; n is 0 where the field is missing. */
struct dsn_recipient {
	const struct source *source;
	struct span final, original, actual;
	struct span action, status;
	struct span diagnostic, supplement; /* supplement: X-Supplementary-Info and the like */
	struct span remote_mta, last_attempt, will_retry_until;
	/* Of a notice for programs only; not in the text of `source` */
	struct span remote_ip;
	int attempts; /* 0: not told */
};

struct dsn {
	struct span reporting_mta, arrival, envelope_id, queue_id, original_id, disposition;
	GArray *recipients; /* struct dsn_recipient */
	uint64_t more;      /* recipients beyond DSN_RECIPIENTS_MAX: counted, not kept */
};

#define DSN_RECIPIENTS_MAX 100000

/* `prose`: the fields stand among other text, where only their names are to be trusted. */
void dsn_read(struct dsn *dsn, const struct source *source, struct span text, bool prose);
void dsn_clear(struct dsn *dsn);

/* The address in a value such as `rfc822; a@b`, escapes of RFC 6533 and of Exim undone; NULL when
 * there is none. */
const char *dsn_address(struct span value, struct arena *arena);
/* The host in `dns; host (comment)`; empty when there is none. */
struct span dsn_host(struct span value);
/* What follows the type in `smtp; 550 ...`; `*type` (may be NULL) takes the type, empty when there
 * is none. */
struct span dsn_typed(struct span value, struct span *type);

#endif
