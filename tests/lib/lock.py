# SPDX-License-Identifier: GPL-3.0-or-later
"""For test scripts: the lock of an index, held as Xapian holds it."""
import fcntl, os, struct

OFD_SETLK = 37  # fcntl.h; Python has no name for it


def hold(path):
    """Until the descriptor is closed."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.fcntl(fd, OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0))
    return fd
