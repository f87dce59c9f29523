-- read_only: writes are refused
--@ store lab

INSERT INTO runs(run_id) VALUES ('x'); --@ error
UPDATE runs SET owner = 'x'; --@ error
DELETE FROM experiments WHERE run_id = 'alpha-2'; --@ error
DELETE FROM metric_points; --@ error
UPDATE attributes SET value = 1 WHERE attribute = 'config/lr'; --@ error
REPLACE INTO neptune_runs(sys_id) VALUES ('VIS-1'); --@ error
DROP TABLE runs; --@ error
ALTER TABLE runs ADD COLUMN more TEXT; --@ error
CREATE INDEX fast ON runs(run_id); --@ error
CREATE TRIGGER fired AFTER INSERT ON runs BEGIN SELECT 1; END; --@ error

CREATE VIRTUAL TABLE mine USING runs;
INSERT INTO mine(run_id) VALUES ('x'); --@ error
UPDATE mine SET owner = 'x' WHERE sys_id = 'VIS-1'; --@ error
DELETE FROM mine; --@ error
CREATE INDEX fast ON mine(run_id); --@ error
SELECT count(*) FROM mine;
DROP TABLE mine;

-- Copies are the user's.
CREATE TABLE copy AS SELECT run_id, owner FROM runs;
UPDATE copy SET owner = 'me' WHERE run_id = 'loose';
SELECT owner FROM copy WHERE run_id = 'loose';
