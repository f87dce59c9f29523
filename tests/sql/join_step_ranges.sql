-- join_step_ranges: points joined by a range of steps do not cost requests each
--@ server --synthetic runs=3,configs=1,series=2,points=20,strings=1,histograms=1

-- Both ends, one end, none; bounds that come twice, or the wrong way round.
SELECT count(*), sum(b.step), sum(a.step * b.value) > 0 AS any
FROM metric_points AS a CROSS JOIN metric_points AS b USING (project, sys_id)
WHERE a.attribute = 'metrics/series_0' AND b.attribute = 'metrics/series_1'
  AND b.step BETWEEN a.step - 2 AND a.step + 1;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT a.step, count(*), min(b.step), max(b.step), count(DISTINCT b.sys_id)
FROM metric_points AS a CROSS JOIN metric_points AS b USING (project, sys_id)
WHERE a.attribute = 'metrics/series_0' AND b.attribute = 'metrics/series_1'
  AND b.step > a.step / 2 AND b.step >= 20 - a.step AND b.step < 15.5
GROUP BY a.step ORDER BY a.step;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*)
FROM metric_points AS a CROSS JOIN metric_points AS b USING (project, sys_id)
WHERE a.attribute = 'metrics/series_0' AND b.attribute = 'metrics/series_1'
  AND b.step > a.step AND b.step < a.step;

-- Bounds that are NULL, a text, beyond all steps, not exact.
SELECT a.step, count(b.step), min(b.step), max(b.step)
FROM metric_points AS a LEFT JOIN metric_points AS b
  ON b.sys_id = a.sys_id AND b.attribute = 'metrics/series_1'
  AND b.step <= CASE a.step % 6 WHEN 0 THEN NULL WHEN 1 THEN 'x' WHEN 2 THEN '4'
    WHEN 3 THEN 9e999 WHEN 4 THEN 9223372036854775807 ELSE a.step END
WHERE a.attribute = 'metrics/series_0' AND a.sys_id = 'SYN-2'
GROUP BY a.step ORDER BY a.step;
-- One of several steps.
SELECT count(*), sum(b.step)
FROM metric_points AS a CROSS JOIN metric_points AS b USING (project, sys_id)
WHERE a.attribute = 'metrics/series_0' AND b.attribute = 'metrics/series_1'
  AND b.step IN (a.step, a.step + 3, a.step, NULL);
-- The last points only, counted before the condition.
SELECT a.step, count(*), min(b.step)
FROM metric_points AS a CROSS JOIN metric_points AS b USING (project, sys_id)
WHERE a.attribute = 'metrics/series_0' AND b.attribute = 'metrics/series_1'
  AND b.tail = 4 AND b.step > a.step AND b.step < 20
GROUP BY a.step ORDER BY a.step;

-- Values that are not floats.
SELECT b.attribute, count(*), sum(b.step), count(DISTINCT b.value)
FROM metric_points AS a CROSS JOIN string_points AS b USING (project, sys_id)
WHERE a.attribute = 'metrics/series_0' AND b.step BETWEEN a.step - 2 AND a.step
GROUP BY b.attribute ORDER BY b.attribute;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), sum(b.step), count(DISTINCT b.value)
FROM metric_points AS a CROSS JOIN histogram_points AS b USING (project, sys_id)
WHERE a.attribute = 'metrics/series_0' AND b.step > a.step + 11.5;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- The last point before, the first one behind: of several runs, of one.
SELECT count(v), sum(v = w) AS alike FROM (SELECT a.step, (
    SELECT b.value FROM metric_points AS b WHERE b.sys_id = a.sys_id
    AND b.attribute = 'metrics/series_1' AND b.step <= a.step - 0.5
    ORDER BY b.step DESC LIMIT 1) AS v, (
    SELECT b.value FROM metric_points AS b WHERE b.sys_id = a.sys_id
    AND b.attribute = 'metrics/series_1' AND b.step >= a.step - 1.5
    ORDER BY b.step LIMIT 1) AS w
  FROM metric_points AS a WHERE a.attribute = 'metrics/series_0');
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT step, (
  SELECT b.step FROM metric_points AS b WHERE b.sys_id = a.sys_id
  AND b.attribute = 'metrics/series_1' AND b.step < a.step
  ORDER BY b.step DESC LIMIT 1 OFFSET 1) AS before
FROM metric_points AS a WHERE attribute = 'metrics/series_0'
AND sys_id = 'SYN-3' ORDER BY step;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT step, (
  SELECT b.step FROM metric_points AS b WHERE b.sys_id = a.sys_id
  AND b.attribute = 'metrics/series_1' AND b.step = a.step + 3) AS three_more
FROM metric_points AS a WHERE attribute = 'metrics/series_0'
AND sys_id = 'SYN-1' ORDER BY step;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
