-- join_order_projects: of two projects, the one that has to be named comes first
--@ store lab

SELECT count(*) FROM projects; -- the token is exchanged before

-- Points and attributes have to be told their projects: by the other table.
EXPLAIN QUERY PLAN SELECT key, count(*) FROM projects
JOIN attributes USING (project) WHERE attribute = 'config/lr' GROUP BY 1; --@ plan
SELECT key, count(*) FROM attributes
JOIN projects USING (project) WHERE attribute = 'config/lr' GROUP BY 1;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- The runs of one project whose names the other has, too.
EXPLAIN QUERY PLAN SELECT a.run_id FROM runs AS a JOIN runs AS b USING (run_id)
WHERE a.project = 'lab/vision' AND b.project = 'lab/speech'; --@ plan
SELECT a.run_id, b.sys_id FROM runs AS a JOIN runs AS b USING (run_id)
WHERE a.project = 'lab/vision' AND b.project = 'lab/speech' ORDER BY 1;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT r.project, count(*) FROM runs AS r
JOIN metric_points AS p USING (project, sys_id)
WHERE r.project IN ('lab/vision', 'lab/speech') AND p.attribute = 'loss'
GROUP BY 1; --@ plan
SELECT r.project, count(*) FROM runs AS r
JOIN metric_points AS p USING (project, sys_id)
WHERE r.project IN ('lab/vision', 'lab/speech') AND p.attribute = 'loss'
GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
