-- local_operators: what no rule names is left to SQLite, with the same rows
--@ store lab

SELECT run_id FROM runs WHERE group_tags IS NULL ORDER BY run_id;
SELECT run_id FROM runs WHERE fork_step IS NULL ORDER BY run_id;
SELECT run_id FROM runs WHERE owner > 'ann' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE run_id NOT LIKE 'alpha%' ORDER BY run_id;
SELECT run_id FROM runs WHERE run_id NOT IN ('alpha-1', 'loose')
ORDER BY run_id;
SELECT run_id FROM runs WHERE NOT run_id REGEXP '1$' ORDER BY run_id;
SELECT run_id FROM runs WHERE tags = '["a"]';
SELECT run_id FROM runs WHERE parent_run_id = 'Gamma-1';
SELECT run_id FROM runs WHERE fork_step = running_time_seconds + 2 - 30.25;
SELECT run_id FROM runs WHERE modification_time = ping_time ORDER BY run_id;
SELECT run_id FROM runs WHERE length(owner) = 3 AND upper(owner) = 'BOB'
ORDER BY run_id;

EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE owner < 'a' AND fork_step IS NULL AND tags = 'b'
  AND parent_run_id = 'c' AND group_tags IS NOT NULL
  AND fork_step IS NOT 1 AND creation_time LIKE '2026%'; --@ plan
EXPLAIN QUERY PLAN SELECT run_id FROM runs WHERE owner > 'a'; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE value > 1 AND is_preview = 0 AND timestamp < 'x'
  AND step IN (1, 2); --@ plan
