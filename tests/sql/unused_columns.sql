-- unused_columns: only the attributes of columns that are read travel

EXPLAIN QUERY PLAN SELECT run_id FROM runs; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM runs WHERE owner = 'dora'; --@ plan
EXPLAIN QUERY PLAN SELECT * FROM experiments; --@ plan
EXPLAIN QUERY PLAN SELECT value FROM metric_points; --@ plan

-- The answer grows with the columns.
CREATE TABLE size(name, bytes);
SELECT count(sys_id) FROM runs;
INSERT INTO size SELECT 'sys_id', sum(response_bytes) FROM neptune_requests
WHERE path LIKE '%/search/'; --@ requests
SELECT count(sys_id), count(owner) FROM runs;
INSERT INTO size SELECT 'owner', sum(response_bytes) FROM neptune_requests
WHERE path LIKE '%/search/' AND id > @since; --@ requests
CREATE TABLE copy AS SELECT * FROM runs;
INSERT INTO size SELECT 'all', sum(response_bytes) FROM neptune_requests
WHERE path LIKE '%/search/' AND id > @since; --@ requests
SELECT group_concat(name, ' < ') FROM (
  SELECT name FROM size ORDER BY bytes); --@ requests
