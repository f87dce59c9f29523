-- Loads the sample project demo/digits into a new store of neptune-server:
--   cd sql-examples/sample && sqlite3 STORE < load.sql
-- The text files and their columns are described in train.py.

.bail on
.read ../../tests/server/schema.sql

PRAGMA temp_store = memory;
BEGIN;

CREATE TEMP TABLE run_line(
  sys_id TEXT PRIMARY KEY, run_id TEXT, experiment TEXT, parent TEXT,
  fork_step TEXT, owner TEXT, state TEXT, created TEXT, modified TEXT,
  ping TEXT, failed INTEGER, archived INTEGER, tags TEXT, group_tags TEXT,
  description TEXT);
CREATE TEMP TABLE config_line(
  sys_id TEXT, attribute TEXT, type TEXT, value TEXT);
CREATE TEMP TABLE metric_line(
  sys_id TEXT, step REAL, ms INTEGER, train_loss TEXT, train_acc TEXT,
  val_loss TEXT, val_acc TEXT, lr TEXT, grad_norm TEXT, weight_norm TEXT,
  batch_loss TEXT, test_acc TEXT, completion TEXT);
.import --csv --skip 1 --schema temp runs.csv run_line
.import --csv --skip 1 --schema temp configs.csv config_line
.import --csv --skip 1 --schema temp metrics.csv metric_line

INSERT INTO project(uuid, workspace, name, key)
VALUES ('d1617500-0000-4000-a000-000000000000', 'demo', 'digits', 'DIG');

-- Each run with the run_id that it gets in the store. Times become
-- milliseconds since 1970; a tree of forks has the family of its root.
CREATE TEMP TABLE run_key AS
SELECT sys_id, CAST(substr(sys_id, 5) AS INTEGER) AS number,
  CAST(substr(sys_id, 5) AS INTEGER)
    + (SELECT ifnull(max(run_id), 0) FROM run) AS run_id
FROM run_line;
CREATE UNIQUE INDEX temp.run_key_by_sys_id ON run_key(sys_id);

INSERT INTO run(run_id, project_id, number, uuid, custom_run_id, experiment,
  parent, fork_step, creation_time, modification_time, ping_time, owner,
  description, state, tags, group_tags, failed, archived,
  running_time_seconds, family)
WITH RECURSIVE
tree(sys_id, family) AS (
  SELECT sys_id, run_id FROM run_line WHERE parent = ''
  UNION ALL
  SELECT run_line.sys_id, family
  FROM tree JOIN run_line ON run_line.parent = tree.sys_id),
timed AS (
  SELECT *,
    unixepoch(created) * 1000 + CAST(substr(created, 21) AS INTEGER)
      AS created_ms,
    unixepoch(modified) * 1000 + CAST(substr(modified, 21) AS INTEGER)
      AS modified_ms,
    unixepoch(ping) * 1000 + CAST(substr(ping, 21) AS INTEGER) AS ping_ms
  FROM run_line)
SELECT run_key.run_id, project.project_id, number,
  printf('d1617500-0000-4000-a000-%012d', number), timed.run_id,
  nullif(experiment, ''),
  (SELECT run_id FROM run_key WHERE sys_id = timed.parent),
  CAST(nullif(fork_step, '') AS REAL),
  created_ms, modified_ms, ping_ms, owner, description, state,
  CASE tags WHEN '' THEN '[]'
    ELSE '["' || replace(tags, '|', '","') || '"]' END,
  CASE WHEN group_tags <> '' THEN
    '["' || replace(group_tags, '|', '","') || '"]' END,
  failed, archived, (modified_ms - created_ms) / 1000.0, family
FROM timed JOIN run_key USING (sys_id) JOIN tree USING (sys_id)
JOIN project ON workspace = 'demo' AND project.name = 'digits'
ORDER BY number;

-- CAST knows neither nan nor inf; in the store NaN is NULL.
INSERT INTO attribute(run_id, path, type, value)
SELECT run_id, attribute, type,
  CASE
    WHEN type IN ('int', 'bool') THEN CAST(value AS INTEGER)
    WHEN type = 'float' THEN CASE value WHEN 'nan' THEN NULL
      WHEN 'inf' THEN 9e999 WHEN '-inf' THEN -9e999
      ELSE CAST(value AS REAL) END
    WHEN type = 'datetime' THEN
      unixepoch(value) * 1000 + CAST(substr(value, 21) AS INTEGER)
    WHEN type <> 'string_set' THEN value
    WHEN value = '' THEN '[]'
    ELSE '["' || replace(value, '|', '","') || '"]' END
FROM config_line JOIN run_key USING (sys_id);

CREATE TEMP TABLE point AS
SELECT run_id, path, step, created_ms + ms AS timestamp,
  CASE value WHEN 'nan' THEN NULL WHEN 'inf' THEN 9e999
    WHEN '-inf' THEN -9e999 ELSE CAST(value AS REAL) END AS value,
  completion <> '' AS is_preview,
  ifnull(CAST(nullif(completion, '') AS REAL), 1.0) AS completion
FROM (
  SELECT sys_id, 'metrics/train/loss' AS path, step, ms, train_loss AS value,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/train/acc', step, ms, train_acc,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/val/loss', step, ms, val_loss,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/val/acc', step, ms, val_acc,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/lr', step, ms, lr,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/grad_norm', step, ms, grad_norm,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/weight_norm', step, ms, weight_norm,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/train/batch_loss', step, ms, batch_loss,
    completion FROM metric_line
  UNION ALL SELECT sys_id, 'metrics/test/acc', step, ms, test_acc,
    completion FROM metric_line)
JOIN run_key USING (sys_id)
JOIN (SELECT run_id, creation_time AS created_ms FROM run) USING (run_id)
WHERE value <> '';

INSERT INTO attribute(run_id, path, type)
SELECT DISTINCT run_id, path, 'float_series' FROM point;

INSERT INTO float_point(attribute_id, step, timestamp, value, is_preview,
  completion)
SELECT attribute_id, step, timestamp, point.value, is_preview, completion
FROM point JOIN attribute USING (run_id, path)
ORDER BY attribute_id, step;

DROP TABLE temp.point;
DROP TABLE temp.run_key;
DROP TABLE temp.metric_line;
DROP TABLE temp.config_line;
DROP TABLE temp.run_line;
COMMIT;
