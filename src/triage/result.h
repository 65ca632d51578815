/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A result that was written as JSON lines and is read back (--from-json): the reports of a fleet,
 * or of another day. It takes the place of the index: the file stays mapped, and reports are read
 * from it when they are asked for. Lines of one report, of one file and place in it, belong
 * together wherever they stand.
 */
#ifndef NIXIE_TRIAGE_RESULT_H
#define NIXIE_TRIAGE_RESULT_H

#include "extract/fromjson.h"

struct result;
/* "-" is standard input. NULL with error. */
struct result *result_open(const char *path, GError **error);
void result_free(struct result *result); /* NULL is legal */
const char *result_path(const struct result *result);
/* As session_load: the file is read anew, from the begin. False with error. */
bool result_begin(struct result *result, GError **error);

/* Goes through the lines for `microseconds`; true while there are more. */
bool result_scan(struct result *result, int64_t microseconds);
bool result_is_cut(const struct result *result);  /* it is longer than what is read of a file */
size_t result_count(const struct result *result); /* reports found so far */
/* No two have the same: its file, and behind # the place in it when it is not the first, or when
 * the file itself ends like that. Of a line that belongs to no report: result_line_name. */
const char *result_name(const struct result *result, size_t place);
/* Of such a name: the file stays, its place is given. */
unsigned result_cut_place(char *name);
/* `FILE:LINE` of the result itself; g_free. */
char *result_line_name(const struct result *result, unsigned number);

/* What is wrong with a line, told once for each. */
typedef void result_fault(void *user, unsigned line, const GError *error);
/*
 * Reads a report into `from`, which the caller clears; fromjson_end() gives it. Lines that cannot
 * be used are left out and told.
 */
void result_read(struct result *result, const struct knowledge *knowledge, size_t place,
	struct fromjson *from, result_fault *fault, void *user);
/* The report of that name; NULL with error: why there is none, or why that line was left out. */
struct report *result_report(
	struct result *result, const struct knowledge *knowledge, const char *name, GError **error);

#endif
