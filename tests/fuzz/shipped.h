/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzz targets share: the shipped knowledge, and what holds of every report. */
#ifndef NIXIE_FUZZ_SHIPPED_H
#define NIXIE_FUZZ_SHIPPED_H

#include <glib.h>
#include <stdint.h>

#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Seeds that are made, not kept: of forms that change with the program. A target that has none
 * leaves it to shipped.c.
 */
void own_seeds(void (*each)(const void *bytes, size_t size, void *user), void *user);

/* A path below the source. g_free. */
char *source_path(const char *name);

struct extractor;
struct knowledge;
struct report;
/* Each is loaded once, and kept for as long as the process lives. */
struct knowledge *shipped_knowledge(void);
struct extractor *shipped_extractor(void);

/* Facts of a report whatever the `size` bytes were that it was read from. */
void check_recipients(const struct report *report, size_t size);
/* The same, and that mail which is no bounce blames nobody. */
void check_report(const struct report *report, size_t size);
/* Is `part` inside `all`? */
bool is_inside(struct span part, struct span all);

#endif
