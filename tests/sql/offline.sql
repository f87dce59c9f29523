-- offline: loading, looking at tables and planning need no server, no token
--@ offline

.tables
.schema
SELECT count(*) FROM pragma_table_info('experiments');
CREATE VIRTUAL TABLE sweep USING experiments(project='team/vision',
  nql='`sys/tags`:stringSet CONTAINS "sweep"');
CREATE VIEW best AS SELECT attribute, value FROM sweep
  JOIN attributes USING (sys_id) WHERE attribute = 'acc';
.tables
.schema sweep
SELECT name FROM pragma_table_info('best');
SELECT name, type, ncol, wr FROM pragma_table_list WHERE name = 'sweep';
EXPLAIN QUERY PLAN SELECT experiment FROM sweep
WHERE owner = 'ann' AND creation_time > '2026'; --@ plan
EXPLAIN QUERY PLAN SELECT value FROM metric_points
WHERE attribute REGEXP '^loss' AND step < 5; --@ plan
PRAGMA integrity_check;
ANALYZE;
ALTER TABLE sweep RENAME TO swept;
DROP VIEW best;
DROP TABLE swept;
SELECT count(*) FROM neptune_requests;

-- Only a query has need of a token; it says what to do.
SELECT run_id FROM runs; --@ error
SELECT count(*) FROM attributes; --@ error
SELECT count(*) FROM metric_points; --@ error
SELECT neptune_config('project', 'team/vision');
SELECT run_id FROM runs; --@ error
SELECT count(*) FROM neptune_requests;
