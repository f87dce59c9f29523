-- pushdown_type: = and IN on type are sent
--@ store lab

SELECT sys_id, attribute, value FROM attributes WHERE type = 'int'
ORDER BY sys_id, attribute;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes WHERE type = 'int'; --@ plan

SELECT sys_id, attribute, type FROM attributes
WHERE type IN ('file', 'datetime', 'string_set', 'float_series')
  AND attribute NOT LIKE 'sys/%'
ORDER BY sys_id, attribute;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE type IN ('file', 'datetime'); --@ plan

-- One path, two types.
SELECT sys_id, type, value, typeof(value) FROM attributes
WHERE attribute = 'config/seed' ORDER BY type;
SELECT sys_id FROM attributes WHERE attribute = 'config/seed'
  AND type = 'string';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Each type by itself, and how many there are.
SELECT type, count(*) FROM attributes GROUP BY type ORDER BY type;
SELECT count(*) FROM attributes WHERE type = 'bool';
SELECT count(*) FROM attributes WHERE type = 'experiment_state';

-- No such type: nothing is asked.
SELECT count(*) FROM attributes WHERE type = 'float_list';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM attributes WHERE type IN ('floatSeries', 'int', 3);
SELECT count(*) FROM attributes WHERE type = 'INT' COLLATE NOCASE;
SELECT count(*) FROM attributes WHERE type = 'int' AND type = 'string';
SELECT count(*) FROM attributes WHERE type <> 'int';
