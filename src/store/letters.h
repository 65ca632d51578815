/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter, as far as it matters who wrote and to whom it was written. */
#ifndef NIXIE_STORE_LETTERS_H
#define NIXIE_STORE_LETTERS_H

#include <stdint.h>

struct letter_head {
	char *id; /* without brackets */
	int64_t date;
	char *subject;
	char *from;   /* NULL: sent from here */
	char *to;     /* To, Cc and Bcc as they stand, a comma between them; NULL: not from here */
	char *thread; /* NULL: not from here */
};
void letter_head_free(struct letter_head *letter); /* NULL is legal */

#endif
