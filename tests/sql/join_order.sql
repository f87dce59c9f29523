-- join_order: SQLite joins in the order that takes the fewest requests
-- Each query is followed by its requests and by those of the other order,
-- which CROSS JOIN forces.
-- Without pushdown a table is read anew for each row: same_rows.py compares.
--@ skip off

SELECT count(*) FROM projects; -- the token is exchanged before

-- A condition on either side comes first; the other side is looked up.
EXPLAIN QUERY PLAN SELECT count(*) FROM experiments AS e
JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND owner = 'amara'; --@ plan
SELECT count(*) FROM experiments AS e JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND owner = 'amara';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM metric_points AS p CROSS JOIN experiments AS e USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND owner = 'amara';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

EXPLAIN QUERY PLAN SELECT count(*) FROM experiments AS e
JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND p.run_id = 'curriculum-2'; --@ plan
SELECT count(*) FROM experiments AS e JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND p.run_id = 'curriculum-2';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM experiments AS e CROSS JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND p.run_id = 'curriculum-2';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

EXPLAIN QUERY PLAN SELECT count(*) FROM experiments AS e
JOIN metric_points AS p USING (sys_id)
WHERE e.experiment = 'final-edges'; --@ plan
SELECT count(*) FROM experiments AS e JOIN metric_points AS p USING (sys_id)
WHERE e.experiment = 'final-edges';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM metric_points AS p CROSS JOIN experiments AS e USING (sys_id)
WHERE e.experiment = 'final-edges';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- No condition on a run: experiments first, which leaves out the points of the
-- runs that are no heads. (Here those are few.)
EXPLAIN QUERY PLAN SELECT count(*) FROM metric_points AS p
JOIN experiments AS e USING (sys_id)
WHERE attribute = 'metrics/val/acc'; --@ plan
SELECT count(*) FROM metric_points AS p JOIN experiments AS e USING (sys_id)
WHERE attribute = 'metrics/val/acc';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- attributes and runs: the named attribute first, unless runs are chosen.
EXPLAIN QUERY PLAN SELECT count(*) FROM runs AS r
JOIN attributes AS a USING (sys_id) WHERE attribute = 'config/lr'; --@ plan
SELECT count(*) FROM runs AS r JOIN attributes AS a USING (sys_id)
WHERE attribute = 'config/lr';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs AS r CROSS JOIN attributes AS a USING (sys_id)
WHERE attribute = 'config/lr';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT count(*) FROM attributes AS a
JOIN runs AS r USING (sys_id)
WHERE attribute = 'config/lr' AND owner = 'amara'; --@ plan
SELECT count(*) FROM attributes AS a JOIN runs AS r USING (sys_id)
WHERE attribute = 'config/lr' AND owner = 'amara';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- A run and its parent: the child first, whichever has the condition, for the
-- server cannot look up children.
EXPLAIN QUERY PLAN SELECT count(*) FROM runs AS parent
JOIN runs AS child ON child.parent_run_id = parent.run_id
WHERE parent.owner = 'dora'; --@ plan
SELECT count(*) FROM runs AS parent
JOIN runs AS child ON child.parent_run_id = parent.run_id
WHERE parent.owner = 'dora';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs AS parent
CROSS JOIN runs AS child ON child.parent_run_id = parent.run_id
WHERE parent.owner = 'dora';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT count(*) FROM runs AS parent
JOIN runs AS child ON child.parent_run_id = parent.run_id
WHERE child.failed = 1; --@ plan
SELECT count(*) FROM runs AS parent
JOIN runs AS child ON child.parent_run_id = parent.run_id
WHERE child.failed = 1;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- Three tables: the chosen runs first.
EXPLAIN QUERY PLAN SELECT count(*) FROM metric_points AS p
JOIN attributes AS a USING (sys_id) JOIN experiments AS e USING (sys_id)
WHERE p.attribute = 'metrics/val/acc' AND a.attribute = 'config/lr'
  AND owner = 'amara'; --@ plan
SELECT count(*) FROM metric_points AS p
JOIN attributes AS a USING (sys_id) JOIN experiments AS e USING (sys_id)
WHERE p.attribute = 'metrics/val/acc' AND a.attribute = 'config/lr'
  AND owner = 'amara';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM metric_points AS p
CROSS JOIN attributes AS a USING (sys_id) CROSS JOIN experiments AS e USING (sys_id)
WHERE p.attribute = 'metrics/val/acc' AND a.attribute = 'config/lr'
  AND owner = 'amara';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- LEFT JOIN fixes the order; the right side is looked up all the same.
EXPLAIN QUERY PLAN SELECT count(*) FROM runs AS r LEFT JOIN metric_points AS p
ON p.sys_id = r.sys_id AND attribute = 'metrics/val/acc'
WHERE owner = 'amara'; --@ plan
SELECT count(*) FROM runs AS r LEFT JOIN metric_points AS p
ON p.sys_id = r.sys_id AND attribute = 'metrics/val/acc' WHERE owner = 'amara';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- A correlated subquery; ORDER BY over a join.
EXPLAIN QUERY PLAN SELECT experiment, (SELECT max(value) FROM metric_points AS p
  WHERE p.sys_id = e.sys_id AND attribute = 'metrics/val/acc') AS best
FROM experiments AS e WHERE owner = 'amara'; --@ plan
SELECT sum(best) FROM (SELECT experiment, (SELECT max(value)
  FROM metric_points AS p
  WHERE p.sys_id = e.sys_id AND attribute = 'metrics/val/acc') AS best
FROM experiments AS e WHERE owner = 'amara');
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT e.experiment, step, value FROM experiments AS e
JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND owner = 'chen-li'
ORDER BY creation_time DESC, step LIMIT 3; --@ plan
SELECT e.experiment, step, value FROM experiments AS e
JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND owner = 'chen-li'
ORDER BY creation_time DESC, step LIMIT 3;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- The points of two series step by step cost no request each.
SELECT count(*), round(sum(b.value - a.value), 3) FROM metric_points AS a
JOIN metric_points AS b USING (sys_id, step)
WHERE a.attribute = 'metrics/train/loss' AND b.attribute = 'metrics/val/loss'
  AND a.run_id LIKE 'curriculum%';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
