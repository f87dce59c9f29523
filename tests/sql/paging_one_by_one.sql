-- paging_one_by_one: pages of one row, one series, one point
--@ store lab
--@ skip small-pages

SELECT neptune_config('page_size', 1), neptune_config('values_page_size', 1),
  neptune_config('points_page_size', 1), neptune_config('series_batch_size', 1),
  neptune_config('max_projection', 1); --@ output
SELECT sys_id, owner, fork_step, parent_run_id FROM runs ORDER BY sys_id;
SELECT sys_id, attribute, value FROM attributes
WHERE attribute REGEXP '^config/' ORDER BY sys_id, attribute;
SELECT sys_id, attribute, group_concat(step, ' ') AS steps,
  group_concat(value, ' ') AS "values"
FROM metric_points GROUP BY sys_id, attribute;
SELECT sys_id, attribute, step, value FROM metric_points
WHERE tail = 2 AND attribute = 'loss' ORDER BY sys_id, step;
SELECT step, value FROM metric_points
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND step BETWEEN 1 AND 4
ORDER BY step;
SELECT run_id FROM runs ORDER BY run_id LIMIT 2;
SELECT sys_id, json_extract(attributes, '$.loss') AS loss FROM runs
ORDER BY sys_id;
