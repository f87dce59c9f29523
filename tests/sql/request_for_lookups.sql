-- request_for_lookups: look-ups and small pages take one retrieval request each
--@ server --synthetic runs=3000,configs=4,series=1,points=1

SELECT count(*) FROM (SELECT experiment, owner FROM experiments LIMIT 10);
SELECT path, query, rows FROM neptune_requests; --@ requests
SELECT count(*) FROM (SELECT * FROM runs WHERE failed = 0 LIMIT 10 OFFSET 5);
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- By name, by run id, by Neptune's own id; as a literal, bound, as a text.
CREATE TEMP TABLE known AS
SELECT experiment, run_id, sys_id FROM runs WHERE experiment IS NOT NULL
ORDER BY sys_id LIMIT 500;
SELECT count(*) FROM experiments
WHERE experiment = (SELECT experiment FROM known LIMIT 1);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE run_id = (SELECT run_id FROM known LIMIT 1);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE sys_id IS 'SYN-7';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
.parameter set ?1 "'SYN-8'"
SELECT count(*) FROM runs WHERE sys_id = ?1;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- 500 names at once.
SELECT count(*) FROM experiments
WHERE experiment IN (SELECT experiment FROM known);
SELECT rows, request_bytes < 220000 AS fits FROM neptune_requests
WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE run_id IN (SELECT run_id FROM known);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(DISTINCT sys_id) FROM runs
WHERE sys_id IN (SELECT sys_id FROM known) OR sys_id IN ('SYN-1', 'none');
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- One exchange of the token in all.
SELECT count(*) FROM neptune_requests WHERE path LIKE '%token%'; --@ requests
