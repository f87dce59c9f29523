-- pushdown_bool: = and IN on failed and archived are sent
--@ store lab

SELECT run_id FROM runs WHERE failed = 1 ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE failed = 0;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE failed IN (0, 1, 2);
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE failed = 1 AND archived = 0; --@ plan
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE failed IN (0, 1) AND archived IN (1); --@ plan
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE archived IN (0, 1); --@ plan

-- archived stands for sys/archived or, on older servers, sys/trashed.
SELECT run_id FROM runs WHERE archived = 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE archived IN (0, 1);
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE archived = 0;

-- What is neither 0 nor 1 matches nothing, and asks nothing.
SELECT count(*) FROM runs WHERE failed = 2;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE failed = '1';
SELECT count(*) FROM runs WHERE failed = 1.0;
SELECT count(*) FROM runs WHERE failed = 'true';
SELECT count(*) FROM runs WHERE failed;
SELECT count(*) FROM runs WHERE NOT failed;
SELECT count(*) FROM runs WHERE failed > 0;
