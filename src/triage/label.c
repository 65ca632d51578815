/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/label.h"

#include <string.h>

#include "base/words.h"

#define ON " on " /* between tags and messages */

/* What stands before and behind the things that were changed, and all of it for people. */
#define FORMS(X) \
	X(LABEL_TAG, "tag ", "", _("tag %s")) \
	X(LABEL_FLAG, "flag ", " for retry", _("flag %s for retry")) \
	X(LABEL_UNFLAG, "take the retry flag off ", "", _("take the retry flag off %s")) \
	X(LABEL_SENT, "note ", " as sent again", _("note %s as sent again")) \
	X(LABEL_SUPPRESS, "suppress ", "", _("suppress %s")) \
	X(LABEL_RELEASE, "take ", " off the suppression list", \
		_("take %s off the suppression list")) \
	X(LABEL_ACCEPT, "accept: ", "", _("accept: %s")) \
	X(LABEL_SCAN, "scan: ", "", _("scan: %s")) \
	X(LABEL_UNDO, "undo: ", "", _("undo: %s")) \
	X(LABEL_REDO, "redo: ", "", _("redo: %s"))

/* Things behind a number: one, many, and both for people. */
#define THINGS(X) \
	X("message", "messages", ngettext("%zu message", "%zu messages", n)) \
	X("recipient", "recipients", ngettext("%zu recipient", "%zu recipients", n)) \
	X("address", "addresses", ngettext("%zu address", "%zu addresses", n)) \
	X("bounce", "bounces", ngettext("%zu bounce", "%zu bounces", n)) \
	X("on the suppression list", "on the suppression list", \
		ngettext("%zu on the suppression list", "%zu on the suppression list", n)) \
	X("back on it", "back on it", ngettext("%zu back on it", "%zu back on it", n)) \
	X("off the list", "off the list", ngettext("%zu off the list", "%zu off the list", n))

static const struct form {
	const char *before, *behind;
} forms[LABEL_FORMS] = {
#define X(id, before, behind, told) [id] = {before, behind},
	FORMS(X)
#undef X
};

char *label_count(size_t n, const char *one, const char *many)
{
	return g_strdup_printf("%zu %s", n, n == 1 ? one : many);
}

char *label_new(enum label_form form, const char *what)
{
	return g_strconcat(forms[form].before, what, forms[form].behind, NULL);
}

char *label_tag(const char *tags, const char *messages)
{
	g_autofree char *what = g_strconcat(tags, ON, messages, NULL);

	return label_new(LABEL_TAG, what);
}

/* "3 messages"; NULL where it is none. */
static char *count_told(const char *text)
{
	char *end;
	size_t n = (size_t)g_ascii_strtoull(text, &end, 10);

	if (!g_ascii_isdigit(*text) || *end != ' ')
		return NULL;
	end++;
#define X(one, many, told) \
	if (strcmp(end, one) == 0 || strcmp(end, many) == 0) \
		return g_strdup_printf(told, n);
	THINGS(X)
#undef X
	return NULL;
}

/* "1 on the suppression list, 2 off the list" */
static char *counts_told(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, ", ", -1);

	for (char **part = parts; *part; part++) {
		char *told = count_told(*part);

		if (!told)
			return NULL;
		g_free(*part);
		*part = told;
	}
	return *parts ? g_strjoinv(", ", parts) : NULL;
}

/* "+urgent -inbox on 3 messages" */
static char *tags_told(const char *text)
{
	const char *on = g_strrstr(text, ON);
	g_autofree char *count = on ? count_told(on + strlen(ON)) : NULL;
	g_autofree char *tags = count ? g_strndup(text, (gsize)(on - text)) : NULL;

	/* TRANSLATORS: "+urgent -inbox", "3 messages" */
	return tags ? g_strdup_printf(_("%s on %s"), tags, count) : NULL;
}

static char *form_told(enum label_form form, const char *what)
{
	switch (form) {
#define X(id, before, behind, told) \
	case id: \
		return g_strdup_printf(told, what);
		FORMS(X)
#undef X
	default:
		return g_strdup(what);
	}
}

/* What stands in the form, where the label is one; NULL. */
static char *what_of(const struct form *form, const char *label)
{
	size_t before = strlen(form->before), behind = strlen(form->behind), n = strlen(label);

	if (n < before + behind || !g_str_has_prefix(label, form->before) ||
		!g_str_has_suffix(label, form->behind))
		return NULL;
	return g_strndup(label + before, n - before - behind);
}

static char *plain_told(const char *label)
{
	for (enum label_form form = 0; form < LABEL_UNDO; form++) {
		g_autofree char *what = what_of(&forms[form], label);
		g_autofree char *told = !what               ? NULL
					: form == LABEL_TAG ? tags_told(what)
							    : counts_told(what);

		if (told)
			return form_told(form, told);
	}
	return counts_told(label);
}

char *label_told(const char *label)
{
	char *told = plain_told(label);

	for (enum label_form form = LABEL_UNDO; !told && form < LABEL_FORMS; form++) {
		g_autofree char *what = what_of(&forms[form], label);
		g_autofree char *inner = what ? plain_told(what) : NULL;

		if (what)
			told = form_told(form, inner ? inner : what);
	}
	return told ? told : g_strdup(label);
}
