/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notifications that sending services write as JSON: Amazon SES (also wrapped by SNS), Mailgun,
 * SendGrid. They come as mail, or saved from a web hook.
 */
#ifndef NIXIE_EXTRACT_NOTIFY_H
#define NIXIE_EXTRACT_NOTIFY_H

#include "extract/reading.h"

/*
 * Reads reading->text when it is such a notification: adds the recipients to reading->found, fills
 * report->original, sets `*kind`. False, and nothing changed, when it is none.
 */
bool notify_read(struct reading *reading, int *kind);

#endif
