-- previews: points not yet committed come only with include_previews = 1
--@ store lab

SELECT step, value, is_preview, preview_completion FROM metric_points
WHERE run_id = 'loose';
SELECT step, value, is_preview, preview_completion, include_previews
FROM metric_points WHERE run_id = 'loose' AND include_previews = 1
ORDER BY step;
SELECT count(*) FROM metric_points
WHERE run_id = 'loose' AND include_previews = 0;

-- They count neither as last value nor in min, max and average.
SELECT value, last_step, min, max, average FROM attributes
WHERE run_id = 'loose' AND attribute = 'loss';

-- is_preview alone is a condition like any other.
SELECT count(*) FROM metric_points WHERE is_preview;
SELECT run_id, count(*) FROM metric_points
WHERE include_previews = 1 AND is_preview;

SELECT count(*) FROM metric_points WHERE include_previews = 2; --@ error
SELECT count(*) FROM metric_points WHERE include_previews = 'yes'; --@ error
