-- lineage: full (default), experiment and run cut the chain of forks
--@ store lab

-- beta/1 forked from alpha-2 at step 4, which restarted alpha-1 at step 2.
SELECT step, value FROM metric_points
WHERE run_id = 'beta/1' AND attribute = 'loss' ORDER BY step;
SELECT step, value FROM metric_points
WHERE run_id = 'beta/1' AND attribute = 'loss' AND lineage = 'full'
ORDER BY step;
SELECT step, value FROM metric_points
WHERE run_id = 'beta/1' AND attribute = 'loss' AND lineage = 'experiment'
ORDER BY step;
SELECT step, value FROM metric_points
WHERE run_id = 'beta/1' AND attribute = 'loss' AND lineage = 'run'
ORDER BY step;

-- alpha-2 continues alpha-1 in the same experiment.
SELECT lineage, group_concat(step) AS steps FROM metric_points
WHERE run_id = 'alpha-2' AND attribute = 'loss' AND lineage = 'full';
SELECT lineage, group_concat(step) AS steps FROM metric_points
WHERE run_id = 'alpha-2' AND attribute = 'loss' AND lineage = 'experiment';
SELECT lineage, group_concat(step) AS steps FROM metric_points
WHERE run_id = 'alpha-2' AND attribute = 'loss' AND lineage = 'run';

-- A run that logged nothing of its own.
SELECT attribute, step, value FROM metric_points
WHERE run_id = 'delta-1' ORDER BY attribute;
SELECT count(*) FROM metric_points
WHERE run_id = 'delta-1' AND lineage = 'experiment';
SELECT count(*) FROM metric_points WHERE run_id = 'delta-1' AND lineage = 'run';

SELECT count(*) FROM metric_points WHERE lineage = 'parent'; --@ error
SELECT count(*) FROM metric_points WHERE lineage = NULL;
