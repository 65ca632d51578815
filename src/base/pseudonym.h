/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text without what names a person, a machine or a message: mail addresses, host names, host
 * addresses, ids of queues and messages. The same name always gets the same stand-in; words, codes
 * and line ends stay.
 */
#ifndef NIXIE_BASE_PSEUDONYM_H
#define NIXIE_BASE_PSEUDONYM_H

#include <glib.h>

#include "base/span.h"

enum pseudonym_style {
	PSEUDONYM_GAP,     /* each becomes `...`, numbers too: the wording alone */
	PSEUDONYM_EXAMPLE, /* user@example.com, host.example, 192.0.2.1 */
	PSEUDONYM_COUNTED, /* user1@site1.example, host2.site1.example, 198.18.0.1 */
};

struct pseudonyms;
struct pseudonyms *pseudonyms_new(enum pseudonym_style style);
void pseudonyms_free(struct pseudonyms *names); /* NULL is legal */
/*
 * A name that everybody knows, and that may decide: a host or the domain above it
 * (`spamhaus.org`), a local part (`mailer-daemon`), a word that only looks like a name. It stays,
 * and so does it above a host: mx7.spamhaus.org becomes host1.spamhaus.org. One that begins with a
 * dash stays behind a local part: roses-owner becomes user1-owner.
 */
void pseudonyms_keep(struct pseudonyms *names, struct span name);
/* All of a text that would be taken for a name; its plain words are never hidden. */
void pseudonyms_keep_text(struct pseudonyms *names, struct span text);
bool pseudonyms_keeps(const struct pseudonyms *names, struct span name);
/*
 * A word that is a name here, and is replaced wherever it stands alone, until reveal. `kind` is
 * static.
 */
void pseudonyms_hide(struct pseudonyms *names, const char *kind, struct span word);
void pseudonyms_reveal(struct pseudonyms *names);
/* Appends `text` with its names replaced. Any bytes; ASCII names are found. */
void pseudonyms_append(struct pseudonyms *names, struct span text, GString *out);
/* A stand-in for a name that only the context betrays: a subject, a person. "subject1". */
void pseudonyms_append_word(
	struct pseudonyms *names, const char *kind, struct span name, GString *out);

#endif
