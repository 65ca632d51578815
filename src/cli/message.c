/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --message=FILE: the mail that another program hands over, found in the index by its Message-ID.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"
#include "cli/oneshot.h"
#include "triage/queryterms.h"

static struct report *read_message(struct cli *cli, const char *path, GError **error)
{
	struct file_bytes mail;
	struct report *report;

	if (!g_str_equal(path, "-")) {
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return oneshot_file(cli, path, error);
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT, _("there is no file %s"), path);
		return NULL;
	}
	if (!file_read_fd(STDIN_FILENO, &mail, error))
		return NULL;
	report = oneshot_bytes(cli, "standard input", mail.bytes, false, error);
	file_bytes_clear(&mail);
	return report;
}

/* The screen's keys come from the terminal, not from where the mail came from. */
static bool keys_from_terminal(GError **error)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	bool done = fd >= 0 && dup2(fd, STDIN_FILENO) >= 0;

	if (!done)
		g_set_error(error, NIXIE_ERROR, NIXIE_USAGE,
			_("the mail came through standard input, and there is no terminal to read "
			  "keys from (/dev/tty: %s); `nixie show --message=-` prints instead"),
			g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return done;
}

/* Blanks within an id are none of it (RFC 5322, 3.6.4 allows no blank). */
static char *query_of_plain(const char *id)
{
	g_auto(GStrv) pieces = g_strsplit_set(id, " \t\r\n", -1);
	g_autofree char *plain = g_strjoinv(NULL, pieces);

	return query_of_id(plain);
}

bool cli_find_message(struct cli *cli, GError **error)
{
	const char *path = cli->options->message;
	bool screen = g_str_equal(cli->options->command->name, "tui");
	struct report *report;
	bool named;

	if (!path)
		return true;
	report = read_message(cli, path, error);
	if (!report)
		return false;
	named = report->id && *report->id;
	if (named)
		cli->message = query_of_plain(report->id);
	else
		g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT,
			_("%s: the mail has no Message-ID to find it by; `nixie explain FILE` "
			  "reads it without an index"),
			g_str_equal(path, "-") ? _("standard input") : path);
	report_free(report);
	return named && (!screen || !g_str_equal(path, "-") || keys_from_terminal(error));
}
