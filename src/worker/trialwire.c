/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/trialwire.h"

#include "rules/ruletrial.h"
#include "worker/reportwire.h"

#define STATUS_LIMIT 1000 /* of one number of a code */
#define REPLY_LIMIT 1000
#define TRIED_RULE_NUMBERS 4 /* of the pack, at the least */

static void pack_trial(struct pack *pack, const struct trial *trial)
{
	pack_text(pack, trial->provider);
	pack_count(pack, (size_t)trial->phase);
	pack_count(pack, (size_t)trial->reply);
	for (int i = 0; i < 3; i++)
		pack_count(pack, trial->status[i]);
	pack_count(pack, trial->outgoing);
	pack_number(pack, trial->decided);
	pack_count(pack, trial->texts_n);
	for (size_t i = 0; i < trial->texts_n; i++) {
		pack_text(pack, trial->texts[i].field);
		pack_text(pack, trial->texts[i].text);
		pack_count(pack, trial->texts[i].counts);
	}
	pack_text(pack, trial->code);
	pack_text(pack, trial->code_scope);
	pack_text(pack, trial->code_category);
}

static void pack_tried(struct pack *pack, const struct tried_rule *tried)
{
	pack_text(pack, tried->rule);
	pack_count(pack, (size_t)tried->outcome);
	pack_text(pack, tried->why);
	pack_text(pack, tried->words);
}

static void pack_contest(struct pack *pack, const struct trial *trial)
{
	pack_number(pack, trial->contested);
	pack_count(pack, trial->rules_n);
	for (size_t i = 0; i < trial->rules_n; i++)
		pack_tried(pack, &trial->rules[i]);
	pack_tried(pack, &trial->asked);
}

static const char *lent(struct unpack *unpack, struct arena *arena)
{
	return arena_str(arena, unpack_text(unpack));
}

static void unpack_trial(struct unpack *unpack, struct trial *trial, struct arena *arena)
{
	int64_t decided;

	trial->provider = lent(unpack, arena);
	trial->phase = (int)unpack_index(unpack, PHASE_COUNT);
	trial->reply = (int)unpack_index(unpack, REPLY_LIMIT);
	for (int i = 0; i < 3; i++)
		trial->status[i] = (unsigned short)unpack_index(unpack, STATUS_LIMIT);
	trial->outgoing = unpack_index(unpack, 2);
	decided = unpack_number(unpack);
	trial->texts_n = unpack_index(unpack, TRIED_TEXTS_MAX + 1);
	for (size_t i = 0; i < trial->texts_n; i++) {
		trial->texts[i].field = lent(unpack, arena);
		trial->texts[i].text = lent(unpack, arena);
		trial->texts[i].counts = unpack_index(unpack, 2);
		if (!trial->texts[i].field || !trial->texts[i].text)
			unpack->bad = true;
	}
	trial->decided = decided >= 0 && decided < (int64_t)trial->texts_n ? (int)decided : -1;
	trial->code = lent(unpack, arena);
	trial->code_scope = lent(unpack, arena);
	trial->code_category = lent(unpack, arena);
}

static struct tried_rule unpack_tried(struct unpack *unpack, struct arena *arena)
{
	struct tried_rule tried = {.rule = lent(unpack, arena)};

	tried.outcome = (int)unpack_index(unpack, RULE_OUTCOME_COUNT);
	tried.why = lent(unpack, arena);
	tried.words = lent(unpack, arena);
	if (tried.rule && !(tried.why && tried.words))
		unpack->bad = true;
	return tried;
}

static void unpack_contest(struct unpack *unpack, struct trial *trial, struct arena *arena)
{
	int64_t contested = unpack_number(unpack);
	size_t n = unpack_count(unpack, TRIED_RULE_NUMBERS);
	struct tried_rule *list = arena_alloc(arena, (n + 1) * sizeof *list);

	for (size_t i = 0; i < n && !unpack->bad; i++) {
		list[i] = unpack_tried(unpack, arena);
		if (!list[i].rule)
			unpack->bad = true;
	}
	trial->contested =
		contested >= 0 && contested < (int64_t)trial->texts_n ? (int)contested : -1;
	trial->rules = list;
	trial->rules_n = n;
	trial->asked = unpack_tried(unpack, arena);
}

void trials_pack(struct pack *pack, const struct report *report, const struct trial *trials)
{
	report_pack(pack, report);
	for (size_t i = 0; i < report->recipients_n; i++) {
		pack_trial(pack, &trials[i]);
		pack_contest(pack, &trials[i]);
	}
}

struct report *trials_unpack(struct unpack *unpack, const struct trial **trials)
{
	struct report *report = report_unpack(unpack);
	struct trial *list;

	if (!report)
		return NULL;
	list = arena_alloc(report->arena, (report->recipients_n + 1) * sizeof *list);
	for (size_t i = 0; i < report->recipients_n && !unpack->bad; i++) {
		unpack_trial(unpack, &list[i], report->arena);
		unpack_contest(unpack, &list[i], report->arena);
	}
	*trials = list;
	if (!unpack->bad)
		return report;
	report_free(report);
	return NULL;
}
