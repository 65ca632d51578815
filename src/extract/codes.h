/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The codes of a recipient: which of several counts (hard-problems H1 to H3, H25). A specific code
 * beats x.0.0 wherever it stands; the server's words come before the Status field; of a quoted
 * foreign reply the inner one counts when it has a code of its own.
 */
#ifndef NIXIE_EXTRACT_CODES_H
#define NIXIE_EXTRACT_CODES_H

#include "extract/statement.h"

struct codes {
	unsigned short status[3]; /* the code that counts; class 0: none */
	unsigned short field[3];  /* of the Status field */
	unsigned short said[3];   /* of the server's words */
	int reply;                /* 0: none */
	int class;                /* 4 or 5: what the far server meant; 0: not told */
	bool direct;              /* reply or said come from what was said of this recipient */
};

/* Finds the codes, fills status, status_field, reply, codes and conflict of the recipient, with
 * evidence. */
void codes_find(struct codes *codes, const struct statements *statements,
	const struct reading *reading, const struct found *found, struct recipient *recipient);

#endif
