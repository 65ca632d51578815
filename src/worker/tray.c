/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/tray.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (2 * TRAY_HALF)

static bool map(struct tray *tray, int fd, bool ours)
{
	void *bytes =
		mmap(NULL, SIZE, ours ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);

	tray->bytes = bytes == MAP_FAILED ? NULL : bytes;
	return tray->bytes;
}

int tray_make(struct tray *tray, bool ours)
{
	const int size = F_SEAL_SHRINK | F_SEAL_GROW, rest = F_SEAL_SEAL;
	int fd = memfd_create("tray", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	*tray = (struct tray){0};
	if (fd < 0)
		return -1;
	/* The last one leaves the map that is there writable, and allows no other. */
	if (ftruncate(fd, (off_t)SIZE) == 0 && fcntl(fd, F_ADD_SEALS, size) == 0 &&
		map(tray, fd, ours) &&
		(!ours || fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE) == 0) &&
		fcntl(fd, F_ADD_SEALS, rest) == 0)
		return fd;
	tray_clear(tray);
	close(fd);
	return -1;
}

bool tray_take(struct tray *tray, int fd, bool ours)
{
	bool done = map(tray, fd, ours);

	close(fd);
	return done;
}

void tray_clear(struct tray *tray)
{
	if (tray->bytes)
		munmap(tray->bytes, SIZE);
	tray->bytes = NULL;
}
