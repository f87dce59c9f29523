-- limit_page_hint: LIMIT makes the first page small and nothing else

SELECT count(*) FROM (SELECT run_id FROM runs LIMIT 3);
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs LIMIT 3; --@ plan

-- OFFSET counts too, and exact conditions do not hinder.
SELECT count(*) FROM (SELECT run_id FROM runs LIMIT 4 OFFSET 3);
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM (SELECT run_id FROM runs WHERE owner = 'dora' LIMIT 2);
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE owner = 'dora' LIMIT 2 OFFSET 5; --@ plan
.parameter set @n 2
SELECT count(*) FROM (SELECT attribute FROM attributes
  WHERE attribute = 'config/lr' LIMIT @n);
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM (SELECT value FROM metric_points
  WHERE attribute = 'metrics/val/acc' LIMIT 5);
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests

-- No hint where SQLite may drop or sort rows: superset, local, ORDER BY.
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE run_id REGEXP 'a' LIMIT 2; --@ plan
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE owner > 'a' LIMIT 2; --@ plan
EXPLAIN QUERY PLAN SELECT run_id FROM runs
ORDER BY run_id LIMIT 2; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE step > 2 LIMIT 2; --@ plan

-- Nor where a value turns out not to be sent.
SELECT count(*) FROM (SELECT run_id FROM runs
  WHERE running_time_seconds < 'x' LIMIT 2);
SELECT rows FROM neptune_requests WHERE id > @since; --@ requests

-- No row wanted, no request.
SELECT run_id FROM runs LIMIT 0;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
