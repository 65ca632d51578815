/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One change as lines of the journal, in the syntax of notmuch-dump(1): `+tag -tag -- id:ID` and,
 * for properties, `#= ID +key=value -key=value`.
 */
#ifndef NIXIE_STORE_DELTALINE_H
#define NIXIE_STORE_DELTALINE_H

#include "base/span.h"
#include "store/store.h"

/* What stands before a line: "" and "#= " for deltas, "#~ " and "#~= " for plans. */
struct delta_marks {
	const char *tags, *properties;
};
extern const struct delta_marks delta_marks, plan_marks;

/* Bytes that are not plain become %xx; nothing but plain text is left, no blank, no line end. */
void hex_append(GString *out, const char *text);
/* The way back; broken escapes stay as they are. g_free. */
char *hex_decode(struct span in);

/*
 * Appends the lines of one change. False when its id cannot stand in a line (a control byte in it).
 */
bool delta_append(GString *out, const struct change *change, const struct delta_marks *marks);
/*
 * All changes of a run of lines: struct change*. Lines of other marks are skipped.
 * g_ptr_array_unref.
 */
GPtrArray *delta_read(struct span lines, const struct delta_marks *marks);

#endif
