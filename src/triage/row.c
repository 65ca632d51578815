/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/row.h"

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

const char *const state_texts[STATE_COUNT] = {
	[STATE_RETRY] = "flagged for retry",
	[STATE_DUE] = "flagged for retry, and due now",
	[STATE_RETRIED] = "sent again",
	[STATE_BOUNCED_AGAIN] = "sent again, and bounced again",
	[STATE_ANSWERED] = "answered since",
	[STATE_QUIET] = "no bounce since",
	[STATE_PROPOSED] = "proposed for the suppression list",
	[STATE_SUPPRESSED] = "on the suppression list",
	[STATE_DONE] = "done",
};
