-- requests_table: neptune_requests has one row for each request
--@ store lab

-- It asks nothing itself.
SELECT count(*) FROM neptune_requests; --@ requests
SELECT run_id FROM runs WHERE owner = 'Ann';
SELECT id, method, path, query, rows, status, attempts, error
FROM neptune_requests; --@ requests
SELECT id, typeof(started_at), julianday('now') - julianday(started_at) < 0.1
    AS is_now, request_bytes > 0 AS sent, response_bytes > 0 AS came,
  milliseconds > 0 AS took, typeof(milliseconds)
FROM neptune_requests; --@ requests

-- What failed is there too, with the server's words.
SELECT run_id FROM runs WHERE project = 'lab/absent'; --@ error
SELECT status, rows, error FROM neptune_requests
ORDER BY id DESC LIMIT 1; --@ requests

-- Conditions on it are SQLite's; it can be joined with itself.
SELECT count(*) FROM neptune_requests WHERE status = 200; --@ requests
SELECT a.id FROM neptune_requests AS a JOIN neptune_requests AS b
  ON b.id = a.id + 1 ORDER BY a.id; --@ requests
DELETE FROM neptune_requests; --@ error
