-- datetime_forms: times in odd forms give what comparing texts gives
--@ store lab

-- A day, a minute, a second: what comes after sorts behind it.
SELECT run_id FROM runs WHERE creation_time > '2026-01-02' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE creation_time <= '2026-01-02' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE creation_time >= '2026-01-03 12:00';
SELECT count(*) FROM runs WHERE creation_time > '2026-01-03 12:00:00';
SELECT count(*) FROM runs WHERE creation_time >= '2026-01-02 00:00:00.5001';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- ISO 8601: T sorts behind the space, so the whole day comes before it.
SELECT count(*) FROM runs WHERE creation_time < '2026-01-03T00:00:00Z';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE creation_time = '2026-01-01T00:00:00.000Z';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests

-- No times at all.
SELECT count(*) FROM runs WHERE creation_time > '';
SELECT count(*) FROM runs WHERE creation_time < '';
SELECT count(*) FROM runs WHERE creation_time < 'yesterday';
SELECT count(*) FROM runs WHERE creation_time > 'yesterday';
SELECT count(*) FROM runs WHERE creation_time > '9999-99-99';
SELECT count(*) FROM runs WHERE creation_time > '2026-01-02 00:00:00.50';
SELECT count(*) FROM runs WHERE creation_time < '2026-02-31';
SELECT count(*) FROM runs WHERE creation_time > '1999-12-31 23:59:60';
SELECT count(*) FROM runs WHERE creation_time > 2025;
SELECT count(*) FROM runs WHERE creation_time < 2025;
SELECT count(*) FROM runs WHERE creation_time < x'3230';
SELECT count(*) FROM runs WHERE creation_time > NULL;

-- What SQLite's own date functions give.
SELECT count(*) FROM runs WHERE creation_time < datetime('2026-01-02', '+1 day');
SELECT count(*) FROM runs WHERE date(creation_time) = '2026-01-02';
SELECT count(*) FROM runs
WHERE creation_time = strftime('%Y-%m-%d %H:%M:%f', 1767225600, 'unixepoch');
