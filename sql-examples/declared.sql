-- Attributes as columns of a table of your own: declared once, read and filtered like any other column
CREATE VIRTUAL TABLE temp.sweep USING experiments(
  lr         FLOAT  'config/lr',
  optimizer  STRING 'config/optimizer',
  best_acc   MAX    'metrics/val/acc',
  last_epoch LAST_STEP 'metrics/val/acc'
);
SELECT experiment, optimizer, lr, round(best_acc, 4) AS best_acc, last_epoch
FROM sweep
WHERE lr <= 0.01 AND best_acc > 0.955
ORDER BY best_acc DESC, experiment
LIMIT 5;
SELECT query, rows FROM neptune_requests WHERE query IS NOT NULL;
