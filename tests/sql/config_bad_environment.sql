-- config_bad_environment: a bad variable is an error that names it
--@ env NEPTUNE_QUERY_SERIES_BATCH_SIZE=many
--@ env NEPTUNE_QUERY_EXPERIMENT_SYS_ATTRS_BATCH_SIZE=0
--@ skip small-pages

-- Loading works, what has need of it does not.
SELECT neptune_config('series_batch_size');
SELECT run_id FROM runs WHERE sys_id = 'DIG-1'; --@ error
SELECT neptune_config('page_size', 100);
SELECT run_id FROM runs WHERE sys_id = 'DIG-1';
SELECT count(*) FROM metric_points WHERE sys_id = 'DIG-1'; --@ error
SELECT neptune_config('series_batch_size', 100);
SELECT count(*) FROM metric_points WHERE sys_id = 'DIG-1';
