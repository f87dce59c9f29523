-- histogram_points: one row per point, the histogram as JSON
--@ store series

SELECT experiment, run_id, sys_id, attribute, step, value
FROM histogram_points ORDER BY sys_id, attribute, step;

SELECT attribute, step, timestamp, is_preview, preview_completion, project
FROM histogram_points WHERE sys_id = 'SER-1' ORDER BY step;

-- The value is JSON as it stands: -> and json_each take it apart.
SELECT step, value ->> 'type' AS type, json_array_length(value, '$.values') AS n
FROM histogram_points WHERE run_id = 'one-2' AND attribute = 'weights'
ORDER BY step;
SELECT h.step, e.key AS bin, e.value AS count
FROM histogram_points AS h, json_each(h.value, '$.values') AS e
WHERE h.sys_id = 'SER-1' ORDER BY h.step, e.key;
SELECT json_object('h', value) FROM histogram_points WHERE sys_id = 'SER-4';

SELECT sys_id, step FROM histogram_points WHERE attribute = 'weights'
  AND step > 0 ORDER BY sys_id, step;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path NOT LIKE '%oauth%' ORDER BY id; --@ requests

SELECT sys_id, step FROM histogram_points
WHERE attribute = 'weights' AND tail = 1 ORDER BY sys_id;

SELECT e.experiment, h.step, h.value ->> 'type'
FROM experiments AS e JOIN histogram_points AS h USING (sys_id)
ORDER BY e.experiment, h.step;
