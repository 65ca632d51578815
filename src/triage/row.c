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
