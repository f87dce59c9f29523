-- local_values: values that cannot be sent faithfully stay with SQLite
--@ store lab

-- Numbers against text columns: 12 is '12' there.
SELECT run_id FROM runs WHERE description = 12;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE description IN (12, 'first') ORDER BY run_id;
SELECT count(*) FROM runs WHERE description = x'3132';
SELECT count(*) FROM runs WHERE description = 12.0;
SELECT count(*) FROM runs WHERE run_id REGEXP 1;

-- Texts of 1000 characters and more, of which a server indexes the beginning.
SELECT count(*) FROM runs WHERE owner = printf('%999c', 'x');
SELECT length(query) FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE owner = printf('%1000c', 'x');
SELECT length(query) FROM neptune_requests WHERE id > @since; --@ requests

-- Text that is no UTF-8, or holds U+0000.
SELECT count(*) FROM runs WHERE owner = CAST(x'616eff' AS TEXT);
SELECT count(*) FROM runs WHERE owner = 'ann' || char(0);
SELECT count(*) FROM runs WHERE owner IN ('ann', CAST(x'ff' AS TEXT));
SELECT count(*) FROM runs('`sys/owner`:string = "ann"')
WHERE owner = CAST(x'616e6e' AS TEXT);

-- Integers that no double holds.
SELECT count(*) FROM runs WHERE running_time_seconds > -9223372036854775807;
SELECT count(*) FROM runs WHERE running_time_seconds < 9007199254740993;
SELECT count(*) FROM metric_points WHERE step < 9007199254740993;
