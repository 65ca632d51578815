/* SPDX-License-Identifier: GPL-3.0-or-later */
/* To whom a mail went: libnotmuch holds it as words only, so its file is read, as far as the header
 * goes. */
#ifndef NIXIE_STORE_RECIPIENTS_H
#define NIXIE_STORE_RECIPIENTS_H

#include <stdbool.h>
#include <stdint.h>

/* To, Cc and Bcc as they stand, a comma between them; NULL: the file cannot be read. g_free. */
char *recipients_read(const char *path, int64_t *stamp);
/* Tells whether a file is still the one that was read; false when it is not there. */
bool recipients_stamp(const char *path, int64_t *stamp);

#endif
