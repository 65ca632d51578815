/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/recipients.h"

#include <errno.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/span.h"

#define HEADER_MAX ((size_t)256 << 10) /* recipients behind that are not seen */
#define HEADER_USUAL ((size_t)8 << 10)

static bool is_for_somebody(struct span line)
{
	return span_starts_nocase(line, "to:") || span_starts_nocase(line, "cc:") ||
	       span_starts_nocase(line, "bcc:");
}

static void take_recipients(GString *to, struct span rest)
{
	struct span line;
	bool inside = false;

	while (span_line(&rest, &line) && line.n) {
		bool folded = line.p[0] == ' ' || line.p[0] == '\t';

		if (!folded) {
			inside = is_for_somebody(line);
			if (inside && to->len)
				g_string_append_c(to, ',');
		}
		if (!inside)
			continue;
		if (!folded)
			line = span_from(
				line, (size_t)((char *)memchr(line.p, ':', line.n) + 1 - line.p));
		/* No NUL gets through: what follows would be lost on its way. */
		for (size_t i = 0; i < line.n; i++)
			g_string_append_c(to, line.p[i] ? line.p[i] : ' ');
	}
}

/* The head of the file, its header in it or cut; what cannot be read is not there. */
static GString *read_head(int fd)
{
	GString *head = g_string_sized_new(HEADER_USUAL);
	bool ended = false;

	while (!ended && head->len < HEADER_MAX && !strstr(head->str, "\n\n") &&
		!strstr(head->str, "\n\r\n")) {
		size_t from = head->len;
		ssize_t got;

		g_string_set_size(head, from + HEADER_USUAL);
		got = read(fd, head->str + from, HEADER_USUAL);
		g_string_set_size(head, from + (got > 0 ? (size_t)got : 0));
		ended = got == 0 || (got < 0 && errno != EINTR);
	}
	return head;
}

static int64_t stamp_of(const struct stat *st)
{
	return (int64_t)((uint64_t)st->st_mtim.tv_sec * 1000000000 + (uint64_t)st->st_mtim.tv_nsec +
			 ((uint64_t)st->st_size << 40));
}

bool recipients_stamp(const char *path, int64_t *stamp)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	*stamp = stamp_of(&st);
	return true;
}

char *recipients_read(const char *path, int64_t *stamp)
{
	int fd = file_open_mail(path, NULL);
	struct stat st;
	GString *head, *to;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0) {
		close(fd);
		return NULL;
	}
	*stamp = stamp_of(&st);
	to = g_string_new(NULL);
	head = read_head(fd);
	take_recipients(to, (struct span){head->str, head->len});
	g_string_free(head, TRUE);
	close(fd);
	return g_string_free(to, FALSE);
}
