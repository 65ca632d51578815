/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/nearest.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define WORD_MAX_BYTES 64

static size_t least(size_t a, size_t b, size_t c)
{
	return MIN(MIN(a, b), c);
}

size_t edit_distance(const char *a, const char *b)
{
	return edit_distance_within(a, b, SIZE_MAX);
}

size_t edit_distance_within(const char *a, const char *b, size_t most)
{
	size_t m = strlen(a), n = strlen(b), nearest_above = 0;
	if (m > WORD_MAX_BYTES || n > WORD_MAX_BYTES)
		return SIZE_MAX;
	/* Three rows of the table are alive: this one, the one before, and the one before that for
	 * swaps. */
	size_t rows[3][WORD_MAX_BYTES + 1];
	for (size_t j = 0; j <= n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];
		size_t nearest = row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
			row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) &&
				y == g_ascii_tolower(a[i - 2]))
				row[j] = MIN(row[j], rows[(i - 2) % 3][j - 2] + 1);
			nearest = MIN(nearest, row[j]);
		}
		/* What comes below rests on these two rows, and is never less. */
		if (MIN(nearest, nearest_above) > most)
			return SIZE_MAX;
		nearest_above = nearest;
	}
	return rows[m % 3][n];
}

const char *nearest_word(const char *word, const char *const *names)
{
	const char *best = NULL;
	size_t length = strlen(word), best_distance = MAX(length / 3, 1) + 1;
	for (; *names; names++) {
		size_t distance = edit_distance(word, *names);
		if (length >= 2 && g_ascii_strncasecmp(word, *names, length) == 0)
			distance = MIN(distance, 1);
		if (distance < best_distance) {
			best = *names;
			best_distance = distance;
		}
	}
	return best;
}
