-- token_without_server: a token that names no server is an error
--@ store lab
--@ token {"api_key": "x"}

SELECT run_id FROM runs WHERE sys_id = 'VIS-1'; --@ error
SELECT count(*) FROM neptune_requests; --@ requests
