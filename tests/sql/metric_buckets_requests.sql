-- metric_buckets_requests: many series in a request, the same rows in any number
--@ store lab
-- Sizes of pages are what this is about.
--@ skip small-pages

EXPLAIN QUERY PLAN SELECT bucket, max FROM metric_buckets
WHERE attribute = 'loss' AND experiment LIKE 'a%' AND buckets = 5
  AND x_from = 0 AND max > 2; --@ plan

-- Ranges first, then series of one range together.
SELECT count(*), sum(finite_count) FROM metric_buckets
WHERE attribute = 'loss' AND buckets = 4;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- A range that is given needs no asking for it.
SELECT count(*), sum(finite_count) FROM metric_buckets
WHERE attribute IN ('loss', 'acc') AND buckets = 4 AND x_from = 0 AND x_to = 6
  AND step_from = 1 AND step_to = 5;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- One series alone: one request.
SELECT count(*) FROM metric_buckets
WHERE sys_id = 'VIS-1' AND attribute = 'loss';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Where the server alone can tell the range, each series goes alone.
SELECT count(*) FROM metric_buckets
WHERE attribute = 'loss' AND x_axis = 'time' AND sys_id < 'VIS-4';
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%buckets'; --@ requests
SELECT count(*) FROM metric_buckets
WHERE attribute = 'acc' AND x_attribute = 'loss' AND x_scale = 'log'
  AND x_from = 0.25 AND x_to = 8;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%buckets'; --@ requests
SELECT count(*) FROM metric_buckets
WHERE attribute = 'acc' AND experiment = 'alpha' AND x_axis = 'relative_time';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- A join looks ahead; inputs may come from the other table.
SELECT e.sys_id, count(*), max(b.max)
FROM experiments AS e JOIN metric_buckets AS b USING (sys_id)
WHERE b.attribute = 'loss' AND b.buckets = 3
GROUP BY e.sys_id ORDER BY e.sys_id;
SELECT path, count(*), sum(rows) FROM neptune_requests
WHERE id > @since GROUP BY path; --@ requests
SELECT r.sys_id, b.bucket, b.last
FROM runs AS r LEFT JOIN metric_buckets AS b
  ON b.sys_id = r.sys_id AND b.attribute = 'acc' AND b.buckets = 2
ORDER BY r.sys_id, b.bucket;
SELECT a.sys_id, b.x_to, b.bucket, b.last
FROM attributes AS a JOIN metric_buckets AS b
  ON b.sys_id = a.sys_id AND b.attribute = a.attribute AND b.x_to = a.last_step
WHERE a.type = 'float_series' AND a.attribute = 'loss'
  AND b.x_from = 0 AND b.buckets = 2
ORDER BY a.sys_id, b.bucket;
SELECT v.column1 AS buckets, count(*)
FROM (VALUES (2), (3), (5)) AS v JOIN metric_buckets AS b
  ON b.buckets = v.column1
WHERE b.sys_id = 'VIS-2' AND b.attribute = 'loss' GROUP BY 1 ORDER BY 1;
SELECT sys_id, bucket FROM metric_buckets
WHERE buckets = 2 AND (sys_id = 'VIS-1' OR attribute = 'loss'
  AND sys_id IN ('VIS-1', 'VIS-2')) ORDER BY 1, 2;
SELECT count(*) FROM (SELECT * FROM metric_buckets LIMIT 3);
SELECT count(*) FROM (SELECT * FROM metric_buckets LIMIT 300 OFFSET 2);

-- Pages hold fewer series where there are more buckets.
SELECT neptune_config('points_page_size', 40); --@ output
SELECT count(*), sum(finite_count) FROM metric_buckets
WHERE attribute = 'loss' AND buckets = 4;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%buckets'; --@ requests
SELECT neptune_config('points_page_size', 200000),
  neptune_config('series_batch_size', 2); --@ output
SELECT count(*) FROM metric_buckets
WHERE attribute = 'loss' AND x_from = 0 AND x_to = 6;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%buckets'; --@ requests

-- Read first, the table tells a join which runs come next: those of one range.
SELECT neptune_config('series_batch_size', 10000); --@ output
SELECT b.sys_id, r.run_id, b.to_x
FROM metric_buckets AS b CROSS JOIN runs AS r USING (sys_id)
WHERE b.attribute = 'loss' AND b.buckets = 2 AND b.bucket = 0
ORDER BY b.sys_id;
SELECT path, count(*), sum(rows) FROM neptune_requests
WHERE id > @since GROUP BY path; --@ requests
