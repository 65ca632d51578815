-- SPDX-License-Identifier: GPL-3.0-or-later
-- Lines of `nixie extract --per=recipient`, as contrib/fleet/load makes rows of them. "" is unknown.
CREATE TABLE IF NOT EXISTS lines (
	case_key TEXT NOT NULL,  -- the failure that it tells of: a message, or the report itself
	mailbox TEXT NOT NULL,   -- the address, one key a mailbox
	host TEXT NOT NULL,      -- where the mail lies
	file TEXT NOT NULL,
	number INTEGER NOT NULL, -- of the report in that file ("index")
	timestamp INTEGER,       -- of the report; NULL: unknown
	day TEXT NOT NULL,
	doubt INTEGER NOT NULL,  -- trust as a number: 0 proven, 1 consistent, 2 bare, 3 contradicted
	domain TEXT NOT NULL,
	remote_domain TEXT NOT NULL, -- whose server refused
	who TEXT NOT NULL,           -- has to act first
	original_id TEXT NOT NULL, original_from TEXT NOT NULL, subject TEXT NOT NULL, -- of the lost message
	id TEXT NOT NULL, kind TEXT NOT NULL, date TEXT NOT NULL, origin TEXT NOT NULL, trust TEXT NOT NULL,
	format TEXT NOT NULL, reporting_mta TEXT NOT NULL, queue_id TEXT NOT NULL, address TEXT NOT NULL,
	action TEXT NOT NULL, status TEXT NOT NULL, reply TEXT NOT NULL, phase TEXT NOT NULL,
	diagnostic TEXT NOT NULL, remote_mta TEXT NOT NULL, remote_ip TEXT NOT NULL, list TEXT NOT NULL,
	category TEXT NOT NULL, type TEXT NOT NULL, finality TEXT NOT NULL, rule TEXT NOT NULL,
	confidence TEXT NOT NULL,
	line TEXT NOT NULL -- as it was, for `nixie tui --from-json`
);
-- What is loaded twice is there once.
CREATE UNIQUE INDEX IF NOT EXISTS lines_once ON lines (mailbox, case_key, host, file, number, id, kind, status, diagnostic);

-- A failure is counted once, however many servers and copies report it: the final report before a delay, of these the one
-- that can be trusted most, then the newest. `nixie stats` counts the same.
CREATE VIEW IF NOT EXISTS bounces AS
SELECT * FROM (
	SELECT *, row_number() OVER (
		PARTITION BY mailbox, case_key ORDER BY kind = 'delay', doubt, timestamp DESC, file, number) AS place
	FROM lines)
WHERE place = 1;
