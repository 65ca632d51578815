/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blocks.h"

const struct block shell_blocks[] = {
	{NULL},
};
