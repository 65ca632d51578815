/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codes in running text: the three-digit reply of RFC 5321 section 4.2 and the enhanced status
 * code of RFC 3463, in the spellings that servers use (hard-problems.md section 3), and not the
 * things that merely look like them: addresses of hosts, versions, sizes, ports, dates.
 */
#ifndef NIXIE_RULES_STATUS_H
#define NIXIE_RULES_STATUS_H

#include "base/span.h"

struct knowledge;

struct status {
	unsigned short v[3]; /* class 2, 4, 5; subject; detail. Class 0: none */
	struct span at;      /* where it stands, digits and dots only */
};

struct reply {
	int code; /* 0: none */
	struct span at;
};

/* First enhanced code at or after the start of `text`. */
bool status_find(struct span text, struct status *status);
/* First reply: at the start, or behind a word that announces one (`knowledge` has them) or `#`. */
bool reply_find(const struct knowledge *knowledge, struct span text, struct reply *reply);
/* Does it begin with the digits of a 4yz or 5yz reply? */
bool reply_refuses(struct span line);
/* `x.y.z` alone (a Status field: first x.y.z in it, comments ignored). */
bool status_parse(struct span field, struct status *status);
/* x.0.0: says nothing but the class. */
bool status_is_vague(const unsigned short v[3]);
/* Writes "5.1.1" into `buf` and returns it. */
#define STATUS_TEXT 24
const char *status_text(const unsigned short v[3], char buf[STATUS_TEXT]);

/*
 * The innermost quoted foreign reply of a wrapped diagnostic (H25): behind `->`, in quotes behind
 * `said:` or `returned`, Cisco's `5.1.0 - Unknown address error 550-'...'`. Returns `text` itself
 * where nothing is wrapped.
 */
struct span reply_innermost(const struct knowledge *knowledge, struct span text);

#endif
