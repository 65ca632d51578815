/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a row keeps as numbers, or its message keeps for it. */
#include "triage/rowstore.h"

/* Where a text stands; one place has two, of which a row has one. */
static enum row_text place_of(enum row_text which)
{
	return which == ROW_ERROR ? ROW_SUGGESTION : which;
}

const char *row_text(const struct row *row, enum row_text which)
{
	uint32_t number = row->texts[place_of(which)];
	if (place_of(which) == ROW_SUGGESTION && row->unreadable != (which == ROW_ERROR))
		return NULL;
	return number ? texts_get(row->entry->store->texts, number) : NULL;
}

void row_set_text(struct row *row, enum row_text which, const char *text)
{
	if (which == ROW_ERROR && text)
		row->unreadable = true;
	if (place_of(which) == ROW_SUGGESTION && row->unreadable != (which == ROW_ERROR))
		return;
	row->texts[place_of(which)] = text ? texts_add(row->entry->store->texts, span_of(text)) : 0;
}

const char *row_id(const struct row *row)
{
	return row->entry->id;
}

char *row_path(const struct row *row)
{
	return entry_path(row->entry, row->file);
}

unsigned row_files(const struct row *row)
{
	return row->entry->files_n;
}

char *const *row_tags(const struct row *row)
{
	return entry_tags(row->entry);
}

const char *row_report_subject(const struct row *row)
{
	return texts_get(row->entry->store->texts, row->entry->subject);
}
