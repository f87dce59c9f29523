-- What runs that failed had to say: a series of strings
SELECT run_id, step, timestamp, value AS remark
FROM string_points
WHERE attribute = 'log' AND tail = 1
  AND sys_id IN (SELECT sys_id FROM runs WHERE failed = 1)
ORDER BY timestamp, run_id;
