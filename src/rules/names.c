/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed sets of words in results, each once (categories.md). */
#include "rules/knowledge.h"

const char *const kind_names[KIND_COUNT + 1] = {
	[KIND_FAILURE] = "failure",
	[KIND_DELAY] = "delay",
	[KIND_DELIVERED] = "delivered",
	[KIND_RELAYED] = "relayed",
	[KIND_EXPANDED] = "expanded",
	[KIND_AUTO_REPLY] = "auto-reply",
	[KIND_CHALLENGE] = "challenge",
	[KIND_COMPLAINT] = "complaint",
	[KIND_READ_RECEIPT] = "read-receipt",
	[KIND_REPORT] = "report",
	[KIND_NOT_A_BOUNCE] = "not-a-bounce",
};

const char *const type_names[TYPE_COUNT + 1] = {
	[TYPE_HARD] = "hard",
	[TYPE_SOFT] = "soft",
	[TYPE_UNDETERMINED] = "undetermined",
};

const char *const finality_names[FINALITY_COUNT + 1] = {
	[FINALITY_REFUSED] = "refused",
	[FINALITY_GAVE_UP] = "gave-up",
	[FINALITY_RETRYING] = "retrying",
	[FINALITY_NOT_ATTEMPTED] = "not-attempted",
	[FINALITY_UNKNOWN] = "unknown",
};

const char *const origin_names[ORIGIN_COUNT + 1] = {
	[ORIGIN_OWN] = "own",
	[ORIGIN_FORGED] = "forged",
	[ORIGIN_UNKNOWN] = "unknown",
};

const char *const trust_names[TRUST_COUNT + 1] = {
	[TRUST_PROVEN] = "proven",
	[TRUST_CONSISTENT] = "consistent",
	[TRUST_BARE] = "bare",
	[TRUST_CONTRADICTED] = "contradicted",
};

const char *const actor_names[ACTOR_COUNT + 1] = {
	[ACTOR_SENDER] = "sender",
	[ACTOR_SENDER_ADMIN] = "sender-admin",
	[ACTOR_RECIPIENT] = "recipient",
	[ACTOR_RECIPIENT_ADMIN] = "recipient-admin",
	[ACTOR_NOBODY] = "nobody",
};

const char *const retry_names[RETRY_COUNT + 1] = {
	[RETRY_NEVER] = "never",
	[RETRY_AFTER_FIX] = "after-fix",
	[RETRY_AFTER] = "after",
	[RETRY_AUTOMATIC] = "automatic",
};

const char *const confidence_names[CONFIDENCE_COUNT + 1] = {
	[CONFIDENCE_HIGH] = "high",
	[CONFIDENCE_MEDIUM] = "medium",
	[CONFIDENCE_LOW] = "low",
	[CONFIDENCE_NONE] = "none",
};

const char *const phase_names[PHASE_COUNT + 1] = {
	[PHASE_NONE] = "",
	[PHASE_CONNECT] = "connect",
	[PHASE_HELO] = "helo",
	[PHASE_TLS] = "tls",
	[PHASE_AUTH] = "auth",
	[PHASE_MAIL] = "mail",
	[PHASE_RCPT] = "rcpt",
	[PHASE_DATA] = "data",
	[PHASE_EOD] = "eod",
};

const char *const state_names[STATE_COUNT + 1] = {
	[STATE_NONE] = "none",
	[STATE_RETRY] = "retry",
	[STATE_DUE] = "due",
	[STATE_RETRIED] = "retried",
	[STATE_BOUNCED_AGAIN] = "bounced-again",
	[STATE_ANSWERED] = "answered",
	[STATE_QUIET] = "quiet",
	[STATE_PROPOSED] = "proposed",
	[STATE_SUPPRESSED] = "suppressed",
	[STATE_DONE] = "done",
};

const char *const event_names[EVENT_COUNT + 1] = {
	[EVENT_FAILURE] = "failure",
	[EVENT_DELAY] = "delay",
	[EVENT_ANSWERED] = "answered",
	[EVENT_QUIET] = "quiet",
	[EVENT_SENT] = "sent",
};

const char *const condition_names[CONDITION_COUNT + 1] = {
	[CONDITION_UNKNOWN] = "unknown",
	[CONDITION_DEAD] = "dead",
	[CONDITION_FAILING] = "failing",
	[CONDITION_RECOVERING] = "recovering",
	[CONDITION_ALIVE_AGAIN] = "alive-again",
};

const char *const trace_names[TRACE_COUNT + 1] = {
	[TRACE_OURS] = "ours",
	[TRACE_OTHERS] = "not-ours",
	[TRACE_GONE] = "gone",
	[TRACE_NONE] = "no-trace",
	[TRACE_UNKNOWN] = "unknown",
	[TRACE_UNNAMED] = "unnamed",
};

const char *const role_names[MAILBOX_ROLES + 1] = {
	[MAILBOX_PERSON] = "none",
	[MAILBOX_UNREAD] = "unread",
	[MAILBOX_READ] = "read",
};

const char *const scope_names[SCOPE_COUNT + 1] = {
	[SCOPE_RFC] = "rfc",
	[SCOPE_SMTP] = "smtp",
	[SCOPE_TEXT] = "text",
	[SCOPE_BLOCKLISTS] = "blocklists",
	[SCOPE_GATEWAYS] = "gateways",
};

const char *const conflict_names[CONFLICT_COUNT + 1] = {
	[CONFLICT_NONE] = "",
	[CONFLICT_CODES] = "codes",
	[CONFLICT_CLASS] = "class",
	[CONFLICT_WORDS] = "words",
};

int name_index(const char *const *names, int count, struct span name)
{
	for (int i = 0; i < count; i++) {
		if (name.n && names[i][0] != name.p[0])
			continue; /* as nearly all do */
		if (strlen(names[i]) == name.n && memcmp(names[i], name.p, name.n) == 0)
			return i;
	}
	return -1;
}
