-- in_list_split: a list too long for one request is sent in several
--@ store lab

SELECT neptune_config('max_request_size', 60); --@ output
SELECT run_id FROM runs
WHERE sys_id IN ('VIS-1', 'VIS-2', 'VIS-3', 'VIS-4', 'VIS-5')
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Single conditions go with every piece; one value always fits.
SELECT neptune_config('max_request_size', 1); --@ output
SELECT run_id FROM runs WHERE sys_id IN ('VIS-1', 'VIS-2') AND owner = 'ann'
  AND failed IN (0, 1)
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), count(DISTINCT sys_id || attribute) FROM attributes
WHERE sys_id IN ('VIS-1', 'VIS-2', 'VIS-3') AND attribute REGEXP '^config/';
SELECT count(*) FROM metric_points
WHERE run_id IN ('alpha-1', 'alpha-2', 'loose');
SELECT project, run_id FROM runs
WHERE run_id IN ('alpha-1', 'wave-1')
  AND project IN ('lab/vision', 'lab/speech')
ORDER BY project, run_id;

-- A row that several values select comes once.
SELECT run_id FROM runs
WHERE owner IN ('ann', 'bob') AND sys_id IN ('VIS-1', 'VIS-3', 'VIS-5')
ORDER BY run_id;

-- Names of attributes have a limit of their own.
SELECT neptune_config('max_request_size', 220000),
  neptune_config('max_attribute_filter_size', 15); --@ output
SELECT sys_id, attribute FROM attributes
WHERE attribute IN ('config/lr', 'config/seed', 'loss', 'acc')
ORDER BY sys_id, attribute;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
