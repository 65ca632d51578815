/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/coderow.h"

#include "rules/status.h"

void ses_pair_take(const struct advice *advice, const struct advice *special,
	struct recipient *recipient, struct arena *arena)
{
	const char *pair, *slash;
	bool soft = recipient->type == TYPE_SOFT;

	if (special && special->ses)
		advice = special;
	pair = soft && advice->ses_soft ? advice->ses_soft : advice->ses;
	slash = pair ? strchr(pair, '/') : NULL;
	if (!slash)
		return;
	recipient->ses_type = soft && !advice->ses_soft && g_str_has_prefix(pair, "Permanent/")
				      ? "Transient"
				      : arena_span(arena, span_make(pair, slash));
	recipient->ses_subtype = arena_str(arena, slash + 1);
}

void code_row_take(const struct knowledge *knowledge, struct report *report,
	const struct code *code, struct span words)
{
	struct recipient *recipient = arena_make(report->arena, struct recipient);
	struct status status;
	struct reply reply;

	recipient_init(recipient);
	report->recipients = recipient;
	report->recipients_n = report->recipients_total = 1;
	report->kind = recipient->kind = code->category ? KIND_FAILURE : KIND_DELIVERED;
	recipient->diagnostic = arena_span(report->arena, words);
	if (status_find(words, &status)) {
		char buf[STATUS_TEXT];
		recipient->status = arena_str(report->arena, status_text(status.v, buf));
	}
	if (reply_find(knowledge, words, &reply))
		recipient->reply = arena_printf(report->arena, "%d", reply.code);
	recipient->confidence = code->confidence;
	if (!code->category)
		return;
	recipient->category = arena_str(report->arena, code->category->id);
	recipient->type = code->type >= 0 ? code->type : code->category->advice.type;
	recipient->who = code->who.count ? code->who : code->category->advice.who;
	recipient->finality = code->category->finality;
	if (recipient->finality != FINALITY_NOT_ATTEMPTED && (code->status[0] || code->reply))
		recipient->finality = (code->status[0] ? code->status[0] : code->reply / 100) == 4
					      ? FINALITY_GAVE_UP
					      : FINALITY_REFUSED;
	recipient->rule =
		arena_printf(report->arena, "code:%s:%.*s", code->scope, (int)words.n, words.p);
	ses_pair_take(&code->category->advice, NULL, recipient, report->arena);
}
