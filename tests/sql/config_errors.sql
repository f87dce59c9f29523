-- config_errors: an unknown key or a bad value is refused with what is valid
--@ offline

SELECT neptune_config('page'); --@ error
SELECT neptune_config('API_TOKEN', 'x'); --@ error
SELECT neptune_config(NULL); --@ error
SELECT neptune_config(''); --@ error
SELECT neptune_config(); --@ error
SELECT neptune_config('project', 'a', 'b'); --@ error
SELECT neptune_config('page_size', 0); --@ error
SELECT neptune_config('page_size', -5); --@ error
SELECT neptune_config('page_size', 'ten'); --@ error
SELECT neptune_config('page_size', 1.5); --@ error
SELECT neptune_config('page_size', '99999999999999999999'); --@ error
SELECT neptune_config('series_batch_size', 10001); --@ error
SELECT neptune_config('pushdown', 'maybe'); --@ error
SELECT neptune_config('verify_ssl', 2); --@ error
-- A refused value changes nothing.
SELECT neptune_config('page_size') AS page, neptune_config('series_batch_size')
  AS series, neptune_config('verify_ssl') AS verify_ssl; --@ output
