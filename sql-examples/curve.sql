-- A learning curve: training and validation loss of one experiment, every fifth epoch
SELECT step,
       round(max(value) FILTER (WHERE attribute = 'metrics/train/loss'), 4) AS train_loss,
       round(max(value) FILTER (WHERE attribute = 'metrics/val/loss'), 4) AS val_loss
FROM experiments JOIN metric_points USING (experiment, sys_id)
WHERE experiment = 'tune-inputs-all'
  AND attribute IN ('metrics/train/loss', 'metrics/val/loss')
  AND step <= 40
GROUP BY step
HAVING step % 5 = 0
ORDER BY step;
