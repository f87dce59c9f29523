-- config_token: a connection may bring its own token, which is never shown
--@ store lab
--@ env NEPTUNE_API_TOKEN

SELECT neptune_config('api_token'); --@ rows
SELECT run_id FROM runs WHERE sys_id = 'VIS-1'; --@ error
SELECT neptune_config('api_token', 'eyJ bad'); --@ rows
SELECT run_id FROM runs WHERE sys_id = 'VIS-1'; --@ error
SELECT neptune_config('api_token', ''), neptune_config('api_token', NULL);
SELECT count(*) FROM neptune_requests; --@ requests
