-- metric_buckets_errors: what is wrong with an input is said, and what to do
--@ store lab

SELECT * FROM metric_buckets WHERE buckets = 1; --@ error
SELECT * FROM metric_buckets WHERE buckets = 1002; --@ error
SELECT * FROM metric_buckets WHERE buckets = 2.5; --@ error
SELECT * FROM metric_buckets WHERE buckets = 'many'; --@ error
SELECT * FROM metric_buckets WHERE buckets IN (2, 3); --@ error
SELECT count(*) > 0 AS ok FROM metric_buckets WHERE buckets = '1001';
SELECT * FROM metric_buckets WHERE x_axis = 'epoch'; --@ error
SELECT * FROM metric_buckets WHERE x_axis = 1; --@ error
SELECT * FROM metric_buckets
WHERE x_axis = 'time' AND x_attribute = 'loss'; --@ error
SELECT * FROM metric_buckets WHERE x_attribute = 'no such'; --@ error
SELECT * FROM metric_buckets WHERE x_attribute = 'config/lr'; --@ error
SELECT * FROM metric_buckets WHERE x_attribute = ''; --@ error
SELECT * FROM metric_buckets
WHERE x_attribute = CAST(x'ff' AS TEXT); --@ error
SELECT * FROM metric_buckets WHERE x_scale = 'square'; --@ error
SELECT * FROM metric_buckets WHERE x_scale = 'log' AND x_from = 0; --@ error
SELECT * FROM metric_buckets WHERE x_scale = 'log' AND x_to = -1; --@ error
SELECT * FROM metric_buckets WHERE x_from = 2 AND x_to = 1.5; --@ error
SELECT * FROM metric_buckets WHERE x_from = 'a'; --@ error
SELECT * FROM metric_buckets WHERE x_to = x'01'; --@ error
SELECT * FROM metric_buckets WHERE x_from = 9e999; --@ error
SELECT * FROM metric_buckets WHERE step_from = 2 AND step_to = 1; --@ error
SELECT * FROM metric_buckets WHERE step_to = -9e999; --@ error
SELECT * FROM metric_buckets WHERE lineage = 'none'; --@ error
SELECT * FROM metric_buckets WHERE include_previews = 2; --@ error
SELECT * FROM metric_buckets WHERE project = 'lab/none'; --@ error
SELECT * FROM metric_buckets WHERE project = 'lab'; --@ error
SELECT * FROM metric_buckets WHERE attribute REGEXP '('; --@ error
DELETE FROM metric_buckets; --@ error

-- In several projects it is enough that one has the axis' series.
SELECT DISTINCT project FROM metric_buckets
WHERE project IN ('lab/speech', 'lab/vision') AND x_attribute = 'acc';
