/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store.h"

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"

#define TAG_MAX 200 /* notmuch's NOTMUCH_TAG_MAX */

void message_free(struct message *message)
{
	if (!message)
		return;
	g_free(message->id);
	g_free(message->thread);
	g_free(message->from);
	g_free(message->subject);
	g_strfreev(message->tags);
	g_strfreev(message->files);
	g_strfreev(message->properties);
	g_free(message->to);
	g_free(message);
}

static const char *const *list_copy(const char *const *list)
{
	static const char *const none[] = {NULL};

	return (const char *const *)g_strdupv((char **)(list ? list : none));
}

struct change *change_copy(const struct change *change)
{
	struct change *copy = g_new(struct change, 1);

	*copy = (struct change){
		.id = g_strdup(change->id),
		.add_tags = list_copy(change->add_tags),
		.remove_tags = list_copy(change->remove_tags),
		.add_properties = list_copy(change->add_properties),
		.remove_properties = list_copy(change->remove_properties),
	};
	return copy;
}

void change_free(struct change *change)
{
	if (!change)
		return;
	g_free((char *)change->id);
	g_strfreev((char **)change->add_tags);
	g_strfreev((char **)change->remove_tags);
	g_strfreev((char **)change->add_properties);
	g_strfreev((char **)change->remove_properties);
	g_free(change);
}

bool change_is_empty(const struct change *change)
{
	return !(change->add_tags && *change->add_tags) &&
	       !(change->remove_tags && *change->remove_tags) &&
	       !(change->add_properties && *change->add_properties) &&
	       !(change->remove_properties && *change->remove_properties);
}

bool tag_check(const char *tag, GError **error)
{
	const char *why = NULL;

	if (!*tag)
		why = _("it is empty");
	else if (*tag == '-')
		why = _("it begins with a minus sign, which would be read as a removal");
	else if (!text_is_utf8(span_of(tag)))
		why = _("it is not valid UTF-8");
	else if (strlen(tag) > TAG_MAX)
		why = _("it is longer than 200 bytes");
	for (const char *c = tag; *c && !why; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			why = _("it holds a control character");
	if (!why)
		return true;
	g_set_error(
		error, NIXIE_ERROR, NIXIE_USAGE, _("the tag \"%s\" cannot be set: %s"), tag, why);
	return false;
}

bool tag_renames_files(const char *tag)
{
	static const char *const tags[] = {"draft", "flagged", "passed", "replied", "unread", NULL};

	return g_strv_contains(tags, tag);
}
