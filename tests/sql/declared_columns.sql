-- declared_columns: a created table shows an attribute of every type and every aggregate of a series
--@ store odd

CREATE VIRTUAL TABLE typed USING experiments(
  f FLOAT 'a/float', i INT 'a/int', s STRING 'a/string', b BOOL 'a/bool',
  d DATETIME 'a/datetime', -- a comment is no harm
  t STRING_SET 'a/string_set', file FILE 'a/file');
CREATE VIRTUAL TABLE series USING runs(
  project = 'odd/names', nql = '`sys/archived`:bool = "False"',
  "float" FLOAT_SERIES 'm/float', string STRING_SERIES 'm/string',
  histogram HISTOGRAM_SERIES 'm/histogram', [file] FILE_SERIES 'm/file',
  last LAST 'm/float', min MIN 'm/float', max MAX 'm/float',
  average AVERAGE 'm/float', variance VARIANCE 'm/float',
  last_step LAST_STEP 'm/float', string_step LAST_STEP 'm/string',
  histogram_step LAST_STEP 'm/histogram', file_step LAST_STEP 'm/file',
  no_series LAST_STEP 'a/float', state2 EXPERIMENT_STATE 'sys/state');

SELECT sys_id, f, i, substr(s, 1, 8) AS s, length(s), b, d, t, file FROM typed
ORDER BY sys_id;
SELECT sys_id, typeof(f), typeof(i), typeof(s), typeof(b), typeof(d), typeof(t),
  typeof(file) FROM typed WHERE sys_id IN ('ODD-1', 'ODD-5') ORDER BY sys_id;
SELECT sys_id, value FROM typed, json_each(t) WHERE sys_id = 'ODD-1';
SELECT file ->> 'size_bytes' FROM typed WHERE sys_id = 'ODD-1';
SELECT sys_id, "float", string, last, min, max, average, variance, last_step
FROM series ORDER BY sys_id;
SELECT sys_id, histogram, file, string_step, histogram_step, file_step,
  no_series, state2 FROM series ORDER BY sys_id;

-- Declared columns stand behind the table's own, in their order.
SELECT name, type, hidden FROM pragma_table_xinfo('typed') WHERE cid > 15;

-- Another type in a run is NULL.
CREATE VIRTUAL TABLE mixed USING experiments(as_int INT 'conflict',
  as_string STRING 'conflict', as_float FLOAT 'conflict',
  as_series FLOAT_SERIES 'conflict');
SELECT sys_id, as_int, as_string, as_float, as_series FROM mixed ORDER BY 1;

-- Only what a query reads is asked for.
EXPLAIN QUERY PLAN SELECT f FROM typed; --@ plan
EXPLAIN QUERY PLAN SELECT last, max, string FROM series; --@ plan
EXPLAIN QUERY PLAN SELECT count(*) FROM typed; --@ plan

-- The hidden columns are as they were.
SELECT sys_id, f FROM typed('`a/int`:int = "5"');
SELECT json_extract(attributes, '$."a/int"'), i FROM typed WHERE sys_id = 'ODD-2';
SELECT count(*) FROM typed WHERE project = 'odd/empty';

-- A declared attribute may be one that the table shows anyway.
CREATE VIRTUAL TABLE twice USING experiments(name STRING 'sys/name',
  created DATETIME 'sys/creation_time', gone BOOL 'sys/archived',
  again BOOL 'sys/archived');
SELECT experiment, name, creation_time = created, archived, gone, again FROM twice
WHERE name >= '' AND gone = 1 AND again = 1 AND archived = 1;
EXPLAIN QUERY PLAN SELECT name, experiment, again FROM twice
WHERE name = 'odd-6' AND experiment = 'odd-6' AND gone = 1 AND again = 1
  AND archived = 1; --@ plan

-- Joins find the declared columns of rows that were fetched together.
SELECT a.sys_id, b.f, b.i FROM runs AS a LEFT JOIN typed AS b USING (sys_id)
ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
