-- join_steps: points joined by their step do not cost a request each

-- Two series of each run.
SELECT count(*), count(DISTINCT a.sys_id), round(sum(a.value - b.value), 6)
FROM metric_points AS a CROSS JOIN metric_points AS b USING (sys_id, step)
WHERE a.attribute = 'metrics/val/acc' AND b.attribute = 'metrics/train/acc'
  AND a.run_id LIKE 'spot%' AND a.step < 8;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
-- Two runs, no key between them; what only one of them has.
SELECT a.step, a.value, b.value
FROM metric_points AS a LEFT JOIN metric_points AS b
  ON b.step = a.step AND b.attribute = a.attribute AND b.run_id = 'final-wide-1'
WHERE a.attribute = 'metrics/val/acc' AND a.run_id = 'final-edges-1'
  AND a.step >= 28 ORDER BY a.step;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
-- Values that are not floats, of all sizes.
SELECT a.run_id, step, a.value, b.value
FROM metric_points AS a CROSS JOIN string_points AS b USING (sys_id, step)
WHERE a.attribute = 'metrics/val/loss' AND a.run_id LIKE 'spot%'
  AND a.step BETWEEN 4 AND 6
ORDER BY a.run_id, step;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
-- A subquery for each run.
SELECT run_id, fork_step, (
  SELECT value FROM metric_points AS p WHERE p.sys_id = r.sys_id
  AND p.step = r.fork_step AND attribute = 'metrics/val/acc') AS at_fork
FROM runs AS r WHERE fork_step IS NOT NULL ORDER BY run_id;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests

SELECT run_id, fork_step, (
  SELECT value FROM metric_points AS p WHERE p.sys_id = r.sys_id
  AND p.step = r.fork_step AND attribute = 'metrics/val/acc'
  ORDER BY p.step DESC LIMIT 1) AS at_fork
FROM runs AS r WHERE fork_step IS NOT NULL ORDER BY run_id;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Steps of an ordinary table: none, text, between two, far away, twice.
CREATE TEMP TABLE wanted(n INTEGER PRIMARY KEY, s);
INSERT INTO wanted(s) VALUES (0), (1), (NULL), ('3'), ('x'), (2.5), (1e300),
  (9223372036854775807), (x'33'), (4), (4.0), (9e999), (-1), (6), (7), (8);
SELECT n, s, count(step), round(sum(value), 6)
FROM wanted LEFT JOIN metric_points ON step = s
  AND attribute = 'metrics/val/acc' AND experiment = 'final-edges'
GROUP BY n ORDER BY n;
SELECT count(*) <= 30 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT n, s, count(step), round(sum(value), 6)
FROM wanted CROSS JOIN runs CROSS JOIN metric_points USING (sys_id)
WHERE step = s AND attribute = 'metrics/val/acc' AND runs.run_id LIKE 'spot-a%'
GROUP BY n ORDER BY n;
-- Only the last points, whatever the step that is looked for.
SELECT a.run_id, a.step, b.value
FROM metric_points AS a CROSS JOIN metric_points AS b USING (sys_id, step)
WHERE a.attribute = 'metrics/val/acc' AND b.attribute = a.attribute
  AND b.tail = 2 AND a.run_id LIKE 'curriculum%'
  AND a.step >= 59 ORDER BY 1, 2;

-- One step for all runs is still sent.
CREATE TEMP TABLE one(s);
INSERT INTO one VALUES (3);
SELECT count(*), round(sum(value), 6)
FROM one CROSS JOIN runs CROSS JOIN metric_points USING (sys_id)
WHERE step = s AND attribute = 'metrics/val/acc' AND runs.run_id LIKE 'grid%';
SELECT count(*) > 0 AS sent, count(*) <= 5 AS few FROM neptune_requests
WHERE id > @since AND query LIKE '%metrics/val/acc%step >= 3.0%'; --@ requests
SELECT count(*) AS whole FROM neptune_requests
WHERE id > @since AND path LIKE '%series%' AND query NOT LIKE '%step >= 3.0%'; --@ requests
