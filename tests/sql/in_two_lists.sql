-- in_two_lists: of two long lists the longest is sent in pieces
--@ store fleet

CREATE TABLE key AS WITH RECURSIVE c(n) AS (
  SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000)
SELECT 'SHP-' || n AS sys_id, printf('ship-%02d/1', n) AS run_id FROM c;
SELECT count(*), min(run_id), max(run_id) FROM runs
WHERE sys_id IN (SELECT sys_id FROM key)
  AND run_id IN (SELECT run_id FROM key WHERE rowid > 1);
SELECT count(*) <= 3, max(request_bytes) < 250000
FROM neptune_requests WHERE id > @since; --@ requests
SELECT neptune_config('max_request_size', 20000); --@ output
SELECT count(*), min(run_id), max(run_id) FROM runs
WHERE sys_id IN (SELECT sys_id FROM key)
  AND run_id IN (SELECT run_id FROM key WHERE rowid > 1);
SELECT count(*) <= 20, max(request_bytes) < 25000
FROM neptune_requests WHERE id > @since; --@ requests
