/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/values.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/strhash.h"
#include "base/words.h"
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
	g_autoptr(GError) why = NULL;
	struct span rest, line;
	gsize size = 0;

	values->plain = g_hash_table_new_full(strhash, g_str_equal, g_free, g_free);
	values->path = file_home_path(FILE_STATE, name, error);
	if (!values->path) {
		values_free(values);
		return NULL;
	}
	if (!g_file_get_contents(values->path, &text, &size, &why) &&
		!g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_IO, _("cannot read %s: %s"), values->path,
			why->message);
		values_free(values);
		return NULL;
	}
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

/* The locks of the writer are held: nobody else appends. */
static bool append_to(int fd, struct span line)
{
	struct stat before;
	int why;

	if (fstat(fd, &before) < 0)
		return false;
	if (file_write_all(fd, line))
		return fsync(fd) == 0;
	/* Half a line would swallow the next one. */
	why = errno;
	if (ftruncate(fd, before.st_size) == 0)
		errno = why;
	return false;
}

static bool append(const char *path, struct span line)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600), why;
	bool done = fd >= 0 && append_to(fd, line);

	why = errno;
	if (fd >= 0)
		close(fd);
	errno = why;
	return done;
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
	if (!append(values->path, (struct span){line->str, line->len})) {
		g_set_error(error, NIXIE_ERROR, NIXIE_IO, _("cannot write %s: %s"), values->path,
			g_strerror(errno));
		return false;
	}
	g_hash_table_replace(values->plain, g_strdup(stored), g_strdup(plain));
	return true;
}
