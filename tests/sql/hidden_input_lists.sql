-- hidden_input_lists: several values of a hidden input are joined, not listed
--@ store lab

WITH v(lineage) AS (VALUES ('full'), ('run'))
SELECT lineage, count(*) FROM v JOIN metric_points USING (lineage)
WHERE run_id = 'beta/1' GROUP BY lineage;
WITH v(tail) AS (VALUES (1), (2))
SELECT tail, step FROM v JOIN metric_points USING (tail)
WHERE run_id = 'alpha-1' ORDER BY tail, step;
SELECT include_previews, count(*)
FROM (VALUES (0), (1)) AS v
  JOIN metric_points ON include_previews = v.column1
WHERE run_id = 'loose' GROUP BY 1;

-- A list would give one key several times, which no DISTINCT would notice.
SELECT DISTINCT sys_id FROM metric_points
WHERE lineage IN ('full', 'run'); --@ error
SELECT step FROM metric_points WHERE tail = 1 OR tail = 2; --@ error
SELECT step FROM metric_points WHERE include_previews IN (0, 1); --@ error
SELECT run_id FROM runs
WHERE nql IN ('`sys/owner`:string = "bob"', '`config/seed`:int = 7'); --@ error
-- A list of one is a value.
SELECT count(*) FROM metric_points
WHERE run_id = 'beta/1' AND lineage IN ('run');

-- Two values at once are none.
SELECT count(*) FROM metric_points WHERE tail = 1 AND tail = 2;
SELECT count(*) FROM metric_points WHERE lineage = 'full' AND lineage = 'run';

-- IS is = here.
SELECT count(*) FROM metric_points WHERE run_id = 'beta/1' AND lineage IS 'run';
SELECT count(*) FROM metric_points WHERE run_id = 'beta/1' AND tail IS 1;

-- Nor can another operator than = set an input.
SELECT count(*) FROM metric_points WHERE tail < 3; --@ error
SELECT count(*) FROM runs WHERE nql LIKE '%sys/name%'; --@ error
SELECT count(*) FROM runs WHERE nql IS NULL;
