-- A column for every attribute that a pattern finds: the statement that made the table
SELECT neptune_create_table('digits', 'experiments',
  '^config/ & !layers | ^metrics/(train|val)/loss$') AS statement;
SELECT "config/optimizer" AS optimizer, count(*) AS experiments,
       round(min("metrics/val/loss"), 4) AS lowest_val_loss
FROM digits
WHERE "config/batch_size" >= 64 AND "config/augment" = 0
GROUP BY optimizer
ORDER BY lowest_val_loss;
