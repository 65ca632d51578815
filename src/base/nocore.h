/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process knows of other people's mail does not come to lie in a core file. */
#ifndef NIXIE_BASE_NOCORE_H
#define NIXIE_BASE_NOCORE_H

#include <stdbool.h>

/*
 * From now on. `for_good`: also for the programs that it starts; else these may allow it again.
 * `hidden`: others of the same user may not look into /proc/PID and the memory either.
 */
void no_core(bool for_good, bool hidden);

#endif
