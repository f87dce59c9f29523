-- join_null_keys: a row without a key does not throw away what is known
--@ store fleet

SELECT count(*), count(b.sys_id)
FROM runs AS a LEFT JOIN experiments AS b
  ON b.sys_id = iif(substr(a.sys_id, -1) IN ('1', '3', '5', '7', '9'),
    a.sys_id, NULL);
SELECT count(*) <= 8 AS few FROM neptune_requests WHERE id > @since; --@ requests
