-- bad_regex: a pattern that RE2 refuses is an error before any request
--@ store lab

SELECT run_id FROM runs WHERE run_id REGEXP '('; --@ error
SELECT count(*) FROM neptune_requests; --@ requests
SELECT sys_id FROM attributes WHERE attribute REGEXP 'a(?=b)'; --@ error
SELECT count(*) FROM metric_points WHERE attribute REGEXP '['; --@ error
SELECT run_id FROM runs WHERE run_id REGEXP NULL;
SELECT run_id FROM runs WHERE run_id REGEXP '' ORDER BY run_id LIMIT 1;
