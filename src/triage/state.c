/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/state.h"

#include "triage/rowstore.h"

const char *const stored_properties[] = {
	"nixie.category=", "nixie.status=", "nixie.type=", "nixie.address=", "nixie.v=", NULL};

bool property_is_stored(const char *line)
{
	for (const char *const *property = stored_properties; *property; property++)
		if (g_str_has_prefix(line, *property))
			return true;
	return false;
}

bool entry_has_tag(const struct entry *entry, const char *tag)
{
	return tag && g_strv_contains((const char *const *)entry_tags(entry), tag);
}

/* What stands behind "property=" of one property, NULL when it is another one. */
static const char *value_of(const char *line, const char *property)
{
	size_t n = strlen(property);
	return strncmp(line, property, n) == 0 && line[n] == '=' ? line + n + 1 : NULL;
}

bool entry_has_property(const struct entry *entry, const char *property)
{
	for (char *const *line = entry_properties(entry); *line; line++)
		if (value_of(*line, property))
			return true;
	return false;
}

const char *entry_property(const struct entry *entry, const char *property, const char *address)
{
	size_t n = address ? strlen(address) : 0;
	for (char *const *line = entry_properties(entry); address && *line; line++) {
		const char *value = value_of(*line, property);
		if (value && strncmp(value, address, n) == 0 && (!value[n] || value[n] == ' '))
			return value[n] ? value + n + 1 : value + n;
	}
	return NULL;
}

bool row_is_marked(const struct row *row, const char *tag, const char *property)
{
	if (!entry_has_tag(row->entry, tag))
		return false;
	return !entry_has_property(row->entry, property) ||
	       entry_property(row->entry, property, row_text(row, ROW_ADDRESS));
}

static int64_t property_time(const struct row *row, const char *property)
{
	const char *value = entry_property(row->entry, property, row_text(row, ROW_ADDRESS));
	return value ? g_ascii_strtoll(value, NULL, 10) : 0;
}

enum state row_state(const struct state_words *words, const struct row *row, int64_t *retried)
{
	const struct config *config = words->config;
	const char *done = config_text(config, SET_TAG_DONE);
	*retried = 0;
	/* The list rules; the mark alone counts where the list knows nothing of the address. */
	if (suppression_has(words->suppression, row_text(row, ROW_ADDRESS)) ||
		(row_is_marked(row, config_text(config, SET_TAG_SUPPRESS), PROPERTY_SUPPRESS) &&
			!suppression_released(words->suppression, row_text(row, ROW_ADDRESS))))
		return STATE_SUPPRESSED;
	/* What was sent again and flagged once more waits for the next time. */
	if (row_is_marked(row, config_text(config, SET_TAG_RETRY), PROPERTY_RETRY)) {
		int64_t due = property_time(row, PROPERTY_RETRY_DUE);
		return due && due <= words->now ? STATE_DUE : STATE_RETRY;
	}
	if (row_is_marked(row, config_text(config, SET_TAG_RETRIED), PROPERTY_RETRIED)) {
		*retried = property_time(row, PROPERTY_RETRIED);
		return STATE_RETRIED;
	}
	return words->uses_done_tag && !entry_has_tag(row->entry, done) ? STATE_DONE : STATE_NONE;
}
