/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/propose.h"

#include <string.h>

#include "triage/rowstore.h"
#include "triage/suppress.h"

#define WEEK ((int64_t)7 * 86400)
#define MONTH ((int64_t)30 * 86400)
#define COMPARED_MAX 64 /* hard reports that are held against each other, the newest ones */

/* --- what counts */

/* A report that tells something about the address itself. One that nothing confirms (bare) may be
 * made up by anybody; where the index would know the letter, so may one that it does not know. */
static bool counts(const struct row_node *node, const struct thresholds *thresholds)
{
	const struct row *row = &node->row;
	return row->kind == KIND_FAILURE && row->origin != ORIGIN_FORGED &&
	       (row->trust == TRUST_PROVEN ||
		       (row->trust == TRUST_CONSISTENT && !thresholds->proven_only)) &&
	       !node->row.told_already && !node->row.aside && !node->row.passed;
}

/* Faults of the sender, of a server or of the way say nothing about the address. */
static int weight_of(const struct row_node *node, const struct thresholds *thresholds)
{
	const struct row *row = &node->row;
	int suppress = row->category ? row->category->suppress : SUPPRESS_NEVER;
	if (!counts(node, thresholds))
		return SUPPRESS_NEVER;
	if (suppress == SUPPRESS_DEAD && row->type != TYPE_HARD)
		return SUPPRESS_NEVER;
	return suppress;
}

struct tally {
	GPtrArray *hard; /* struct row_node*, oldest first */
	GArray *soft;    /* int64_t dates, oldest first */
	int proven;
};

static void tally_row(
	struct tally *tally, struct row_node *node, const struct thresholds *thresholds)
{
	int weight = weight_of(node, thresholds);
	if (weight == SUPPRESS_DEAD) {
		g_ptr_array_add(tally->hard, node);
		tally->proven += node->row.trust == TRUST_PROVEN;
	} else if (weight == SUPPRESS_REPEATED) {
		int64_t date = node->row.date;
		g_array_append_val(tally->soft, date);
	}
}

/* --- is it enough? */

/* Another server, about another letter; what is unknown is no other one. */
static bool is_independent(const struct row_node *a, const struct row_node *b)
{
	return row_text(&a->row, ROW_ORIGINAL) && row_text(&b->row, ROW_ORIGINAL) &&
	       row_text(&a->row, ROW_ORIGINAL) != row_text(&b->row, ROW_ORIGINAL) &&
	       row_text(&a->row, ROW_REPORTING_MTA) && row_text(&b->row, ROW_REPORTING_MTA) &&
	       row_text(&a->row, ROW_REPORTING_MTA) != row_text(&b->row, ROW_REPORTING_MTA);
}

/* As many of them as are independent of each other, beginning with the one at `from`. */
static int independent_from(const GPtrArray *hard, guint from, guint end)
{
	const struct row_node *taken[COMPARED_MAX];
	int n = 0;
	for (guint i = from; i < end; i++) {
		bool fits = true;
		for (int k = 0; fits && k < n; k++)
			fits = is_independent(hard->pdata[i], taken[k]);
		if (fits)
			taken[n++] = hard->pdata[i];
	}
	return n;
}

static int count_independent(const GPtrArray *hard)
{
	guint from = hard->len > COMPARED_MAX ? hard->len - COMPARED_MAX : 0;
	int most = 0;
	for (guint i = from; i < hard->len; i++)
		most = MAX(most, independent_from(hard, i, hard->len));
	return most;
}

static bool is_crowded(const GArray *dates, int most, int64_t span)
{
	for (guint i = 0; most > 0 && i + (guint)most <= dates->len; i++)
		if (g_array_index(dates, int64_t, i + (guint)most - 1) -
				g_array_index(dates, int64_t, i) <=
			span)
			return true;
	return false;
}

static enum ground ground_of(const struct tally *tally, const struct thresholds *thresholds)
{
	if (tally->proven && tally->proven >= thresholds->proven_reports)
		return GROUND_PROVEN;
	if (tally->hard->len && count_independent(tally->hard) >= MAX(thresholds->hard_reports, 1))
		return GROUND_INDEPENDENT;
	return is_crowded(tally->soft, thresholds->soft_week, WEEK) ||
			       is_crowded(tally->soft, thresholds->soft_month, MONTH)
		       ? GROUND_SOFT
		       : GROUND_NONE;
}

/* --- marking */

static bool is_evidence(
	const struct row_node *node, enum ground ground, const struct thresholds *thresholds)
{
	int weight = weight_of(node, thresholds);
	return ground != GROUND_NONE &&
	       weight == (ground == GROUND_SOFT ? SUPPRESS_REPEATED : SUPPRESS_DEAD);
}

static void mark(const GPtrArray *nodes, enum ground ground, const struct thresholds *thresholds)
{
	for (guint i = 0; i < nodes->len; i++) {
		struct row_node *node = nodes->pdata[i];
		node->row.ground =
			is_evidence(node, ground, thresholds) ? (unsigned char)ground : GROUND_NONE;
		if (ground != GROUND_NONE && node->row.state == STATE_NONE && !node->row.passed)
			node->row.state = STATE_PROPOSED;
	}
}

/* Who took the address off the list knew these reports. */
static void forgive(const GPtrArray *nodes, const struct suppression *list)
{
	const struct row_node *first = nodes->pdata[0];
	const struct released *off = suppression_released(list, row_text(&first->row, ROW_MAILBOX));
	for (guint i = 0; off && i < nodes->len; i++) {
		struct row_node *node = nodes->pdata[i];
		node->row.passed = node->row.passed || node->row.date <= off->time;
	}
}

void reports_propose(
	const GPtrArray *nodes, const struct thresholds *thresholds, const struct suppression *list)
{
	g_autoptr(GPtrArray) hard = g_ptr_array_new();
	g_autoptr(GArray) soft = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct tally tally = {hard, soft, 0};
	forgive(nodes, list);
	for (guint i = 0; i < nodes->len; i++)
		tally_row(&tally, nodes->pdata[i], thresholds);
	mark(nodes, ground_of(&tally, thresholds), thresholds);
}
