/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that this program and one child share: mails lie in one tray, answers in another, and
 * the kernel copies neither. A tray has two halves, one for each batch that a child has. The side
 * that only reads cannot write, and nobody can make it larger or smaller (memfd_create(2), seals).
 *
 * What the child wrote may change while it is looked at: it is copied out before anybody trusts a
 * length in it. This program writes a half of mails only while no batch is there.
 */
#ifndef NIXIE_WORKER_TRAY_H
#define NIXIE_WORKER_TRAY_H

#include <stdbool.h>
#include <stddef.h>

#define TRAY_HALF ((size_t)256 << 10)

struct tray {
	char *bytes; /* NULL: there is none */
};

/*
 * `ours`: this program writes and the child reads, else the other way round. The descriptor for the
 * child, the caller's; -1 where the kernel has no such memory.
 */
int tray_make(struct tray *tray, bool ours);
/* In the child: takes the descriptor. `ours`: the child writes. False when it cannot be had. */
bool tray_take(struct tray *tray, int fd, bool ours);
void tray_clear(struct tray *tray);

static inline char *tray_half(const struct tray *tray, unsigned half)
{
	return tray->bytes + half * TRAY_HALF;
}

#endif
