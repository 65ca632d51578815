/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two 7-bit charsets with shifts that glibc has no decoder for, as the 8-bit charset that holds the
 * same characters: HZ (RFC 1843) as GB2312, and ISO-2022-JP with the additions of Microsoft
 * (code pages 50220 and 50221: rows of NEC, half-width katakana) as EUC-JP.
 */
#ifndef NIXIE_MAIL_SHIFT_H
#define NIXIE_MAIL_SHIFT_H

#include <glib.h>

#include "base/span.h"

enum shifts { SHIFTS_NONE, SHIFTS_HZ, SHIFTS_JIS };

/* Appends one line, which begins in ASCII. */
void shift_expand(enum shifts shifts, struct span line, GString *out);

#endif
