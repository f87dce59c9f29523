-- tail: the last n points of each series, counted before other conditions
--@ store lab

SELECT sys_id, attribute, step, value FROM metric_points
WHERE tail = 1 ORDER BY sys_id, attribute, step;
SELECT sys_id, attribute, step FROM metric_points
WHERE tail = 2 AND attribute = 'loss' ORDER BY sys_id, step;

-- The same rows as by row_number().
SELECT count(*) FROM (
  SELECT sys_id, attribute, step, value FROM metric_points WHERE tail = 3
  EXCEPT
  SELECT sys_id, attribute, step, value FROM (
    SELECT *, row_number() OVER (
      PARTITION BY sys_id, attribute ORDER BY step DESC) AS n
    FROM metric_points) WHERE n <= 3);

-- First the tail, then the range of steps or the value.
SELECT step, value FROM metric_points
WHERE tail = 3 AND run_id = 'alpha-2' AND attribute = 'loss' AND step <= 4
ORDER BY step;
SELECT count(*) FROM metric_points
WHERE tail = 1 AND run_id = 'alpha-2' AND attribute = 'loss' AND value < 1;

-- More than there are; and with lineage and previews.
SELECT count(*) FROM metric_points
WHERE tail = 1000000 AND run_id = 'alpha-2' AND attribute = 'loss';
SELECT step FROM metric_points WHERE tail = 2 AND lineage = 'run'
  AND run_id = 'beta/1' AND attribute = 'loss' ORDER BY step;
SELECT step, is_preview FROM metric_points WHERE tail = 2
  AND include_previews = 1 AND run_id = 'loose' ORDER BY step;

SELECT count(*) FROM metric_points WHERE tail = 0; --@ error
SELECT count(*) FROM metric_points WHERE tail = -1; --@ error
SELECT count(*) FROM metric_points WHERE tail = 1.5; --@ error
SELECT count(*) FROM metric_points WHERE tail = 1000001; --@ error

EXPLAIN QUERY PLAN SELECT value FROM metric_points
WHERE tail = 5 AND attribute = 'loss'; --@ plan
