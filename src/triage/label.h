/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a change is called: "flag 3 recipients for retry". The journal keeps it in English, since
 * people with other languages may read the same one; it is told in the language of messages.
 */
#ifndef NIXIE_TRIAGE_LABEL_H
#define NIXIE_TRIAGE_LABEL_H

#include <glib.h>

enum label_form {
	LABEL_TAG,
	LABEL_FLAG,
	LABEL_UNFLAG,
	LABEL_SENT,
	LABEL_SUPPRESS,
	LABEL_RELEASE,
	LABEL_ACCEPT,
	LABEL_SCAN,
	LABEL_UNDO,
	LABEL_REDO,
	LABEL_FORMS
};

/* "1 recipient", "2 recipients"; g_free. */
char *label_count(size_t n, const char *one, const char *many);
/* As the journal keeps it; g_free. `what` is made of label_count(), with commas between. */
char *label_new(enum label_form form, const char *what);
char *label_tag(const char *tags, const char *messages);
/* A label, or a `what`, in the language of messages; what is unknown stays as it is. g_free. */
char *label_told(const char *label);

#endif
