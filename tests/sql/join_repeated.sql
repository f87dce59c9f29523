-- join_repeated: a loop that asks for the same rows again and again keeps them

-- The children of each run: parent_run_id cannot be sent.
SELECT count(*), count(c.sys_id), min(c.sys_id) FROM runs AS p LEFT JOIN runs AS c ON c.parent_run_id = p.run_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Rows keep the order of the server.
SELECT p.sys_id, group_concat(c.sys_id) FROM runs AS p CROSS JOIN runs AS c ON c.parent_run_id = p.run_id GROUP BY p.sys_id;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- An attribute's text beside each run's own.
SELECT count(*), min(e.sys_id), max(a.sys_id) FROM experiments AS e CROSS JOIN attributes AS a ON a.attribute = 'config/lr' AND a.value > e.running_time_seconds;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- Points of the same series again and again.
SELECT count(*) FROM experiments AS e CROSS JOIN metric_points AS m ON m.sys_id = 'DIG-2' AND m.attribute = 'metrics/val/acc' AND m.value > e.running_time_seconds / 1000;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- Where conditions vary, they are sent.
SELECT count(*) FROM (SELECT DISTINCT owner FROM runs) AS o JOIN runs AS r ON r.owner = o.owner;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
