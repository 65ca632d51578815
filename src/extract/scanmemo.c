/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/scanmemo.h"

#include <glib.h>

#include "base/digest.h"

#define ROWS 512
#define WAYS 2 /* texts of one row, the newer first */
#define TEXT_MAX 160

struct entry {
	char text[TEXT_MAX];
	size_t n; /* 0: none */
	unsigned kind;
	struct scanned scanned;
};

struct scan_memo {
	struct entry rows[ROWS][WAYS];
};

struct scan_memo *scan_memo_new(void)
{
	return g_new0(struct scan_memo, 1);
}

void scan_memo_free(struct scan_memo *memo)
{
	g_free(memo);
}

static size_t row_of(unsigned kind, struct span text)
{
	struct digest digest = {{kind}};

	digest_add(&digest, text);
	return (digest.lanes[0] >> 32 ^ digest.lanes[1]) % ROWS;
}

static bool is_kept(struct span text)
{
	return text.n && text.n <= TEXT_MAX;
}

const struct scanned *scan_memo_find(const struct scan_memo *memo, unsigned kind, struct span text)
{
	const struct entry *row;

	if (!is_kept(text))
		return NULL;
	row = memo->rows[row_of(kind, text)];
	for (const struct entry *entry = row; entry < row + WAYS; entry++)
		if (entry->n == text.n && entry->kind == kind &&
			memcmp(entry->text, text.p, text.n) == 0)
			return &entry->scanned;
	return NULL;
}

void scan_memo_keep(
	struct scan_memo *memo, unsigned kind, struct span text, const struct scanned *scanned)
{
	struct entry *row;

	if (!is_kept(text))
		return;
	row = memo->rows[row_of(kind, text)];
	memmove(row + 1, row, (WAYS - 1) * sizeof *row);
	row->n = text.n;
	row->kind = kind;
	row->scanned = *scanned;
	memcpy(row->text, text.p, text.n);
}
