-- string_points_joins: a join asks for many runs together
--@ store series

SELECT sys_id, count(*), max(step)
FROM experiments JOIN string_points USING (sys_id)
GROUP BY sys_id ORDER BY sys_id;
SELECT path, count(*), sum(rows) FROM neptune_requests
WHERE id > @since AND path NOT LIKE '%oauth%' GROUP BY path; --@ requests

SELECT r.run_id, s.step, s.value
FROM runs AS r LEFT JOIN string_points AS s
  ON s.sys_id = r.sys_id AND s.attribute = 'log/err'
ORDER BY r.run_id, s.step;
SELECT path, count(*), sum(rows) FROM neptune_requests
WHERE id > @since GROUP BY path; --@ requests

-- What was logged beside each value of a metric.
SELECT m.sys_id, m.step, m.value, s.value
FROM metric_points AS m JOIN string_points AS s USING (sys_id, step)
WHERE m.attribute = 'loss' AND s.attribute = 'log/out'
ORDER BY m.sys_id, m.step;

SELECT run_id,
  (SELECT group_concat(value, '|') FROM string_points AS s
   WHERE s.sys_id = runs.sys_id AND attribute = 'log/out' AND tail = 2) AS last
FROM runs ORDER BY run_id;
