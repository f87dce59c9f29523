-- Who overfits: the gap between training and validation accuracy at the end
SELECT t.experiment, round(t.value, 4) AS train_acc, round(v.value, 4) AS val_acc,
       round(t.value - v.value, 3) AS gap
FROM experiments
JOIN attributes AS t USING (sys_id)
JOIN attributes AS v USING (sys_id)
WHERE t.attribute = 'metrics/train/acc' AND v.attribute = 'metrics/val/acc'
ORDER BY gap DESC, t.experiment
LIMIT 5;
