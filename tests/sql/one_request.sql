-- one_request: what one retrieval request answers, and one token exchange
--@ server --synthetic runs=3000,configs=1,series=1,points=1

SELECT count(*) FROM experiments;
SELECT path, rows FROM neptune_requests; --@ requests
SELECT count(*) FROM (SELECT experiment FROM experiments LIMIT 10);
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM experiments WHERE experiment = 'experiment-00000007';
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM runs WHERE run_id = 'run-00000007';
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT creation_time FROM runs ORDER BY creation_time DESC LIMIT 2;
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests

-- 500 names of one's own table.
CREATE TABLE mine AS
SELECT printf('experiment-%08d', value * 3) AS name
FROM generate_series(1, 500);
SELECT count(sys_id) FROM experiments
WHERE experiment IN (SELECT name FROM mine);
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
