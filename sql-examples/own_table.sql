-- Joined with a table of your own: what was expected of a run, and what came out
CREATE TEMP TABLE expected(experiment TEXT, accuracy REAL);
INSERT INTO expected VALUES ('baseline-pixels', 0.85), ('inputs-all', 0.95), ('reg-drop0.5', 0.92);
SELECT experiment, expected.accuracy AS expected, round(max(value), 4) AS reached
FROM expected JOIN experiments AS e USING (experiment)
     JOIN metric_points USING (experiment, sys_id)
WHERE attribute = 'metrics/val/acc'
  AND e.experiment IN (SELECT experiment FROM expected)  -- e: or it would be that of expected
GROUP BY experiment
ORDER BY experiment;
