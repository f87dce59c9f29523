-- views: stored views work where the schema is trusted, and not else
--@ store lab

CREATE VIEW failures AS SELECT run_id, owner FROM runs WHERE failed = 1;
CREATE VIEW pairs AS SELECT run_id, attribute, value FROM attributes;
CREATE VIEW tails AS SELECT sys_id, value FROM metric_points WHERE tail = 1;
CREATE VIEW asked AS SELECT path FROM neptune_requests;
PRAGMA trusted_schema = ON;
SELECT run_id FROM failures WHERE owner = 'ann';
-- Conditions on a view are sent.
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id, value FROM pairs WHERE attribute = 'config/seed'
ORDER BY run_id;
SELECT value FROM tails WHERE sys_id = 'VIS-2' ORDER BY value;

PRAGMA trusted_schema = OFF;
SELECT run_id FROM failures; --@ error
SELECT run_id FROM pairs; --@ error
SELECT value FROM tails; --@ error
SELECT path FROM asked; --@ error
-- Tables themselves and TEMP views stay usable.
SELECT count(*) FROM runs;
CREATE VIRTUAL TABLE mine USING runs;
SELECT count(*) FROM mine;
CREATE TEMP VIEW own AS SELECT run_id FROM runs WHERE failed = 1;
SELECT run_id FROM own ORDER BY run_id;
CREATE VIEW over_created AS SELECT run_id FROM mine;
SELECT count(*) FROM over_created; --@ error
