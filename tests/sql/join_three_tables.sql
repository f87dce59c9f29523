-- join_three_tables: runs, attributes and metric_points in one query
--@ store fleet

SELECT a.value AS port, count(DISTINCT r.sys_id) AS ships, count(*) AS points,
  sum(p.value) AS total
FROM runs AS r JOIN attributes AS a USING (sys_id)
  JOIN metric_points AS p USING (sys_id)
WHERE a.attribute = 'config/port' AND p.attribute = 'speed'
GROUP BY 1 ORDER BY 1;
SELECT count(*) <= 12 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- The same in two orders that SQLite would not choose.
SELECT a.value AS port, count(DISTINCT r.sys_id) AS ships, count(*) AS points,
  sum(p.value) AS total
FROM runs AS r CROSS JOIN metric_points AS p USING (sys_id)
  CROSS JOIN attributes AS a USING (sys_id)
WHERE a.attribute = 'config/port' AND p.attribute = 'speed'
GROUP BY 1 ORDER BY 1;
SELECT count(*) <= 12 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT a.value AS port, count(*) AS points, sum(p.value) AS total
FROM metric_points AS p CROSS JOIN attributes AS a USING (sys_id)
  CROSS JOIN experiments AS e USING (sys_id)
WHERE a.attribute = 'config/port' AND p.attribute = 'speed' AND step = 0
  AND e.experiment >= 'ship-37'
GROUP BY 1 ORDER BY 1;
