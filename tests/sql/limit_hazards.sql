-- limit_hazards: where LIMIT that cuts pages would give wrong rows
--@ store lab

-- Conditions that SQLite does not show: column against column.
SELECT count(*) FROM (SELECT run_id FROM runs
  WHERE modification_time > ping_time LIMIT 3);
SELECT count(*) FROM (SELECT run_id FROM runs
  WHERE modification_time = ping_time LIMIT 3);
SELECT run_id FROM runs WHERE run_id = experiment || '-2' LIMIT 1;
SELECT run_id FROM runs WHERE fork_step > running_time_seconds LIMIT 1;
SELECT EXISTS (SELECT 1 FROM runs WHERE ping_time < creation_time);
SELECT EXISTS (SELECT 1 FROM runs WHERE owner = 'ann' AND failed = archived);
SELECT EXISTS (SELECT 1 FROM metric_points WHERE value > step * 20);
SELECT (SELECT run_id FROM runs WHERE state = 'active' AND fork_step = 4);

-- UNION ALL hands the whole LIMIT and OFFSET to every arm.
SELECT count(*) FROM (
  SELECT run_id FROM runs UNION ALL SELECT experiment FROM experiments
  LIMIT 5 OFFSET 4);
SELECT count(*) FROM (
  SELECT run_id FROM runs UNION ALL SELECT run_id FROM runs LIMIT 20 OFFSET 5);
SELECT count(*) FROM (
  SELECT run_id FROM runs UNION SELECT run_id FROM experiments LIMIT 20);

-- Conditions and orders that SQLite looks at itself.
SELECT run_id FROM runs WHERE owner > 'ann' ORDER BY run_id LIMIT 2;
SELECT run_id FROM runs WHERE tags = '[]' ORDER BY run_id DESC LIMIT 2;
SELECT run_id FROM runs ORDER BY creation_time, run_id LIMIT 2 OFFSET 1;
SELECT run_id FROM runs WHERE experiment IS NULL LIMIT 1;
SELECT run_id FROM runs WHERE owner IN ('zoë', 'Ann') AND failed = 0 LIMIT 5;
SELECT DISTINCT owner FROM runs ORDER BY owner LIMIT 3;
SELECT owner, count(*) FROM runs GROUP BY owner ORDER BY owner LIMIT 3;
SELECT count(*) FROM runs LIMIT 1;
SELECT run_id, row_number() OVER (ORDER BY run_id) FROM runs
ORDER BY run_id LIMIT 2;
SELECT max(creation_time) FROM runs;
SELECT min(creation_time) FROM runs LIMIT 1;

-- All, none, beyond the end.
SELECT count(*) FROM (SELECT run_id FROM runs LIMIT -1);
SELECT count(*) FROM (SELECT run_id FROM runs LIMIT -1 OFFSET 2);
SELECT count(*) FROM (SELECT run_id FROM runs LIMIT 9223372036854775807);
SELECT count(*) FROM (SELECT run_id FROM runs LIMIT 2 OFFSET 5);
SELECT count(*) FROM (SELECT run_id FROM runs LIMIT 2 OFFSET 100);
SELECT count(*) FROM (SELECT run_id FROM runs LIMIT 2 OFFSET -3);

-- A hint that is too small is no end: in a join nothing is cut.
SELECT r.run_id, p.step FROM runs AS r JOIN metric_points AS p USING (sys_id)
WHERE p.attribute = 'acc' ORDER BY 1, 2 LIMIT 4;
SELECT run_id FROM runs
WHERE sys_id IN (SELECT sys_id FROM metric_points WHERE value = 99 LIMIT 1);
