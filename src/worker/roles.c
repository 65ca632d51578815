/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/roles.h"

#include <unistd.h>

#include "base/errors.h"

void role_run(enum role role, int fd)
{
	static void (*const roles[ROLE_COUNT])(struct wire * wire) = {
		[ROLE_READER] = role_reader,
		[ROLE_WRITER] = role_writer,
		[ROLE_INDEXER] = role_indexer,
		[ROLE_EXTRACTOR] = role_extractor,
		[ROLE_DECODER] = role_decoder,
		[ROLE_CACHE] = role_cache,
		[ROLE_TRIAL] = role_trial,
		[ROLE_SCRUBBER] = role_scrubber,
		[ROLE_LESSON] = role_lesson,
	};
	struct wire wire;

	wire_init(&wire, fd);
	roles[role](&wire);
	/* No exit handlers: they belong to main, whose copy this process is. */
	_exit(NIXIE_DONE);
}
