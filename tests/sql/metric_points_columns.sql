-- metric_points_columns: one row per point of a float series
--@ store lab

SELECT experiment, run_id, sys_id, attribute, step, value
FROM metric_points ORDER BY sys_id, attribute, step;

SELECT sys_id, attribute, step, timestamp, is_preview, preview_completion,
  project
FROM metric_points WHERE sys_id IN ('VIS-2', 'VIS-5')
ORDER BY sys_id, attribute, step;

-- A hidden input shows what it stands at.
SELECT DISTINCT include_previews, lineage, tail, nql FROM metric_points;

SELECT DISTINCT typeof(step), typeof(timestamp), typeof(is_preview),
  typeof(preview_completion)
FROM metric_points;

SELECT * FROM metric_points WHERE sys_id = 'VIS-3' AND step = 6;
