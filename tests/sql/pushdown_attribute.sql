-- pushdown_attribute: =, IN and REGEXP on attribute are sent
--@ store lab

SELECT sys_id, value FROM attributes WHERE attribute = 'config/lr'
ORDER BY sys_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT sys_id, value FROM attributes
WHERE attribute = 'config/lr'; --@ plan

SELECT sys_id, attribute, value FROM attributes
WHERE attribute IN ('config/seed', 'config/epochs', 'nothing', NULL)
ORDER BY sys_id, attribute;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE attribute IN ('config/seed', 'config/epochs'); --@ plan

SELECT sys_id, attribute FROM attributes
WHERE attribute REGEXP 's(ee|iz)' AND attribute REGEXP '[dz]'
ORDER BY sys_id, attribute;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT sys_id FROM attributes
WHERE attribute REGEXP '^config/'; --@ plan

-- Names of odd characters.
SELECT sys_id, value FROM attributes WHERE attribute = 'config/a "b" \c';
SELECT sys_id, value FROM attributes WHERE attribute = 'config/a`b';

-- Of points, too.
SELECT sys_id, step FROM metric_points WHERE attribute = 'acc'
  AND step < 3.2 ORDER BY sys_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT attribute, count(*) FROM metric_points
WHERE attribute IN ('acc', 'loss', 'config/lr', 'none') GROUP BY attribute;
SELECT attribute, count(*) FROM metric_points
WHERE attribute REGEXP '^(a|l)' GROUP BY attribute;
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE attribute = 'acc' AND attribute IN ('a', 'b')
  AND attribute REGEXP 'c'; --@ plan
SELECT count(*) FROM metric_points WHERE attribute = 'config/lr';

-- Contradicting conditions, and those that are not sent.
SELECT count(*) FROM attributes
WHERE attribute = 'config/lr' AND attribute = 'config/seed';
SELECT count(*) FROM attributes
WHERE attribute = 'config/lr' AND attribute REGEXP '^loss';
SELECT count(*) FROM attributes WHERE attribute = 'CONFIG/LR' COLLATE NOCASE;
SELECT count(*) FROM attributes WHERE attribute LIKE 'CONFIG/L%';
SELECT count(*) FROM attributes WHERE attribute > 'sys/p';
SELECT count(*) FROM attributes WHERE attribute = NULL;
