-- Where training blew up: the first step whose loss is no longer a finite number
SELECT experiment, min(step) AS first_bad_step, count(*) AS bad_points
FROM experiments JOIN metric_points USING (experiment, sys_id)
WHERE attribute = 'metrics/train/loss' AND (value IS NULL OR abs(value) = 9e999)
GROUP BY experiment
ORDER BY experiment;
