/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files: mails opened as data that an enemy may have put there, and output that appears whole or
 * not at all.
 */
#ifndef NIXIE_BASE_FILE_H
#define NIXIE_BASE_FILE_H

#include <glib.h>
#include <stdint.h>

#include "base/span.h"

#ifndef FILE_MAIL_MAX                     /* tests have a smaller one */
#define FILE_MAIL_MAX ((uint64_t)1 << 30) /* a mail is read up to 1 GB */
#endif

/*
 * Which state of a file that is: bytes, nanoseconds since 1970. One call for one that is open, the
 * bytes of which are then those that were stamped, whatever becomes of its name. False with errno.
 */
struct file_stamp {
	int64_t size, mtime;
};
bool file_stamp(const char *path, struct file_stamp *stamp);
bool file_stamp_fd(int fd, struct file_stamp *stamp);

/*
 * Opens a mail for reading: regular files only, no link is followed in the last component, no
 * FIFO blocks (O_NOFOLLOW, O_NONBLOCK, O_NOCTTY, O_CLOEXEC). Returns a descriptor or -1 with error.
 */
int file_open_mail(const char *path, GError **error);

/*
 * The same, read at once: `*n` bytes of the mail into `room`, when it is shorter than that; then
 * `*fd` is -1. Of a longer one `*fd` is open at its beginning, the caller's. False with error. A
 * short mail costs three system calls, and a fourth where its stamp is wanted (`stamp` not NULL).
 */
bool file_take_mail(const char *path, char *room, size_t size, size_t *n, int *fd,
	struct file_stamp *stamp, GError **error);

/* The bytes of an open file, mapped read-only (or read, for what cannot be mapped). */
struct file_bytes {
	struct span bytes;
	bool cut; /* the file is longer than FILE_MAIL_MAX */
	void *map;
	size_t map_size;
	char *copy;
};
bool file_read_fd(int fd, struct file_bytes *bytes, GError **error);
void file_bytes_clear(struct file_bytes *bytes);

/*
 * Output that replaces nothing by accident: a temporary in the same directory (O_EXCL, 0600),
 * fsync, rename without replacing unless `force`; a failed one leaves no trace. `path` "-" or
 * NULL is stdout.
 */
struct file_out;
struct file_out *file_out_open(const char *path, bool force, GError **error);
bool file_out_write(struct file_out *out, struct span bytes, GError **error);
/* Makes the file appear; frees `out` in every case. */
bool file_out_commit(struct file_out *out, GError **error);
void file_out_abandon(struct file_out *out); /* NULL is legal */
/* The same for a file of nixie's own below $XDG_*_HOME, which is replaced: it holds `text` then, or
 * what it held. */
bool file_own_write(const char *path, struct span text, GError **error);
/* Whoever else locks a file of this directory waits until the descriptor is closed: to be held from
 * reading to writing. The directory is made (0700). -1 with error. */
int file_own_lock(const char *path, GError **error);

/*
 * Restricted mode: from now on file_out_open makes files in `directory` and below only, where it
 * also takes relative names to be. The directory is made (0700). There is no way back.
 */
bool file_confine(const char *directory, GError **error);

/* All bytes, also where the kernel takes them in pieces; false with errno. */
bool file_write_all(int fd, struct span bytes);

/* $XDG_*_HOME/nixie/<name>, the directory made (0700) but for configuration, which is only read.
 * g_free. NULL with error. */
enum file_home { FILE_CONFIG, FILE_DATA, FILE_STATE, FILE_CACHE };
char *file_home_path(enum file_home home, const char *name, GError **error);
/* The shipped data: $NIXIE_DATADIR, else the installed directory. Borrowed. */
const char *file_datadir(void);

#endif
