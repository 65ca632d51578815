/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a report. */
#include "extract/extract.h"
#include "shipped.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size};
	struct report *report = extract_report(shipped_extractor(), bytes);

	check_report(report, size);
	report_free(report);
	return 0;
}
