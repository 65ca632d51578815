# SPDX-License-Identifier: GPL-3.0-or-later
"""flufl.bounce reads each file of the list on standard input."""
import email, sys
from flufl.bounce import all_failures

n = 0
for path in sys.stdin:
    with open(path.rstrip("\n"), "rb") as file:
        message = email.message_from_binary_file(file)
    try:
        temporary, permanent = all_failures(message)
    except (UnicodeError, AttributeError):
        continue  # it cannot read all mails
    n += len(temporary) + len(permanent)
print(n)
