/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/roles.h"

#include <sys/prctl.h>
#include <unistd.h>

#include "base/errors.h"

/* The names are those that ps and top show; the kernel keeps 15 bytes. */
static const struct {
	const char *name;
	void (*run)(struct wire *wire);
} roles[ROLE_COUNT] = {
	[ROLE_READER] = {"nixie-reader", role_reader},
	[ROLE_WRITER] = {"nixie-writer", role_writer},
	[ROLE_INDEXER] = {"nixie-indexer", role_indexer},
	[ROLE_EXTRACTOR] = {"nixie-extractor", role_extractor},
	[ROLE_DECODER] = {"nixie-decoder", role_decoder},
	[ROLE_CACHE] = {"nixie-cache", role_cache},
	[ROLE_TRIAL] = {"nixie-trial", role_trial},
	[ROLE_SCRUBBER] = {"nixie-scrubber", role_scrubber},
	[ROLE_LESSON] = {"nixie-lesson", role_lesson},
};

void role_run(enum role role, int fd)
{
	struct wire wire;

	prctl(PR_SET_NAME, roles[role].name);
	wire_init(&wire, fd);
	roles[role].run(&wire);
	/* No exit handlers: they belong to main, whose copy this process is. */
	_exit(NIXIE_DONE);
}
