/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/outcome.h"

#define DELAY_OVER ((int64_t)6 * 86400) /* H5: a delay that nothing followed says no more */

/* --- one address */

static bool is_report(const struct event *event)
{
	return event->kind == EVENT_FAILURE || event->kind == EVENT_DELAY;
}

static const struct event *later(const struct event *a, const struct event *b)
{
	return !a || b->at > a->at ? b : a;
}

struct standing standing_of(const struct event *events, size_t n, int64_t now)
{
	const struct event *report = NULL, *success = NULL, *sent = NULL;
	bool told = false;
	for (size_t i = 0; i < n; i++) {
		const struct event *event = &events[i];
		if (event->kind == EVENT_SENT)
			sent = later(sent, event);
		else if (!is_report(event))
			success = later(success, event);
		else if (event->counts)
			report = later(report, event);
		told |= is_report(event);
	}
	if (!report)
		return (struct standing){
			CONDITION_UNKNOWN, told ? WHY_UNRELIABLE : WHY_NO_REPORT, NULL};
	if (success && success->at > report->at)
		return (struct standing){CONDITION_ALIVE_AGAIN,
			success->kind == EVENT_ANSWERED ? WHY_ANSWERED : WHY_QUIET, success};
	if (sent && sent->at > report->at)
		return (struct standing){CONDITION_RECOVERING, WHY_SENT, sent};
	if (report->kind == EVENT_DELAY && now - report->at >= DELAY_OVER)
		return (struct standing){CONDITION_UNKNOWN, WHY_OLD_DELAY, report};
	if (report->kind == EVENT_DELAY)
		return (struct standing){CONDITION_FAILING, WHY_DELAYED, report};
	return report->hard ? (struct standing){CONDITION_DEAD, WHY_HARD, report}
			    : (struct standing){CONDITION_FAILING, WHY_SOFT, report};
}

/* --- what happened */

static bool is_about_us(const struct row *row)
{
	return row->origin != ORIGIN_FORGED && row->trust != TRUST_CONTRADICTED;
}

static bool came_back(struct row_node *const *nodes, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (row_text(&nodes[i]->row, ROW_ORIGINAL) &&
			strcmp(row_text(&nodes[i]->row, ROW_ORIGINAL), id) == 0)
			return true;
	return false;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
	const struct event *x = a, *y = b;
	int order = (x->at > y->at) - (x->at < y->at);
	return order ? order : (int)x->kind - (int)y->kind;
}

GArray *events_of(struct row_node *const *nodes, size_t n, const struct contact *contact,
	int64_t now, int64_t quiet)
{
	GArray *events = g_array_new(FALSE, TRUE, sizeof(struct event));
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &nodes[i]->row;
		const struct event event = {
			.at = row->date,
			.kind = row->kind == KIND_DELAY ? EVENT_DELAY : EVENT_FAILURE,
			.id = row_id(row),
			.hard = row->type == TYPE_HARD,
			.counts = is_about_us(row) && row->trust != TRUST_BARE,
			.row = row,
		};
		g_array_append_val(events, event);
	}
	for (const struct contact_mail *mail = contact ? contact->from : NULL; mail;
		mail = mail->next) {
		const struct event event = {
			.at = mail->date, .kind = EVENT_ANSWERED, .id = mail->id, .mail = mail};
		g_array_append_val(events, event);
	}
	for (const struct contact_mail *mail = contact ? contact->to : NULL; mail;
		mail = mail->next) {
		const struct event event = {
			.at = mail->date,
			.kind = now - mail->date >= quiet ? EVENT_QUIET : EVENT_SENT,
			.id = mail->id,
			.mail = mail,
		};
		if (!came_back(nodes, n, mail->id))
			g_array_append_val(events, event);
	}
	g_array_sort(events, by_time);
	return events;
}

/* --- rows that were sent again */

static bool waits(const struct row *row)
{
	return row->state == STATE_RETRY || row->state == STATE_DUE;
}

static bool takes_marks(const struct row *row)
{
	return row->state == STATE_NONE || row->state == STATE_RETRIED;
}

/* Of those that are folded under it, these oldest first. A flag says what is to be done, so it goes
 * before what was done. */
static void lift_marks(struct row_node *leader)
{
	struct row_node *node = leader->row.told_already ? NULL : leader->told;
	for (; node && node->row.told_already && takes_marks(&leader->row); node = node->told) {
		leader->retried = MAX(leader->retried, node->retried);
		if (waits(&node->row) || (node->row.state == STATE_RETRIED && !waits(&leader->row)))
			leader->row.state = node->row.state;
	}
}

/* When the address refused mail last; a delay is no refusal. */
static int64_t last_failure(const GPtrArray *nodes)
{
	int64_t last = 0;
	for (guint i = 0; i < nodes->len; i++) {
		const struct row *row = nodes->pdata[i];
		if (row->kind == KIND_FAILURE && is_about_us(row))
			last = MAX(last, row->date);
	}
	return last;
}

void reports_find_returned(const GPtrArray *nodes)
{
	int64_t last = last_failure(nodes);
	for (guint i = 0; i < nodes->len; i++)
		lift_marks(nodes->pdata[i]);
	for (guint i = 0; i < nodes->len; i++) {
		struct row_node *node = nodes->pdata[i];
		if (node->retried && last > node->retried && node->row.state == STATE_RETRIED)
			node->row.state = STATE_BOUNCED_AGAIN;
	}
}

/* --- rows whose address lives */

/* When an address last showed that it lives. */
struct successes {
	int64_t answered, quiet;
};

static struct successes successes_of(
	const GPtrArray *nodes, const struct contact *contact, int64_t now, int64_t quiet)
{
	struct successes last = {G_MININT64, G_MININT64}; /* never */
	if (contact && contact->from)
		last.answered = contact_wrote(contact);
	for (const struct contact_mail *mail = contact ? contact->to : NULL; mail;
		mail = mail->next)
		if (now - mail->date >= quiet && mail->date > last.quiet &&
			!came_back((struct row_node *const *)nodes->pdata, nodes->len, mail->id))
			last.quiet = mail->date;
	return last;
}

static void settle_row(struct row_node *node, struct successes last, int64_t now, int64_t quiet)
{
	struct row *row = &node->row;
	int64_t since = node->retried ? node->retried : row->date;
	enum state good = STATE_NONE;
	row->passed = false;
	if (!is_about_us(row))
		return;
	row->passed = MAX(last.answered, last.quiet) > row->date;
	if (last.answered > since)
		good = STATE_ANSWERED;
	else if (last.quiet > since || (node->retried && now - node->retried >= quiet))
		good = STATE_QUIET;
	if (good != STATE_NONE && (row->state == STATE_NONE || row->state == STATE_RETRIED))
		row->state = (unsigned char)good;
}

void reports_find_outcomes(
	const GPtrArray *nodes, const struct contact *contact, int64_t now, int64_t quiet)
{
	struct successes last = successes_of(nodes, contact, now, quiet);
	for (guint i = 0; i < nodes->len; i++)
		settle_row(nodes->pdata[i], last, now, quiet);
}
