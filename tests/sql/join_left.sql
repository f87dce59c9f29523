-- join_left: LEFT JOIN keeps what has no partner
--@ store lab

SELECT r.run_id, a.value FROM runs AS r LEFT JOIN attributes AS a
  ON a.sys_id = r.sys_id AND a.attribute = 'config/optimizer'
ORDER BY r.run_id;
SELECT count(*) <= 4 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT r.run_id FROM runs AS r LEFT JOIN attributes AS a
  ON a.sys_id = r.sys_id AND a.attribute = 'config/lr'
WHERE a.attribute IS NULL ORDER BY r.run_id;
SELECT r.run_id, count(p.step), max(p.step)
FROM runs AS r LEFT JOIN metric_points AS p
  ON p.run_id = r.run_id AND p.attribute = 'acc'
GROUP BY r.run_id;
SELECT r.run_id, e.run_id AS head FROM runs AS r
LEFT JOIN experiments AS e USING (experiment) ORDER BY r.run_id;

-- The condition on the right table after the join drops rows, that in ON not.
SELECT count(*) FROM runs AS r LEFT JOIN attributes AS a
  ON a.sys_id = r.sys_id WHERE a.attribute = 'config/seed';

-- RIGHT and FULL JOIN.
SELECT e.run_id, r.run_id FROM experiments AS e
RIGHT JOIN runs AS r USING (sys_id) ORDER BY r.run_id;
SELECT a.run_id, b.run_id FROM
  (SELECT run_id FROM runs WHERE owner = 'ann') AS a
FULL JOIN (SELECT run_id FROM runs WHERE failed = 1) AS b USING (run_id)
ORDER BY 1, 2;

-- NULL joins nothing: loose has no experiment.
SELECT count(*) FROM runs AS a JOIN runs AS b USING (experiment)
WHERE a.run_id = 'loose';
SELECT a.run_id, count(b.run_id) FROM runs AS a
LEFT JOIN metric_points AS b ON b.experiment = a.experiment
GROUP BY a.run_id;
