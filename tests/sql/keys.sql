-- keys: rows are told apart by their natural keys, also across projects
--@ store lab

SELECT count(*), count(DISTINCT project || ' ' || sys_id) FROM runs
WHERE project IN ('lab/vision', 'lab/speech');
SELECT count(*), count(DISTINCT project || ' ' || sys_id || ' ' || attribute)
FROM attributes WHERE project IN ('lab/vision', 'lab/speech');
SELECT count(*),
  count(DISTINCT project || ' ' || sys_id || ' ' || attribute || ' ' || step)
FROM metric_points WHERE project IN ('lab/vision', 'lab/speech');

-- WITHOUT ROWID: there is none to ask for.
SELECT rowid FROM runs; --@ error
SELECT rowid FROM metric_points; --@ error

-- Row values of the key find one row.
SELECT run_id FROM runs
WHERE (project, sys_id) = ('lab/speech', 'SPE-2');
SELECT value FROM attributes WHERE project = 'lab/speech'
  AND sys_id = 'SPE-1' AND attribute = 'config/lr';
SELECT value FROM metric_points WHERE project = 'lab/speech'
  AND sys_id = 'SPE-1' AND attribute = 'loss' AND step = 1;
