/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One report read by an extractor child, waited for. */
#ifndef NIXIE_CLI_ONESHOT_H
#define NIXIE_CLI_ONESHOT_H

#include "cli/cli.h"

/* NULL with error; report_free the result. A fragment is what somebody pasted (extract/extract.h).
 */
struct report *oneshot_bytes(struct cli *cli, struct span bytes, bool fragment, GError **error);
struct report *oneshot_file(struct cli *cli, const char *path, GError **error);

#endif
