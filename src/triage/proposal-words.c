/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/words.h"
#include "triage/propose.h"

const char *const ground_names[GROUND_COUNT] = {
	[GROUND_NONE] = "",
	[GROUND_PROVEN] = N_("proven"),
	[GROUND_INDEPENDENT] = N_("independent"),
	[GROUND_SOFT] = N_("soft"),
	[GROUND_ANSWERED] = N_("answered"),
	[GROUND_QUIET] = N_("quiet"),
};

const char *const move_names[MOVE_COUNT] = {
	[MOVE_ON] = "put-on",
	[MOVE_BACK] = "put-back",
	[MOVE_OFF] = "take-off",
};

const char *const move_titles[MOVE_COUNT] = {
	[MOVE_ON] = N_("put it on the list"),
	[MOVE_BACK] = N_("put it back on the list"),
	[MOVE_OFF] = N_("take it off the list"),
};

char **proposal_words(void)
{
	GPtrArray *words = g_ptr_array_new();

	for (int move = 0; move < MOVE_COUNT; move++)
		g_ptr_array_add(words, g_strdup(move_names[move]));
	for (int ground = GROUND_NONE + 1; ground < GROUND_COUNT; ground++)
		g_ptr_array_add(words, g_strdup(ground_names[ground]));
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

bool proposal_is(const struct proposal *proposal, const char *word)
{
	return strcmp(move_names[proposal->move], word) == 0 ||
	       strcmp(ground_names[proposal->ground], word) == 0;
}

char *proposal_reason(const struct proposal *proposal)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(proposal->success);
	g_autofree char *day = date ? g_date_time_format(date, "%Y-%m-%d") : g_strdup("?");
	switch (proposal->ground) {
	case GROUND_PROVEN:
		return g_strdup_printf(
			ngettext("%u hard report about mail that was sent to it",
				"%u hard reports about mail that was sent to it", proposal->count),
			proposal->count);
	case GROUND_INDEPENDENT:
		return g_strdup_printf(
			_("%u hard reports that do not depend on each other"), proposal->count);
	case GROUND_SOFT:
		return g_strdup_printf(
			_("%u soft bounces close together, and no success since"), proposal->count);
	case GROUND_ANSWERED:
		return g_strdup_printf(_("mail came from it on %s, after the last bounce"), day);
	case GROUND_QUIET:
		return g_strdup_printf(_("mail that was sent to it on %s did not come back"), day);
	default:
		return g_strdup("");
	}
}
