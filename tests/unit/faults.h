/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls that fail when a test says so. Each is named to the linker (-Wl,--wrap in Makefile.am), and
 * is that of nixie's own code alone: what libraries call among themselves is not touched.
 */
#ifndef NIXIE_TESTS_FAULTS_H
#define NIXIE_TESTS_FAULTS_H

#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>

struct fault {
	const char *call; /* NULL: none */
	unsigned at;      /* so many go well before */
	int why;          /* errno, or what the call itself has for it */
	unsigned seen, hits;
};

static struct fault faults[2];
static int fault_why; /* of the one that is due */

static inline void fault_set(const char *call, unsigned at, int why)
{
	faults[0] = (struct fault){call, at, why, 0, 0};
	faults[1] = (struct fault){NULL, 0, 0, 0, 0};
}

/* One more, for what is done about the first. */
static inline void fault_also(const char *call, unsigned at, int why)
{
	faults[1] = (struct fault){call, at, why, 0, 0};
}

/* What does not come to the call tells nothing. */
static inline void fault_end(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		if (faults[i].call && !faults[i].hits)
			g_error("%s was not called %u times, but %u", faults[i].call,
				faults[i].at + 1, faults[i].seen);
		faults[i].call = NULL;
	}
}

static inline bool fault_due(const char *call)
{
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
		if (faults[i].call && strcmp(faults[i].call, call) == 0 &&
			faults[i].seen++ == faults[i].at) {
			faults[i].hits++;
			errno = fault_why = faults[i].why;
			return true;
		}
	return false;
}

/* FAULTY(int, fsync, (int fd), (fd), -1): what it gives when it fails comes last. */
#define FAULTY(type, name, params, args, failed) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return fault_due(#name) ? (failed) : __real_##name args; \
	}

#endif
