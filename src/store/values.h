/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Property values that an index cannot hold. A property is a term "XPROPERTY" KEY "=" VALUE, and
 * libnotmuch ends the process on a term over 245 bytes; a longer value is stored as sha256:HEX, and
 * its plain form is kept here: $XDG_STATE_HOME/nixie/values/UUID, append-only, one "HEX value" a
 * line.
 */
#ifndef NIXIE_STORE_VALUES_H
#define NIXIE_STORE_VALUES_H

#include <glib.h>
#include <stdbool.h>

/* The value as the index holds it: itself, or sha256:HEX. g_free. */
char *value_stored(const char *key, const char *plain);

struct values; /* the plain forms of one index */

/* A missing file is an empty table. */
struct values *values_load(const char *uuid, GError **error);
void values_free(struct values *values); /* NULL is legal */
/* The plain form of a stored value, or the value itself. Borrowed. */
const char *value_plain(const struct values *values, const char *stored);
/* Remembers the plain form where `stored` is not it; on disk when it returns true. */
bool values_keep(struct values *values, const char *stored, const char *plain, GError **error);

#endif
