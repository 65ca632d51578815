/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/errors.h"

G_DEFINE_QUARK(nixie - error, nixie_error)

const char *error_cause(const GError *error)
{
	const char *cause = g_strrstr(error->message, ": ");

	return cause ? cause + 2 : error->message;
}

const struct exit_code exit_codes[] = {
	{NIXIE_DONE, "done, also when nothing matched or there was nothing to undo"},
	{NIXIE_MATCHED, "with `--exit-code`: something matched"},
	{NIXIE_FORMAT_TOO_OLD, "the format version that is asked for is too old"},
	{NIXIE_FORMAT_TOO_NEW, "the format version that is asked for is too new"},
	{NIXIE_USAGE, "wrong usage, or a bad query"},
	{NIXIE_PARTIAL, "done, but some messages were unreadable or cut by a limit; each is named"},
	{NIXIE_NOINPUT, "no database, or no input: nothing that is named is there to be read"},
	{NIXIE_INTERNAL, "a fault of nixie's own"},
	{NIXIE_CANTCREATE, "the output cannot be created"},
	{NIXIE_IO, "input or output failed, as on a full disk"},
	{NIXIE_BUSY, "the index is locked or changing"},
	{NIXIE_CONFIG, "bad configuration or rules"},
	{NIXIE_INTERRUPTED, "interrupted"},
	{0, NULL},
};
