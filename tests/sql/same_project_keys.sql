-- same_project_keys: a sys_id names a run of one project, not of all
--@ store twins

SELECT project, sys_id, run_id, parent_run_id,
  json_extract(attributes, '$."config/side"') AS side
FROM runs WHERE project IN ('left/twin', 'right/twin')
ORDER BY project, sys_id;
SELECT e.project, e.run_id, r.parent_run_id,
  json_extract(r.attributes, '$."config/side"') AS side
FROM experiments AS e JOIN runs AS r USING (project, sys_id)
WHERE e.project IN ('left/twin', 'right/twin')
ORDER BY 1, 2;
SELECT e.run_id, a.value
FROM experiments AS e JOIN attributes AS a USING (sys_id)
WHERE e.project = 'left/twin' AND a.project = 'right/twin'
  AND a.attribute = 'config/side'
ORDER BY 1;
