-- SPDX-License-Identifier: GPL-3.0-or-later
-- When it comes back, newest day first.
SELECT day, count(*) AS bounces, count(DISTINCT nullIf(mailbox, '')) AS addresses
FROM bounces
GROUP BY day
ORDER BY day DESC;
