/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cursor in something longer than its window: moved by the commands of the group Move. */
#ifndef NIXIE_UI_SCROLL_H
#define NIXIE_UI_SCROLL_H

#include <stdbool.h>
#include <stddef.h>

struct scroll {
	size_t count;  /* rows there are */
	size_t cursor; /* the focused one */
	size_t top;    /* the first that is shown */
	size_t height; /* rows that are shown */
};

/* Takes new sizes; the cursor stays on its row and in the window. */
void scroll_fit(struct scroll *scroll, size_t count, int height);
void scroll_to(struct scroll *scroll, size_t row);
/* The focused row is another one now, `row`: it stays where it is on the screen. */
void scroll_follow(struct scroll *scroll, size_t row);
/* Moves as `command` (enum ui_command_id) says; false when it is no movement. */
bool scroll_command(struct scroll *scroll, int command);
/* The same where Space and b page the rows themselves: UI_DETAIL_DOWN and UI_DETAIL_UP are pages.
 */
bool scroll_list_command(struct scroll *scroll, int command);
/* Does a row of `user` hold the text that is searched for? */
typedef bool scroll_holds(void *user, size_t row, const char *text);
/*
 * Goes to the next of `count` rows that holds the text: from the cursor on (`back`: towards the
 * top), round the end; the focused row is asked first, with `again` last. False: none does.
 */
bool scroll_search(struct scroll *scroll, size_t count, bool back, bool again, scroll_holds *holds,
	void *user, const char *text);
/* Pages the window as less does: false when it is at that end already. */
bool scroll_page(struct scroll *scroll, bool down);
/* How far: "Top", "All", "12%", "Bot". */
void scroll_text(const struct scroll *scroll, char *buf, size_t n);

#endif
