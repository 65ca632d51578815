/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Message-IDs as the index names its messages. Of one with more than 189 bytes (libnotmuch's
 * NOTMUCH_MESSAGE_ID_MAX, measured with 0.37) it keeps a digest; mail goes on naming the id itself.
 */
#ifndef NIXIE_STORE_MESSAGEID_H
#define NIXIE_STORE_MESSAGEID_H

/* The name in the index of what mail calls `id`; of a name in the index, that name. NULL for NULL;
 * g_free. */
char *message_id_kept(const char *id);

#endif
