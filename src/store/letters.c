/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/letters.h"

#include <glib.h>

void letter_head_free(struct letter_head *letter)
{
	if (!letter)
		return;
	g_free(letter->id);
	g_free(letter->subject);
	g_free(letter->from);
	g_free(letter->to);
	g_free(letter->thread);
	g_free(letter);
}
