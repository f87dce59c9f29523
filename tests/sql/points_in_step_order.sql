-- points_in_step_order: points of one series come in step order
--@ store lab

-- Without ORDER BY, each series is ascending and in one piece.
SELECT count(*) AS points, sum(step <= before) AS falls FROM (
  SELECT step, lag(step) OVER (PARTITION BY sys_id, attribute) AS before
  FROM metric_points);
SELECT group_concat(step, ' ') FROM metric_points
WHERE run_id = 'alpha-2' AND attribute = 'loss';
SELECT group_concat(step, ' ') FROM metric_points
WHERE run_id = 'alpha-2' AND attribute = 'loss' AND tail = 4;
SELECT group_concat(step, ' ') FROM metric_points
WHERE run_id = 'loose' AND include_previews = 1;

SELECT step FROM metric_points
WHERE run_id = 'alpha-2' AND attribute = 'loss' ORDER BY step DESC LIMIT 2;
