-- count: what is counted is not fetched, a row that is asked for is
--@ store lab

EXPLAIN QUERY PLAN SELECT count(*) FROM experiments; --@ plan
SELECT count(*) FROM experiments;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Conditions that are exact, with literals that can be sent as they are.
EXPLAIN QUERY PLAN SELECT count(*) FROM runs
WHERE state = 'inactive' AND failed = 0 AND creation_time > '2000'; --@ plan
SELECT count(*) FROM runs
WHERE state = 'inactive' AND failed = 0 AND creation_time > '2000';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs('`sys/failed`:bool = "True"');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE project = 'lab/speech';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE project = 'lab/empty';
SELECT EXISTS (SELECT 1 FROM runs WHERE owner = 'bob'),
  EXISTS (SELECT * FROM runs WHERE owner = 'nobody');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT 1 FROM runs LIMIT 4;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM experiments AS a, experiments AS b;

-- A column of a condition may be asked for as well: the first page has it.
SELECT owner FROM runs WHERE owner = 'ann';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT experiment FROM experiments WHERE experiment = 'beta';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- SQLite checks: what is a superset or not sent, values bound or of another
-- type, two inputs, conditions of a LEFT JOIN.
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE owner <> 'ann'; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE owner IS NOT NULL; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE owner > 'ann'; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE owner = 5; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE owner = @name; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE fork_step > 9e999; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE archived = 0; --@ plan
EXPLAIN QUERY PLAN SELECT count(owner) FROM runs WHERE failed = 0; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs
WHERE project = 'lab/vision' AND project = 'lab/speech'; --@ plan
SELECT count(*) FROM runs WHERE owner = 5;
SELECT count(*) FROM runs
WHERE project = 'lab/vision' AND project = 'lab/speech';
SELECT v.x, count(*) FROM (SELECT 1 AS x UNION SELECT 2) AS v
LEFT JOIN runs ON failed = 1 AND v.x = 2 GROUP BY v.x;
SELECT count(*) FROM runs WHERE creation_time > '2026-01-02'
OR creation_time < '2001';
SELECT count(*) FROM runs WHERE owner = 'ann' OR failed = 1;

-- Other tables are not counted by the server.
EXPLAIN QUERY PLAN SELECT count(*) FROM attributes; --@ plan
