-- attributes_json: the hidden column attributes holds all as one JSON object
--@ store lab

SELECT attributes FROM runs WHERE sys_id = 'VIS-1';
SELECT attributes FROM experiments WHERE sys_id = 'VIS-3';

-- It is JSON for the JSON functions, and shows the values of attributes.
SELECT sys_id, json_valid(attributes), typeof(attributes),
  json_array(attributes) = '[' || attributes || ']' AS is_json
FROM runs ORDER BY sys_id;
SELECT sys_id, attributes ->> '$.loss' AS loss,
  attributes -> '$.config/classes' AS classes,
  json_extract(attributes, '$.data/model.size_bytes') AS size
FROM runs ORDER BY sys_id;

-- As many members as the run has rows in attributes.
SELECT sys_id, count(*) =
  (SELECT count(*) FROM attributes WHERE attributes.sys_id = runs.sys_id)
  AS same
FROM runs, json_each(runs.attributes) GROUP BY sys_id ORDER BY sys_id;

-- It is fetched only where a query names it.
SELECT sys_id FROM runs WHERE owner = 'Ann';
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT * FROM runs WHERE owner = 'Ann';
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, attributes ->> '$.acc' AS acc FROM runs WHERE owner = 'Ann';
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
