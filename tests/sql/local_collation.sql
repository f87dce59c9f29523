-- local_collation: text under another collation than BINARY is not sent
--@ store lab

SELECT run_id FROM runs WHERE owner = 'ANN' COLLATE NOCASE ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE owner = 'ANN' COLLATE NOCASE; --@ plan

SELECT count(*) FROM runs WHERE owner COLLATE NOCASE = 'aNN';
SELECT count(*) FROM runs WHERE owner = 'ann ' COLLATE RTRIM;
SELECT count(*) FROM runs WHERE owner COLLATE NOCASE IN ('ANN', 'BOB');
SELECT count(*) FROM runs WHERE owner IN ('ANN', 'BOB') COLLATE NOCASE;
SELECT count(*) FROM runs WHERE owner = 'ann' COLLATE BINARY;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs
WHERE creation_time >= '2026-01-03t' COLLATE NOCASE;
SELECT count(*) FROM attributes WHERE type = 'INT' COLLATE NOCASE;

-- A column of another table brings its collation.
CREATE TABLE folded(name TEXT COLLATE NOCASE);
INSERT INTO folded VALUES ('ALPHA'), ('gamma');
SELECT run_id FROM folded JOIN runs ON folded.name = runs.experiment
ORDER BY run_id;
SELECT run_id FROM folded JOIN runs ON runs.experiment = folded.name
ORDER BY run_id;
SELECT run_id FROM runs WHERE experiment IN (SELECT name FROM folded);
