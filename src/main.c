/* SPDX-License-Identifier: GPL-3.0-or-later */
/* argv, locale, configuration, dispatch; the only exit(). */
#include <stdio.h>

#include "base/errors.h"
#include "config.h"

int main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("nixie %s\n", PACKAGE_VERSION);
	return NIXIE_DONE;
}
