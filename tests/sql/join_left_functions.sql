-- join_left_functions: what ON says of the left table of a LEFT JOIN by our
-- functions drops none of its rows
--@ store lab

CREATE TABLE note(sys_id TEXT, text TEXT);
INSERT INTO note VALUES ('VIS-1', 'one'), ('VIS-4', 'four'), ('VIS-5', 'five');
SELECT run_id, text FROM runs AS r LEFT JOIN note AS n
ON n.sys_id = r.sys_id AND neptune_contains(r.run_id, 'a') ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id, text FROM runs AS r LEFT JOIN note AS n
ON n.sys_id = r.sys_id AND neptune_has(r.tags, 'a') ORDER BY 1;
SELECT run_id, text FROM note AS n LEFT JOIN runs AS r
ON n.sys_id = r.sys_id AND neptune_has(r.tags, 'a') ORDER BY 1, 2;
SELECT run_id, text FROM note AS n LEFT JOIN runs AS r
ON neptune_contains(r.sys_id, substr(n.sys_id, 4)) ORDER BY 1, 2;
SELECT run_id, text FROM note AS n LEFT JOIN runs AS r USING (sys_id)
WHERE neptune_contains(r.run_id, 'a') ORDER BY 1;

-- The other outer joins.
SELECT run_id, text FROM note AS n RIGHT JOIN runs AS r
ON n.sys_id = r.sys_id AND neptune_contains(r.run_id, 'a') ORDER BY 1;
SELECT run_id, text FROM runs AS r RIGHT JOIN note AS n
ON n.sys_id = r.sys_id AND neptune_contains(r.run_id, 'a') ORDER BY 1, 2;
SELECT run_id, text FROM runs AS r FULL JOIN note AS n
ON n.sys_id = r.sys_id AND neptune_has(r.tags, 'a') ORDER BY 1, 2;
SELECT run_id, text FROM note AS n FULL JOIN runs AS r
ON n.sys_id = r.sys_id AND neptune_has(r.tags, 'a') ORDER BY 1, 2;

-- An inner join sends them.
SELECT run_id, text FROM note AS n JOIN runs AS r
ON n.sys_id = r.sys_id AND neptune_contains(r.run_id, 'a') ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
