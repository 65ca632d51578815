-- SPDX-License-Identifier: GPL-3.0-or-later
-- Lines of `nixie extract --per=recipient`, as contrib/fleet/load makes rows of them. "" is unknown, timestamp 0, too.
-- clickhouse-client --multiquery < schema.clickhouse.sql on each server. The cluster is called `fleet` here, as in
-- <remote_servers> of the configuration; a lone server needs a cluster of itself.
CREATE DATABASE IF NOT EXISTS nixie;

-- What lies on this server. What is loaded twice is there once, after a merge; the view does not wait for it.
CREATE TABLE IF NOT EXISTS nixie.lines_local (
	case_key String,      -- the failure that it tells of: a message, or the report itself
	mailbox String,       -- the address, one key a mailbox
	host String,          -- where the mail lies
	file String,
	number UInt32,        -- of the report in that file ("index")
	timestamp Int64,      -- of the report
	day String,
	doubt UInt8,          -- trust as a number: 0 proven, 1 consistent, 2 bare, 3 contradicted
	domain String,
	remote_domain String, -- whose server refused
	who String,           -- has to act first
	original_id String, original_from String, subject String, -- of the lost message
	id String, kind String, date String, origin String, trust String, format String, reporting_mta String,
	queue_id String, address String, action String, status String, reply String, phase String,
	diagnostic String, remote_mta String, remote_ip String, list String, category String, type String,
	finality String, rule String, confidence String,
	line String           -- as it was, for `nixie tui --from-json`
) ENGINE = ReplacingMergeTree()
PARTITION BY substring(day, 1, 7)
ORDER BY (mailbox, case_key, host, file, number, id, kind, status, diagnostic);

-- What lies on all servers. A mailbox lies on one: so what is told of a failure is found in one place.
CREATE TABLE IF NOT EXISTS nixie.lines AS nixie.lines_local
ENGINE = Distributed(fleet, nixie, lines_local, cityHash64(mailbox));

-- A failure is counted once, however many servers and copies report it: the final report before a delay, of these the one
-- that can be trusted most, then the newest. `nixie stats` counts the same.
CREATE VIEW IF NOT EXISTS nixie.bounces AS
SELECT * FROM nixie.lines
ORDER BY mailbox, case_key, kind = 'delay', doubt, timestamp DESC, file, number
LIMIT 1 BY mailbox, case_key;
