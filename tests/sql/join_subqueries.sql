-- join_subqueries: correlated subqueries look ahead as joins do
--@ store fleet

SELECT count(*), sum(points) FROM (SELECT
  (SELECT count(*) FROM metric_points AS p WHERE p.sys_id = e.sys_id
    AND attribute = 'speed') AS points
  FROM experiments AS e);
SELECT count(*) <= 6 AS few FROM neptune_requests WHERE id > @since; --@ requests

SELECT count(*) FROM runs AS r WHERE EXISTS (
  SELECT 1 FROM attributes AS a WHERE a.sys_id = r.sys_id
    AND attribute = 'config/port' AND value = 'Riga');
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs AS r WHERE NOT EXISTS (
  SELECT 1 FROM experiments AS e WHERE e.sys_id = r.sys_id);
SELECT count(*) <= 3 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Each row has its own answer, also where the same key comes again.
SELECT e.experiment, number.n,
  (SELECT value FROM metric_points AS p
    WHERE p.sys_id = e.sys_id AND step = number.n) AS speed
FROM experiments AS e, (SELECT 1 AS n UNION ALL SELECT 2) AS number
WHERE e.experiment IN ('ship-01', 'ship-02', 'ship-30') ORDER BY 1, 2;
SELECT run_id, (SELECT value FROM metric_points WHERE sys_id = r.sys_id
    AND tail = 1) AS last
FROM runs AS r WHERE run_id REGEXP '0[78]/' ORDER BY run_id;
