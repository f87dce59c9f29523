-- file_points: one row per point, the file as JSON
--@ store series

SELECT experiment, run_id, sys_id, attribute, step, value
FROM file_points ORDER BY sys_id, attribute, step;

SELECT attribute, step, timestamp, is_preview, preview_completion, project
FROM file_points WHERE sys_id = 'SER-1' ORDER BY step;

SELECT sys_id, step, value ->> 'path' AS path, value ->> 'size_bytes' AS size
FROM file_points WHERE attribute REGEXP '^sh' ORDER BY sys_id, step;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path NOT LIKE '%oauth%' ORDER BY id; --@ requests

SELECT sys_id, step FROM file_points
WHERE attribute = 'shots' AND tail = 1 ORDER BY sys_id;
SELECT sys_id, step FROM file_points
WHERE attribute = 'shots' AND step BETWEEN 1 AND 3 ORDER BY sys_id;
