-- limit_grows: a LIMIT that few rows fulfil asks for more and more at once
--@ store fleet

SELECT sys_id FROM metric_points WHERE step >= 1e30 LIMIT 1;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM metric_points
WHERE attribute = 'speed' AND step >= 1e30 LIMIT 1;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM attributes WHERE min > max LIMIT 1;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT EXISTS (SELECT 1 FROM attributes WHERE attribute = value) AS found;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
