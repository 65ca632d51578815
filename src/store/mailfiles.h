/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mail files of a place: a Maildir, an MH folder, a directory of messages, or one file that is
 * an mbox or a message.
 */
#ifndef NIXIE_STORE_MAILFILES_H
#define NIXIE_STORE_MAILFILES_H

#include <glib.h>
#include <stdbool.h>

struct mail_place {
	char *root;       /* absolute, without links: what the index calls its mail root */
	GPtrArray *files; /* char*, absolute, sorted */
};

/*
 * Lists what is in `path`. A file is unpacked into `unpack_directory` (made when it is needed): a
 * message a file, named by its content, so that a second run finds the same names; what is not in
 * it any more is removed there. NULL with error when there is nothing to read.
 */
struct mail_place *mail_place_open(const char *path, const char *unpack_directory, GError **error);

#endif
