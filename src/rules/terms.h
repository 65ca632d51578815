/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Classes of words that mean the same to a mail server. A file terms.ini beside the rules holds a
 * group a class, in it a key a language:
 *
 *     [mailbox]
 *     en=mailbox;user;recipient
 *     de=benutzer*;*postfach
 *
 * A word stands alone in the text, whatever its case; where `*` is, letters may follow or come
 * before. Writings without blanks between words need none.
 *
 * Files are only parsed when a text is scanned: most reports speak in sentences that rules know.
 */
#ifndef NIXIE_RULES_TERMS_H
#define NIXIE_RULES_TERMS_H

#include <glib.h>
#include <stdint.h>

#include "base/span.h"

#define TERMS_FILE "terms.ini"
#define TERMS_TEXT_MAX 1024 /* bytes that are scanned: a reply is short */

struct terms;

/* A word of a class. */
struct term_hit {
	unsigned class;
	uint64_t langs; /* bit set: the languages it is a word of */
	size_t at, n;
};

struct terms *terms_new(void);
void terms_free(struct terms *terms); /* NULL is legal */
/* Takes a file; a later one adds to the classes of those before. `sum` takes its bytes. */
bool terms_add(struct terms *terms, const char *path, GChecksum *sum, GError **error);
/* Parses what was added. False with error where that is broken; then nothing is found. */
bool terms_parse(struct terms *terms, GError **error);

/* The number of a class; given to any name, also before it is known whether there are words. */
unsigned terms_class(struct terms *terms, const char *name);
bool terms_has_words(const struct terms *terms, unsigned class);
const char *terms_class_name(const struct terms *terms, unsigned class);

/* All words of `text` (valid UTF-8), by their place; at most `max`. Parses first. */
size_t terms_scan(struct terms *terms, struct span text, struct term_hit *hits, size_t max);

#endif
