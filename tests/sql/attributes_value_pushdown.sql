-- attributes_value_pushdown: a condition on the value of one attribute of one
-- type selects the runs by NQL
--@ store odd

EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value < 0.6; --@ plan
SELECT sys_id, value FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value < 0.6 ORDER BY 1;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE sys_id IN (SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value > 0.1);
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Each type by its own rules.
CREATE TABLE asked(attribute, type, value);
SELECT sys_id FROM attributes
WHERE attribute = 'a/int' AND type = 'int' AND value IN (5, 9007199254740993);
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes
WHERE attribute = 'a/int' AND type = 'int' AND value BETWEEN 4.5 AND 5.5;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes
WHERE attribute = 'a/string' AND type = 'string' AND value = 'plain';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes WHERE attribute = 'a/string' AND type = 'string'
AND value LIKE 'p%' AND value GLOB '*n' AND value REGEXP 'l.i'
AND neptune_contains(value, 'ai') AND value <> 'x';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, length(value) FROM attributes
WHERE attribute = 'a/string' AND type = 'string' AND value LIKE '%x';
SELECT sys_id FROM attributes
WHERE attribute = 'a/bool' AND type = 'bool' AND value = 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes
WHERE attribute = 'a/datetime' AND type = 'datetime' AND value > '2026';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes WHERE attribute = 'a/string_set'
AND type = 'string_set' AND neptune_has(value, 'b');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes
WHERE attribute = 'sys/state' AND type = 'experiment_state'
AND value = 'inactive' ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, value FROM attributes
WHERE attribute = 'm/float' AND type = 'float_series' AND value >= 0 ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, value FROM attributes
WHERE attribute = 'm/string' AND type = 'string_series' AND value = 'last';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- One of two types under one path.
SELECT sys_id, value FROM attributes
WHERE attribute = 'conflict' AND type = 'float' AND value > 7.2;
SELECT sys_id, value FROM attributes
WHERE attribute = 'conflict' AND type = 'string' AND value = '7';
SELECT sys_id, value FROM attributes
WHERE attribute = 'conflict' AND value = 7 ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- A value has no affinity: text is no number, and is above all of them.
SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value = '0.5';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value < '0.1' ORDER BY 1;
SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value IN ('0.5', 0.5);
SELECT sys_id FROM attributes
WHERE attribute = 'a/string' AND type = 'string' AND value = 5;
SELECT sys_id FROM attributes
WHERE attribute = 'a/int' AND type = 'int' AND value LIKE '5%';
INSERT INTO asked VALUES ('a/float', 'float', 0.5), ('a/int', 'int', '5'),
  ('a/int', 'int', 5), ('conflict', 'string', 7), ('conflict', 'float', 7),
  ('no such', 'int', 1), ('a/string', 'string', 'plain');
SELECT sys_id, a.attribute, a.type, a.value, typeof(b.value)
FROM asked AS b JOIN attributes AS a
ON a.attribute = b.attribute AND a.type = b.type AND a.value = b.value
ORDER BY 1, 2;
CREATE TABLE numbers(text TEXT, number NUMERIC);
INSERT INTO numbers VALUES ('7', 7), ('0.5', 0.5);
SELECT sys_id, type, value FROM attributes WHERE attribute = 'conflict'
AND type = 'string' AND value IN (SELECT number FROM numbers);
SELECT sys_id, type, value FROM attributes WHERE attribute = 'a/float'
AND type = 'float' AND value IN (SELECT text FROM numbers);
SELECT sys_id, type, value FROM attributes WHERE attribute = 'a/float'
AND type = 'float' AND value IN (SELECT number FROM numbers);

-- Nothing can be asked for: no attribute, no type, a list, a pattern, a
-- collation, a type that NQL does not know.
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND value < 1; --@ plan
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE type = 'float' AND value < 1; --@ plan
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE attribute IN ('a/float', 'a/int') AND type = 'float' AND value < 1; --@ plan
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE attribute LIKE 'a/%' AND type = 'float' AND value < 1; --@ plan
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes WHERE attribute = 'a/string'
AND type = 'string' AND value = 'x' COLLATE NOCASE; --@ plan
SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = ?1 AND value < 1;
SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = 'number' AND value < 1;
SELECT sys_id FROM attributes WHERE attribute = 'back`quote' AND type = 'int'
AND value = 4;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes WHERE attribute = 'a/file' AND type = 'file'
AND value LIKE '%m/1%';
SELECT sys_id, value FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value IS NULL;
SELECT sys_id FROM attributes WHERE attribute = 'a/float' AND type = 'float'
AND value IS NOT NULL ORDER BY 1;
SELECT path, query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes
WHERE attribute = 'a/float' AND type = 'float' AND value < NULL;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
