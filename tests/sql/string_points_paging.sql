-- string_points_paging: the server decides how far a page goes, tokens lead on
--@ store series
-- Sizes of pages are what this is about.
--@ skip small-pages

SELECT neptune_config('points_page_size', 1); --@ output
SELECT sys_id, attribute, step, value FROM string_points
ORDER BY sys_id, attribute, step;
SELECT count(*) > 8 AS many, sum(rows), max(rows) <= 3 AS short
FROM neptune_requests WHERE id > @since AND path LIKE '%/series'; --@ requests

SELECT step, value FROM string_points
WHERE sys_id = 'SER-3' AND attribute = 'log/out';
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/series'; --@ requests

-- The tail of a series comes in order, however many pages it fills.
SELECT step, value FROM string_points
WHERE sys_id = 'SER-3' AND attribute = 'log/out' AND tail = 4;
SELECT query, rows FROM neptune_requests
WHERE id > @since AND path LIKE '%/series'; --@ requests
SELECT sys_id, attribute, step FROM string_points WHERE tail = 3
ORDER BY sys_id, attribute, step;

-- Several series in several requests.
SELECT neptune_config('series_batch_size', 2); --@ output
SELECT sys_id, count(*), sum(length(value)) FROM string_points
GROUP BY sys_id ORDER BY sys_id;
SELECT sys_id, step, value ->> 'path' FROM file_points ORDER BY sys_id, step;
SELECT sys_id, sum(json_array_length(value, '$.edges')) FROM histogram_points
GROUP BY sys_id ORDER BY sys_id;

SELECT step FROM string_points
WHERE sys_id = 'SER-3' AND attribute = 'log/out' LIMIT 2 OFFSET 1;
