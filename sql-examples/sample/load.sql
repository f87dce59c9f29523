-- Loads the sample project demo/digits into a new store of neptune-server:
--   cd sql-examples/sample && sqlite3 STORE < load.sql
-- The text files and their columns are described in train.py. The bytes of
-- uploaded files go to the folder STORE-files, as the server puts them.

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
CREATE TEMP TABLE string_line(
  sys_id TEXT, attribute TEXT, step REAL, ms INTEGER, value TEXT);
CREATE TEMP TABLE histogram_line(
  sys_id TEXT, attribute TEXT, step REAL, ms INTEGER, edges TEXT,
  counts TEXT);
CREATE TEMP TABLE file_line(
  sys_id TEXT, attribute TEXT, step TEXT, ms TEXT, path TEXT,
  mime_type TEXT, content TEXT);
.import --csv --skip 1 --schema temp strings.csv string_line
.import --csv --skip 1 --schema temp histograms.csv histogram_line
.import --csv --skip 1 --schema temp files.csv file_line

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

-- Series of strings, histograms and files, and files that are none.
CREATE TEMP TABLE object AS
SELECT run_id, path, type, step, created_ms + ms AS timestamp, value
FROM (
  SELECT sys_id, attribute AS path, 'string_series' AS type, step, ms, value
  FROM string_line
  UNION ALL SELECT sys_id, attribute, 'histogram_series', step, ms,
    json_object('type', 'COUNTING',
      'edges', json('[' || replace(edges, '|', ',') || ']'),
      'values', json('[' || replace(counts, '|', ',') || ']'))
  FROM histogram_line
  UNION ALL SELECT sys_id, attribute,
    CASE step WHEN '' THEN 'file' ELSE 'file_series' END,
    CAST(step AS REAL), CAST(ms AS INTEGER),
    json_object('path', path, 'size_bytes',
      length(CAST(content AS BLOB)), 'mime_type', mime_type)
  FROM file_line)
JOIN run_key USING (sys_id)
JOIN (SELECT run_id, creation_time AS created_ms FROM run) USING (run_id);

INSERT INTO attribute(run_id, path, type, value)
SELECT DISTINCT run_id, path, type, CASE type WHEN 'file' THEN value END
FROM object;

INSERT INTO string_point(attribute_id, step, timestamp, value)
SELECT attribute_id, step, timestamp, object.value
FROM object JOIN attribute USING (run_id, path, type)
WHERE type = 'string_series' ORDER BY attribute_id, step;

INSERT INTO histogram_point(attribute_id, step, timestamp, value)
SELECT attribute_id, step, timestamp, object.value
FROM object JOIN attribute USING (run_id, path, type)
WHERE type = 'histogram_series' ORDER BY attribute_id, step;

INSERT INTO file_point(attribute_id, step, timestamp, value)
SELECT attribute_id, step, timestamp, object.value
FROM object JOIN attribute USING (run_id, path, type)
WHERE type = 'file_series' ORDER BY attribute_id, step;

INSERT INTO content(project_id, path, name, size, mime_type, etag)
SELECT project_id, path, file_name,
  writefile(store.file || '-files/' || file_name, content), mime_type,
  lower(hex(sha3(content, 256)))
FROM (SELECT *, printf('digits-%04d', rowid) AS file_name FROM file_line)
JOIN project ON workspace = 'demo' AND project.name = 'digits'
JOIN (SELECT file FROM pragma_database_list WHERE name = 'main') AS store;

DROP TABLE temp.object;
DROP TABLE temp.point;
DROP TABLE temp.run_key;
DROP TABLE temp.file_line;
DROP TABLE temp.histogram_line;
DROP TABLE temp.string_line;
DROP TABLE temp.metric_line;
DROP TABLE temp.config_line;
DROP TABLE temp.run_line;
COMMIT;
