-- string_points: one row per point of a string series
--@ store series

SELECT experiment, run_id, sys_id, attribute, step, value
FROM string_points ORDER BY sys_id, attribute, step;

SELECT sys_id, attribute, step, timestamp, is_preview, preview_completion,
  project
FROM string_points WHERE sys_id IN ('SER-1', 'SER-4')
ORDER BY sys_id, attribute, step;

SELECT step, value, is_preview, preview_completion FROM string_points
WHERE run_id = 'loose' AND attribute = 'log/out' AND include_previews = 1
ORDER BY step;

-- A hidden input shows what it stands at.
SELECT DISTINCT include_previews, lineage, tail, nql FROM string_points;
SELECT lineage, sys_id, count(*) FROM string_points
WHERE lineage = 'run' GROUP BY sys_id ORDER BY sys_id;
SELECT lineage, sys_id, count(*) FROM string_points
WHERE lineage = 'experiment' GROUP BY sys_id ORDER BY sys_id;

SELECT DISTINCT typeof(step), typeof(timestamp), typeof(value),
  typeof(is_preview), typeof(preview_completion)
FROM string_points;

-- Points of one series come in the order of step.
SELECT step, value FROM string_points
WHERE sys_id = 'SER-3' AND attribute = 'log/out';

-- Other types under the same path are other tables' rows.
SELECT sys_id, value FROM string_points
WHERE attribute IN ('log/out', 'shots') AND sys_id = 'SER-5';

SELECT project, value FROM string_points
WHERE project IN ('lab/other', 'lab/series') AND run_id = 'one-1'
  AND attribute = 'log/out'
ORDER BY project, step;

SELECT count(*) FROM string_points WHERE value = 'start';
SELECT count(*) FROM string_points WHERE value REGEXP '^lost';
