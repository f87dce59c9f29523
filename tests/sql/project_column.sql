-- project_column: which projects to ask, default from the settings
--@ store lab

SELECT sys_id, project FROM runs ORDER BY sys_id;
SELECT sys_id, project FROM runs WHERE project = 'lab/speech' ORDER BY sys_id;

-- IN asks them one by one; the key tells equal names apart.
SELECT project, sys_id, run_id FROM runs
WHERE project IN ('lab/vision', 'lab/speech', 'lab/empty')
  AND run_id = 'alpha-1'
ORDER BY project;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT project, count(*), sum(value) FROM metric_points
WHERE project IN ('lab/vision', 'lab/speech') AND attribute = 'loss'
  AND step < 2
GROUP BY project ORDER BY project;
SELECT project, sys_id, value FROM attributes
WHERE project IN ('lab/speech', 'lab/vision') AND attribute = 'config/optimizer'
ORDER BY project, sys_id;
SELECT count(*) FROM experiments WHERE project = 'lab/empty';
SELECT count(*) FROM attributes WHERE project = 'lab/empty';
SELECT count(*) FROM metric_points WHERE project = 'lab/empty';

-- Joins need the project beside sys_id, where there are several.
SELECT e.project, e.sys_id, count(*) AS points
FROM experiments AS e JOIN metric_points AS p USING (project, sys_id)
WHERE e.project IN ('lab/vision', 'lab/speech')
  AND p.project IN ('lab/vision', 'lab/speech')
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT other.run_id FROM (SELECT 'lab/speech' AS project) AS here
JOIN runs AS other USING (project) ORDER BY other.run_id;

-- Other conditions than = and IN choose no project.
SELECT count(*) FROM runs WHERE project LIKE 'LAB/%';
SELECT count(*) FROM runs WHERE project <> 'lab/vision';
SELECT count(*) FROM runs WHERE project = 'LAB/VISION' COLLATE NOCASE;
SELECT count(*) FROM runs WHERE project = NULL;

EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE project = 'lab/speech'; --@ plan
SELECT run_id FROM runs WHERE project = 'lab/absent'; --@ error
SELECT run_id FROM runs WHERE project = 'vision'; --@ error
SELECT run_id FROM runs
WHERE project IN ('lab/vision', 'lab/absent'); --@ error
