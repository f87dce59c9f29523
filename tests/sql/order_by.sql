-- order_by: one number or time of the runs of one project is sorted by the server
--@ store odd

CREATE VIRTUAL TABLE typed USING experiments(
  f FLOAT 'a/float', i INT 'a/int', s STRING 'a/string', b BOOL 'a/bool',
  d DATETIME 'a/datetime', last FLOAT_SERIES 'm/float', max MAX 'm/float',
  last_step LAST_STEP 'm/float');

-- A time that every run has: as the server sorts. LIMIT is a hint for a page.
EXPLAIN QUERY PLAN SELECT sys_id FROM runs
ORDER BY creation_time DESC LIMIT 2; --@ plan
SELECT creation_time FROM runs ORDER BY creation_time DESC LIMIT 2;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT ping_time FROM runs ORDER BY ping_time LIMIT 2 OFFSET 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- With conditions that are sent, the page is small too; else it is not.
EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE f > 0.1
ORDER BY modification_time LIMIT 2; --@ plan
EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE s > 'a'
ORDER BY modification_time LIMIT 2; --@ plan
EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE s LIKE 'a%'
ORDER BY modification_time LIMIT 2; --@ plan

-- Where runs may lack the value, those that have it are sorted and the others
-- are asked for apart: behind them, or before them where NULL comes first.
SELECT f, sys_id FROM typed ORDER BY f DESC;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT f FROM typed ORDER BY f;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT i FROM typed ORDER BY i DESC LIMIT 3;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT i FROM typed ORDER BY i;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT d FROM typed ORDER BY d DESC;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT last FROM typed ORDER BY last DESC;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT max FROM typed ORDER BY max LIMIT 100;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- A condition that drops what lacks the value: one search.
SELECT f FROM typed WHERE f < 100 ORDER BY f;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT max FROM typed WHERE max BETWEEN -1e9 AND 1e9 ORDER BY max DESC LIMIT 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT f FROM typed WHERE f IS NOT NULL ORDER BY f LIMIT 2;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT f FROM typed WHERE f < 'text' ORDER BY f DESC;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- SQLite gives IS NOT NULL of a LEFT JOIN's ON for its left table, whose rows
-- it must not drop.
SELECT f, l.x FROM typed LEFT JOIN (SELECT 1 AS x) AS l ON f IS NOT NULL
ORDER BY f;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- max() wants an order too; GROUP BY and DISTINCT read all rows: SQLite sorts.
SELECT max(f) FROM typed;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT max(max) FROM typed WHERE i > 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT i, count(*) FROM typed GROUP BY i ORDER BY i DESC;
EXPLAIN QUERY PLAN SELECT i, count(*) FROM typed GROUP BY i; --@ plan
EXPLAIN QUERY PLAN SELECT DISTINCT i FROM typed; --@ plan
SELECT DISTINCT i FROM typed ORDER BY i;

-- Each arm of UNION ALL is sorted for itself.
SELECT f FROM typed UNION ALL SELECT f FROM typed WHERE f > 0.4
ORDER BY f DESC LIMIT 6;

-- SQLite sorts texts, of which the server knows the beginning, states, bools,
-- several terms, expressions, and few runs: those of given keys.
EXPLAIN QUERY PLAN SELECT s FROM typed ORDER BY s; --@ plan
EXPLAIN QUERY PLAN SELECT b FROM typed ORDER BY b; --@ plan
EXPLAIN QUERY PLAN SELECT f FROM typed ORDER BY last_step; --@ plan
EXPLAIN QUERY PLAN SELECT f FROM typed ORDER BY f, i; --@ plan
EXPLAIN QUERY PLAN SELECT f FROM typed ORDER BY -f; --@ plan
EXPLAIN QUERY PLAN SELECT f FROM typed ORDER BY f NULLS LAST; --@ plan
EXPLAIN QUERY PLAN SELECT f FROM typed ORDER BY f COLLATE NOCASE; --@ plan
EXPLAIN QUERY PLAN SELECT f FROM typed
WHERE sys_id IN (SELECT sys_id FROM runs) ORDER BY f; --@ plan
EXPLAIN QUERY PLAN SELECT f FROM typed
WHERE project IN ('odd/one', 'odd/two') ORDER BY f; --@ plan
