-- order_by_step: the points of one series come by step, from either end
--@ server --synthetic runs=30,configs=1,series=2,points=50

-- From the end: as many points as LIMIT wants, in one request.
EXPLAIN QUERY PLAN SELECT step, value FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'metrics/series_0'
ORDER BY step DESC LIMIT 3; --@ plan
SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'metrics/series_0'
ORDER BY step DESC LIMIT 3;
SELECT query, rows FROM neptune_requests WHERE id > @since
AND path LIKE '%/float'; --@ requests
SELECT step FROM metric_points
WHERE run_id = 'run-00000003' AND attribute = 'metrics/series_0' AND step <= 40
ORDER BY step DESC LIMIT 2 OFFSET 1;
SELECT query, rows FROM neptune_requests WHERE id > @since
AND path LIKE '%/float'; --@ requests
SELECT max(step) FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'metrics/series_0';
SELECT query FROM neptune_requests WHERE id > @since
AND path LIKE '%/float'; --@ requests

-- More are fetched where the first do not pass: SQLite 3.40 does not show
-- every condition beside LIMIT.
SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'metrics/series_0' AND step < value + 20
ORDER BY step DESC LIMIT 1;
SELECT count(*) > 1 AS several FROM neptune_requests WHERE id > @since
AND path LIKE '%/float'; --@ requests

-- From the beginning.
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'metrics/series_0'
ORDER BY step LIMIT 3; --@ plan
SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'metrics/series_0'
ORDER BY step LIMIT 3;
SELECT query, rows FROM neptune_requests WHERE id > @since
AND path LIKE '%/float'; --@ requests

-- For each run: many series in a request.
SELECT count(*), sum(last) FROM (SELECT (
  SELECT step FROM metric_points AS m WHERE m.sys_id = e.sys_id
  AND attribute = 'metrics/series_0' ORDER BY step DESC LIMIT 1) AS last
FROM experiments AS e);
SELECT count(*) AS requests, sum(rows) AS rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/float'; --@ requests
SELECT count(*), sum(third) FROM (SELECT (
  SELECT step FROM metric_points AS m WHERE m.sys_id = e.sys_id
  AND attribute = 'metrics/series_0' ORDER BY step DESC LIMIT 1 OFFSET 2)
  AS third FROM experiments AS e);
SELECT count(*) AS requests, sum(rows) AS rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/float'; --@ requests

-- SQLite 3.40 does not tell the LIMIT beside another table's column: a few of
-- each, and all of them once these were not enough.
SELECT e.sys_id, (
  SELECT step FROM metric_points AS m WHERE m.sys_id = e.sys_id
  AND attribute = 'metrics/series_0' ORDER BY step DESC LIMIT 1) AS last
FROM experiments AS e ORDER BY length(e.sys_id), e.sys_id LIMIT 5;
SELECT count(*) AS requests, sum(rows) <= 300 AS few FROM neptune_requests
WHERE id > @since AND path LIKE '%/float'; --@ requests
SELECT e.sys_id, (
  SELECT step FROM metric_points AS m WHERE m.sys_id = e.sys_id
  AND attribute = 'metrics/series_0' ORDER BY step DESC LIMIT 1 OFFSET 20)
  AS further
FROM experiments AS e ORDER BY length(e.sys_id) DESC, e.sys_id DESC LIMIT 5;
SELECT count(*) AS requests FROM neptune_requests
WHERE id > @since AND path LIKE '%/float'; --@ requests
SELECT e.sys_id, count(*), sum(step), min(m.value) < max(m.value) AS several
FROM experiments AS e CROSS JOIN metric_points AS m USING (sys_id)
WHERE attribute = 'metrics/series_0' GROUP BY e.sys_id
ORDER BY length(e.sys_id), e.sys_id LIMIT 2;
SELECT e.sys_id, m.step FROM experiments AS e CROSS JOIN metric_points AS m
USING (sys_id) WHERE attribute = 'metrics/series_0' AND m.step % 20 = 7
AND e.sys_id < 'SYN-12' ORDER BY m.step, e.sys_id;
SELECT count(*) AS requests FROM neptune_requests
WHERE id > @since AND path LIKE '%/float'; --@ requests

-- The first of each were not enough: the run is asked for alone.
SELECT count(*), sum(low) FROM (SELECT (
  SELECT step FROM metric_points AS m WHERE m.sys_id = e.sys_id
  AND attribute = 'metrics/series_0' AND step < value + 20
  ORDER BY step DESC LIMIT 1) AS low FROM experiments AS e);

-- SQLite sorts what may be several series, and tails, which come ascending.
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE experiment = 'a' AND attribute = 'm' ORDER BY step DESC LIMIT 3; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' ORDER BY step DESC LIMIT 3; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute REGEXP 'm' ORDER BY step LIMIT 3; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'm' AND tail = 5
ORDER BY step DESC; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'm' AND tail = 5
ORDER BY step; --@ plan
SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'metrics/series_0' AND tail IS 3
ORDER BY step DESC;
EXPLAIN QUERY PLAN SELECT step FROM string_points
WHERE sys_id = 'SYN-3' AND attribute = 'm' ORDER BY step DESC; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM string_points
WHERE sys_id = 'SYN-3' AND attribute = 'm' ORDER BY step; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE sys_id = 'SYN-3' AND attribute = 'm' ORDER BY value; --@ plan
