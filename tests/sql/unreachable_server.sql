-- unreachable_server: a refused connection is retried, then a clear error
--@ store lab
--@ token {"api_url": "http://127.0.0.1:9", "api_key": "x"}
--@ env NEPTUNE_QUERY_RETRY_SOFT_TIMEOUT=1

SELECT run_id FROM runs WHERE sys_id = 'VIS-1'; --@ error
SELECT path, status, rows, attempts > 0 AS tried, error
FROM neptune_requests; --@ requests
