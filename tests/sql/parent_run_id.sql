-- parent_run_id: joins runs.run_id, whatever name the server gives the parent
--@ store lab

SELECT sys_id, parent_run_id, fork_step FROM runs ORDER BY sys_id;

SELECT child.run_id, parent.run_id AS parent, parent.sys_id
FROM runs AS child JOIN runs AS parent ON parent.run_id = child.parent_run_id
ORDER BY child.sys_id;

-- The chain to the root.
WITH RECURSIVE chain(run_id, depth) AS (
  SELECT 'beta/1', 0
  UNION ALL
  SELECT parent_run_id, depth + 1 FROM chain JOIN runs USING (run_id)
  WHERE parent_run_id IS NOT NULL)
SELECT run_id, depth FROM chain ORDER BY depth;

SELECT run_id FROM runs WHERE parent_run_id = 'alpha-2';
SELECT run_id FROM runs WHERE parent_run_id IS NULL ORDER BY run_id;
