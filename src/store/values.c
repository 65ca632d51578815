/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/values.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "store/deltaline.h"

#define TERM_MAX 245
#define TERM_PREFIX "XPROPERTY"
#define MARK "sha256:"

struct values {
	char *path;
	GHashTable *plain; /* sha256:HEX -> plain */
};

char *value_stored(const char *key, const char *plain)
{
	g_autofree char *hex = NULL;

	if (strlen(TERM_PREFIX) + strlen(key) + strlen("=") + strlen(plain) <= TERM_MAX)
		return g_strdup(plain);
	hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, plain, -1);
	return g_strconcat(MARK, hex, NULL);
}

static void read_line(struct values *values, struct span line)
{
	const char *blank = memchr(line.p, ' ', line.n);
	g_autofree char *hex = NULL;

	if (!blank)
		return;
	hex = span_dup(span_make(line.p, blank));
	g_hash_table_replace(values->plain, g_strconcat(MARK, hex, NULL),
		hex_decode(span_from(line, (size_t)(blank - line.p) + 1)));
}

struct values *values_load(const char *uuid, GError **error)
{
	g_autofree char *name = g_strconcat("values/", uuid, NULL), *text = NULL;
	struct values *values = g_new0(struct values, 1);
	struct span rest, line;
	gsize size = 0;

	values->plain = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	values->path = file_home_path(FILE_STATE, name, error);
	if (!values->path) {
		values_free(values);
		return NULL;
	}
	g_file_get_contents(values->path, &text, &size, NULL);
	for (rest = (struct span){text, size}; span_line(&rest, &line);)
		read_line(values, line);
	return values;
}

void values_free(struct values *values)
{
	if (!values)
		return;
	g_hash_table_unref(values->plain);
	g_free(values->path);
	g_free(values);
}

const char *value_plain(const struct values *values, const char *stored)
{
	const char *plain = values ? g_hash_table_lookup(values->plain, stored) : NULL;

	return plain ? plain : stored;
}

/* One write(2) with O_APPEND: lines of two writers do not mix. */
static bool append(const char *path, const char *line, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat before;
	ssize_t put;

	if (fd < 0 || fstat(fd, &before) < 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	put = write(fd, line, n);
	/* Half a line would swallow the next one. */
	if (put > 0 && put < (ssize_t)n && ftruncate(fd, before.st_size) < 0)
		put = -1;
	if (put == (ssize_t)n && fsync(fd) < 0)
		put = -1;
	close(fd);
	return put == (ssize_t)n;
}

bool values_keep(struct values *values, const char *stored, const char *plain, GError **error)
{
	g_autoptr(GString) line = NULL;

	if (strcmp(stored, plain) == 0 || g_hash_table_contains(values->plain, stored))
		return true;
	line = g_string_new(stored + strlen(MARK));
	g_string_append_c(line, ' ');
	hex_append(line, plain);
	g_string_append_c(line, '\n');
	if (!append(values->path, line->str, line->len)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_IO, "cannot write %s: %s", values->path,
			g_strerror(errno));
		return false;
	}
	g_hash_table_replace(values->plain, g_strdup(stored), g_strdup(plain));
	return true;
}
