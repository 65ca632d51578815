/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is begun anew half-way: an action and news ask for it while a share of the work is still to
 * come. Wherever that is, each mailbox is worked out from all of its reports, and from no other's.
 */
#include <glib.h>

#include "extract/report.h"
#include "triage/session-parts.h"

#define MAILBOXES 40000
#define REPORTS 2 /* of each */

static void add_report(struct session *session, unsigned number, unsigned mailbox)
{
	g_autofree char *address = g_strdup_printf("user%u@mail.example", mailbox);
	g_autofree char *original = g_strdup_printf("%u@example.org", number);
	struct recipient recipient = {.address = address, .kind = KIND_FAILURE};
	const struct context context = {.type = TYPE_SOFT};
	struct message *message = g_new0(struct message, 1);
	struct report *report = report_new();
	struct entry *entry;

	message->id = g_strdup_printf("report%u@mail.example", number);
	message->date = number;
	message->tags = g_new0(char *, 1);
	message->properties = g_new0(char *, 1);
	message->files = g_new0(char *, 2);
	message->files[0] = g_strdup_printf("/mail/cur/%u", number);
	entry = rowstore_add(session->rows, message, false);
	report->kind = KIND_FAILURE;
	report->original.id = original;
	report->recipients = &recipient;
	report->recipients_n = 1;
	rowstore_fill(session->rows, entry, 0, report, &context);
	report_free(report);
}

static void wait_settled(struct session *session)
{
	while (!session_is_settled(session))
		g_main_context_iteration(NULL, TRUE);
}

/* How many rows say something else than `count`; what they say is forgotten. */
static unsigned count_wrong(struct session *session, unsigned count)
{
	const GPtrArray *entries = session->rows->entries;
	unsigned wrong = 0;

	for (guint i = 0; i < entries->len; i++) {
		struct row *row = &entry_rows(entries->pdata[i])->row;

		wrong += row->bounces_of_address != count;
		row->bounces_of_address = 0;
	}
	return wrong;
}

static struct session *filled_session(void)
{
	const struct session_setup setup = {.config = config_new(), .jobs = 1};
	struct session *session = session_new(&setup, NULL);

	g_assert_nonnull(session);
	for (unsigned i = 0; i < MAILBOXES * REPORTS; i++)
		add_report(session, i, i % MAILBOXES);
	return session;
}

static void session_end(struct session *session)
{
	struct config *config = (struct config *)session->config;

	session_free(session);
	config_free(config);
}

static void test_anew(void)
{
	struct session *session = filled_session();
	unsigned shares = 0, most = 0;

	session_settle_all(session);
	for (; !session_is_settled(session); most++)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpuint(most, >, 1);
	g_assert_cmpuint(count_wrong(session, REPORTS), ==, 0);
	for (; shares < most; shares++) {
		session_settle_all(session);
		for (unsigned i = 0; i < shares && !session_is_settled(session); i++)
			g_main_context_iteration(NULL, TRUE);
		session_settle(session);
		wait_settled(session);
		g_assert_cmpuint(count_wrong(session, REPORTS), ==, 0);
	}
	session_end(session);
}

/* News is put in front of what is there, whatever is under way. */
static void test_news(void)
{
	struct session *session = filled_session();
	unsigned number = MAILBOXES * REPORTS;

	for (unsigned shares = 0; shares < 8; shares++) {
		session_settle_all(session);
		for (unsigned i = 0; i < shares && !session_is_settled(session); i++)
			g_main_context_iteration(NULL, TRUE);
		add_report(session, number, number);
		wait_settled(session);
		session_settle(session);
		wait_settled(session);
		g_assert_cmpuint(count_wrong(session, REPORTS), ==, shares + 1);
		number++;
	}
	session_end(session);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settle/anew", test_anew);
	g_test_add_func("/settle/news", test_news);
	return g_test_run();
}
