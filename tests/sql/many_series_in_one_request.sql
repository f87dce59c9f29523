-- many_series_in_one_request: series travel together, as far as they fit

SELECT count(*), count(DISTINCT sys_id || attribute) FROM metric_points;
SELECT path, count(*) <= 2 AS few, sum(rows) FROM neptune_requests
WHERE id > @since GROUP BY path; --@ requests

SELECT count(*) FROM metric_points WHERE attribute = 'metrics/val/acc';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- series_batch_size is the largest number of series in a request.
SELECT neptune_config('series_batch_size', 20); --@ output
SELECT count(*) FROM metric_points WHERE attribute = 'metrics/val/acc';
SELECT count(*), sum(rows) FROM neptune_requests
WHERE id > @since AND path LIKE '%/float'; --@ requests

-- So is what fits: max_request_size counts ids of runs and names.
SELECT neptune_config('series_batch_size', 10000),
  neptune_config('max_request_size', 2000); --@ output
SELECT count(*) FROM metric_points WHERE attribute = 'metrics/val/acc';
SELECT count(*), sum(rows), max(request_bytes) < 20000 AS fits
FROM neptune_requests
WHERE id > @since AND path LIKE '%/float'; --@ requests
