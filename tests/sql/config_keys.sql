-- config_keys: neptune_config reads, sets and resets every key
--@ offline
-- These settings are what small-pages sets.
--@ skip small-pages

SELECT neptune_config('api_token') AS is_set;
SELECT neptune_config('project') AS project,
  neptune_config('verify_ssl') AS verify_ssl,
  neptune_config('ca_bundle') AS ca_bundle;
SELECT neptune_config('http_timeout') AS http_timeout,
  neptune_config('retry_soft_timeout') AS soft,
  neptune_config('retry_hard_timeout') AS hard,
  neptune_config('max_workers') AS max_workers;
SELECT neptune_config('max_request_size') AS request,
  neptune_config('max_attribute_filter_size') AS filter,
  neptune_config('max_projection') AS projection,
  neptune_config('series_batch_size') AS series; --@ output
SELECT neptune_config('page_size') AS page,
  neptune_config('definitions_page_size') AS definitions,
  neptune_config('values_page_size') AS "values",
  neptune_config('points_page_size') AS points; --@ output
SELECT neptune_config('pushdown') AS pushdown,
  neptune_config('progress') AS progress; --@ output

-- Setting returns what is in force then; NULL goes back.
SELECT neptune_config('api_token', 'secret') AS is_set,
  neptune_config('api_token', '') AS empty,
  neptune_config('api_token', NULL) AS back;
SELECT neptune_config('project', 'a/b'), neptune_config('project'),
  neptune_config('project', NULL);
SELECT neptune_config('verify_ssl', 'off'), neptune_config('verify_ssl'),
  neptune_config('verify_ssl', NULL);
SELECT neptune_config('ca_bundle', 'ca.pem'), neptune_config('ca_bundle'),
  neptune_config('ca_bundle', NULL);
SELECT neptune_config('http_timeout', 5), neptune_config('http_timeout'),
  neptune_config('http_timeout', NULL);
SELECT neptune_config('retry_soft_timeout', 6),
  neptune_config('retry_soft_timeout'),
  neptune_config('retry_soft_timeout', NULL);
SELECT neptune_config('retry_hard_timeout', 7),
  neptune_config('retry_hard_timeout'),
  neptune_config('retry_hard_timeout', NULL);
SELECT neptune_config('max_workers', 8), neptune_config('max_workers'),
  neptune_config('max_workers', NULL);
SELECT neptune_config('max_request_size', 9),
  neptune_config('max_request_size'), neptune_config('max_request_size', NULL);
SELECT neptune_config('max_attribute_filter_size', 10),
  neptune_config('max_attribute_filter_size'),
  neptune_config('max_attribute_filter_size', NULL);
SELECT neptune_config('page_size', 11), neptune_config('page_size'),
  neptune_config('page_size', NULL);
SELECT neptune_config('definitions_page_size', 12),
  neptune_config('definitions_page_size'),
  neptune_config('definitions_page_size', NULL);
SELECT neptune_config('values_page_size', 13),
  neptune_config('values_page_size'), neptune_config('values_page_size', NULL);
SELECT neptune_config('series_batch_size', 14),
  neptune_config('series_batch_size'),
  neptune_config('series_batch_size', NULL);
SELECT neptune_config('max_projection', 15), neptune_config('max_projection'),
  neptune_config('max_projection', NULL);
SELECT neptune_config('points_page_size', 16),
  neptune_config('points_page_size'), neptune_config('points_page_size', NULL);
SELECT neptune_config('progress', 'no'), neptune_config('progress'),
  neptune_config('progress', NULL);
SELECT neptune_config('pushdown', 0), neptune_config('pushdown'),
  neptune_config('pushdown', NULL);
