-- A chain of forks: what each run logged itself and what it inherited
SELECT r.run_id, r.parent_run_id, r.fork_step, own.points AS own_points, "all".points AS all_points
FROM runs AS r
JOIN (SELECT sys_id, count(*) AS points FROM metric_points
      WHERE attribute = 'metrics/val/loss' AND lineage = 'run'
        AND run_id REGEXP '^curriculum' GROUP BY sys_id) AS own USING (sys_id)
JOIN (SELECT sys_id, count(*) AS points FROM metric_points
      WHERE attribute = 'metrics/val/loss' AND lineage = 'full'
        AND run_id REGEXP '^curriculum' GROUP BY sys_id) AS "all" USING (sys_id)
ORDER BY r.creation_time;
