-- projects: those that the token's owner may read
--@ store lab

SELECT * FROM projects ORDER BY project;
SELECT method, path, rows FROM neptune_requests
WHERE id > @since AND path NOT LIKE '%oauth%'; --@ requests

SELECT name FROM projects WHERE workspace = 'lab' AND key > 'E' ORDER BY name;
SELECT name FROM neptune_projects WHERE project = 'lab/speech';
SELECT count(*) FROM projects WHERE workspace = 'nobody';

-- A page at a time.
SELECT neptune_config('page_size', 1); --@ output
SELECT group_concat(key) FROM (SELECT key FROM projects ORDER BY key);
SELECT count(*), sum(rows) FROM neptune_requests
WHERE id > @since AND path LIKE '%/projects'; --@ requests

-- What is read of each project.
SELECT p.name, count(r.sys_id) FROM projects AS p
LEFT JOIN runs AS r ON r.project = p.project GROUP BY p.name ORDER BY p.name;

-- It has no project of its own to be created with.
CREATE VIRTUAL TABLE mine USING projects; --@ error
