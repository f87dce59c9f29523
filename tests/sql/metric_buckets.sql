-- metric_buckets: series as the server thins them out
--@ store lab

.mode line
SELECT *, buckets, x_from, x_to, x_axis, x_attribute, x_scale, step_from,
  step_to, include_previews, lineage
FROM metric_buckets
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND buckets = 3;
.mode list

-- Bucket 0 holds the first point; the others part the rest evenly.
SELECT bucket, from_x, to_x, finite_count AS n, first_x, first, last_x, last,
  min, max, sum
FROM metric_buckets WHERE sys_id = 'VIS-2' AND attribute = 'loss'
  AND buckets = 4
ORDER BY bucket;

-- Values that are not finite are counted, and only counted.
SELECT bucket, finite_count, nan_count, positive_infinite_count AS plus,
  negative_infinite_count AS minus, first_x, first, last_x, last, min, max, sum
FROM metric_buckets WHERE sys_id = 'VIS-4' AND attribute = 'loss'
  AND buckets = 3
ORDER BY bucket;

-- One point: one bucket.
SELECT bucket, from_x, to_x, finite_count, last FROM metric_buckets
WHERE sys_id = 'VIS-4' AND attribute = 'acc';

-- The whole table: each series is cut over its own range.
SELECT experiment, sys_id, attribute, count(*), min(from_x), max(from_x),
  min(to_x), max(to_x), sum(finite_count)
FROM metric_buckets WHERE buckets = 2
GROUP BY project, sys_id, attribute ORDER BY sys_id, attribute;

-- Conditions on what is in a bucket are SQLite's, after the points are in it.
SELECT sys_id, bucket, max FROM metric_buckets
WHERE attribute = 'loss' AND buckets = 3 AND finite_count > 1 AND max > 1
ORDER BY sys_id, bucket;
SELECT bucket, first_x FROM metric_buckets
WHERE sys_id = 'VIS-1' AND attribute = 'loss' AND bucket IN (1, 3)
  AND buckets = 4 ORDER BY bucket;

-- What the run inherited, previews.
SELECT lineage, bucket, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-3' AND attribute = 'loss' AND buckets = 2
  AND lineage = 'full' ORDER BY bucket;
SELECT lineage, bucket, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND buckets = 2
  AND lineage = 'experiment' ORDER BY bucket;
SELECT lineage, bucket, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-3' AND attribute = 'loss' AND buckets = 2
  AND lineage = 'experiment' ORDER BY bucket;
SELECT lineage, bucket, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-2' AND attribute = 'loss' AND buckets = 2
  AND lineage = 'run' ORDER BY bucket;
SELECT include_previews, bucket, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-5' AND include_previews = 0 ORDER BY bucket;
SELECT include_previews, bucket, first_x, last_x FROM metric_buckets
WHERE sys_id = 'VIS-5' AND include_previews = 1 AND buckets = 2
ORDER BY bucket;

-- Which runs: NQL, projects, names.
SELECT sys_id, bucket, last FROM metric_buckets('`sys/owner`:string = "ann"')
WHERE attribute = 'loss' AND buckets = 2 ORDER BY sys_id, bucket;
SELECT project, run_id, bucket, last FROM metric_buckets
WHERE project IN ('lab/vision', 'lab/speech') AND buckets = 2
  AND run_id IN ('alpha-1', 'wave-1') ORDER BY 1, 2, 3;
SELECT sys_id, bucket, last FROM neptune_metric_buckets
WHERE attribute REGEXP '^a' AND experiment LIKE 'b%' AND buckets = 2
ORDER BY sys_id, bucket;
SELECT count(*) FROM metric_buckets WHERE attribute = 'no such';
SELECT count(*) FROM metric_buckets WHERE attribute = 'config/lr';
SELECT count(*) FROM metric_buckets
WHERE attribute = 'loss' AND sys_id = 'VIS-6' AND lineage = 'run';

CREATE VIRTUAL TABLE speech USING metric_buckets(project = 'lab/speech');
SELECT project, sys_id, bucket, from_x, to_x, last FROM speech
WHERE buckets = 2 ORDER BY sys_id, bucket;
