-- The last two points of each loss of the experiments that are still running
SELECT experiment, attribute, step, round(value, 4) AS value
FROM metric_points
WHERE attribute REGEXP '^metrics/.*/loss$' AND tail = 2
  AND sys_id IN (SELECT sys_id FROM experiments WHERE state = 'active')
ORDER BY experiment, attribute, step;
