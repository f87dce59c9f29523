-- nan_and_infinity: NaN is NULL, infinities stay, missing is never zero
--@ store lab

SELECT step, value, typeof(value) FROM metric_points
WHERE sys_id = 'VIS-4' AND attribute = 'loss' ORDER BY step;
SELECT step FROM metric_points
WHERE sys_id = 'VIS-4' AND value IS NULL ORDER BY step;
SELECT step, value FROM metric_points
WHERE sys_id = 'VIS-4' AND value = 9e999;
SELECT step, value FROM metric_points WHERE value < -1e308;

-- A zero that was logged is no NULL.
SELECT sys_id, step, value FROM metric_points
WHERE attribute = 'acc' AND value = 0 ORDER BY sys_id;

SELECT sys_id, value, typeof(value) FROM attributes
WHERE attribute = 'config/lr' ORDER BY sys_id;
SELECT sys_id, value, min, max, average, variance FROM attributes
WHERE attribute = 'loss' AND sys_id = 'VIS-4';

-- An attribute that is NaN has a row, one that is missing has none.
SELECT sys_id FROM attributes WHERE attribute = 'config/lr' AND value IS NULL;
SELECT count(*) FROM attributes
WHERE attribute = 'config/lr' AND sys_id = 'VIS-6';

SELECT json_extract(attributes, '$.config/lr') AS lr,
  json_type(attributes, '$.loss') AS loss
FROM runs WHERE sys_id = 'VIS-4';
