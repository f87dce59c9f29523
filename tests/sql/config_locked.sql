-- config_locked: NEPTUNE_CONFIG_LOCKED leaves the settings to the environment
--@ env NEPTUNE_CONFIG_LOCKED=1
--@ skip off
--@ skip small-pages

SELECT neptune_config('page_size');
SELECT neptune_config('page_size', 5); --@ error
SELECT neptune_config('api_token', 'x'); --@ error
SELECT neptune_config('verify_ssl', NULL); --@ error
SELECT count(*) FROM experiments;
