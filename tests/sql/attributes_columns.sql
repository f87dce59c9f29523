-- attributes_columns: one row per run and attribute, every type of value
--@ store lab

SELECT experiment, run_id, sys_id, attribute, project
FROM attributes WHERE attribute REGEXP '^config/' ORDER BY sys_id, attribute;

-- Of each type: how the value looks and what SQLite type it is.
SELECT sys_id, attribute, type, value, typeof(value)
FROM attributes WHERE attribute REGEXP '^(config|data)/'
ORDER BY attribute, sys_id;

-- A series shows its last value; infinite and NaN values count in no summary.
SELECT sys_id, attribute, value, last_step, min, max
FROM attributes WHERE type = 'float_series' ORDER BY attribute, sys_id;
SELECT sys_id, attribute, round(average, 9) AS average,
  round(variance, 9) AS variance
FROM attributes WHERE type = 'float_series' ORDER BY attribute, sys_id;

-- What is no series has no summary.
SELECT count(*), count(last_step), count(min), count(max), count(average),
  count(variance)
FROM attributes WHERE type <> 'float_series';

SELECT * FROM attributes WHERE sys_id = 'VIS-2' AND attribute = 'acc';
