/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notices that sending services write for programs, as JSON or as what a form sends
 * (extract/notice.h). They come as mail, in a part of one, or saved from a web hook.
 */
#ifndef NIXIE_EXTRACT_NOTIFY_H
#define NIXIE_EXTRACT_NOTIFY_H

#include "extract/reading.h"

/*
 * Reads reading->text when it holds such a notice: adds the recipients to reading->found, fills
 * report->original and reading->notice, sets `*kind`. False, and nothing changed, when it is none.
 */
bool notify_read(struct reading *reading, int *kind);

#endif
