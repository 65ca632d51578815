/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/namelist.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/span.h"
#include "base/words.h"

#define ROOM ((size_t)64 * 1024)     /* read at once */
#define NAME_MAX_BYTES (1024 * 1024) /* of a line; no system has longer names */

struct namelist {
	char *path;
	int fd;
	GString *bytes; /* read, and not taken yet, from `at` on */
	size_t at;
	bool ended; /* nothing comes after `bytes` */
};

struct namelist *namelist_open(const char *path, GError **error)
{
	int fd = g_str_equal(path, "-") ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct namelist *list;

	if (fd < 0) {
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("cannot read the list %s: %s"),
			path, g_strerror(errno));
		return NULL;
	}
	list = g_new0(struct namelist, 1);
	list->path = g_strdup(path);
	list->fd = fd;
	list->bytes = g_string_sized_new(2 * ROOM);
	return list;
}

void namelist_free(struct namelist *list)
{
	if (!list)
		return;
	if (list->fd != STDIN_FILENO)
		close(list->fd);
	g_string_free(list->bytes, TRUE);
	g_free(list->path);
	g_free(list);
}

bool namelist_ended(const struct namelist *list)
{
	return list->ended && list->at == list->bytes->len;
}

/* The next line that is whole. A CR at the end of what is there may be half of a line's end. */
static bool next_line(struct namelist *list, struct span *line)
{
	struct span rest = {list->bytes->str + list->at, list->bytes->len - list->at};
	const char *end = rest.p + rest.n, *stop = span_line_stop(rest.p, end);

	if (!list->ended && (stop == end || (*stop == '\r' && stop + 1 == end)))
		return false;
	if (!span_line(&rest, line))
		return false;
	list->at = list->bytes->len - rest.n;
	return true;
}

static bool can_read(const struct namelist *list)
{
	struct pollfd one = {.fd = list->fd, .events = POLLIN};

	return poll(&one, 1, 0) > 0;
}

static bool read_more(struct namelist *list, GError **error)
{
	GString *bytes = list->bytes;
	gsize before;
	ssize_t n;

	g_string_erase(bytes, 0, (gssize)list->at);
	list->at = 0;
	before = bytes->len;
	if (before > NAME_MAX_BYTES) {
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT,
			_("the list %s has a line of more than %d bytes; it holds names of files, "
			  "one a line"),
			list->path, NAME_MAX_BYTES);
		return false;
	}
	g_string_set_size(bytes, before + ROOM);
	do
		n = read(list->fd, bytes->str + before, ROOM);
	while (n < 0 && errno == EINTR);
	g_string_truncate(bytes, before + (n > 0 ? (gsize)n : 0));
	list->ended = n == 0;
	if (n < 0)
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("cannot read the list %s: %s"),
			list->path, g_strerror(errno));
	return n >= 0;
}

char **namelist_take(struct namelist *list, size_t most, bool wait, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	struct span line;

	while (names->len < most) {
		if (next_line(list, &line)) {
			if (line.n)
				g_ptr_array_add(names, span_dup(line));
		} else if (list->ended || !((wait && !names->len) || can_read(list))) {
			break;
		} else if (!read_more(list, error)) {
			return NULL;
		}
	}
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}
