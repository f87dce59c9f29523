-- string_points_pushdown: runs, paths, steps and tail travel with the request
--@ store series

SELECT count(*) FROM string_points WHERE attribute = 'log/out';
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path NOT LIKE '%oauth%' ORDER BY id; --@ requests

SELECT sys_id, step FROM string_points
WHERE attribute = 'log/out' AND step >= 2 AND step < 4 ORDER BY sys_id, step;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/series'; --@ requests
EXPLAIN QUERY PLAN SELECT value FROM string_points
WHERE attribute = 'log/out' AND step >= 2 AND step < 4; --@ plan

SELECT sys_id, attribute, step FROM string_points
WHERE attribute REGEXP '^log/e' ORDER BY sys_id, step;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since ORDER BY id; --@ requests

-- Where runs are searched for and paths are few, no other request is needed;
-- what a run does not have costs nothing.
SELECT sys_id, attribute, step FROM string_points
WHERE experiment IN ('one', 'two-types')
  AND attribute IN ('log/err', 'log/out', 'nothing')
ORDER BY sys_id, attribute, step;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since ORDER BY id; --@ requests

-- The last points are counted before any other condition.
SELECT sys_id, attribute, step, value FROM string_points WHERE tail = 2
ORDER BY sys_id, attribute, step;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/series'; --@ requests
SELECT sys_id, step FROM string_points
WHERE tail = 2 AND attribute = 'log/out' AND step < 3 ORDER BY sys_id;
SELECT step, value FROM string_points
WHERE tail = 3 AND attribute = 'log/out' AND sys_id = 'SER-2';

SELECT count(*) FROM string_points WHERE attribute = 'nothing';
SELECT count(*) FROM string_points
WHERE attribute = 'nothing' AND run_id = 'one-1';

SELECT tail FROM string_points WHERE tail = 0; --@ error
SELECT lineage FROM string_points WHERE lineage = 'all'; --@ error
