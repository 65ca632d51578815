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

static struct {
	const char *call; /* NULL: none */
	unsigned at;      /* so many go well before */
	int why;          /* errno, or what the call itself has for it */
	bool stays;       /* and so does each one after */
	unsigned seen, hits;
} fault;

static inline void fault_set(const char *call, unsigned at, int why)
{
	memset(&fault, 0, sizeof fault);
	fault.call = call;
	fault.at = at;
	fault.why = why;
}

/* What does not come to the call tells nothing. */
static inline void fault_end(void)
{
	if (fault.call && !fault.hits)
		g_error("%s was not called %u times, but %u", fault.call, fault.at + 1, fault.seen);
	fault.call = NULL;
}

static inline bool fault_due(const char *call)
{
	if (!fault.call || strcmp(fault.call, call) != 0)
		return false;
	if (fault.seen++ != fault.at && !(fault.stays && fault.hits))
		return false;
	fault.hits++;
	errno = fault.why;
	return true;
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
