-- attribute_value: conditions on value are SQLite's, whatever the value's type
--@ store lab

SELECT sys_id, value FROM attributes
WHERE attribute = 'config/lr' AND value < 0.05 ORDER BY sys_id;
SELECT sys_id FROM attributes
WHERE attribute = 'config/lr' AND type = 'float' AND value >= 0.1
ORDER BY sys_id;
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE attribute = 'config/lr' AND type = 'float' AND value >= 0.1; --@ plan

-- value has no affinity: 7 is not '7'.
SELECT sys_id FROM attributes WHERE attribute = 'config/seed' AND value = 7;
SELECT sys_id FROM attributes WHERE attribute = 'config/seed' AND value = '7';
SELECT sys_id FROM attributes
WHERE attribute = 'config/epochs' AND value = 9007199254740993;
SELECT sys_id FROM attributes
WHERE attribute = 'config/epochs' AND value = 9007199254740992;
SELECT attribute, sys_id FROM attributes
WHERE value = 'adam' AND attribute NOT LIKE 'sys/%' ORDER BY sys_id;
SELECT attribute FROM attributes WHERE value = '["cat","dog"]';
SELECT value ->> 'size_bytes' FROM attributes WHERE type = 'file';
SELECT sys_id, json_each.value FROM attributes, json_each(attributes.value)
WHERE attribute = 'sys/tags' ORDER BY 1, 2;

-- How one filters runs without declaring a column.
SELECT run_id FROM runs
WHERE sys_id IN (SELECT sys_id FROM attributes
  WHERE attribute = 'config/lr' AND type = 'float' AND value < 0.1)
ORDER BY run_id;
SELECT sys_id, max FROM attributes WHERE max > 50 ORDER BY sys_id;
SELECT sys_id, attribute FROM attributes WHERE last_step = 5 ORDER BY 1, 2;
