/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/oneshot.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/file.h"
#include "base/words.h"

struct answer {
	struct report *report;
	GError *error;
	bool ended;
};

static void note_error(struct answer *answer, const GError *error)
{
	if (error && !answer->error)
		answer->error = g_error_copy(error);
}

static void take_report(void *user, size_t index, struct report *report, const GError *error)
{
	struct answer *answer = user;

	(void)index;
	answer->report = report;
	note_error(answer, error);
}

static void take_end(void *user, const GError *error)
{
	struct answer *answer = user;

	answer->ended = true;
	note_error(answer, error);
}

static struct pool *open_pool(struct cli *cli)
{
	return pool_new(cli->spawner, file_datadir(), (const char *const *)cli->rule_dirs, 1);
}

static struct report *await(struct answer *answer, struct pool *pool, GError **error)
{
	while (!answer->ended)
		g_main_context_iteration(NULL, TRUE);
	pool_free(pool);
	if (!answer->error)
		return answer->report;
	report_free(answer->report);
	g_propagate_error(error, answer->error);
	return NULL;
}

struct report *oneshot_bytes(
	struct cli *cli, const char *name, struct span bytes, bool fragment, GError **error)
{
	struct pool *pool = open_pool(cli);
	struct answer answer = {0};

	pool_extract_bytes(pool, name, bytes, fragment, take_report, take_end, &answer);
	return await(&answer, pool, error);
}

struct report *oneshot_file(struct cli *cli, const char *path, GError **error)
{
	struct pool *pool = open_pool(cli);
	struct answer answer = {0};

	pool_extract(pool, &path, 1, take_report, take_end, &answer);
	return await(&answer, pool, error);
}

/* --- trials */

static int memory_of(struct span words, GError **error)
{
	int fd = memfd_create("words", MFD_CLOEXEC);

	if (fd >= 0 && file_write_all(fd, words) && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	g_set_error(error, NIXIE_ERROR, NIXIE_IO, _("cannot hand the text over: %s"),
		g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

bool oneshot_is_path(const char *argument)
{
	if (strpbrk(argument, " \t\n") || strstr(argument, "://"))
		return false;
	return strchr(argument, '/') || g_str_has_suffix(argument, ".eml");
}

bool oneshot_no_file(const char *path, GError **error)
{
	g_set_error(error, NIXIE_ERROR, NIXIE_NOINPUT,
		_("there is no file %s; what a server said goes in quotes, with its blanks"), path);
	return false;
}

bool oneshot_open(const char *argument, struct oneshot_input *input, GError **error)
{
	*input = (struct oneshot_input){.fd = -1};
	if (g_str_equal(argument, "-")) {
		input->fd = dup(STDIN_FILENO);
	} else if (g_file_test(argument, G_FILE_TEST_EXISTS)) {
		input->fd = file_open_mail(argument, error);
	} else if (oneshot_is_path(argument)) {
		return oneshot_no_file(argument, error);
	} else {
		input->is_words = true;
		input->fd = memory_of(span_of(argument), error);
	}
	return input->fd >= 0;
}

struct trial_answer {
	struct answer answer;
	const struct trial *trials;
};

static void take_trials(void *user, struct report *report, const struct trial *trials)
{
	struct trial_answer *taken = user;

	taken->answer.report = report;
	taken->trials = trials;
}

static void take_trials_end(void *user, const GError *error)
{
	struct trial_answer *taken = user;

	take_end(&taken->answer, error);
}

static struct report *try_once(struct cli *cli, int fd, bool fragment, const char *asked,
	const struct trial **trials, GError **error)
{
	struct trial_answer taken = {.trials = NULL};

	trial_start(cli->spawner, file_datadir(), (const char *const *)cli->rule_dirs, fd, fragment,
		asked, take_trials, take_trials_end, &taken);
	while (!taken.answer.ended)
		g_main_context_iteration(NULL, TRUE);
	*trials = taken.trials;
	if (!taken.answer.error)
		return taken.answer.report;
	report_free(taken.answer.report);
	g_propagate_error(error, taken.answer.error);
	return NULL;
}

struct report *oneshot_trial(struct cli *cli, const struct oneshot_input *input, const char *asked,
	const struct trial **trials, GError **error)
{
	struct file_bytes bytes;
	struct report *report = NULL;

	/* Standard input can be read once only. */
	if (!file_read_fd(input->fd, &bytes, error))
		return NULL;
	for (int fragment = input->is_words; fragment < 2; fragment++) {
		int fd = memory_of(bytes.bytes, error);

		report = fd < 0 ? NULL : try_once(cli, fd, fragment, asked, trials, error);
		/* A mail that is no report is none when read as a fragment, either. */
		if (!report || report->recipients_n || report->from || report->id || fragment)
			break;
		report_free(report);
	}
	file_bytes_clear(&bytes);
	return report;
}
