-- hidden_nql: raw NQL by WHERE nql = … or as argument, ANDed with the rest
--@ store lab

SELECT run_id FROM runs WHERE nql = '`sys/owner`:string = "ann"'
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

SELECT run_id FROM runs('`config/lr`:float < 0.05') ORDER BY run_id;
SELECT run_id FROM experiments('`sys/tags`:stringSet CONTAINS "a"');

-- It is the first hidden column of every table.
SELECT attribute, value FROM attributes('`sys/custom_run_id`:string = "loose"')
WHERE attribute REGEXP '^config/';
SELECT step, value FROM metric_points('`sys/custom_run_id`:string = "loose"');
SELECT run_id, nql FROM neptune_runs('`config/seed`:int = 7');

-- OR in it does not swallow the other conditions.
SELECT run_id FROM runs
WHERE nql = '`sys/owner`:string = "bob" OR `sys/owner`:string = "ann"'
  AND failed = 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs('`a`:int = 1')
WHERE failed = 1; --@ plan

-- Two of them: both hold, so none can.
SELECT run_id FROM runs('`sys/owner`:string = "ann"')
WHERE nql = '`sys/failed`:bool = true';
-- The empty text means everything; NULL is equal to nothing.
SELECT count(*) FROM runs('');
SELECT count(*) FROM runs WHERE nql = ' ';
SELECT count(*) FROM runs(NULL);
SELECT count(*) FROM runs WHERE nql IS NULL;

-- From another table.
WITH filters(name, nql) AS (
  VALUES ('failed', '`sys/failed`:bool = true'),
    ('old', '`sys/creation_time`:datetime < "2026-01-02T00:00:00Z"'))
SELECT name, run_id FROM filters, runs(filters.nql) ORDER BY name, run_id;

SELECT run_id FROM runs('`sys/owner`:string ='); --@ error
SELECT run_id FROM runs('a', 'b', 'c'); --@ error
