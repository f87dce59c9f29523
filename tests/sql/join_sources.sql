-- join_sources: looking ahead follows filters, projects and options of the join
--@ store lab

-- Only the chosen runs are looked at.
SELECT e.run_id, count(*) FROM experiments AS e JOIN metric_points AS p
  USING (sys_id) WHERE e.owner = 'ann' AND p.attribute = 'loss'
GROUP BY 1;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Options of the inner table.
SELECT e.run_id, group_concat(p.step) FROM experiments AS e
JOIN metric_points AS p USING (sys_id)
WHERE p.attribute = 'loss' AND p.lineage = 'run' GROUP BY 1;
SELECT r.run_id, p.step, p.value FROM runs AS r
JOIN metric_points AS p USING (sys_id) WHERE p.tail = 1
  AND p.attribute = 'loss' ORDER BY 1;
SELECT r.run_id, p.step FROM runs AS r CROSS JOIN metric_points AS p
  USING (sys_id) WHERE p.include_previews = 1 AND p.is_preview ORDER BY 1, 2;

-- Projects on both sides; sys_id alone would be no key.
SELECT r.project, r.run_id, p.value FROM runs AS r
CROSS JOIN metric_points AS p ON p.project = r.project
  AND p.run_id = r.run_id AND p.attribute = 'loss' AND p.step = 1
WHERE r.project IN ('lab/vision', 'lab/speech') ORDER BY 1, 2;
SELECT r.project, p.project AS points, r.run_id, p.value FROM runs AS r
CROSS JOIN metric_points AS p ON p.project IN ('lab/vision', 'lab/speech')
  AND p.run_id = r.run_id AND p.attribute = 'loss' AND p.step = 1
WHERE r.project IN ('lab/vision', 'lab/speech') ORDER BY 1, 2, 3;

-- Names of both tables in the rows of the inner one.
SELECT p.experiment, p.run_id, p.sys_id, p.project, p.attribute, p.step
FROM experiments AS e CROSS JOIN metric_points AS p USING (sys_id)
WHERE p.step = 5 ORDER BY p.sys_id, p.attribute;
SELECT a.experiment, a.run_id, a.sys_id, a.project, a.attribute, a.value
FROM runs AS r CROSS JOIN attributes AS a USING (run_id)
WHERE a.attribute REGEXP '^config/[eo]' ORDER BY a.sys_id, a.attribute;
SELECT b.* FROM runs AS a CROSS JOIN runs AS b USING (sys_id)
WHERE a.owner = 'ann' ORDER BY b.sys_id;
SELECT a.run_id, b.attributes ->> '$.loss' AS loss
FROM experiments AS a CROSS JOIN runs AS b USING (sys_id) ORDER BY 1;
