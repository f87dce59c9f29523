-- config_from_environment: keys come from the variables of the Python clients
--@ offline
--@ env NEPTUNE_API_TOKEN=not-a-token
--@ env NEPTUNE_PROJECT=team/vision
--@ env NEPTUNE_VERIFY_SSL=False
--@ env SSL_CERT_FILE=/etc/ca.pem
--@ env NEPTUNE_HTTP_REQUEST_TIMEOUT_SECONDS=21
--@ env NEPTUNE_QUERY_RETRY_SOFT_TIMEOUT=22
--@ env NEPTUNE_QUERY_RETRY_HARD_TIMEOUT=23
--@ env NEPTUNE_QUERY_MAX_WORKERS=
--@ env NEPTUNE_FETCHER_MAX_WORKERS=24
--@ env NEPTUNE_QUERY_MAX_REQUEST_SIZE=25
--@ env NEPTUNE_QUERY_MAX_ATTRIBUTE_FILTER_SIZE=26
--@ env NEPTUNE_QUERY_EXPERIMENT_SYS_ATTRS_BATCH_SIZE=27
--@ env NEPTUNE_QUERY_ATTRIBUTE_DEFINITIONS_BATCH_SIZE=28
--@ env NEPTUNE_QUERY_ATTRIBUTE_VALUES_BATCH_SIZE=29
--@ env NEPTUNE_QUERY_SERIES_BATCH_SIZE=30
--@ env NEPTUNE_QUERY_ENTRIES_SEARCH_MAX_PROJECTION_ATTRIBUTES=31

SELECT neptune_config('api_token') AS is_set,
  neptune_config('project') AS project,
  neptune_config('verify_ssl') AS verify_ssl,
  neptune_config('ca_bundle') AS ca_bundle;
SELECT neptune_config('http_timeout') AS http_timeout,
  neptune_config('retry_soft_timeout') AS soft,
  neptune_config('retry_hard_timeout') AS hard;
SELECT neptune_config('max_workers') AS workers,
  neptune_config('max_request_size') AS request,
  neptune_config('max_attribute_filter_size') AS filter,
  neptune_config('page_size') AS page,
  neptune_config('definitions_page_size') AS definitions,
  neptune_config('values_page_size') AS "values",
  neptune_config('series_batch_size') AS series,
  neptune_config('max_projection') AS projection; --@ output

-- A setting of the connection comes first, NULL goes back.
SELECT neptune_config('project', 'a/b'), neptune_config('project', NULL),
  neptune_config('http_timeout', 3), neptune_config('http_timeout', NULL);

-- A token that does not decode is an error of the query.
SELECT run_id FROM runs; --@ error
