-- pushdown_null: IS NULL and IS NOT NULL ask whether the attribute exists
--@ store lab

SELECT run_id FROM runs WHERE experiment IS NULL;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE experiment IS NOT NULL;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE fork_step IS NOT NULL ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE fork_step IS NULL ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE group_tags IS NULL ORDER BY run_id;
SELECT run_id FROM runs WHERE archived IS NULL OR failed ISNULL;
SELECT run_id FROM runs WHERE NOT experiment IS NULL AND parent_run_id NOTNULL
ORDER BY run_id;
SELECT r.run_id FROM runs AS r LEFT JOIN experiments AS e USING (sys_id)
WHERE e.sys_id IS NULL ORDER BY 1;
SELECT run_id FROM runs WHERE experiment IS NULL LIMIT 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE experiment IS NULL AND fork_step IS NULL AND description IS NOT NULL
  AND fork_step NOTNULL AND tags IS NULL; --@ plan
