/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of the message that a report brings back, found without reading what the report says.
 */
#ifndef NIXIE_EXTRACT_RETURNED_H
#define NIXIE_EXTRACT_RETURNED_H

#include "mail/mail.h"

/* Of the part that holds it, else where `text` quotes it; SPAN_NONE when none is to be seen. */
struct span returned_header(const struct mail_part *report, struct span text, struct arena *arena);

#endif
