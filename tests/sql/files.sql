-- files: one row per file attribute, with what is known without its bytes
--@ store series

SELECT * FROM files ORDER BY sys_id, attribute;
SELECT path, query, rows FROM neptune_requests
WHERE id > @since AND path NOT LIKE '%oauth%'; --@ requests

SELECT sys_id, attribute, path FROM files ORDER BY sys_id, attribute;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

SELECT typeof(path), typeof(size_bytes), typeof(mime_type) FROM files
WHERE run_id = 'one-2';

-- Runs and attributes are chosen by the server, the rest by SQLite.
SELECT path, size_bytes FROM files
WHERE experiment = 'one' AND attribute = 'data/model';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT path FROM files WHERE attribute REGEXP 'notes$';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT path FROM files WHERE size_bytes > 4294967296 OR size_bytes = 0
ORDER BY path;
SELECT path FROM files WHERE mime_type = '';
EXPLAIN QUERY PLAN SELECT path FROM files
WHERE attribute = 'data/model' AND size_bytes > 10; --@ plan

SELECT project, path FROM files
WHERE project IN ('lab/series', 'lab/other') AND attribute = 'data/model'
ORDER BY project, path;

SELECT experiment, path FROM experiments LEFT JOIN files USING (sys_id, experiment)
ORDER BY experiment, path;
SELECT r.run_id, f.attribute, f.size_bytes FROM runs AS r
JOIN files AS f ON f.sys_id = r.sys_id ORDER BY r.run_id, f.attribute;
