/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nocore.h"

#include <sys/param.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/*
 * One byte, not none: no file is as small, and where the kernel hands cores to a program it asks
 * for no other limit (do_coredump in fs/coredump.c).
 */
#define CORE_MAX 1

void no_core(bool for_good, bool hidden)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) == 0) {
		limit.rlim_cur = MIN(limit.rlim_max, CORE_MAX);
		if (for_good)
			limit.rlim_max = limit.rlim_cur;
		setrlimit(RLIMIT_CORE, &limit);
	}
	if (hidden)
		prctl(PR_SET_DUMPABLE, 0);
}
