-- pushdown_off: with pushdown off nothing is sent but project, nql and options
--@ store lab

SELECT neptune_config('pushdown', 'off'); --@ output
EXPLAIN QUERY PLAN SELECT run_id FROM runs WHERE owner = 'ann'
  AND project = 'lab/vision' AND nql = 'x' LIMIT 1; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points WHERE step > 3
  AND attribute = 'loss' AND tail = 2 AND lineage = 'run'
  AND include_previews = 1; --@ plan
SELECT run_id FROM runs WHERE owner = 'ann' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs('`sys/owner`:string = "bob"')
WHERE project = 'lab/vision' AND fork_step = 4;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Back on.
SELECT neptune_config('pushdown', NULL); --@ output
SELECT run_id FROM runs WHERE owner = 'ann' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
