/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfer encodings (RFC 2045 section 6, uuencode), decoded with the way back. */
#ifndef NIXIE_MAIL_TRANSFER_H
#define NIXIE_MAIL_TRANSFER_H

#include "mail/decode.h"

struct transfer_mark;

struct transfer {
	struct span bytes; /* of MAIL_IDENTITY the body itself */
	bool cut;
	struct span body; /* what was decoded: of uuencode the data alone */
	size_t skip;      /* of the part's body before it */
	enum mail_encoding encoding;
	struct transfer_mark *marks;
	size_t n_marks;
};

struct transfer transfer_decode(const struct mail_part *part, size_t max, struct arena *arena);

/* The range of the body behind a range of `transfer->bytes`. */
struct mail_range transfer_source(const struct transfer *transfer, struct mail_range range);

#endif
