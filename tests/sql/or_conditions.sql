-- or_conditions: OR over several columns neither doubles nor loses a row
--@ store lab

SELECT run_id FROM runs WHERE experiment = 'alpha' OR owner = 'ann'
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE experiment = 'alpha' OR owner = 'ann'; --@ plan

SELECT run_id FROM runs
WHERE run_id = 'loose' OR failed = 1 OR creation_time < '2026-01-02'
ORDER BY run_id;
SELECT run_id FROM runs
WHERE (experiment = 'alpha' AND failed = 0) OR (owner = 'bob' AND fork_step > 3)
  OR sys_id IN ('VIS-6', 'VIS-2')
ORDER BY run_id;

-- An arm that is not sent makes all a scan.
SELECT run_id FROM runs WHERE experiment = 'alpha' OR description LIKE '%ok%'
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Of one column.
SELECT run_id FROM runs WHERE owner = 'bob' OR owner = 'zoë' OR owner = 'bob'
ORDER BY run_id;

SELECT sys_id, attribute FROM attributes
WHERE sys_id = 'VIS-5' AND attribute = 'loss'
  OR attribute = 'config/seed' OR attribute = 'loss' AND sys_id = 'VIS-5'
ORDER BY 1, 2;
SELECT sys_id, attribute, step FROM metric_points
WHERE (sys_id = 'VIS-3' AND step >= 5) OR (attribute = 'acc' AND step = 5)
  OR (attribute = 'loss' AND step = 6)
ORDER BY 1, 2, 3;
SELECT project, sys_id FROM runs
WHERE project IN ('lab/vision', 'lab/speech')
  AND (experiment = 'alpha' OR run_id = 'alpha-1')
ORDER BY 1, 2;
SELECT count(*) FROM runs
WHERE experiment = 'beta' OR parent_run_id = 'alpha-1' OR owner = 'bob';
