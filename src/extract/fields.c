/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of RFC 3464 that stand in the text for people: Amazon WorkMail, broken boundaries, pasted reports. */
#include "extract/layout.h"
#include "extract/recipients.h"

void layout_fields(struct reading *reading, const struct format *format)
{
	size_t index = 0;
	size_t limit = (size_t)(reading->body.p + reading->body.n - reading->text->text.p);

	if (!layout_mark(reading, format, MARK_FIELDS, &index, limit))
		return;
	dsn_read(&reading->dsn, reading->text, reading->body, true);
	recipients_from_fields(reading);
}
