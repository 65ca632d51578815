/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <glib.h>

int64_t clock_now(void)
{
	const char *set = g_getenv("NIXIE_NOW");
	int64_t fixed = set ? g_ascii_strtoll(set, NULL, 10) : 0;

	return fixed > 0 ? fixed : g_get_real_time() / G_USEC_PER_SEC;
}
