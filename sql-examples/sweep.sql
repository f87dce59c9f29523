-- Accuracy of a grid search by optimizer and learning rate
WITH param AS MATERIALIZED (
  SELECT sys_id, attribute, value FROM attributes
  WHERE experiment REGEXP '^grid-' AND attribute IN ('config/lr', 'config/optimizer'))
SELECT o.value AS optimizer, lr.value AS lr, count(*) AS experiments,
       round(avg(acc.max), 4) AS mean_best_acc
FROM attributes AS acc
JOIN param AS o ON o.sys_id = acc.sys_id AND o.attribute = 'config/optimizer'
JOIN param AS lr ON lr.sys_id = acc.sys_id AND lr.attribute = 'config/lr'
WHERE acc.experiment REGEXP '^grid-' AND acc.attribute = 'metrics/val/acc'
GROUP BY 1, 2
ORDER BY mean_best_acc DESC
LIMIT 6;
