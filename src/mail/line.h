/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of a mail. An end is LF, CRLF, a bare CR, or CR CR LF (what a text-mode copy makes of
 * CRLF).
 */
#ifndef NIXIE_MAIL_LINE_H
#define NIXIE_MAIL_LINE_H

#include "base/span.h"

struct lines {
	const char *at, *end;
};

static inline struct lines lines_of(struct span text)
{
	return (struct lines){text.p, text.n ? text.p + text.n : text.p};
}

/* Length of the line end that begins at `p`: 0 when none does. */
static inline size_t line_end(const char *p, const char *end)
{
	if (p == end)
		return 0;
	if (*p == '\n')
		return 1;
	if (*p != '\r')
		return 0;
	if (end - p > 1 && p[1] == '\n')
		return 2;
	return end - p > 2 && p[1] == '\r' && p[2] == '\n' ? 3 : 1;
}

/* Where the line end begins that stands before `at`, in a text whose first line is at `begin`. */
static inline const char *line_end_before(const char *begin, const char *at)
{
	if (at == begin)
		return at;
	if (*--at == '\n')
		for (int i = 0; i < 2 && at > begin && at[-1] == '\r'; i++)
			at--;
	return at;
}

/* The next line, without its end; false at the end of the text. */
static inline bool lines_next(struct lines *lines, struct span *line)
{
	const char *stop;

	if (lines->at == lines->end)
		return false;
	stop = span_line_stop(lines->at, lines->end);
	*line = span_make(lines->at, stop);
	lines->at = stop + line_end(stop, lines->end);
	return true;
}

/* The next line that begins with two dashes, as a boundary does: the others are not read. */
static inline bool lines_next_dashed(struct lines *lines, struct span *line)
{
	if (lines->end - lines->at < 2 || memcmp(lines->at, "--", 2) != 0)
		lines->at = span_dashed_line(lines->at, lines->end);
	return lines_next(lines, line);
}

#endif
