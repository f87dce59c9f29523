-- The store of neptune-server: base tables first, then the views that show
-- the same data under the names and columns of the extension's tables.
-- The views are plain SQL over the base tables; tests compare with them.
--
-- Loading a project by hand: INSERT INTO project, run, attribute and the
-- tables of points, in this order. Aggregates, inherited series and all sys/*
-- attributes are derived; nothing else has to be kept up to date.
-- Times are integers: milliseconds since 1970-01-01 UTC.

PRAGMA page_size = 8192;  -- a path of 1024 bytes fits into a page of an index
PRAGMA application_id = 1315991636;  -- 'Nept'
PRAGMA user_version = 2;

CREATE TABLE IF NOT EXISTS project(
  project_id  INTEGER PRIMARY KEY,
  uuid        TEXT NOT NULL UNIQUE DEFAULT (
    lower(printf('%s-%s-4%s-a%s-%s', hex(randomblob(4)), hex(randomblob(2)),
      substr(hex(randomblob(2)), 2), substr(hex(randomblob(2)), 2),
      hex(randomblob(6))))),
  workspace   TEXT NOT NULL,
  name        TEXT NOT NULL,
  key         TEXT NOT NULL,           -- sys/id is key-number
  visibility  TEXT NOT NULL DEFAULT 'priv',
  UNIQUE(workspace, name)
) STRICT;

CREATE TABLE IF NOT EXISTS run(
  run_id      INTEGER PRIMARY KEY,     -- of this store only
  project_id  INTEGER NOT NULL REFERENCES project,
  number      INTEGER NOT NULL,        -- 1, 2, … in the order of arrival
  uuid        TEXT NOT NULL UNIQUE DEFAULT (
    lower(printf('%s-%s-4%s-a%s-%s', hex(randomblob(4)), hex(randomblob(2)),
      substr(hex(randomblob(2)), 2), substr(hex(randomblob(2)), 2),
      hex(randomblob(6))))),
  custom_run_id TEXT NOT NULL,         -- sys/custom_run_id
  experiment  TEXT,                    -- sys/name; NULL: no experiment. The
                                       -- highest number is the head
  parent      INTEGER REFERENCES run,  -- fork: run_id of the parent …
  fork_step   REAL,                    -- … whose steps <= this are inherited
  creation_time     INTEGER NOT NULL,
  modification_time INTEGER NOT NULL,
  ping_time         INTEGER NOT NULL,
  owner       TEXT NOT NULL DEFAULT 'owner',
  description TEXT NOT NULL DEFAULT '',
  state       TEXT NOT NULL DEFAULT 'inactive'
              CHECK (state IN ('active', 'inactive')),
  tags        TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
  group_tags  TEXT CHECK (group_tags IS NULL
                          OR json_type(group_tags) = 'array'),
  failed      INTEGER NOT NULL DEFAULT 0 CHECK (failed IN (0, 1)),
  archived    INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
                                       -- sys/archived and sys/trashed
  running_time_seconds REAL NOT NULL DEFAULT 0,
  family      TEXT,                    -- sys/family; NULL: custom_run_id
  size        INTEGER,                 -- sys/size in bytes; NULL: absent
  UNIQUE(project_id, number),
  UNIQUE(project_id, custom_run_id),
  CHECK ((parent IS NULL) = (fork_step IS NULL))
) STRICT;

CREATE INDEX IF NOT EXISTS run_by_experiment
  ON run(project_id, experiment, number);

-- What was logged, but for sys/*. Value by type: int INTEGER; float REAL
-- (NULL is NaN, infinity 9e999); string TEXT; bool 0 or 1; datetime
-- INTEGER; string_set JSON array; file JSON object {"path", "size_bytes",
-- "mime_type"}; every series NULL, its points are in a table of their own.
CREATE TABLE IF NOT EXISTS attribute(
  attribute_id INTEGER PRIMARY KEY,
  run_id       INTEGER NOT NULL REFERENCES run,
  path         TEXT NOT NULL CHECK (path <> '' AND path NOT GLOB 'sys/*'),
  type         TEXT NOT NULL,
  value        ANY,
  UNIQUE(run_id, path),
  CHECK (CASE type
    WHEN 'int' THEN typeof(value) = 'integer'
    WHEN 'float' THEN typeof(value) IN ('real', 'null')
    WHEN 'string' THEN typeof(value) = 'text'
    WHEN 'bool' THEN typeof(value) = 'integer' AND value IN (0, 1)
    WHEN 'datetime' THEN typeof(value) = 'integer'
    WHEN 'string_set' THEN typeof(value) = 'text'
                           AND json_type(value) = 'array'
    WHEN 'file' THEN typeof(value) = 'text' AND json_type(value) = 'object'
    ELSE type IN ('float_series', 'string_series', 'histogram_series',
                  'file_series') AND value IS NULL END)
) STRICT;

-- Points that the run logged itself; attribute is of type float_series.
CREATE TABLE IF NOT EXISTS float_point(
  attribute_id INTEGER NOT NULL REFERENCES attribute,
  step         REAL NOT NULL,
  timestamp    INTEGER NOT NULL,
  value        REAL,                   -- NULL is NaN, infinity 9e999
  is_preview   INTEGER NOT NULL DEFAULT 0 CHECK (is_preview IN (0, 1)),
  completion   REAL NOT NULL DEFAULT 1,
  PRIMARY KEY(attribute_id, step)
) STRICT, WITHOUT ROWID;

-- Points of string_series, histogram_series and file_series attributes.
-- A histogram is {"type": "COUNTING" or "DENSITY", "edges": […], "values":
-- […]} with one edge more than values; a file is as in attribute.
CREATE TABLE IF NOT EXISTS string_point(
  attribute_id INTEGER NOT NULL REFERENCES attribute,
  step         REAL NOT NULL,
  timestamp    INTEGER NOT NULL,
  value        TEXT NOT NULL,
  is_preview   INTEGER NOT NULL DEFAULT 0 CHECK (is_preview IN (0, 1)),
  completion   REAL NOT NULL DEFAULT 1,
  PRIMARY KEY(attribute_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS histogram_point(
  attribute_id INTEGER NOT NULL REFERENCES attribute,
  step         REAL NOT NULL,
  timestamp    INTEGER NOT NULL,
  value        TEXT NOT NULL CHECK (json_type(value) = 'object'),
  is_preview   INTEGER NOT NULL DEFAULT 0 CHECK (is_preview IN (0, 1)),
  completion   REAL NOT NULL DEFAULT 1,
  PRIMARY KEY(attribute_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS file_point(
  attribute_id INTEGER NOT NULL REFERENCES attribute,
  step         REAL NOT NULL,
  timestamp    INTEGER NOT NULL,
  value        TEXT NOT NULL CHECK (json_type(value) = 'object'),
  is_preview   INTEGER NOT NULL DEFAULT 0 CHECK (is_preview IN (0, 1)),
  completion   REAL NOT NULL DEFAULT 1,
  PRIMARY KEY(attribute_id, step)
) STRICT, WITHOUT ROWID;

-- Uploaded files: the path that file values name -> the file's name in the
-- folder <store>-files that lies beside the store.
CREATE TABLE IF NOT EXISTS content(
  project_id   INTEGER NOT NULL REFERENCES project,
  path         TEXT NOT NULL,
  name         TEXT NOT NULL UNIQUE,
  size         INTEGER NOT NULL,
  mime_type    TEXT NOT NULL,
  etag         TEXT NOT NULL,
  PRIMARY KEY(project_id, path)
) STRICT;

-- Requests to store something, and how they ended: a JSON array of [code,
-- count].
CREATE TABLE IF NOT EXISTS submission(
  submission_id INTEGER PRIMARY KEY AUTOINCREMENT,
  request_id    TEXT NOT NULL UNIQUE,
  outcome       TEXT NOT NULL CHECK (json_type(outcome) = 'array')
) STRICT;

-- The chain of forks: run_id sees the points of source_id with
-- after < step <= upto. Depth 0 is the run itself, 1 its parent, …
CREATE VIEW IF NOT EXISTS lineage AS
WITH RECURSIVE chain(run_id, source_id, depth, after, upto, parent) AS (
  SELECT run_id, run_id, 0, ifnull(fork_step, -9e999), 9e999, parent FROM run
  UNION ALL
  SELECT chain.run_id, run.run_id, depth + 1, ifnull(run.fork_step, -9e999),
         min(chain.upto, chain.after), run.parent
  FROM chain JOIN run ON run.run_id = chain.parent
)
SELECT run_id, source_id, depth, after, upto FROM chain;

-- One row per run with every sys value; times already text.
CREATE VIEW IF NOT EXISTS run_sys AS
SELECT run.run_id AS run, run.project_id, run.number,
  run.experiment, run.custom_run_id AS run_id,
  project.key || '-' || run.number AS sys_id,
  strftime('%Y-%m-%d %H:%M:%f', creation_time / 1000.0, 'unixepoch')
    AS creation_time,
  strftime('%Y-%m-%d %H:%M:%f', modification_time / 1000.0, 'unixepoch')
    AS modification_time,
  strftime('%Y-%m-%d %H:%M:%f', ping_time / 1000.0, 'unixepoch')
    AS ping_time,
  owner, description, state,
  (SELECT json_group_array(value) FROM
    (SELECT DISTINCT value FROM json_each(run.tags) ORDER BY value)) AS tags,
  CASE WHEN group_tags IS NOT NULL THEN
    (SELECT json_group_array(value) FROM
      (SELECT DISTINCT value FROM json_each(run.group_tags) ORDER BY value))
    END AS group_tags,
  failed, archived, running_time_seconds,
  CASE WHEN experiment IS NOT NULL THEN
    (SELECT total(other.running_time_seconds) FROM run AS other
      WHERE other.project_id = run.project_id
        AND other.experiment = run.experiment
        AND other.number <= run.number) END
    AS experiment_running_time_seconds,
  CASE WHEN experiment IS NOT NULL THEN NOT EXISTS
    (SELECT 1 FROM run AS other
      WHERE other.project_id = run.project_id
        AND other.experiment = run.experiment
        AND other.number > run.number) END AS is_head,
  (SELECT custom_run_id FROM run AS other WHERE other.run_id = run.parent)
    AS parent_run_id,
  fork_step,
  CASE WHEN parent IS NOT NULL THEN
    (WITH RECURSIVE up(parent) AS (SELECT run.parent UNION ALL
       SELECT other.parent FROM up JOIN run AS other
         ON other.run_id = up.parent WHERE other.parent IS NOT NULL)
     SELECT count(*) FROM up) END AS fork_depth,
  ifnull(family, custom_run_id) AS family, size,
  project.uuid AS project_uuid, run.uuid AS run_uuid,
  project.workspace || '/' || project.name AS project
FROM run JOIN project USING (project_id);

CREATE VIEW IF NOT EXISTS runs AS
SELECT experiment, run_id, sys_id, creation_time, modification_time,
  ping_time, owner, description, state, tags, group_tags, failed, archived,
  running_time_seconds, parent_run_id, fork_step, project
FROM run_sys;

CREATE VIEW IF NOT EXISTS experiments AS
SELECT experiment, run_id, sys_id, creation_time, modification_time,
  ping_time, owner, description, state, tags, group_tags, failed, archived,
  experiment_running_time_seconds AS running_time_seconds, parent_run_id,
  fork_step, project
FROM run_sys WHERE is_head;

-- Series as run sees them, its own and inherited ones: those of source with
-- after < step <= upto. A path that a nearer run uses for something else
-- hides what would be inherited.
CREATE VIEW IF NOT EXISTS visible_series AS
WITH
seen AS MATERIALIZED (
  SELECT lineage.run_id AS run, source_id AS source, depth, after, upto,
    attribute_id, path, type
  FROM lineage JOIN attribute ON attribute.run_id = lineage.source_id),
mixed AS MATERIALIZED (
  SELECT run, path FROM seen GROUP BY run, path
  HAVING min(type) <> max(type))
SELECT run, source, path, type, attribute_id, after, upto FROM seen
WHERE type LIKE '%\_series' ESCAPE '\'
  AND NOT ((run, path) IN mixed AND EXISTS
    (SELECT 1 FROM seen AS nearer
      WHERE nearer.run = seen.run AND nearer.path = seen.path
        AND nearer.type <> seen.type AND nearer.depth < seen.depth));

-- Committed points of each run.
CREATE VIEW IF NOT EXISTS full_float_point AS
SELECT run, source, path, step, timestamp, value
FROM visible_series JOIN float_point USING (attribute_id)
WHERE type = 'float_series' AND step > after AND step <= upto
  AND NOT is_preview;

CREATE VIEW IF NOT EXISTS full_object_point AS
WITH point AS (
  SELECT 'string_series' AS type, * FROM string_point
  UNION ALL SELECT 'histogram_series', * FROM histogram_point
  UNION ALL SELECT 'file_series', * FROM file_point)
SELECT run, source, path, type, step, timestamp, value
FROM visible_series JOIN point USING (type, attribute_id)
WHERE step > after AND step <= upto AND NOT is_preview;

CREATE VIEW IF NOT EXISTS metric_points AS
SELECT experiment, run_id, sys_id, path AS attribute, step,
  strftime('%Y-%m-%d %H:%M:%f', timestamp / 1000.0, 'unixepoch')
    AS timestamp,
  value, 0 AS is_preview, 1.0 AS preview_completion, project
FROM full_float_point JOIN run_sys USING (run);

CREATE VIEW IF NOT EXISTS object_points AS
SELECT type, experiment, run_id, sys_id, path AS attribute, step,
  strftime('%Y-%m-%d %H:%M:%f', timestamp / 1000.0, 'unixepoch')
    AS timestamp,
  value, 0 AS is_preview, 1.0 AS preview_completion, project
FROM full_object_point JOIN run_sys USING (run);

CREATE VIEW IF NOT EXISTS string_points AS
SELECT experiment, run_id, sys_id, attribute, step, timestamp, value,
  is_preview, preview_completion, project
FROM object_points WHERE type = 'string_series';

CREATE VIEW IF NOT EXISTS histogram_points AS
SELECT experiment, run_id, sys_id, attribute, step, timestamp, value,
  is_preview, preview_completion, project
FROM object_points WHERE type = 'histogram_series';

CREATE VIEW IF NOT EXISTS file_points AS
SELECT experiment, run_id, sys_id, attribute, step, timestamp, value,
  is_preview, preview_completion, project
FROM object_points WHERE type = 'file_series';

CREATE VIEW IF NOT EXISTS files AS
SELECT experiment, run_sys.run_id, sys_id, path AS attribute,
  value ->> 'path' AS path, value ->> 'size_bytes' AS size_bytes,
  value ->> 'mime_type' AS mime_type, project
FROM attribute JOIN run_sys ON run_sys.run = attribute.run_id
WHERE type = 'file';

CREATE VIEW IF NOT EXISTS projects AS
SELECT workspace || '/' || name AS project, workspace, name, key,
  uuid AS project_id, visibility
FROM project;

-- Per run and path. Aggregates cover finite values, the last value any.
CREATE VIEW IF NOT EXISTS float_series AS
WITH
point AS MATERIALIZED (
  SELECT run, path, step, value,
    CASE WHEN abs(value) < 9e999 THEN value END AS finite
  FROM full_float_point ORDER BY run, path, step),
summary AS MATERIALIZED (
  SELECT run, path, max(step) AS last_step, min(finite) AS min,
    max(finite) AS max, avg(finite) AS average
  FROM point GROUP BY run, path),
spread AS MATERIALIZED (
  SELECT run, path,
    avg((finite - average) * (finite - average)) AS variance
  FROM point JOIN summary USING (run, path) GROUP BY run, path)
SELECT run, path, last_step, value AS last, min, max, average, variance
FROM summary JOIN spread USING (run, path) JOIN point USING (run, path)
WHERE step = last_step
UNION ALL  -- logged, but nothing is committed yet
SELECT run_id, path, NULL, NULL, NULL, NULL, NULL, NULL FROM attribute
WHERE type = 'float_series'
  AND (run_id, path) NOT IN (SELECT run, path FROM summary);

CREATE VIEW IF NOT EXISTS object_series AS
WITH summary AS (
  SELECT run, path, type, max(step) AS last_step, value AS last
  FROM full_object_point GROUP BY run, path, type)
SELECT run, path, type, last_step, last FROM summary
UNION ALL  -- logged, but nothing is committed yet
SELECT run_id, path, type, NULL, NULL FROM attribute
WHERE type IN ('string_series', 'histogram_series', 'file_series')
  AND (run_id, path) NOT IN (SELECT run, path FROM summary);

CREATE VIEW IF NOT EXISTS attributes AS
WITH every(run, attribute, type, value, last_step, min, max, average,
           variance) AS (
  SELECT run_id, path, type,
    CASE type
      WHEN 'datetime' THEN
        strftime('%Y-%m-%d %H:%M:%f', value / 1000.0, 'unixepoch')
      WHEN 'string_set' THEN
        (SELECT json_group_array(value) FROM (SELECT DISTINCT item.value
          FROM json_each(attribute.value) AS item ORDER BY item.value))
      ELSE value END,
    NULL, NULL, NULL, NULL, NULL
  FROM attribute WHERE type NOT LIKE '%\_series' ESCAPE '\'
  UNION ALL
  SELECT run, path, 'float_series', last, last_step, min, max, average,
    variance FROM float_series
  UNION ALL
  SELECT run, path, type, last, last_step, NULL, NULL, NULL, NULL
  FROM object_series
  UNION ALL
  SELECT run, column1, column2, column3, NULL, NULL, NULL, NULL, NULL FROM (
    SELECT run, 'sys/id' AS column1, 'string' AS column2, sys_id AS column3
      FROM run_sys
    UNION ALL SELECT run, 'sys/custom_run_id', 'string', run_id FROM run_sys
    UNION ALL SELECT run, 'sys/name', 'string', experiment FROM run_sys
    UNION ALL SELECT run, 'sys/creation_time', 'datetime', creation_time
      FROM run_sys
    UNION ALL SELECT run, 'sys/modification_time', 'datetime',
      modification_time FROM run_sys
    UNION ALL SELECT run, 'sys/ping_time', 'datetime', ping_time
      FROM run_sys
    UNION ALL SELECT run, 'sys/owner', 'string', owner FROM run_sys
    UNION ALL SELECT run, 'sys/description', 'string', description
      FROM run_sys
    UNION ALL SELECT run, 'sys/state', 'experiment_state', state
      FROM run_sys
    UNION ALL SELECT run, 'sys/tags', 'string_set', tags FROM run_sys
    UNION ALL SELECT run, 'sys/group_tags', 'string_set', group_tags
      FROM run_sys
    UNION ALL SELECT run, 'sys/failed', 'bool', failed FROM run_sys
    UNION ALL SELECT run, 'sys/archived', 'bool', archived FROM run_sys
    UNION ALL SELECT run, 'sys/trashed', 'bool', archived FROM run_sys
    UNION ALL SELECT run, 'sys/family', 'string', family FROM run_sys
    UNION ALL SELECT run, 'sys/running_time_seconds', 'float',
      running_time_seconds FROM run_sys
    UNION ALL SELECT run, 'sys/size', 'int', size FROM run_sys
    UNION ALL SELECT run, 'sys/diagnostics/project_uuid', 'string',
      project_uuid FROM run_sys
    UNION ALL SELECT run, 'sys/diagnostics/run_uuid', 'string', run_uuid
      FROM run_sys
    UNION ALL SELECT run, 'sys/experiment/name', 'string', experiment
      FROM run_sys
    UNION ALL SELECT run, 'sys/experiment/is_head', 'bool', is_head
      FROM run_sys
    UNION ALL SELECT run, 'sys/experiment/running_time_seconds', 'float',
      experiment_running_time_seconds FROM run_sys
    UNION ALL SELECT run, 'sys/forking/parent', 'string', parent_run_id
      FROM run_sys
    UNION ALL SELECT run, 'sys/forking/step', 'float', fork_step
      FROM run_sys
    UNION ALL SELECT run, 'sys/forking/depth', 'int', fork_depth
      FROM run_sys
  ) WHERE column3 IS NOT NULL
)
SELECT experiment, run_id, sys_id, attribute, type, value, last_step, min,
  max, average, variance, project
FROM every JOIN run_sys USING (run);
