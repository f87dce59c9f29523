-- hidden_input_lists: a list of values for a hidden input gives rows of each
--@ store lab

SELECT lineage, count(*) FROM metric_points
WHERE run_id = 'beta/1' AND lineage IN ('full', 'run') GROUP BY lineage;
SELECT tail, step FROM metric_points
WHERE run_id = 'alpha-1' AND tail IN (1, 2) ORDER BY tail, step;
SELECT tail, step FROM metric_points
WHERE run_id = 'alpha-1' AND (tail = 1 OR tail = 2) ORDER BY tail, step;
SELECT include_previews, count(*) FROM metric_points
WHERE run_id = 'loose' AND include_previews IN (0, 1) GROUP BY 1;
SELECT nql, run_id FROM runs
WHERE nql IN ('`sys/owner`:string = "bob"', '`config/seed`:int = 7')
ORDER BY run_id;

-- Two values at once are none.
SELECT count(*) FROM metric_points WHERE tail = 1 AND tail = 2;
SELECT count(*) FROM metric_points WHERE lineage = 'full' AND lineage = 'run';

-- IS is = here.
SELECT count(*) FROM metric_points WHERE run_id = 'beta/1' AND lineage IS 'run';
SELECT count(*) FROM metric_points WHERE run_id = 'beta/1' AND tail IS 1;
