-- join_series: the series of several runs and attributes come together
--@ server --synthetic runs=8,configs=2,series=6,points=30,strings=2

-- Few names, many names, those of one run; what some runs or names lack.
SELECT count(*), sum(step), count(DISTINCT attribute || sys_id) AS series
FROM attributes JOIN metric_points USING (project, sys_id, attribute);
SELECT count(*) <= 15 AS few, sum(rows) < 2500 AS once FROM neptune_requests
WHERE id > @since; --@ requests
SELECT a.sys_id, attribute, count(*), min(p.value) = a.min AS min,
  max(p.value) = a.max AS max
FROM attributes AS a CROSS JOIN metric_points AS p USING (sys_id, attribute)
WHERE a.attribute REGEXP '_[13]$' AND a.sys_id IN ('SYN-2', 'SYN-7')
  AND p.step >= 0
GROUP BY a.sys_id, attribute ORDER BY a.sys_id, attribute;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT attribute, count(*), sum(step)
FROM attributes AS a CROSS JOIN metric_points AS p USING (run_id, attribute)
WHERE a.sys_id = 'SYN-5' AND a.type LIKE 'float%'
GROUP BY attribute ORDER BY attribute;
SELECT count(*) <= 15 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Series of other types, buckets; points that look for others of their name.
SELECT count(*), count(DISTINCT s.value)
FROM attributes AS a CROSS JOIN string_points AS s USING (sys_id, attribute)
WHERE a.attribute LIKE 'logs/%' AND s.step >= a.last_step - 2;
SELECT count(*) <= 12 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT p.sys_id, attribute, b.bucket, p.value = b.last AS is_last
FROM metric_points AS p CROSS JOIN metric_buckets AS b USING (sys_id, attribute)
WHERE p.tail = 1 AND p.attribute REGEXP '_[05]$' AND b.buckets = 3
  AND b.last_x = p.step ORDER BY p.sys_id, attribute;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- A subquery for each.
SELECT count(*), sum(n), sum(is_last) FROM (SELECT (
    SELECT count(*) FROM metric_points AS p WHERE p.sys_id = a.sys_id
    AND p.attribute = a.attribute) AS n, (
    SELECT p.value = a.value FROM metric_points AS p WHERE p.sys_id = a.sys_id
    AND p.attribute = a.attribute ORDER BY step DESC LIMIT 1) AS is_last
  FROM attributes AS a WHERE type = 'float_series');
SELECT count(*) <= 30 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Names that are not those of the outer row, or none.
SELECT a.attribute, count(p.step), max(p.attribute)
FROM attributes AS a LEFT JOIN metric_points AS p ON p.sys_id = a.sys_id
  AND p.attribute = CASE substr(a.attribute, -1) WHEN '0' THEN NULL
    WHEN '1' THEN 7 WHEN '2' THEN 'metrics/series_1' WHEN '3' THEN 'none'
    ELSE a.attribute END
WHERE a.type = 'float_series' AND a.sys_id <= 'SYN-3'
GROUP BY a.attribute ORDER BY a.attribute;
SELECT count(*), sum(p.step)
FROM attributes AS a CROSS JOIN metric_points AS p USING (sys_id, attribute)
CROSS JOIN metric_points AS q USING (sys_id, attribute, step)
WHERE a.attribute REGEXP 'series_[24]' AND p.step % 7 = 3;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
