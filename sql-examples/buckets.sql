-- Curves on one grid: long series thinned out by the server, ready to be drawn
SELECT experiment, to_x AS until, finite_count AS points, round(min, 4) AS lowest,
       round(last, 4) AS last
FROM experiments JOIN metric_buckets USING (experiment, sys_id)
WHERE experiment IN ('final-wide', 'tune-adam-more-data')
  AND attribute = 'metrics/train/batch_loss'
  AND buckets = 5 AND x_from = 0 AND x_to = (
    SELECT max(last_step) FROM attributes
    WHERE attribute = 'metrics/train/batch_loss')
ORDER BY experiment, bucket;
