-- token_rejected: a token that the server does not know is final
--@ store lab
--@ token {"api_url": "{SERVER}", "api_key": "wrong"}

SELECT run_id FROM runs WHERE sys_id = 'VIS-1'; --@ error
SELECT path, status, attempts FROM neptune_requests; --@ requests
