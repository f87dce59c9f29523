-- fleet/ships (SHP): 40 experiments ship-01 … ship-40, enough that a request
-- for each would show, with values that follow from the ship's number i.
--
-- SHP-i       ship-i/1, owner odd or even, failed where 10 divides i
-- SHP-40+i    ship-i/2 for i up to 8, forks ship-i/1 at step 1, is the head
-- config/crew int i, config/lr float i / 100, config/port string (i % 4), in
--             the first runs
-- speed       steps 0 to 3 of ship-i/1 with 10 i + step; steps 2 and 3 of
--             ship-i/2 with 10 i + step + 0.5

INSERT INTO project(project_id, uuid, workspace, name, key)
VALUES (1, 'bbbbbbbb-0000-4000-a000-000000000001', 'fleet', 'ships', 'SHP');

CREATE TEMP TABLE ship AS
WITH RECURSIVE n(number) AS (
  SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < 48)
SELECT number, iif(number > 40, number - 40, number) AS i FROM n;

INSERT INTO run(run_id, project_id, number, uuid, custom_run_id, experiment,
  parent, fork_step, creation_time, modification_time, ping_time, owner, failed)
SELECT number, 1, number, printf('bbbbbbbb-1111-4000-a000-%012d', number),
  printf('ship-%02d/%d', i, 1 + (number > 40)), printf('ship-%02d', i),
  iif(number > 40, i, NULL), iif(number > 40, 1.0, NULL),
  1767225600000 + number * 60000, 1767225600000 + number * 60000,
  1767225600000 + number * 60000, iif(i % 2, 'odd', 'even'), i % 10 = 0
FROM temp.ship;

INSERT INTO attribute(run_id, path, type, value)
SELECT i, 'config/crew', 'int', i FROM temp.ship WHERE number <= 40
UNION ALL SELECT i, 'config/lr', 'float', i / 100.0 FROM temp.ship
  WHERE number <= 40
UNION ALL SELECT i, 'config/port', 'string',
  CASE i % 4 WHEN 0 THEN 'Oslo' WHEN 1 THEN 'Cadiz' WHEN 2 THEN 'Riga'
    ELSE 'Genoa' END FROM temp.ship WHERE number <= 40;

INSERT INTO attribute(attribute_id, run_id, path, type)
SELECT 1000 + number, number, 'speed', 'float_series' FROM temp.ship;
INSERT INTO float_point(attribute_id, step, timestamp, value)
SELECT 1000 + number, step.value, 1768003200000 + step.value * 1000,
  10 * i + step.value + iif(number > 40, 0.5, 0)
FROM temp.ship, json_each('[0, 1, 2, 3]') AS step
WHERE number <= 40 OR step.value > 1;
DROP TABLE temp.ship;
