-- pushdown_float: comparisons on float attributes are sent typed
--@ store lab

SELECT run_id FROM runs WHERE running_time_seconds = 30.25;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE running_time_seconds < 1e-8 ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE running_time_seconds <= 0.125 ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE running_time_seconds > 60;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE running_time_seconds >= 60 ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE running_time_seconds IN (60, 0, 7)
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE running_time_seconds IN (60, 0, 7) AND fork_step = 2
  AND running_time_seconds BETWEEN -1 AND 60.5
  AND fork_step > 1 AND fork_step < 3; --@ plan

-- An experiment's running time is another attribute than its run's.
SELECT run_id FROM experiments WHERE running_time_seconds = 90.25;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- fork_step 0 is a value, a run without fork has none.
SELECT run_id FROM runs WHERE fork_step < 1;
SELECT run_id FROM runs WHERE fork_step >= 0 ORDER BY run_id;

-- A text that is a number is one, as SQL has it; another is greater than all.
SELECT run_id FROM runs WHERE running_time_seconds = '60.0';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE running_time_seconds < 'x';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE running_time_seconds > x'00';
SELECT run_id FROM runs WHERE running_time_seconds IN ('60', 'x', NULL);
SELECT count(*) FROM runs WHERE running_time_seconds < 9e999;
SELECT count(*) FROM runs WHERE running_time_seconds < 9223372036854775807;
SELECT count(*) FROM runs WHERE fork_step = NULL;
