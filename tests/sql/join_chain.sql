-- join_chain: what is looked for by rows kept of a join comes as these are shown

SELECT count(*) FROM experiments AS e JOIN runs AS r USING (experiment) JOIN attributes AS a ON a.sys_id = r.sys_id AND a.attribute = 'config/lr';
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Shown the other way round, or anyhow, they are found, too.
CREATE TABLE mine AS SELECT sys_id FROM runs ORDER BY creation_time;
SELECT count(*) FROM (SELECT sys_id FROM mine ORDER BY rowid DESC LIMIT 100) AS m CROSS JOIN runs AS r ON r.sys_id = m.sys_id CROSS JOIN attributes AS a ON a.sys_id = r.sys_id AND a.attribute = 'config/lr';
SELECT count(*) FROM (SELECT sys_id FROM mine ORDER BY rowid LIMIT 100) AS m CROSS JOIN runs AS r ON r.sys_id = m.sys_id CROSS JOIN attributes AS a ON a.sys_id = r.sys_id AND a.attribute = 'config/lr';
SELECT count(*) FROM (SELECT sys_id FROM mine ORDER BY substr(sys_id, -1) LIMIT 100) AS m CROSS JOIN runs AS r ON r.sys_id = m.sys_id CROSS JOIN attributes AS a ON a.sys_id = r.sys_id AND a.attribute = 'config/lr';
SELECT count(*) <= 24 FROM neptune_requests WHERE id > @since; --@ requests
