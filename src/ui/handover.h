/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words to pass on: for whom is asked in a menu, the text is shown, and then copied or saved. */
#ifndef NIXIE_UI_HANDOVER_H
#define NIXIE_UI_HANDOVER_H

#include "ui/app.h"

/* `whom`: recipient, admin, sender; NULL asks. */
void handover_ask(struct app *app, const char *whom);

#endif
