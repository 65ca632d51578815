# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of the test's own: a loopback, and processes that end with the test."""
import fcntl, os, smtplib, socket, struct, subprocess, sys, time

INSIDE = "NIXIE_LIVE_INSIDE"  # set where the script runs anew


def enter_namespaces():
    """Runs this script anew: a network with a loopback only, and processes that end with it.

    Root makes do without mounts of its own (in a chroot there are none). An ordinary user becomes root
    of the namespace, with the users of /etc/subuid beside if newuidmap gives them."""
    ways = [["--mount", "--map-root-user", "--map-auto"], ["--mount", "--map-root-user"]] if os.getuid() else [["--mount"], []]
    for more in ways:
        words = ["unshare", "--net", "--pid", "--fork", "--kill-child"] + more
        if subprocess.run(words + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            os.execvp(words[0], words + [sys.executable] + sys.argv)


def loopback_up():
    """The new network's loopback is down at first; netdevice(7): SIOCSIFFLAGS, IFF_UP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, 0x8914, struct.pack("16sh22x", b"lo", 0x49))
    # One address more: a resolver that asks for addresses of families in use counts 127.0.0.1 for none
    # (rtnetlink(7): RTM_NEWADDR with IFA_LOCAL and IFA_ADDRESS).
    address = b"".join(struct.pack("HH4s", 8, kind, socket.inet_aton("127.0.0.9")) for kind in (2, 1))
    body = struct.pack("BBBBI", socket.AF_INET, 8, 0, 254, socket.if_nametoindex("lo")) + address
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.send(struct.pack("IHHII", 16 + len(body), 20, 0x405, 1, 0) + body)
        sock.recv(4096)


def connect(seconds):
    end = time.monotonic() + seconds
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", 25, "client.desk.here.example", timeout=30)
        except (OSError, smtplib.SMTPException):
            if time.monotonic() > end:
                return None
            time.sleep(0.1)
