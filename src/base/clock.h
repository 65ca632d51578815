/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NIXIE_BASE_CLOCK_H
#define NIXIE_BASE_CLOCK_H

#include <stdint.h>

/* Seconds since 1970 by which ages, days and due times are told; $NIXIE_NOW makes the clock stand
 * (tests of what changes from day to day). */
int64_t clock_now(void);

#endif
