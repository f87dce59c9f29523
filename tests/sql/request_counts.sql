-- request_counts: what is asked for simple queries, and no more
--@ store lab

-- One token exchange for a connection, one search for a look-up by name.
SELECT run_id FROM experiments WHERE experiment = 'beta';
SELECT method, path, query, rows FROM neptune_requests; --@ requests

SELECT run_id FROM runs WHERE sys_id = 'VIS-3';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Attributes of all runs need no search, unless names of runs are read.
SELECT sys_id, value FROM attributes WHERE attribute = 'config/seed'
ORDER BY sys_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id, value FROM attributes WHERE attribute = 'config/seed'
ORDER BY run_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT attribute FROM attributes WHERE sys_id = 'VIS-5' AND type = 'float';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Points of a named series of chosen runs: the runs, then the points.
SELECT value FROM metric_points
WHERE run_id = 'loose' AND attribute = 'loss';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM metric_points WHERE run_id = 'loose';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- The token was exchanged once.
SELECT path, count(*) FROM neptune_requests
WHERE path LIKE '%token%' GROUP BY path; --@ requests
