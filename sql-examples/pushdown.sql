-- What is sent to the server: the plan before, the requests after
EXPLAIN QUERY PLAN
SELECT experiment FROM experiments
WHERE owner = 'amara' AND creation_time > '2026-02-10' AND experiment LIKE 'final%';

SELECT count(*) FROM experiments
WHERE owner = 'amara' AND creation_time > '2026-02-10' AND experiment LIKE 'final%';

SELECT method, path, query, rows, status FROM neptune_requests;
