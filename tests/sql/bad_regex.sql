-- bad_regex: a pattern that RE2 refuses is an error before any request
--@ store lab

SELECT run_id FROM runs WHERE run_id REGEXP '('; --@ error
SELECT sys_id FROM attributes WHERE attribute REGEXP 'a(?=b)'; --@ error
SELECT count(*) FROM metric_points WHERE attribute REGEXP '['; --@ error
-- Every place that takes a pattern, with the byte where it goes wrong.
SELECT count(*) FROM runs WHERE experiment REGEXP 'a)(b'; --@ error
SELECT count(*) FROM metric_points WHERE attribute REGEXP 'ok|x{2,1}'; --@ error
CREATE VIRTUAL TABLE temp.sweep USING runs(optimizer STRING 'config/optimizer');
SELECT count(*) FROM sweep WHERE optimizer REGEXP '\8|[z-a]'; --@ error
SELECT count(*) FROM sweep WHERE optimizer REGEXP 'a**'; --@ error
SELECT neptune_create_table('wide', 'runs', 'config/.* & !tmp('); --@ error
SELECT neptune_create_table('wide', 'runs', 'é[', 'lab/vision'); --@ error
SELECT 'x' REGEXP '(?<!a)'; --@ error
SELECT 'x' REGEXP CAST(x'61ff' AS TEXT); --@ error
SELECT count(*) FROM neptune_requests; --@ requests

SELECT run_id FROM runs WHERE run_id REGEXP NULL;
SELECT run_id FROM runs WHERE run_id REGEXP '' ORDER BY run_id LIMIT 1;
