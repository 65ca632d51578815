-- SPDX-License-Identifier: GPL-3.0-or-later
-- Addresses that mail should no longer go to: dead by a proven report, or by two that know nothing of each other.
SELECT max(address) AS address, count(*) AS bounces, min(day) AS first, max(day) AS last, max(category) AS category
FROM bounces
WHERE kind = 'failure' AND type = 'hard' AND doubt <= 1 AND mailbox <> ''
GROUP BY mailbox
HAVING min(doubt) = 0 OR (count(DISTINCT nullIf(reporting_mta, '')) >= 2 AND count(DISTINCT nullIf(original_id, '')) >= 2)
ORDER BY bounces DESC, address;
