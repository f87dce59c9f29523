-- metric_buckets_range: one grid for all series, times, other series, logarithms
--@ store lab

-- With both ends given all series are cut alike.
SELECT sys_id, bucket, from_x, to_x, finite_count FROM metric_buckets
WHERE attribute = 'loss' AND buckets = 3 AND x_from = 1 AND x_to = 5
ORDER BY sys_id, bucket;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%series/%'; --@ requests

-- The ends may come from a query.
SELECT sys_id, bucket, to_x, last FROM metric_buckets
WHERE attribute = 'loss' AND sys_id IN ('VIS-1', 'VIS-3') AND buckets = 3
  AND x_from = 0 AND x_to = (
    SELECT max(last_step) FROM attributes WHERE attribute = 'loss')
ORDER BY sys_id, bucket;

-- One end; the other one is each series' own, as far as it is on that side.
SELECT sys_id, bucket, from_x, to_x, finite_count AS n, nan_count AS nan
FROM metric_buckets
WHERE attribute = 'loss' AND x_from = 2 AND buckets = 2
ORDER BY sys_id, bucket;
SELECT sys_id, bucket, from_x, to_x, finite_count AS n, nan_count AS nan
FROM metric_buckets
WHERE attribute = 'loss' AND x_to = 2 AND buckets = 2
ORDER BY sys_id, bucket;
-- An end beyond the series: all of it lies before the range, or behind.
SELECT bucket, from_x, to_x, finite_count AS n FROM metric_buckets
WHERE sys_id = 'VIS-1' AND attribute = 'loss' AND x_from = 4;
SELECT sys_id, bucket, from_x, to_x, finite_count AS n, nan_count AS nan
FROM metric_buckets
WHERE attribute = 'loss' AND x_from = 4 AND buckets = 2
ORDER BY sys_id, bucket;
SELECT sys_id, bucket, from_x, to_x, finite_count AS n, nan_count AS nan
FROM metric_buckets
WHERE attribute = 'loss' AND x_to = -0.5 AND buckets = 2
ORDER BY sys_id, bucket;
SELECT sys_id, bucket, from_x, to_x, first_x, last_x FROM metric_buckets
WHERE attribute = 'loss' AND x_to = 2.5 AND step_from = 3 AND buckets = 3
ORDER BY sys_id, bucket;
SELECT bucket, from_x, finite_count AS n FROM metric_buckets
WHERE sys_id = 'VIS-1' AND attribute = 'loss' AND x_to = -1.7e308;
SELECT bucket, from_x, to_x, finite_count AS n FROM metric_buckets
WHERE sys_id = 'VIS-1' AND attribute = 'loss' AND x_from = 3;
SELECT bucket, from_x, to_x, finite_count AS n FROM metric_buckets
WHERE sys_id = 'VIS-1' AND attribute = 'loss' AND x_from = 1 AND x_to = 1;

-- An infinite end is an open one.
SELECT count(*), min(to_x), max(to_x) FROM metric_buckets
WHERE sys_id = 'VIS-1' AND attribute = 'loss'
  AND x_from = -9e999 AND x_to = 9e999;
SELECT count(*) FROM metric_buckets WHERE x_to = NULL;

-- x_from and x_to zoom; step_from and step_to leave points out.
SELECT bucket, from_x, to_x, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND buckets = 2
  AND step_from = 1 AND step_to = 4 ORDER BY bucket;
SELECT bucket, from_x, to_x, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND buckets = 2
  AND x_from = 0 AND x_to = 9 AND step_from = 4 ORDER BY bucket;
SELECT sys_id, bucket, from_x, to_x FROM metric_buckets
WHERE attribute = 'loss' AND buckets = 2 AND step_to = 1.5
ORDER BY sys_id, bucket;

-- Time: milliseconds since 1970, or since the series' first point.
SELECT bucket, datetime(to_x / 1000, 'unixepoch') AS until, last
FROM metric_buckets WHERE sys_id = 'VIS-1' AND attribute = 'loss'
  AND x_axis = 'time' AND buckets = 3 ORDER BY bucket;
SELECT sys_id, bucket, to_x, last_x, last FROM metric_buckets
WHERE attribute = 'acc' AND x_axis = 'relative_time' AND buckets = 3
ORDER BY sys_id, bucket;
SELECT sys_id, bucket, last_x, last FROM metric_buckets
WHERE attribute = 'acc' AND x_axis = 'relative_time' AND buckets = 3
  AND x_from = 0 AND x_to = 1000 ORDER BY sys_id, bucket;

-- The values of another series at the same steps.
SELECT sys_id, bucket, from_x, to_x, first_x, first, last_x, last
FROM metric_buckets
WHERE attribute = 'acc' AND x_attribute = 'loss' AND buckets = 2
ORDER BY sys_id, bucket;
SELECT sys_id, x_axis, x_attribute, bucket, last_x, last FROM metric_buckets
WHERE attribute = 'acc' AND x_attribute = 'loss' AND x_from = 0 AND x_to = 1
  AND buckets = 3 ORDER BY sys_id, bucket;
-- Some runs have it, though not these.
SELECT count(*) FROM metric_buckets
WHERE sys_id = 'VIS-1' AND x_attribute = 'acc';

-- Equal ratios; what is not above 0 has no place there.
SELECT sys_id, bucket, round(from_x, 3) AS from_x, round(to_x, 3) AS to_x,
  first_x, last_x
FROM metric_buckets WHERE attribute = 'loss' AND x_scale = 'log'
  AND buckets = 3 AND sys_id < 'VIS-4' ORDER BY sys_id, bucket;
SELECT bucket, from_x, to_x, first_x, last_x
FROM metric_buckets WHERE attribute = 'loss' AND sys_id = 'VIS-2'
  AND x_scale = 'log' AND x_from = 1 AND x_to = 4 AND buckets = 3
ORDER BY bucket;
