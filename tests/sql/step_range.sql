-- step_range: bounds on step travel as stepRange, which is inclusive
--@ store lab

SELECT step FROM metric_points
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND step >= 2 AND step <= 4
ORDER BY step;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/series/%'; --@ requests

-- The server cannot leave out a bound: SQLite does.
SELECT step FROM metric_points
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND step > 2 AND step < 4
ORDER BY step;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/series/%'; --@ requests
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE attribute = 'loss' AND step > 2 AND step <= 4; --@ plan

SELECT sys_id, value FROM metric_points
WHERE attribute = 'acc' AND step = 3.333333 ORDER BY sys_id;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/series/%'; --@ requests

SELECT step FROM metric_points
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND step BETWEEN '1' AND 2.5
ORDER BY step;

-- An infinite bound is an open one.
SELECT count(*) FROM metric_points WHERE step > -9e999 AND step < 9e999;
SELECT count(*) FROM metric_points WHERE step >= 9e999;

-- What no step can match.
SELECT count(*) FROM metric_points WHERE step > 4 AND step < 3;
SELECT count(*) FROM metric_points WHERE step = NULL;
SELECT count(*) FROM metric_points WHERE step > 'a';
SELECT count(*) = (SELECT count(*) FROM metric_points) AS every
FROM metric_points WHERE step < 'a';
SELECT count(*) FROM metric_points WHERE step IN (1, 2, '3', 'x', NULL);
SELECT count(*) FROM metric_points WHERE step <> 0;
