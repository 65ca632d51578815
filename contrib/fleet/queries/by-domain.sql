-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where it comes back from: domains of the recipients.
SELECT domain, count(*) AS bounces, count(DISTINCT nullIf(mailbox, '')) AS addresses
FROM bounces
GROUP BY domain
ORDER BY bounces DESC, domain;
