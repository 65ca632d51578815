-- SPDX-License-Identifier: GPL-3.0-or-later
-- One category at one server's domain on one day that met ten addresses or more: somebody has to call somebody.
SELECT day, remote_domain, category, count(*) AS bounces, count(DISTINCT nullIf(mailbox, '')) AS addresses
FROM bounces
WHERE day <> '' AND remote_domain <> '' AND category <> ''
GROUP BY day, remote_domain, category
HAVING count(DISTINCT nullIf(mailbox, '')) >= 10
ORDER BY day DESC, addresses DESC, remote_domain, category;
