/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail addresses as RFC 5321 section 4.1.2 and RFC 6531 write them. An address is read, never
 * guessed and never mended.
 */
#ifndef NIXIE_BASE_ADDRESS_H
#define NIXIE_BASE_ADDRESS_H

#include <glib.h>

#include "base/span.h"

enum address_class {
	ADDRESS_NONE, /* no address: no @, an empty side, or longer than 320 bytes */
	ADDRESS_ODD,  /* has a local part and a domain, but is no valid mailbox: shown, never
			 exported as a line */
	ADDRESS_OK,   /* dot-string or quoted-string local part, valid domain or address literal;
			 UTF-8 letters allowed */
};

/* What kind of address `in` is, as it stands (no trimming). */
enum address_class address_class(struct span in);

/*
 * Reads the address out of one field value or list item: `<a@b>`, `Name <a@b>`, `"a b"@c`,
 * `rfc822; a@b`, `mailto:a@b`, `a@b (comment)`, `a@b.`; surrounding quotes and brackets go.
 * Returns the span inside `in`, or SPAN_NONE.
 */
struct span address_find(struct span in);
/* The next thing in running text that has the form of an address, from `*at` on; moves `*at` behind
 * it. */
struct span address_next(struct span text, size_t *at);

#define IP_TEXT_MAX 45 /* bytes of the longest IP address as text */
/* 4 or 6: the version of the IP address that `text` is; 0: it is none. */
int ip_version(struct span text);

/* The part behind the last @; SPAN_NONE without one. */
struct span address_domain(struct span address);
struct span address_local(struct span address);

/*
 * Exchange writes an address of another kind (X.500, fax) in the form of a mail address:
 * `IMCEAEX-_O=MILL@mill.example` ([MS-OXOABK], IMCEA). Bytes of `IMCEAEX-`; 0: it is none.
 */
size_t address_capsule(struct span address);

/*
 * The key under which one mailbox is counted: local part byte-exact, domain in lower case and as
 * A-label where it is an IDN. g_free.
 */
char *address_key(const char *address);
/* Same mailbox, under address_key; local parts compared without ASCII case (what real systems do).
 */
bool address_same(const char *a, const char *b);
/* `domain` is `suffix` or below it, without case. */
bool domain_is_under(struct span domain, const char *suffix);
/* Whom a host belongs to: the last two labels of its name, three where the last is a country below
 * which names are sold in kinds (co.uk). SPAN_NONE for an IP address or a lone label. */
struct span host_organisation(struct span host);

#endif
