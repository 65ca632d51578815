-- SPDX-License-Identifier: GPL-3.0-or-later
-- Why mail comes back.
SELECT category, count(*) AS bounces, count(DISTINCT nullIf(mailbox, '')) AS addresses
FROM bounces
GROUP BY category
ORDER BY bounces DESC, category;
