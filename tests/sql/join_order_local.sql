-- join_order_local: ordinary tables and several projects in the cheapest order
-- The keys of an ordinary table cannot be seen ahead; IN sends them at once.
-- Without pushdown a table is read anew for each row: same_rows.py compares.
--@ skip off

SELECT count(*) FROM projects; -- the token is exchanged before
CREATE TABLE small(sys_id TEXT, note INTEGER);
INSERT INTO small SELECT 'DIG-' || value, value FROM json_each('[1, 2, 3, 5, 8]');
CREATE TABLE keys(sys_id TEXT PRIMARY KEY, note INTEGER);
INSERT INTO keys
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000)
SELECT 'DIG-' || n, n FROM c;

-- A plain join reads all once and looks up the ordinary table.
EXPLAIN QUERY PLAN SELECT sum(note) FROM small JOIN runs USING (sys_id); --@ plan
SELECT sum(note) FROM small JOIN runs USING (sys_id);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT sum(note) FROM keys JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc'; --@ plan
SELECT sum(note) FROM keys JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- In the other order 1000 keys cost no request each: a few, then all.
SELECT sum(note) FROM keys CROSS JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- IN (SELECT …): one request for the runs.
EXPLAIN QUERY PLAN SELECT count(*) FROM runs
WHERE sys_id IN (SELECT sys_id FROM keys WHERE note < 700); --@ plan
SELECT count(*) FROM runs
WHERE sys_id IN (SELECT sys_id FROM keys WHERE note < 700);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT count(*) FROM metric_points
WHERE sys_id IN (SELECT sys_id FROM small) AND attribute = 'metrics/val/acc'; --@ plan
SELECT count(*) FROM metric_points
WHERE sys_id IN (SELECT sys_id FROM small) AND attribute = 'metrics/val/acc';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- Both: all keys in one request, in either order.
EXPLAIN QUERY PLAN SELECT sum(note) FROM keys JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc'
  AND p.sys_id IN (SELECT sys_id FROM keys); --@ plan
SELECT sum(note) FROM keys JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc'
  AND p.sys_id IN (SELECT sys_id FROM keys);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT sum(note) FROM metric_points AS p CROSS JOIN keys USING (sys_id)
WHERE attribute = 'metrics/val/acc'
  AND p.sys_id IN (SELECT sys_id FROM keys);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- An ordinary table that names experiments, whose points are wanted.
CREATE TABLE finals(experiment TEXT);
INSERT INTO finals VALUES ('final-edges'), ('final-wide'), ('no such');
EXPLAIN QUERY PLAN SELECT finals.experiment, max(value) FROM finals
JOIN experiments AS e USING (experiment) JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND e.experiment IN (SELECT experiment FROM finals)
GROUP BY 1; --@ plan
SELECT finals.experiment, max(value) FROM finals
JOIN experiments AS e USING (experiment) JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'metrics/val/acc' AND e.experiment IN (SELECT experiment FROM finals)
GROUP BY 1;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
