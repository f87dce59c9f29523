-- in_lists: a list or subquery travels in one request
--@ store lab

SELECT run_id FROM runs WHERE run_id IN ('alpha-1', 'beta/1', 'x', 'beta/1')
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

CREATE TABLE wanted(sys_id TEXT, number INTEGER);
INSERT INTO wanted VALUES ('VIS-3', 3), ('VIS-1', 1), (NULL, 6), ('SPE-1', 9);
SELECT run_id FROM runs WHERE sys_id IN (SELECT sys_id FROM wanted)
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE sys_id IN wanted_ids; --@ error
SELECT sys_id, value FROM attributes
WHERE attribute = 'config/lr' AND sys_id IN (SELECT sys_id FROM wanted)
ORDER BY sys_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, count(*) FROM metric_points
WHERE sys_id IN (SELECT 'VIS-' || number FROM wanted) GROUP BY sys_id;

-- NULL, nothing, and a list in a list.
SELECT count(*) FROM runs WHERE sys_id IN (NULL);
SELECT count(*) FROM runs WHERE sys_id IN ();
SELECT count(*) FROM runs WHERE sys_id IN (SELECT sys_id FROM wanted WHERE 0);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs
WHERE sys_id IN ('VIS-1', 'VIS-2', 'VIS-3') AND owner IN ('ann', 'bob')
  AND failed IN (0);
SELECT count(*) FROM runs WHERE sys_id NOT IN ('VIS-1', 'VIS-2');
SELECT count(*) FROM runs WHERE sys_id NOT IN ('VIS-1', NULL);

-- A correlated list is asked anew for each outer row.
SELECT number, (SELECT count(*) FROM runs
  WHERE sys_id IN (SELECT sys_id FROM wanted AS w
    WHERE w.number <= wanted.number)) AS runs
FROM wanted ORDER BY number;
SELECT run_id FROM runs
WHERE (sys_id, owner) IN (VALUES ('VIS-1', 'ann'), ('VIS-3', 'ann'));
