-- pushdown_string: =, IN and REGEXP on text attributes are sent
--@ store lab

SELECT run_id FROM runs WHERE experiment = 'alpha' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE experiment = 'alpha'; --@ plan

SELECT run_id FROM runs WHERE owner IN ('Ann', 'zoë', 'nobody', NULL)
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE owner IN ('Ann', 'zoë'); --@ plan

SELECT run_id FROM runs WHERE run_id REGEXP '^[a-z]+-1$' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE run_id REGEXP '^[a-z]+-1$'; --@ plan

-- Every text column; quotes, backslashes and line breaks are escaped.
SELECT run_id FROM runs WHERE sys_id = 'VIS-4';
SELECT run_id FROM runs WHERE description = 'It''s "quoted" \ and
broken';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE description REGEXP '"q.*\\ and\n' AND owner = 'bob';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Experiments too; and a bound parameter is as good as a literal.
.parameter set @name "'beta'"
SELECT run_id FROM experiments WHERE experiment = @name;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM experiments
WHERE experiment = @name; --@ plan

-- Conditions on several columns are ANDed.
SELECT run_id FROM runs
WHERE owner = 'ann' AND run_id IN ('alpha-2', 'beta/1');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- What cannot match asks nothing.
SELECT run_id FROM runs WHERE owner = NULL;
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
