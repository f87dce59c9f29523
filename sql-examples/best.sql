-- The experiments with the best validation accuracy, from the summaries that the server keeps
SELECT experiment, max AS best_val_acc, last_step
FROM experiments JOIN attributes USING (sys_id, experiment)
WHERE attribute = 'metrics/val/acc' AND type = 'float_series'
ORDER BY max DESC, experiment
LIMIT 5;
