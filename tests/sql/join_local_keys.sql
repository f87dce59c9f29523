-- join_local_keys: many keys of an ordinary table do not cost a request each
--@ store fleet

CREATE TABLE note(sys_id TEXT, run_id TEXT, n INTEGER);
INSERT INTO note
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 40)
SELECT 'SHP-' || n, printf('ship-%02d/1', n), n FROM c;
INSERT INTO note VALUES ('SHP-99', 'absent', 99), (NULL, NULL, 0), ('', '', -1);

SELECT count(*), sum(n), sum(owner = 'odd')
FROM note CROSS JOIN runs USING (sys_id);
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), sum(n), count(owner)
FROM note LEFT JOIN runs USING (run_id);
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), sum(n), sum(value)
FROM note CROSS JOIN attributes USING (sys_id) WHERE attribute = 'config/crew';
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), sum(n), sum(value), count(DISTINCT a.run_id)
FROM note CROSS JOIN attributes AS a USING (run_id)
WHERE attribute = 'config/crew';
SELECT count(*) <= 14 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), sum(n), sum(value), count(DISTINCT experiment)
FROM note CROSS JOIN metric_points USING (sys_id) WHERE attribute = 'speed';
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Other conditions stay, and change with the row.
SELECT count(*), sum(n), sum(value)
FROM note CROSS JOIN metric_points USING (sys_id)
WHERE attribute = 'speed' AND step >= 2;
SELECT n, step, value
FROM note CROSS JOIN metric_points USING (sys_id)
WHERE attribute = 'speed' AND step = n % 4 AND n > 30 ORDER BY n;
SELECT count(*) FROM note CROSS JOIN runs USING (sys_id)
WHERE owner = 'odd' AND experiment > 'ship-10';
